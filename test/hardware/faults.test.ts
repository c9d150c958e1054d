import { describe, expect, test } from 'vitest';
import { exchange } from '../../src/card/apdu.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { Outage } from '../../src/core/refusal.ts';
import { withFaults, type Fault } from '../../hardware/faults.ts';

/** Counts what it executes, and answers the number. */
function counting(): CardChannel & { readonly executed: () => number; readonly closed: () => boolean } {
  let count = 0;
  let closed = false;
  return {
    atr: Uint8Array.of(0x3b, 0),
    executed: () => count,
    closed: () => closed,
    async transmit() {
      return Uint8Array.of(++count, 0x90, 0x00);
    },
    async close() {
      closed = true;
    },
  };
}

const COMMAND = Uint8Array.of(0, 0xcb, 0x3f, 0xff);

async function outageOf(act: Promise<unknown>): Promise<string> {
  const error: unknown = await act.then(
    () => expect.fail('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  return error instanceof Outage ? error.code : String(error);
}

describe.each([
  ['before', 2],
  ['after', 3],
] as const)('a fault at the third command, %s it was executed', (when, executed) => {
  const at = (fault: { kind: 'pull' | 'mute' | 'die' } | { kind: 'lie'; bytes: Uint8Array }): Fault => ({
    ...fault,
    at: 2,
    when,
  });

  test('pulls the card, for good', async () => {
    const card = counting();
    const channel = withFaults(card, [at({ kind: 'pull' })]);
    expect([await channel.transmit(COMMAND), await channel.transmit(COMMAND)].map((answer) => answer[0])).toEqual([
      1, 2,
    ]);
    expect(await outageOf(channel.transmit(COMMAND))).toBe('card/removed');
    expect(await outageOf(channel.transmit(COMMAND))).toBe('card/removed');
    expect([card.executed(), card.closed()]).toEqual([executed, true]);
  });

  test('makes it mute until the channel is closed', async () => {
    const card = counting();
    const channel = withFaults(card, [at({ kind: 'mute' })]);
    await channel.transmit(COMMAND);
    await channel.transmit(COMMAND);
    const waiting = outageOf(channel.transmit(COMMAND));
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 20, 'still waiting'))]);
    expect(first).toBe('still waiting');
    await channel.close();
    expect(await waiting).toBe('card/mute');
    expect(card.executed()).toBe(executed);
  });

  test('kills it', async () => {
    const card = counting();
    const channel = withFaults(card, [at({ kind: 'die' })]);
    for (let count = 0; count < 2; count++) await channel.transmit(COMMAND);
    for (let count = 0; count < 3; count++) expect(await channel.transmit(COMMAND)).toEqual(Uint8Array.of(0x6f, 0));
    expect([card.executed(), channel.sent]).toEqual([executed, 5]);
  });

  test('has it lie once', async () => {
    const card = counting();
    const channel = withFaults(card, [at({ kind: 'lie', bytes: Uint8Array.of(9, 0x90, 0) })]);
    const told: (number | undefined)[] = [];
    for (let count = 0; count < 4; count++) told.push((await channel.transmit(COMMAND))[0]);
    expect(told).toEqual([1, 2, 9, executed + 1]);
  });

  test('gives an answer of no length, which is told as a pull', async () => {
    const channel = withFaults(counting(), [{ kind: 'lie', bytes: new Uint8Array(), at: 0, when }]);
    expect(await outageOf(exchange(channel, { ins: 0xcb, p1: 0, p2: 0 }))).toBe('card/removed');
  });
});
