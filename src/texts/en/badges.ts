import type { BadgeCode, WholeText } from '../../badge/badge.ts';
import type { ProblemTexts } from '../problem-text.ts';

const TEXTS: Readonly<Record<WholeText, string>> = {
  institution: 'the name of the institution',
  name: "the person's name",
  post: 'the post',
  unit: 'the name of the unit',
  address: 'the address of the page',
};

/** What is printed on cards. */
export const badges: ProblemTexts<BadgeCode> = {
  'badge/text-too-long': (found) => ({
    what: `A text does not fit the card as a whole${found.word('what', TEXTS, ': ')}${found('length', ' (', ' characters)')}.`,
    next: 'Shorten it in the directory or in the settings, and make the badge again. Nothing that people compare is printed cut.',
  }),
  'badge/text-unprintable': (found) => ({
    what: `A text has a letter that cannot be printed on a card${found.word('what', TEXTS, ': ')}.`,
    next: 'Write it with letters of Spanish in the directory or in the settings, and make the badge again.',
  }),
  'badge/photo-unreadable': {
    what: 'The photo that was kept is not a JPEG that printers read.',
    next: "Register the person's photo again, and make the badge again.",
  },
};
