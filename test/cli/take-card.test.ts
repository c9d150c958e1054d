import { expect, test } from 'vitest';
import { expectOneReader, takeCard, type TakeOptions } from '../../cli/cards/take-card.ts';
import { Screen } from '../../cli/screen.ts';
import type { Readers } from '../../hardware/pcsc/readers.ts';
import { isRefusal, Outage } from '../../src/core/refusal.ts';
import { UsageError } from '../../cli/command.ts';
import { factoryState } from '../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { insertCard } from '../card/station/station-kit.ts';
import { softReaders, type SoftReaders } from './station/kit.ts';

interface Taking {
  readonly readers: SoftReaders;
  readonly said: () => string;
  /** The code and facts that it ended with, and after how long. */
  readonly ended: Promise<{ readonly code: string; readonly facts: unknown; readonly seconds: number }>;
}

function take(
  names: readonly string[],
  { isServed = true, ...options }: Partial<TakeOptions> & { isServed?: boolean },
): Taking {
  const readers = softReaders(names);
  if (!isServed) readers.serve(false);
  let said = '';
  const stream = { write: (text: string) => void (said += text) };
  const screen = new Screen({ language: 'es', json: false, out: stream, messages: stream, colour: false });
  const began = performance.now();
  const ended = takeCard(readers as unknown as Readers, screen, { parts: ['chip'], waitSeconds: 60, ...options }).then(
    () => expect.fail('there was no card'),
    (error: unknown) => {
      if (!(error instanceof Outage) && !isRefusal(error)) throw error;
      return { code: error.code, facts: error.facts, seconds: (performance.now() - began) / 1000 };
    },
  );
  return { readers, said: () => said, ended };
}

test('without a card service nobody is asked for a card, nor kept waiting for one', async () => {
  const { said, ended } = take(['A'], { isServed: false });
  expect(await ended).toMatchObject({ code: 'card/no-service' });
  expect((await ended).seconds).toBeLessThan(10);
  expect(said()).toBe('');
});

test('a card service that ends while a card is waited for ends the wait', async () => {
  const { readers, said, ended } = take(['A'], {});
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(said()).toMatch(/^Meta la tarjeta/);
  readers.serve(false);
  expect(await ended).toMatchObject({ code: 'card/no-service' });
  expect((await ended).seconds).toBeLessThan(10);
});

test('a reader of which there is none is told with those that are there, and waited for no longer', async () => {
  const { said, ended } = take(['Gemalto', 'Omnikey'], { reader: 'gemlato' });
  const { code, facts, seconds } = await ended;
  expect([code, facts]).toEqual(['card/no-reader', { reader: 'gemlato', readers: 'Gemalto, Omnikey' }]);
  expect(seconds).toBeLessThan(10);
  expect(said()).toBe('');
});

test('where no reader is connected one is asked for, and the card when it is there', async () => {
  const { readers, said, ended } = take([], { waitSeconds: 1 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(said()).toMatch(/^No hay ningún lector conectado[^\n]*\n$/);
  readers.plug('A');
  expect(await ended).toMatchObject({ code: 'card/none-in-reader' });
  expect(said()).toMatch(/\nMeta la tarjeta/);
});

test('before anybody is asked anything, cards in several readers and a reader of which there is none are refused', async () => {
  const readers = softReaders(['Gemalto', 'Omnikey']);
  const look = (reader?: string): Promise<void> =>
    expectOneReader(readers as unknown as Readers, { parts: ['chip'], reader });
  await look();
  await expect(look('gemlato')).rejects.toMatchObject({ code: 'card/no-reader' });
  readers.put('Gemalto', () => insertCard(factoryState(systemRandom)));
  await look();
  readers.put('Omnikey', () => insertCard(factoryState(systemRandom)));
  await expect(look()).rejects.toThrow(UsageError);
  await look('omni');
});
