import type { CardStationCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { ENDED_FOR, REPORTED } from './words.ts';

const OBJECTS = {
  'facial-image': 'the photo',
  'printed-information': 'the printed data',
  'security-object': 'the signed list',
  capability: 'the data sheet of the card',
  chuid: 'the identifier',
  'certificate-9A': 'the certificate of identification',
  'certificate-9C': 'the certificate for signing',
  'certificate-9E': 'the certificate of the card',
};
const SECRETS = { 'management-key': 'the management key', puk: 'the unblocking code', pin: 'the PIN' };
const STATES = { registered: 'registered and not finished', ended: 'ended' };
const SET_ASIDE = 'Put the card aside, do not hand it out, and tell the systems staff.';

/** The station's work with cards. */
export const cardStation: ProblemTexts<CardStationCode> = {
  'card/not-blank': {
    what: 'The card has certificates already and is not of this institution. Nothing was written on it.',
    next: 'Use a new card, or have the systems staff take this one back to how it left the factory.',
  },
  'card/of-another': (found) => ({
    what: `The card${found('number', ' ')} is somebody else's. Nothing was written on it.`,
    next: "Take it out and put in this person's card, or a new one. Whose it is, ./cotejo card inspect tells.",
  }),
  'card/still-active': (found) => ({
    what: `The tag says that it is of a card in use${found('number', ' (', ')')}.`,
    next: 'If that card must not count any more, end it with ./cotejo card replace NUMBER --reason REASON; afterwards the tag can be wiped.',
  }),
  'card/begun-elsewhere': (found) => ({
    what: `This person has a card${found('number', ' (', ')')} that was begun and not finished, and it is not the one in the reader.`,
    next: 'Put that card in and repeat the command (a station notices by itself): the work goes on from where it stopped. If it is gone, end it with ./cotejo card replace --official ID --reason damaged.',
  }),
  'card/foreign-secret': (found) => ({
    what: `The card could not be opened: ${found.word('secret', SECRETS) || 'one of its codes'} is neither the factory's nor of this institution.`,
    next: 'Use another card. Do not try again with this one: somebody prepared it before. If it bears a number of this institution (./cotejo card inspect), end that with ./cotejo card replace NUMBER --reason damaged.',
  }),
  'card/factory-again': (found) => ({
    what: `The card says that ${found.word('secret', SECRETS) || 'one of its codes'} is the factory's again, and it was changed here: it is another card, or somebody reset it. It was told no code.`,
    next: 'Put it aside and put in the one that was begun here. If there is no other, end it with ./cotejo card replace --official ID --reason damaged and provision a new one.',
  }),
  'card/factory-secret': (found) => ({
    what: `The card may not leave: it is not certain that it changed ${found.word('secret', SECRETS) || 'all codes'} of the factory.`,
    next: 'Put it aside and do not hand it out: nothing on it counts. Give it up with ./cotejo card replace --official ID --reason damaged, and provision another one. If it happens again, tell the systems staff.',
  }),
  'card/read-back-differs': (found) => ({
    what: `What is read from the card is not what was written${found.word('object', OBJECTS, ': ')}.`,
    next: 'Take the card out and put it in again: the work goes on from where it stopped. If it happens again, use another card.',
  }),
  'card/exchanged': (found) => ({
    what: `The card in the reader is not the one that was there at first${found('number', ' (', ')')}.`,
    next: 'Put in the card that you began with and repeat the command: the work goes on from where it stopped.',
  }),
  'card/attests-another-key': {
    what: 'The card says that it made two different keys for the same place.',
    next: SET_ASIDE,
  },
  'card/maker-unknown': {
    what: 'The chip does not show that it is of a maker whom this station knows, and this station takes no others.',
    next: 'Use a card of those that the institution bought. The systems staff says which makers are accepted (COTEJO_CARD_MAKERS).',
  },
  'card/pin-too-simple': {
    what: 'That PIN is one of those that everybody tries first: the same digits, or digits in a row.',
    next: 'Choose another one of 6 to 8 digits.',
  },
  'card/pins-differ': {
    what: 'The two PINs are not the same.',
    next: 'Type the PIN again, twice the same.',
  },
  'card/question-over': {
    what: 'That is not asked any more: the card was pulled, or somebody answered before.',
    next: 'Look at what is asked now.',
  },
  'card/tag-out-of-turn': {
    what: 'Two cards were moved at once, or the one whose turn it is lies in its reader still: nobody knows which one is on the contactless reader. Nothing was written on it.',
    next: 'Put each card into a chip reader again. Then take only the one that is asked for to the contactless reader.',
  },
  'card/busy': {
    what: 'A card of this person is being prepared in another reader of this machine.',
    next: 'Wait until it is done.',
  },
  'card/not-ours': {
    what: 'The card is not of this institution, or has not been prepared yet.',
    next: 'Compare the number printed on the card. If it claims to be from here and is not, it may be forged: tell the systems staff.',
  },
  'card/certificate-of-another': (found) => ({
    what: `The certificate that the card shows is not its own${found('number', ' (', ')')}: it may be a copy.`,
    next: SET_ASIDE,
  }),
  'card/not-active': (found) => ({
    what: `The card${found('number', ' ')} is not active${found.word('reason', ENDED_FOR, ': ') || found.word('state', STATES, ': it is ')}.`,
    next:
      found.word('reason', REPORTED) ||
      'If it is being made, finish it with ./cotejo card provision --official ID. One that has ended serves no more: prepare another with the same command.',
  }),
  'card/not-the-signers': (found) => ({
    what: `The card${found('number', ' ')} is${found('holder', ' that of ', ',') || ' that of somebody else,'} not of who is to sign. No PIN was asked for, and nothing signed.`,
    next: 'Take it out and put in the card of the signer.',
  }),
  'card/no-login-key': {
    what: 'The card has nothing to log in with: it was not finished, or is none that this command knows.',
    next: 'Log in with ./cotejo login, without --card, or have the card looked at with ./cotejo card inspect.',
  },
  'card/no-signing-key': (found) => ({
    what: `The card${found('number', ' ')} has nothing to sign letters with today: its holder has left, their name is reserved, or the credential to sign with was revoked.`,
    next: 'If they should sign, end that card with ./cotejo card replace and make another with ./cotejo card provision --official ID.',
  }),
  'card/photo-unfit': {
    what: "The person's photo cannot be written on the card: it is no JPEG. Nothing was written.",
    next: 'Put another photo into the directory and repeat the command.',
  },
  'card/no-reader': (found) => ({
    what: `No card reader is connected${found('reader', ' with the name "', '"')}${found('readers', ' (there are: ', ')')}.`,
    next: 'Plug the reader in and wait a few seconds. Those that are there, ./cotejo card readers lists.',
  }),
  'card/none-in-reader': {
    what: 'There is no card in the reader that would do for this.',
    next: 'Put the card in chip first, or on the contactless reader, and repeat the command.',
  },
  'card/journal-unwritable': (found) => ({
    what: `The journal of the station cannot be written${found('path', ' (', ')')}${found('reason', ': ')}. Without it no card is touched.`,
    next: 'Check the space on the disk and the permissions of the data folder, and repeat the command with the same card.',
  }),
};
