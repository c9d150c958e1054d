import { describe, expect, test } from 'vitest';
import { ApiProblem, type Client } from '../../../cli/client.ts';
import { readIds } from '../../../cli/station/listed-ids.ts';
import { peopleOfList, peopleWithoutCard } from '../../../cli/station/people.ts';
import { report } from '../../../cli/station/report.ts';
import { tellSummary } from '../../../cli/station/summary.ts';
import { Screen } from '../../../cli/screen.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { drawCardNumber, formatCardNumber } from '../../../src/card/card.ts';
import { Queue } from '../../../src/card/station/queue.ts';
import { parseOfficialId } from '../../../src/directory/official.ts';
import { fakeOffice, NOW } from '../../support/fake-office.ts';
import { insertCard, memoryJournal, provision, stationOf } from '../../card/station/station-kit.ts';
import { codeOf } from '../../support/refuses.ts';

const [ANA, BETO, CARLA] = ['E439M3PJ', '9X2K0M4T', 'AAAA1111'].map((text) => parseOfficialId(text)!) as [
  never,
  never,
  never,
];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the list of a station', () => {
  test.each([
    ['with a column of ids among others', `Nombre;Clave;Unidad\nAna;${ANA};AE\nBeto;${BETO};AE\n`],
    [
      'with commas, quotes and a byte order mark',
      `\ufeff"Nombre","CLAVE"\r\n"Pérez, Ana","${ANA}"\r\nBeto,${BETO}\r\n`,
    ],
    ['of ids alone, as people type them', `e439-m3pj\n9x2k om4t\n\n`],
    [
      'below titles',
      `Gobierno de Aguas Calientes;;\nPersonal, 2026;;\n;;\nNombre;Clave de la persona\nAna;${ANA}\nBeto;${BETO}\n`,
    ],
    ['with somebody twice', `clave\n${ANA}\n${BETO}\n${ANA}\n`],
  ])('is read %s', (_, csv) => {
    expect(readIds(bytes(csv))).toMatchObject({ ids: [{ id: ANA }, { id: BETO }], faults: [] });
  });

  test('tells the lines that name nobody, and keeps the others', () => {
    const { ids, faults } = readIds(bytes(`clave;nombre\n${ANA}\nuno\n${BETO};Beto\n;Carla\n;\n"sin fin\n`));
    expect(ids.map(({ line, id }) => [line, id])).toEqual([
      [2, ANA],
      [4, BETO],
    ]);
    expect(faults.map(({ line, error }) => [line, error.code])).toEqual([
      [3, 'directory/official-unknown'],
      [5, 'card/list-id-missing'],
      [7, 'directory/csv-quote'],
    ]);
  });

  test.each([
    ['a word', 'Tarjetas;\nNombre;Clave', 3],
    ['a word alone', 'Tarjetas\nNombre;Clave', 3],
    ['a word on the second line', 'Gobierno;\nTarjetas;\nNombre;Clave', 4],
    ['a word with a year', 'Hoja 2026;\nNombre;Clave', 3],
    ['a date', 'Fecha;2026-11-30\nNombre;Clave', 3],
    ['a number', 'Lista;\nOficio;12345678\nNombre;Clave', 4],
    ['the name of the column', 'Clave;SEMOV\nUnidad;Obras\nNombre;Clave', 4],
    ['commas', 'Lista, clave, nombre\nNombre;Clave', 3],
  ])('is read below a title that is %s', (_, above, line) => {
    const read = readIds(bytes(`${above}\nAna;${ANA}\nBeto;${BETO}\n`));
    expect(read).toMatchObject({
      ids: [
        { line, id: ANA },
        { line: line + 1, id: BETO },
      ],
      faults: [],
    });
  });

  test.each([
    ['numbered lines', `ID;Clave;Nombre\n1;${ANA};Ana\n2;${BETO};Beto\n`],
    ['numbers of employees', `ID;Clave\n12345678;${ANA}\n12345679;${BETO}\n`],
    ['such numbers as the `clave`', `Clave;ID\n12345678;${ANA}\n12345679;${BETO}\n`],
    ['such numbers, and no headings', `12345678;${ANA}\n12345679;${BETO}\n`],
    ['dates', `Lista del personal;;2026-11-30\nClave;Nombre;Alta\n${ANA};Ana;2026-01-01\n${BETO};Beto;2025-01-01\n`],
    ['dates, and no headings', `2026-01-01;${ANA}\n2025-01-01;${BETO}\n`],
  ])('has its ids in the column that holds ids, not in one of %s', (_, csv) => {
    expect(readIds(bytes(csv))).toMatchObject({ ids: [{ id: ANA }, { id: BETO }], faults: [] });
  });

  test('has its ids in the right column also where all of them are words', () => {
    for (const csv of [`Clave;SEMOV\nNombre;Clave\nAna;ABCDEFGH\n`, `ID;Clave\n12345678;ABCDEFGH\n`])
      expect(readIds(bytes(csv))).toMatchObject({ ids: [{ id: 'ABCDEFGH' }], faults: [] });
  });

  test('of two tables goes by the headings of the first, and tells the lines of the other', () => {
    const csv = `Clave;Nombre\nE43;Ana\nNombre;Clave\nBeto;${BETO}\nAna;${ANA}\n`;
    expect(readIds(bytes(csv)).faults.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });

  test.each([
    'nombre;unidad',
    'Nombre,Cargo,Teléfono',
    'telefono',
    'empleado',
    'nombre;cargo;ARCHBASE',
    'TARJETAS\nNombre;Cargo',
    'Fecha;2026-11-30',
    'SEMOV;Oficio 12',
  ])('is refused without a column of ids, whatever its headings look like: %s', (headings) => {
    expect(codeOf(() => readIds(bytes(`${headings}\nAna Pérez;AE\n`)))).toBe('card/list-column-missing');
  });

  test('tells a line whose open quote takes in the line of somebody else, and no other cell of several lines', () => {
    const csv = `clave;nombre;cargo\n${ANA};"Ana;Jefa\n${BETO};Beto;Jefe"\n${CARLA};Carla;"Jefa,\nTelefono, Ana Perez"\n`;
    const { ids, faults } = readIds(bytes(csv));
    expect(ids).toMatchObject([{ line: 4, id: CARLA }]);
    expect(faults).toMatchObject([{ line: 2, error: { code: 'directory/csv-quote' } }]);
  });

  test('is refused where another table stands above its headings, whose people would vanish', () => {
    expect(codeOf(() => readIds(bytes(`Nombre;Cargo\nAna;Inspectora\nclave\n${BETO}\n`)))).toBe(
      'card/list-column-missing',
    );
  });

  test('tells an id above or among its headings, a line there that cannot be read, and nobody who is below as well', () => {
    const csv = `Elaboró;${BETO}\nVo. Bo., ${ANA}\n"sin fin\nNombre;Clave;${CARLA}\nBeto;${BETO}\n`;
    const { ids, faults } = readIds(bytes(csv));
    expect(ids).toMatchObject([{ line: 5, id: BETO }]);
    expect(faults.map(({ line, error }) => [line, error.code]).toSorted()).toEqual([
      [2, 'card/list-id-above'],
      [3, 'directory/csv-quote'],
      [4, 'card/list-id-above'],
    ]);
  });

  test('tells a word above its headings where it is the id of somebody in the directory, and else takes it for a title', async () => {
    const client = {
      get: async (path: string) => {
        if (path.endsWith('/ABCD1FGH')) return {};
        const facts = { official: path };
        throw new ApiProblem({ code: 'directory/official-unknown', status: 404, detail: '', facts });
      },
    } as unknown as Client;
    const { faults } = await peopleOfList(client, {} as never, bytes(`Tarjetas\nABCDIFGH\nclave\n${ANA}\n`), () => {});
    expect(faults.map(({ line, typed, error }) => [line, typed, error.code])).toEqual([
      [2, 'ABCDIFGH', 'card/list-id-above'],
      [4, ANA, 'directory/official-unknown'],
    ]);
  });

  test('is refused with more lines than any institution has people', () => {
    expect(codeOf(() => readIds(bytes(`clave\n${`${ANA}\n`.repeat(20_100)}`)))).toBe('directory/csv-too-many-rows');
  });

  test('is refused where nobody stands below its headings', () => {
    for (const csv of ['clave\n', 'Nombre;Clave\n;\n'])
      expect(codeOf(() => readIds(bytes(csv)))).toBe('card/list-empty');
  });

  test('tells of an id that nobody has what stands in the list, not how it is read', async () => {
    const client = {
      get: () =>
        Promise.reject(
          new ApiProblem({
            code: 'directory/official-unknown',
            status: 404,
            detail: '',
            facts: { official: 'N0EX1STE' },
          }),
        ),
    } as unknown as Client;
    const { faults } = await peopleOfList(client, {} as never, bytes('clave\nNOEXISTE\n'), () => {});
    expect(faults).toMatchObject([{ line: 2, typed: 'NOEXISTE', error: { facts: { official: 'NOEXISTE' } } }]);
  });

  test('needs no heading over ids that have letters in place of digits', () => {
    expect(readIds(bytes(`Ana;9x2k om4t\nBeto;${ANA}\n`))).toMatchObject({
      ids: [{ id: BETO }, { id: ANA }],
      faults: [],
    });
  });
});

test('without a list whoever has a card already is called by nobody, and told with it where they are looked for', async () => {
  const office = fakeOffice();
  await provision(stationOf(office), insertCard(factoryState(systemRandom)));
  const deps = { office, journal: memoryJournal() };
  const officials = office.officials.map((id) => ({ id, unit: 'AE', validFrom: '2020-01-01' }));
  const client = { get: async () => officials } as unknown as Client;
  const { people, holders } = await peopleWithoutCard(client, deps, undefined, () => {});
  const queue = new Queue(people, holders);
  expect(queue.entries).toMatchObject([{ person: { officialId: office.beto } }]);
  expect(queue.counts()).toMatchObject({ total: 1, done: 0 });
  expect([queue.search('ana'), queue.searchOthers('beto')]).toEqual([[], []]);
  const [card] = [...office.cards.values()];
  expect(queue.searchOthers('ana')).toMatchObject([
    { person: { officialId: office.ana }, standing: { state: 'done', number: card!.number } },
  ]);
  expect(queue.hasReserved).toBe(false);
  const reserved = holders.map(([person, standing]) => [{ ...person, isReserved: true }, standing] as const);
  expect(new Queue(people, reserved).hasReserved).toBe(true);
});

test('the sums at the end count the lines that name nobody, and do not call the time of all the time of a card', () => {
  const tell = (json: boolean): string => {
    let text = '';
    const out = { write: (part: string) => void (text += part) };
    const screen = new Screen({ language: 'es', json, out, messages: out, colour: false });
    const facts = { queue: new Queue([]), halfMade: [], report: 'informe.csv', isInterrupted: false };
    tellSummary(screen, { ...facts, made: 1, badLines: 2, seconds: 55 });
    return text;
  };
  expect(tell(false)).toContain('2 renglones de la lista no dicen de quién son');
  expect(tell(false)).toContain('Hechas ahora: 1 en 55 s, con las esperas');
  expect(JSON.parse(tell(true))).toMatchObject({ summary: { made: 1, badLines: 2 } });
});

test('the report is in one language, and says of a card that was begun in an earlier run which one to put in', () => {
  const number = drawCardNumber(systemRandom);
  const person = { officialId: ANA, name: 'Ana', post: 'Inspectora', unit: 'AE', isReserved: false };
  const queue = new Queue([[person, { state: 'begun', number }]]);
  const facts = { queue, work: new Map(), faults: [], began: NOW, ended: NOW } as const;
  const printed = formatCardNumber(number);
  const [headings, row] = report('csv', { ...facts, language: 'en' }).split('\r\n');
  expect(headings).toBe('\ufeffid,name,post,unit,state,card,made,seconds,problem,what to do,code');
  expect(row).toBe(
    `${ANA},Ana,Inspectora,AE,half made,${printed},,,The card is half made.,"${printed} of Ana: put that one in, it goes on where it was left.",`,
  );
  const spanish = report('csv', { ...facts, language: 'es' });
  expect(spanish).toContain('clave,nombre,cargo,unidad,estado,');
  expect(spanish).toContain(`a medias,${printed},,,La tarjeta quedó a medias.,"${printed} de Ana: meta esa misma`);
  for (const language of ['es', 'en'] as const)
    expect(readIds(bytes(report('csv', { ...facts, language }))).ids).toMatchObject([{ id: ANA }]);
});

test('the report can be a list again, no name in it is a formula, and none a reserved one', () => {
  const person = (officialId: typeof ANA, name: string, isReserved = false) => ({
    ...{ officialId, name, post: 'Inspectora', unit: 'AE', isReserved },
  });
  const queue = new Queue([
    [person(ANA, 'Ana; «Pérez», "Núñez"'), { state: 'done', number: drawCardNumber(systemRandom), made: 'here' }],
    [person(BETO, '=cmd|calc'), { state: 'waiting' }],
    [person(CARLA, 'Carla Ek', true), { state: 'failed', code: 'credential/no-mandate', facts: {} }],
  ]);
  const work = new Map([[ANA, { at: NOW, seconds: 8.44 }]]);
  const faults = readIds(bytes('clave\n=2+3\n')).faults;
  const facts = { queue, work, faults, began: NOW, ended: NOW, language: 'es' } as const;
  const csv = report('csv', facts);
  expect(readIds(bytes(csv))).toMatchObject({ ids: [{ id: ANA }, { id: BETO }, { id: CARLA }] });
  // A line that named nobody is told at the end as well.
  expect(csv).toMatch(/\n'=2\+3,,,,renglón 2 de la lista,.*,directory\/official-unknown\r\n$/);
  expect(csv).toContain(`${BETO},'=cmd|calc,`);
  expect(csv).toContain('credential/no-mandate');
  expect([csv, report('json', facts)].join('')).not.toContain('Carla');
  expect(JSON.parse(report('json', facts))).toMatchObject({
    counts: { total: 3, done: 1, waiting: 1, failed: 1 },
    lines: [{ line: 2, problem: { code: 'directory/official-unknown' } }],
  });
});
