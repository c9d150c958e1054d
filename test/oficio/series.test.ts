import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { Outage, type Refusal } from '../../src/core/refusal.ts';
import { dayInMexicoCity } from '../../src/core/time.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import { checkSeries, LAST_NUMBER, newSeries, takeNumber, takePrinted } from '../../src/oficio/series.ts';
import { appoint, issueTo, letterOf, openData, openOffice, TWO_PAGES } from '../support/office.ts';
import { installDevelopment } from '../support/installation.ts';
import { codeOf, codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { failingLedger } from '../doubles/failing-ledger.ts';

const folder = temporaryFolder();
const year = Number(dayInMexicoCity(systemClock()).slice(0, 4));
const office = await openOffice();
const { services, subdirector } = office;
const UNIT = 'AE/DGG';
const OTHER = 'AE/DGG/SCI';

const folioOf = async (more: Partial<OficioRequest> = {}): Promise<string> =>
  (await office.sign(TWO_PAGES, more)).oficio.folio;

describe('the folios of a unit and a year', () => {
  test('are unique and without a hole under 20 signings at once', { timeout: 60_000 }, async () => {
    const letters = Array.from({ length: 20 }, (_, i) =>
      services.signOficio(letterOf(subdirector, TWO_PAGES), `at once ${i}`),
    );
    const folios = (await Promise.all(letters)).map(({ oficio }) => oficio.folio);
    const expected = Array.from({ length: 20 }, (_, i) => `${OTHER}/${String(i + 1).padStart(4, '0')}/${year}`);
    expect(folios.toSorted()).toEqual(expected);
  });

  test('of the same order given 10 times at once are one', { timeout: 60_000 }, async () => {
    const before = await services.oficios.findSeries(OTHER, year);
    const letters = Array.from({ length: 10 }, () =>
      services.signOficio(letterOf(subdirector, TWO_PAGES), 'ten times'),
    );
    const all = await Promise.all(letters);
    expect(new Set(all.map(({ oficio }) => oficio.id)).size).toBe(1);
    expect(new Set(all.map(({ document }) => Buffer.from(document).toString('base64'))).size).toBe(1);
    expect((await services.oficios.findSeries(OTHER, year))!.record.next).toBe(before!.record.next + 1);
    expect((await services.verifyPdf(all[0]!.document)).state).toBe('current');
  });

  test('begin where they are told to, pass over printed numbers and gaps, and never go back', async () => {
    await services.setSeries({
      ...{ unit: UNIT, year, first: 100 },
      printed: [{ from: 101, to: 103 }],
      gaps: [{ from: 105, to: 109, reason: 'Hojas dañadas' }],
    });
    expect(await folioOf()).toBe(`${UNIT}/0100/${year}`);
    expect(await folioOf()).toBe(`${UNIT}/0104/${year}`);
    expect(await folioOf()).toBe(`${UNIT}/0110/${year}`);
    expect(await codeOfAct(() => services.setSeries({ unit: UNIT, year, first: 50 }))).toBe('oficio/series-started');
    expect(await folioOf()).toBe(`${UNIT}/0111/${year}`);
  });

  test('are taken as printed once, within the bounds of the series', async () => {
    expect(await folioOf({ folio: ` ae/dgg/102/${year} ` })).toBe(`${UNIT}/0102/${year}`);
    const refused: readonly (readonly [string, string])[] = [
      [`${UNIT}/102/${year}`, 'oficio/folio-taken'],
      [`${UNIT}/100/${year}`, 'oficio/folio-taken'],
      [`${UNIT}/107/${year}`, 'oficio/folio-in-gap'],
      [`${UNIT}/99/${year}`, 'oficio/folio-before-first'],
      [`AE/1/${year}`, 'oficio/folio-other-unit'],
      [`OTRA/1/${year}`, 'oficio/folio-other-unit'],
      [`${UNIT}/0/${year}`, 'oficio/folio-malformed'],
      ['42', 'oficio/folio-malformed'],
      [`${UNIT}/1/1999`, 'oficio/folio-malformed'],
    ];
    for (const [folio, code] of refused) expect(await codeOfAct(() => folioOf({ folio })), folio).toBe(code);
  });

  test('that letters have are neither gaps nor still to be printed, and which one is said', async () => {
    const refusal = (change: object): Promise<object> =>
      services.setSeries({ unit: UNIT, year, ...change }).then(
        () => ({}),
        (error: Refusal) => ({ code: error.code, folio: error.facts['folio'] }),
      );
    const code = 'oficio/series-number-used';
    const before = await services.oficios.findSeries(UNIT, year);
    const gap = { from: 110, to: 120, reason: 'No se usaron' };
    expect(await refusal({ gaps: [gap] })).toEqual({ code, folio: `${UNIT}/0110/${year}` });
    expect(await refusal({ gaps: [{ ...gap, from: 111, to: 111 }] })).toEqual({ code, folio: `${UNIT}/0111/${year}` });
    expect(await refusal({ printed: [{ from: 1, to: 100 }] })).toEqual({ code, folio: `${UNIT}/0100/${year}` });
    expect(await services.oficios.findSeries(UNIT, year)).toEqual(before);
    await services.setSeries({ unit: UNIT, year, gaps: [{ ...gap, from: 150, to: 160 }] });
    expect(await codeOfAct(() => folioOf({ folio: `${UNIT}/150/${year}` }))).toBe('oficio/folio-in-gap');
  });

  test('that letters brought before the series was declared stay within it', async () => {
    await services.setSeries({ unit: UNIT, year: year + 1 });
    await folioOf({ folio: `${UNIT}/7/${year + 1}` });
    const change = { unit: UNIT, year: year + 1 };
    expect(await codeOfAct(() => services.setSeries({ ...change, first: 8 }))).toBe('oficio/series-started');
    expect((await services.setSeries({ ...change, first: 7 })).next).toBe(7);
    expect(await folioOf({ folio: `${UNIT}/9/${year + 1}` })).toBe(`${UNIT}/0009/${year + 1}`);
  });

  test('of a unit below are open to the one above, never the other way round', async () => {
    expect(await folioOf({ folio: `${OTHER}/500/${year}` })).toBe(`${OTHER}/0500/${year}`);
    const upwards = letterOf(subdirector, TWO_PAGES, { folio: `${UNIT}/500/${year}` });
    expect(await codeOfAct(() => services.signOficio(upwards, 'upwards'))).toBe('oficio/folio-other-unit');
  });

  test('that letters bring from ahead are not handed out again', async () => {
    const next = (await services.oficios.findSeries(UNIT, year))!.record.next;
    await folioOf({ folio: `${UNIT}/${next + 1}/${year}` });
    const numbers = [await folioOf(), await folioOf()].map((folio) => Number(folio.split('/').at(-2)));
    expect(numbers).toEqual([next, next + 2]);
  });

  test.each([
    ['an unknown unit', { unit: 'NADA', year }, 'oficio/series-unit-unknown'],
    [
      'ranges that overlap',
      {
        unit: OTHER,
        year,
        printed: [
          { from: 900, to: 910 },
          { from: 910, to: 911 },
        ],
      },
      'oficio/series-malformed',
    ],
    ['a range backwards', { unit: OTHER, year, printed: [{ from: 900, to: 899 }] }, 'oficio/series-malformed'],
    [
      'a gap without a reason',
      { unit: OTHER, year, gaps: [{ from: 900, to: 901, reason: ' ' }] },
      'oficio/series-malformed',
    ],
    [
      'printed numbers that no letter may have',
      { unit: OTHER, year: year + 1, first: 300, printed: [{ from: 10, to: 20 }] },
      'oficio/series-malformed',
    ],
    ['a number beyond the last', { unit: OTHER, year: year + 1, first: LAST_NUMBER + 1 }, 'oficio/series-malformed'],
  ])('cannot be set with %s', async (_, change, code) => {
    expect(await codeOfAct(() => services.setSeries(change))).toBe(code);
  });

  test('end with the last number, and the letter is refused', async () => {
    const inspector = await services.registerOfficial({
      input: { name: 'Elia Sáenz', post: 'Jefa', unit: 'AE', powers: ['Firmar'], validFrom: '2026-01-01' },
    });
    await issueTo(services, inspector, 'signer');
    await services.setSeries({ unit: 'AE', year, first: LAST_NUMBER });
    const sign = (key: string): Promise<unknown> => services.signOficio(letterOf(inspector, TWO_PAGES), key);
    await sign('the last');
    expect(await codeOfAct(() => sign('beyond'))).toBe('oficio/series-exhausted');
  });
});

describe('a folio whose letter was interrupted', () => {
  test.each([
    [1, 'before'],
    [1, 'after'],
    [2, 'before'],
    [2, 'after'],
  ] as const)('at commit %i, %s it: is kept for the retry and given to nobody else', async (at, when) => {
    const config = await installDevelopment({ within: folder });
    const first = await openData(config);
    const staff = await appoint(first.services);
    await issueTo(first.services, staff.director, 'signer');
    first.services.close();
    const stopped = await openData(config, {
      replace: (ports) => ({ ...ports, ledger: failingLedger(ports.ledger, at, when) }),
    });
    const letter = letterOf(staff.director, TWO_PAGES);
    await expect(stopped.services.signOficio(letter, 'first')).rejects.toBeInstanceOf(Outage);
    const other = await stopped.services.signOficio(letter, 'other');
    const retried = await stopped.services.signOficio(letter, 'first');
    const taken = at === 1 && when === 'before' ? ['0002', '0001'] : ['0001', '0002'];
    expect([retried, other].map(({ oficio }) => oficio.folio.split('/').at(-2))).toEqual(taken);
    expect((await stopped.services.verifyPdf(retried.document)).state).toBe('current');
    stopped.services.close();
  });
});

describe('a series', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 4 }));

  test('never hands out a number twice, nor one that is printed, in a gap, or before the first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.array(range, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 10 }),
        (start, ranges, brought) => {
          const printed = ranges.map(([from, length]) => ({ from, to: from + length }));
          let series;
          try {
            series = checkSeries({ ...newSeries('AE', 2026), first: start, next: start, printed });
          } catch {
            return;
          }
          const used = new Set<number>();
          for (const number of brought) {
            const taken = takeNumber(series);
            series = taken.series;
            expect(used.has(taken.number)).toBe(false);
            expect(taken.number).toBeGreaterThanOrEqual(start);
            expect(printed.some(({ from, to }) => taken.number >= from && taken.number <= to)).toBe(false);
            used.add(taken.number);
            if (number < start || used.has(number)) continue;
            series = takePrinted(series, number);
            used.add(number);
          }
        },
      ),
    );
  });

  test('refuses a printed number that lies before its first', () => {
    expect(codeOf(() => takePrinted({ ...newSeries('AE', 2026), first: 10, next: 10 }, 9))).toBe(
      'oficio/folio-before-first',
    );
  });
});
