/** The secrets of a chip of ours, asked of the office when a step needs one. */
import { tryReadCertificate } from '../../authority/certificate.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { fromHex } from '../../core/bytes.ts';
import { cardAccessBytes, type AccessProof, type AccessPurpose, type CardSecret } from '../access-proof.ts';
import { formatCardNumber, type Card, type CardRegisterCode } from '../card.ts';
import { HOLDS_NOT, keyOf, refuseCard, type ChipDeps } from './chip.ts';
import type { ManagementKeys } from '../office.ts';
import { signWith } from '../piv/keys.ts';

/** Each is asked for once, when it is first needed: what is told stands in the log of the office. */
export interface ChipSecrets {
  managementKeys(): Promise<ManagementKeys>;
  /** Eight digits. */
  puk(): Promise<string>;
}

/**
 * The secrets of `card`, whose chip is in the reader: where the office wants it, the chip proves its own key first.
 * @throws Refusal `card/certificate-of-another`, `card/proven-elsewhere` for another body; what the office refuses
 */
export function secretsOf(deps: ChipDeps, card: Card): ChipSecrets {
  const { office } = deps;
  const { number } = card;
  let keys: Promise<ManagementKeys> | undefined;
  let puk: Promise<string> | undefined;
  const opening = async (secret: CardSecret) => ({ number, ...(await proofFor(deps, card, secret)) });
  return {
    managementKeys: () => (keys ??= opening('management-key').then((one) => office.managementKey(one))),
    puk: () => (puk ??= opening('puk').then((one) => office.puk(one))),
  };
}

/**
 * What is left to do before the key of a card that is being made gives way to another: where the office wants that key, it shows
 * once more that it is in the reader. Pulled before the next one is proven, the chip has none that anybody knows; then it is
 * opened without.
 * @throws as the secrets of `secretsOf`
 */
export async function showCardKey(deps: ChipDeps, card: Card): Promise<void> {
  const shown = await proofFor(deps, card, 'key-replacement');
  if (shown.proof) await deps.office.replaceKey({ number: card.number, ...shown });
}

async function proofFor(
  { channel, office, primitives }: ChipDeps,
  card: Card,
  purpose: AccessPurpose,
): Promise<{ readonly proof?: AccessProof }> {
  const asked = await office.accessChallenge(card.number, purpose);
  if (!asked) return {};
  const { challenge, certificate } = asked;
  const read = tryReadCertificate(certificate);
  const key = read && keyOf(read);
  // The office certifies what a card asked for.
  if (!key) throw new Error('a certificate with a key that no card can have');
  try {
    const data = cardAccessBytes(fromHex(card.guid)!, purpose, challenge);
    return { proof: { challenge, signature: await signWith(channel, '9E', key, data, primitives) } };
  } catch (error) {
    if (isRefusal(error) && HOLDS_NOT.includes(error.code)) return refuseBody(card);
    throw error;
  }
}

/** It says to be the card, and has not its key. */
export function refuseBody({ number, state }: Card): never {
  const facts = { number: formatCardNumber(number) };
  if (state !== 'registered') refuseCard('card/certificate-of-another', 'the key of the card is not in it', facts);
  throw new Refusal<CardRegisterCode>('card/proven-elsewhere', 'the key of the card is in another body', facts);
}
