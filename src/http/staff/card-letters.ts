import type { Hono } from 'hono';
import { z } from 'zod';
import { actorNow } from '../../approval/office.ts';
import type { GivenPlace, Oficio, OficioId } from '../../oficio/oficio.ts';
import { pendingView } from './approval-views.ts';
import type { StaffDeps } from './deps.ts';
import { readJson, type RouteInputs } from './input.ts';
import {
  checkMayReadLetter,
  checkMayTouch,
  lettersIn,
  signaturesWaiting,
  signatureWaitingFor,
} from './letter-access.ts';
import { offeredView, type OfferedView } from './offered-view.ts';
import { earlierView, findOficio, sealedView, viewsOf } from './oficios.ts';

/** A draft that waits for the card of its signer. */
export interface OfferedDraftView extends OfferedView {
  /** Where its seal was put by hand. */
  readonly place?: GivenPlace;
}

const preparing = z.strictObject({ serial: z.string().regex(/^[0-9a-f]{2,40}$/) });

const PAGE = 200;
const MOST_SEARCHED = 1000;

/** Drafts that wait for the card of whoever asks, and for nothing else, the newest first. */
async function awaitingCardOf(deps: StaffDeps): Promise<readonly Oficio[]> {
  const caller = deps.acting.current()?.caller;
  const official = caller && (await actorNow(deps.approvals, caller.by)).official;
  if (official === undefined) return [];
  const found: Oficio[] = [];
  let before: number | undefined;
  for (let looked = 0; looked < MOST_SEARCHED; looked += PAGE) {
    const page = await deps.oficios.listNewest({
      state: 'sealed',
      ...(before !== undefined && { before }),
      limit: PAGE,
    });
    for (const letter of page) {
      if (letter.signer.officialId === official && (await isForCard(deps, letter))) found.push(letter);
    }
    before = page.at(-1)?.intentLeaf;
    if (page.length < PAGE) break;
  }
  const signed = new Set((await signaturesWaiting(deps)).flatMap(lettersIn));
  return found.filter(({ id }) => !signed.has(id));
}

/** Whether its signer has to sign it with a card. */
export async function isForCard({ credentials }: StaffDeps, { signer }: Pick<Oficio, 'signer'>): Promise<boolean> {
  return (await credentials.find(signer.serial))?.record.keyPlace === 'card';
}

/** Letters that wait for a card: it signs what it is offered here, and the second half is that of every card (`oficios.ts`). */
export function cardLetterRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/oficios/for-card', async (c) => c.json(await viewsOf(deps, await awaitingCardOf(deps))));
  // As it was given: whoever holds the card makes of it themselves what is signed.
  app.get('/oficios/:id/draft', async (c) => {
    const letter = await findOficio(deps, c.req.param('id'));
    await checkMayReadLetter(deps, letter);
    const document = await deps.draftDocument(letter.id);
    return c.body(new Uint8Array(document), 200, { 'content-type': 'application/pdf', 'cache-control': 'no-store' });
  });
  app.post('/oficios/:id/prepared', async (c) => {
    const { serial } = await readJson(c, preparing);
    const { id, unit, signer, place } = await findOficio(deps, c.req.param('id'));
    await checkMayTouch(deps, { unit }, signer.officialId);
    // The card has signed: its signer's passkey is what it waits for.
    const open = await signatureWaitingFor(deps, id);
    if (open) return c.json({ approval: pendingView(open, deps) }, 202);
    const answer = await deps.prepareDraft(id as OficioId, serial);
    if ('document' in answer) return c.json(await sealedView(deps, answer, true));
    const offered = offeredView(answer, await earlierView(deps, id));
    return c.json({ ...offered, ...(place && { place }) } satisfies OfferedDraftView);
  });
}

/** What these routes take, for whoever reads their description. */
export const CARD_LETTER_INPUTS: RouteInputs = {
  'POST /oficios/:id/prepared': { body: preparing },
};
