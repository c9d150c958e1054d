import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/system.ts';
import { formatTime, unixSeconds } from '../../src/core/time.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import type { Answer, LetterSubject } from '../../src/verifier/index.ts';
import { letterOf, newcomer, openOffice, refusedForNothing, TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { editsOf, rowsOf, setRow } from '../support/row-edits.ts';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, ports, director, subdirector, inspector } = office;
const { database } = ports.data;
const PHOTO = new Uint8Array(readFileSync(join(import.meta.dirname, '../../keys-dev/photos/persona-1.jpg')));
let keys = 0;

const ADDRESSEE = { name: 'Rosa Vega Luna', post: 'Propietaria', address: 'Colima 9, interior 3', isPublic: false };

function window(hours = 5): { from: Oficio['sealedAt']; to: Oficio['sealedAt'] } {
  const from = unixSeconds(services.clock() + 3600);
  return { from, to: unixSeconds(from + hours * 3600) };
}

const visit = (more: Partial<NonNullable<OficioRequest['visit']>> = {}): NonNullable<OficioRequest['visit']> => ({
  ...{ place: 'Durango 212, planta baja', ...window(), officials: [inspector.id] },
  ...more,
});

async function sign(more: Partial<OficioRequest>, key = `delivery ${keys++}`): Promise<Oficio> {
  return (await services.signOficio(letterOf(director, TWO_PAGES, { type: 'orden-de-visita', ...more }), key)).oficio;
}

function letterIn({ subject }: Answer): LetterSubject {
  if (subject.kind !== 'oficio') throw new Error(`no letter: ${subject.kind}`);
  return subject;
}

const scanned = async ({ sealText }: Oficio): Promise<Answer> => services.verifyTyped(sealText!);
const kept = async (of: Oficio): Promise<unknown> =>
  services.findDelivery((await services.shown.oficio(of.id))!.record);
const findings = async (key: string): Promise<readonly object[]> =>
  (await services.auditLog()).register.findings.filter((finding) => finding.key === key);

describe('an addressee', () => {
  test('is kept for those who need it, and told in no answer', async () => {
    const own = await sign({ addressee: ADDRESSEE, type: 'oficio' });
    expect(await kept(own)).toMatchObject({ name: 'Rosa Vega Luna', post: 'Propietaria', address: ADDRESSEE.address });
    for (const asked of [own.sealText!, own.folio, own.typedCode]) {
      expect(JSON.stringify(await services.verifyTyped(asked))).not.toMatch(/Rosa|Propietaria|Colima/);
    }
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('is told by name and post where somebody chose so, to whoever has the letter', async () => {
    const own = await sign({ addressee: { ...ADDRESSEE, isPublic: true } });
    expect(letterIn(await scanned(own)).addressee).toEqual({ name: 'Rosa Vega Luna', post: 'Propietaria' });
    expect(JSON.stringify(await scanned(own))).not.toContain('Colima');
    expect(letterIn(await services.verifyTyped(own.folio))).not.toHaveProperty('addressee');
    await services.endOficio(own.id, { reason: 'Error' });
    expect(letterIn(await scanned(own))).not.toHaveProperty('addressee');
  });

  test('stands in the intent of the letter, to be repeated with its key and in no other way', async () => {
    const own = await sign({ addressee: ADDRESSEE }, 'the same delivery');
    expect(await sign({ addressee: ADDRESSEE }, 'the same delivery')).toMatchObject({ id: own.id });
    const other = { ...ADDRESSEE, name: 'Otra Persona' };
    expect(await codeOfAct(() => sign({ addressee: other }, 'the same delivery'))).toBe('log/retry-differs');
    expect(await codeOfAct(() => sign({}, 'the same delivery'))).toBe('log/retry-differs');
  });

  test.each([
    [{ name: ' ' }, 'directory/text-missing'],
    [{ name: 'x'.repeat(121) }, 'directory/text-too-long'],
    [{ name: 'Rosa\u202eagev' }, 'directory/text-forbidden-character'],
    [{ address: 'CURP PEGA850101HDFRRL09' }, 'directory/personal-key'],
    [{ post: '=HYPERLINK("x")' }, 'directory/text-formula'],
  ])('as %j is refused before a folio is taken', async (more, code) => {
    expect(await refusedForNothing(services, () => sign({ addressee: { ...ADDRESSEE, ...more } }))).toBe(code);
  });

  test('that has script in it is the text that it is', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const own = await sign({ addressee: { name, isPublic: true } });
    expect(letterIn(await scanned(own)).addressee?.name).toBe(name);
  });
});

describe('a visit', () => {
  test('is told with window, place and who comes, with the photo of the directory', async () => {
    const { id } = await newcomer(office);
    await services.changeOfficial({ id, changes: {}, photo: await services.readPhoto(PHOTO) });
    const own = await sign({ visit: visit({ officials: [id, inspector.id] }) });
    const told = letterIn(await scanned(own)).visit!;
    expect(told).toMatchObject({
      ...{ place: 'Durango 212, planta baja', from: formatTime(own.delivery!.visit!.from) },
      officials: [
        { officialId: id, state: 'current', photo: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        { officialId: inspector.id, state: 'current', name: inspector.name, post: inspector.post },
      ],
    });
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('is not told for a folio alone, nor of a letter that ended', async () => {
    const own = await sign({ visit: visit() });
    expect(JSON.stringify(await services.verifyTyped(own.folio))).not.toMatch(/Durango|officials/);
    await services.endOficio(own.id, { reason: 'Error' });
    expect(JSON.stringify(await scanned(own))).not.toMatch(/Durango|officials/);
  });

  test('shows nobody who left since, nor the name of who came under reserve', async () => {
    const left = await newcomer(office);
    const hidden = await newcomer(office);
    const own = await sign({ visit: visit({ officials: [left.id, hidden.id] }) });
    await services.endOfficial({ id: left.id, reason: 'dismissed' });
    await services.changeOfficial({
      id: hidden.id,
      changes: { publication: 'reserved', legalGround: 'Artículo 113' },
    });
    const [first, second] = letterIn(await scanned(own)).visit!.officials;
    expect(first).toEqual({ officialId: left.id, state: 'ended' });
    expect(second).not.toHaveProperty('name');
    expect(second).toMatchObject({ legalGround: 'Artículo 113', state: 'current' });
  });

  test.each<[string, (now: number) => Partial<OficioRequest>, string]>([
    ['of a letter that announces none', () => ({ type: 'oficio', visit: visit() }), 'oficio/visit-type'],
    ['that is over', (now) => ({ visit: visit({ from: at(now - 200), to: at(now - 100) }) }), 'oficio/visit-window'],
    ['that ends first', (now) => ({ visit: visit({ from: at(now + 200), to: at(now + 100) }) }), 'oficio/visit-window'],
    ['of a year', (now) => ({ visit: visit({ from: at(now), to: at(now + 31e6) }) }), 'oficio/visit-window'],
    ['of nobody', () => ({ visit: visit({ officials: [] }) }), 'oficio/visit-officials'],
    [
      'of a crowd',
      () => ({ visit: visit({ officials: Array<string>(13).fill(inspector.id) }) }),
      'oficio/visit-officials',
    ],
    ['of a stranger', () => ({ visit: visit({ officials: ['AAAAAAAA'] }) }), 'oficio/visit-official'],
    ['without a place', () => ({ visit: visit({ place: '' }) }), 'directory/text-missing'],
  ])('%s is refused before a folio is taken', async (_, more, code) => {
    expect(await refusedForNothing(services, () => sign(more(services.clock())))).toBe(code);
  });

  test('is made by nobody who is under reserve, who left, or who will have left', async () => {
    const reserved = await newcomer(office, { publication: 'reserved', legalGround: 'Artículo 113' });
    const gone = await newcomer(office);
    await services.endOfficial({ id: gone.id, reason: 'resigned' });
    const leaving = await newcomer(office, { validUntil: formatTime(services.clock()).slice(0, 10) });
    for (const { id } of [reserved, gone, leaving]) {
      const asked = visit({ officials: [id], ...window(72) });
      expect(await refusedForNothing(services, () => sign({ visit: asked }))).toBe('oficio/visit-official');
    }
  });

  test('names each person once', async () => {
    const own = await sign({ visit: visit({ officials: [inspector.id, inspector.id.toLowerCase(), subdirector.id] }) });
    expect(own.delivery?.visit?.officials).toEqual([inspector.id, subdirector.id]);
  });
});

describe('whoever may write to the database', () => {
  const signed = sign({ addressee: { ...ADDRESSEE, isPublic: true }, visit: visit() });

  test('swaps neither addressee nor place: the row is refused, named, and told to nobody', async () => {
    const own = await signed;
    const row = rowsOf(database, 'delivery').find(({ key }) => key === own.id)!;
    const before = JSON.stringify(letterIn(await scanned(own)).visit?.officials);
    for (const edit of editsOf(row, rowsOf(database, 'delivery'))) {
      setRow(database, 'delivery', row, edit.record);
      const found = await findings(own.id);
      expect(found, edit.name).not.toEqual([]);
      const { addressee, visit: told } = letterIn(await scanned(own));
      if (edit.field.startsWith('kept')) {
        expect(await codeOfAct(() => kept(own)), edit.name).toBe('log/corrupt');
        expect([addressee, told?.place], edit.name).toEqual([undefined, undefined]);
      }
      expect(JSON.stringify(told?.officials)).toBe(before);
      database.prepare('UPDATE delivery SET record = ? WHERE key = ?').run(row.record, own.id);
    }
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('changes neither window nor who comes', async () => {
    const own = await signed;
    const row = rowsOf(database, 'oficio').find(({ key }) => key === own.id)!;
    const before = (await scanned(own)).subject;
    for (const edit of editsOf(row, []).filter(({ field }) => field.startsWith('delivery'))) {
      setRow(database, 'oficio', row, edit.record);
      expect((await scanned(own)).subject, edit.name).toEqual(before);
      expect(await codeOfAct(() => services.shown.oficio(own.id)), edit.name).toMatch(/^log\/corrupt$/);
      expect(await findings(own.id), edit.name).not.toEqual([]);
      database.prepare('UPDATE oficio SET record = ? WHERE key = ?').run(row.record, own.id);
    }
    expect((await services.auditLog()).sound).toBe(true);
  });

  test('is named for a row that is gone, and for one that no letter has', async () => {
    const own = await signed;
    const plain = await sign({ type: 'oficio' });
    const { record } = database.prepare('SELECT record FROM delivery WHERE key = ?').get(own.id)!;
    const insert = database.prepare('INSERT INTO delivery (key, record, version) VALUES (?, ?, 1)');
    database.prepare('DELETE FROM delivery WHERE key = ?').run(own.id);
    expect(await findings(own.id)).toContainEqual({
      ...{ problem: 'row-differs', noun: 'oficio', key: own.id, name: own.folio, field: 'delivery.kept' },
    });
    expect(await codeOfAct(() => kept(own))).toBe('log/corrupt');
    insert.run(own.id, record as string);
    insert.run(plain.id, (record as string).replace(own.id, plain.id));
    expect(await findings(plain.id)).toEqual([{ problem: 'row-without-leaf', noun: 'delivery', key: plain.id }]);
    expect(letterIn(await scanned(plain))).not.toHaveProperty('addressee');
    database.prepare('DELETE FROM delivery WHERE key = ?').run(plain.id);
    expect((await services.auditLog()).sound).toBe(true);
  });
});

function at(seconds: number): Oficio['sealedAt'] {
  return unixSeconds(seconds);
}
