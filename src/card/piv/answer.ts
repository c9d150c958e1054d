import type { Facts } from '../../core/refusal.ts';
import { Refusal } from '../../core/refusal.ts';
import { exchange, expectDone, STATUS, type Command, type Response } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import type { CardCode } from '../code.ts';
import type { PivCode } from './code.ts';

export function refuse(code: PivCode, message: string, facts: Facts = {}): never {
  throw new Refusal<PivCode>(code, message, facts);
}

export function malformed(step: string, found: string): never {
  throw new Refusal<CardCode>('card/malformed', `${step}: ${found}`, { step, found });
}

/** Whether the card says that it has no such command, rather than that it declines this one. */
export function isUnsupported({ status }: Response): boolean {
  // Instruction, class, function in this state of its life, and Yubico's for an instruction switched off.
  return status === STATUS.instructionNotSupported || status === 0x6e00 || status === STATUS.notSupported;
}

/**
 * The data of an answer that is done.
 * @throws Refusal `card/not-allowed`, `card/unsupported`, `card/declined`
 */
export function done(response: Response, step: string): Uint8Array {
  if (response.status === STATUS.securityNotSatisfied) {
    refuse('card/not-allowed', `${step}: the card wants to be unlocked first`, { step });
  }
  if (isUnsupported(response)) refuse('card/unsupported', `${step}: not a command of this card`, { step });
  return expectDone(response, step);
}

/** Sends a command and takes the data of its answer. @throws as `done` and `exchange` do */
export async function perform(channel: CardChannel, command: Command, step: string): Promise<Uint8Array> {
  return done(await exchange(channel, command), step);
}

/** Tries left as a status tells them (ISO/IEC 7816-4 §5.6, `63Cx`; `6983` for none), or `undefined` for another status. */
export function triesOf(status: number): number | undefined {
  if (status === STATUS.blocked) return 0;
  return status >> 4 === 0x63c ? status & 0x0f : undefined;
}
