import type { Primitives, SignatureAlgorithm } from '../../core/primitives.ts';

const CURVES = ['P-256', 'P-384', 'P-521'] as const;

/** What WebCrypto calls it: a key says its curve itself. */
function importsOf(
  algorithm: SignatureAlgorithm,
): readonly (AlgorithmIdentifier | EcKeyImportParams | RsaHashedImportParams)[] {
  if (algorithm.name === 'Ed25519') return [{ name: 'Ed25519' }];
  if (algorithm.name === 'ECDSA') return CURVES.map((namedCurve) => ({ name: 'ECDSA', namedCurve }));
  return [{ name: algorithm.name, hash: algorithm.digest }];
}

async function importKey(algorithm: SignatureAlgorithm, spki: Uint8Array): Promise<CryptoKey | undefined> {
  for (const way of importsOf(algorithm)) {
    try {
      return await crypto.subtle.importKey('spki', new Uint8Array(spki), way, false, ['verify']);
    } catch {
      // Not on this curve, or none that this browser knows.
    }
  }
  return undefined;
}

/** As `Primitives` has it, by WebCrypto. A browser that does not know Ed25519 (before 2025) finds no signature good. */
export const verifySignature: Primitives['verify'] = async (algorithm, spki, data, signature) => {
  const key = await importKey(algorithm, spki);
  if (!key) return false;
  const { name } = algorithm;
  const parameters =
    name === 'ECDSA'
      ? { name, hash: algorithm.digest }
      : name === 'RSA-PSS'
        ? { name, saltLength: algorithm.saltLength }
        : { name };
  return crypto.subtle.verify(parameters, key, new Uint8Array(signature), new Uint8Array(data));
};
