import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/credential/credential.ts';
import type { Official } from '../../../src/directory/official.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { SignedOficio } from '../../../src/oficio/complete.ts';
import { unend, unsuspend, whileEdited } from '../../support/edited-row.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';

const office = await openOffice();
const { services, ports } = office;
const { database } = ports.data;

type Row = Record<string, unknown>;

const signAs = (official: Official): Promise<SignedOficio> =>
  services.signOficio(letterOf(official, TWO_PAGES), randomUUID());

/** What an office did that did not ask the log: it saw no leaf of these kinds. */
async function blindTo<Result>(kinds: readonly LeafKind[], act: () => Promise<Result>): Promise<Result> {
  const { referring } = services.log;
  services.log.referring = async (index) => (await referring(index)).filter(({ kind }) => !kinds.includes(kind));
  try {
    return await act();
  } finally {
    services.log.referring = referring;
  }
}

describe('an act is judged by the log at its leaf:', () => {
  const stateOf = async ({ oficio, document }: SignedOficio): Promise<readonly string[]> => [
    (await services.verifyPdf(document)).state,
    (await services.verifyTyped(oficio.sealText!)).state,
    (await services.verifyTyped(oficio.folio)).state,
  ];
  const found = async (key: string): Promise<readonly object[]> =>
    (await services.auditLog()).register.findings.filter((one) => one.key === key);
  const notAllowed = (noun: string, key: string, leaf: number, field: string): object[] => [
    { problem: 'act-not-allowed', noun, key, leaf, field, ...(noun === 'oficio' && { name: expect.any(String) }) },
  ];

  test('a letter signed, and a credential issued, after its holder was dismissed do not count', async () => {
    const person = await newcomer(office);
    const old = await issueTo(services, person, 'signer');
    const before = await signAs(person);
    await services.endOfficial({ id: person.id, reason: 'dismissed' });
    const { issued, after } = await whileEdited(database, 'official', person.id, unend, () =>
      blindTo([LeafKind.officialEnded], async () => {
        const made: Credential = await issueTo(services, person, 'signer');
        return { issued: made, after: await signAs(person) };
      }),
    );
    expect(await stateOf(before)).toEqual(['current', 'current', 'folio-only']);
    expect((await services.verifyPdf(after.document)).state).toBe('not-authorised');
    expect((await services.verifyTyped(after.oficio.sealText!)).verdict).toBe('invalid');
    expect((await services.verifyTyped(after.oficio.folio)).verdict).toBe('invalid');
    expect((await services.verifyCredential(issued.serial)).verdict).toBe('invalid');
    expect(await found(after.oficio.id)).toEqual(
      notAllowed('oficio', after.oficio.id, after.oficio.signedLeaf!, 'signer.mandate'),
    );
    expect(await found(issued.serial)).toEqual(notAllowed('credential', issued.serial, issued.issuedLeaf!, 'mandate'));
    expect([...(await found(old.serial)), ...(await found(before.oficio.id))]).toEqual([]);
  });

  test('a letter signed while the credential was suspended does not count, those before and after it do', async () => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'signer');
    const before = await signAs(person);
    await services.suspendCredential(serial);
    const meanwhile = await whileEdited(database, 'credential', serial, unsuspend, () =>
      blindTo([LeafKind.credentialSuspended], () => signAs(person)),
    );
    expect(await stateOf(meanwhile)).toEqual(['not-authorised', 'not-authorised', 'not-authorised']);
    await services.resumeCredential(serial);
    const later = await signAs(person);
    await services.suspendCredential(serial);
    expect(await stateOf(meanwhile)).toEqual(['not-authorised', 'not-authorised', 'not-authorised']);
    for (const one of [before, later]) expect(await stateOf(one)).toEqual(['current', 'current', 'folio-only']);
    const { id, signedLeaf } = meanwhile.oficio;
    expect(await found(id)).toEqual(notAllowed('oficio', id, signedLeaf!, 'signer.suspended'));
    expect([...(await found(before.oficio.id)), ...(await found(later.oficio.id))]).toEqual([]);
  });

  test('a letter that names its signer, or a credential whose profile is, otherwise than the log is not ours', async () => {
    const person = await newcomer(office);
    await issueTo(services, person, 'signer');
    const { post: registered } = person;
    await services.changeOfficial({ id: person.id, changes: { post: 'Mensajera', mayAsk: [] } });
    const back = (record: Row): void => {
      record['post'] = registered;
      record['mayAsk'] = person.mayAsk;
    };
    const { badge, letter } = await whileEdited(database, 'official', person.id, back, () =>
      blindTo([LeafKind.officialChanged], async () => ({
        badge: await issueTo(services, person, 'staff'),
        letter: await signAs(person),
      })),
    );
    expect(await stateOf(letter)).toEqual(['not-registered', 'not-registered', 'not-found']);
    expect((await services.verifyCredential(badge.serial)).state).toBe('not-registered');
    const { id, signedLeaf } = letter.oficio;
    expect(await found(id)).toEqual(notAllowed('oficio', id, signedLeaf!, 'signer.post'));
    expect(await found(badge.serial)).toEqual(notAllowed('credential', badge.serial, badge.issuedLeaf!, 'profile'));
  });

  test('a letter signed under reserve, and a credential to sign with that was issued then, do not count', async () => {
    const person = await newcomer(office);
    await issueTo(services, person, 'signer');
    const before = await signAs(person);
    const reserved = { publication: 'reserved', legalGround: 'Artículo 113' };
    await services.changeOfficial({ id: person.id, changes: reserved });
    const open = (record: Row): void => void (record['publication'] = { state: 'public' });
    const { letter, signer, badge } = await whileEdited(database, 'official', person.id, open, () =>
      blindTo([LeafKind.officialChanged], async () => ({
        letter: await signAs(person),
        signer: await issueTo(services, person, 'signer'),
        badge: await issueTo(services, person, 'staff'),
      })),
    );
    expect(await stateOf(letter)).toEqual(['not-authorised', 'not-authorised', 'not-authorised']);
    expect(await stateOf(before)).toEqual(['current', 'current', 'folio-only']);
    const { id, signedLeaf } = letter.oficio;
    expect(await found(id)).toEqual(notAllowed('oficio', id, signedLeaf!, 'signer.reserved'));
    const fields = ['reserved', 'profile'].flatMap((field) =>
      notAllowed('credential', signer.serial, signer.issuedLeaf!, field),
    );
    expect(await found(signer.serial)).toEqual(fields);
    expect(await found(badge.serial)).toEqual(notAllowed('credential', badge.serial, badge.issuedLeaf!, 'profile'));
  });

  test('what is said later leaves honest acts as they are', async () => {
    const person = await newcomer(office, { validUntil: '2030-12-31' });
    const signer = await issueTo(services, person, 'signer');
    const badge = await issueTo(services, person, 'staff');
    const first = await signAs(person);
    await services.changeOfficial({ id: person.id, changes: { name: 'Otro Nombre Ahora', post: 'Jefa' } });
    const second = await signAs(person);
    await services.endOfficial({ id: person.id, on: '2030-06-30', reason: 'resigned' });
    const third = await signAs(person);
    const late = await issueTo(services, person, 'staff');
    await services.suspendCredential(signer.serial);
    for (const one of [first, second, third]) expect(await stateOf(one)).toEqual(['current', 'current', 'folio-only']);
    for (const { serial } of [badge, late]) expect((await services.verifyCredential(serial)).state).toBe('current');
    const letters = [first, second, third].map(({ oficio }) => oficio.id as string);
    const keys = [...letters, signer.serial, badge.serial, late.serial];
    for (const key of keys) expect(await found(key)).toEqual([]);
  });
});
