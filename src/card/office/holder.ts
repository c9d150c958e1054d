import { utf8 } from '../../core/bytes.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { Institution } from '../../directory/institution.ts';
import type { Official } from '../../directory/official.ts';
import type { PhotoRow } from '../../directory/store.ts';
import type { Unit } from '../../directory/unit.ts';
import { slotsOf } from './activate.ts';
import type { Card } from '../card.ts';
import type { CardHolder } from '../office.ts';
import { lastDayOfCard } from './register.ts';

/** As much of a text as fits, in whole characters; what is left out is told by an ellipsis. @param most bytes of UTF-8 */
function fitting(text: string, most: number): string {
  if (utf8(text).length <= most) return text;
  const characters = [...text];
  while (utf8(`${characters.join('')}…`).length > most) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

export interface HolderParts {
  readonly official: Official;
  readonly unit: Unit | undefined;
  readonly photo: PhotoRow | undefined;
  readonly card: Card | undefined;
  readonly cardOpenings: number | undefined;
  readonly isCardProven: boolean | undefined;
  readonly institution: Institution;
}

/** The facial image on the chip takes no more than this with all that is around it (12,710 bytes in SP 800-73-5 Part 1, table 7). */
const MOST_PHOTO_BYTES = 12_500;

function photoOf({ jpeg, thumbnail }: PhotoRow = {}): Pick<CardHolder, 'photo'> {
  const photo = jpeg && jpeg.length > MOST_PHOTO_BYTES ? thumbnail : jpeg;
  return photo ? { photo } : {};
}

/** Whose card it is to be, with texts that fit the printed information object (SP 800-73-5 Part 1, appendix A). */
export function cardHolder(
  { official, unit, photo, card, cardOpenings, isCardProven, institution }: HolderParts,
  at: UnixSeconds,
): CardHolder {
  const { id, name, post, publication } = official;
  const unitName = unit?.name ?? official.unit;
  return {
    officialId: id,
    name,
    post,
    unit: unitName,
    isReserved: publication.state === 'reserved',
    ...photoOf(photo),
    printed: {
      name: fitting(name, 125),
      affiliation: fitting(post, 20),
      issuer: fitting(institution.shortName, 15),
      organization: fitting(institution.name, 20),
      unit: fitting(unitName, 20),
    },
    slots: slotsOf(official),
    expires: lastDayOfCard(official, at),
    ...(card && { card }),
    ...(cardOpenings !== undefined && { cardOpenings }),
    ...(isCardProven !== undefined && { isCardProven }),
  };
}
