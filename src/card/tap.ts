/** A tap, from the address that it opened to its place in the count of the tag. Whose card it is, is judged elsewhere. */
import type { BlockCiphers } from '../core/block-ciphers.ts';
import type { Pause } from '../core/time.ts';
import { parseCardNumber, type CardNumber } from './card.ts';
import type { TagBatch } from './ntag424/sun.ts';
import { checkTapMac, openPicc, type Tap, type TapAddress } from './ntag424/tap-address.ts';
import { parseTagUid, type TagUid } from './ntag424/uid.ts';

/** A tag of ours, as the register has it. */
export interface RegisteredTag {
  /** That it is in. */
  readonly card: CardNumber;
  readonly batch: TagBatch;
  /** Of its keys: 1 to 255. */
  readonly keyVersion: number;
}

export interface TagRegister {
  /**
   * The tag of this number with each card that it is or was part of, the last first, whatever became of the card; none for a tag
   * that is none of ours. Each has keys of its own version. Calls may run at once.
   */
  findTags(uid: TagUid): Promise<readonly RegisteredTag[]>;
  /** @throws Refusal `log/opening-missing` where nobody can read any more which card some tag was made part of: it may be any */
  expectReadTags(): Promise<void>;
}

/** The two keys that a tap is judged with, and none that changes a tag. From memory: how long it takes tells nothing. */
export interface TapKeys {
  /** Key 2 of this batch; `undefined` for a batch that is none of ours. */
  metaReadKey(batch: TagBatch): Promise<Uint8Array | undefined>;
  /** Key 1 of this tag, ours or not: it is derived. */
  fileReadKey(uid: TagUid, keyVersion: number): Promise<Uint8Array>;
}

/**
 * `skipped`: how many taps there were between the last one that was used and this one, which nobody opened: what somebody who
 * read the card beforehand, to use an address later, leaves behind. `replayed`: this tap was used before, or a later one was.
 */
export type TapUse = { readonly outcome: 'accepted'; readonly skipped: number } | { readonly outcome: 'replayed' };

export interface TapCounters {
  /**
   * Uses up every tap of this tag and key version as far as `counter`, where it is above all that were used before. Durable
   * before it resolves; compared and set at once: of any number of calls with one counter, one is accepted.
   */
  advance(uid: TagUid, keyVersion: number, counter: number): Promise<TapUse>;
}

export interface JudgeTapDeps {
  readonly tags: TagRegister;
  readonly keys: TapKeys;
  readonly counters: TapCounters;
  readonly ciphers: BlockCiphers;
  readonly pause: Pause;
}

export type JudgedTap =
  | { readonly outcome: 'unknown' }
  | (TapUse & {
      /** That the tag is in, or was in when it made the address. */
      readonly card: CardNumber;
    });

/** Longer than anything takes that is done to find out that a tap is none of ours. */
const UNKNOWN_MILLISECONDS = 10;

/**
 * Whether a tag of ours made this address, and whether it is used for the first time: asking uses it. Nothing that was not
 * proven touches the counter. Whatever is wrong with it (`undefined`: its form), the answer is the same, and as late.
 * @throws as `expectReadTags`, for an address that was not proven
 */
export async function judgeTap(deps: JudgeTapDeps, address: TapAddress | undefined): Promise<JudgedTap> {
  const pause = deps.pause(UNKNOWN_MILLISECONDS);
  const proven = address && (await proveTap(deps, address));
  if (!proven) {
    await pause;
    await deps.tags.expectReadTags();
    return { outcome: 'unknown' };
  }
  const { tap, tag } = proven;
  return { ...(await deps.counters.advance(tap.uid, tag.keyVersion, tap.counter)), card: tag.card };
}

/** They stand in where there is no such batch, or no such tag. */
const NO_KEY = new Uint8Array(16);
const NOBODY: Tap = { uid: parseTagUid(Uint8Array.of(0x04, 0, 0, 0, 0, 0, 0))!, counter: 0 };

/**
 * Another batch, digits that decipher to nothing, a tag of nobody and a wrong MAC: each takes all steps. What still takes
 * longer for a tag that the register has is hidden by the pause.
 */
async function proveTap(
  { tags, keys, ciphers }: JudgeTapDeps,
  { batch, picc, mac }: TapAddress,
): Promise<{ readonly tap: Tap; readonly tag: RegisteredTag } | undefined> {
  const batchKey = await keys.metaReadKey(batch);
  const opened = openPicc(ciphers, batchKey ?? NO_KEY, picc);
  const tap = opened ?? NOBODY;
  const known = await tags.findTags(tap.uid);
  let proven: RegisteredTag | undefined;
  // An address that somebody kept of a card before, stolen maybe, is of that card: by the version of its keys.
  for (const tag of known.length > 0 ? known : [undefined]) {
    const key = await keys.fileReadKey(tap.uid, tag?.keyVersion ?? 1);
    if (checkTapMac(ciphers, key, tap, mac) && tag?.batch === batch) proven ??= tag;
  }
  return proven && batchKey && opened ? { tap, tag: proven } : undefined;
}

/**
 * What stands behind `/c/` in the address of a plain tag: the number of its card, in the one spelling that is written there.
 * It proves nothing: whoever reads such a tag can write another one.
 */
export function readPlainTagPath(path: string): CardNumber | undefined {
  const number = parseCardNumber(path);
  return number === path ? number : undefined;
}
