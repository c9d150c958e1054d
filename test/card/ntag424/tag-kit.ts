import { softMaker, type SoftMaker } from '../../../hardware/soft-ntag424-maker.ts';
import { factoryTag, softNtag424, type SoftTagState } from '../../../hardware/soft-ntag424.ts';
import { nodeBlockCiphers as ciphers } from '../../../src/adapters/block-ciphers.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { CardOutageCode } from '../../../src/card/code.ts';
import { tagKeys, type TagKeys, type TagMasters } from '../../../src/card/ntag424/keys.ts';
import {
  personaliseTag,
  type FoundTag,
  type PersonaliseOptions,
  type PersonaliseRequest,
  type PersonalisedTag,
} from '../../../src/card/ntag424/personalise-tag.ts';
import { wipeTag } from '../../../src/card/ntag424/wipe-tag.ts';
import type { TagStep, WritingDeps } from '../../../src/card/ntag424/write-tag.ts';
import { parseTagBatch, type TagBatch } from '../../../src/card/ntag424/sun.ts';
import { parseTagUid, type TagUid } from '../../../src/card/ntag424/uid.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import type { Random } from '../../../src/core/random.ts';
import { Outage } from '../../../src/core/refusal.ts';

/** The same numbers in every run (xorshift32): a failure can be seen again. */
export function seeded(seed: number): Random {
  let state = seed || 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    });
}

export const UID: TagUid = parseTagUid(fromHex('04c767f2066180')!)!;
export const ORIGIN = 'https://verifica.alcaldia.example';
export const BATCH: TagBatch = parseTagBatch('7K3M')!;
export const KEY_VERSION = 3;
export const MASTERS: TagMasters = {
  administration: fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf')!,
  fileRead: fromHex('b0b1b2b3b4b5b6b7b8b9babbbcbdbebf')!,
  metaRead: fromHex('c0c1c2c3c4c5c6c7c8c9cacbcccdcecf')!,
};
export const KEYS: TagKeys = tagKeys(ciphers, MASTERS, UID, KEY_VERSION);
export const MAKER: SoftMaker = softMaker(seeded(7));

const SIGNATURE = MAKER.sign(UID);

export function newTag(): SoftTagState {
  return factoryTag(UID, SIGNATURE);
}

/** Number and signature, read from real tags; published with the tests of github.com/Amperstrand/ntag424 (`read_sig.rs`). */
export const REAL_TAGS = [
  [
    '04a9707a0b1090',
    '03f0a17889e3063d2d01cd8750734601bc031c26812705a1bd3b75361604b19b762dc285dce303a5b6de5f2814f0449ba64ab445a7aec4cf',
  ],
  [
    '04407a7a0b1090',
    '5f019173da747943318455d4dd9413858c8d335d4b488dc52a606386115c5c796ce79e95a499c430b6dd5d1cd41bf23f258c678070dbd42c',
  ],
] as const;

/** A tag from the factory with number and signature of a real one: what anybody can read from that one, and put into an emulator. */
export function realTag(which: 0 | 1): SoftTagState {
  const [uid, signature] = REAL_TAGS[which];
  return factoryTag(parseTagUid(fromHex(uid)!)!, fromHex(signature)!);
}

export function insert(state: SoftTagState, seed = 1): CardChannel {
  return softNtag424({ ciphers, random: seeded(seed) }, state);
}

export interface Journal {
  readonly steps: TagStep[];
  /** Told instead of kept, where a test wants to see more. */
  readonly step: (step: TagStep) => Promise<void>;
}

export function journal(): Journal {
  const steps: TagStep[] = [];
  return { steps, step: async (step) => void steps.push(step) };
}

function writing(channel: CardChannel, step: Journal['step']): WritingDeps {
  return { channel, ciphers, random: seeded(99), step };
}

export async function personalise(
  channel: CardChannel,
  { step }: Pick<Journal, 'step'> = journal(),
  options: PersonaliseOptions & { readonly origin?: string; readonly keyVersion?: number } = {},
): Promise<PersonalisedTag> {
  const { origin = ORIGIN, keyVersion = KEY_VERSION, ...rest } = options;
  const assign = async ({ uid }: FoundTag): Promise<PersonaliseRequest> => {
    return { origin, batch: BATCH, keyVersion, keys: tagKeys(ciphers, MASTERS, uid, keyVersion) };
  };
  return personaliseTag(writing(channel, step), assign, { makerKey: MAKER.publicKey, ...rest });
}

export async function wipe(channel: CardChannel, { step }: Pick<Journal, 'step'> = journal()): Promise<TagUid> {
  return wipeTag(writing(channel, step), { uid: UID, keyVersion: KEY_VERSION, keys: KEYS });
}

/** Pulls the tag at the command with this index: before the tag gets it, or after it did what it was told. */
export function pulledAt(
  channel: CardChannel,
  index: number,
  when: 'before' | 'after',
): CardChannel & { count: number } {
  const wrapper = {
    ...channel,
    count: 0,
    async transmit(command: Uint8Array) {
      const at = wrapper.count++;
      if (at > index || (at === index && when === 'before')) throw new Outage<CardOutageCode>('card/removed', 'pulled');
      const answer = await channel.transmit(command);
      if (at === index) throw new Outage<CardOutageCode>('card/removed', 'pulled');
      return answer;
    },
  };
  return wrapper;
}

export const NEVER: number = Number.POSITIVE_INFINITY;

/** Every place holds the key of the factory, or ours: nobody has to guess. */
export function keysAreKnown({ keys }: SoftTagState, version: number = KEY_VERSION): boolean {
  const ours = tagKeys(ciphers, MASTERS, UID, version);
  return keys.every((key, number) => key === '00'.repeat(16) || key === toHex(ours[number]!));
}

export function keysAreOurs({ keys, versions }: SoftTagState, version: number = KEY_VERSION): boolean {
  const ours = tagKeys(ciphers, MASTERS, UID, version);
  return keys.every((key, number) => key === toHex(ours[number]!)) && versions.every((one) => one === version);
}
