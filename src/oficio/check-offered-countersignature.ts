/** Whoever holds the key makes for themselves what it signs, of a letter that they look at themselves. */
import { readCertificate } from '../authority/certificate.ts';
import { USAGE } from '../authority/extension.ts';
import { ATTRIBUTE, findAttribute } from '../authority/name.ts';
import { equal, toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import { openPdf } from '../pdf/document.ts';
import { sealInSignature } from '../seal/in-signature.ts';
import { sealOrigin } from '../seal/address.ts';
import type { SealClaims } from '../seal/seal.ts';
import type { Prepared } from '../signature/prepare.ts';
import { trustByChain } from '../signature/trust.ts';
import { holds, mayStand, verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import { isMoreThanSigned } from './check-countersigned.ts';
import { differs } from './check-prepared.ts';
import { claimedInSignature, type CountersignIntent } from './countersignature.ts';
import { layOutCountersignature } from './lay-out-countersignature.ts';
import { beginsAsSealed } from './seal-of.ts';

/** What a service says of a countersignature that it has prepared. */
export interface OfferedToStation {
  readonly countersignature: Pick<CountersignIntent, 'id' | 'letter' | 'ordinal' | 'signer' | 'at' | 'salt'>;
  /** DER: of the signer, and the rest of its chain. */
  readonly certificate: Uint8Array;
  readonly signerChain: readonly Uint8Array[];
  /** What it wants signed. */
  readonly toBeSigned: Uint8Array;
  /** Where its seals lead, and whether plain HTTP may. */
  readonly origin: string;
  readonly dev: boolean;
}

/** What was ordered, as the person has it. */
export interface CountersignOrdered {
  readonly signerId: string;
  /** Whether this is the letter that they named. */
  isNamed(claims: SealClaims): boolean;
  /** The file that they have of it, where they gave one. */
  readonly file?: Uint8Array;
}

/** What a person is shown of it, read from the file itself. */
export interface CheckedCountersignature {
  readonly prepared: Prepared;
  readonly claims: SealClaims;
  /** Who signed the letter, and countersigned it since, as their certificates say. */
  readonly signers: readonly string[];
}

/** A clock of the service may run ahead of ours by as much; what was begun is gone on with for a day. */
const CLOCK_SKEW_SECONDS = 300;
const MAX_WAIT_SECONDS = 86_400;

/**
 * Whether what a service wants signed is one more signature on the letter that was ordered. The letter is `base`, as the service
 * delivers it: it has to go on from the file at hand, to carry nothing after its signature but countersignatures that show nothing, and all of them,
 * as the card's own certificate, by the one authority that issued the card's.
 * @param certificate on the card
 * @throws Refusal `oficio/prepared-differs` (fact `what`), and what reading and laying out the document throws
 */
export async function checkOfferedCountersignature(
  primitives: Primitives,
  order: CountersignOrdered,
  base: Uint8Array,
  certificate: Uint8Array,
  offered: OfferedToStation,
  now: UnixSeconds,
): Promise<CheckedCountersignature> {
  const { countersignature: facts, signerChain } = offered;
  if (!equal(offered.certificate, certificate)) differs('certificate');
  const { signer, at } = facts;
  if (signer.serial !== readCertificate(certificate).serial.hex || signer.officialId !== order.signerId)
    differs('signer');
  if (!(now - MAX_WAIT_SECONDS - CLOCK_SKEW_SECONDS <= at && at <= now + CLOCK_SKEW_SECONDS)) differs('time');
  if (order.file && !equal(base.subarray(0, order.file.length), order.file)) differs('bytes');
  const findings = await verifySignatures(openPdf(base, primitives), { primitives });
  if (!findings.every(mayStand) || findings.at(-1)?.coverage !== 'whole') differs('bytes');
  const own = findings.findLastIndex(({ dictionary }) => claimedInSignature(dictionary) === undefined);
  await checkIssued(primitives, findings.slice(Math.max(own, 0)), certificate, offered);
  const letter = findings[own];
  const origin = sealOrigin(offered.origin, { allowHttp: offered.dev });
  // Whoever signed the document before it became a letter is part of it; whose name is shown to the person has signed this.
  if (!findings.slice(own).every(holds)) differs('bytes');
  const claims = letter && sealInSignature(letter.dictionary, { origins: [origin] })?.claims;
  if (!claims || toHex(claims.id) !== facts.letter || !order.isNamed(claims)) return differs('seal');
  // A seal says nothing of the document under which somebody else put it.
  if (!beginsAsSealed(claims, base, primitives)) differs('seal');
  const later = findings.slice(own + 1);
  if (!later.every((one, i) => isCountersignature(one, facts.letter, i + 1))) differs('bytes');
  if (findings.slice(own).some(isMoreThanSigned)) differs('bytes');
  if (facts.ordinal !== later.length + 1) differs('bytes');
  const prepared = layOutCountersignature({ primitives, signerChain }, facts, base, certificate);
  if (!equal(prepared.toBeSigned, offered.toBeSigned)) differs('bytes');
  return { prepared, claims, signers: findings.slice(own).map(nameOf) };
}

/**
 * The letter's signature and those behind it are by the authority that issued the card's certificate. Whoever signed the document before it
 * became a letter, another installation too, is for the letter's signer.
 */
async function checkIssued(
  primitives: Primitives,
  signatures: readonly SignatureFinding[],
  certificate: Uint8Array,
  { signerChain, countersignature: { at } }: OfferedToStation,
): Promise<void> {
  const [issuer] = signerChain;
  if (!issuer) return differs('institution');
  const request = { intermediates: [], anchors: [readCertificate(issuer)], at, requiredEku: USAGE.documentSigning };
  const own = trustByChain(request, primitives);
  if ((await own(readCertificate(certificate), [])).outcome !== 'pass') differs('institution');
  for (const { certificate: theirs, claimedAt } of signatures) {
    // Letters outlive certificates.
    const then = trustByChain({ ...request, at: claimedAt ?? at }, primitives);
    if (!theirs || (await then(theirs, [])).outcome !== 'pass') differs('institution');
  }
}

function isCountersignature({ dictionary, visible }: SignatureFinding, letter: string, ordinal: number): boolean {
  const claimed = claimedInSignature(dictionary);
  return claimed?.letter === letter && claimed.ordinal === ordinal && !visible;
}

function nameOf({ certificate }: SignatureFinding): string {
  return (certificate && findAttribute(certificate.subject, ATTRIBUTE.CN)) ?? '';
}
