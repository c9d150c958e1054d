import { concat } from '../../core/bytes.ts';
import { exchange, STATUS, type Command, type Response } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import { done, isUnsupported, malformed, refuse, triesOf } from './answer.ts';
import { PIN_REFERENCE, PUK_REFERENCE } from './reference.ts';
import { readMetadata } from './vendor.ts';

/** Left of a PIN: verified in this session (then its counter is full), or so many tries. */
export type PinState =
  { readonly verified: true; readonly triesLeft?: never } | { readonly verified: false; readonly triesLeft: number };

export interface KnownTries {
  /**
   * What is known of the counter, so that the card is not asked for it: as it told it before in this session, or `full`, as
   * the card was given this very secret in it, or took it.
   */
  readonly tries?: number | 'full';
}

export interface UnknownTries extends KnownTries {
  /** A card that does not say how many tries its PUK has left is tried all the same: the caller counts. */
  readonly acceptUnknownTries?: boolean;
}

const SECRET_BYTES = 8;
const FILLER = 0xff;

/** Spends nothing: VERIFY without data (SP 800-73-5 Part 2 §3.2.1). @throws Refusal `card/malformed`, `card/declined` */
export async function readPinState(channel: CardChannel): Promise<PinState> {
  const response = await exchange(channel, { ins: 0x20, p1: 0, p2: PIN_REFERENCE });
  if (response.status === STATUS.done) return { verified: true };
  const triesLeft = triesOf(response.status);
  if (triesLeft !== undefined) return { verified: false, triesLeft };
  done(response, 'PIN tries');
  return malformed('PIN tries', 'an answer of another kind');
}

/**
 * Spends nothing. The standard has no way to ask: metadata where the card has them, else VERIFY without data for the PUK,
 * which some take. `undefined` where the card does not say.
 */
export async function readPukTries(channel: CardChannel): Promise<number | undefined> {
  const metadata = await readMetadata(channel, PUK_REFERENCE);
  if (metadata !== undefined && metadata !== 'none' && metadata.triesLeft !== undefined) return metadata.triesLeft;
  return triesOf((await exchange(channel, { ins: 0x20, p1: 0, p2: PUK_REFERENCE })).status);
}

/**
 * @param pin its digits, also as bytes (ASCII) that whoever gives them can wipe
 * @throws Refusal `card/pin-malformed`, `card/pin-last-try`, `card/pin-blocked` before anything is tried; `card/pin-wrong`
 */
export async function verifyPin(
  channel: CardChannel,
  pin: string | Uint8Array,
  options: KnownTries = {},
): Promise<void> {
  const data = padded(pin, 'pin');
  await checkPinTries(channel, options);
  await present(channel, { ins: 0x20, p1: 0, p2: PIN_REFERENCE, data }, 'pin');
}

/** @throws Refusal as `verifyPin` */
export async function changePin(channel: CardChannel, current: string, next: string): Promise<void> {
  const data = concat(padded(current, 'pin'), padded(next, 'pin'));
  await checkPinTries(channel);
  await present(channel, { ins: 0x24, p1: 0, p2: PIN_REFERENCE, data }, 'pin');
}

/**
 * @throws Refusal `card/puk-malformed`, `card/puk-last-try`, `card/puk-blocked`, `card/puk-tries-unknown` before anything is
 * tried; `card/puk-wrong`
 */
export async function changePuk(
  channel: CardChannel,
  current: string,
  next: string,
  options: UnknownTries = {},
): Promise<void> {
  const data = concat(padded(current, 'puk'), padded(next, 'puk'));
  await checkPukTries(channel, options);
  await present(channel, { ins: 0x24, p1: 0, p2: PUK_REFERENCE, data }, 'puk');
}

/** A new PIN with the PUK, with all of its tries: RESET RETRY COUNTER. @throws Refusal as `changePuk`, `card/pin-malformed` */
export async function unblockPin(
  channel: CardChannel,
  puk: string,
  next: string,
  options: UnknownTries = {},
): Promise<void> {
  const data = concat(padded(puk, 'puk'), padded(next, 'pin'));
  await checkPukTries(channel, options);
  await present(channel, { ins: 0x2c, p1: 0, p2: PIN_REFERENCE, data }, 'puk');
}

async function checkPinTries(channel: CardChannel, { tries }: KnownTries = {}): Promise<void> {
  if (tries === 'full') return;
  const state: PinState = tries === undefined ? await readPinState(channel) : { verified: false, triesLeft: tries };
  if (!state.verified) checkTries(state.triesLeft, 'pin');
}

async function checkPukTries(channel: CardChannel, { acceptUnknownTries = false, tries }: UnknownTries): Promise<void> {
  if (tries === 'full') return;
  const triesLeft = tries ?? (await readPukTries(channel));
  if (triesLeft !== undefined) checkTries(triesLeft, 'puk');
  else if (!acceptUnknownTries)
    refuse('card/puk-tries-unknown', 'the card does not say how many tries its PUK has left');
}

type Secret = 'pin' | 'puk';

/** @throws Refusal `card/pin-last-try`, `card/pin-blocked`, or the same of the PUK */
export function checkTries(triesLeft: number, secret: Secret): void {
  const name = secret.toUpperCase();
  if (triesLeft === 0) refuse(`card/${secret}-blocked`, `the ${name} is blocked`);
  if (triesLeft === 1) refuse(`card/${secret}-last-try`, `one try is left for the ${name}`, { triesLeft });
}

/** Sends a secret, once. Neither it nor the command is in any error. */
async function present(channel: CardChannel, command: Command, secret: Secret): Promise<void> {
  const response = await exchange(channel, { ...command, isSecret: true }).finally(() => command.data?.fill(0));
  if (response.status === STATUS.done) return;
  const name = secret.toUpperCase();
  const triesLeft = triesOf(response.status);
  if (triesLeft === 0) refuse(`card/${secret}-blocked`, `the ${name} was wrong, and is blocked`);
  if (triesLeft !== undefined) refuse(`card/${secret}-wrong`, `the ${name} is wrong, ${triesLeft} left`, { triesLeft });
  if (isWrong(response)) refuse(`card/${secret}-wrong`, `the ${name} is wrong`);
  done(response, name);
}

/** Without a number: authentication failed, said as ISO/IEC 7816-4 §5.6 does without a counter. */
function isWrong(response: Response): boolean {
  return !isUnsupported(response) && response.status === 0x6300;
}

/** Eight bytes: ASCII digits, filled up with FF (SP 800-73-5 Part 2 §2.4.3). */
function padded(digits: string | Uint8Array, secret: Secret): Uint8Array {
  const { length } = digits;
  const out = new Uint8Array(SECRET_BYTES).fill(FILLER);
  let isWell = length >= 6 && length <= SECRET_BYTES;
  for (let at = 0; isWell && at < length; at++) {
    const digit = typeof digits === 'string' ? digits.charCodeAt(at) : digits[at]!;
    isWell = digit >= 0x30 && digit <= 0x39;
    out[at] = digit;
  }
  if (isWell) return out;
  out.fill(0);
  return refuse(`card/${secret}-malformed`, `the ${secret.toUpperCase()} is not 6 to 8 digits`);
}
