import { concat, equal, fromHex, utf8 } from './bytes.ts';
import { encodeCbor, type CborValue } from './cbor.ts';
import { cborShape, type CborShape } from './cbor-shape.ts';
import type { Primitives } from './primitives.ts';
import { Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

export type CoseCode = 'cose/malformed';

export type CoseAlgorithm = 'ES256' | 'ES384';

/**
 * What one format fixes about its envelope. Maker and reader share the same constant, so nothing that the format does
 * not vary is ever taken from the message.
 */
export interface CoseProfile {
  readonly algorithm: CoseAlgorithm;
  /** `typ` (RFC 9596, header 16); a message with another one, or with one that the format does not have, is malformed. */
  readonly type?: string;
  /** `external_aad`: keeps a signature made for one format from being one of another. */
  readonly context: string;
  /** Starts with tag 18 (`COSE_Sign1_Tagged`), where the format's standard asks for it; otherwise a tag is malformed. */
  readonly tagged?: boolean;
  /** Bytes that a message of this format never exceeds. */
  readonly maxBytes: number;
}

/** A message that was read but not yet believed. All bytes are views into the input. */
export interface OpenedCose {
  readonly algorithm: CoseAlgorithm;
  readonly kid: Uint8Array;
  readonly payload: Uint8Array;
  /** Raw `r || s`. */
  readonly signature: Uint8Array;
  /** `Sig_structure` (RFC 9052 §4.4): the bytes that the signature is over. */
  readonly toBeSigned: Uint8Array;
}

interface Curve {
  readonly identifier: number;
  readonly digest: 'SHA-256' | 'SHA-384';
  readonly order: bigint;
  /** `(order - 1) / 2`, big-endian, as long as one half of a signature. */
  readonly halfOrder: Uint8Array;
  /** All of the DER SubjectPublicKeyInfo but the two coordinates. */
  readonly spkiPrefix: Uint8Array;
}

function curve(identifier: number, digest: Curve['digest'], order: string, spkiPrefix: string): Curve {
  const value = BigInt(`0x${order}`);
  const halfOrder = fromHex((value >> 1n).toString(16).padStart(order.length, '0'))!;
  return { identifier, digest, order: value, halfOrder, spkiPrefix: fromHex(spkiPrefix)! };
}

const CURVES: Readonly<Record<CoseAlgorithm, Curve>> = {
  ES256: curve(
    -7,
    'SHA-256',
    'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    '3059301306072a8648ce3d020106082a8648ce3d03010703420004',
  ),
  ES384: curve(
    -35,
    'SHA-384',
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    '3076301006072a8648ce3d020106052b8104002203620004',
  ),
};

/** Header labels: `alg` and `kid` (RFC 9052 §3.1), `typ` (RFC 9596). */
const ALG = 1;
const KID = 4;
const TYP = 16;

const TAG_COSE_SIGN1 = 0xd2;
const MAX_HEADER_BYTES = 100;
export const KID_BYTES = 4;

/** Names a key inside its trust list, which refuses two keys of one name: the first four bytes of SHA-256 of its SPKI. */
export function kidOf(spki: Uint8Array, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  return primitives.digest('SHA-256', spki).slice(0, KID_BYTES);
}

/**
 * Whether `spki` is the one DER form (named curve, uncompressed point) of a key of `algorithm`. Another form of the same
 * key would have another kid.
 */
export function isKeyOf(algorithm: CoseAlgorithm, spki: Uint8Array): boolean {
  const { spkiPrefix, halfOrder } = CURVES[algorithm];
  return (
    spki.length === spkiPrefix.length + 2 * halfOrder.length && equal(spki.subarray(0, spkiPrefix.length), spkiPrefix)
  );
}

/**
 * With `(r, s)`, `(r, n - s)` is a signature over the same data, and anyone can make it: only the one in the lower half
 * counts, so that a statement has one spelling.
 */
function isLow({ halfOrder }: Curve, s: Uint8Array): boolean {
  for (let i = 0; i < halfOrder.length; i++) {
    if (s[i]! !== halfOrder[i]!) return s[i]! < halfOrder[i]!;
  }
  return true;
}

function lowered(own: Curve, signature: Uint8Array): Uint8Array {
  const size = own.halfOrder.length;
  if (signature.length !== 2 * size) throw new Error(`a signature of ${signature.length} bytes, expected ${2 * size}`);
  const s = signature.subarray(size);
  if (isLow(own, s)) return signature;
  let rest = own.order;
  for (let i = 0; i < size; i++) rest -= BigInt(s[i]!) << BigInt(8 * (size - 1 - i));
  if (rest < 0n) throw new Error('a signature beyond the order of its curve');
  const out = Uint8Array.from(signature);
  for (let i = 2 * size - 1; i >= size; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
}

function protectedHeader(profile: CoseProfile, kid: Uint8Array): Uint8Array {
  const header = new Map<number, CborValue>([
    [ALG, CURVES[profile.algorithm].identifier],
    [KID, kid],
  ]);
  if (profile.type !== undefined) header.set(TYP, profile.type);
  return encodeCbor(header);
}

function sigStructure(profile: CoseProfile, header: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', header, utf8(profile.context), payload]);
}

/**
 * COSE_Sign1 (RFC 9052 §4.2) in deterministic CBOR, everything protected, `s` in the lower half.
 * @throws RangeError for a key that is not of the profile's algorithm, or a message beyond the profile's size
 */
export async function signCose(
  profile: CoseProfile,
  signer: Signer,
  kid: Uint8Array,
  payload: Uint8Array,
): Promise<Uint8Array> {
  const own = CURVES[profile.algorithm];
  const { algorithm } = signer;
  if (algorithm.name !== 'ECDSA' || algorithm.digest !== own.digest || !isKeyOf(profile.algorithm, signer.spki)) {
    throw new RangeError(`not a key for ${profile.algorithm}`);
  }
  const header = protectedHeader(profile, kid);
  const signature = lowered(own, await signer.sign(sigStructure(profile, header, payload)));
  const message = encodeCbor([header, new Map(), payload, signature]);
  if (message.length + (profile.tagged ? 1 : 0) > profile.maxBytes) {
    throw new RangeError(`a message of ${message.length} bytes, at most ${profile.maxBytes}`);
  }
  return profile.tagged ? concat(Uint8Array.of(TAG_COSE_SIGN1), message) : message;
}

function malformed(what: string): never {
  throw new Refusal<CoseCode>('cose/malformed', what);
}

const shape: CborShape = cborShape(malformed);

function readKid(profile: CoseProfile, header: Uint8Array): Uint8Array {
  const size = profile.type === undefined ? 2 : 3;
  const fields = shape.map(shape.decode(header, { maxItems: 7, maxDepth: 1 }), size);
  if (fields.get(ALG) !== CURVES[profile.algorithm].identifier) malformed(`not ${profile.algorithm}`);
  if (fields.get(TYP) !== profile.type) malformed('another type of message');
  return shape.bytes(fields.get(KID), KID_BYTES);
}

/**
 * Reads a message of `profile` without judging its signature. The unprotected header must be empty, because nothing
 * covers it; there is exactly one encoding of a message, and nothing may follow it.
 * @throws Refusal `cose/malformed`
 */
export function openCose(profile: CoseProfile, bytes: Uint8Array): OpenedCose {
  if (bytes.length > profile.maxBytes) malformed(`more than ${profile.maxBytes} bytes`);
  if (profile.tagged && bytes[0] !== TAG_COSE_SIGN1) malformed('not tagged as COSE_Sign1');
  const encoded = profile.tagged ? bytes.subarray(1) : bytes;
  const message = shape.array(shape.decode(encoded, { maxItems: 5, maxDepth: 1 }), 4, 4);
  const header = shape.bytes(message[0], 1, MAX_HEADER_BYTES);
  shape.map(message[1], 0);
  const payload = shape.bytes(message[2], 1, profile.maxBytes);
  const own = CURVES[profile.algorithm];
  const size = own.halfOrder.length;
  const signature = shape.bytes(message[3], 2 * size);
  if (!isLow(own, signature.subarray(size))) malformed('s in the upper half');
  const kid = readKid(profile, header);
  return { algorithm: profile.algorithm, kid, payload, signature, toBeSigned: sigStructure(profile, header, payload) };
}

/** Whether the message is signed by the key in `spki`, and names it. Never throws on hostile input. */
export async function verifyCose(
  opened: OpenedCose,
  spki: Uint8Array,
  primitives: Pick<Primitives, 'digest' | 'verify'>,
): Promise<boolean> {
  const { algorithm, kid, signature, toBeSigned } = opened;
  if (!isKeyOf(algorithm, spki) || !equal(kid, kidOf(spki, primitives))) return false;
  return primitives.verify({ name: 'ECDSA', digest: CURVES[algorithm].digest }, spki, toBeSigned, signature);
}
