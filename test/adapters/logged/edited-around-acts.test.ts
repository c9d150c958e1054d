/** What rows beside the one that an act is about say meanwhile, and what is appended to put off an end. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { actsAlone } from '../../../src/adapters/logged/acts-alone.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { dayInMexicoCity, unixSeconds, type CalendarDay } from '../../../src/core/time.ts';
import { officialRecord } from '../../../src/directory/record.ts';
import { staffApp, STAFF_PREFIX } from '../../../src/http/staff/app.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import { plainLeaf } from '../../support/acts.ts';
import { whileEdited } from '../../support/edited-row.ts';
import { issueTo, letterOf, newcomer, openOffice, refusedForNothing, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';

const office = await openOffice();
const { services, ports } = office;
const { database } = ports.data;

type Row = Record<string, unknown>;

describe('an act that is done is answered', () => {
  /** What the command line is told. */
  const post = async (path: string, body: BodyInit, type?: string): Promise<Row> => {
    const init = { method: 'POST', body, ...(type !== undefined && { headers: { 'content-type': type } }) };
    const response = await staffApp(services).request(`${STAFF_PREFIX}${path}`, init);
    expect(response.status).toBe(200);
    return (await response.json()) as Row;
  };

  test('with its folio, although somebody edited an earlier letter of the same document', async () => {
    const { oficio } = await office.sign();
    const form = new FormData();
    const { document, ...request } = letterOf(office.director, TWO_PAGES);
    form.set('request', JSON.stringify({ ...request, idempotencyKey: randomUUID() }));
    form.set('document', new File([Uint8Array.from(document)], 'letter.pdf'));
    database.prepare("UPDATE oficio SET typed_code = 'x' WHERE key = ?").run(oficio.id);
    const signed = await post('/oficios', form);
    expect(signed).toMatchObject({ state: 'signed', earlierInForce: [], untold: 'data/row-damaged' });
    expect(typeof signed['folio']).toBe('string');
    const reason = JSON.stringify({ reason: 'Error' });
    const path = `/oficios/${encodeURIComponent(String(signed['folio']))}/cancel`;
    database.prepare("UPDATE oficio SET state = 'replaced' WHERE key = ?").run(oficio.id);
    expect(await post(path, reason, 'application/json')).toMatchObject({
      state: 'cancelled',
      untold: expect.any(String),
    });
    const { typedCode: code, state, id } = oficio;
    database.prepare('UPDATE oficio SET typed_code = ?, state = ? WHERE key = ?').run(code, state, id);
  });
});

describe('the name of a key in a row', () => {
  test.each(['raiz', 'oficios', 'log', 'seal'])('makes %s sign nothing, and takes no folio', async (name) => {
    const other = (record: Row): void => void (record['keyName'] = name);
    await whileEdited(database, 'credential', office.signer.serial, other, async () => {
      expect(await refusedForNothing(services, () => office.sign())).toBe('log/corrupt');
    });
  });
});

describe('an end', () => {
  const inDays = (days: number): CalendarDay => dayInMexicoCity(unixSeconds(services.clock() + days * 86_400));

  test('that was appended does not bring back who had left by then, and the audit is not deceived', async () => {
    const person = await newcomer(office);
    const badge = await issueTo(services, person, 'staff');
    const ended = await services.endOfficial({ id: person.id, reason: 'dismissed' });
    const later = { ...ended, acts: ended.acts, ended: { on: inDays(30_000), reason: 'dismissed' as const } };
    const record = officialRecord('official/ended', later, nodePrimitives);
    const leaf = plainLeaf('put off', { kind: LeafKind.officialEnded, record, ref: person.registeredLeaf });
    await ports.ledger.commit({ leaf, writes: [] });
    const back = (row: Row): void => void (row['ended'] = later.ended);
    await whileEdited(database, 'official', person.id, back, async () => {
      expect((await services.verifyCredential(badge.serial)).state).toBe('ended');
      expect(await codeOfAct(() => issueTo(services, person, 'signer'))).toBe('log/corrupt');
      expect((await services.auditLog()).sound).toBe(false);
    });
    expect(await codeOfAct(() => issueTo(services, person, 'signer'))).toBe('credential/no-mandate');
  });

  test('that is to come may be said again, for later too, and one that is said already names its day', async () => {
    const person = await newcomer(office);
    const [soon, late] = [inDays(20), inDays(40)];
    await services.endOfficial({ id: person.id, on: soon, reason: 'resigned' });
    await issueTo(services, person, 'staff');
    const { ended } = await services.endOfficial({ id: person.id, on: late, reason: 'resigned' });
    expect(ended?.on).toBe(late);
    expect((await services.directory.findOfficial(person.id))?.record.ended?.on).toBe(late);
    await expect(services.endOfficial({ id: person.id, reason: 'resigned' })).rejects.toMatchObject({
      code: 'directory/unchanged',
      facts: { on: late },
    });
  });
});

test('what nobody would read as an act is not committed', async () => {
  const ledger = actsAlone(ports.ledger, services.log);
  const { director } = office;
  const record = officialRecord('official/changed', { ...director, unit: 'no unit' as never }, nodePrimitives);
  const draft = { kind: LeafKind.officialChanged, record };
  for (const more of [
    { ...draft, ref: director.registeredLeaf },
    { kind: LeafKind.officialChanged, record: officialRecord('official/changed', director, nodePrimitives) },
    { kind: LeafKind.credentialSuspended, ref: office.signer.issuedLeaf! },
  ]) {
    const act = { leaf: plainLeaf('void', more), writes: [] };
    expect(await refusedForNothing(services, () => ledger.commit(act))).toBe('log/corrupt');
  }
});
