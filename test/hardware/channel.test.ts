import { expect, test } from 'vitest';
import { channelOf } from '../../hardware/pcsc/channel.ts';
import type { DriverProcess } from '../../hardware/pcsc/supervisor.ts';
import { outage } from '../../hardware/pcsc/supervisor.ts';
import { exchange } from '../../src/card/apdu.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { outageOf } from '../support/scripted-card.ts';

const EXCHANGE_MS = 400;

/** A card that takes some milliseconds for each answer, behind a process that is killed when one takes too long. */
function slowCard(answerOf: (command: Uint8Array) => readonly number[], ms: number) {
  const asked: Uint8Array[] = [];
  let killed = 0;
  const process: DriverProcess = {
    kill: () => void killed++,
    async ask(act, deadline, late) {
      if (act.act !== 'transmit') return undefined;
      asked.push(act.command);
      const took = Math.min(ms, deadline);
      await new Promise((resolve) => setTimeout(resolve, took));
      if (took < ms) throw outage(late, 'too late');
      return Uint8Array.from(answerOf(act.command));
    },
  };
  const released: unknown[] = [];
  const deadlines = { deadlineOf: () => EXCHANGE_MS / 2, exchangeMs: EXCHANGE_MS };
  const channel = channelOf(process, new Uint8Array(2), deadlines, (why) => released.push(why));
  return { channel, asked, released, killed: () => killed };
}

const READ = { ins: 0xcb, p1: 0x3f, p2: 0xff, data: Uint8Array.of(0x5c, 0), expectsData: true };
const native = async (channel: CardChannel): Promise<void> => {
  await channel.transmit(Uint8Array.of(0x90, 0xf5, 0, 0, 0));
  for (;;) await channel.transmit(Uint8Array.of(0x90, 0xaf, 0, 0, 0));
};

test.each<readonly [string, readonly number[], (channel: CardChannel) => Promise<unknown>]>([
  ['one byte an answer, and always promises more', [0x5a, 0x61, 0x01], (channel) => exchange(channel, READ)],
  [
    'its time for each piece of a long command',
    [0x90, 0x00],
    (channel) => exchange(channel, { ...READ, data: new Uint8Array(60_000) }),
  ],
  ['one byte a frame, of a tag, and always promises more', [0x5a, 0x91, 0xaf], native],
])('a card that gives %s is mute when the whole takes too long', async (_, answer, act) => {
  const { channel, asked, released, killed } = slowCard(() => answer, 20);
  const started = performance.now();
  expect(await outageOf(() => act(channel))).toBe('card/mute');
  expect(performance.now() - started).toBeLessThan(EXCHANGE_MS + 150);
  expect(asked.length).toBeGreaterThan(2);
  expect([released.length, killed()]).toEqual([1, 1]);
});

test('commands that follow one another have each the time of its own', async () => {
  const { channel } = slowCard(() => [0x90, 0x00], 40);
  const started = performance.now();
  while (performance.now() - started < 2 * EXCHANGE_MS) await exchange(channel, READ);
});
