import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { cborShape, type CborShape } from '../core/cbor-shape.ts';
import { kidOf, openCose, signCose, verifyCose, type CoseProfile, type OpenedCose } from '../core/cose.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { UnixSeconds } from '../core/time.ts';

export type StatusListCode =
  /** Not a Status List Token of our profile. */
  | 'revocation/status-list-malformed'
  /** What was asked of a list that it cannot be. */
  | 'revocation/status-list-bounds';

/** Statuses of the draft §7.1: 0, 1, 2. 3 and above are of somebody's application, and ours has none. */
export type Status = 'valid' | 'invalid' | 'suspended';

export type Bits = 1 | 2 | 4 | 8;

export const MAX_STATUSES: number = 2 ** 20;
const MAX_URI_CHARACTERS = 300;
const MAX_TTL_SECONDS = 24 * 3600;
/** An offline verifier believes nothing older, whatever a list says of itself. */
export const OFFLINE_SECONDS: number = 24 * 3600;
/** Clocks of phones and servers differ by less; a list from further in the future is not news. */
const CLOCK_SKEW_SECONDS = 300;

/** The draft's §5.2: tagged as COSE_Sign1, typed, no external data. Anyone's library can read it. */
const PROFILE: CoseProfile = {
  algorithm: 'ES256',
  type: 'application/statuslist+cwt',
  context: '',
  tagged: true,
  maxBytes: 2 ** 20 + 4096,
};

const SUB = 2;
const EXP = 4;
const IAT = 6;
const STATUS_LIST = 65533;
const TTL = 65534;

/** What a list says of itself. */
export interface StatusListClaims {
  /** Where it is published; a trust list and certificates name it so. */
  readonly uri: string;
  readonly issuedAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  /** For how long a copy is fresh. */
  readonly ttlSeconds: number;
  readonly bits: Bits;
}

/** A token that was read but neither believed nor inflated. */
export interface OpenedStatusList {
  readonly claims: StatusListClaims;
  readonly kid: Uint8Array;
  readonly cose: OpenedCose;
  /** zlib (RFC 1950). */
  readonly compressed: Uint8Array;
}

/** Statuses in a row: the first entry in the lowest bits of the first byte (draft §4.1). */
export interface Statuses {
  readonly bits: Bits;
  readonly bytes: Uint8Array;
}

function bounds(what: string): never {
  throw new Refusal<StatusListCode>('revocation/status-list-bounds', what);
}

/**
 * `size` statuses, all 0 but those in `entries`. Two values for one index are a mistake of the caller's.
 * @throws Refusal `revocation/status-list-bounds`
 */
export function packStatuses(bits: Bits, size: number, entries: Iterable<readonly [number, number]>): Statuses {
  if (!Number.isSafeInteger(size) || size < 8 || size > MAX_STATUSES || size % 8 !== 0) {
    bounds(`a list of ${size} statuses`);
  }
  const bytes = new Uint8Array((size * bits) / 8);
  const seen = new Set<number>();
  for (const [index, value] of entries) {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) bounds(`index ${index} in a list of ${size}`);
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** bits) bounds(`status ${value} in ${bits} bits`);
    if (seen.has(index)) bounds(`index ${index} twice`);
    seen.add(index);
    const bit = index * bits;
    bytes[bit >> 3]! |= value << (bit & 7);
  }
  return { bits, bytes };
}

/** The number at `index`, or `undefined` beyond the list's end. */
export function readStatus({ bits, bytes }: Statuses, index: number): number | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index >= (bytes.length * 8) / bits) return undefined;
  const bit = index * bits;
  return (bytes[bit >> 3]! >> (bit & 7)) & (2 ** bits - 1);
}

/** `undefined` when the list does not know the index or gives it a status that we do not: never to be taken for valid. */
export function statusAt(statuses: Statuses, index: number): Status | undefined {
  const value = readStatus(statuses, index);
  return value === undefined ? undefined : (['valid', 'invalid', 'suspended'] as const)[value];
}

const NUMBERS: Readonly<Record<Exclude<Status, 'valid'>, number>> = { invalid: 1, suspended: 2 };

export interface StatusListRequest {
  readonly uri: string;
  readonly issuedAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  readonly ttlSeconds: number;
  /** Statuses in the list, named or not: a multiple of 8, at most 2^20. */
  readonly size: number;
  /** Those that are not valid. */
  readonly entries: Iterable<readonly [index: number, status: Exclude<Status, 'valid'>]>;
}

export interface MakeStatusListDeps {
  /** A status key of the charter. */
  readonly signer: Signer;
  readonly primitives: Pick<Primitives, 'digest' | 'deflate'>;
}

function claimAtFault({ uri, issuedAt, expiresAt, ttlSeconds }: StatusListClaims): string | undefined {
  if (uri.length > MAX_URI_CHARACTERS || !/^https?:\/\/[\x21-\x7e]+$/.test(uri)) return 'uri';
  if (expiresAt <= issuedAt) return 'expiry';
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) return 'ttl';
  return undefined;
}

/**
 * A signed list (Status List Token, CWT) of two bits a status.
 * @throws Refusal `revocation/status-list-bounds`
 */
export async function makeStatusList(deps: MakeStatusListDeps, request: StatusListRequest): Promise<Uint8Array> {
  const { uri, issuedAt, expiresAt, ttlSeconds } = request;
  const fault = claimAtFault({ uri, issuedAt, expiresAt, ttlSeconds, bits: 2 });
  if (fault) bounds(`the ${fault} of a list`);
  const numbered = Array.from(request.entries, ([index, status]) => [index, NUMBERS[status]] as const);
  const { bits, bytes } = packStatuses(2, request.size, numbered);
  const list = new Map<string, CborValue>([
    ['bits', bits],
    ['lst', deps.primitives.deflate(bytes)],
  ]);
  const claims = new Map<number, CborValue>([
    [SUB, uri],
    [EXP, expiresAt],
    [IAT, issuedAt],
    [STATUS_LIST, list],
    [TTL, ttlSeconds],
  ]);
  return signCose(PROFILE, deps.signer, kidOf(deps.signer.spki, deps.primitives), encodeCbor(claims));
}

function malformed(what: string): never {
  throw new Refusal<StatusListCode>('revocation/status-list-malformed', what);
}

const shape: CborShape = cborShape(malformed);

function isBits(value: CborValue | undefined): value is Bits {
  return value === 1 || value === 2 || value === 4 || value === 8;
}

function readClaims(payload: Uint8Array): Pick<OpenedStatusList, 'claims' | 'compressed'> {
  const map = shape.map(shape.decode(payload, { maxDepth: 2, maxItems: 16 }), 5);
  const list = shape.map(map.get(STATUS_LIST), 2);
  const bits = list.get('bits');
  const claims: StatusListClaims = {
    uri: shape.text(map.get(SUB), MAX_URI_CHARACTERS),
    issuedAt: shape.time(map.get(IAT)),
    expiresAt: shape.time(map.get(EXP)),
    ttlSeconds: shape.number(map.get(TTL)),
    bits: isBits(bits) ? bits : malformed('a width that a list does not have'),
  };
  const fault = claimAtFault(claims);
  if (fault) malformed(`the ${fault} of a list`);
  return { claims, compressed: shape.bytes(list.get('lst'), 1, payload.length) };
}

/**
 * Reads a list of our profile (all of expiry, ttl and kid present, nothing else) without judging or inflating it.
 * @throws Refusal `revocation/status-list-malformed`
 */
export function openStatusList(bytes: Uint8Array): OpenedStatusList {
  try {
    const cose = openCose(PROFILE, bytes);
    return { ...readClaims(cose.payload), kid: cose.kid, cose };
  } catch (error) {
    if (isRefusal(error, 'cose/malformed')) malformed(error.message);
    throw error;
  }
}

/** Whether the key in `spki`, which the charter must name as a status key, signed the list for the place `uri`. */
export async function verifyStatusList(
  list: OpenedStatusList,
  expected: { readonly spki: Uint8Array; readonly uri: string },
  primitives: Primitives,
): Promise<boolean> {
  return list.claims.uri === expected.uri && (await verifyCose(list.cose, expected.spki, primitives));
}

/**
 * The statuses themselves: for a list that was verified. Never more than 2^20 of them.
 * @throws Refusal `revocation/status-list-malformed`
 */
export function inflateStatuses(list: OpenedStatusList, primitives: Pick<Primitives, 'inflate'>): Statuses {
  const { bits } = list.claims;
  const bytes = primitives.inflate(list.compressed, (MAX_STATUSES * bits) / 8);
  if (!bytes || bytes.length === 0) malformed('no zlib data, or more than 2^20 statuses');
  return { bits, bytes };
}

/** `fresh`: decides; `offline`: what a verifier without network may still show, unconfirmed; `stale`: decides nothing. */
export type Freshness = 'fresh' | 'offline' | 'stale';

export function freshness(
  list: Pick<StatusListClaims, 'issuedAt' | 'expiresAt' | 'ttlSeconds'>,
  at: UnixSeconds,
): Freshness {
  const age = at - list.issuedAt;
  if (age < -CLOCK_SKEW_SECONDS || at >= list.expiresAt || age > OFFLINE_SECONDS) return 'stale';
  return age <= list.ttlSeconds ? 'fresh' : 'offline';
}
