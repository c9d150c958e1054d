import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import type { AuthorityId } from '../../../src/authority/authority.ts';
import { concat } from '../../../src/core/bytes.ts';
import { appendLeaf, hashLeaf, type Frontier } from '../../../src/log/merkle.ts';
import { findRevoked, readCrl, type RevokedEntry } from '../../../src/revocation/crl.ts';
import type { StatusListName } from '../../../src/revocation/lists.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../../src/revocation/status-list.ts';
import type { Services } from '../../../src/services.ts';
import { openData } from '../../support/office.ts';
import { afterTampering, setInRecord, uncancel, workedRegister } from '../../support/worked-register.ts';

const { config, staff, standing, cancelled, replaced, revoked, stolen, badge } = await workedRegister();
const { services } = await openData(config);
const { oficio: spoilt } = (await services.oficios.list({ signer: staff.subdirector.id, limit: 2 })).map((oficio) => ({
  oficio,
}))[0]!;
await services.suspendCredential(badge.serial);
await services.publishCrl('credenciales');
services.close();

afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

const publish =
  (authority: AuthorityId) =>
  async (all: Services): Promise<ReadonlyMap<string, RevokedEntry>> =>
    readCrl(await all.publishCrl(authority)).entries;

const places =
  (list: StatusListName, ...indexes: readonly number[]) =>
  async (all: Services): Promise<readonly (string | undefined)[]> => {
    const statuses = inflateStatuses(openStatusList(await all.publications.statusList(list)), nodePrimitives);
    return indexes.map((index) => statusAt(statuses, index));
  };

describe('a published list stays although somebody edited rows before it was made:', () => {
  const after = <Result>(sql: string, ask: (services: Services) => Promise<Result>): Promise<Result> =>
    afterTampering(config, (database) => database.exec(sql), ask);
  const unrevoke = (key: string): string =>
    `UPDATE credential SET state = 'issued', record = json_remove(json_set(record, '$.state', 'issued'), '$.revoked',
     '$.suspendedAt', '$.statusLeaf') WHERE key = '${key}';`;

  test('a revoked or suspended certificate is listed, with when and why, and no other', async () => {
    const [staffList, signers] = [
      await after('SELECT 1', publish('credenciales')),
      await after('SELECT 1', publish('oficios')),
    ];
    expect([...staffList.keys()].toSorted()).toEqual([revoked.serial, badge.serial].toSorted());
    expect([...signers.keys()]).toEqual([stolen.serial]);
    for (const sql of [
      unrevoke(revoked.serial) + unrevoke(badge.serial),
      `DELETE FROM credential WHERE key IN ('${revoked.serial}', '${badge.serial}');`,
      setInRecord('credential', revoked.serial, "'$.revoked.at'", '4000000000', "'$.revoked.reason'", "'unspecified'"),
      `UPDATE credential SET authority = 'oficios' WHERE key = '${revoked.serial}';`,
    ]) {
      expect(new Map([...(await after(sql, publish('credenciales')))].toSorted()), sql).toEqual(
        new Map([...staffList].toSorted()),
      );
    }
    const signersAfter = await after(unrevoke(stolen.serial), publish('oficios'));
    expect(findRevoked({ entries: signersAfter }, stolen.serial)).toMatchObject({ reason: 1 });
  });

  test('the places of credentials in their status list are those that were recorded', async () => {
    const indexes = [revoked.statusIndex, badge.statusIndex, stolen.statusIndex];
    for (const sql of [
      'SELECT 1',
      unrevoke(revoked.serial) + unrevoke(badge.serial),
      setInRecord('credential', revoked.serial, "'$.statusIndex'", '7'),
    ]) {
      const found = await after(sql, places('credenciales', ...indexes));
      expect(found, sql).toEqual(['invalid', 'suspended', 'valid']);
    }
    expect(await after(unrevoke(stolen.serial), places('oficios', stolen.statusIndex))).toEqual(['invalid']);
  });

  test('letters that ended, and those of a stolen key, are invalid', async () => {
    const indexes = [cancelled, replaced, spoilt, standing].map(({ statusIndex }) => statusIndex);
    for (const sql of [
      'SELECT 1',
      uncancel(cancelled.id) + uncancel(replaced.id) + unrevoke(stolen.serial),
      `DELETE FROM oficio WHERE key IN ('${cancelled.id}', '${replaced.id}', '${spoilt.id}');`,
      `UPDATE oficio SET serial = 'x' WHERE key = '${spoilt.id}';
       ${setInRecord('oficio', cancelled.id, "'$.statusIndex'", '7')}`,
      setInRecord('credential', stolen.serial, "'$.revoked.compromisedFrom'", '9999'),
    ]) {
      const found = await after(sql, places('seals', ...indexes));
      expect(found, sql).toEqual(['invalid', 'invalid', 'invalid', 'valid']);
    }
  });

  test('a row that was edited to end, revoke or suspend, or to have the place of another, adds nothing', async () => {
    const letter = setInRecord('oficio', cancelled.id, "'$.statusIndex'", String(standing.statusIndex));
    const ended = `UPDATE oficio SET state = 'cancelled', record = json_set(record, '$.state', 'cancelled')
      WHERE key = '${standing.id}';`;
    for (const sql of [letter, ended]) {
      const found = await after(sql, places('seals', cancelled.statusIndex, standing.statusIndex));
      expect(found, sql).toEqual(['invalid', 'valid']);
    }
    const { services: all } = await openData(config);
    const [signer] = await all.credentials.list({ officialId: staff.director.id, kind: 'signer', limit: 1 });
    all.close();
    const { serial, statusIndex } = signer!;
    const state = `UPDATE credential SET state = 'revoked', record = json_set(record, '$.state', 'revoked',
      '$.revoked', json('{"at":1780000000,"reason":"superseded"}')) WHERE key = '${serial}';`;
    expect(await after(state, places('oficios', statusIndex, stolen.statusIndex))).toEqual(['valid', 'invalid']);
    expect([...(await after(state, publish('oficios'))).keys()]).toEqual([stolen.serial]);
    const astray = setInRecord('credential', stolen.serial, "'$.statusIndex'", String(statusIndex));
    expect(await after(astray, places('oficios', statusIndex, stolen.statusIndex))).toEqual(['valid', 'invalid']);
  });

  test('what somebody erased from the log makes no list at all', async () => {
    const missing = { code: 'log/opening-missing' };
    const sql = `${unrevoke(revoked.serial)} DELETE FROM opening WHERE idx = ${revoked.intentLeaf};`;
    await expect(after(sql, publish('credenciales'))).rejects.toMatchObject(missing);
    await expect(after(sql, places('credenciales', 1))).rejects.toMatchObject(missing);
    const letter = `${uncancel(cancelled.id)} DELETE FROM opening WHERE idx = ${cancelled.intentLeaf};`;
    await expect(after(letter, places('seals', 1))).rejects.toMatchObject(missing);
  });

  test('a log that was cut before the revocation, with all that is derived from it, makes no list', async () => {
    const cut = (database: DatabaseSync): void => {
      const size = revoked.issuedLeaf! + 1;
      const kept = database.prepare('SELECT entry FROM log_entry WHERE idx < ? ORDER BY idx').all(size);
      let frontier: Frontier = [];
      for (const [i, { entry }] of kept.entries()) {
        const hash = hashLeaf(entry as Uint8Array, nodePrimitives);
        ({ frontier } = appendLeaf(frontier, i, hash, nodePrimitives));
      }
      database.exec(`PRAGMA foreign_keys = OFF; DROP TRIGGER log_entry_kept; DROP TRIGGER log_node_kept;
        DROP TRIGGER log_head_grows; DELETE FROM log_entry WHERE idx >= ${size};
        DELETE FROM log_node WHERE (idx + 1) << level > ${size}; DELETE FROM opening WHERE idx >= ${size};
        ${unrevoke(revoked.serial)}`);
      database.prepare('UPDATE log_head SET size = ?, frontier = ?').run(size, concat(...frontier));
    };
    const behind = { code: 'log/behind-checkpoint' };
    const asked = afterTampering(config, cut, places('credenciales', revoked.statusIndex));
    await expect(asked).rejects.toMatchObject(behind);
    await expect(afterTampering(config, cut, publish('oficios'))).rejects.toMatchObject(behind);
    const folio = afterTampering(config, cut, (all) => all.verifyTyped(standing.folio));
    await expect(folio).rejects.toMatchObject(behind);
  });

  test('what happens while it runs is in the next list, and what was resumed is not', async () => {
    const states = await after('SELECT 1', async (all) => {
      const before = [...(await publish('credenciales')(all)).keys()];
      await all.resumeCredential(badge.serial);
      const resumed = [...(await publish('credenciales')(all)).keys()];
      await all.revokeCredential(badge.serial, { reason: 'superseded' });
      const again = await publish('credenciales')(all);
      return [before.includes(badge.serial), resumed.includes(badge.serial), again.get(badge.serial)?.reason];
    });
    expect(states).toEqual([true, false, 4]);
  });
});

describe('an authority signs nothing that somebody put into a row:', () => {
  const corrupt = { code: 'log/corrupt' };
  const beside = <Result>(work: (database: DatabaseSync) => Result): Result => {
    const database = new DatabaseSync(config.databaseFile);
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const running = <Result>(ask: (services: Services) => Promise<Result>): Promise<Result> =>
    afterTampering(config, () => {}, ask);

  test('an older list that was put back is not served, but a new one', async () => {
    const numbered = async (all: Services): Promise<bigint> => readCrl(await all.publishCrl('credenciales')).number;
    const before = await running(numbered);
    await running(async (all) => {
      const kept = beside((database) => ({
        row: database.prepare("SELECT record FROM crl WHERE key = 'credenciales'").get()!,
        blobs: database.prepare("SELECT field, bytes FROM blob WHERE owner = 'crl' AND key = 'credenciales'").all(),
      }));
      await all.resumeCredential(badge.serial);
      await publish('credenciales')(all);
      beside((database) => {
        database.prepare("UPDATE crl SET record = ? WHERE key = 'credenciales'").run(kept.row['record']!);
        const put = database.prepare(
          "UPDATE blob SET bytes = ? WHERE owner = 'crl' AND key = 'credenciales' AND field = ?",
        );
        for (const { field, bytes } of kept.blobs) put.run(bytes!, field!);
      });
      const { entries, number } = readCrl(await all.publishCrl('credenciales'));
      expect([entries.has(badge.serial), number > before]).toEqual([false, true]);
    });
    const gone = afterTampering(config, (database) => database.exec('DELETE FROM crl'), numbered);
    expect((await gone) > before).toBe(true);
  });

  test('what a list says is read from it, not from its row', async () => {
    await running(async (all) => {
      await publish('oficios')(all);
      const [signer] = await all.credentials.list({ officialId: staff.director.id, kind: 'signer', limit: 1 });
      await all.suspendCredential(signer!.serial);
      beside((database) => database.exec(setInRecord('crl', 'oficios', "'$.nextUpdate'", '4000000000')));
      expect([...(await publish('oficios')(all)).keys()]).toContain(signer!.serial);
    });
  });

  test('a body of a list that was exchanged before it was signed', async () => {
    const forge = (database: DatabaseSync): void => {
      const prepared = "json_set(json_remove(record, '$.publishedLeaf'), '$.state', 'prepared')";
      database.exec(`UPDATE crl SET record = ${prepared} WHERE key = 'credenciales';
        UPDATE blob SET bytes = (SELECT bytes FROM blob WHERE owner = 'crl' AND key = 'oficios' AND field = 'tbs')
        WHERE owner = 'crl' AND key = 'credenciales' AND field = 'tbs'`);
    };
    const entries = await afterTampering(config, forge, publish('credenciales'));
    expect([...entries.keys()].toSorted()).toEqual([revoked.serial, badge.serial].toSorted());
  });

  test('a certificate whose body was exchanged before it was signed', async () => {
    const { inspector } = staff;
    const request = { officialId: inspector.id, kind: 'staff', days: 30, idempotencyKey: 'exchanged' } as const;
    await running(async (all) => {
      const { serial } = await all.issueCredential(request);
      const prepared = "json_set(json_remove(record, '$.issuedLeaf', '$.certificate'), '$.state', 'prepared'";
      beside((database) =>
        database.exec(`UPDATE credential SET state = 'prepared', record = ${prepared}, '$.tbs',
          json((SELECT record -> '$.tbs' FROM credential WHERE key = '${badge.serial}'))) WHERE key = '${serial}'`),
      );
      await expect(all.issueCredential(request)).rejects.toMatchObject(corrupt);
    });
  });
});

describe('an authority is the one that the log says was created, whatever its row says:', () => {
  const certificateOf = (authority: AuthorityId): string =>
    `(SELECT json_extract(record, '$.certificate') FROM authority WHERE key = '${authority}')`;
  const exchanged = (field: string, value: string): string =>
    `UPDATE authority SET record = json_set(record, '${field}', ${value}) WHERE key = 'raiz';`;

  test.each([
    ['certificate', exchanged('$.certificate', certificateOf('oficios'))],
    ['certificate of a wrong type', exchanged('$.certificate', '7')],
    [
      'key under which its lists are looked for',
      `${exchanged('$.keyId', "'0011223344556677'")} UPDATE authority SET key_id = '0011223344556677' WHERE key = 'raiz';`,
    ],
    ['leaf', exchanged('$.createdLeaf', '0')],
  ])('another %s is neither served nor looked for', async (_, sql) => {
    await afterTampering(
      config,
      (database) => database.exec(sql),
      async (all) => {
        const facts = { noun: 'authority', key: 'raiz' };
        await expect(all.authorities.findAuthority('raiz')).rejects.toMatchObject({ code: 'log/corrupt', facts });
        await expect(all.publishCrl('raiz')).rejects.toMatchObject({ code: 'log/corrupt', facts });
        expect((await all.authorities.findAuthority('oficios'))?.record.id).toBe('oficios');
      },
    );
  });

  test.each([
    ['key that its column does not have', exchanged('$.keyId', "'0011223344556677'")],
    ['key of a wrong type', exchanged('$.keyId', '7')],
    ['name', exchanged('$.id', "'oficios'")],
  ])('another %s is a damaged row', async (_, sql) => {
    await afterTampering(
      config,
      (database) => database.exec(sql),
      async (all) => {
        const damaged = { code: 'data/row-damaged', facts: { table: 'authority', key: 'raiz' } };
        await expect(all.authorities.findAuthority('raiz')).rejects.toMatchObject(damaged);
        await expect(all.publishCrl('raiz')).rejects.toMatchObject(damaged);
      },
    );
  });
});
