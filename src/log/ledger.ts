import type { Leaf, LeafDraft, LeafKind, Opening } from './leaf.ts';
import type { NodeId } from './merkle.ts';
import type { Reference } from './remembered.ts';

/** A record as it was read, and the version that a write must carry to replace it. */
export interface Versioned<Record> {
  readonly record: Record;
  readonly version: number;
}

/** One change to one row, as data: each folder's own writes are unions of these, told apart by `put`. */
export interface Put<Noun extends string, Record extends object> {
  readonly put: Noun;
  /** The row's key among its noun. */
  readonly key: string;
  readonly record: Record;
  /** The version that was read; 0 when the row must not exist yet. Afterwards the row has the next one. */
  readonly ifVersion: number;
  /** The field of the record that becomes the index of this act's leaf. */
  readonly leafAs?: keyof Record & string;
}

/** What every write looks like to the ledger. */
export interface AnyPut {
  readonly put: string;
  readonly key: string;
  readonly record: object;
  readonly ifVersion: number;
  readonly leafAs?: string;
}

/** A row that an act rests on without changing it: it still has the version that was read. */
export type Held<Write extends AnyPut = AnyPut> = Pick<Write, 'put' | 'key' | 'ifVersion'>;

/** One act: what the log says of it, and what it changes. Writes are made in order, after all that is held was found. */
export interface Act<Write extends AnyPut = AnyPut> {
  readonly leaf: LeafDraft;
  readonly held?: readonly Held<Write>[];
  readonly writes: readonly Write[];
  /** A file that came with the act, or that it made: kept under its leaf, written once. */
  readonly document?: Uint8Array;
}

/**
 * The one way to change anything (law 1). An act takes place wholly or not at all: its leaf, the opening of the leaf,
 * its document and every write, durable before the promise resolves. Calls may run at once; each sees all earlier ones, and the
 * leaves are numbered in that order, from 0, without gaps. One process at a time holds the ledger of an installation.
 *
 * A call that fails changed nothing. A process that died in one may have finished it: acts that must not happen twice
 * carry a write whose key is the caller's idempotency key.
 */
export interface Ledger<Write extends AnyPut = AnyPut> {
  /**
   * @throws Refusal `log/stale`: a row has another version than is held or than the write says, or a value that must be
   *   unique is taken; facts `put`, `key` and `reason` (`version` or `taken`) name the row
   * @throws Refusal `log/corrupt`: the database is damaged
   * @throws Outage `log/disk-full`, `log/unavailable`
   */
  commit(act: Act<Write>): Promise<{ readonly index: number }>;
}

/** A stored row of the log, as it stands there: an audit re-derives what it should be. */
export interface LogEntry {
  readonly index: number;
  /** The encoded leaf. */
  readonly entry: Uint8Array;
  readonly leafHash: Uint8Array;
}

/** The newest durable state. */
export interface LogHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Reads what was committed. What it answers for an index never changes afterwards, save an opening, which may be
 * erased. Calls may run at once and beside commits. All throw the outages and `log/corrupt` of `Ledger`.
 */
export interface LogReader {
  /**
   * The head to which the entries lead, as this process hashed them.
   * @throws Refusal `log/corrupt` when they do not lead to the one that is stored
   */
  head(): Promise<LogHead>;
  /** How many leaves there are, found and refused as `leaf` does; cheaper than the head. */
  size(): Promise<number>;
  /**
   * Entries from `from` to `to - 1` that exist, in order, found and refused as `leaf` does, with the hashes that they
   * have. At most 4,096 are asked for at a time.
   */
  entries(from: number, to: number): Promise<readonly LogEntry[]>;
  /** Head and entries as their rows say, whatever that is: for the audit, which compares. */
  storedHead(): Promise<LogHead>;
  storedEntries(from: number, to: number): Promise<readonly LogEntry[]>;
  /**
   * Leaf `index`, if it is there: the entry that stood there when this process first read it, and no other.
   * @throws Refusal `log/corrupt` when another one stands there now, or the entries do not lead to the head
   */
  leaf(index: number): Promise<Leaf | undefined>;
  /**
   * The leaves that refer to leaf `index`, in order, all of them: found in entries that this process has itself read and
   * hashed up to the head, never through an index of the database.
   * @throws Refusal `log/corrupt` when the entries do not lead to the head
   */
  referring(index: number): Promise<readonly Reference[]>;
  /** The leaves of these kinds from leaf `from` on, in order; found and refused in the same way. */
  ofKinds(kinds: readonly LeafKind[], from?: number): Promise<readonly number[]>;
  /**
   * Hashes of complete subtrees, in the order asked; at most 4,096 at a time.
   * @throws Refusal `log/no-such-entry` for one that the log has not closed yet
   */
  nodes(ids: readonly NodeId[]): Promise<readonly Uint8Array[]>;
  /** What leaf `index` commits to; undefined when there is no such leaf or somebody erased its opening. */
  opening(index: number): Promise<Opening | undefined>;
}

/** A signed checkpoint as it is kept. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note, as published. */
  readonly note: string;
}

/** The checkpoints that were ever signed: one a size, never changed, never one smaller than an earlier one. */
export interface CheckpointStore {
  /** The one of the greatest size. */
  latest(): Promise<StoredCheckpoint | undefined>;
  /** Those of at least `fromSize` leaves, by size, at most `limit`. */
  list(fromSize: number, limit: number): Promise<readonly StoredCheckpoint[]>;
  /**
   * Durable before it resolves. The same checkpoint again changes nothing.
   * @throws Refusal `log/forked` when another root is stored for this size
   * @throws Refusal `log/behind-checkpoint` when a greater size is stored
   */
  store(checkpoint: StoredCheckpoint): Promise<void>;
}
