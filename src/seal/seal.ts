import type { Brand } from '../core/brand.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { cborShape, type CborShape } from '../core/cbor-shape.ts';
import type { CoseProfile } from '../core/cose.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { SealCode } from './code.ts';

/** CWT `cti`: eight random bytes, the seal's name in the register. */
export type SealId = Brand<Uint8Array, 'SealId'>;

export const SEAL_ID_BYTES = 8;
export const SEAL_DIGEST_BYTES = 20;
export const MAX_SEAL_BYTES = 190;

/** What a seal states. No name of a person is among it. */
export interface SealClaims {
  readonly id: SealId;
  readonly issuedAt: UnixSeconds;
  /** Present on letters whose act has a term, as visits have. */
  readonly expiresAt?: UnixSeconds;
  /** Kind of letter, as `oficio/type.ts` numbers them: 0 to 65,535. */
  readonly type: number;
  /** Capitals, digits and Ñ, in groups with one of `/`, `-`, `.` between; at most 40 characters. */
  readonly folio: string;
  /** Bytes of the document before sealing. */
  readonly length: number;
  /** First 20 bytes of SHA-256 of the document before sealing. */
  readonly digest: Uint8Array;
  /** In the status list that the trust list names for the seal's key. */
  readonly index: number;
  /** As printed, an appended one included. */
  readonly pages: number;
  /** What the letter asks for, in centavos; 0: it asks for no money. */
  readonly amount: number;
}

export const SEAL_PROFILE: CoseProfile = {
  algorithm: 'ES256',
  context: 'cotejo-seal-v1',
  maxBytes: MAX_SEAL_BYTES,
};

const EXP = 4;
const IAT = 6;
const CTI = 7;
const SEAL = -65537;

/** Inclusive upper bounds; larger than any letter, small enough for every reader's integers. */
const MAX_TYPE = 0xffff;
const MAX_LENGTH = 2 ** 32 - 1;
export const MAX_STATUS_INDEX: number = 2 ** 20 - 1;
const MAX_PAGES = 99_999;
const MAX_AMOUNT = 1_000_000_000_000;
const MAX_FOLIO_CHARACTERS = 40;
const FOLIO = /^[0-9A-ZÑ]+(?:[/.-][0-9A-ZÑ]+)*$/;

/** The first field that is out of bounds, or `undefined`. One rule for making and reading. */
function fieldAtFault(claims: SealClaims): keyof SealClaims | undefined {
  const within = (value: number, least: number, most: number): boolean =>
    Number.isSafeInteger(value) && value >= least && value <= most;
  const isTime = (value: number): boolean => within(value, 1, 253402300799);
  if (claims.id.length !== SEAL_ID_BYTES) return 'id';
  if (!isTime(claims.issuedAt)) return 'issuedAt';
  const { expiresAt } = claims;
  if (expiresAt !== undefined && !(isTime(expiresAt) && expiresAt > claims.issuedAt)) return 'expiresAt';
  if (!within(claims.type, 0, MAX_TYPE)) return 'type';
  if (claims.folio.length > MAX_FOLIO_CHARACTERS || !FOLIO.test(claims.folio)) return 'folio';
  if (!within(claims.length, 1, MAX_LENGTH)) return 'length';
  if (claims.digest.length !== SEAL_DIGEST_BYTES) return 'digest';
  if (!within(claims.index, 0, MAX_STATUS_INDEX)) return 'index';
  if (!within(claims.pages, 1, MAX_PAGES)) return 'pages';
  if (!within(claims.amount, 0, MAX_AMOUNT)) return 'amount';
  return undefined;
}

/** @throws Refusal `seal/claims` with the `field` that is out of bounds */
export function encodeClaims(claims: SealClaims): Uint8Array {
  const field = fieldAtFault(claims);
  if (field) throw new Refusal<SealCode>('seal/claims', `${field} is not what a seal can carry`, { field });
  const { type, folio, length, digest, index, pages, amount } = claims;
  const map = new Map<number, CborValue>([
    [IAT, claims.issuedAt],
    [CTI, claims.id],
    [SEAL, [type, folio, length, digest, index, pages, amount]],
  ]);
  if (claims.expiresAt !== undefined) map.set(EXP, claims.expiresAt);
  return encodeCbor(map);
}

export function malformedSeal(what: string): never {
  throw new Refusal<SealCode>('seal/malformed', what);
}

const shape: CborShape = cborShape(malformedSeal);

/**
 * Exactly the claims of version 1, each within its bounds: a later version has another context and claim, never an
 * additional field. `id` and `digest` are views into `bytes`.
 * @throws Refusal `seal/malformed`
 */
export function decodeClaims(bytes: Uint8Array): SealClaims {
  const value = shape.decode(bytes, { maxDepth: 2, maxItems: 16 });
  const expires = value instanceof Map && value.has(EXP);
  const map = shape.map(value, expires ? 4 : 3);
  const [type, folio, length, digest, index, pages, amount] = shape.array(map.get(SEAL), 7, 7);
  const claims: SealClaims = {
    id: sealId(shape.bytes(map.get(CTI), SEAL_ID_BYTES)),
    issuedAt: shape.time(map.get(IAT)),
    ...(expires ? { expiresAt: shape.time(map.get(EXP)) } : {}),
    type: shape.number(type),
    folio: shape.text(folio, MAX_FOLIO_CHARACTERS),
    length: shape.number(length),
    digest: shape.bytes(digest, SEAL_DIGEST_BYTES),
    index: shape.number(index),
    pages: shape.number(pages),
    amount: shape.number(amount),
  };
  const field = fieldAtFault(claims);
  if (field) malformedSeal(`${field} out of bounds`);
  return claims;
}

/** @throws RangeError unless there are eight bytes */
export function sealId(bytes: Uint8Array): SealId {
  if (bytes.length !== SEAL_ID_BYTES) throw new RangeError(`a seal's id has 8 bytes, not ${bytes.length}`);
  return bytes as SealId;
}
