import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../src/core/bytes.ts';
import { encodeCbor, type CborValue } from '../../../src/core/cbor.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { Oficio } from '../../../src/oficio/oficio.ts';
import type { Reception } from '../../../src/oficio/reception.ts';
import { plainLeaf } from '../../support/acts.ts';
import { whileErased } from '../../support/erased-openings.ts';
import { openOffice } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { editsOf, rowsOf, setRow } from '../../support/row-edits.ts';

/* Whoever may write to the database file changes nothing of who received a letter unseen, and takes nothing of it away. */

const office = await openOffice();
const { services, ports } = office;
const { database } = ports.data;
const PHOTO = new Uint8Array(readFileSync(join(import.meta.dirname, '../../../keys-dev/photos/persona-1.jpg')));
let number = 0;

async function letter(): Promise<Oficio> {
  return (await office.sign()).oficio;
}

function receive({ id }: Oficio, more: object = {}): Promise<Reception> {
  return services.receptions.receive({
    letter: id,
    received: {
      ...{ receivedAt: services.clock(), how: 'window', name: 'Rosa Vega', post: 'Auxiliar', office: 'Contraloría' },
      ...{ folio: '12/2026', photo: PHOTO },
    },
    idempotencyKey: `reception ${number++}`,
    ...more,
  });
}

const own = await letter();
const wrong = await receive(own);
const right = await receive(own, { correction: { corrects: wrong.id, reason: 'Otra hora' } });
const other = await letter();
await receive(other);

const findings = async (key: string): Promise<readonly object[]> =>
  (await services.auditLog()).register.findings.filter((finding) => finding.key === key);

async function append(ref: number, record: readonly CborValue[]): Promise<number> {
  const leaf = plainLeaf(`appended ${number++}`, { kind: LeafKind.oficioReceived, record: encodeCbor(record), ref });
  return (await ports.ledger.commit({ leaf, writes: [] })).index;
}

const listed = (of: Oficio): Promise<readonly Reception[]> => services.receptions.listOf(of);
const saying = (letterId: string, corrects: string | null, at = 1_790_000_000): readonly CborValue[] => [
  ...[1, 'oficio/received', fromHex(letterId)!, fromHex(`00000000000000${10 + number}`)!, at, at, 'window'],
  ...[new Uint8Array(32), corrects === null ? null : fromHex(corrects)!],
];

describe('a row of a reception', () => {
  test('is refused and named by the audit, whatever somebody makes of any field of it', async () => {
    const rows = rowsOf(database, 'reception');
    for (const { id } of [wrong, right]) {
      const row = rows.find(({ key }) => key === id)!;
      for (const edit of editsOf(row, rows)) {
        setRow(database, 'reception', row, edit.record);
        expect(await codeOfAct(() => listed(own)), edit.name).toBe('log/corrupt');
        expect(await findings(id), edit.name).not.toEqual([]);
        database.prepare('UPDATE reception SET record = ? WHERE key = ?').run(row.record, id);
      }
    }
    expect((await services.auditLog()).sound).toBe(true);
  }, 120_000);

  test('that is gone is missed', async () => {
    const { record, version } = database.prepare('SELECT * FROM reception WHERE key = ?').get(right.id)!;
    database.prepare('DELETE FROM reception WHERE key = ?').run(right.id);
    expect(await codeOfAct(() => listed(own))).toBe('log/corrupt');
    expect(await findings(right.id)).toContainEqual({
      ...{ problem: 'leaf-without-row', noun: 'reception', key: right.id, leaf: right.leaf },
    });
    database
      .prepare('INSERT INTO reception (key, record, version) VALUES (?, ?, ?)')
      .run(right.id, record as string, version as number);
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('has its own photo: another one, or none, is named', async () => {
    const { bytes } = database.prepare("SELECT bytes FROM blob WHERE owner = 'reception' AND key = ?").get(right.id)!;
    const set = database.prepare("UPDATE blob SET bytes = ? WHERE owner = 'reception' AND key = ?");
    set.run(PHOTO, right.id);
    expect(await codeOfAct(() => listed(own))).toBe('log/corrupt');
    expect(await findings(right.id)).toEqual([
      { problem: 'row-differs', noun: 'reception', key: right.id, field: 'kept' },
    ]);
    set.run(bytes as Uint8Array, right.id);
    expect((await services.auditLog()).sound).toBe(true);
  });
});

describe('a leaf that somebody appends', () => {
  test('and that is about another letter, or corrects another one, says nothing', async () => {
    const before = await listed(own);
    await append(own.signedLeaf!, saying(other.id, null));
    await append(right.leaf, saying(own.id, wrong.id));
    await append(own.signedLeaf!, saying(own.id, right.id));
    // What was corrected once is corrected.
    await append(wrong.leaf, saying(own.id, wrong.id));
    expect(await listed(own)).toEqual(before);
    const { register } = await services.auditLog();
    expect(register.findings.map(({ problem }) => problem)).toEqual(Array(4).fill('leaf-without-row'));
  });

  test('without a row is named, and stops the list of its letter, not its verdict', async () => {
    const spoilt = await letter();
    await append(spoilt.signedLeaf!, saying(spoilt.id, null));
    expect(await codeOfAct(() => listed(spoilt))).toBe('log/corrupt');
    expect((await services.verifyTyped(spoilt.sealText!)).state).toBe('current');
  });
});

test('a record that is gone is no reception, and verdicts go on', async () => {
  const erased = await letter();
  const { leaf } = await receive(erased);
  await whileErased(database, leaf, async () => {
    const asked = await listed(erased).catch((error: unknown) => error);
    expect(isRefusal(asked, 'log/opening-missing')).toBe(true);
    const { state, subject } = await services.verifyTyped(erased.sealText!);
    expect(state).toBe('current');
    expect(subject).not.toHaveProperty('receivedOn');
  });
});
