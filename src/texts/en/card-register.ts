import type { CardRegisterCode } from '../../card/card.ts';
import type { ProblemTexts } from '../problem-text.ts';

const STATES = { registered: 'being made', active: 'active' };

/** The register of cards. */
export const cardRegister: ProblemTexts<CardRegisterCode> = {
  'card/not-found': (found) => ({
    what: `No card of ours has this number${found('asked', ': ')}.`,
    next: 'Copy the 12 characters printed on the card and try again.',
  }),
  'card/has-one': (found) => ({
    what: `This person has the card${found('number', ' ')} already${found.word('state', STATES, ', ')}.`,
    next: 'If it is not finished, put that card in and go on. If it is lost, broken or to be exchanged, end it with ./cotejo card replace --official ID --reason lost (or damaged, replaced), and prepare another one.',
  }),
  'card/ended': (found) => ({
    what: `The card${found('number', ' ')} counts no more.`,
    next: 'Give the person another one. To use this one again, erase it first with ./cotejo card wipe.',
  }),
  'card/already-active': (found) => ({
    what: `The card${found('number', ' ')} is active already: nothing more is written on it.`,
    next: 'To exchange it, end it with ./cotejo card replace NUMBER --reason replaced, and prepare another one.',
  }),
  'card/tag-taken': (found) => ({
    what: `The NFC tag${found('uid', ' ')} and the card${found('number', ' ')} do not belong together: a card has one tag, and a tag is part of one card.`,
    next: 'Check that one card alone lies on the reader, and that it is the one of this person.',
  }),
  'card/tag-worn-out': (found) => ({
    what: `The NFC tag${found('uid', ' ')} was written so often that it cannot be used again.`,
    next: 'Use another card.',
  }),
  'card/slot-not-allowed': (found) => ({
    what: `This person gets no key for letters${found('slot', ' (', ')')}: the name is reserved, and every letter would publish it.`,
    next: 'Make the card without that key.',
  }),
  'card/not-proven': (found) => ({
    what: `The card${found('number', ' ')} is not complete${found('slot', ': not proven is the key ')}.`,
    next: 'Put it into the reader again: it goes on where it stopped.',
  }),
};
