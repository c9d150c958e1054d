import { cardGuidOf } from '../../authority/card-name.ts';
import { toHex } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { LeafKind } from '../../log/leaf.ts';
import { bodyOfIntent, type CardLog } from './card-proof.ts';
import { firstOutcome, openedRecord, toldAbout, type ToldAct } from './witness.ts';

/** What makes a card active, and its credentials count. */
const COUNTING: ReadonlySet<LeafKind> = new Set([
  LeafKind.credentialProven,
  LeafKind.cardTagAssigned,
  LeafKind.cardActivated,
]);

/**
 * The leaf that nobody can read any more and that may have made a credential on a card count: its proof, or the activation of its
 * card. Kind and reference of a leaf are in the log itself. That such a one is on hold says nothing against who signed with it.
 * @param before what was said from this leaf on is left out
 */
export async function unreadOfCard(
  log: CardLog,
  intentLeaf: number,
  primitives: Pick<Primitives, 'hmac'>,
  before: number = Infinity,
): Promise<number | undefined> {
  const intent = await openedRecord(log, intentLeaf, primitives);
  const body = intent && bodyOfIntent(intent);
  const guid = body && cardGuidOf(body);
  if (!guid) return undefined;
  const issued = await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives);
  const registered = await registrationOf(log, toHex(guid));
  if (registered.unread !== undefined) return registered.unread;
  const told: ToldAct[] = [];
  for (const leaf of [issued, registered.leaf]) {
    if (leaf !== undefined) told.push(...(await toldAbout(log, leaf, primitives)));
  }
  return told.find(({ index, kind, record }) => index < before && !record && COUNTING.has(kind))?.index;
}

/** Where a record is gone that may be the registration of this card, that one. */
async function registrationOf(
  log: CardLog,
  guid: string,
): Promise<{ readonly leaf?: number | undefined; readonly unread?: number }> {
  try {
    return { leaf: await log.firstOfGuid(guid) };
  } catch (error) {
    if (!isRefusal(error, 'log/opening-missing')) throw error;
    return { unread: Number(error.facts['index']) };
  }
}
