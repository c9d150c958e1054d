import type { Primitives, SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { type PublicKey } from './algorithm.ts';
import { type Certificate, readCertificate, verifyCertificateSignature } from './certificate.ts';
import type { AuthorityCode } from './code.ts';
import { lintCertificate } from './lint.ts';
import { type CertificateDraft, encodeTbsCertificate, issuerAlgorithm } from './prepare.ts';
import { encodeSigned } from './signed.ts';

/** A body that passed the linter: record it, then let `signatureAlgorithm` sign exactly `tbs`. */
export interface PreparedCertificate {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

/**
 * First half of issuing. `at` is now: what the linter holds the validity to.
 * @throws Refusal `authority/lint` with the first finding (facts `rule`); `authority/name`; `authority/validity`
 */
export function prepareCertificate(
  draft: CertificateDraft,
  at: UnixSeconds,
  primitives: Pick<Primitives, 'digest'>,
): PreparedCertificate {
  const tbs = encodeTbsCertificate(draft, primitives);
  const { profile, arc, origin, issuer } = draft;
  const [finding] = lintCertificate(tbs, { profile, arc, origin, at, ...(issuer && { issuer }) }, primitives);
  if (finding) {
    throw new Refusal<AuthorityCode>('authority/lint', `${finding.rule}: ${finding.detail}`, { rule: finding.rule });
  }
  return { tbs, signatureAlgorithm: issuerAlgorithm((issuer ?? draft).key) };
}

/**
 * Second half: the certificate from the recorded body and what the issuer's signer returned. Read again, and its signature
 * verified: a device that fails or lies is found here.
 * @throws Refusal `authority/wrong-signature`
 */
export async function completeCertificate(
  { tbs, signatureAlgorithm }: PreparedCertificate,
  signature: Uint8Array,
  issuerKey: PublicKey,
  primitives: Pick<Primitives, 'verify'>,
): Promise<Certificate> {
  const certificate = readCertificate(encodeSigned(tbs, signature, signatureAlgorithm));
  if (!(await verifyCertificateSignature(certificate, issuerKey, primitives))) {
    throw new Refusal<AuthorityCode>('authority/wrong-signature', "the signature is not of the issuer's key", {
      serial: certificate.serial.hex,
    });
  }
  return certificate;
}
