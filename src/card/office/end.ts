import { isRefusal } from '../../core/refusal.ts';
import { revokeCredential, type RevokeDeps } from '../../credential/revoke.ts';
import type { Credential, RevocationGrounds, RevocationReason } from '../../credential/credential.ts';
import { getRecorded } from '../../credential/store.ts';
import { LeafKind } from '../../log/leaf.ts';
import { untilFresh } from '../../log/retry.ts';
import { endReasonOf, type Card, type CardEndReason, type CardNumber } from '../card.ts';
import { commitCard } from './change.ts';
import { endedRecord, stolenRecord } from './record.ts';
import { getCard, type CardDeps } from './register.ts';
import type { CardLeaves } from './store.ts';

export interface EndCardDeps extends CardDeps {
  readonly leaves: CardLeaves;
  /** Credentials as `revokeCredential` wants them. */
  readonly revoking: RevokeDeps;
}

/** A card that is in other hands, or may be, has keys there: 9E answers without a PIN. */
const REVOKED_FOR: Readonly<Record<CardEndReason, RevocationReason>> = {
  lost: 'keyCompromise',
  stolen: 'keyCompromise',
  damaged: 'superseded',
  replaced: 'superseded',
  wiped: 'cessationOfOperation',
  left: 'affiliationChanged',
};

/**
 * Ends a card for good: first all that was issued for it is revoked, then the card is ended. Asked again, it goes on where it
 * stopped, and whatever was issued meanwhile is revoked too; a card that is ended keeps its first reason, but for a theft: that
 * is an act of its own, and from then on its keys are reported as such.
 * @throws Refusal `card/not-found`, and of the first credential that somebody edited, once all others are revoked
 */
export async function endCard(
  deps: EndCardDeps,
  { number, reason }: { readonly number: CardNumber; readonly reason: CardEndReason },
): Promise<Card> {
  const { record: card } = await getCard(deps.store, number);
  const isTheft = reason === 'stolen' && card.state === 'ended';
  const refused = await revokeAll(deps, card, reason, { alsoRevoked: isTheft });
  const ended = await untilFresh(async () => {
    const found = await getCard(deps.store, number);
    if (found.record.state === 'ended') {
      if (reason !== 'stolen' || endReasonOf(found.record) === 'stolen') return found.record;
      const stolen: Card = { ...found.record, stolen: { at: deps.clock() } };
      const act = { kind: LeafKind.cardStolen, leafAs: 'stolenLeaf' } as const;
      return commitCard(deps, act, stolen, found, stolenRecord(stolen));
    }
    const next: Card = { ...found.record, state: 'ended', ended: { at: deps.clock(), reason } };
    return commitCard(deps, { kind: LeafKind.cardEnded, leafAs: 'endedLeaf' }, next, found, endedRecord(next));
  });
  // Of a request that was under way.
  refused.push(...(await revokeAll(deps, card, reason)));
  if (refused.length > 0) throw refused[0];
  return ended;
}

/**
 * @param options.alsoRevoked reports as stolen what counted once and was revoked for another reason
 * @returns why some could not be: one row that somebody edited keeps no other credential, and no card, in force
 */
async function revokeAll(
  { leaves, revoking }: EndCardDeps,
  card: Card,
  reason: CardEndReason,
  { alsoRevoked = false } = {},
): Promise<unknown[]> {
  const refused: unknown[] = [];
  for (const serial of await leaves.credentialsOf(card.guid)) {
    try {
      const { record: credential } = await getRecorded(revoking.store, serial);
      const isRevoked = credential.state === 'revoked';
      if (isRevoked && !(alsoRevoked && isReportable(credential))) continue;
      const grounds = await groundsOf(revoking, credential, REVOKED_FOR[reason], { withLeaf: isRevoked });
      await revokeCredential(revoking, serial, grounds);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.code !== 'credential/already-revoked') refused.push(error);
    }
  }
  return refused;
}

/** Revoked, after it had counted, for another reason than a theft. */
function isReportable({ provenLeaf, revoked }: Credential): boolean {
  return provenLeaf !== undefined && revoked?.reason !== 'keyCompromise';
}

/** What a stolen key signs is void from the newest leaf on: nobody knows of an earlier theft. What is revoked is changed with a leaf only. */
async function groundsOf(
  { log }: Pick<RevokeDeps, 'log'>,
  { kind }: Credential,
  reason: RevocationReason,
  { withLeaf }: { readonly withLeaf: boolean },
): Promise<RevocationGrounds> {
  if (reason !== 'keyCompromise' || (kind !== 'signer' && !withLeaf)) return { reason };
  return { reason, compromisedFrom: (await log.head()).size };
}
