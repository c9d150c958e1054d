import type { BlockCiphers } from '../../core/block-ciphers.ts';
import type { Random } from '../../core/random.ts';
import type { Card, CardNumber } from '../card.ts';
import type { CardChannel } from '../channel.ts';
import type { StepDeps } from './journal.ts';
import { personaliseTag, type PersonalisedTag, type PersonaliseOptions } from '../ntag424/personalise-tag.ts';
import type { TagStep, WritingDeps } from '../ntag424/write-tag.ts';
import type { CardOffice } from '../office.ts';

/** What a station needs to work on a tag. */
export interface TagStationDeps extends StepDeps {
  readonly channel: CardChannel;
  readonly office: CardOffice;
  readonly ciphers: BlockCiphers;
  readonly random: Random;
}

/**
 * Makes the tag on the reader part of a card: the office knows of it before anything is written, the tag gets its keys and its
 * address, and proves both. May be called again after any interruption, with the same tag. To activate the card with it is
 * left to do then.
 * @throws Refusal `TagCode`, and as the office's `assignTag` does
 * @throws Outage as channel, journal and office do: put the tag on the reader again
 */
export async function provisionTag(
  deps: TagStationDeps,
  { number }: Pick<Card, 'number'>,
  options: PersonaliseOptions = {},
): Promise<PersonalisedTag> {
  const { office } = deps;
  return personaliseTag(
    tagWriting(deps, number),
    ({ uid, isBlank }) => office.assignTag(number, uid, { isBlank }),
    options,
  );
}

/** Each command that changes the tag goes through the journal. */
export function tagWriting(
  { channel, ciphers, random, journal, clock }: TagStationDeps,
  card: CardNumber,
): WritingDeps {
  return {
    ...{ channel, ciphers, random },
    async step({ name, key, phase }: TagStep) {
      const of = key === undefined ? name : `${name} ${key}`;
      await journal.append({ at: clock(), card, step: 'write-tag', of, phase });
    },
  };
}
