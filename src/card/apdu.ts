import { concat } from '../core/bytes.ts';
import { Outage, Refusal } from '../core/refusal.ts';
import type { CardChannel } from './channel.ts';
import type { CardCode, CardOutageCode } from './code.ts';

/** A command APDU (ISO/IEC 7816-4 §5.1), before it is cut into pieces that every reader passes. */
export interface Command {
  /** Class byte; 0 unless told. */
  readonly cla?: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** Asks for an answer of up to 256 bytes; more comes by GET RESPONSE. */
  readonly expectsData?: boolean;
  /** With it, asks for so many bytes, 1 to 255. */
  readonly expectedLength?: number;
  /** A PIN or a PUK is in it: what is made to send it is wiped behind it. */
  readonly isSecret?: boolean;
}

export interface Response {
  readonly data: Uint8Array;
  /** SW1 and SW2, as one number: 0x9000 is done. */
  readonly status: number;
}

/** Status bytes (ISO/IEC 7816-4 §5.6). */
export const STATUS = {
  done: 0x9000,
  securityNotSatisfied: 0x6982,
  blocked: 0x6983,
  conditionsNotSatisfied: 0x6985,
  wrongData: 0x6a80,
  notSupported: 0x6a81,
  notFound: 0x6a82,
  noSpace: 0x6a84,
  incorrectParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  wrongLength: 0x6700,
  instructionNotSupported: 0x6d00,
} as const;

/** So much data goes into one short command. */
const MOST_DATA = 255;
/** ISO/IEC 7816-4 §5.3.3: the command is one of a chain, and not its last. */
const CHAINED = 0x10;
/** The largest object that a PIV card holds is below 13 kB: a card that goes on after this says nothing of use. */
const MOST_ANSWERED = 65_536;
const MOST_PARTS = 512;
const GET_RESPONSE = 0xc0;

/**
 * Sends a command, in a chain where its data are long, and fetches all of the answer: `61xx` with GET RESPONSE, `6Cxx`
 * with the length that the card names. The status is for the caller to judge; a chain ends where the card declines a part of it.
 * @throws Refusal `card/malformed` for an answer that is too short to have a status, or has no end
 * @throws Outage as the channel does
 */
export async function exchange(channel: CardChannel, command: Command): Promise<Response> {
  const data = command.data ?? new Uint8Array();
  let at = 0;
  for (; data.length - at > MOST_DATA; at += MOST_DATA) {
    const part = await send(channel, { ...command, expectsData: false }, data.subarray(at, at + MOST_DATA), CHAINED);
    if (part.status !== STATUS.done) return part;
  }
  return whole(channel, command, await send(channel, command, data.subarray(at), 0, command.expectedLength));
}

async function whole(channel: CardChannel, command: Command, first: Response): Promise<Response> {
  const parts = [first.data];
  let length = first.data.length;
  let { status } = first;
  for (let count = 0; status >> 8 === 0x61; count++) {
    const more: Command = { cla: (command.cla ?? 0) & ~CHAINED, ins: GET_RESPONSE, p1: 0, p2: 0, expectsData: true };
    const part = await send(channel, more, new Uint8Array(), 0, status & 0xff);
    // A card that answers nothing and promises more would be asked for ever.
    if (part.data.length === 0 && part.status >> 8 === 0x61) malformed(command, 'an empty part of an answer');
    length += part.data.length;
    if (length > MOST_ANSWERED || count === MOST_PARTS) malformed(command, 'an answer without an end');
    parts.push(part.data);
    ({ status } = part);
  }
  return { data: parts.length === 1 ? parts[0]! : concat(...parts), status };
}

/** One APDU, and once more with the length that the card names. `expected` 0 stands for 256. */
async function send(
  channel: CardChannel,
  command: Command,
  data: Uint8Array,
  chaining: number,
  expected = 0,
): Promise<Response> {
  const bytes = encode(command, data, chaining, expected);
  const answered = await channel.transmit(bytes).finally(() => command.isSecret && bytes.fill(0));
  const response = read(command, answered);
  if (response.status >> 8 !== 0x6c || !command.expectsData) return response;
  return read(command, await channel.transmit(encode(command, data, chaining, response.status & 0xff)));
}

function encode(
  { cla = 0, ins, p1, p2, expectsData = false }: Command,
  data: Uint8Array,
  chaining: number,
  expected: number,
): Uint8Array {
  const head = Uint8Array.of(cla | chaining, ins, p1, p2);
  const body = data.length === 0 ? data : concat(Uint8Array.of(data.length), data);
  return concat(head, body, expectsData ? Uint8Array.of(expected) : new Uint8Array());
}

function read(command: Command, response: Uint8Array): Response {
  // A card that is pulled while it works was seen to give an answer of no length, told as a success.
  if (response.length === 0) throw new Outage<CardOutageCode>('card/removed', 'an answer of no length');
  if (response.length < 2) malformed(command, 'an answer without a status');
  const end = response.length - 2;
  return { data: response.subarray(0, end), status: (response[end]! << 8) | response[end + 1]! };
}

function malformed({ ins }: Command, found: string): never {
  const step = ins.toString(16).padStart(2, '0');
  throw new Refusal<CardCode>('card/malformed', `command ${step}: ${found}`, { step, found });
}

/** The data of a response that is done. @throws Refusal `card/declined` for any other */
export function expectDone({ data, status }: Response, step: string): Uint8Array {
  if (status === STATUS.done) return data;
  const facts = { step, status: status.toString(16).padStart(4, '0') };
  throw new Refusal<CardCode>('card/declined', `${step}: the card answers ${facts.status}`, facts);
}
