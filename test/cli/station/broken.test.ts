import { expect, test } from 'vitest';
import { StationTerminal } from '../../../cli/station/terminal.ts';
import { Screen } from '../../../cli/screen.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { fakeOffice } from '../../support/fake-office.ts';
import { handsAt, handsDown } from './keyboard.ts';
import { chip, tryStation } from './kit.ts';

test('a holder that cannot be shown ends the card at its own reader, and the others go on', async () => {
  const office = fakeOffice();
  const { holder } = office;
  const station = await tryStation(office);
  office.holder = async (id) => ({ ...(await holder(id)), ...(id === office.ana && { name: 5 as never }) });
  const faults: unknown[] = [];
  const { typist } = handsAt();
  const out = { write() {} };
  new StationTerminal({
    ...{ board: station.board, queue: station.queue, typist, asks: true, isSilent: true, abandoned() {} },
    columns: () => 80,
    screen: new Screen({ language: 'en', json: false, out, messages: out, colour: false }),
    broken: (error) => void faults.push(error),
  });
  station.readers.put('A', chip(factoryState(systemRandom)));
  await station.shows('A', 'failed');
  station.readers.put('B', chip(factoryState(systemRandom)));
  const { holder: next } = await station.agree('B');
  expect(next.officialId).toBe(office.beto);
  await station.shows('B', 'done');
  expect(faults).toEqual([]);
  handsDown();
  await station.stop();
});

test('a display that fails at everything ends the station in order, and says with what', async () => {
  const station = await tryStation(fakeOffice());
  station.board.onEvent(() => {
    throw new Error('no display');
  });
  station.readers.put('A', chip(factoryState(systemRandom)));
  await expect(station.running).rejects.toThrow('no display');
});
