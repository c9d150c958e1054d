import { holderAlgorithmFor } from '../authority/algorithm.ts';
import { readCertificate } from '../authority/certificate.ts';
import type { SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { OficioCode } from './oficio.ts';

/**
 * How a key that is elsewhere signs letters: with SHA-256, in which the log has the digest of every letter.
 * @throws Refusal `oficio/signer-key-unfit` for a key of another kind
 */
export function letterAlgorithmOf(certificate: Uint8Array): SignatureAlgorithm {
  const { algorithm: key } = readCertificate(certificate).key;
  const algorithm = holderAlgorithmFor(key);
  if (algorithm && 'digest' in algorithm && algorithm.digest === 'SHA-256') return algorithm;
  const facts = { found: key.kind };
  throw new Refusal<OficioCode>('oficio/signer-key-unfit', 'letters are signed with P-256 or RSA', facts);
}
