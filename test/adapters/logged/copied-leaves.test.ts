import { beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/credential/credential.ts';
import { statusRecord } from '../../../src/credential/record.ts';
import type { Official } from '../../../src/directory/official.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { Oficio } from '../../../src/oficio/oficio.ts';
import { readCrl } from '../../../src/revocation/crl.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../../src/revocation/status-list.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { composeServices } from '../../../src/compose.ts';
import type { Services } from '../../../src/services.ts';
import { plainAct, plainLeaf } from '../../support/acts.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';

/* Whoever may write to the database file appends copies of the first leaves of a row, of which nothing bad was said yet. */

const office = await openOffice();
const { services, ports } = office;

let copies = 0;

/** Appends leaf `index` again, about `ref`; where the copy stands. */
async function copy(index: number, ref?: number): Promise<number> {
  const leaf = (await services.log.leaf(index))!;
  const { record, salt } = (await services.log.opening(index))!;
  const draft = { kind: leaf.kind, record, salt, ...(ref !== undefined && { ref }) };
  return (await ports.ledger.commit({ leaf: plainLeaf(`copy ${copies++}`, draft), writes: [] })).index;
}

/** Puts a row as somebody wants it. */
async function overwrite(put: string, key: string, record: object, version: number): Promise<void> {
  await ports.ledger.commit(plainAct(`overwritten ${copies++}`, { put, key, record, ifVersion: version }));
}

function eraseOpening(index: number): void {
  ports.data.database.exec(`DROP TRIGGER IF EXISTS opening_kept; DELETE FROM opening WHERE idx = ${index}`);
}

/** The process that the office runs in, and one that has read nothing yet. */
async function everyProcess(check: (all: Services) => Promise<void>): Promise<void> {
  await check(services);
  await check(await composeServices(office.config, ports));
}

/** A revoked credential, as it was before, whose row goes by copies of its leaves. */
async function copiedCredential(): Promise<{ readonly before: Credential; readonly issued: number }> {
  const before = await issueTo(services, await newcomer(office), 'staff');
  await services.revokeCredential(before.serial, { reason: 'keyCompromise' });
  const intent = await copy(before.intentLeaf);
  const issued = await copy(before.issuedLeaf!, intent);
  const { version } = (await services.credentials.find(before.serial))!;
  await overwrite('credential', before.serial, { ...before, intentLeaf: intent, issuedLeaf: issued }, version);
  return { before, issued };
}

test('a revoked credential stays on the lists, whatever is said of a copy', async () => {
  const { before, issued } = await copiedCredential();
  const record = statusRecord('credential/suspended', before, before.preparedAt);
  const leaf = plainLeaf('held', { kind: LeafKind.credentialSuspended, record, ref: issued });
  await ports.ledger.commit({ leaf, writes: [] });
  await everyProcess(async (all) => {
    const { entries } = readCrl(await all.publishCrl('credenciales'));
    expect(entries.get(before.serial)).toMatchObject({ reason: 1 });
    const list = openStatusList(await all.publications.statusList('credenciales'));
    expect(statusAt(inflateStatuses(list, nodePrimitives), before.statusIndex)).toBe('invalid');
  });
});

describe.each([false, true])('where the first record is erased: %s,', (isErased) => {
  describe('a revoked credential', () => {
    let before: Credential;

    beforeAll(async () => {
      before = (await copiedCredential()).before;
      if (isErased) eraseOpening(before.intentLeaf);
    });

    test('does not come back', () =>
      everyProcess(async (all) => {
        expect((await all.verifyCredential(before.serial)).state).not.toBe('current');
        await expect(all.suspendCredential(before.serial)).rejects.toMatchObject({ code: 'log/corrupt' });
      }));
  });

  describe('a cancelled letter', () => {
    let before: Oficio;
    let file: Uint8Array;

    beforeAll(async () => {
      const made = await services.signOficio(letterOf(office.director, TWO_PAGES), `copied ${isErased}`);
      before = made.oficio;
      file = Buffer.concat((await services.signedFile(before.id))!);
      await services.endOficio(before.id, { reason: 'Error' });
      const intent = await copy(before.intentLeaf);
      const signed = await copy(before.signedLeaf!, intent);
      const { version } = (await services.oficios.find(before.id))!;
      await overwrite('oficio', before.id, { ...before, intentLeaf: intent, signedLeaf: signed }, version);
      if (isErased) eraseOpening(before.intentLeaf);
    });

    test('does not come back', () =>
      everyProcess(async (all) => {
        for (const answer of [await all.verifyPdf(file), await all.verifyTyped(before.sealText!)]) {
          expect(answer.verdict).not.toBe('valid');
          expect(answer.state).not.toBe('current');
        }
        await expect(all.endOficio(before.id, { reason: 'Error' })).rejects.toMatchObject({ code: 'log/corrupt' });
      }));
  });

  describe('an official who left', () => {
    let before: Official;
    let credential: Credential;

    beforeAll(async () => {
      const { id } = await newcomer(office);
      credential = await issueTo(services, (await services.directory.findOfficial(id))!.record, 'staff');
      before = (await services.directory.findOfficial(id))!.record;
      await services.endOfficial({ id, reason: 'resigned' });
      const registered = await copy(before.registeredLeaf);
      const { version } = (await services.directory.findOfficial(id))!;
      await overwrite('official', id, { ...before, registeredLeaf: registered }, version);
      if (isErased) eraseOpening(before.registeredLeaf);
    });

    test('does not come back', () =>
      everyProcess(async (all) => {
        await expect(all.changeOfficial({ id: before.id, changes: { post: 'Otro' } })).rejects.toMatchObject({
          code: 'log/corrupt',
        });
        await expect(issueTo(all, before, 'staff')).rejects.toMatchObject({ code: 'log/corrupt' });
        expect((await all.verifyCredential(credential.serial)).state).not.toBe('current');
      }));
  });

  test('the audit names the rows', async () => {
    const { sound, register } = await services.auditLog();
    expect(sound).toBe(false);
    const nouns = new Set(register.findings.map(({ noun }) => noun));
    for (const noun of ['credential', 'oficio', 'official']) expect(nouns).toContain(noun);
  });
});

test('of two letters of one id the first counts, and the office goes on', async () => {
  const { oficio } = await office.sign();
  await copy(oficio.intentLeaf);
  await everyProcess(async (all) => {
    expect((await all.verifyTyped(oficio.sealText!)).state).toBe('current');
    expect((await all.signOficio(letterOf(office.director, TWO_PAGES), `after ${copies++}`)).oficio.state).toBe(
      'signed',
    );
  });
});
