import { describe, expect, test } from 'vitest';
import { ApiProblem, type Client } from '../../../cli/client.ts';
import { peopleOfList, peopleWithoutCard, readIds } from '../../../cli/station/people.ts';
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

  test.each(['nombre;unidad', 'Nombre,Cargo,Teléfono', 'telefono', 'empleado', 'nombre;cargo;ARCHBASE'])(
    'is refused without a column of ids, whatever its headings look like: %s',
    (headings) => {
      expect(codeOf(() => readIds(bytes(`${headings}\nAna Pérez;AE\n`)))).toBe('card/list-column-missing');
    },
  );

  test('is refused where somebody stands above its headings, who would vanish with them', () => {
    for (const csv of [`Personal\n${ANA}\nclave\n${BETO}\n`, `Personal\nNombre;Cargo\nclave;${BETO}\n`])
      expect(codeOf(() => readIds(bytes(csv)))).toBe('card/list-column-missing');
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
