import { holderAlgorithmFor } from '../../authority/algorithm.ts';
import { readCertificate } from '../../authority/certificate.ts';
import { fromHex } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { Credential } from '../../credential/credential.ts';
import { CHALLENGE_BYTES, KIND_OF_SLOT } from '../../credential/on-card.ts';
import { LeafKind } from '../../log/leaf.ts';
import { credentialsOf, type CardCredentialDeps } from './activate.ts';
import type { Card, CardNumber, CardRegisterCode } from '../card.ts';
import { commitNote } from './change.ts';
import { openedRecord } from './record.ts';
import { getCard, refuseUnlessRegistered } from './register.ts';
import { cardAccessBytes, type AccessProof, type AccessPurpose, type AccessRequest } from '../access-proof.ts';

/** So long after it was registered a card may be begun, or gone on with, before its own key was proven. */
const MAKING_SECONDS = 72 * 3600;

/**
 * The credential of the key that has to sign for this purpose; `undefined` where none has to: nothing of the card was proven yet,
 * its key is giving way to another, or it was ended and all of it is revoked: a wiped one has no key left to sign with.
 * @throws Refusal `card/no-key-proven` for a card in use that has none; `card/making-expired`, `card/revoked`,
 *   `card/suspended`; as `credentialsOf`, and as `refuseUnlessRegistered` where its key is to give way
 */
export async function keyToProve(
  deps: CardCredentialDeps,
  card: Card,
  purpose: AccessPurpose,
): Promise<Credential | undefined> {
  if (purpose === 'key-replacement') refuseUnlessRegistered(card);
  if (card.state === 'ended') return undefined;
  const issued = await credentialsOf(deps, card);
  // Also one that was revoked: whoever may revoke must not so come by the secrets.
  const own = issued.findLast(({ kind, provenLeaf }) => kind === KIND_OF_SLOT['9E'] && provenLeaf !== undefined);
  const { number } = card;
  if (!own) {
    if (card.state === 'active') refuse('card/no-key-proven', 'no key of its own was proven', { number });
    if (!isOfLate(card.registeredAt, deps)) refuse('card/making-expired', 'it was begun too long ago', { number });
    return undefined;
  }
  if (purpose === 'puk' && card.state === 'active') {
    // It would be given another PIN for nothing.
    if (own.state === 'revoked') refuse('card/revoked', 'what is on it was revoked', { number });
    // Somebody looks into whose hands it is in.
    if (issued.some(({ state }) => state === 'suspended')) {
      refuse('card/suspended', 'something on it is suspended', { number });
    }
  }
  return (await isGivingWay(deps, card, own)) ? undefined : own;
}

/**
 * Whether another key may be in 9E by now, which nobody knows yet: this one was revoked while the card is being made, and signed
 * afterwards that it gives way. That it was revoked opens nothing, nor does what it signed to be told a secret: that is asked for
 * whenever the card is put in, and long before it is given another key.
 */
async function isGivingWay(deps: CardCredentialDeps, card: Card, own: Credential): Promise<boolean> {
  if (card.state !== 'registered' || own.state !== 'revoked') return false;
  const shown = await deps.leaves.replacementOf(card.registeredLeaf, own.serial);
  if (!shown || shown.leaf < own.statusLeaf! || !isOfLate(shown.at, deps)) return false;
  return isPresent(deps, card, own, 'key-replacement', shown);
}

/** Neither long ago, nor by a clock that was as far ahead. */
function isOfLate(at: UnixSeconds, { clock }: Pick<CardCredentialDeps, 'clock'>): boolean {
  return Math.abs(clock() - at) <= MAKING_SECONDS;
}

/**
 * Records what a card signed for, who is about to be told a secret of it, and by what right. Only then it may be told.
 * @param isDrawn takes a challenge that was drawn for this purpose of this card: it is none afterwards
 * @throws Refusal `card/not-found`, `card/proof-missing`, `card/challenge-unknown`, `card/proof-wrong`, and as `keyToProve`
 */
export async function grantAccess(
  deps: CardCredentialDeps,
  { number, purpose, proof, station }: AccessRequest,
  isDrawn: (challenge: Uint8Array) => boolean,
): Promise<Card> {
  const { record: card } = await getCard(deps.store, number);
  const key = await keyToProve(deps, card, purpose);
  if (key && !proof) refuse('card/proof-missing', 'the card did not prove that it is in a reader', { number });
  if (key && !isDrawn(proof!.challenge)) refuse('card/challenge-unknown', 'no challenge of ours', { number });
  if (key && !(await isPresent(deps, card, key, purpose, proof!))) {
    refuse('card/proof-wrong', 'another key signed, or something else', { number });
  }
  const by = key && { serial: key.serial, ...proof! };
  const record = openedRecord({
    number,
    at: deps.clock(),
    secret: purpose,
    ...(station !== undefined && { station }),
    by,
  });
  await commitNote(deps, LeafKind.cardOpened, card, record);
  return card;
}

async function isPresent(
  { primitives }: CardCredentialDeps,
  { guid }: Card,
  { certificate }: Credential,
  purpose: AccessPurpose,
  { challenge, signature }: AccessProof,
): Promise<boolean> {
  const { key } = readCertificate(certificate!);
  const algorithm = holderAlgorithmFor(key.algorithm);
  if (!algorithm || challenge.length !== CHALLENGE_BYTES) return false;
  return primitives.verify(algorithm, key.spki, cardAccessBytes(fromHex(guid)!, purpose, challenge), signature);
}

function refuse(code: CardRegisterCode, message: string, facts: { readonly number: CardNumber }): never {
  throw new Refusal<CardRegisterCode>(code, message, facts);
}
