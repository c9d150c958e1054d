import { factoryTag, type SoftTagState } from '../../hardware/soft-ntag424.ts';
import { nodeBlockCiphers as ciphers } from '../../src/adapters/block-ciphers.ts';
import type { CardNumber } from '../../src/card/card.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { personaliseTag } from '../../src/card/ntag424/personalise-tag.ts';
import { parseTagUid } from '../../src/card/ntag424/uid.ts';
import { concat } from '../../src/core/bytes.ts';
import type { Official } from '../../src/directory/official.ts';
import type { Services } from '../../src/services.ts';
import { insert, MAKER, seeded } from '../card/ntag424/tag-kit.ts';
import { certifySlot, proveSlot, registerCard } from './soft-slots.ts';

/** A card with a tag, and with certificates unless it is a tag alone, as the station makes it. */
export interface TaggedCard {
  readonly number: CardNumber;
  /** Serial number of what is certified for slot 9A; empty for a tag alone. */
  readonly serial: string;
  /** Of all that is certified for it. */
  readonly serials: readonly string[];
  /** Of the last address that the station read. */
  readonly counter: number;
  /** Holds it to a telephone: the path that opens, `/c/…`. */
  tap(): Promise<string>;
}

const random = seeded(424);

interface TaggedOptions {
  readonly isActive?: boolean;
  readonly hasChip?: boolean;
  /** As it lies there, blank: another one each time unless told. */
  readonly tag?: SoftTagState;
}

function newTag(): SoftTagState {
  const uid = parseTagUid(concat(Uint8Array.of(0x04), random(6)))!;
  return factoryTag(uid, MAKER.sign(uid));
}

export async function makeTaggedCard(
  services: Services,
  official: Official,
  { isActive = true, hasChip = true, tag = newTag() }: TaggedOptions = {},
): Promise<TaggedCard> {
  const { cards, charter } = services;
  const card = await registerCard(services, official);
  const { number } = card;
  const slots = [];
  for (const slot of hasChip ? (['9A', '9C', '9E'] as const) : []) {
    const made = await certifySlot(services, card, slot);
    await proveSlot(services, card, made);
    slots.push(made);
  }
  const deps = { channel: insert(tag), ciphers, random, step: async () => {} };
  const { uid, keyVersion, counter } = await personaliseTag(
    deps,
    (found) => cards.assignTag(number, found.uid, found),
    { makerKey: MAKER.publicKey },
  );
  const serials = slots.map(({ serial }) => serial);
  if (isActive) await cards.activate({ number, serials, tag: { uid, keyVersion, counter } });
  const channel = insert(tag, 3);
  return {
    ...{ number, serial: serials[0] ?? '', serials, counter },
    tap: async () => (await readNdefAddress(channel))!.slice(charter.origin.length),
  };
}
