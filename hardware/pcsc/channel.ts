import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import type { Outage } from '../../src/core/refusal.ts';
import { LONGEST_RESPONSE } from './driver.ts';
import { outage, type DriverProcess } from './supervisor.ts';

/** Milliseconds that a card has to answer a command. */
export type DeadlineOf = (command: Uint8Array) => number;

export interface Deadlines {
  /** Of one command, which may be a piece. */
  readonly deadlineOf?: DeadlineOf;
  /** Of all pieces of one command and its answer together. */
  readonly exchangeMs?: number;
}

const GENERATE_KEY = 0x47;
const GENERATE_MS = 30_000;
const COMMAND_MS = 5_000;
const DISCONNECT_MS = 3_000;
/** An extended command (ISO/IEC 7816-4 §5.1): header, length, data, length. */
const LONGEST_COMMAND = 4 + 3 + 65_535 + 2;

/** So long all pieces of one command and its answer may take together: a key of RSA-2048, or 13 kB, the largest object, on a slow card. */
const EXCHANGE_MS = 40_000;
const CHAINED = 0x10;
const GET_RESPONSE = 0xc0;
/** Native frames of a tag: class, and the instruction that asks for the next one. */
const NATIVE = 0x90;
const NEXT_FRAME = 0xaf;

/** RSA-2048 on a card takes up to 14 s; everything else that we ask is done within one. */
export const usualDeadline: DeadlineOf = (command) => (command[1] === GENERATE_KEY ? GENERATE_MS : COMMAND_MS);

/** Whether a command asks for the rest of an answer. */
function asksForMore([cla, ins]: Uint8Array): boolean {
  return cla === NATIVE ? ins === NEXT_FRAME : ins === GET_RESPONSE;
}

/** The card that `process` is connected to. `released` is called once, when nobody holds it any more. */
export function channelOf(
  process: DriverProcess,
  atr: Uint8Array,
  { deadlineOf = usualDeadline, exchangeMs = EXCHANGE_MS }: Deadlines,
  released: (why?: Outage<CardOutageCode>) => void,
): CardChannel {
  let under: Promise<unknown> | undefined;
  let isChained = false;
  /** When the exchange has to be over that the command under way is a piece of. */
  let until = 0;
  let failed: Outage<CardOutageCode> | undefined;
  let closing: Promise<void> | undefined;

  /** After a failure nobody knows what the card did, nor what the library still holds: both start anew. */
  function fail(why: Outage<CardOutageCode>): never {
    failed = why;
    process.kill(why);
    released(why);
    throw why;
  }

  async function ask(command: Uint8Array): Promise<Uint8Array> {
    const act = { act: 'transmit', command: Uint8Array.from(command) } as const;
    let response: Uint8Array;
    // A card that gives one byte an answer, and always promises more, answers each piece in time.
    if (!isChained && !asksForMore(command)) until = performance.now() + exchangeMs;
    isChained = (command[0]! & CHAINED) !== 0 && command[0] !== NATIVE;
    const left = Math.ceil(until - performance.now());
    if (left <= 0) fail(outage('card/mute', 'the answer does not come to an end'));
    try {
      response = (await process.ask(act, Math.min(deadlineOf(command), left), 'card/mute')) ?? new Uint8Array();
    } catch (error) {
      return fail(error as Outage<CardOutageCode>);
    }
    if (response.length < 2) fail(outage('card/removed', `an answer of ${response.length} bytes, told as a success`));
    if (response.length > LONGEST_RESPONSE) fail(outage('card/mute', `an answer of ${response.length} bytes`));
    return Uint8Array.from(response);
  }

  async function disconnect(): Promise<void> {
    await under?.catch(() => {});
    if (failed) return;
    try {
      await process.ask({ act: 'disconnect' }, DISCONNECT_MS, 'card/mute');
    } catch (error) {
      process.kill(error as Outage<CardOutageCode>);
    }
    released();
  }

  return {
    atr,
    async transmit(command) {
      if (failed) throw failed;
      if (closing || under) throw new Error(closing ? 'the card was let go' : 'one command at a time');
      if (command.length < 4 || command.length > LONGEST_COMMAND)
        throw new RangeError(`a command of ${command.length} bytes`);
      under = ask(command);
      try {
        return (await under) as Uint8Array;
      } finally {
        under = undefined;
      }
    },
    close: () => (closing ??= disconnect()),
  };
}
