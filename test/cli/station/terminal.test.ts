import { afterEach, describe, expect, test } from 'vitest';
import type { SeatState } from '../../../cli/station/board.ts';
import { statusLine } from '../../../cli/station/status-line.ts';
import { StationTerminal } from '../../../cli/station/terminal.ts';
import { notWaitingWords } from '../../../cli/station/words.ts';
import { Screen } from '../../../cli/screen.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { drawCardNumber, formatCardNumber } from '../../../src/card/card.ts';
import { personOf } from '../../../src/card/station/work-card.ts';
import { PIN } from '../../card/station/station-kit.ts';
import { until } from '../../support/driver-processes.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { handsAt, handsDown, Sheet, type Hands } from './keyboard.ts';
import { chip, tryStation, type TriedStation } from './kit.ts';

let station: TriedStation;
afterEach(async () => {
  handsDown();
  await station.stop();
});

interface Terminal extends Hands {
  /** What was written on standard output. */
  readonly out: () => string;
}

async function terminalOf(office: FakeOffice, sheet: Sheet, json = false): Promise<Terminal> {
  station = await tryStation(office);
  const hands = handsAt(sheet);
  let out = '';
  const { board, queue } = station;
  new StationTerminal({
    ...{ board, queue, typist: hands.typist, asks: true, isSilent: true, abandoned() {} },
    columns: () => sheet.columns,
    screen: new Screen({
      ...{ language: 'es', json, messages: sheet, colour: false },
      out: { write: (text) => void (out += text) },
    }),
    broken(error) {
      throw error;
    },
  });
  return { ...hands, out: () => out };
}

function withReserved(): FakeOffice {
  const office = fakeOffice({ others: 1 });
  const { holder } = office;
  office.holder = async (id) => ({ ...(await holder(id)), isReserved: id === office.ana });
  return office;
}

describe('a reserved name', { timeout: 30_000 }, () => {
  test.each([false, true])(
    'is on the terminal while it is asked, and nothing of it stays (--json: %s)',
    async (json) => {
      const office = withReserved();
      const { keys, sheet, out } = await terminalOf(office, new Sheet(40), json);
      const shows = (text: string): Promise<void> =>
        until(() => sheet.rows.join('').replaceAll(/\s/g, '').includes(text.replaceAll(' ', '')), `it shows ${text}`);
      station.readers.put('A', chip(factoryState(systemRandom)));
      await shows('¿Es Ana Pérez Núñez, Inspectora?');
      // Whoever looks for another person may type a reserved name.
      keys.press('ana pérez\r');
      await until(() => sheet.rows.join('').split('¿Es').length === 3, 'it asks again');
      keys.press('s\r');
      await shows('Ana Pérez Núñez escribe');
      keys.press(`${PIN}\r`);
      await shows('otra vez el mismo NIP');
      keys.press(`${PIN}\r`);
      await station.shows('A', 'done');
      station.readers.put('B', chip(factoryState(systemRandom)));
      await shows('¿Es Beto Ruiz?');
      station.readers.pull('B');
      const kept = sheet.rows.join('').replaceAll(/\s/g, '') + out();
      expect(kept).toContain(`nombrereservado(${office.ana})`);
      expect(kept).not.toMatch(/Ana|[Pp]érez|Inspectora,/);
      expect(kept).not.toContain(PIN);
    },
  );

  test('is not asked by at all where what is asked is written to a file', async () => {
    const office = withReserved();
    const sheet = Object.assign(new Sheet(80), { isTTY: false as never });
    const { keys, out } = await terminalOf(office, sheet);
    station.readers.put('A', chip(factoryState(systemRandom)));
    await until(() => sheet.written.includes('¿Es nombre reservado'), 'it asks');
    keys.press('s\r');
    await station.asked('A', 'pin');
    expect(sheet.written + out()).not.toMatch(/Ana|Pérez/);
  });
});

test('a text that finds nobody is not said again: it may be a PIN that was meant for a question before', async () => {
  const { keys, sheet } = await terminalOf(fakeOffice(), new Sheet(80));
  station.readers.put('A', chip(factoryState(systemRandom)));
  await until(() => sheet.written.includes('¿Es Ana'), 'it asks');
  keys.press(`${PIN}\r`);
  await until(() => sheet.written.includes('No espera nadie'), 'it says so');
  expect(sheet.written.split(PIN.slice(0, 4))).toHaveLength(2);
});

test('whoever is looked for and has a card already is told with its number, and a reserved name is not', async () => {
  const office = fakeOffice();
  const { keys, sheet } = await terminalOf(office, new Sheet(120));
  const number = drawCardNumber(systemRandom);
  station.queue.settle(office.ana, { state: 'done', number, made: 'before' });
  station.readers.put('A', chip(factoryState(systemRandom)));
  await until(() => sheet.written.includes('¿Es Beto'), 'it asks');
  keys.press('ana\r');
  const told = `Ana Pérez Núñez ya tiene la tarjeta ${formatCardNumber(number)}.`;
  await until(() => sheet.written.includes(told), 'it says so');
  expect(sheet.written).not.toContain('No espera nadie');
  const [entry] = station.queue.searchOthers('ana');
  const reserved = { ...entry!, person: { ...entry!.person, isReserved: true } };
  expect(notWaitingWords(reserved).es).toMatch(new RegExp(`^nombre reservado \\(${office.ana}\\) ya tiene`));
});

test.each([80, 60, 42])(
  'the line of %d columns shows what each reader does, and of names what fits',
  async (columns) => {
    const office = fakeOffice();
    station = await tryStation(office);
    const holder = await office.holder(office.ana);
    const person = { ...personOf(holder), name: 'María Guadalupe Hernández Ixtlilco' };
    const number = drawCardNumber(systemRandom);
    const states: readonly SeatState[] = [
      { is: 'working', person, stage: 'audit' },
      { is: 'asking', question: { id: 1, kind: 'pin', holder: { ...holder, name: person.name }, why: 'next' } },
      { is: 'done', person: { ...person, isReserved: true }, number, made: 'here', seconds: 8 },
    ];
    const seats = states.map((state, i) => ({ number: i + 1, reader: 'ABC'[i]!, state }));
    const line = statusLine('120/300', seats, { columns, language: 'es' });
    expect(line.length).toBeLessThanOrEqual(columns);
    expect(line).toMatch(/^120\/300  \[1\] .*revisión  \[2\] .*NIP  \[3\] .*lista$/);
    expect(line).toContain({ 80: '[1] María Guada… revisión', 60: '[1] Marí… revisión', 42: '[1] revisión' }[columns]);
  },
);
