import { Outage } from '../src/core/refusal.ts';
import type { CardChannel } from '../src/card/channel.ts';
import type { CardOutageCode } from '../src/card/code.ts';

/**
 * What goes wrong with a card:
 * - `pull`: it is taken out of the reader; whoever speaks to it is told so from then on.
 * - `mute`: it never answers; the command ends when the channel is closed.
 * - `die`: it answers 6F00 to this and whatever comes.
 * - `lie`: it answers these bytes, with or without a status, and goes on.
 */
export type FaultKind =
  { readonly kind: 'pull' | 'mute' | 'die' } | { readonly kind: 'lie'; readonly bytes: Uint8Array };

export type Fault = FaultKind & {
  /** At which APDU: the first that is sent is 0. Parts of chains and GET RESPONSE count. */
  readonly at: number;
  /** Before the card has executed it, or after. */
  readonly when: 'before' | 'after';
};

export interface FaultyChannel extends CardChannel {
  /** How many APDUs were sent. */
  readonly sent: number;
}

/** Speaks to `channel`, and has `faults` happen on the way. */
export function withFaults(channel: CardChannel, faults: readonly Fault[]): FaultyChannel {
  let sent = 0;
  let state: 'well' | 'pulled' | 'dead' = 'well';
  let hangUp: (() => void) | undefined;

  /** The answer instead of the card's, or a failure. */
  const fail = async (fault: Fault): Promise<Uint8Array> => {
    switch (fault.kind) {
      case 'lie':
        return fault.bytes;
      case 'die':
        state = 'dead';
        return Uint8Array.of(0x6f, 0x00);
      case 'pull':
        state = 'pulled';
        await channel.close();
        throw removed();
      case 'mute':
        await new Promise<void>((resolve) => (hangUp = resolve));
        throw new Outage<CardOutageCode>('card/mute', 'the card does not answer');
    }
  };

  return {
    atr: channel.atr,
    get sent() {
      return sent;
    },
    async transmit(command) {
      if (state === 'pulled') throw removed();
      const at = sent++;
      if (state === 'dead') return Uint8Array.of(0x6f, 0x00);
      const fault = faults.find((one) => one.at === at);
      if (fault?.when === 'before') return fail(fault);
      const response = await channel.transmit(command);
      return fault ? fail(fault) : response;
    },
    async close() {
      hangUp?.();
      await channel.close();
    },
  };
}

function removed(): Outage<CardOutageCode> {
  return new Outage('card/removed', 'the card was pulled');
}
