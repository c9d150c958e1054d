import type { Card } from '../card.ts';
import type { CardChannel } from '../channel.ts';
import { refuseCard, type ChipDeps } from './chip.ts';
import { performStep } from './journal.ts';
import type { PersonalisedTag, PersonaliseOptions } from '../ntag424/personalise-tag.ts';
import {
  provisionChip,
  registeredCard,
  type ProvisionOptions,
  type ProvisionedChip,
  type StationPeople,
} from './provision-chip.ts';
import { provisionTag } from './provision-tag.ts';

export interface StationDeps extends Omit<ChipDeps, 'channel'> {
  /** The officials for whom a reader of this station is at work: two readers do not make two cards of one. */
  readonly busy: Set<string>;
}

/** What lies in the readers. A body may have a chip, a tag, or both; the tag is asked for when the chip is done. */
export interface CardParts {
  readonly chip?: CardChannel;
  readonly tag?: () => Promise<CardChannel>;
}

export interface ProvisionedCard {
  /** Active. */
  readonly card: Card;
  readonly chip?: ProvisionedChip;
  readonly tag?: PersonalisedTag;
}

/**
 * Makes what lies in the readers the card of an official, and has the office activate it. Asked again after an interruption,
 * with the same parts, it goes on.
 * @throws as `provisionChip` and `provisionTag`; Refusal `card/busy`
 */
export async function provisionCard(
  deps: StationDeps,
  officialId: string,
  parts: CardParts,
  people: StationPeople,
  options: ProvisionOptions & PersonaliseOptions = {},
): Promise<ProvisionedCard> {
  if (!parts.chip && !parts.tag) throw new RangeError('a card of nothing');
  if (deps.busy.has(officialId)) refuseCard('card/busy', 'another reader works for this person', { officialId });
  deps.busy.add(officialId);
  try {
    const chip = parts.chip && (await provisionChip({ ...deps, channel: parts.chip }, officialId, people, options));
    if (chip?.began === 'done-before') return { card: chip.card, chip };
    const { number } = chip?.card ?? (await registeredCard(deps, await deps.office.holder(officialId)));
    const tag = parts.tag && (await provisionTag({ ...deps, channel: await parts.tag() }, { number }, options));
    const proven = tag && { uid: tag.uid, keyVersion: tag.keyVersion, counter: tag.counter };
    const act = { number, serials: chip?.serials ?? [], ...(proven && { tag: proven }) };
    const activate = (): Promise<Card> => deps.office.activate(act);
    const card = await performStep(deps, { card: number, step: 'activate' }, activate);
    return { card, ...(chip && { chip }), ...(tag && { tag }) };
  } finally {
    deps.busy.delete(officialId);
  }
}
