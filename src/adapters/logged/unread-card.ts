import { cardGuidOf } from '../../authority/card-name.ts';
import type { Primitives } from '../../core/primitives.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openingMissing } from '../../log/vouch.ts';
import { bodyOfIntent, cardLeafOf, isLoggedOnHold, type CardLog } from './card-proof.ts';
import { toldCard } from './told-card.ts';
import { firstOutcome, openedRecord, toldAbout } from './witness.ts';

/**
 * Sees that all can be read that may make a credential on a card count: its intent and proof, registration, tag and activation of the
 * card. Kind and reference of a leaf are in the log itself. That a credential is on hold because of what is gone says nothing against
 * who signed with it, and is no reason to revoke it.
 * @param intentLeaf that of the credential
 * @param before what was said from this leaf on is left out
 * @throws Refusal `log/opening-missing`, whose facts name the leaf (`index`)
 */
export async function expectReadCard(
  log: CardLog,
  intentLeaf: number,
  primitives: Pick<Primitives, 'hmac'>,
  before: number = Infinity,
): Promise<void> {
  const intent = (await openedRecord(log, intentLeaf, primitives)) ?? openingMissing(intentLeaf);
  const body = bodyOfIntent(intent);
  const guid = body && cardGuidOf(body);
  if (!guid) return;
  const issued = await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives);
  const said = issued === undefined ? [] : await toldAbout(log, issued, primitives);
  const proof = said.find(({ index, kind, record }) => index < before && kind === LeafKind.credentialProven && !record);
  if (proof) openingMissing(proof.index);
  const registered = await cardLeafOf(log, intentLeaf, guid, { acceptUnread: false });
  if (registered === undefined) return;
  if (!(await openedRecord(log, registered, primitives))) openingMissing(registered);
  await toldCard(log, registered, primitives, { until: before - 1 });
}

/**
 * Whether a credential is on a card that does not make it count: said of nobody who may only seem so because of what is gone.
 * @throws Refusal `log/opening-missing`
 */
export async function isKnownOnHold(
  log: CardLog,
  intentLeaf: number,
  primitives: Pick<Primitives, 'hmac' | 'verify'>,
  before?: number,
): Promise<boolean> {
  if (!(await isLoggedOnHold(log, intentLeaf, primitives, before))) return false;
  await expectReadCard(log, intentLeaf, primitives, before);
  return true;
}
