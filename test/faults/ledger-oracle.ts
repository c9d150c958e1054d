import { expect } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqliteCheckpoints } from '../../src/adapters/sql/checkpoints.ts';
import { sqliteLog } from '../../src/adapters/sql/log-reader.ts';
import { units } from '../../src/adapters/sql/nouns.ts';
import { findRecord } from '../../src/adapters/sql/record-table.ts';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import type { Signer } from '../../src/core/signer.ts';
import { auditLog } from '../../src/log/audit.ts';
import { noteKeyOf, type NoteKey } from '../../src/log/note.ts';
import { bytesOf, plainLeaf } from '../support/acts.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';

export const logSigner: Signer = ed25519Signer(bytesOf('log key'));
export const logKey: NoteKey = noteKeyOf('example.org/log', logSigner.spki, nodePrimitives);

/** What `committer.ts` printed, line by line; a last line that was cut off acknowledged nothing. */
export class Acknowledged {
  readonly acts: Map<number, string> = new Map();
  readonly checkpoints: string[] = [];

  read(stdout: string): void {
    for (const line of stdout.split('\n').slice(0, -1)) {
      const [index = '', act = ''] = line.split(' ');
      if (index === 'checkpoint') {
        this.checkpoints.push(line.slice('checkpoint '.length).replaceAll('|', '\n'));
        continue;
      }
      // Two acts under one index would be a fork.
      expect(this.acts.has(Number(index)), line).toBe(false);
      this.acts.set(Number(index), act);
    }
  }
}

/** Re-reads everything: the log is sound, nothing acknowledged is missing, and rows moved with the log only. */
export async function checkData(file: string, acknowledged: Acknowledged): Promise<{ readonly size: number }> {
  const data = openSqlite(file);
  try {
    const log = sqliteLog(data, nodePrimitives);
    const checkpoints = sqliteCheckpoints(data);
    const report = await auditLog({ log, checkpoints, logKey, primitives: nodePrimitives });
    expect(report).toMatchObject({ sound: true, findings: [], erased: 0 });
    for (const [index, act] of acknowledged.acts) {
      expect((await log.opening(index))?.record, `${index} ${act}`).toEqual(plainLeaf(act).record);
      expect((await findRecord(data, units, act))?.version, act).toBe(1);
    }
    const kept = new Set((await checkpoints.list(0, 4096)).map(({ note }) => note));
    for (const note of acknowledged.checkpoints) expect(kept).toContain(note);
    expect((await findRecord(data, units, 'COUNTER'))?.version ?? 0).toBe(report.size);
    expect(data.database.prepare('SELECT count(*) AS n FROM unit').get()).toEqual({
      n: report.size && report.size + 1,
    });
    expect(data.database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    return { size: report.size };
  } finally {
    data.close();
  }
}
