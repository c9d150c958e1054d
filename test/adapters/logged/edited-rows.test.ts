import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Services } from '../../../src/services.ts';
import type { Answer } from '../../../src/verifier/index.ts';
import { openData } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { afterEdit, setInRecord, uncancel, unrevoke, workedRegister } from '../../support/worked-register.ts';

const { config, staff, standing, cancelled, replaced, revoked, stolen, badge, cancelledFile, spoiltFile } =
  await workedRegister();

const PHOTOS = join(import.meta.dirname, '../../../keys-dev/photos');
const PHOTO = join(
  PHOTOS,
  readdirSync(PHOTOS).find((name) => name.endsWith('.jpg'))!,
);

afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

describe('a verdict stays although somebody edited rows:', () => {
  const state = (sql: string, ask: (services: Services) => Promise<Answer>): Promise<string> =>
    afterEdit(config, sql, async (services) => (await ask(services)).state);

  test('a cancelled letter stays cancelled, by its code, its folio and its file', async () => {
    const sql = uncancel(cancelled.id);
    for (const text of [cancelled.sealText!, cancelled.typedCode, cancelled.folio]) {
      expect(await state(sql, (services) => services.verifyTyped(text))).toBe('cancelled');
    }
    expect(await state(sql, (services) => services.verifyPdf(cancelledFile))).toBe('cancelled');
  });

  test('a replaced letter stays replaced', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyTyped(replaced.sealText!);
    expect(await state(uncancel(replaced.id), ask)).toBe('replaced');
  });

  test('a revoked credential stays revoked, with its opening or without', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyCredential(revoked.serial);
    expect(await state(unrevoke(revoked.serial), ask)).toBe('revoked');
    expect(await state(`${unrevoke(revoked.serial)} DELETE FROM opening WHERE idx > 20`, ask)).not.toBe('current');
  });

  test('a letter of a stolen key stays void, whatever becomes of the row of its credential', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyPdf(spoiltFile);
    const { serial } = stolen;
    for (const sql of [
      'SELECT 1',
      unrevoke(serial),
      setInRecord('credential', serial, "'$.revoked.compromisedFrom'", '9999'),
      `${unrevoke(serial)} ${setInRecord('credential', serial, "'$.issuedLeaf'", String(badge.issuedLeaf!))}`,
      `DELETE FROM credential WHERE key = '${serial}'`,
    ]) {
      expect(await state(sql, ask), sql).toBe('revoked');
    }
  });

  test('a letter whose openings were erased is not confirmed, as nothing vouches for its row any more', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyTyped(standing.sealText!);
    const erase = `DELETE FROM opening WHERE idx = ${standing.intentLeaf};`;
    expect(await codeOfAct(() => state(erase, ask))).toBe('log/opening-missing');
    const edited = setInRecord('oficio', standing.id, "'$.subject'", "'Multa: deposite'");
    expect(await codeOfAct(() => state(`${erase} ${edited}`, ask))).toBe('log/opening-missing');
    const spoilt = (services: Services): Promise<Answer> => services.verifyPdf(spoiltFile);
    const all = `${unrevoke(stolen.serial)} DELETE FROM opening WHERE idx > 20;`;
    expect(await codeOfAct(() => afterEdit(config, all, spoilt))).toBe('log/opening-missing');
  });

  test('a code whose row holds a seal with another signature is no altered letter, and the audit names it', async () => {
    const { sealText, typedCode, id } = standing;
    const other = sealText!.slice(0, -9) + (sealText!.at(-9) === 'A' ? 'B' : 'A') + sealText!.slice(-8);
    const sql = setInRecord('oficio', id, "'$.sealText'", `'${other}'`);
    expect(await codeOfAct(() => state(sql, (services) => services.verifyTyped(typedCode)))).toBe('log/corrupt');
    const { register } = await afterEdit(config, sql, (services) => services.auditLog());
    expect(register.findings).toContainEqual(expect.objectContaining({ key: id, field: 'sealSignature' }));
  });

  test('what is asked for by itself is shown as the log has it, or not at all', async () => {
    const find = (services: Services): Promise<unknown> => services.shown.oficio(cancelled.id);
    expect(await codeOfAct(() => afterEdit(config, uncancel(cancelled.id), find))).toBe('log/corrupt');
    const one = (services: Services): Promise<unknown> => services.shown.credential(revoked.serial);
    expect(await codeOfAct(() => afterEdit(config, unrevoke(revoked.serial), one))).toBe('log/corrupt');
  });

  test('a photo that somebody took away is missed by the audit', async () => {
    const { services } = await openData(config);
    const photo = await services.readPhoto(new Uint8Array(readFileSync(PHOTO)));
    await services.changeOfficial({ id: staff.inspector.id, changes: {}, photo });
    services.close();
    const { id } = staff.inspector;
    const take = `DELETE FROM blob WHERE owner = 'photo' AND key = '${id}'`;
    const { register } = await afterEdit(config, take, (all) => all.auditLog());
    expect(register.findings).toContainEqual(expect.objectContaining({ key: id, field: 'photo.jpeg' }));
  });

  test('a letter whose row says something else than what was recorded is told as it was recorded', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyTyped(standing.sealText!);
    const { state: stands, subject } = await afterEdit(config, 'SELECT 1', ask);
    expect(stands).toBe('current');
    for (const field of ['subject', 'signer.name', 'signer.post', 'folio', 'state', 'amount', 'intentLeaf']) {
      const edit = setInRecord('oficio', standing.id, `'$.${field}'`, "'AE/DGG/0777/2026'");
      expect(await afterEdit(config, edit, ask), field).toMatchObject({ state: 'current', subject });
    }
  });

  test('a suspended credential stays suspended, and one that was resumed is not', async () => {
    const ask = (services: Services): Promise<Answer> => services.verifyCredential(badge.serial);
    expect(await state('SELECT 1', ask)).toBe('current');
    const { services } = await openData(config);
    await services.suspendCredential(badge.serial);
    services.close();
    const edit = unrevoke(badge.serial).replace('$.revoked', '$.suspendedAt');
    expect(await state(edit, ask)).toBe('suspended');
  });

  test('when, why and by what something ended is told as the log has it, and nothing else is', async () => {
    const lie = 'LLAME AL 55 5555 5555';
    const told = async (sql: string, ask: (services: Services) => Promise<Answer>): Promise<Answer> => {
      const answer = await afterEdit(config, sql, ask);
      expect(JSON.stringify(answer)).not.toContain('5555');
      return answer;
    };
    const byCode = (text: string) => (services: Services) => services.verifyTyped(text);
    const bySerial = (serial: string) => (services: Services) => services.verifyCredential(serial);
    const honest = await told('SELECT 1', byCode(replaced.sealText!));
    expect(honest).toMatchObject({ state: 'replaced', subject: { replacedBy: standing.folio } });
    const ended = `json('{"at": 1700000000, "reason": "${lie}", "replacedBy": "${lie}"}')`;
    const end = (id: string): string => setInRecord('oficio', id, "'$.state'", "'replaced'", "'$.ended'", ended);
    expect((await told(end(replaced.id), byCode(replaced.sealText!))).subject).toEqual(honest.subject);
    expect((await told(end(cancelled.id), byCode(cancelled.folio))).state).toBe('cancelled');
    const never = await told(end(standing.id), byCode(standing.sealText!));
    expect(never.state).toBe('current');
    expect(never.subject).not.toHaveProperty('replacedBy');
    expect(never.subject).not.toHaveProperty('endedAt');
    const reason = (serial: string): string =>
      setInRecord(
        'credential',
        serial,
        "'$.state'",
        "'revoked'",
        "'$.revoked'",
        ended.replaceAll('1700000000', `"${lie}"`),
      );
    const wasRevoked = await told('SELECT 1', bySerial(revoked.serial));
    expect((await told(reason(revoked.serial), bySerial(revoked.serial))).subject).toEqual(wasRevoked.subject);
    const { state: stands } = await told('SELECT 1', bySerial(badge.serial));
    expect((await told(reason(badge.serial), bySerial(badge.serial))).state).toBe(stands);
    const day = `UPDATE official SET record = json_set(record, '$.ended', json('{"on": "${lie}", "reason": "${lie}"}'))`;
    expect((await told(`${day} WHERE key = '${staff.inspector.id}';`, bySerial(badge.serial))).state).toBe(stands);
  });

  test('a dismissed official does not come back', async () => {
    const { services } = await openData(config);
    const { inspector } = staff;
    await services.endOfficial({ id: inspector.id, reason: 'dismissed' });
    services.close();
    const back = `UPDATE official SET record = json_remove(record, '$.ended'), ended_on = NULL, in_office = identity
      WHERE key = '${inspector.id}';`;
    const answer = await afterEdit(config, back + unrevoke(badge.serial), (all) => all.verifyCredential(badge.serial));
    expect(answer.state).toBe('ended');
  });
});
