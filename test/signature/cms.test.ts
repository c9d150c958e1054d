import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { open, readDer } from '../../src/asn1/read.ts';
import { contextTag, TAG } from '../../src/asn1/tag.ts';
import { der, integer, nullValue, octetString, oid, sequence, setOf } from '../../src/asn1/write.ts';
import { concat, equal, utf8 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { checkCms, type CmsFinding } from '../../src/signature/check-cms.ts';
import { encodeSignedData, signedAttributes } from '../../src/signature/cms.ts';
import { readSignedData } from '../../src/signature/signed-data.ts';
import { missingJudge, opensslDetached } from '../support/judges.ts';
import { makeThrowawayChain, type ThrowawayChain, type ThrowawayKey } from '../support/throwaway-chain.ts';

const missing = missingJudge('openssl');
const content = utf8('lo que se firma');
const keys: readonly ThrowawayKey[] = ['P-256', 'P-384', 'RSA-2048'];

async function signed(chain: ThrowawayChain, data: Uint8Array = content): Promise<Uint8Array> {
  const { algorithm } = chain.signer;
  const digest = 'digest' in algorithm ? algorithm.digest : 'SHA-256';
  const attributes = signedAttributes(primitives.digest(digest, data), {
    algorithm: digest,
    value: primitives.digest(digest, chain.certificates[0]),
  });
  return encodeSignedData({
    certificates: chain.certificates,
    attributes,
    signature: await chain.signer.sign(attributes),
    digestAlgorithm: digest,
    signatureAlgorithm: algorithm,
  });
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
  return 'accepted';
}

describe.skipIf(missing)(`signed data ${missing ?? ''}`, () => {
  const chains = new Map<ThrowawayKey, ThrowawayChain>();
  beforeAll(() => {
    for (const key of keys) chains.set(key, makeThrowawayChain(key));
  });
  afterAll(() => {
    for (const chain of chains.values()) chain.remove();
  });
  const chainOf = (key: ThrowawayKey): ThrowawayChain => chains.get(key)!;

  test.for(keys)('made with %s is accepted by openssl as CAdES, and no other content is', async (key) => {
    const chain = chainOf(key);
    const cms = await signed(chain);
    expect(opensslDetached(cms, content, chain.rootPath).text).toContain('CAdES Verification successful');
    expect(opensslDetached(cms, utf8('otra cosa'), chain.rootPath).status).not.toBe(0);
  });

  test.for(keys)('made with %s is read back as it was made', async (key) => {
    const chain = chainOf(key);
    const cms = await signed(chain);
    const data = readSignedData(concat(cms, new Uint8Array(100)));
    expect(equal(data.encoded, cms)).toBe(true);
    expect(data.content).toBeUndefined();
    expect(data.certificates).toHaveLength(2);
    expect(data.signatureAlgorithm.algorithm).toEqual(chain.signer.algorithm);
    expect(data.attributes?.contentType).toBe('1.2.840.113549.1.7.1');
    expect(data.attributes?.signingTime).toBeUndefined();
    const { signingCertificate } = data.attributes!;
    expect(signingCertificate?.version).toBe(2);
    const digest = signingCertificate!.algorithm.algorithm!;
    expect(signingCertificate?.hash).toEqual(primitives.digest(digest, chain.certificates[0]));
    expect(data.unsigned).toEqual([]);
  });

  test('written with indefinite lengths, as some programs do, is read as the same', async () => {
    const cms = await signed(chainOf('P-256'));
    const data = readSignedData(concat(indefinite(cms, 6), new Uint8Array(40)));
    expect(data.isDer).toBe(false);
    expect(equal(data.encoded, cms)).toBe(true);
    expect(codeOf(() => readSignedData(concat(indefinite(cms, 6), Uint8Array.of(1))))).toBe('signature/malformed');
    for (let length = 2; length < cms.length; length += 7) {
      expect(codeOf(() => readSignedData(indefinite(cms, 6).subarray(0, length)))).toMatch(/malformed$/);
    }
    const deep = concat(new Uint8Array(2000).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80)));
    expect(codeOf(() => readSignedData(deep))).toBe('signature/malformed');
  });

  test('of an RSA algorithm with its digest, with NULL or without, is the same signature (RFC 4055 §5)', async () => {
    const chain = chainOf('RSA-2048');
    const cms = await signed(chain);
    const fields = open(readDer(signersOf(cms)[0]!));
    const items: Uint8Array[] = [];
    while (!fields.done) items.push(fields.next().encoded);
    const named = (...parameters: Uint8Array[]): Promise<CmsFinding> => {
      const algorithm = sequence(oid('1.2.840.113549.1.1.11'), ...parameters);
      return checkCms(withSigners(cms, sequence(...items.with(4, algorithm))), [content], { pades: true }, primitives);
    };
    for (const parameters of [[], [nullValue()]]) {
      const { checks } = await named(...parameters);
      expect(checks.find(({ check }) => check === 'signature/value')?.outcome).toBe('pass');
    }
    expect((await named(integer(1))).data).toBeUndefined();
  });

  test('with padding that is not zero is refused', async () => {
    const cms = await signed(chainOf('P-256'));
    expect(codeOf(() => readSignedData(concat(cms, Uint8Array.of(0, 1))))).toBe('signature/malformed');
  });

  test('with no signer or two signers is refused', async () => {
    const cms = await signed(chainOf('P-256'));
    const [info] = signersOf(cms);
    expect(codeOf(() => readSignedData(withSigners(cms)))).toBe('signature/malformed');
    expect(codeOf(() => readSignedData(withSigners(cms, info!)))).toBe('accepted');
    expect(codeOf(() => readSignedData(withSigners(cms, info!, info!)))).toBe('signature/malformed');
  });

  test('with the same attribute twice, or an attribute with two values, is refused', async () => {
    const cms = await signed(chainOf('P-256'));
    const digest = (fill: number): Uint8Array => octetString(new Uint8Array(32).fill(fill));
    const messageDigest = (...values: Uint8Array[]): Uint8Array =>
      sequence(oid('1.2.840.113549.1.9.4'), setOf(...values));
    expect(codeOf(() => readSignedData(withAttributes(cms, messageDigest(digest(1)))))).toBe('accepted');
    const twice = withAttributes(cms, messageDigest(digest(1)), messageDigest(digest(2)));
    expect(codeOf(() => readSignedData(twice))).toBe('signature/malformed');
    const two = withAttributes(cms, messageDigest(digest(1), digest(2)));
    expect(codeOf(() => readSignedData(two))).toBe('signature/malformed');
  });

  test('cut short or changed anywhere is refused or read, and never breaks the reader', async () => {
    const cms = await signed(chainOf('P-256'));
    for (let length = 0; length < cms.length; length++) {
      expect(codeOf(() => readSignedData(cms.subarray(0, length)))).toMatch(/malformed$/);
    }
    fc.assert(
      fc.property(fc.nat(cms.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = cms.slice();
        changed[at]! ^= mask;
        return /malformed$|accepted/.test(codeOf(() => readSignedData(changed)));
      }),
      { numRuns: 1000 },
    );
  });
});

/** BER of the same value: constructed ones have indefinite lengths, down to `depth`. */
function indefinite(encoded: Uint8Array, depth: number): Uint8Array {
  const value = readDer(encoded);
  if (depth === 0 || !(value.tag & 0x20)) return encoded;
  const parts: Uint8Array[] = [];
  const cursor = open(value, value.tag);
  while (!cursor.done) parts.push(indefinite(cursor.next().encoded, depth - 1));
  return concat(Uint8Array.of(value.tag, 0x80), ...parts, new Uint8Array(2));
}

function bodyOf(cms: Uint8Array): Uint8Array[] {
  const contentInfo = open(readDer(cms));
  contentInfo.next();
  const body = open(readDer(contentInfo.next(contextTag(0)).contents));
  const items: Uint8Array[] = [];
  while (!body.done) items.push(body.next().encoded);
  return items;
}

function signersOf(cms: Uint8Array): Uint8Array[] {
  const cursor = open(readDer(bodyOf(cms).at(-1)!), TAG.set);
  const items: Uint8Array[] = [];
  while (!cursor.done) items.push(cursor.next().encoded);
  return items;
}

function withSigners(cms: Uint8Array, ...signers: readonly Uint8Array[]): Uint8Array {
  const body = [...bodyOf(cms).slice(0, -1), der(TAG.set, ...signers)];
  return sequence(oid('1.2.840.113549.1.7.2'), der(contextTag(0), sequence(...body)));
}

function withAttributes(cms: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array {
  const fields = open(readDer(signersOf(cms)[0]!));
  const items: Uint8Array[] = [];
  while (!fields.done) items.push(fields.next().encoded);
  items[3] = der(contextTag(0), ...attributes);
  return withSigners(cms, sequence(integer(1), ...items.slice(1)));
}
