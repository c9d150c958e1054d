import type { BlockCiphers } from '../../core/block-ciphers.ts';
import { equal } from '../../core/bytes.ts';
import type { Random } from '../../core/random.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Card, CardNumber } from '../card.ts';
import type { CardChannel } from '../channel.ts';
import type { StepDeps } from './journal.ts';
import type { TagCode } from '../ntag424/code.ts';
import { personaliseTag, type PersonalisedTag, type PersonaliseOptions } from '../ntag424/personalise-tag.ts';
import { identifyTag } from '../ntag424/read-tag.ts';
import { formatTagUid, type TagUid } from '../ntag424/uid.ts';
import type { TagStep, WritingDeps } from '../ntag424/write-tag.ts';
import type { CardOffice, TagAssignment } from '../office.ts';

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
 * @throws Refusal `TagCode`, `card/tag-taken`, `card/tag-worn-out`, `card/already-active`, `card/ended`
 * @throws Outage as channel, journal and office do: put the tag on the reader again
 */
export async function provisionTag(
  deps: TagStationDeps,
  { number }: Pick<Card, 'number'>,
  options: PersonaliseOptions = {},
): Promise<PersonalisedTag> {
  const { uid, isGenuine } = await identifyTag(deps, options.makerKey);
  if (!isGenuine && !options.acceptNotGenuine) {
    throw refusal('tag/not-genuine', uid, 'its maker did not sign the number of the tag');
  }
  const assignment = await deps.office.assignTag(number, uid);
  return personaliseTag(tagWriting(deps, number, uid, assignment), assignment, options);
}

/** Each command that changes the tag goes through the journal, and only this tag is given these keys. */
export function tagWriting(
  { channel, ciphers, random, journal, clock }: TagStationDeps,
  card: CardNumber,
  uid: TagUid,
  { keys }: TagAssignment,
): WritingDeps {
  return {
    ...{ channel, ciphers, random },
    async keysOf(found) {
      if (!equal(found, uid)) throw refusal('tag/exchanged', uid, 'another tag than before');
      return keys;
    },
    async step({ name, key, phase }: TagStep) {
      const of = key === undefined ? name : `${name} ${key}`;
      await journal.append({ at: clock(), card, step: 'write-tag', of, phase });
    },
  };
}

function refusal(code: TagCode, uid: TagUid, message: string): Refusal<TagCode> {
  return new Refusal<TagCode>(code, message, { uid: formatTagUid(uid) });
}
