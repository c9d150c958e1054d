import { encodeCbor } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import { readRecord } from '../log/record.ts';
import { hashLeaf } from '../log/merkle.ts';

/** What somebody is asked to authorise: acts of one kind, each by the digest of its record, at a state of the log. */
export interface Statement {
  /** The name of the act, as its record begins: `oficio/signed`. */
  readonly action: string;
  /** Acts that are authorised together. */
  readonly count: number;
  /** Root of the Merkle tree (RFC 9162 §2.1) over their records, in order; of one act, the hash of its record. */
  readonly target: Uint8Array;
  /** 16 bytes: the idempotency key of the request. */
  readonly key: Uint8Array;
  /** When the statement was drawn up; periods of roles are judged by it. */
  readonly at: UnixSeconds;
  /** The newest signed checkpoint then: its number of leaves and its root. */
  readonly size: number;
  readonly root: Uint8Array;
}

export const STATEMENT_KEY_BYTES = 16;

/** Letters that one assertion signs, rows of a list: nobody reviews more at once. */
export const MAX_BATCH = 1024;

/**
 * The challenge of the assertion: it covers the action, every record, the idempotency key, the time and the checkpoint, so
 * that no assertion stands for another act, another letter, or another log.
 */
export function challengeOf(statement: Statement, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  const { action, count, target, key, at, size, root } = statement;
  const text = encodeCbor(['cotejo-authorisation-v1', action, count, target, key, at, size, root]);
  return primitives.digest('SHA-256', text);
}

/** What people will of an act: its record, but of a countersignature, whose record ends with the signature that follows. */
function willedPart(record: Uint8Array): Uint8Array {
  const items = readRecord(record);
  return items?.[1] === 'oficio/countersigned' ? encodeCbor(items.slice(0, -1)) : record;
}

/** The leaf of an act in the tree of what is authorised together: as the log hashes its entries (RFC 9162 §2.1.1). */
export function targetOf(record: Uint8Array, primitives: Pick<Primitives, 'digest'>): Uint8Array {
  return hashLeaf(willedPart(record), primitives);
}
