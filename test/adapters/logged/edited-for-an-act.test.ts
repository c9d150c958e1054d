import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Official } from '../../../src/directory/official.ts';
import type { SignedOficio } from '../../../src/oficio/complete.ts';
import { unend, unsuspend, whileEdited } from '../../support/edited-row.ts';
import { issueTo, letterOf, newcomer, openOffice, refusedForNothing, TWO_PAGES } from '../../support/office.ts';

const office = await openOffice();
const { services, ports } = office;
const { database } = ports.data;

type Row = Record<string, unknown>;

const signAs = (official: Official): Promise<SignedOficio> =>
  services.signOficio(letterOf(official, TWO_PAGES), randomUUID());

const refused = (act: () => Promise<unknown>): Promise<string> => refusedForNothing(services, act);

describe('no act goes by a row that somebody edited for it:', () => {
  test('whoever was dismissed gets no credential and signs nothing', async () => {
    const person = await newcomer(office);
    await issueTo(services, person, 'signer');
    await services.endOfficial({ id: person.id, reason: 'dismissed' });
    await whileEdited(database, 'official', person.id, unend, async () => {
      expect(await refused(() => issueTo(services, person, 'signer'))).toBe('log/corrupt');
      expect(await refused(() => signAs(person))).toBe('log/corrupt');
    });
  });

  test('nobody signs with a suspended credential', async () => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'signer');
    await services.suspendCredential(serial);
    await whileEdited(database, 'credential', serial, unsuspend, async () => {
      expect(await refused(() => signAs(person))).toBe('log/corrupt');
    });
    expect(await refused(() => signAs(person))).toBe('oficio/signer-suspended');
    await services.resumeCredential(serial);
    expect((await signAs(person)).oficio.state).toBe('signed');
  });

  test.each([
    ['name', 'Impostor Fulano'],
    ['post', 'Tesorero'],
    ['unit', 'AE'],
    ['mayAsk', ['Pagos en efectivo']],
    ['neverAsks', []],
    ['powers', ['Todo']],
    ['validUntil', '2030-01-01'],
    ['contact', { phone: '55 6666 6666' }],
    ['publication', { state: 'reserved', legalGround: 'Una' }],
    ['photo', { sha256: { $bytes: 'AAAA' }, thumbnailSha256: { $bytes: 'AAAA' }, width: 1, height: 1 }],
  ])('with another %s an official gets nothing, signs nothing, and no leaf takes it over', async (field, value) => {
    const person = await newcomer(office);
    await issueTo(services, person, 'signer');
    await whileEdited(
      database,
      'official',
      person.id,
      (record) => void (record[field] = value),
      async () => {
        expect(await refused(() => issueTo(services, person, 'staff'))).toBe('log/corrupt');
        expect(await refused(() => signAs(person))).toBe('log/corrupt');
        const { id } = person;
        expect(await refused(() => services.changeOfficial({ id, changes: { post: 'Otra' } }))).toBe('log/corrupt');
        expect(await refused(() => services.directory.findOfficial(id))).toBe('log/corrupt');
      },
    );
    expect((await signAs(person)).oficio.state).toBe('signed');
    // Nobody stays in office by an edit: the end tells what the log told before, and mends the row.
    const { ended, ...told } = await whileEdited(
      database,
      'official',
      person.id,
      (record) => void (record[field] = value),
      async () => {
        await services.endOfficial({ id: person.id, reason: 'dismissed' });
        return (await services.directory.findOfficial(person.id))!.record;
      },
    );
    expect(told).toEqual({ ...person, acts: told.acts });
    expect(ended?.reason).toBe('dismissed');
  });

  test('an official who signs with the credential of a colleague signs nothing', async () => {
    const person = await newcomer(office);
    const { id, record } = { ...person, record: office.signer };
    await whileEdited(
      database,
      'credential',
      record.serial,
      (row) => void (row['officialId'] = id),
      async () => {
        database.prepare('UPDATE credential SET official = ? WHERE key = ?').run(id, record.serial);
        expect(await refused(() => signAs(person))).toBe('log/corrupt');
      },
    );
  });

  test('a revoked credential is not issued once more under its number', async () => {
    const person = await newcomer(office);
    const request = { officialId: person.id, kind: 'staff' as const, days: 9, idempotencyKey: randomUUID() };
    const { serial } = await services.issueCredential(request);
    await services.revokeCredential(serial, { reason: 'superseded' });
    const forget = (record: Row): void => {
      for (const name of ['issuedLeaf', 'statusLeaf', 'revoked', 'certificate']) delete record[name];
      record['state'] = 'prepared';
    };
    await whileEdited(database, 'credential', serial, forget, async () => {
      expect(await refused(() => services.issueCredential(request))).toBe('log/corrupt');
    });
  });

  test('an end or a revocation is not led to the leaf of another act', async () => {
    const person = await newcomer(office);
    const credential = await issueTo(services, person, 'signer');
    const [one, other] = [await signAs(person), await signAs(person)];
    const aboutNewest = async (): Promise<number | undefined> =>
      (await services.log.leaf((await services.log.size()) - 1))?.ref;
    const astray = (record: Row): void => void (record['signedLeaf'] = other.oficio.signedLeaf);
    await whileEdited(database, 'oficio', one.oficio.id, astray, () =>
      services.endOficio(one.oficio.id, { reason: 'Error' }),
    );
    expect(await aboutNewest()).toBe(one.oficio.signedLeaf);
    const toOther = (record: Row): void => void (record['issuedLeaf'] = office.signer.issuedLeaf);
    await whileEdited(database, 'credential', credential.serial, toOther, () =>
      services.revokeCredential(credential.serial, { reason: 'superseded' }),
    );
    expect(await aboutNewest()).toBe(credential.issuedLeaf);
    const revoked = (await services.verifyCredential(credential.serial)).state;
    expect([(await services.verifyTyped(one.oficio.typedCode)).state, revoked]).toEqual(['cancelled', 'revoked']);
    expect((await services.verifyTyped(other.oficio.typedCode)).state).toBe('current');
  });

  test('an edited telephone of an official stops no revocation', async () => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'staff');
    const telephone = (record: Row): void => void (record['contact'] = { phone: '55 6666 6666' });
    const { state } = await whileEdited(database, 'official', person.id, telephone, () =>
      services.revokeCredential(serial, { reason: 'superseded' }),
    );
    expect(state).toBe('revoked');
  });

  test.each([
    ['without the key of their tags', (row: Row) => void delete row['subjectKey']],
    ['without a publication state', (row: Row) => void delete row['publication']],
    ['that counts acts in words', (row: Row) => void (row['acts'] = 'x')],
  ])('a row of an official %s stops no revocation', async (_, damage) => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'staff');
    const { state } = await whileEdited(database, 'official', person.id, damage, () =>
      services.revokeCredential(serial, { reason: 'superseded' }),
    );
    expect(state).toBe('revoked');
  });

  test('acts that meet an honest change are not taken for edited ones', async () => {
    const person = await newcomer(office);
    await issueTo(services, person, 'signer');
    const signing = Array.from({ length: 6 }, () => signAs(person));
    const powers = Array.from({ length: 4 }, (_, i) => [`Facultad ${i}`]);
    for (const one of powers) await services.changeOfficial({ id: person.id, changes: { powers: one } });
    expect((await Promise.all(signing)).every(({ oficio }) => oficio.state === 'signed')).toBe(true);
  });
});
