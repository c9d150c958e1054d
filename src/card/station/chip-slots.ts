/** Keys made inside the chip, each certified, and each certificate proven to stand where its key is. */
import { tryReadCertificate } from '../../authority/certificate.ts';
import { equal, fromHex } from '../../core/bytes.ts';
import { cardProofBytes, type CardSlot } from '../../credential/on-card.ts';
import { noteMaker } from './attestation.ts';
import { refuseBody, showCardKey } from './chip-access.ts';
import { keyOf, refuseCard, type Chip } from './chip.ts';
import type { CardCertificate } from '../office.ts';
import { encodeCertificate } from '../piv/certificate.ts';
import { makeKeyRequest } from '../piv/key-request.ts';
import { generateKey } from '../piv/keys.ts';
import { certificateObject } from '../piv/objects.ts';
import type { PublicKey } from '../piv/public-key.ts';
import type { KeyAlgorithm } from '../piv/reference.ts';
import { attest } from '../piv/vendor.ts';

/** A slot as it is now. */
export interface CompletedSlot {
  readonly story: SlotStory;
  /** Of the certificate that was read back from the chip, and whose key proved itself. */
  readonly serial: string;
}

/** How a slot came to be as it should: its key was made, found to be the right one, or made in place of another. */
export type SlotStory = 'made' | 'kept' | 'restarted';

/**
 * Brings a slot to where it has a key, the certificate for it, and the proof of both at the office. What was issued before is
 * kept only where it says what the directory says, and the key in the slot proves to be its own.
 * @param issued what the office has issued for the slot and not revoked
 * @throws Refusal `card/attests-another-key`, `card/read-back-differs`, `card/signature-wrong`, what the office refuses;
 *   `card/proven-elsewhere` where the key of the card was proven and is not in 9E: no other takes its place
 */
export async function completeSlot(
  chip: Chip,
  slot: CardSlot,
  issued: readonly CardCertificate[],
  algorithm: KeyAlgorithm,
): Promise<CompletedSlot> {
  for (const one of issued) {
    const isCardKey = slot === '9E' && one.isProven;
    const isHeld = (one.isUpToDate || isCardKey) && (await chip.holds(slot, certifiedKey(one)));
    // It signed for the secrets: it failed once, or was never in this body.
    if (isCardKey && !isHeld) refuseBody(chip.card);
    if (!isHeld || !one.isUpToDate) continue;
    await noteMaker(chip, slot, certifiedKey(one));
    for (const other of issued) if (other !== one) await discard(chip, other);
    await finishSlot(chip, one);
    return { story: 'kept', serial: one.serial };
  }
  // Before a new key is asked for: from then on nobody knows which one is there.
  for (const one of issued) await discard(chip, one);
  if (slot === '9E' && !chip.isBlank) await showCardKey(chip.deps, chip.card);
  const key = await makeKey(chip, slot, algorithm);
  await noteMaker(chip, slot, key);
  const csr = await makeKeyRequest(key, (data) => chip.sign(slot, key, data));
  const { office } = chip.deps;
  const certify = (): Promise<CardCertificate> => office.certify({ number: chip.card.number, slot, csr });
  const made = await chip.step({ step: 'certify', of: slot }, certify);
  await finishSlot(chip, made);
  return { story: issued.length > 0 ? 'restarted' : 'made', serial: made.serial };
}

async function discard(chip: Chip, { slot, serial }: CardCertificate): Promise<void> {
  await chip.step({ step: 'discard', of: slot, serial }, () => chip.deps.office.discard(serial));
}

/** Revokes what was issued for a slot that the person has no more, and takes its certificate from the chip. */
export async function emptySlot(chip: Chip, issued: CardCertificate): Promise<void> {
  await discard(chip, issued);
  await chip.erase(certificateObject(issued.slot));
}

/**
 * Where this station takes chips of known makers alone, has the chip show by a key of no use that it is one: a chip from the
 * factory, before it is told any secret. The key that counts takes the place of this one.
 * @throws Refusal `card/maker-unknown`
 */
export async function expectKnownMaker(chip: Chip): Promise<void> {
  if (chip.deps.makers?.isRequired) await noteMaker(chip, '9E', await makeKey(chip, '9E', 'P-256'));
}

async function makeKey(chip: Chip, slot: CardSlot, algorithm: KeyAlgorithm): Promise<PublicKey> {
  const { channel } = chip.deps;
  const key = await chip.step({ step: 'generate-key', of: slot }, () => generateKey(channel, slot, algorithm));
  if (!chip.attests) return key;
  const attestation = await attest(channel, slot);
  chip.attests = attestation !== undefined;
  // Whose chip it is says its maker's root (`noteMaker`); here, that the chip says the same twice.
  const attested = attestation && tryReadCertificate(attestation);
  if (attested && !equal(attested.key.spki, key.spki)) {
    refuseCard('card/attests-another-key', `${slot}: another key is attested than was made`, { slot });
  }
  return key;
}

/** Writes the certificate, reads it back, and proves at the office that its key is in the slot. */
async function finishSlot(chip: Chip, issued: CardCertificate): Promise<void> {
  const { slot, serial, certificate, isProven } = issued;
  const key = certifiedKey(issued);
  await chip.ensure(certificateObject(slot), encodeCertificate(certificate));
  if (!isProven) {
    const { office } = chip.deps;
    const challenge = await office.challenge(serial);
    const signature = await chip.sign(slot, key, cardProofBytes(chip.guid, fromHex(serial)!, challenge));
    await chip.step({ step: 'prove', of: slot, serial }, () => office.prove({ serial, challenge, signature }));
  }
  if (slot === '9E') chip.cardKey = key;
}

function certifiedKey({ certificate, serial }: CardCertificate): PublicKey {
  const read = tryReadCertificate(certificate);
  const key = read && keyOf(read);
  // The office certifies what a card asked for.
  if (!key) throw new Error(`the certificate ${serial} has a key that no card can have`);
  return key;
}
