import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Services } from '../../../src/services.ts';
import { makeInstallation } from '../../support/installation.ts';

/*
 * Somebody who may write to the file takes an act away right after it was told as done, with its rows and nodes, and puts
 * the triggers back, while the process lives that committed it.
 */

const TRIGGERS = ['log_entry_kept', 'log_head_grows', 'log_node_kept', 'checkpoint_kept'];

interface Taken {
  readonly head: Record<string, unknown>;
  readonly credentials: readonly Record<string, unknown>[];
}

function copy(insider: DatabaseSync): Taken {
  return {
    head: insider.prepare('SELECT size, frontier FROM log_head').get()!,
    credentials: insider.prepare('SELECT key, record, state, version FROM credential').all(),
  };
}

function takeAway(insider: DatabaseSync, { head, credentials }: Taken): void {
  const size = head['size'] as number;
  const triggers = TRIGGERS.map((name) => insider.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(name)!);
  insider.exec('BEGIN IMMEDIATE');
  for (const name of TRIGGERS) insider.exec(`DROP TRIGGER ${name}`);
  for (const table of ['opening', 'document', 'log_entry']) insider.exec(`DELETE FROM ${table} WHERE idx >= ${size}`);
  insider.exec(
    `DELETE FROM log_node WHERE ((idx + 1) << level) > ${size}; DELETE FROM checkpoint WHERE size > ${size}`,
  );
  insider.prepare('UPDATE log_head SET size = ?, frontier = ?').run(size, head['frontier'] as Uint8Array);
  const put = insider.prepare('UPDATE credential SET record = ?, state = ?, version = ? WHERE key = ?');
  for (const row of credentials)
    put.run(...(['record', 'state', 'version', 'key'].map((name) => row[name]) as string[]));
  for (const { sql } of triggers) insider.exec(sql as string);
  insider.exec('COMMIT');
}

describe('an act that is taken away while its process lives', () => {
  test.each<readonly [string, (services: Services, serial: string) => Promise<unknown>]>([
    ['answer', (services, serial) => services.verifyCredential(serial)],
    ['act', (services) => services.setUnit({ code: 'AE', name: 'Otra', coveredSince: '2026-01-01' })],
    ['checkpoint', (services) => services.publishCheckpoint()],
    ['list', (services) => services.publishCrl('credenciales')],
    ['audit', (services) => services.auditLog()],
  ])('is found out by the next %s', async (_, ask) => {
    const installation = await makeInstallation();
    const insider = new DatabaseSync(join(installation.config.dataFolder, 'cotejo.sqlite'));
    try {
      const { services } = installation;
      const { serial } = await installation.issue(await installation.register());
      const before = copy(insider);
      await services.revokeCredential(serial, { reason: 'superseded' });
      takeAway(insider, before);
      await expect(ask(services, serial)).rejects.toMatchObject({ code: 'log/corrupt' });
    } finally {
      insider.close();
      installation.remove();
    }
  });
});
