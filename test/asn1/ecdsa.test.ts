import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ecdsaDerToRaw, ecdsaRawToDer } from '../../src/asn1/ecdsa.ts';
import { readDer } from '../../src/asn1/read.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readPublicKey, verifySignature } from '../../src/authority/algorithm.ts';
import { fromHex } from '../../src/core/bytes.ts';
import type { SignatureAlgorithm } from '../../src/core/primitives.ts';
import { hasShared, readSharedJson } from '../support/shared.ts';
import { codeOf } from '../support/refuses.ts';

test('raw signatures and DER say the same', () => {
  for (const size of [32, 48, 66]) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2 * size, maxLength: 2 * size }), (raw) => {
        expect(ecdsaDerToRaw(ecdsaRawToDer(raw), size)).toEqual(raw);
      }),
    );
  }
  expect(ecdsaRawToDer(new Uint8Array(64))).toEqual(fromHex('3006020100020100'));
  expect(() => ecdsaRawToDer(new Uint8Array(63))).toThrow(RangeError);
});

test.each([
  ['a third number', '3009020101020101020101'],
  ['one number', '3003020101'],
  ['bytes after the end', '300602010102010100'],
  ['a negative number', '30060201ff020101'],
  ['a padded number', '300702020001020101'],
  ['a long length', '308106020101020101'],
  ['no sequence', '020101'],
])('refuses %s', (_, hex) => {
  expect(codeOf(() => ecdsaDerToRaw(fromHex(hex)!, 32))).toBe('asn1/malformed');
});

test('refuses a number beyond its curve instead of cutting it', () => {
  const der = ecdsaRawToDer(new Uint8Array(96).fill(1));
  expect(codeOf(() => ecdsaDerToRaw(der, 32))).toBe('asn1/malformed');
  expect(ecdsaDerToRaw(der, 48)).toEqual(new Uint8Array(96).fill(1));
});

/** Wycheproof (C2SP, Apache-2.0): the key is where each of its formats puts it. */
interface Wycheproof {
  testGroups: {
    publicKeyDer: string;
    tests: { tcId: number; msg: string; sig: string; result: 'valid' | 'invalid' | 'acceptable'; comment: string }[];
  }[];
}

describe.skipIf(!hasShared)('agrees with Wycheproof (skipped where the shared vectors are absent)', () => {
  test.each<[string, SignatureAlgorithm]>([
    ['ecdsa_secp256r1_sha256_test.json', { name: 'ECDSA', digest: 'SHA-256' }],
    ['ecdsa_secp384r1_sha384_test.json', { name: 'ECDSA', digest: 'SHA-384' }],
    ['ed25519_test.json', { name: 'Ed25519' }],
    ['rsa_signature_2048_sha256_test.json', { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }],
    ['rsa_pss_2048_sha256_mgf1_32_test.json', { name: 'RSA-PSS', digest: 'SHA-256', saltLength: 32 }],
  ])('%s', async (file, algorithm) => {
    const { testGroups } = readSharedJson<Wycheproof>('vectors', 'wycheproof', file);
    const differences: string[] = [];
    for (const { publicKeyDer, tests } of testGroups) {
      const key = readPublicKey(readDer(fromHex(publicKeyDer)!));
      for (const { tcId, msg, sig, result, comment } of tests) {
        const good = await verifySignature(algorithm, key, fromHex(msg)!, fromHex(sig)!, nodePrimitives);
        if (result !== 'acceptable' && good !== (result === 'valid')) differences.push(`${tcId} ${result} ${comment}`);
      }
    }
    expect(differences).toEqual([]);
  });
});
