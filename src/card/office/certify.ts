import { readKeyRequest } from '../../authority/csr.ts';
import { fromHex, toHex } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import { isOfProfile } from '../../credential/body.ts';
import { revokeCredential, type RevokeDeps } from '../../credential/revoke.ts';
import { isUnproven, type Credential, type CredentialCode } from '../../credential/credential.ts';
import { issueCredential, refuseKeyInUse, type IssueDeps } from '../../credential/issue.ts';
import { KIND_OF_SLOT, type CardSlot } from '../../credential/on-card.ts';
import type { Official } from '../../directory/official.ts';
import { credentialsOf, slotOf, slotsOf, type CardCredentialDeps } from './activate.ts';
import type { Card, CardNumber, CardRegisterCode } from '../card.ts';
import type { CardCertificate } from '../office.ts';
import { CARD_DAYS, getCard, refuseUnlessRegistered } from './register.ts';

export interface CertifyDeps extends CardCredentialDeps {
  readonly issuing: IssueDeps;
  /** Credentials as `revokeCredential` wants them. */
  readonly revoking: RevokeDeps;
  /** SubjectPublicKeyInfo of our own keys, which nobody may bring. */
  readonly ownKeys: readonly Uint8Array[];
}

/**
 * @param official its holder as the directory has them now, if it has
 * @throws TypeError for one that was not issued
 */
export function cardCertificate(credential: Credential, official: Official | undefined): CardCertificate {
  const { serial, certificate } = credential;
  if (!certificate) throw new TypeError(`the credential ${serial} has no certificate`);
  const isUpToDate = official !== undefined && isOfProfile(credential, official);
  return { slot: slotOf(credential), serial, certificate, isProven: !isUnproven(credential), isUpToDate };
}

/**
 * Issues for a slot of a card that is being made, to the key that signed the request: on hold until the card proved it and is active. The same
 * key answers with the same certificate; what was issued for another key of the slot is revoked before (`superseded`).
 * @throws Refusal `card/not-found`, `card/ended`, `card/already-active`, `card/slot-not-allowed`, `credential/key-in-use` for a
 * key that was ever certified but for this slot of this card, `credential/already-revoked` for one whose certificate was revoked, those of `readKeyRequest`, `credentialsOf` and `issueCredential`
 */
export async function certifySlot(
  deps: CertifyDeps,
  { number, slot, csr }: { readonly number: CardNumber; readonly slot: CardSlot; readonly csr: Uint8Array },
): Promise<CardCertificate> {
  const { record: card } = await getCard(deps.store, number);
  refuseUnlessRegistered(card);
  const official = (await deps.directory.findOfficial(card.officialId))?.record;
  refuseSlot(card, slot, official);
  const { key } = await readKeyRequest(csr, deps.primitives, { ownKeys: deps.ownKeys });
  const keyHash = toHex(deps.primitives.digest('SHA-256', key.spki));
  // First: whoever brings a foreign key revokes nothing with it.
  const [kind, issuedFor] = [KIND_OF_SLOT[slot], { number, guid: fromHex(card.guid)!, expires: card.expires }];
  await refuseKeyInUse(deps.issuing.store, keyHash, { kind, card: issuedFor }, card.officialId);
  for (const other of await credentialsOf(deps, card)) {
    if (slotOf(other) !== slot || other.keyHash === keyHash || other.state === 'revoked') continue;
    await revokeCredential(deps.revoking, other.serial, { reason: 'superseded' });
  }
  const issued = await issueCredential(deps.issuing, {
    officialId: card.officialId,
    kind,
    days: CARD_DAYS,
    spki: key.spki,
    keyPlace: 'card',
    card: issuedFor,
    // A retry finds what the first try made for this key.
    idempotencyKey: `card/${number}/${slot}/${keyHash}`,
  });
  if (issued.state !== 'revoked') return cardCertificate(issued, official);
  const facts = { serial: issued.serial, found: issued.revoked?.reason ?? 'revoked' };
  throw new Refusal<CredentialCode>('credential/already-revoked', 'what was issued for this key is revoked', facts);
}

function refuseSlot({ number }: Card, slot: CardSlot, official: Official | undefined): void {
  // Who is not found is refused by whoever issues.
  if (!official || slotsOf(official).includes(slot)) return;
  const facts = { number, slot };
  throw new Refusal<CardRegisterCode>('card/slot-not-allowed', `nothing is issued for ${slot} of this person`, facts);
}
