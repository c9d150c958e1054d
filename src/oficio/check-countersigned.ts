import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { openPdf } from '../pdf/document.ts';
import { ownLimits } from '../pdf/limits.ts';
import { refuseUncompared, type Prepared } from '../signature/prepare.ts';
import type { Trust } from '../signature/trust.ts';
import { holds, mayStand, verifySignatures, type SignatureFinding } from '../signature/verify.ts';
import { claimedInSignature, type ClaimedCountersignature } from './countersignature.ts';
import type { OficioCode } from './oficio.ts';

export interface ExpectedCountersignature {
  /** The version on which it was put. */
  readonly base: Uint8Array;
  /** DER, of who countersigned. */
  readonly certificate: Uint8Array;
  readonly claimed: ClaimedCountersignature;
  readonly prepared: Prepared;
}

/**
 * As strict as the verifier: the new signature is the last, whole, intact, ours and unseen, all before it stand as they did, and nothing
 * but signatures that show nothing came after that of the letter.
 * @throws Refusal `oficio/own-check-failed`
 */
export async function checkCountersigned(
  { primitives, trust }: { readonly primitives: Primitives; readonly trust: Trust },
  { base, certificate, claimed, prepared }: ExpectedCountersignature,
  document: Uint8Array,
): Promise<void> {
  const findings = await verifySignatures(openPdf(document, primitives, ownLimits()), { primitives, trust });
  const last = findings.at(-1);
  if (last?.coverage !== 'whole') failedCheck('the signature does not cover the whole file');
  if (last.integrity !== 'intact') failedCheck(`integrity ${last.integrity}`);
  if (last.trust?.outcome !== 'pass') failedCheck('the chain does not lead to our root');
  if (!last.certificate || !equal(last.certificate.encoded, certificate)) failedCheck('another certificate');
  if (last.byteRange?.end !== document.length) failedCheck('another byte range');
  if (last.byteRange.gapStart !== prepared.byteRange.gapStart) failedCheck('another byte range');
  if (last.visible) failedCheck('it shows something');
  if (!equal(document.subarray(0, base.length), base)) failedCheck('another letter');
  const found = claimedInSignature(last.dictionary);
  if (found?.id !== claimed.id || found.letter !== claimed.letter || found.ordinal !== claimed.ordinal) {
    failedCheck('the dictionary names another one');
  }
  const own = Math.max(
    findings.findLastIndex(({ dictionary }) => claimedInSignature(dictionary) === undefined),
    0,
  );
  const [before, since] = [findings.slice(0, own), findings.slice(own, -1)];
  if (!before.every(mayStand) || !since.every(holds)) failedCheck('an earlier signature would no longer stand');
  if (since.some(isMoreThanSigned)) failedCheck('more than signatures came after the letter');
}

/** Whether more came to the file behind it than signatures; before the letter's own all may have. */
export function isMoreThanSigned({ changes }: SignatureFinding): boolean {
  return changes.some(({ kind }) => kind !== 'signature-added');
}

/**
 * Found out before anything is recorded: with one more signature everybody can still judge those before it.
 * @param tried the file with the new one, which is empty yet
 * @throws Refusal `signature/not-comparable`
 */
export async function refuseIncomparable(tried: Uint8Array, primitives: Primitives): Promise<void> {
  const findings = await verifySignatures(openPdf(tried, primitives, ownLimits()), { primitives });
  for (const finding of findings.slice(0, -1)) refuseUncompared(finding);
}

function failedCheck(what: string): never {
  throw new Refusal<OficioCode>('oficio/own-check-failed', what, { found: what });
}
