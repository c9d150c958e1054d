import { EventEmitter } from 'node:events';
import type { ReadStream } from 'node:tty';
import { describe, expect, test } from 'vitest';
import { readIds } from '../../../cli/station/people.ts';
import { report } from '../../../cli/station/report.ts';
import { NobodyTypes, Typist } from '../../../cli/station/typist.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { drawCardNumber } from '../../../src/card/card.ts';
import { Queue } from '../../../src/card/station/queue.ts';
import { parseOfficialId } from '../../../src/directory/official.ts';
import { NOW } from '../../support/fake-office.ts';
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
    ['with somebody twice', `clave\n${ANA}\n${BETO}\n${ANA}\n`],
  ])('is read %s', (_, csv) => {
    expect(readIds(bytes(csv))).toMatchObject({ ids: [{ id: ANA }, { id: BETO }], faults: [] });
  });

  test('tells the lines that name nobody, and keeps the others', () => {
    const { ids, faults } = readIds(bytes(`clave\n${ANA}\nuno\n${BETO}\n"sin fin\n`));
    expect(ids.map(({ line, id }) => [line, id])).toEqual([
      [2, ANA],
      [4, BETO],
    ]);
    expect(faults.map(({ line, error }) => [line, error.code])).toEqual([
      [3, 'directory/official-unknown'],
      [5, 'directory/csv-quote'],
    ]);
  });

  test('is refused without a column of ids', () => {
    expect(codeOf(() => readIds(bytes('nombre;unidad\nAna Pérez;AE\n')))).toBe('card/list-column-missing');
  });
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
  const facts = { queue, work, began: NOW, ended: NOW, language: 'es' } as const;
  const csv = report('csv', facts);
  expect(readIds(bytes(csv))).toMatchObject({ ids: [{ id: ANA }, { id: BETO }, { id: CARLA }], faults: [] });
  expect(csv).toContain(`${BETO},'=cmd|calc,`);
  expect(csv).toContain('credential/no-mandate');
  expect([csv, report('json', facts)].join('')).not.toContain('Carla');
  expect(JSON.parse(report('json', facts))).toMatchObject({ counts: { total: 3, done: 1, waiting: 1, failed: 1 } });
});

/** A terminal without one. */
class Keys extends EventEmitter {
  isTTY = true;
  isRaw = false;
  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
  resume(): void {}
  pause(): void {}
  press(text: string): void {
    this.emit('data', Buffer.from(text));
  }
}

describe('the keyboard of a station', () => {
  function typist(): { keys: Keys; typist: Typist; shown: () => string; interrupts: () => number } {
    const keys = new Keys();
    let [shown, interrupts] = ['', 0];
    const options = {
      interrupted: () => void interrupts++,
      pressed: () => {},
      write: (text: string) => void (shown += text),
    };
    return {
      keys,
      typist: new Typist(keys as unknown as ReadStream, options),
      shown: () => shown,
      interrupts: () => interrupts,
    };
  }
  const signal = (): AbortSignal => new AbortController().signal;

  test('shows nothing of a PIN, also when a message comes meanwhile', async () => {
    const { keys, typist: hands, shown } = typist();
    const read = hands.read('PIN: ', { isHidden: true, signal: signal() });
    keys.press('9081');
    hands.aside(() => {});
    keys.press('7263x\x7f\r');
    expect(await read).toBe('90817263');
    expect(shown()).toBe('PIN: \r\x1b[2KPIN: \n');
  });

  test('drops what was typed before anything was asked, and what moves a cursor', async () => {
    const { keys, typist: hands } = typist();
    keys.press('s\r');
    const read = hands.read('? ', { isHidden: false, signal: signal() });
    keys.press('\x1b[A');
    keys.press('n\r');
    expect(await read).toBe('n');
  });

  test('ends a question with its signal, and the next one begins empty', async () => {
    const { keys, typist: hands } = typist();
    const controller = new AbortController();
    const first = hands.read('? ', { isHidden: false, signal: controller.signal });
    keys.press('s');
    controller.abort(new Error('pulled'));
    await expect(first).rejects.toThrow('pulled');
    const second = hands.read('? ', { isHidden: false, signal: signal() });
    keys.press('\r');
    expect(await second).toBe('');
  });

  test('hears Ctrl+C at any time, and gives the terminal back', async () => {
    const { keys, typist: hands, interrupts } = typist();
    expect(keys.isRaw).toBe(true);
    keys.press('\x03');
    const read = hands.read('PIN: ', { isHidden: true, signal: signal() });
    keys.press('12\x03');
    expect(interrupts()).toBe(2);
    hands.close();
    await expect(read).rejects.toBeInstanceOf(NobodyTypes);
    expect(keys.isRaw).toBe(false);
  });
});
