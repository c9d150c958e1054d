import type { Brand } from '../core/brand.ts';
import { concat, equalSecret } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { LogCode } from './code.ts';

/** What a leaf reports. A number never changes its meaning; 0x50 (approval) is reserved. */
export const LeafKind = {
  authorityCreated: 0x01,
  charterPublished: 0x02,
  authorityIntent: 0x03,
  officialRegistered: 0x10,
  officialChanged: 0x11,
  officialEnded: 0x12,
  unitSet: 0x13,
  distinctiveGranted: 0x18,
  distinctiveWithdrawn: 0x19,
  credentialIntent: 0x20,
  credentialIssued: 0x21,
  credentialSuspended: 0x22,
  credentialResumed: 0x23,
  credentialRevoked: 0x24,
  credentialProven: 0x25,
  cardRegistered: 0x28,
  cardActivated: 0x29,
  cardEnded: 0x2a,
  cardTagAssigned: 0x2b,
  cardOpened: 0x2c,
  cardStolen: 0x2d,
  oficioIntent: 0x30,
  oficioSigned: 0x31,
  oficioCancelled: 0x32,
  oficioReplaced: 0x33,
  folioSeriesSet: 0x34,
  oficioReceived: 0x35,
  oficioCountersignIntent: 0x36,
  oficioCountersigned: 0x37,
  oficioDetailsErased: 0x38,
  oficioPublicVersion: 0x39,
  oficioPublicVersionWithdrawn: 0x3a,
  crlIntent: 0x40,
  crlPublished: 0x41,
  accessEnrolled: 0x60,
  accessRolesSet: 0x61,
  accessEnded: 0x62,
} as const;
export type LeafKind = (typeof LeafKind)[keyof typeof LeafKind];

const KINDS: ReadonlySet<number> = new Set(Object.values(LeafKind));

/** The first 8 bytes of SHA-256 of the acting key's SPKI; zeros where no key acted. */
export type KeyId8 = Brand<Uint8Array, 'KeyId8'>;

export const NO_ISSUER: KeyId8 = new Uint8Array(8) as KeyId8;

export function issuerKeyId(spki: Uint8Array, primitives: Pick<Primitives, 'digest'>): KeyId8 {
  return primitives.digest('SHA-256', spki).slice(0, 8) as KeyId8;
}

/** Who authorised an act and how. Kind 0 is none, which only the development policy accepts; below 0x80. */
export interface Evidence {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

export const NO_EVIDENCE: Evidence = { kind: 0, bytes: new Uint8Array(0) };

/** An act as its use case describes it, before it has an index. */
export interface LeafDraft {
  readonly kind: LeafKind;
  readonly issuer: KeyId8;
  /** Deterministic CBOR array `[1, "<noun>/<act>", …]`. */
  readonly record: Uint8Array;
  /** 32 random bytes, of this leaf alone. */
  readonly salt: Uint8Array;
  /** `subjectTag`, or 32 random bytes where there is no subject. */
  readonly subjectTag: Uint8Array;
  readonly evidence: Evidence;
  /** Index of the earlier leaf that this one is about. */
  readonly ref?: number;
}

/** What everybody sees of an act: docs/formats/leaf.md. */
export interface Leaf {
  readonly kind: LeafKind;
  readonly issuer: KeyId8;
  readonly commitment: Uint8Array;
  readonly subjectTag: Uint8Array;
  readonly evidence: Uint8Array;
  readonly ref?: number;
}

/** What turns a leaf back into its act. Whoever holds it can check the leaf; without it the leaf says nothing. */
export interface Opening {
  readonly record: Uint8Array;
  readonly salt: Uint8Array;
  readonly evidence?: Evidence;
}

const VERSION = 1;
export const LEAF_BYTES = 114;
const NO_REF = 0xffffffffffffffffn;

/**
 * The same salt keys both HMACs, so their inputs must never coincide: a record starts with a CBOR array head (0x80 or
 * above), an evidence with its kind (below 0x80).
 */
function assertSeparated(record: Uint8Array, evidence: Evidence): void {
  if (record.length === 0 || record[0]! < 0x80) throw new RangeError('a record is a CBOR array');
  if (!Number.isInteger(evidence.kind) || evidence.kind < 0 || evidence.kind > 0x7f) {
    throw new RangeError(`a kind of evidence is below 0x80, not ${evidence.kind}`);
  }
}

function assertLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`${what} has ${bytes.length} bytes, expected ${length}`);
}

function commit(salt: Uint8Array, record: Uint8Array, primitives: Pick<Primitives, 'hmac'>): Uint8Array {
  return primitives.hmac(salt, record);
}

function commitEvidence(salt: Uint8Array, evidence: Evidence, primitives: Pick<Primitives, 'hmac'>): Uint8Array {
  return primitives.hmac(salt, concat(Uint8Array.of(evidence.kind), evidence.bytes));
}

/** @throws RangeError for a draft that no use case may make (a bug, not a refusal) */
export function makeLeaf(draft: LeafDraft, primitives: Pick<Primitives, 'hmac'>): Leaf {
  assertSeparated(draft.record, draft.evidence);
  assertLength('the salt', draft.salt, 32);
  return {
    kind: draft.kind,
    issuer: draft.issuer,
    commitment: commit(draft.salt, draft.record, primitives),
    subjectTag: draft.subjectTag,
    evidence: commitEvidence(draft.salt, draft.evidence, primitives),
    ...(draft.ref === undefined ? {} : { ref: draft.ref }),
  };
}

/** Whether `leaf` commits to this record (and to this evidence, where one is given). Never throws. */
export function openLeaf(leaf: Leaf, opening: Opening, primitives: Pick<Primitives, 'hmac'>): boolean {
  const { record, salt, evidence } = opening;
  if (salt.length !== 32 || record.length === 0 || record[0]! < 0x80) return false;
  if (evidence && !(Number.isInteger(evidence.kind) && evidence.kind >= 0 && evidence.kind < 0x80)) return false;
  const recordHolds = equalSecret(leaf.commitment, commit(salt, record, primitives));
  const evidenceHolds = !evidence || equalSecret(leaf.evidence, commitEvidence(salt, evidence, primitives));
  return recordHolds && evidenceHolds;
}

/** How a person who knows `key` finds the leaf that is the `counter`-th about them: nobody else can link two. */
export function subjectTag(key: Uint8Array, counter: number, primitives: Pick<Primitives, 'hmac'>): Uint8Array {
  assertLength('the key of a subject', key, 32);
  if (!Number.isSafeInteger(counter) || counter < 0) throw new RangeError(`not a counter: ${counter}`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(counter));
  return primitives.hmac(key, bytes);
}

/** A reference as it stands in a leaf. */
function encodeRef(ref: number | undefined): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, ref === undefined ? NO_REF : BigInt(ref));
  return bytes;
}

export function encodeLeaf(leaf: Leaf): Uint8Array {
  assertLength('the issuer', leaf.issuer, 8);
  assertLength('the commitment', leaf.commitment, 32);
  assertLength('the subject tag', leaf.subjectTag, 32);
  assertLength('the evidence', leaf.evidence, 32);
  if (leaf.ref !== undefined && (!Number.isSafeInteger(leaf.ref) || leaf.ref < 0)) {
    throw new RangeError(`not the index of a leaf: ${leaf.ref}`);
  }
  const out = new Uint8Array(LEAF_BYTES);
  out[0] = VERSION;
  out[1] = leaf.kind;
  out.set(leaf.issuer, 2);
  out.set(leaf.commitment, 10);
  out.set(leaf.subjectTag, 42);
  out.set(leaf.evidence, 74);
  out.set(encodeRef(leaf.ref), 106);
  return out;
}

function malformed(what: string): never {
  throw new Refusal<LogCode>('log/leaf-malformed', what);
}

function isKind(value: number): value is LeafKind {
  return KINDS.has(value);
}

/** Kind and reference alone, for whoever reads every entry; undefined for what `decodeLeaf` refuses. */
export function leafHead(bytes: Uint8Array): Pick<Leaf, 'kind' | 'ref'> | undefined {
  const kind = bytes[1]!;
  if (bytes.length !== LEAF_BYTES || bytes[0] !== VERSION || !isKind(kind)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + 106, 8);
  const [high, low] = [view.getUint32(0), view.getUint32(4)];
  if (high === 0xffffffff && low === 0xffffffff) return { kind };
  return high < 2 ** 21 ? { kind, ref: high * 2 ** 32 + low } : undefined;
}

/** @throws Refusal `log/leaf-malformed`: another length, version or kind, or a reference beyond 2^53 */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  if (bytes.length !== LEAF_BYTES) malformed(`the leaf has ${bytes.length} bytes, expected ${LEAF_BYTES}`);
  if (bytes[0] !== VERSION) malformed(`the leaf has version ${bytes[0]}, expected ${VERSION}`);
  const kind = bytes[1]!;
  if (!isKind(kind)) return malformed(`unknown kind of leaf: ${kind}`);
  const ref = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(106);
  if (ref !== NO_REF && ref > BigInt(Number.MAX_SAFE_INTEGER)) malformed(`the leaf refers to ${ref}`);
  return {
    kind,
    issuer: bytes.slice(2, 10) as KeyId8,
    commitment: bytes.slice(10, 42),
    subjectTag: bytes.slice(42, 74),
    evidence: bytes.slice(74, 106),
    ...(ref === NO_REF ? {} : { ref: Number(ref) }),
  };
}
