import { expect } from 'vitest';
import type { CardChannel } from '../../src/card/channel.ts';
import { Outage } from '../../src/core/refusal.ts';

export const ATR: Uint8Array = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);
export const DONE: Uint8Array = Uint8Array.of(0x90, 0x00);
/** A command that means nothing. */
export const PING: Uint8Array = Uint8Array.of(0x00, 0x01, 0x00, 0x00);

/** A card that answers by instruction, and counts what happens to it. */
export class ScriptedCard {
  readonly atr: Uint8Array;
  readonly told: Uint8Array[] = [];
  powered = 0;
  readonly #answer: (command: Uint8Array) => Uint8Array | Promise<Uint8Array>;

  constructor(answer: (command: Uint8Array) => Uint8Array | Promise<Uint8Array> = () => DONE, atr: Uint8Array = ATR) {
    this.#answer = answer;
    this.atr = atr;
  }

  powerUp = (): CardChannel => {
    this.powered++;
    return {
      atr: this.atr,
      transmit: async (command) => {
        this.told.push(command);
        return this.#answer(command);
      },
      close: async () => {},
    };
  };
}

/** The code of the outage that `act` ends in; fails when it does anything else. */
export async function outageOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Outage) return error.code;
    throw error;
  }
  return expect.fail('there was no outage');
}

/** Of 15 commands, in milliseconds: one that is late because the machine is busy does not count. */
export async function median(channel: CardChannel): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 15; i++) {
    const started = performance.now();
    await channel.transmit(PING);
    took.push(performance.now() - started);
  }
  return took.toSorted((a, b) => a - b)[7]!;
}
