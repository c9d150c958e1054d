import type { CardChannel } from '../../../src/card/channel.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';

export interface ScriptedTag extends CardChannel {
  readonly told: string[];
  readonly answers: string[];
}

/** A tag that answers from a list of hexadecimal texts, and remembers what it was told. */
export function scriptedTag(...answers: string[]): ScriptedTag {
  const told: string[] = [];
  return {
    atr: Uint8Array.of(0x3b, 0x80),
    told,
    answers,
    async transmit(command) {
      told.push(toHex(command));
      return fromHex(answers.shift() ?? '6f00')!;
    },
    async close() {},
  };
}
