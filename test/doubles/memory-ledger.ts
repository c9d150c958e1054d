import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { RECORD_TABLES } from '../../src/adapters/sql/nouns.ts';
import type { ColumnValue } from '../../src/adapters/sql/record-table.ts';
import { equal } from '../../src/core/bytes.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { LogCode } from '../../src/log/code.ts';
import { decodeLeaf, encodeLeaf, makeLeaf, type LeafDraft, type Opening } from '../../src/log/leaf.ts';
import type {
  Act,
  AnyPut,
  CheckpointStore,
  Ledger,
  LogEntry,
  LogReader,
  StoredCheckpoint,
  Versioned,
} from '../../src/log/ledger.ts';
import { appendLeaf, hashLeaf, rootOf, type Frontier } from '../../src/log/merkle.ts';

type Rows = Map<string, Versioned<object>>;

/** The whole of an installation's data in memory: a ledger, its log, its checkpoints, and the rows. */
export interface MemoryData {
  readonly ledger: Ledger;
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  /** The acts so far, by index. */
  readonly acts: readonly Act[];
  find<Record extends object>(noun: string, key: string): Versioned<Record> | undefined;
  /** In the order of their keys. */
  list<Record extends object>(noun: string): readonly (Versioned<Record> & { readonly key: string })[];
  erase(index: number): void;
}

function refuse(code: LogCode, message: string, facts = {}): never {
  throw new Refusal<LogCode>(code, message, facts);
}

/** The values of `record` that must be unique, each set with its name. */
function uniqueValues(noun: string, record: object): [string, ColumnValue[]][] {
  const table = RECORD_TABLES.find((table) => table.noun === noun);
  return (table?.unique ?? []).map((columns) => [
    columns.join(' '),
    columns.map((column) => table!.columns[column]!(record as never)),
  ]);
}

function isTaken(rows: Rows, noun: string, key: string, record: object): boolean {
  const wanted = new Map(uniqueValues(noun, record).map(([name, values]) => [name, values]));
  for (const [other, row] of rows) {
    if (other === key) continue;
    for (const [name, values] of uniqueValues(noun, row.record)) {
      if (!values.includes(null) && values.every((value, i) => value === wanted.get(name)![i])) return true;
    }
  }
  return false;
}

export function memoryData(): MemoryData {
  const tables = new Map<string, Rows>();
  const entries: LogEntry[] = [];
  const openings: (Opening | undefined)[] = [];
  const acts: Act[] = [];
  const nodes = new Map<string, Uint8Array>();
  const kept: StoredCheckpoint[] = [];
  let frontier: Frontier = [];

  const rowsOf = (noun: string): Rows => tables.get(noun) ?? tables.set(noun, new Map()).get(noun)!;

  function put(write: AnyPut, index: number, staged: Map<string, Rows>): void {
    const { put: noun, key, ifVersion, leafAs } = write;
    const rows = staged.get(noun) ?? new Map(rowsOf(noun));
    staged.set(noun, rows);
    const stale = (reason: string): never =>
      refuse('log/stale', `${noun} ${key}: ${reason}`, { put: noun, key, reason });
    const found = rows.get(key)?.version ?? 0;
    if (found !== ifVersion) stale(ifVersion === 0 ? 'taken' : 'version');
    const record = structuredClone(leafAs === undefined ? write.record : { ...write.record, [leafAs]: index });
    if (isTaken(rows, noun, key, record)) stale('taken');
    rows.set(key, { record, version: ifVersion + 1 });
  }

  function append(leaf: LeafDraft): number {
    const entry = encodeLeaf(makeLeaf(leaf, nodePrimitives));
    const index = entries.length;
    if (leaf.ref !== undefined && leaf.ref >= index) throw new RangeError(`leaf ${index} refers to ${leaf.ref}`);
    const leafHash = hashLeaf(entry, nodePrimitives);
    const appended = appendLeaf(frontier, index, leafHash, nodePrimitives);
    for (const node of appended.closed) nodes.set(`${node.level}/${node.index}`, node.hash);
    frontier = appended.frontier;
    entries.push({ index, entry, leafHash });
    openings.push({ record: leaf.record, salt: leaf.salt, evidence: leaf.evidence });
    return index;
  }

  return {
    acts,
    find: <Record extends object>(noun: string, key: string) =>
      structuredClone(rowsOf(noun).get(key)) as Versioned<Record> | undefined,
    list: <Record extends object>(noun: string) =>
      [...rowsOf(noun)]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, row]) => ({ key, ...(structuredClone(row) as Versioned<Record>) })),
    erase(index) {
      openings[index] = undefined;
    },
    ledger: {
      async commit(act) {
        const staged = new Map<string, Rows>();
        for (const { put: noun, key, ifVersion } of act.held ?? []) {
          if (rowsOf(noun).get(key)?.version !== ifVersion) {
            refuse('log/stale', `${noun} ${key}: version`, { put: noun, key, reason: 'version' });
          }
        }
        for (const write of act.writes) put(write, entries.length, staged);
        const index = append(act.leaf);
        for (const [noun, rows] of staged) tables.set(noun, rows);
        acts.push(act);
        return { index };
      },
    },
    log: {
      async head() {
        return { size: entries.length, root: rootOf(frontier, nodePrimitives) };
      },
      storedHead() {
        return this.head();
      },
      storedEntries(from, to) {
        return this.entries(from, to);
      },
      async size() {
        return entries.length;
      },
      async entries(from, to) {
        return entries.slice(from, Math.min(to, from + 4096));
      },
      async leaf(index) {
        return entries[index] && decodeLeaf(entries[index].entry);
      },
      async referring(about) {
        return entries.flatMap(({ index, entry }) => {
          const { kind, ref } = decodeLeaf(entry);
          return ref === about ? [{ index, kind }] : [];
        });
      },
      async ofKinds(kinds, from = 0) {
        return entries.filter(({ entry }) => kinds.includes(decodeLeaf(entry).kind)).flatMap(({ index }) => (index < from ? [] : [index])); // prettier-ignore
      },
      async nodes(ids) {
        return ids.map(
          ({ level, index }) => nodes.get(`${level}/${index}`) ?? refuse('log/no-such-entry', `${level}/${index}`),
        );
      },
      async opening(index) {
        return openings[index];
      },
    },
    checkpoints: {
      async latest() {
        return kept.at(-1);
      },
      async list(fromSize, limit) {
        return kept.filter(({ size }) => size >= fromSize).slice(0, limit);
      },
      async store(checkpoint) {
        const same = kept.find(({ size }) => size === checkpoint.size);
        if (same && equal(same.root, checkpoint.root)) return;
        if (same) refuse('log/forked', 'another root');
        if ((kept.at(-1)?.size ?? -1) > checkpoint.size) refuse('log/behind-checkpoint', 'smaller');
        kept.push(checkpoint);
      },
    },
  };
}
