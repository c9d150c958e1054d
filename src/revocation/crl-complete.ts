import type { Primitives, SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { verifySignature } from '../authority/algorithm.ts';
import type { Certificate } from '../authority/certificate.ts';
import { encodeSigned } from '../authority/signed.ts';
import { type CrlLintContext, lintCrl } from './crl-lint.ts';
import { type CrlDraft, encodeTbsCrl } from './crl-encode.ts';
import { type Crl, readCrl } from './crl.ts';
import type { RevocationCode } from './code.ts';

/**
 * The exact bytes that the issuer's key will sign, linted: record them first.
 * @throws Refusal `revocation/lint` with the first finding; `revocation/duplicate-serial`
 */
export function prepareCrl(draft: CrlDraft, context: CrlLintContext): Uint8Array {
  const tbs = encodeTbsCrl(draft);
  const [finding] = lintCrl(tbs, context);
  if (finding) {
    throw new Refusal<RevocationCode>('revocation/lint', `${finding.rule}: ${finding.detail}`, { rule: finding.rule });
  }
  return tbs;
}

/** Whether the signature of a list is of the key of this issuer. */
export function isSignedBy(crl: Crl, issuer: Certificate, primitives: Pick<Primitives, 'verify'>): Promise<boolean> {
  return verifySignature(crl.signatureAlgorithm.algorithm, issuer.key, crl.tbs, crl.signature, primitives);
}

/**
 * The list from its prepared body and what the signer returned, read again and its signature verified.
 * @throws Refusal `revocation/wrong-signature`
 */
export async function completeCrl(
  tbs: Uint8Array,
  signature: Uint8Array,
  signatureAlgorithm: SignatureAlgorithm,
  issuer: Certificate,
  primitives: Pick<Primitives, 'verify'>,
): Promise<Crl> {
  const crl = readCrl(encodeSigned(tbs, signature, signatureAlgorithm));
  if (!(await isSignedBy(crl, issuer, primitives))) {
    throw new Refusal<RevocationCode>('revocation/wrong-signature', 'the signature over the list is not of its issuer');
  }
  return crl;
}
