/** What a chip attests of its keys, and whether the maker of the chip is known here. */
import { tryReadCertificate, verifyCertificateSignature, type Certificate } from '../../authority/certificate.ts';
import { ATTRIBUTE, findAttribute, sameName } from '../../authority/name.ts';
import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isSame } from '../../core/same.ts';
import { refuseCard, type Chip } from './chip.ts';
import type { PublicKey } from '../piv/public-key.ts';
import type { CardSlot } from '../../credential/on-card.ts';
import { attest, readAttestationIssuer } from '../piv/vendor.ts';

/** Whose chips this station knows. */
export interface CardMakers {
  /** Certificates under which makers certify the attesting keys of their chips; each is believed as it stands. */
  readonly certificates: readonly Certificate[];
  /** Whether any other chip is refused. */
  readonly isRequired: boolean;
}

/** `silent`: the chip attests nothing, as the standard asks of none. */
export type ChipMaker =
  { readonly state: 'known'; readonly name: string } | { readonly state: 'unknown' } | { readonly state: 'silent' };

/**
 * Who made the chip in which this key was made, as the chip says: the attestation is of this very key, by the attesting key of the
 * chip, and that one is certified by a maker that is known. Exactly these two steps, so that a key which a genuine chip attests
 * attests no other.
 */
export async function makerOf(
  found: { readonly attested: Uint8Array | undefined; readonly issuer: Uint8Array | undefined },
  key: PublicKey,
  makers: readonly Certificate[],
  primitives: Pick<Primitives, 'verify'>,
): Promise<ChipMaker> {
  if (!found.attested) return { state: 'silent' };
  const [attestation, issuer] = [tryReadCertificate(found.attested), found.issuer && tryReadCertificate(found.issuer)];
  if (
    !attestation ||
    !issuer ||
    !equal(attestation.key.spki, key.spki) ||
    !(await isIssuedBy(attestation, issuer, primitives))
  ) {
    return { state: 'unknown' };
  }
  for (const maker of makers) {
    const isOwn = equal(maker.encoded, issuer.encoded);
    if (!isOwn && !(await isIssuedBy(issuer, maker, primitives))) continue;
    return { state: 'known', name: findAttribute(maker.subject, ATTRIBUTE.CN) ?? '—' };
  }
  return { state: 'unknown' };
}

async function isIssuedBy(
  subject: Certificate,
  issuer: Certificate,
  primitives: Pick<Primitives, 'verify'>,
): Promise<boolean> {
  return sameName(subject.issuer, issuer.subject) && verifyCertificateSignature(subject, issuer.key, primitives);
}

/**
 * Notes who made the chip, where this station goes by makers at all: known is one of whom every key that was asked for says so.
 * @throws Refusal `card/maker-unknown` where it takes no other chips
 */
export async function noteMaker(chip: Chip, slot: CardSlot, key: PublicKey): Promise<void> {
  const { makers, channel, primitives } = chip.deps;
  if (!makers) return;
  const attested = await attest(channel, slot);
  const issuer = attested && (await readAttestationIssuer(channel));
  const maker = await makerOf({ attested, issuer }, key, makers.certificates, primitives);
  chip.maker = chip.maker && !isSame(chip.maker, maker) ? { state: 'unknown' } : maker;
  if (makers.isRequired && chip.maker.state !== 'known') {
    refuseCard('card/maker-unknown', `${slot}: ${chip.maker.state}`, { slot });
  }
}
