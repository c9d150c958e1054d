import type { SQLOutputValue } from 'node:sqlite';
import type { Primitives } from '../../core/primitives.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LogCode } from '../../log/code.ts';
import { encodeRef } from '../../log/leaf.ts';
import type { LogEntry, LogReader } from '../../log/ledger.ts';
import { rootOf } from '../../log/merkle.ts';
import type { SqliteData } from '../sqlite.ts';
import { splitHashes } from './ledger.ts';
import { guarded } from './statements.ts';

/** As many rows as one call may ask for. */
const MAX_ROWS = 4096;

function entryOf(row: Record<string, SQLOutputValue>): LogEntry {
  return {
    index: Number(row['idx']),
    entry: row['entry'] as Uint8Array,
    leafHash: row['leaf_hash'] as Uint8Array,
  };
}

/** Reads the log of an open database. */
export function sqliteLog({ statements }: SqliteData, primitives: Primitives): LogReader {
  const readHead = statements.get('SELECT size, frontier FROM log_head');
  const readEntries = statements.get(
    'SELECT idx, entry, leaf_hash FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx',
  );
  // The second condition is the index's own.
  const readReferring = statements.get(`SELECT idx, entry, leaf_hash FROM log_entry
    WHERE substr(entry, 107, 8) = ? AND substr(entry, 107, 8) <> x'ffffffffffffffff' ORDER BY idx LIMIT ${MAX_ROWS}`);
  const readLeafHash = statements.get('SELECT leaf_hash AS hash FROM log_entry WHERE idx = ?');
  const readNode = statements.get('SELECT hash FROM log_node WHERE level = ? AND idx = ?');
  const readOpening = statements.get('SELECT record, salt, evidence_kind, evidence FROM opening WHERE idx = ?');
  return {
    async head() {
      const row = guarded(() => readHead.get());
      if (!row) throw new Refusal<LogCode>('log/corrupt', 'the log has no head');
      return { size: Number(row['size']), root: rootOf(splitHashes(row['frontier'] as Uint8Array), primitives) };
    },
    async entries(from, to) {
      return guarded(() => readEntries.all(from, Math.min(to, from + MAX_ROWS))).map(entryOf);
    },
    async referring(index) {
      return guarded(() => readReferring.all(encodeRef(index))).map(entryOf);
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
