import { parseCardNumber, type CardNumber } from '../../src/card/card.ts';
import { fileReadKey } from '../../src/card/ntag424/keys.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import type { RegisteredTag, TagRegister, TapCounters, TapKeys } from '../../src/card/tap.ts';
import { checkSymbol } from '../../src/core/crockford.ts';
import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import { BATCH, insert, KEY_VERSION, MASTERS, newTag, personalise, UID } from '../card/ntag424/tag-kit.ts';

/** Number of the card that the tag of these tests is in. */
export const CARD: CardNumber = parseCardNumber('7K3M0W9XT2P' + checkSymbol('7K3M0W9XT2P'))!;

/** A register of tags that tests write into; it has the one tag of `tag-kit.ts`. */
export function tagRegister(): TagRegister & { readonly tags: Map<string, RegisteredTag> } {
  const tags = new Map<string, RegisteredTag>([
    [formatTagUid(UID), { card: CARD, batch: BATCH, keyVersion: KEY_VERSION }],
  ]);
  return { tags, findTags: async (uid) => [tags.get(formatTagUid(uid)) ?? []].flat(), expectReadTags: async () => {} };
}

export const TAP_KEYS: TapKeys = {
  metaReadKey: async (batch) => (batch === BATCH ? MASTERS.metaRead : undefined),
  fileReadKey: async (uid, version) => fileReadKey(nodeBlockCiphers, MASTERS.fileRead, uid, version),
};

export function memoryCounters(): TapCounters & { readonly last: Map<string, number> } {
  const last = new Map<string, number>();
  return {
    last,
    async advance(uid, keyVersion, counter) {
      const key = `${formatTagUid(uid)}/${keyVersion}`;
      const before = last.get(key) ?? -1;
      if (counter <= before) return { outcome: 'replayed' };
      last.set(key, counter);
      return { outcome: 'accepted', skipped: counter - before - 1 };
    },
  };
}

/** The tag of `tag-kit.ts`, held to a telephone again and again: each call gives the address of one more tap. */
export async function tapping(origin: string): Promise<() => Promise<string>> {
  const state = newTag();
  await personalise(insert(state), undefined, { origin });
  const channel = insert(state, 3);
  return async () => (await readNdefAddress(channel))!;
}
