import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, fromHex, toHex, utf8 } from '../../src/core/bytes.ts';
import { encodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { isKeyOf, kidOf, openCose, signCose, verifyCose, type CoseProfile } from '../../src/core/cose.ts';
import type { Signer } from '../../src/core/signer.ts';
import { codeOf } from '../support/refuses.ts';
import { softwareSigner } from '../support/software-signer.ts';

const PLAIN: CoseProfile = { algorithm: 'ES256', context: 'test-v1', maxBytes: 400 };
const TYPED: CoseProfile = { algorithm: 'ES384', context: '', type: 'application/x', tagged: true, maxBytes: 400 };
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const p256 = softwareSigner('P-256');
const p384 = softwareSigner('P-384');
const payload = utf8('payload');
const kid = kidOf(p256.spki, nodePrimitives);
const kid384 = kidOf(p384.spki, nodePrimitives);

function scalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function thirtyTwo(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0'))!;
}

/** A message of `PLAIN` with one part replaced. */
async function message(change: Partial<Record<0 | 1 | 2 | 3, CborValue>> = {}): Promise<Uint8Array> {
  const header = encodeCbor(
    new Map<number, CborValue>([
      [1, -7],
      [4, kid],
    ]),
  );
  const toBeSigned = encodeCbor(['Signature1', header, utf8('test-v1'), payload]);
  let signature = await p256.sign(toBeSigned);
  const s = scalar(signature.subarray(32));
  if (s > ORDER >> 1n) signature = concat(signature.subarray(0, 32), thirtyTwo(ORDER - s));
  const parts: readonly CborValue[] = [header, new Map(), payload, signature];
  return encodeCbor(
    parts.map((part, index) => {
      const other = change[index as 0 | 1 | 2 | 3];
      return other === undefined ? part : other;
    }),
  );
}

function header(...pairs: readonly (readonly [number | string, CborValue])[]): Uint8Array {
  return encodeCbor(new Map(pairs));
}

describe('a COSE_Sign1', () => {
  test.each([
    ['ES256', PLAIN, p256],
    ['ES384, typed and tagged', TYPED, p384],
  ] as const)('is made, read and verified: %s', async (_, profile, signer) => {
    const bytes = await signCose(profile, signer, kidOf(signer.spki, nodePrimitives), payload);
    const opened = openCose(profile, bytes);
    expect(opened.payload).toEqual(payload);
    expect(opened.kid).toEqual(kidOf(signer.spki, nodePrimitives));
    expect(await verifyCose(opened, signer.spki, nodePrimitives)).toBe(true);
  });

  test('is what RFC 9052 §4.2 and §4.4 say, written by hand', async () => {
    const opened = openCose(PLAIN, await message());
    expect(await verifyCose(opened, p256.spki, nodePrimitives)).toBe(true);
  });

  test('always has s in the lower half', async () => {
    for (let i = 0; i < 40; i++) {
      const bytes = await signCose(PLAIN, p256, kid, Uint8Array.of(i));
      const opened = openCose(PLAIN, bytes);
      expect(scalar(opened.signature.subarray(32)) <= ORDER >> 1n).toBe(true);
      expect(await verifyCose(opened, p256.spki, nodePrimitives)).toBe(true);
    }
  });

  test('is refused with s in the upper half, though the signature is good', async () => {
    const { signature } = openCose(PLAIN, await message());
    const high = concat(signature.subarray(0, 32), thirtyTwo(ORDER - scalar(signature.subarray(32))));
    expect(codeOf(() => openCose(PLAIN, encodeCbor([header([1, -7], [4, kid]), new Map(), payload, high])))).toBe(
      'cose/malformed',
    );
  });

  test('takes s at exactly half the order, and nothing above', async () => {
    const at = async (s: bigint): Promise<Uint8Array> => message({ 3: concat(new Uint8Array(32), thirtyTwo(s)) });
    const half = await at(ORDER >> 1n);
    expect(openCose(PLAIN, half).signature).toHaveLength(64);
    const above = await at((ORDER >> 1n) + 1n);
    expect(codeOf(() => openCose(PLAIN, above))).toBe('cose/malformed');
  });

  test('does not verify under another key, another context, or a kid that is not the key', async () => {
    const other = softwareSigner();
    const bytes = await signCose(PLAIN, p256, kid, payload);
    expect(await verifyCose(openCose(PLAIN, bytes), other.spki, nodePrimitives)).toBe(false);
    const elsewhere = openCose({ ...PLAIN, context: 'test-v2' }, bytes);
    expect(await verifyCose(elsewhere, p256.spki, nodePrimitives)).toBe(false);
    const misnamed = openCose(PLAIN, await signCose(PLAIN, p256, kid384, payload));
    expect(await verifyCose(misnamed, p256.spki, nodePrimitives)).toBe(false);
  });

  test.each([
    ['an unprotected header with anything in it', { 1: new Map([[4, 1]]) }],
    ['an unprotected header that is not a map', { 1: [] }],
    ['a protected header that is a map itself', { 0: new Map([[1, -7]]) }],
    ['a detached payload', { 2: null }],
    ['a payload of text', { 2: 'payload' }],
    ['an empty payload', { 2: new Uint8Array() }],
    ['a signature cut short', { 3: new Uint8Array(63) }],
    ['a longer signature', { 3: new Uint8Array(65) }],
    ['a signature that is text', { 3: 'a'.repeat(64) }],
    ['another algorithm', { 0: header([1, -35], [4, kid]) }],
    ['no algorithm', { 0: header([4, kid], [5, kid]) }],
    ['no kid', { 0: header([1, -7]) }],
    ['a kid of another length', { 0: header([1, -7], [4, new Uint8Array(5)]) }],
    ['a kid that is text', { 0: header([1, -7], [4, 'abcd']) }],
    ['a header more', { 0: header([1, -7], [4, kid], [5, 1]) }],
    ['a critical header', { 0: header([1, -7], [2, [4]], [4, kid]) }],
    ['a type that the format does not have', { 0: header([1, -7], [4, kid], [16, 'application/x']) }],
    ['an empty protected header', { 0: new Uint8Array() }],
    ['bytes after the protected header', { 0: concat(header([1, -7], [4, kid]), Uint8Array.of(0)) }],
  ] as const)('is refused with %s', async (_, change) => {
    const bytes = await message(change);
    expect(codeOf(() => openCose(PLAIN, bytes))).toBe('cose/malformed');
  });

  test('is refused with three or five parts, a tag, bytes after it, or more bytes than its format has', async () => {
    const bytes = await message();
    const parts = [header([1, -7], [4, kid]), new Map(), payload, new Uint8Array(64)];
    const long = encodeCbor([parts[0]!, new Map(), new Uint8Array(400), parts[3]!]);
    for (const hostile of [
      encodeCbor(parts.slice(0, 3)),
      encodeCbor([...parts, 0]),
      concat(Uint8Array.of(0xd2), bytes),
      concat(bytes, Uint8Array.of(0)),
      long,
      new Uint8Array(),
    ]) {
      expect(codeOf(() => openCose(PLAIN, hostile))).toBe('cose/malformed');
    }
  });

  test('is refused untagged, or of another type, where its format has both', async () => {
    const bytes = await signCose(TYPED, p384, kid384, payload);
    expect(codeOf(() => openCose(TYPED, bytes.subarray(1)))).toBe('cose/malformed');
    expect(codeOf(() => openCose({ ...TYPED, type: 'application/y' }, bytes))).toBe('cose/malformed');
    const { type: _, ...untyped } = TYPED;
    expect(codeOf(() => openCose(untyped, bytes))).toBe('cose/malformed');
  });

  test('is not made by a key of another curve, nor larger than its format', async () => {
    await expect(signCose(PLAIN, p384, kid, payload)).rejects.toThrow(RangeError);
    await expect(signCose(PLAIN, p256, kid, new Uint8Array(400))).rejects.toThrow(RangeError);
  });

  test('is not made from what is no signature', async () => {
    const broken = (signature: Uint8Array): Signer => ({ ...p256, sign: async () => signature });
    await expect(signCose(PLAIN, broken(new Uint8Array(63)), kid, payload)).rejects.toThrow('63 bytes');
    await expect(signCose(PLAIN, broken(new Uint8Array(64).fill(255)), kid, payload)).rejects.toThrow('order');
  });
});

describe('a key', () => {
  test('is of its curve only in its one DER form', () => {
    expect(isKeyOf('ES256', p256.spki)).toBe(true);
    expect(isKeyOf('ES384', p384.spki)).toBe(true);
    expect(isKeyOf('ES256', p384.spki)).toBe(false);
    const hybrid = Uint8Array.from(p256.spki);
    hybrid[26] = 0x06;
    for (const spki of [hybrid, p256.spki.subarray(1), concat(p256.spki, Uint8Array.of(0)), new Uint8Array()]) {
      expect(isKeyOf('ES256', spki)).toBe(false);
    }
  });
});
