import { createECDH, createPrivateKey, generateKeyPair, privateEncrypt, constants } from 'node:crypto';
import { promisify } from 'node:util';
import { ecdsaRawToDer } from '../../src/asn1/ecdsa.ts';
import { concat, fromHex, toHex } from '../../src/core/bytes.ts';
import type { Random } from '../../src/core/random.ts';
import { keyAlgorithmOf, KEY_ALGORITHM, type KeyAlgorithm } from '../../src/card/piv/reference.ts';
import { encodeObject } from '../../src/card/tlv.ts';
import { answer, decline, type CardAnswer, type CardCommand } from './apdu.ts';
import { parse } from './objects.ts';
import type { Session } from './session.ts';
import type { PinPolicy, SoftKey } from './state.ts';

interface Curve {
  readonly name: string;
  readonly bytes: number;
  readonly order: bigint;
}

/** FIPS 186-5, NIST SP 800-186 §3.2.1: the orders of the base points. */
const CURVES: Readonly<Record<'P-256' | 'P-384', Curve>> = {
  'P-256': {
    name: 'prime256v1',
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    name: 'secp384r1',
    bytes: 48,
    order: BigInt(`0x${'f'.repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`),
  },
};

const SLOTS = [0x9a, 0x9c, 0x9d, 0x9e, ...Array.from({ length: 20 }, (_, at) => 0x82 + at)];
const POLICIES: readonly (PinPolicy | undefined)[] = [undefined, 'never', 'once', 'always'];

/** GENERATE ASYMMETRIC KEY PAIR: the slot's old key is gone, its certificate stays where it was. */
export async function generate(session: Session, { p1, p2, data }: CardCommand): Promise<CardAnswer> {
  if (!session.managementProven) decline(0x6982);
  if (p1 !== 0 || !SLOTS.includes(p2)) decline(0x6a86);
  const [control, ...more] = parse(data);
  if (control?.tag !== 0xac || more.length > 0) decline(0x6a80);
  const fields = new Map(parse(control.value).map(({ tag, value }) => [tag, value]));
  const identifier = fields.get(0x80);
  const algorithm = identifier?.length === 1 ? keyAlgorithmOf(identifier[0]!) : undefined;
  if (!algorithm) decline(0x6a80);
  const others = [...fields.keys()].filter((tag) => tag !== 0x80);
  const known = session.options.personality !== 'bare' ? [0xaa, 0xab] : [];
  if (others.some((tag) => !known.includes(tag))) decline(0x6a80);
  const key = await makeKey(algorithm, POLICIES[fields.get(0xaa)?.[0] ?? 0] ?? usualPolicy(p2), session.options.random);
  session.state.keys[p2.toString(16)] = key;
  return answer(encodeObject(0x7f49, fromHex(key.publicKey)!));
}

function usualPolicy(reference: number): PinPolicy {
  return reference === 0x9e ? 'never' : reference === 0x9c ? 'always' : 'once';
}

export async function makeKey(algorithm: KeyAlgorithm, pinPolicy: PinPolicy, random: Random): Promise<SoftKey> {
  return algorithm === 'RSA-2048' ? makeRsaKey(pinPolicy) : makeCurveKey(algorithm, pinPolicy, random);
}

function makeCurveKey(algorithm: 'P-256' | 'P-384', pinPolicy: PinPolicy, random: Random): SoftKey {
  const curve = CURVES[algorithm];
  const secret = scalar(curve, random);
  const point = encodeObject(0x86, pointOf(curve, secret));
  return { algorithm, secret: toHex(secret), publicKey: toHex(point), pinPolicy };
}

async function makeRsaKey(pinPolicy: PinPolicy): Promise<SoftKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048, publicExponent: 65_537 });
  const { n } = privateKey.export({ format: 'jwk' });
  const modulus = encodeObject(0x81, new Uint8Array(Buffer.from(n!, 'base64url')));
  const publicKey = concat(modulus, encodeObject(0x82, Uint8Array.of(1, 0, 1)));
  const secret = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  return { algorithm: 'RSA-2048', secret: toHex(secret), publicKey: toHex(publicKey), pinPolicy };
}

/** GENERAL AUTHENTICATE with a private key: the bare operation over what the host has hashed and padded. */
export function useKey(session: Session, { p1, p2, data }: CardCommand): CardAnswer {
  const key = session.state.keys[p2.toString(16)];
  if (!key || KEY_ALGORITHM[key.algorithm] !== p1) decline(0x6a86);
  if (key.pinPolicy === 'once' && !session.pinVerified) decline(0x6982);
  if (key.pinPolicy === 'always' && !session.pinFresh) decline(0x6982);
  const [template, ...more] = parse(data);
  if (template?.tag !== 0x7c || more.length > 0) decline(0x6a80);
  const fields = new Map(parse(template.value).map(({ tag, value }) => [tag, value]));
  const challenge = fields.get(0x81);
  if (fields.get(0x82)?.length !== 0 || !challenge || challenge.length === 0 || fields.size !== 2) decline(0x6a80);
  return answer(encodeObject(0x7c, encodeObject(0x82, signDigest(key, challenge, session.options.random))));
}

/** ECDSA in DER over the digest, or RSA over the padded block. */
export function signDigest(key: SoftKey, digest: Uint8Array, random: Random): Uint8Array {
  const secret = fromHex(key.secret)!;
  if (key.algorithm === 'RSA-2048') {
    if (digest.length !== 256) decline(0x6a80);
    const opened = createPrivateKey({ key: Buffer.from(secret), format: 'der', type: 'pkcs8' });
    try {
      return new Uint8Array(privateEncrypt({ key: opened, padding: constants.RSA_NO_PADDING }, digest));
    } catch {
      return decline(0x6a80);
    }
  }
  const curve = CURVES[key.algorithm];
  if (digest.length > curve.bytes) decline(0x6a80);
  return ecdsaRawToDer(ecdsa(curve, secret, digest, random));
}

/**
 * FIPS 186-5 §6.4.1. Node signs no digest that somebody else made; its Diffie-Hellman multiplies the base point, and the rest
 * is numbers. Not in constant time: this card keeps nobody's secrets.
 */
function ecdsa(curve: Curve, secret: Uint8Array, digest: Uint8Array, random: Random): Uint8Array {
  const { order, bytes } = curve;
  for (;;) {
    const nonce = scalar(curve, random);
    const r = numberOf(pointOf(curve, nonce).subarray(1, 1 + bytes)) % order;
    const s = (inverse(numberOf(nonce), order) * (numberOf(digest) + r * numberOf(secret))) % order;
    if (r !== 0n && s !== 0n) return concat(bytesOf(r, bytes), bytesOf(s, bytes));
  }
}

function pointOf(curve: Curve, secret: Uint8Array): Uint8Array {
  const pair = createECDH(curve.name);
  pair.setPrivateKey(secret);
  return new Uint8Array(pair.getPublicKey());
}

function scalar(curve: Curve, random: Random): Uint8Array {
  for (;;) {
    const value = random(curve.bytes);
    const number = numberOf(value);
    if (number > 0n && number < curve.order) return value;
  }
}

/** By Fermat: the order is prime. */
function inverse(value: bigint, order: bigint): bigint {
  let result = 1n;
  let base = value;
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function bytesOf(value: bigint, length: number): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * length, '0'))!;
}

/** Yubico's metadata of a key: no touch, made inside. */
export function keyMetadata({ state }: Session, reference: number): CardAnswer {
  const key = state.keys[reference.toString(16)];
  if (!key) decline(0x6a88);
  const head = [0x01, 1, KEY_ALGORITHM[key.algorithm], 0x02, 2, POLICIES.indexOf(key.pinPolicy), 1, 0x03, 1, 1];
  return answer(concat(Uint8Array.from(head), encodeObject(0x04, fromHex(key.publicKey)!)));
}
