/** A card that signs letters with the key of 9C. Before its PIN is asked for, or sent, it has shown that it is the right one. */
import type { Certificate } from '../../authority/certificate.ts';
import { equal } from '../../core/bytes.ts';
import { formatCardNumber, type Card } from '../card.ts';
import type { CardChannel } from '../channel.ts';
import { keyOf, refuseCard, type ChipDeps } from './chip.ts';
import { identifyCard } from './identify-chip.ts';
import { refuse } from '../piv/answer.ts';
import { signWith } from '../piv/keys.ts';
import { readPinState, verifyPin } from '../piv/pin.ts';
import type { PublicKey } from '../piv/public-key.ts';
import { proveCardKey, readSlotCertificate } from './verify-card.ts';

export type SignCardDeps = Pick<ChipDeps, 'channel' | 'office' | 'random' | 'primitives'>;

/** Which card lies in the reader, and what signs on it. */
export interface SigningCard {
  readonly card: Card;
  /** Of its holder, as the directory has it. */
  readonly holder: { readonly name: string; readonly post: string };
  /** Of the certificate, 32 hexadecimal digits. */
  readonly serial: string;
  /** Read from the card, and the one that the office issued. */
  readonly certificate: Certificate;
  readonly key: PublicKey;
}

/**
 * Finds out whose card it is and what signs on it. No PIN is asked: the card's own key (9E) signs fresh bytes, which a copy of
 * all that can be read from it cannot, and what stands in 9C is what was issued for it.
 * @param signerId whose card it must be, where that is known
 * @throws Refusal `card/not-ours`, `card/not-the-signers`, `card/not-active`, `card/no-signing-key`; as `proveCardKey`
 */
export async function openSigningCard(deps: SignCardDeps, signerId?: string): Promise<SigningCard> {
  const { channel, office } = deps;
  const card = await identifyCard(deps);
  const number = formatCardNumber(card.number);
  if (signerId !== undefined && card.officialId !== signerId) {
    // Whoever has left is nobody's name any more.
    const named = await office.holder(card.officialId).catch(() => undefined);
    const facts = { number, ...(named && { holder: named.name }) };
    refuseCard('card/not-the-signers', 'the card of somebody else', facts);
  }
  const { name, post } = await office.holder(card.officialId);
  if (card.state !== 'active')
    refuseCard('card/not-active', `the card is ${card.state}`, { number, state: card.state });
  // Of whoever left nothing is in force, nor of a name that is reserved.
  const issued = (await office.certificates(card.number)).find(({ slot, isProven }) => slot === '9C' && isProven);
  if (!issued) return refuseCard('card/no-signing-key', 'nothing is in force for 9C', { number });
  await proveCardKey(deps, card);
  const certificate = await readSlotCertificate(channel, '9C');
  if (!certificate || !equal(certificate.encoded, issued.certificate)) {
    return refuseCard('card/certificate-of-another', 'another certificate in 9C than was issued', { number });
  }
  const key = keyOf(certificate);
  if (!key) return refuseCard('card/no-signing-key', 'a key that no card can have', { number });
  return { card, holder: { name, post }, serial: issued.serial, certificate, key };
}

/**
 * That it is still this card, by another signature of its own key: right before a PIN goes to it, as somebody may have put in
 * another one while the person was reading or typing.
 * @throws Refusal `card/exchanged`, and as `proveCardKey`
 */
export async function expectSigningCard(deps: SignCardDeps, { card }: SigningCard): Promise<void> {
  const found = await identifyCard(deps);
  if (found.number !== card.number) {
    refuseCard('card/exchanged', 'another card than before', { number: formatCardNumber(card.number) });
  }
  await proveCardKey(deps, card);
}

/**
 * How many tries its PIN has left; nothing is tried. `undefined`: all, as it was given already.
 * @throws Refusal `card/pin-last-try` where one is left, which is never spent; `card/pin-blocked`
 */
export async function pinTriesLeft(channel: CardChannel): Promise<number | undefined> {
  const state = await readPinState(channel);
  if (state.verified) return undefined;
  const { triesLeft } = state;
  if (triesLeft === 0) refuse('card/pin-blocked', 'the PIN is blocked');
  if (triesLeft === 1) refuse('card/pin-last-try', 'one try is left for the PIN', { triesLeft });
  return triesLeft;
}

/**
 * One signature of 9C over `data`, with the PIN right before it, which the card took before (`verifyPin`): raw `r || s`, or RSA PKCS#1 v1.5.
 * It verifies with the certificate of the card.
 * @throws Refusal `card/pin-wrong` for another PIN; `card/signature-wrong`, `card/no-key`, and as `signWith`
 */
export async function signOnCard(
  { channel, primitives }: SignCardDeps,
  { key }: SigningCard,
  pin: Uint8Array,
  data: Uint8Array,
): Promise<Uint8Array> {
  await verifyPin(channel, pin, { tries: 'full' });
  return signWith(channel, '9C', key, data, primitives);
}
