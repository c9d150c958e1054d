/** A card whose key of 9A answers for its holder at the door of the office. */
import { cardGuidOf } from '../../authority/card-name.ts';
import type { Certificate } from '../../authority/certificate.ts';
import { equal, fromHex } from '../../core/bytes.ts';
import { cardLoginBytes, type CardAnswer } from '../../core/card-login.ts';
import { keyOf, refuseCard } from './chip.ts';
import { signWith } from '../piv/keys.ts';
import { verifyPin } from '../piv/pin.ts';
import type { PublicKey } from '../piv/public-key.ts';
import { challengeCard, readSlotCertificate, type CounterDeps } from './verify-card.ts';

export interface LoginCardInReader {
  /** As its certificate says it. */
  readonly certificate: Certificate;
  readonly key: PublicKey;
}

/**
 * What a card says of whose it is, before its PIN is asked for. Nobody is logged in yet who could ask the office: that card and
 * certificates belong together is all that is known here.
 * @throws Refusal `card/no-login-key`, `card/certificate-of-another`, and as `challengeCard`
 */
export async function openLoginCard(deps: CounterDeps): Promise<LoginCardInReader> {
  const { guid } = await challengeCard(deps);
  const certificate = await readSlotCertificate(deps.channel, '9A');
  const key = certificate && keyOf(certificate);
  if (!key) return refuseCard('card/no-login-key', 'no certificate in 9A');
  const named = cardGuidOf(certificate);
  if (!named || !equal(named, fromHex(guid)!)) {
    return refuseCard('card/certificate-of-another', 'the certificate in 9A names another card');
  }
  return { certificate, key };
}

/**
 * Answers for the holder, with their PIN.
 * @throws Refusal `card/pin-wrong`, `card/pin-last-try`, `card/pin-blocked`; as `signWith`
 */
export async function answerWithCard(
  { channel, primitives }: CounterDeps,
  { certificate, key }: LoginCardInReader,
  pin: Uint8Array,
  asked: { readonly origin: string; readonly challenge: Uint8Array },
): Promise<CardAnswer> {
  await verifyPin(channel, pin);
  const message = cardLoginBytes(asked.origin, asked.challenge, primitives);
  return { serial: certificate.serial.hex, signature: await signWith(channel, '9A', key, message, primitives) };
}
