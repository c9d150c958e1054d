import type { SQLOutputValue } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { concat, equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LogCode } from '../../log/code.ts';
import { decodeLeaf, leafHead } from '../../log/leaf.ts';
import type { LogEntry, LogReader } from '../../log/ledger.ts';
import { rootOf } from '../../log/merkle.ts';
import { RememberedLog } from '../../log/remembered.ts';
import type { SqliteData } from '../sqlite.ts';
import { splitHashes } from './ledger.ts';
import { guarded } from './statements.ts';

/** As many rows as one call may ask for. */
const MAX_ROWS = 4096;
/** Entries that are read and hashed at a time: a few milliseconds. */
const PAGE = 1024;

function corrupt(message: string): never {
  throw new Refusal<LogCode>('log/corrupt', message);
}

function entryOf(row: Record<string, SQLOutputValue>): LogEntry {
  return {
    index: Number(row['idx']),
    entry: row['entry'] as Uint8Array,
    leafHash: row['leaf_hash'] as Uint8Array,
  };
}

/** Reads the log of an open database. */
export function sqliteLog(data: SqliteData, primitives: Primitives): LogReader {
  const { statements } = data;
  const readHead = statements.get('SELECT size, frontier FROM log_head');
  const readEntries = statements.get(
    'SELECT idx, entry, leaf_hash FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx',
  );
  const readLeafHash = statements.get('SELECT leaf_hash AS hash FROM log_entry WHERE idx = ?');
  const readNode = statements.get('SELECT hash FROM log_node WHERE level = ? AND idx = ?');
  const readOpening = statements.get('SELECT record, salt, evidence_kind, evidence FROM opening WHERE idx = ?');
  const remembered = new RememberedLog(primitives);

  /** Reads one page of what was added, up to the head; whether more is left. */
  function rememberPage(): boolean {
    const head = readHead.get();
    const size = Number(head?.['size']);
    if (!head || size < Math.max(remembered.size, data.acknowledged.size)) corrupt('the log is shorter than it was');
    const rows =
      size === remembered.size ? [] : readEntries.all(remembered.size, Math.min(size, remembered.size + PAGE));
    for (const { index, entry, leafHash } of rows.map(entryOf)) {
      if (index !== remembered.size) corrupt(`entry ${remembered.size} is not there`);
      if (!equal(remembered.add(entry), leafHash)) corrupt(`entry ${index} has another hash`);
      if (!data.acknowledged.holds(index, leafHash)) corrupt(`entry ${index} is not the one that was committed`);
    }
    if (remembered.size < size) return rows.length > 0 || corrupt(`entry ${remembered.size} is not there`);
    return equal(concat(...remembered.frontier), head['frontier'] as Uint8Array) ? false : corrupt('another head');
  }

  /** What stands there now, with the hash that it has. @throws Refusal `log/corrupt` unless it is what was read before */
  function asRead(found: LogEntry | undefined, index: number): LogEntry {
    const leafHash = found?.index === index && remembered.hashOf(index, found.entry);
    return leafHash ? { index, entry: found.entry, leafHash } : corrupt(`entry ${index} is not the one that was read`);
  }

  let upTo: number | undefined;

  /** Keeps up with the log; a long one that is read for the first time lets others work between its pages. */
  async function remember(): Promise<void> {
    const changes = data.changes();
    if (changes === upTo) return;
    while (guarded(rememberPage)) await setImmediate();
    upTo = changes;
  }

  return {
    async head() {
      await remember();
      return { size: remembered.size, root: rootOf(remembered.frontier, primitives) };
    },
    async storedHead() {
      const row = guarded(() => readHead.get());
      if (!row) throw new Refusal<LogCode>('log/corrupt', 'the log has no head');
      return { size: Number(row['size']), root: rootOf(splitHashes(row['frontier'] as Uint8Array), primitives) };
    },
    async size() {
      await remember();
      return remembered.size;
    },
    async entries(from, to) {
      await remember();
      const end = Math.min(to, from + MAX_ROWS, remembered.size);
      const rows = guarded(() => readEntries.all(from, end)).map(entryOf);
      return Array.from({ length: Math.max(0, end - from) }, (_, i) => asRead(rows[i], from + i));
    },
    async storedEntries(from, to) {
      return guarded(() => readEntries.all(from, Math.min(to, from + MAX_ROWS))).map(entryOf);
    },
    async leaf(index) {
      await remember();
      if (!Number.isSafeInteger(index) || index < 0 || index >= remembered.size) return undefined;
      const row = guarded(() => readEntries.get(index, index + 1));
      const { entry } = asRead(row && entryOf(row), index);
      return leafHead(entry) ? decodeLeaf(entry) : corrupt(`entry ${index} is no leaf`);
    },
    async referring(index) {
      await remember();
      return remembered.referring(index);
    },
    async ofKinds(kinds, from = 0) {
      await remember();
      return remembered.ofKinds(kinds, from);
    },
    async nodes(ids) {
      if (ids.length > MAX_ROWS) throw new RangeError(`${ids.length} nodes at a time`);
      return guarded(() =>
        ids.map(({ level, index }) => {
          const row = level === 0 ? readLeafHash.get(index) : readNode.get(level, index);
          if (row) return row['hash'] as Uint8Array;
          throw new Refusal<LogCode>('log/no-such-entry', `the log has no node ${level}/${index}`, { level, index });
        }),
      );
    },
    async opening(index) {
      const row = guarded(() => readOpening.get(index));
      if (!row) return undefined;
      return {
        record: row['record'] as Uint8Array,
        salt: row['salt'] as Uint8Array,
        evidence: { kind: Number(row['evidence_kind']), bytes: row['evidence'] as Uint8Array },
      };
    },
  };
}
