import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/adapters/system.ts';
import { encodeCbor, type CborValue } from '../../../src/core/cbor.ts';
import { dayInMexicoCity } from '../../../src/core/time.ts';
import type { Official } from '../../../src/directory/official.ts';
import type { RegisterFinding } from '../../../src/log/claim.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import { composeServices } from '../../../src/compose.ts';
import { plainLeaf } from '../../support/acts.ts';
import { whileEdited } from '../../support/edited-row.ts';
import { issueTo, letterOf, openData, openOffice, TWO_PAGES } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';

const year = Number(dayInMexicoCity(systemClock()).slice(0, 4));
const office = await openOffice();
const { services, ports } = office;
const { database } = ports.data;

type Row = Record<string, unknown>;

const GAPS = [[6, 20, 'Hojas robadas']];

let units = 0;

async function newUnit(): Promise<{ unit: string; person: Official }> {
  const unit = `AE/U${++units}`;
  await services.setUnit({ code: unit, name: `Unidad ${units}`, parent: 'AE', coveredSince: '2026-01-02' });
  const input = { name: 'Firma Uno', post: `Jefa ${units}`, unit, powers: ['Firmar'], validFrom: '2026-01-01' };
  const person = await services.registerOfficial({ input });
  await issueTo(services, person, 'signer');
  return { unit, person };
}

/** A unit whose numbers 6 to 20 are a gap, with two letters and one that brought its number from ahead. */
async function numbered(): Promise<{ unit: string; person: Official }> {
  const { unit, person } = await newUnit();
  await services.setSeries({ unit, year, gaps: [{ from: 6, to: 20, reason: 'Hojas robadas' }] });
  await signAs(person);
  await signAs(person);
  await signAs(person, `${unit}/4/${year}`);
  return { unit, person };
}

const signAs = async (person: Official, folio?: string): Promise<number> => {
  const letter = letterOf(person, TWO_PAGES, folio === undefined ? {} : { folio });
  return (await services.signOficio(letter, randomUUID())).oficio.number;
};

const whileSeries = <Result>(unit: string, change: (row: Row) => void, act: () => Promise<Result>): Promise<Result> =>
  whileEdited(database, 'folio_series', `${unit}/${year}`, change, act);

const findingsOf = async (unit: string): Promise<readonly RegisterFinding[]> => {
  const letters = (await services.oficios.list({ unit, limit: 100 })).map(({ id }) => id as string);
  const { findings } = (await services.auditLog()).register;
  return findings.filter(({ key }) => key === `${unit}/${year}` || letters.includes(key));
};

describe('a series of folios is what the log says of it:', () => {
  test.each([
    ['with another gap', (row: Row) => void (row['gaps'] = [{ from: 50, to: 60, reason: 'Hojas robadas' }])],
    ['with another reason', (row: Row) => void (row['gaps'] = [{ from: 6, to: 20, reason: 'Otra' }])],
    ['with another first number', (row: Row) => void (row['first'] = 2)],
    ['with numbers that nobody declared printed', (row: Row) => void (row['printed'] = [{ from: 30, to: 40 }])],
    ['with gaps that are none', (row: Row) => void (row['gaps'] = 'x')],
  ])('one %s hands out no number and is not taken over by a declaration', async (_, change) => {
    const { unit, person } = await numbered();
    await whileSeries(unit, change, async () => {
      const facts = { noun: 'folio-series', key: `${unit}/${year}` };
      const refusal = { code: 'log/corrupt', facts };
      await expect(signAs(person)).rejects.toMatchObject(refusal);
      await expect(signAs(person, `${unit}/7/${year}`)).rejects.toMatchObject(refusal);
      const gap = { from: 30, to: 31, reason: 'Manchadas' };
      await expect(services.setSeries({ unit, year, gaps: [gap] })).rejects.toMatchObject(refusal);
      await expect(services.oficios.listSeries()).rejects.toMatchObject(refusal);
    });
    expect(await signAs(person)).toBe(3);
    expect(await findingsOf(unit)).toEqual([]);
  });

  test('one without its gap hands out no number of it', async () => {
    const { unit, person } = await numbered();
    database
      .prepare("UPDATE folio_series SET record = json_set(record, '$.gaps', json('[]')) WHERE key = ?")
      .run(`${unit}/${year}`);
    expect([await signAs(person), await signAs(person), await signAs(person)]).toEqual([3, 5, 21]);
    expect(await findingsOf(unit)).toEqual([]);
  });

  test('one that somebody appends beyond what was declared stops no letter and no declaration', async () => {
    const { unit, person } = await numbered();
    const record = encodeCbor([1, 'folio-series/set', unit, year, 1, [[30, 31]], [...GAPS, [40, 49, 'x']]]);
    const leaf = plainLeaf(unit, { kind: LeafKind.folioSeriesSet, record });
    const { index } = await ports.ledger.commit({ leaf, writes: [] });
    expect((await findingsOf(unit)).map(({ leaf: named }) => named)).toContain(index);
    expect(await signAs(person)).toBe(3);
    await services.setSeries({ unit, year, gaps: [{ from: 50, to: 51, reason: 'Manchadas' }] });
    expect(await (await composeServices(office.config, ports)).oficios.listSeries()).toContainEqual(
      expect.objectContaining({ unit, gaps: expect.arrayContaining([expect.objectContaining({ from: 50 })]) }),
    );
  });

  test.each([
    ['without its gap', [1, [], []]],
    ['with another gap over a letter', [1, [], [...GAPS, [1, 2, 'Otra']]]],
    ['with another first number', [5, [], GAPS]],
  ])('one %s that somebody appends takes back nothing that was declared', async (_, [first, printed, gaps]) => {
    const { unit, person } = await numbered();
    const record = encodeCbor([1, 'folio-series/set', unit, year, first, printed, gaps] as CborValue);
    await ports.ledger.commit({ leaf: plainLeaf(unit, { kind: LeafKind.folioSeriesSet, record }), writes: [] });
    expect((await findingsOf(unit)).map(({ problem }) => problem)).toContain('act-not-allowed');
    expect(await signAs(person)).toBe(3);
    const later = await composeServices(office.config, ports);
    const letter = letterOf(person, TWO_PAGES);
    expect((await later.signOficio(letter, randomUUID())).oficio.number).toBe(5);
  });

  test('one that is gone although it was declared hands out no number', async () => {
    const { unit, person } = await numbered();
    const row = database.prepare('SELECT * FROM folio_series WHERE key = ?').get(`${unit}/${year}`)!;
    database.prepare('DELETE FROM folio_series WHERE key = ?').run(`${unit}/${year}`);
    expect(await codeOfAct(() => signAs(person))).toBe('log/corrupt');
    const names = Object.keys(row);
    const marks = names.map(() => '?').join();
    database.prepare(`INSERT INTO folio_series (${names.join()}) VALUES (${marks})`).run(...Object.values(row));
    expect(await signAs(person)).toBe(3);
  });

  test.each([
    ['back', 1],
    ['far ahead', 500],
    ['to a word', 'x'],
  ])('its next number, set %s, is neither used again nor left out', async (_, next) => {
    const { unit, person } = await numbered();
    const edit = "UPDATE folio_series SET record = json_set(record, '$.next', ?) WHERE key = ?";
    database.prepare(edit).run(next, `${unit}/${year}`);
    expect((await findingsOf(unit)).map(({ field }) => field)).toContain('next');
    expect(await codeOfAct(() => services.setSeries({ unit, year, first: 3 }))).toBe('oficio/series-started');
    expect([await signAs(person), await signAs(person), await signAs(person)]).toEqual([3, 5, 21]);
    expect(await findingsOf(unit)).toEqual([]);
  });

  test('a number that a letter brought is not handed out although the row forgot it', async () => {
    const { unit, person } = await numbered();
    const edit = "UPDATE folio_series SET record = json_set(record, '$.printed', json('[]')) WHERE key = ?";
    database.prepare(edit).run(`${unit}/${year}`);
    expect((await findingsOf(unit)).map(({ field }) => field)).toContain('printed');
    expect([await signAs(person), await signAs(person)]).toEqual([3, 5]);
  });

  test('an erased record of a letter, which may have any number, stops the numbering', async () => {
    const made = await openOffice();
    for (let i = 0; i < 2; i++) await made.sign();
    const { oficio: newest } = await made.sign();
    made.ports.data.database.prepare('DELETE FROM opening WHERE idx = ?').run(newest.intentLeaf);
    made.services.close();
    const again = await openData(made.config);
    const sign = (): Promise<unknown> => again.services.signOficio(letterOf(made.director, TWO_PAGES), randomUUID());
    expect(await codeOfAct(sign)).toBe('log/opening-missing');
    again.services.close();
  });

  test('a number that a letter of the log has is taken although its row has another, or is gone', async () => {
    const { unit, person } = await numbered();
    const [letter] = (await services.oficios.list({ unit, limit: 9 })).filter(({ number }) => number === 2);
    const astray = (row: Row): void => {
      row['number'] = 77;
      row['folio'] = `${unit}/0077/${year}`;
    };
    await whileEdited(database, 'oficio', letter!.id, astray, async () => {
      expect(await codeOfAct(() => signAs(person, `${unit}/2/${year}`))).toBe('oficio/folio-taken');
      const gap = { from: 2, to: 2, reason: 'No se usó' };
      expect(await codeOfAct(() => services.setSeries({ unit, year, gaps: [gap] }))).toBe('oficio/series-number-used');
    });
  });
});

/** What an office did that did not ask the log: it saw no letter and no declaration. */
async function blindly<Result>(act: () => Promise<Result>): Promise<Result> {
  const { ofKinds } = services.log;
  const unseen = [LeafKind.oficioIntent, LeafKind.folioSeriesSet] as const;
  services.log.ofKinds = async (kinds, from) =>
    unseen.some((kind) => kinds.includes(kind)) ? [] : ofKinds(kinds, from);
  try {
    return await act();
  } finally {
    services.log.ofKinds = ofKinds;
  }
}

describe('the audit tells, by the leaves before it, that', () => {
  const opened = async (change: object): Promise<{ unit: string; person: Official }> => {
    const made = await newUnit();
    await services.setSeries({ unit: made.unit, year, ...change });
    return made;
  };
  const letterIn = async (unit: string, leaf: number): Promise<object> => {
    const letters = await services.oficios.list({ unit, limit: 9 });
    const { id, intentLeaf, folio } = letters.toSorted((a, b) => a.intentLeaf - b.intentLeaf)[leaf]!;
    return { problem: 'act-not-allowed', noun: 'oficio', key: id, name: folio, leaf: intentLeaf };
  };

  test('another letter has the folio already', async () => {
    const { unit, person } = await newUnit();
    database.exec('DROP INDEX oficio_folio');
    await blindly(async () => {
      await signAs(person);
      const [first] = await services.oficios.list({ unit, limit: 1 });
      const elsewhere = (row: Row): void => {
        row['number'] = 77;
        row['folio'] = `${unit}/0077/${year}`;
      };
      await whileEdited(database, 'oficio', first!.id, elsewhere, () =>
        whileSeries(
          unit,
          (row) => void (row['next'] = 1),
          async () => expect(await signAs(person)).toBe(1),
        ),
      );
    });
    expect(await findingsOf(unit)).toEqual([{ ...(await letterIn(unit, 1)), field: 'folio.taken' }]);
  });

  test.each([
    ['a gap was declared over it', { gaps: [{ from: 1, to: 5, reason: 'Hojas robadas' }] }, 'folio.in-gap'],
    ['the series begins after it', { first: 10 }, 'folio.before-first'],
  ])('%s', async (_, change, field) => {
    const { unit, person } = await blindly(() => opened(change));
    const fresh = (row: Row): void => void Object.assign(row, { first: 1, next: 1, gaps: [] });
    await blindly(() => whileSeries(unit, fresh, () => signAs(person)));
    expect(await findingsOf(unit)).toContainEqual({ ...(await letterIn(unit, 0)), field });
  });

  test('a declaration took over what somebody had edited', async () => {
    const gap = { from: 6, to: 20, reason: 'Hojas robadas' };
    const { unit } = await blindly(() => opened({ gaps: [gap] }));
    const key = `${unit}/${year}`;
    database.prepare("UPDATE folio_series SET record = json_set(record, '$.gaps', json('[]')) WHERE key = ?").run(key);
    await blindly(() => services.setSeries({ unit, year, gaps: [{ ...gap, from: 30, to: 31 }] }));
    const leaf = (await services.log.size()) - 1;
    const expected = { problem: 'act-not-allowed', noun: 'folio-series', key, leaf, field: 'gaps' };
    expect(await findingsOf(unit)).toEqual([expected]);
  });
});
