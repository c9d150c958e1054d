import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { holdsRole } from '../../access/role.ts';
import type { Approval } from '../../approval/approval.ts';
import { actorNow } from '../../approval/office.ts';
import { Refusal } from '../../core/refusal.ts';
import { dayInMexicoCity, formatTime } from '../../core/time.ts';
import type { Credential } from '../../credential/credential.ts';
import { mandateAt, type OfficialId } from '../../directory/official.ts';
import { foldText } from '../../directory/text.ts';
import type { InspectedDocument } from '../../oficio/inspect.ts';
import type { Oficio, OficioId, OficioState } from '../../oficio/oficio.ts';
import type { StampShape } from '../../seal/stamp-content.ts';
import type { HttpCode } from '../../texts/code.ts';
import { listedApproval, type ListedApproval } from './approval-list.ts';
import { pendingView } from './approval-views.ts';
import type { StaffDeps } from './deps.ts';
import { checked, queryNumber, type RouteInputs } from './input.ts';
import {
  checkMayReadLetter,
  checkMayTouch,
  letterReader,
  lettersIn,
  openApprovals,
  signatureWaitingFor,
} from './letter-access.ts';
import { findOficio, sealedView, viewsOf } from './oficios.ts';
import type { OficioView } from './views.ts';

/** A page of letters, the newest first. */
export interface LetterPage {
  readonly items: readonly OficioView[];
  /** What to ask for `before`; absent where there are no more. */
  readonly next?: number;
  /** More letters were looked through than is done at once: older ones may match as well. */
  readonly cut?: true;
}

/** Somebody whose name can stand under a letter. */
export interface SignatoryView {
  readonly officialId: string;
  readonly name: string;
  readonly post: string;
  readonly unit: string;
  readonly serial: string;
  /** `soft`: we hold the key, and a passkey lets it sign; `card`: it signs at a station. */
  readonly keyPlace: string;
  readonly notAfter: string;
  /** Somebody can log in as them, with the role to sign. */
  readonly hasAccess: boolean;
}

/** A PDF as the seal needs to know it. Lengths are in points, places from the lower left corner of the page as it is seen. */
export interface SurveyView {
  /** Somebody signed it before. */
  readonly alreadySigned: boolean;
  readonly pages: readonly {
    readonly width: number;
    readonly height: number;
    /** Four numbers each (x0, y0, x1, y1): where something is printed; absent where that is too much to tell. */
    readonly painted?: readonly number[];
  }[];
  /** Where the seal goes by itself. */
  readonly automatic: {
    readonly shape: StampShape;
    /** From 1. */
    readonly page: number;
    readonly appended: boolean;
    readonly box: readonly [number, number, number, number];
  };
}

/** What waits for people about a letter. */
export interface LetterWaitingView extends ListedApproval {
  /** In whose name it would be done. */
  readonly official?: { readonly id: string; readonly name: string };
}

const search = z.strictObject({
  unit: z.string().max(60).optional(),
  year: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  state: z.enum(['sealed', 'signed', 'cancelled', 'replaced']).optional(),
  text: z.string().max(200).optional(),
  before: z.string().optional(),
  limit: z.string().optional(),
});

const PAGE = 200;
const MOST_SEARCHED = 5000;
const MOST_PAINTED = 20_000;

/** Whether every word of `text` stands in what people know of a letter. */
function holds(letter: Oficio, text: string): boolean {
  const known = foldText(`${letter.folio} ${letter.subject} ${letter.signer.name} ${letter.typedCode}`);
  return foldText(text)
    .split(' ')
    .every((word) => known.includes(word));
}

async function searchLetters(deps: StaffDeps, asked: z.output<typeof search>, limit: number): Promise<LetterPage> {
  const { unit, year, state, text = '' } = asked;
  const mayRead = await letterReader(deps);
  const query = {
    ...(unit !== undefined && { unit }),
    ...(year !== undefined && { year: Number(year) }),
    ...(state !== undefined && { state: state satisfies OficioState }),
  };
  const found: Oficio[] = [];
  let before = asked.before === undefined ? undefined : Number(asked.before);
  for (let looked = 0; looked < MOST_SEARCHED; looked += PAGE) {
    const page = await deps.oficios.listNewest({ ...query, ...(before !== undefined && { before }), limit: PAGE });
    for (const letter of page) {
      if (found.length === limit) return { items: await viewsOf(deps, found), next: found.at(-1)!.intentLeaf };
      if (holds(letter, text) && (await mayRead(letter))) found.push(letter);
    }
    before = page.at(-1)?.intentLeaf;
    if (page.length < PAGE) return { items: await viewsOf(deps, found) };
  }
  return { items: await viewsOf(deps, found), ...(before !== undefined && { next: before }), cut: true };
}

async function signersInForce({ credentials, clock }: StaffDeps): Promise<readonly Credential[]> {
  const now = clock();
  const found: Credential[] = [];
  for (let after: string | undefined; ;) {
    const query = { kind: 'signer', state: 'issued', limit: 1000, ...(after !== undefined && { after }) } as const;
    const page = await credentials.list(query);
    found.push(...page.filter(({ notBefore, notAfter }) => notBefore <= now && now <= notAfter));
    if (page.length < 1000) return found;
    after = page.at(-1)!.serial;
  }
}

/** Whom whoever asks may have sign: of their units, each once, by name. */
async function signatories(deps: StaffDeps, anyUnit: boolean): Promise<readonly SignatoryView[]> {
  const caller = deps.acting.current()?.caller;
  const now = deps.clock();
  const day = dayInMexicoCity(now);
  const people = await deps.access.listPeople();
  const found = new Map<string, SignatoryView>();
  for (const { officialId, serial, keyPlace, notAfter } of await signersInForce(deps)) {
    if (keyPlace !== 'soft' && (keyPlace !== 'card' || found.has(officialId))) continue;
    const official = (await deps.directory.findOfficial(officialId as OfficialId))?.record;
    if (!official || mandateAt(official, now) !== 'current' || official.publication.state === 'reserved') continue;
    const { id, name, post, unit } = official;
    const isTheirs = (['clerk', 'signer'] as const).some((role) => holdsRole(caller?.grants ?? [], role, day, unit));
    if (caller && !anyUnit && !isTheirs) continue;
    const hasAccess = people.some(
      (one) => one.official === id && one.endedLeaf === undefined && holdsRole(one.grants, 'signer', day),
    );
    found.set(id, { officialId: id, name, post, unit, serial, keyPlace, notAfter: formatTime(notAfter), hasAccess });
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'es'));
}

function surveyView({ survey, placement, signatures }: InspectedDocument): SurveyView {
  let left = MOST_PAINTED;
  const { shape, page, appended, box } = placement;
  return {
    alreadySigned: signatures.length > 0,
    pages: survey.pages.map(({ view: { width, height }, painted }) => {
      left -= painted.length;
      const rounded = left < 0 ? undefined : painted.flatMap((rect) => rect.map((one) => Math.round(one * 10) / 10));
      return { width, height, ...(rounded && { painted: rounded }) };
    }),
    automatic: { shape, page, appended, box },
  };
}

async function documentOf(c: Context): Promise<Uint8Array> {
  const form = await c.req.formData().catch(() => undefined);
  const document = form?.get('document');
  if (document instanceof File) return new Uint8Array(await document.arrayBuffer());
  throw new Refusal<HttpCode>('http/body-malformed', 'expected the part document', { field: 'document' });
}

/** What waits about this letter, the newest first. */
async function waitingFor(deps: StaffDeps, letter: Pick<Oficio, 'id'>): Promise<readonly LetterWaitingView[]> {
  const about = (await openApprovals(deps)).filter((one) => lettersIn(one).includes(letter.id));
  const caller = deps.acting.current()?.caller;
  const actor = caller && (await actorNow(deps.approvals, caller.by));
  return Promise.all(about.map((one) => waitingView(deps, actor, one)));
}

async function waitingView(deps: StaffDeps, actor: Actor | undefined, approval: Approval): Promise<LetterWaitingView> {
  const id = approval.pending.asked[0]?.scope?.official as OfficialId | undefined;
  const official = id && (await deps.directory.findOfficial(id))?.record;
  return {
    ...(await listedApproval(deps, actor, approval)),
    ...(official && { official: { id: official.id, name: official.name } }),
  };
}

/** Looking through letters, and what a letter needs before it is one. */
export function letterRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/oficios/search', async (c) => {
    const asked = checked(search, c.req.query());
    if (asked.before !== undefined) queryNumber(c, 'before', 0, Number.MAX_SAFE_INTEGER);
    return c.json(await searchLetters(deps, asked, Math.max(1, queryNumber(c, 'limit', 50, 200))));
  });
  app.get('/oficios/:id/waiting', async (c) => {
    const letter = await findOficio(deps, c.req.param('id'));
    await checkMayReadLetter(deps, letter);
    return c.json(await waitingFor(deps, letter));
  });
  app.post('/oficios/survey', async (c) => c.json(surveyView(await deps.inspectLetter(await documentOf(c)))));
  // What waited and was declined, or for too long, is sent once more.
  app.post('/oficios/:id/sign', async (c) => {
    const { id, unit } = await findOficio(deps, c.req.param('id'));
    await checkMayTouch(deps, { unit });
    const open = await signatureWaitingFor(deps, id);
    if (open) return c.json({ approval: pendingView(open, deps) }, 202);
    return c.json(await sealedView(deps, await deps.signDraft(id as OficioId), false));
  });
  app.get('/signatories', async (c) => c.json(await signatories(deps, c.req.query('units') === 'all')));
}

/** What these routes take, for whoever reads their description. */
export const LETTER_INPUTS: RouteInputs = {
  'GET /oficios/search': { query: search },
  'POST /oficios/survey': { form: 'document' },
  'POST /oficios/:id/sign': {},
};
