import type { CardRegisterCode } from '../../card/card.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { ENDED_FOR, REPORTED } from './words.ts';

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
    what: `The card${found('number', ' ')} counts no more${found.word('reason', ENDED_FOR, ': ')}.`,
    next: `${found.word('reason', REPORTED, '', ' ')}Give the person another one. If the plastic is printed, cut it through the chip; if not, the chip may be used again: erase it first with ./cotejo card wipe.`,
  }),
  'card/already-active': (found) => ({
    what: `The card${found('number', ' ')} is active already: nothing more is written on it.`,
    next: 'Check it with ./cotejo card verify. To exchange it, end it with ./cotejo card replace NUMBER --reason replaced, and prepare another one.',
  }),
  'card/tag-taken': (found) => ({
    what: `The NFC tag${found('uid', ' ')} and the card${found('number', ' ')} do not belong together: a card has one tag, and a tag is part of one card.`,
    next: 'Check that one card alone lies on the reader, and that it is the one of this person.',
  }),
  'card/tag-not-blank': (found) => ({
    what: `The NFC tag${found('uid', ' ')} already holds keys, which are not of this card. Nothing was written.`,
    next: `If it is of an earlier card of the institution${found('number', ' (', ')')}, erase it first: ./cotejo card wipe, with the card on the contactless reader. If not, use another card.`,
  }),
  'card/tag-given-anew': (found) => ({
    what: `This card is not ready: after its NFC tag${found('uid', ' ')} was written, something on a reader said that it is the same tag and blank, and was given other keys.`,
    next: 'Do not hand it out. End it with ./cotejo card replace NUMBER --reason damaged and make another one, with another tag. If nobody wrote the card at two stations, somebody holds copies of tags to the reader: tell the systems staff.',
  }),
  'card/tag-worn-out': (found) => ({
    what: `The NFC tag${found('uid', ' ')} was written so often that it cannot be used again.`,
    next: 'Use another card.',
  }),
  'card/slot-not-allowed': (found) => ({
    what: `This person gets no key for letters${found('slot', ' (', ')')}: the name is reserved, and every letter would publish it.`,
    next: 'Put the card in again and repeat the command: it is made without that key.',
  }),
  'card/not-proven': (found) => ({
    what: `The card${found('number', ' ')} is not complete${found('slot', ': not proven is the key ')}.`,
    next: 'Put it into the reader again: it goes on where it stopped.',
  }),
  'card/content-differs': (found) => ({
    what: `What was written on the card${found('number', ' ')} is not what the directory says: the person changed while it was made, or the station wrote something else.`,
    next: 'Put the card in again and repeat the command: it is written anew. If it happens again, tell the systems staff.',
  }),
  'card/proven-elsewhere': (found) => ({
    what: `This card is not ready: the key that counts for the card${found('number', ' ')} is not in it. It is in another body, which was made at the same time, or this one failed.`,
    next: 'Put it in again. If it says so once more, put in the other one: that one is finished. If there is none: ./cotejo card replace NUMBER --reason damaged, ./cotejo card wipe, and make it again.',
  }),
  'card/proof-missing': (found) => ({
    what: `The codes of the card${found('number', ' ')} are told only while it lies in a reader and its own key says so.`,
    next: 'Put the card into the reader and use ./cotejo card unblock or ./cotejo card wipe.',
  }),
  'card/challenge-unknown': (found) => ({
    what: `The card${found('number', ' ')} answered a question that was used or is too old: each serves once, within two minutes.`,
    next: 'Repeat the command with the card in the reader.',
  }),
  'card/proof-wrong': (found) => ({
    what: `What the card answered is not by the key of the card${found('number', ' ')}: it may be a copy.`,
    next: 'Put the card aside, do not hand it out, and tell the systems staff.',
  }),
  'card/no-key-proven': (found) => ({
    what: `The card${found('number', ' ')} is active and has no contact chip that was proven: there are no codes to tell.`,
    next: 'To erase it, end it first with ./cotejo card replace NUMBER --reason REASON.',
  }),
  'card/making-expired': (found) => ({
    what: `The card${found('number', ' ')} was begun more than three days ago, and none of its keys was proven.`,
    next: 'End it with ./cotejo card replace NUMBER --reason damaged, erase it with ./cotejo card wipe, and make it again.',
  }),
  'card/revoked': (found) => ({
    what: `What is on the card${found('number', ' ')} is revoked: it gets no other PIN.`,
    next: 'If the person left the post, end it with ./cotejo card replace NUMBER --reason left. If they stay, give them another one: card replace, then card provision.',
  }),
  'card/suspended': (found) => ({
    what: `Something on the card${found('number', ' ')} is suspended: it gets no other PIN meanwhile.`,
    next: 'Once it is clear that its person has it, resume what is suspended (./cotejo credential list --official ID, then credential resume) and repeat. If not: ./cotejo card replace NUMBER --reason lost.',
  }),
};
