import { type createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDer } from '../../src/asn1/read.ts';
import { contextTag } from '../../src/asn1/tag.ts';
import { bitString, der, integer, oid, sequence } from '../../src/asn1/write.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readPublicKey } from '../../src/authority/algorithm.ts';
import { readKeyRequest } from '../../src/authority/csr.ts';
import { findCertifiedKeyFault } from '../../src/authority/key-weakness.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';

async function codeOf(bytes: Uint8Array, ownKeys: readonly Uint8Array[] = []): Promise<string | undefined> {
  try {
    await readKeyRequest(bytes, nodePrimitives, { ownKeys });
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
  return undefined;
}

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

function makeRequest(signWith?: ReturnType<typeof createPrivateKey>, spki?: Uint8Array): Uint8Array {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = spki ?? new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const info = sequence(integer(0), sequence(), key, der(contextTag(0)));
  return sequence(info, ECDSA_SHA256, bitString(new Uint8Array(sign('sha256', info, signWith ?? privateKey))));
}

describe('a request', () => {
  test('is read as DER and as PEM, and gives its key', async () => {
    const request = makeRequest();
    const read = await readKeyRequest(request, nodePrimitives);
    expect(read.key.algorithm).toEqual({ kind: 'EC', curve: 'P-256' });
    const pem = encodePem('CERTIFICATE REQUEST', request);
    expect((await readKeyRequest(utf8(pem), nodePrimitives)).key).toEqual(read.key);
    const old = pem.replaceAll('CERTIFICATE', 'NEW CERTIFICATE');
    expect((await readKeyRequest(utf8(old), nodePrimitives)).key).toEqual(read.key);
  });

  test('proves that its maker holds the key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(await codeOf(makeRequest(privateKey))).toBe('authority/no-possession');
  });

  test('brings none of our own keys', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    expect(await codeOf(makeRequest(privateKey, spki), [spki])).toBe('authority/key-in-use');
  });

  test('is bounded, whole and nothing more', async () => {
    const request = makeRequest();
    expect(await codeOf(new Uint8Array(20_000))).toBe('authority/malformed');
    expect(await codeOf(request.subarray(0, -1))).toBe('authority/malformed');
    expect(await codeOf(Uint8Array.of(...request, 0))).toBe('authority/malformed');
    expect(await codeOf(new Uint8Array(0))).toBe('authority/malformed');
    expect(await codeOf(utf8('-----BEGIN CERTIFICATE REQUEST-----\nAA\n'))).toBe('authority/malformed');
  });

  test('has no bit that can change', async () => {
    const request = makeRequest();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 8 * request.length - 1 }), async (bit) => {
        const changed = request.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(await codeOf(changed)).toMatch(/^authority\//);
      }),
      { numRuns: 200 },
    );
  });

  const missing = missingJudge('openssl');
  test.skipIf(missing).each([
    ['ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], undefined],
    ['rsa', ['-newkey', 'rsa:2048'], undefined],
    ['weak rsa', ['-newkey', 'rsa:1024'], 'authority/weak-key'],
    ['another curve', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'], 'authority/weak-key'],
    ['P-521', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'], 'authority/weak-key'],
    ['Ed25519', ['-newkey', 'ed25519'], 'authority/weak-key'],
    [
      'explicit curve parameters',
      ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit'],
      'authority/weak-key',
    ],
  ])(`made by openssl with %s (${missing ?? 'here'})`, async (_, key, code) => {
    const bytes = withFolder((folder) => {
      const path = join(folder, 'request.pem');
      const common = ['-nodes', '-keyout', join(folder, 'key.pem'), '-subj', '/C=MX/CN=Ana', '-out', path];
      expect(ask('openssl', ['req', '-new', ...key, ...common]).status).toBe(0);
      return new Uint8Array(readFileSync(path));
    });
    expect(await codeOf(bytes)).toBe(code);
  });
});

describe('a key is not certified when', () => {
  function rsa(modulus: bigint, exponent = 65537): string | undefined {
    const hex = modulus.toString(16);
    const bytes = Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
    const bits = sequence(integer(bytes), integer(exponent));
    const spki = sequence(sequence(oid('1.2.840.113549.1.1.1'), der(5)), bitString(bits));
    return findCertifiedKeyFault(readPublicKey(readDer(spki)));
  }

  function modulusOf(): bigint {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return BigInt(`0x${Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url').toString('hex')}`);
  }

  test('its RSA numbers are weak', () => {
    const modulus = modulusOf();
    expect(rsa(modulus)).toBeUndefined();
    expect(rsa(modulus, 3)).toContain('exponent');
    expect(rsa(modulus, 65536)).toContain('exponent');
    expect(rsa((modulus >> 1n) << 1n)).toContain('small factor');
    expect(rsa(modulus - (modulus % 7n))).toBeDefined();
  });

  test('its primes are close together', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const p = BigInt(`0x${Buffer.from(privateKey.export({ format: 'jwk' }).p!, 'base64url').toString('hex')}`);
    const q = BigInt(`0x${Buffer.from(privateKey.export({ format: 'jwk' }).q!, 'base64url').toString('hex')}`);
    expect(rsa(p * (p + 2n * ((q % 500n) + 1n)))).toMatch(/close together|small factor/);
    expect(rsa(p * p)).toContain('close together');
  });

  test('it comes from the broken generator of 2017 (ROCA)', () => {
    // Any number whose residues are all powers of 65537 has the fingerprint: 65537^k modulo the product of the primes.
    const primes: bigint[] = [];
    for (let n = 3n; n <= 167n; n += 2n) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
    const product = primes.reduce((a, b) => a * b, 1n);
    let power = 1n;
    for (let i = 0; i < 12_345; i++) power = (power * 65537n) % product;
    let modulus = (1n << 2047n) - ((1n << 2047n) % product) + power + product;
    while (modulus % 2n === 0n || [173n, 179n, 181n, 191n, 193n, 197n, 199n].some((p) => modulus % p === 0n)) {
      modulus += product;
    }
    expect(rsa(modulus)).toMatch(/ROCA|small factor/);
  });

  test('its point is not on its curve', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    expect(findCertifiedKeyFault(readPublicKey(readDer(spki)))).toBeUndefined();
    spki[spki.length - 1]! ^= 1;
    expect(findCertifiedKeyFault(readPublicKey(readDer(spki)))).toContain('not on its curve');
    spki.fill(0xff, -96);
    expect(findCertifiedKeyFault(readPublicKey(readDer(spki)))).toContain('beyond its field');
  });
});
