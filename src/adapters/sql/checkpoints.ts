import type { SQLOutputValue } from 'node:sqlite';
import { equal } from '../../core/bytes.ts';
import { Outage, Refusal } from '../../core/refusal.ts';
import type { LogCode, LogOutageCode } from '../../log/code.ts';
import type { CheckpointStore, StoredCheckpoint } from '../../log/ledger.ts';
import type { SqliteData } from '../sqlite.ts';
import { guarded } from './statements.ts';

function checkpointOf(row: Record<string, SQLOutputValue>): StoredCheckpoint {
  return { size: Number(row['size']), root: row['root'] as Uint8Array, note: row['note'] as string };
}

/** The checkpoints of an open database; one that was opened for reading stores none. */
export function sqliteCheckpoints({ statements, transaction, epoch }: SqliteData): CheckpointStore {
  const readLatest = statements.get('SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1');
  const readList = statements.get('SELECT size, root, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT ?');
  const readOne = statements.get('SELECT size, root, note FROM checkpoint WHERE size = ?');
  // A process that lost the data to another one must not add a head of its own.
  const add = statements.get(
    'INSERT INTO checkpoint (size, root, note) SELECT ?, ?, ? WHERE (SELECT epoch FROM log_head) = ?',
  );
  return {
    async latest() {
      const row = guarded(() => readLatest.get());
      return row && checkpointOf(row);
    },
    async list(fromSize, limit) {
      return guarded(() => readList.all(fromSize, limit)).map(checkpointOf);
    },
    async store({ size, root, note }) {
      const same = guarded(() => readOne.get(size));
      if (same) {
        if (equal(checkpointOf(same).root, root)) return;
        throw new Refusal<LogCode>('log/forked', `another root was signed for ${size} entries`, { size });
      }
      const latest = guarded(() => readLatest.get());
      if (latest && checkpointOf(latest).size > size) {
        const facts = { signed: checkpointOf(latest).size, found: size };
        throw new Refusal<LogCode>('log/behind-checkpoint', `${facts.signed} entries were signed`, facts);
      }
      if (transaction(() => add.run(size, root, note, epoch ?? -1)).changes !== 1) {
        throw new Outage<LogOutageCode>('log/unavailable', 'another process has taken over the data');
      }
    },
  };
}
