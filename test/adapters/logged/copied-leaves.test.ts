import { describe, expect, test } from 'vitest';
import { encodeCbor } from '../../../src/core/cbor.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import type { Credential } from '../../../src/credential/credential.ts';
import { intentRecord, issuedRecord, statusRecord } from '../../../src/credential/record.ts';
import { officialRecord } from '../../../src/directory/record.ts';
import type { Official } from '../../../src/directory/official.ts';
import { LeafKind, type Opening } from '../../../src/log/leaf.ts';
import type { Oficio } from '../../../src/oficio/oficio.ts';
import { readCrl } from '../../../src/revocation/crl.ts';
import { inflateStatuses, openStatusList, statusAt, type Status } from '../../../src/revocation/status-list.ts';
import type { StatusListName } from '../../../src/revocation/lists.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { composeServices } from '../../../src/compose.ts';
import type { Services } from '../../../src/services.ts';
import type { Answer } from '../../../src/verifier/index.ts';
import { eraseOpenings } from '../../support/erased-openings.ts';
import { plainAct, plainLeaf } from '../../support/acts.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES, type Office } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';

/*
 * Whoever may write to the database file appends copies of the first leaves of a row, of which nothing bad was said yet, and
 * takes records away for as long as that helps.
 */

let copies = 0;

/** Appends leaf `index` again, about `ref`; where the copy stands. */
async function copy({ services, ports }: Office, index: number, ref?: number): Promise<number> {
  const leaf = (await services.log.leaf(index))!;
  const { record, salt } = (await services.log.opening(index))!;
  const draft = { kind: leaf.kind, record, salt, ...(ref !== undefined && { ref }) };
  return (await ports.ledger.commit({ leaf: plainLeaf(`copy ${copies++}`, draft), writes: [] })).index;
}

/** Puts a row as somebody wants it. */
async function overwrite({ ports }: Office, put: string, key: string, record: object, version: number): Promise<void> {
  await ports.ledger.commit(plainAct(`overwritten ${copies++}`, { put, key, record, ifVersion: version }));
}

const erase = ({ ports }: Office, ...indexes: readonly number[]): (() => void) =>
  eraseOpenings(ports.data.database, ...indexes);

/** A process that has read nothing yet. */
function fresh({ config, ports }: Office): Promise<Services> {
  return composeServices(config, ports);
}

async function statusOf(all: Services, list: StatusListName, index: number): Promise<Status | undefined> {
  const opened = openStatusList(await all.publications.statusList(list));
  return statusAt(inflateStatuses(opened, nodePrimitives), index);
}

/** A number that differs from the credential's own in its first byte (40 to 7f in all that we number). */
function anotherSerial({ serial }: Credential): Credential['serial'] {
  return `${serial.startsWith('5a') ? '5b' : '5a'}${serial.slice(2)}` as Credential['serial'];
}

/** Neither as current nor as valid: told otherwise, or refused. */
async function isNotInForce(ask: () => Promise<Answer>): Promise<void> {
  try {
    const { verdict, state } = await ask();
    expect([verdict, state]).not.toContain('valid');
    expect(state).not.toBe('current');
  } catch (error) {
    expect(error).toMatchObject({ name: 'Refusal', code: 'log/opening-missing' });
  }
}

const CLOSED = expect.stringMatching(/^log\/(corrupt|opening-missing)$/);

interface Ended<Row> {
  readonly before: Row;
  /** The leaves that said nothing bad. */
  readonly leaves: readonly number[];
  /** Points the row at copies of them; where the last copy stands. */
  forge(): Promise<number>;
}

async function revokedCredential(office: Office): Promise<Ended<Credential>> {
  const { services } = office;
  const before = await issueTo(services, await newcomer(office), 'staff');
  await services.revokeCredential(before.serial, { reason: 'keyCompromise' });
  return {
    before,
    leaves: [before.intentLeaf, before.issuedLeaf!],
    async forge() {
      const intent = await copy(office, before.intentLeaf);
      const issued = await copy(office, before.issuedLeaf!, intent);
      const { version } = (await services.credentials.find(before.serial))!;
      const row = { ...before, intentLeaf: intent, issuedLeaf: issued };
      await overwrite(office, 'credential', before.serial, row, version);
      return issued;
    },
  };
}

async function cancelledLetter(office: Office): Promise<Ended<Oficio> & { readonly file: Uint8Array }> {
  const { services } = office;
  const { oficio: before, document: file } = await office.sign();
  await services.endOficio(before.id, { reason: 'Error' });
  return {
    before,
    file,
    leaves: [before.intentLeaf, before.signedLeaf!],
    async forge() {
      const intent = await copy(office, before.intentLeaf);
      const signed = await copy(office, before.signedLeaf!, intent);
      const { version } = (await services.oficios.find(before.id))!;
      await overwrite(office, 'oficio', before.id, { ...before, intentLeaf: intent, signedLeaf: signed }, version);
      return signed;
    },
  };
}

async function formerOfficial(office: Office): Promise<Ended<Official> & { readonly credential: Credential }> {
  const { services } = office;
  const { id } = await newcomer(office);
  const person = async (): Promise<Official> => (await services.directory.findOfficial(id))!.record;
  const credential = await issueTo(services, await person(), 'staff');
  const before = await person();
  await services.endOfficial({ id, reason: 'resigned' });
  return {
    before,
    credential,
    leaves: [before.registeredLeaf],
    async forge() {
      const registered = await copy(office, before.registeredLeaf);
      const { version } = (await services.directory.findOfficial(id))!;
      await overwrite(office, 'official', id, { ...before, registeredLeaf: registered }, version);
      return registered;
    },
  };
}

describe.each(['are there', 'are gone', 'were gone and are back'])('where the first records %s,', (records) => {
  /** What both processes see: the one that knew the log before, and one that reads it as it is left. */
  async function everyProcess(
    office: Office,
    { leaves, forge }: Ended<object>,
    check: (all: Services) => Promise<void>,
  ): Promise<void> {
    await forge();
    const putBack = records === 'are there' ? undefined : erase(office, ...leaves);
    const opened = await fresh(office);
    await check(opened);
    await check(office.services);
    if (records !== 'were gone and are back') return;
    putBack!();
    await check(opened);
    await check(await fresh(office));
  }

  test('a revoked credential does not come back', async () => {
    const office = await openOffice();
    const ended = await revokedCredential(office);
    const { serial } = ended.before;
    await everyProcess(office, ended, async (all) => {
      await isNotInForce(() => all.verifyCredential(serial));
      expect(await codeOfAct(() => all.suspendCredential(serial))).toEqual(CLOSED);
    });
  });

  test('a cancelled letter does not come back', async () => {
    const office = await openOffice();
    const ended = await cancelledLetter(office);
    await everyProcess(office, ended, async (all) => {
      await isNotInForce(() => all.verifyPdf(ended.file));
      await isNotInForce(() => all.verifyTyped(ended.before.sealText!));
      expect(await codeOfAct(() => all.endOficio(ended.before.id, { reason: 'Error' }))).toEqual(CLOSED);
    });
  });

  test('an official who left does not come back', async () => {
    const office = await openOffice();
    const ended = await formerOfficial(office);
    await everyProcess(office, ended, async (all) => {
      expect(await codeOfAct(() => all.changeOfficial({ id: ended.before.id, changes: { post: 'Otro' } }))).toEqual(
        CLOSED,
      );
      expect(await codeOfAct(() => issueTo(all, ended.before, 'staff'))).toEqual(CLOSED);
      await isNotInForce(() => all.verifyCredential(ended.credential.serial));
    });
  });
});

test('no act is told as done that refers to a copy, while the first records are gone', async () => {
  const office = await openOffice();
  const { oficio } = await office.sign();
  const badge = await issueTo(office.services, await newcomer(office), 'staff');
  const intent = await copy(office, oficio.intentLeaf);
  const signed = await copy(office, oficio.signedLeaf!, intent);
  await overwrite(office, 'oficio', oficio.id, { ...oficio, intentLeaf: intent, signedLeaf: signed }, 2);
  const prepared = await copy(office, badge.intentLeaf);
  const issued = await copy(office, badge.issuedLeaf!, prepared);
  await overwrite(office, 'credential', badge.serial, { ...badge, intentLeaf: prepared, issuedLeaf: issued }, 2);
  erase(office, oficio.intentLeaf, oficio.signedLeaf!, badge.intentLeaf, badge.issuedLeaf!);
  const all = await fresh(office);
  expect(await codeOfAct(() => all.endOficio(oficio.id, { reason: 'Error' }))).toEqual(CLOSED);
  expect(await codeOfAct(() => all.revokeCredential(badge.serial, { reason: 'keyCompromise' }))).toEqual(CLOSED);
});

test('lists keep who was revoked, cancelled or left, whatever is said of copies or under other names', async () => {
  const office = await openOffice();
  const { services, ports } = office;
  const credential = await revokedCredential(office);
  const letter = await cancelledLetter(office);
  const former = await formerOfficial(office);
  const append = async (kind: number, ref: number, record: Uint8Array): Promise<void> => {
    const leaf = plainLeaf(`appended ${copies++}`, { kind: kind as LeafKind, ref, record });
    await ports.ledger.commit({ leaf, writes: [] });
  };
  const copied = await credential.forge();
  const suspended = statusRecord('credential/suspended', credential.before, credential.before.preparedAt);
  await append(LeafKind.credentialSuspended, copied, suspended);
  // The end of somebody else, in the name of who left.
  const ended = (await services.log.ofKinds([LeafKind.officialEnded])).at(-1)!;
  const { record } = (await services.log.opening(ended)) as Opening;
  await append(LeafKind.officialEnded, office.inspector.registeredLeaf, laterEnd(record));
  // The signature of another letter, in the name of the cancelled one.
  const { oficio: other } = await office.sign();
  const none = new Uint8Array(32);
  const signed = encodeCbor([1, 'oficio/signed', fromHex(letter.before.id)!, none, none, none]);
  await append(LeafKind.oficioSigned, other.intentLeaf, signed);
  for (const all of [services, await fresh(office)]) {
    const { entries } = readCrl(await all.publishCrl('credenciales'));
    expect(entries.get(credential.before.serial)).toMatchObject({ reason: 1 });
    expect(entries.has(former.credential.serial)).toBe(true);
    expect(await statusOf(all, 'credenciales', credential.before.statusIndex)).toBe('invalid');
    expect(await statusOf(all, 'credenciales', former.credential.statusIndex)).toBe('invalid');
    expect(await statusOf(all, 'seals', letter.before.statusIndex)).toBe('invalid');
    expect((await all.verifyTyped(letter.before.folio)).state).toBe('cancelled');
  }
  const { sound, register } = await services.auditLog();
  expect(sound).toBe(false);
  expect(register.findings).toContainEqual(expect.objectContaining({ key: credential.before.serial }));
});

/** The record of an end with its day in the year 2099. */
function laterEnd(record: Uint8Array): Uint8Array {
  const at = Buffer.from(record).lastIndexOf('-');
  const year = Buffer.from(record).lastIndexOf('20', at);
  const later = Uint8Array.from(record);
  later.set(Buffer.from('2099'), year);
  return later;
}

test('a revocation counts in lists although suspensions were appended about intent and issuance', async () => {
  let ahead = 0;
  const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
  const { services, ports } = office;
  const badge = await issueTo(services, await newcomer(office), 'staff');
  const record = statusRecord('credential/suspended', badge, badge.preparedAt);
  for (const ref of [badge.issuedLeaf!, badge.intentLeaf]) {
    const leaf = plainLeaf(`held ${copies++}`, { kind: LeafKind.credentialSuspended, record, ref });
    await ports.ledger.commit({ leaf, writes: [] });
    expect(await statusOf(services, 'credenciales', badge.statusIndex)).toBe('suspended');
    ahead += 120;
  }
  await services.revokeCredential(badge.serial, { reason: 'keyCompromise' });
  expect(readCrl(await services.publishCrl('credenciales')).entries.get(badge.serial)).toMatchObject({ reason: 1 });
  expect(await statusOf(services, 'credenciales', badge.statusIndex)).toBe('invalid');
});

test('a reserved name is not published because its record was erased, or its row taken away', async () => {
  const office = await openOffice();
  const { services, ports } = office;
  const { oficio } = await office.sign();
  const { id, name } = office.director;
  await services.changeOfficial({ id, changes: { publication: 'reserved', legalGround: 'Acuerdo CT/12' } });
  const tells = async (all: Services): Promise<boolean> =>
    JSON.stringify(await all.verifyTyped(oficio.sealText!).catch(() => '')).includes(name);
  expect(await tells(services)).toBe(false);
  const { database } = ports.data;
  database.exec(`UPDATE official SET key = 'gone' WHERE key = '${id}'`);
  expect(await tells(await fresh(office))).toBe(false);
  database.exec(`UPDATE official SET key = '${id}' WHERE key = 'gone'`);
  erase(office, (await services.log.ofKinds([LeafKind.officialChanged])).at(-1)!);
  expect(await tells(await fresh(office))).toBe(false);
});

test('of two letters of one id the first counts, and the office goes on', async () => {
  const office = await openOffice();
  const { oficio } = await office.sign();
  await copy(office, oficio.intentLeaf);
  for (const all of [office.services, await fresh(office)]) {
    expect((await all.verifyTyped(oficio.sealText!)).state).toBe('current');
    const order = letterOf(office.director, TWO_PAGES);
    expect((await all.signOficio(order, `after ${copies++}`)).oficio.state).toBe('signed');
  }
});

describe('a certificate counts under its own number alone', () => {
  /** A row and leaves of the insider's own, for the certificate that somebody was given honestly. */
  async function borrow(office: Office, lent: Credential, more: Partial<Credential>): Promise<Credential> {
    const { ports } = office;
    const serial = anotherSerial(lent);
    const row: Credential = { ...lent, ...more, serial };
    const intent = plainLeaf(`borrowed ${copies++}`, { kind: LeafKind.credentialIntent, record: intentRecord(row) });
    const { index: intentLeaf } = await ports.ledger.commit({ leaf: intent, writes: [] });
    const record = issuedRecord(row.certificate!, row.profile, nodePrimitives);
    const issued = plainLeaf(`borrowed ${copies++}`, { kind: LeafKind.credentialIssued, record, ref: intentLeaf });
    const salted = { ...row, intentLeaf, issuedSalt: issued.salt, state: 'issued' as const };
    const write = { put: 'credential', key: serial, record: salted, ifVersion: 0, leafAs: 'issuedLeaf' } as const;
    const { index: issuedLeaf } = await ports.ledger.commit({ leaf: issued, writes: [write] });
    return { ...salted, issuedLeaf };
  }

  test('a revoked one does not come back, nor sign', async () => {
    const office = await openOffice();
    const { services, signer } = office;
    await services.revokeCredential(signer.serial, { reason: 'cessationOfOperation' });
    const borrowed = await borrow(office, signer, {});
    for (const all of [services, await fresh(office)]) {
      await isNotInForce(() => all.verifyCredential(borrowed.serial));
      const order = letterOf(office.director, TWO_PAGES);
      await expect(all.signOficio(order, `borrowed ${copies++}`)).rejects.toMatchObject({ name: 'Refusal' });
    }
    const { findings } = (await services.auditLog()).register;
    expect(findings).toContainEqual(expect.objectContaining({ key: borrowed.serial, field: 'certificate.serial' }));
  });

  test('nor does it sign for somebody else', async () => {
    const office = await openOffice();
    await borrow(office, office.signer, { officialId: office.inspector.id });
    const order = letterOf(office.inspector, TWO_PAGES);
    await expect(office.services.signOficio(order, 'borrowed key')).rejects.toMatchObject({ name: 'Refusal' });
  });
});

describe('what was appended and no office writes', () => {
  test('ends nobody before they began, nor for a reason that there is not, and stops no list', async () => {
    const office = await openOffice();
    const { services, ports, inspector } = office;
    const badge = await issueTo(services, inspector, 'staff');
    for (const ended of [
      { on: '1949-12-31', reason: 'dismissed' },
      { on: '2026-11-01', reason: 'because' },
    ]) {
      const official = { ...inspector, ended } as unknown as Official;
      const record = officialRecord('official/ended', official, nodePrimitives);
      const leaf = plainLeaf(`ended ${copies++}`, {
        kind: LeafKind.officialEnded,
        record,
        ref: inspector.registeredLeaf,
      });
      await ports.ledger.commit({ leaf, writes: [] });
    }
    const all = await fresh(office);
    expect(readCrl(await all.publishCrl('credenciales')).entries.has(badge.serial)).toBe(false);
    expect(await statusOf(all, 'credenciales', badge.statusIndex)).toBe('valid');
  });

  test('is no letter for the numbering', async () => {
    const office = await openOffice();
    const leaf = plainLeaf('no letter', { kind: LeafKind.oficioIntent, record: encodeCbor([]) });
    await office.ports.ledger.commit({ leaf, writes: [] });
    expect((await office.sign()).oficio.number).toBe(1);
  });

  test('does not make a revoked credential a suspended one by its place in the list', async () => {
    const office = await openOffice();
    const { services, ports } = office;
    const { before } = await revokedCredential(office);
    const other = { ...before, serial: anotherSerial(before) };
    const intent = plainLeaf('same place', { kind: LeafKind.credentialIntent, record: intentRecord(other) });
    const { index } = await ports.ledger.commit({ leaf: intent, writes: [] });
    const record = statusRecord('credential/suspended', other, other.preparedAt);
    const held = plainLeaf('held place', { kind: LeafKind.credentialSuspended, record, ref: index });
    await ports.ledger.commit({ leaf: held, writes: [] });
    for (const all of [services, await fresh(office)]) {
      expect(await statusOf(all, 'credenciales', before.statusIndex)).toBe('invalid');
    }
  });

  test('does not say by which letter a cancelled one was replaced', async () => {
    const office = await openOffice();
    const { before } = await cancelledLetter(office);
    const { oficio: other } = await office.sign();
    const record = encodeCbor([1, 'oficio/replaced', fromHex(before.id)!, before.sealedAt, 'x', fromHex(other.id)!]);
    const leaf = plainLeaf('replaced', { kind: LeafKind.oficioReplaced, record, ref: before.intentLeaf });
    await office.ports.ledger.commit({ leaf, writes: [] });
    expect((await (await fresh(office)).verifyTyped(before.sealText!)).state).toBe('cancelled');
  });
});
