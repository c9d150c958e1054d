import type { Hono } from 'hono';
import { z } from 'zod';
import { certificateOf, CONTENT_SIGNER } from '../../authority/authority.ts';
import type { Card } from '../../card/card.ts';
import type { CardEvent } from '../../card/office/history.ts';
import { toBase64 } from '../../core/base64.ts';
import { dayInMexicoCity, formatTime, unixSeconds, type CalendarDay } from '../../core/time.ts';
import { mandateAt, parseOfficialId, type Mandate, type Official } from '../../directory/official.ts';
import type { OfficialCursor } from '../../directory/store.ts';
import type { UnitCode } from '../../directory/unit.ts';
import { cardNumber } from './cards.ts';
import type { StaffDeps } from './deps.ts';
import { checked, daysWanted, unitWanted, type RouteInputs } from './input.ts';

const filters = z.strictObject({
  state: z.enum(['registered', 'active', 'ended']).optional(),
  unit: unitWanted,
  expiring: daysWanted,
  /** People in office who have no card that is ready, in place of cards. */
  without: z.literal('card').optional(),
  /** Of this person. */
  official: z.string().max(40).optional(),
});

/** Whose card it is, or who has none. Of a reserved official the name is not told. */
export interface CardHolderLine {
  readonly id: string;
  readonly name?: string;
  readonly post?: string;
  readonly unit?: string;
  readonly mandate?: Mandate;
  readonly hasPhoto?: boolean;
}

export interface CardLine {
  readonly card?: Card;
  readonly holder: CardHolderLine;
}

export interface CardHistoryView {
  readonly card: Card;
  readonly holder: CardHolderLine;
  readonly events: readonly (Omit<CardEvent, 'at'> & { readonly at?: string })[];
}

export function toldCardRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/card-list', async (c) => {
    const { unit, without, ...wanted } = checked(filters, c.req.query());
    const lines = without ? await peopleWithout(deps) : await cardsOf(deps, wanted);
    if (unit === undefined) return c.json(lines);
    const within = await unitsBelow(deps, unit);
    return c.json(lines.filter(({ holder }) => holder.unit !== undefined && within.has(holder.unit)));
  });
  app.get('/card-bundle', async (c) => {
    const bundle = await deps.toldCards.bundle();
    return c.body(new Uint8Array(bundle), 200, { 'content-type': 'application/cose' });
  });
  app.get('/root', (c) => c.json({ certificate: toBase64(deps.charter.root) }));
  app.get('/card-content-signer', async (c) => {
    const found = await deps.authorities.findAuthority(CONTENT_SIGNER);
    return c.json({ certificate: found ? toBase64(certificateOf(found.record).encoded) : null });
  });
  app.get('/cards/:number/history', async (c) => {
    const { card, events } = await deps.toldCards.history(cardNumber(c.req.param('number')));
    const told = events.map(({ at, ...event }) => ({ ...event, ...(at !== undefined && { at: formatTime(at) }) }));
    return c.json({ card, holder: await holderLine(deps, card.officialId), events: told } satisfies CardHistoryView);
  });
}

interface Wanted {
  readonly state?: Card['state'] | undefined;
  readonly expiring?: number | undefined;
  readonly official?: string | undefined;
}

async function cardsOf(deps: StaffDeps, { state, expiring, official }: Wanted): Promise<readonly CardLine[]> {
  const lines: CardLine[] = [];
  const holder = official === undefined ? undefined : (parseOfficialId(official) ?? official);
  for (const card of await deps.toldCards.list()) {
    if (holder !== undefined && card.officialId !== holder) continue;
    if (state !== undefined && card.state !== state) continue;
    if (expiring !== undefined && !(card.state === 'active' && card.expires <= dayIn(deps, expiring))) continue;
    lines.push({ card, holder: await holderLine(deps, card.officialId) });
  }
  return lines;
}

function dayIn({ clock }: StaffDeps, days: number): CalendarDay {
  return dayInMexicoCity(unixSeconds(clock() + days * 86_400));
}

/** @throws Refusal `log/corrupt` for somebody whose row is not what the log says of them */
export async function holderLine({ directory, clock }: StaffDeps, officialId: string): Promise<CardHolderLine> {
  const id = parseOfficialId(officialId);
  const official = id && (await directory.findOfficial(id))?.record;
  return official ? lineOf(official, mandateAt(official, clock())) : { id: officialId };
}

function lineOf({ id, name, post, unit, publication, photo }: Official, mandate: Mandate): CardHolderLine {
  return { id, ...(publication.state === 'public' && { name }), post, unit, mandate, hasPhoto: photo !== undefined };
}

/** The unit and those below it, by what the directory says of each: a code need not begin with that of the unit above. */
export async function unitsBelow({ directory }: StaffDeps, top: UnitCode): Promise<ReadonlySet<string>> {
  const units = await directory.listUnits();
  const below = new Set<string>([top]);
  for (let known = 0; known < below.size;) {
    known = below.size;
    for (const { code, parent } of units) if (parent !== undefined && below.has(parent)) below.add(code);
  }
  return below;
}

/** Who is in office today and has no card in use, with the one that was begun for them, where there is one. */
async function peopleWithout(deps: StaffDeps): Promise<readonly CardLine[]> {
  const { directory, clock, toldCards } = deps;
  const cards = await toldCards.list();
  const holders = new Set(cards.flatMap(({ state, officialId }) => (state === 'active' ? [officialId] : [])));
  const begun = new Map(cards.flatMap((card) => (card.state === 'registered' ? [[card.officialId, card]] : [])));
  const lines: CardLine[] = [];
  let after: OfficialCursor | undefined;
  do {
    const page = await directory.searchOfficials({
      ...(after && { after }),
      inOfficeOn: dayInMexicoCity(clock()),
      publicOnly: false,
      limit: 200,
    });
    for (const official of page.items) {
      const mandate = mandateAt(official, clock());
      if (mandate !== 'current' || holders.has(official.id)) continue;
      const card = begun.get(official.id);
      lines.push({ ...(card && { card }), holder: lineOf(official, mandate) });
    }
    after = page.next;
  } while (after);
  return lines;
}

/** What these routes take, for whoever reads their description. */
export const TOLD_CARD_INPUTS: RouteInputs = {
  'GET /card-list': { query: filters },
};
