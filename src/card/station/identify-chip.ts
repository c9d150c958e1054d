import { CARD_SLOTS, type CardSlot } from '../../credential/on-card.ts';
import { toHex } from '../../core/bytes.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Card } from '../card.ts';
import { readGuid, refuseCard, type ChipDeps } from './chip.ts';
import type { CardChannel } from '../channel.ts';
import { identifyTag } from '../ntag424/read-tag.ts';
import { formatTagUid } from '../ntag424/uid.ts';
import { selectApplication } from '../piv/application.ts';
import { certificateObject, readObject } from '../piv/objects.ts';

/** What lies in the reader: a card of ours, or a chip that the register does not know. */
export interface FoundChip {
  readonly card: Card | undefined;
  /** Of an unknown chip: slots with a certificate, or what is left of one. */
  readonly used: readonly CardSlot[];
}

/**
 * Selects the PIV application and asks the register whose card it is, by the GUID that the chip gives itself. Nothing is proven
 * by that yet, and nothing tried.
 * @throws Refusal `card/no-application`
 */
export async function identifyChip({ channel, office }: Pick<ChipDeps, 'channel' | 'office'>): Promise<FoundChip> {
  await selectApplication(channel);
  const guid = await readGuid(channel);
  const card = guid && (await office.find({ guid: toHex(guid) }));
  return card ? { card, used: [] } : { card: undefined, used: await usedSlots(channel) };
}

/** Slots with a certificate, or what is left of one. */
export async function usedSlots(channel: CardChannel): Promise<readonly CardSlot[]> {
  const used: CardSlot[] = [];
  for (const slot of CARD_SLOTS) if (await isUsed(channel, slot)) used.push(slot);
  return used;
}

/** @throws Refusal `card/not-ours` for a chip that the register does not know, and as `identifyChip` */
export async function identifyCard(deps: Pick<ChipDeps, 'channel' | 'office'>): Promise<Card> {
  const { card } = await identifyChip(deps);
  return card ?? refuseCard('card/not-ours', 'the register knows no such card');
}

/** The card that the tag on the reader is part of, or was last. @throws Refusal `card/not-ours`, and as `identifyTag` */
export async function identifyTagged(deps: Pick<ChipDeps, 'channel' | 'office'>): Promise<Card> {
  const { uid } = await identifyTag(deps);
  const card = await deps.office.find({ tagUid: formatTagUid(uid) });
  return card ?? refuseCard('card/not-ours', 'the register knows no such tag');
}

async function isUsed(channel: CardChannel, slot: CardSlot): Promise<boolean> {
  try {
    return (await readObject(channel, certificateObject(slot))) !== undefined;
  } catch (error) {
    if (isRefusal(error, 'card/malformed')) return true;
    throw error;
  }
}
