import { concat, equalSecret } from '../../core/bytes.ts';
import type { BlockCiphers } from '../../core/block-ciphers.ts';
import type { Random } from '../../core/random.ts';
import { Refusal } from '../../core/refusal.ts';
import type { CardChannel } from '../channel.ts';
import type { TagCode } from './code.ts';
import type { KeyNumber } from './keys.ts';
import {
  commandMac,
  decipher,
  encipher,
  MAC_LENGTH,
  responseMac,
  sessionKeys,
  type CommMode,
  type Messaging,
} from './messaging.ts';
import { declined, expectLength, expectNative, INS, malformed, NATIVE, sendNative } from './native.ts';

export interface TagDeps {
  readonly channel: CardChannel;
  readonly ciphers: BlockCiphers;
  readonly random: Random;
}

export interface TagCommand {
  readonly ins: number;
  /** What is being done, for a refusal. */
  readonly step: string;
  readonly mode: CommMode;
  /** Travels in the clear, under the MAC. */
  readonly header?: Uint8Array;
  /** Travels enciphered in the mode `full`. */
  readonly data?: Uint8Array;
  /** The status of success where it is not 9100. */
  readonly expected?: number;
}

/** Proven to each other: the tag holds the key, and we do. One command at a time; after any failure it is over. */
export interface TagSession {
  readonly keyNumber: KeyNumber;
  /**
   * Sends a command and resolves to the data of its answer, whose MAC was checked (there is none in the mode `plain`).
   * @throws Refusal `card/declined`; `card/malformed`, `tag/not-proven` for a MAC that is wrong: what the tag did is unknown
   * @throws Outage as the channel does
   */
  send(command: TagCommand): Promise<Uint8Array>;
  /** The same for a command that ends the session by succeeding: the answer has neither data nor MAC. */
  sendLast(command: TagCommand): Promise<void>;
  /**
   * Goes on under another key, transaction and counter kept (AuthenticateEV2NonFirst, §9.1.6). `undefined` where the tag
   * holds another key. Either way this session is over.
   */
  authenticate(keyNumber: KeyNumber, key: Uint8Array): Promise<TagSession | undefined>;
}

const CHALLENGE = 16;
const ZERO = new Uint8Array(CHALLENGE);
/** CmdCtr is of 16 bits: the tag refuses what comes after its last value. */
const MOST_COMMANDS = 0xffff;
/** PDCap2.1, bit 1: the tag speaks LRP for ever. */
const LRP = 0x02;

/**
 * Mutual authentication (AuthenticateEV2First, NT4H2421Gx §9.1.5): one attempt. `undefined` where the tag holds another
 * key, which it counts: it answers more and more slowly after 50 in a row, and a key is gone after 1,000.
 * @throws Refusal `tag/delayed`, `tag/key-locked`, `tag/lrp`, `tag/not-proven`, `card/declined`, `card/malformed`
 */
export async function authenticateFirst(
  deps: TagDeps,
  keyNumber: KeyNumber,
  key: Uint8Array,
): Promise<TagSession | undefined> {
  // No capabilities of ours (LenCap 0): none of LRP either.
  const shaken = await shakeHands(deps, INS.authenticateFirst, Uint8Array.of(keyNumber, 0), key);
  if (!shaken) return undefined;
  const { answer, rndA, rndB } = shaken;
  const plain = deps.ciphers.aesCbcDecrypt(key, ZERO, expectLength(answer, 2 * CHALLENGE, 'authenticate'));
  proveAnswer(plain.subarray(4, 4 + CHALLENGE), rndA);
  const capabilities = plain.subarray(4 + CHALLENGE);
  if ((capabilities[0]! & LRP) !== 0) refuse('tag/lrp', 'the tag is in LRP mode');
  if (capabilities.subarray(6).some((byte) => byte !== 0)) malformed('authenticate', 'capabilities that were not sent');
  const transaction = plain.slice(0, 4);
  return session(deps, keyNumber, { ...sessionKeys(deps.ciphers, key, rndA, rndB), transaction, counter: 0 });
}

async function authenticateNext(
  deps: TagDeps,
  keyNumber: KeyNumber,
  key: Uint8Array,
  before: Messaging,
): Promise<TagSession | undefined> {
  const shaken = await shakeHands(deps, INS.authenticateNonFirst, Uint8Array.of(keyNumber), key);
  if (!shaken) return undefined;
  const { answer, rndA, rndB } = shaken;
  proveAnswer(deps.ciphers.aesCbcDecrypt(key, ZERO, expectLength(answer, CHALLENGE, 'authenticate')), rndA);
  return session(deps, keyNumber, { ...before, ...sessionKeys(deps.ciphers, key, rndA, rndB) });
}

interface Shaken {
  readonly answer: Uint8Array;
  readonly rndA: Uint8Array;
  readonly rndB: Uint8Array;
}

async function shakeHands(
  { channel, ciphers, random }: TagDeps,
  ins: number,
  header: Uint8Array,
  key: Uint8Array,
): Promise<Shaken | undefined> {
  const first = await sendNative(channel, ins, header);
  if (first.status === NATIVE.authenticationDelay) refuse('tag/delayed', 'the tag delays authentication');
  if (first.status === NATIVE.permissionDenied)
    refuse('tag/key-locked', 'the tag has locked the key, or is in LRP mode');
  const challenge = expectNative(first, 'authenticate', NATIVE.additionalFrame);
  // In LRP mode a byte for the mode stands in front (§10.4.3).
  if (challenge.length === CHALLENGE + 1) refuse('tag/lrp', 'the tag is in LRP mode');
  const rndB = ciphers.aesCbcDecrypt(key, ZERO, expectLength(challenge, CHALLENGE, 'authenticate'));
  const rndA = random(CHALLENGE);
  const proof = ciphers.aesCbcEncrypt(key, ZERO, concat(rndA, rotated(rndB)));
  const second = await sendNative(channel, INS.additionalFrame, proof);
  if (second.status === NATIVE.authentication) return undefined;
  if (second.status === NATIVE.authenticationDelay) refuse('tag/delayed', 'the tag delays authentication');
  return { answer: expectNative(second, 'authenticate'), rndA, rndB };
}

/** One byte to the left. */
export function rotated(bytes: Uint8Array): Uint8Array {
  return concat(bytes.subarray(1), bytes.subarray(0, 1));
}

function proveAnswer(answer: Uint8Array, rndA: Uint8Array): void {
  if (!equalSecret(answer, rotated(rndA))) refuse('tag/not-proven', 'the tag does not prove its key');
}

function session(deps: TagDeps, keyNumber: KeyNumber, start: Messaging): TagSession {
  const { channel, ciphers } = deps;
  let messaging: Messaging | undefined = start;

  /** What holds for the next command; none after it, unless it succeeds. */
  const take = (): Messaging => {
    if (!messaging) throw new Error('this session with a tag is over');
    if (messaging.counter === MOST_COMMANDS) throw new Error('too many commands in one session with a tag');
    const taken = messaging;
    messaging = undefined;
    return taken;
  };

  const transmit = async (now: Messaging, { ins, mode, header, data }: TagCommand) => {
    const told = data ?? new Uint8Array();
    const body = concat(
      header ?? new Uint8Array(),
      mode === 'full' ? encipher(ciphers, now, 'command', now.counter, told) : told,
    );
    const mac = mode === 'plain' ? new Uint8Array() : commandMac(ciphers, now, ins, body);
    return sendNative(channel, ins, concat(body, mac));
  };

  return {
    keyNumber,
    async send(command) {
      const now = take();
      const response = await transmit(now, command);
      const answer = expectNative(response, command.step, command.expected);
      const data = command.mode === 'plain' ? answer : opened(ciphers, now, command, answer, response.status & 0xff);
      messaging = { ...now, counter: now.counter + 1 };
      return data;
    },
    async sendLast(command) {
      const { data, status } = await transmit(take(), command);
      if (status !== NATIVE.done) declined(command.step, status);
      expectLength(data, 0, command.step);
    },
    async authenticate(next, key) {
      return authenticateNext(deps, next, key, take());
    },
  };
}

/** The data of an answer whose MAC is right. */
function opened(
  ciphers: BlockCiphers,
  now: Messaging,
  { mode, step }: TagCommand,
  answer: Uint8Array,
  code: number,
): Uint8Array {
  const end = answer.length - MAC_LENGTH;
  if (end < 0) malformed(step, 'an answer without a MAC');
  const body = answer.subarray(0, end);
  if (!equalSecret(answer.subarray(end), responseMac(ciphers, now, code, body))) {
    refuse('tag/not-proven', `${step}: the MAC of the answer is wrong`);
  }
  if (mode === 'mac') return body;
  return decipher(ciphers, now, 'response', now.counter + 1, body) ?? malformed(step, 'padding that is none');
}

function refuse(code: TagCode, message: string): never {
  throw new Refusal<TagCode>(code, message);
}
