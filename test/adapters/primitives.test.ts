import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { ecdsaDerToRaw } from '../../src/asn1/ecdsa.ts';
import { fromHex, toHex, utf8 } from '../../src/core/bytes.ts';
import type { SignatureAlgorithm } from '../../src/core/primitives.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { hasShared, readSharedJson } from '../support/shared.ts';

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid' | 'acceptable';
    }[];
  }[];
}

/** A DER signature as our readers hand it to `verify`; one that is not DER is refused there, before any key is used. */
function rawOf(signature: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return ecdsaDerToRaw(signature, size);
  } catch (error) {
    if (isRefusal(error, 'asn1/malformed')) return undefined;
    throw error;
  }
}

const asIs = (signature: Uint8Array): Uint8Array => signature;
const ECDSA_256: SignatureAlgorithm = { name: 'ECDSA', digest: 'SHA-256' };

const FILES: readonly {
  readonly file: string;
  readonly algorithm: SignatureAlgorithm;
  readonly raw: (signature: Uint8Array) => Uint8Array | undefined;
  readonly count: number;
}[] = [
  { file: 'ecdsa_secp256r1_sha256_p1363_test', algorithm: ECDSA_256, raw: asIs, count: 262 },
  { file: 'ecdsa_secp256r1_sha256_test', algorithm: ECDSA_256, raw: (bytes) => rawOf(bytes, 32), count: 484 },
  {
    file: 'ecdsa_secp384r1_sha384_test',
    algorithm: { name: 'ECDSA', digest: 'SHA-384' },
    raw: (bytes) => rawOf(bytes, 48),
    count: 504,
  },
  { file: 'ed25519_test', algorithm: { name: 'Ed25519' }, raw: asIs, count: 151 },
  {
    file: 'rsa_pss_2048_sha256_mgf1_32_test',
    algorithm: { name: 'RSA-PSS', digest: 'SHA-256', saltLength: 32 },
    raw: asIs,
    count: 108,
  },
  {
    file: 'rsa_signature_2048_sha256_test',
    algorithm: { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' },
    raw: asIs,
    count: 259,
  },
];

describe.skipIf(!hasShared)(`Wycheproof${hasShared ? '' : ' (the shared vectors are not here)'}`, () => {
  test.each(FILES)('$file: every signature is judged as the vectors say', async ({ file, algorithm, raw, count }) => {
    const { testGroups } = readSharedJson<WycheproofFile>('vectors', 'wycheproof', `${file}.json`);
    let judged = 0;
    for (const { publicKeyDer, tests } of testGroups) {
      const spki = fromHex(publicKeyDer)!;
      for (const { tcId, comment, msg, sig, result } of tests) {
        const signature = raw(fromHex(sig)!);
        const good =
          signature !== undefined && (await nodePrimitives.verify(algorithm, spki, fromHex(msg)!, signature));
        // "acceptable" is RSA with the NULL parameter missing from DigestInfo: not what RFC 8017 §9.2 writes.
        expect(good, `${tcId} ${comment}`).toBe(result === 'valid');
        judged++;
      }
    }
    expect(judged).toBe(count);
  });
});

describe('the primitives of Node', () => {
  test('hash and authenticate parts as if they were one', () => {
    const { digest, hmac } = nodePrimitives;
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(toHex(digest('SHA-256', utf8('abc')))).toBe(abc);
    expect(toHex(digest('SHA-256', utf8('a'), new Uint8Array(), utf8('bc')))).toBe(abc);
    expect(digest('SHA-256')).toHaveLength(32);
    // RFC 4231 §4.3
    expect(toHex(hmac(utf8('Jefe'), utf8('what do ya want '), utf8('for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test('inflate never gives more than was allowed', () => {
    const bomb = new Uint8Array(deflateSync(new Uint8Array(50_000_000)));
    expect(nodePrimitives.inflate(bomb, 1_000_000)).toBeUndefined();
    const small = nodePrimitives.deflate(utf8('abc'));
    expect(nodePrimitives.inflate(small, 3)).toEqual(utf8('abc'));
    expect(nodePrimitives.inflate(small, 2)).toBeUndefined();
    expect(nodePrimitives.inflate(small.subarray(0, 5), 100)).toBeUndefined();
    expect(nodePrimitives.inflate(utf8('not zlib'), 100)).toBeUndefined();
  });

  test('verify is false, and throws nothing, on what is no key or no signature', async () => {
    for (const spki of [new Uint8Array(), new Uint8Array(91), utf8('key')]) {
      expect(await nodePrimitives.verify(ECDSA_256, spki, new Uint8Array(), new Uint8Array(64))).toBe(false);
    }
  });
});
