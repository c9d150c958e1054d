import type { CardChannel } from '../../src/card/channel.ts';
import { toHex } from '../../src/core/bytes.ts';

/** A chip that shows its own CHUID to whoever looks first, and all that another one bears afterwards. */
export function turncoat(first: CardChannel, then: CardChannel): CardChannel {
  let looked = 0;
  const isOf = (command: Uint8Array, tag: string): boolean => toHex(command).includes(`5c03${tag}`);
  let from = first;
  return {
    ...first,
    async transmit(command) {
      if (isOf(command, '5fc102')) from = looked++ === 0 ? first : then;
      else if (isOf(command, '5fc106')) from = then;
      // What goes on with an answer that came in pieces is asked of the same one.
      else if (command[1] !== 0xc0) from = first;
      if (command[1] === 0xa4) await then.transmit(command);
      return from.transmit(command);
    },
  };
}
