import type { CardsCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const PUT_IN_AGAIN = 'Take the card out, put it in again and repeat what you were doing.';
const SUSPECT = 'Put the card aside, do not hand it out, and tell the systems staff.';
const STEP_CODE =
  'Take the card out and try again; if it happens again, tell the systems staff and give them the code at the end.';
const PIN_FORGOTTEN = 'If the person does not remember it, set a new PIN with ./cotejo card unblock.';
const UNBLOCK = 'With the person there and their card in the reader, set a new PIN with ./cotejo card unblock.';
const OBJECTS = {
  'facial-image': 'the photo',
  'printed-information': 'the printed data',
  'security-object': 'the signed list',
  chuid: 'the identifier',
};

/** Chip cards and their readers. */
export const cards: ProblemTexts<CardsCode> = {
  'card/declined': (found) => ({
    what: `The card did not do what it was asked to${found('status', ' (it answered ', ')')}.`,
    next: STEP_CODE,
  }),
  'card/malformed': {
    what: 'The card answered something that makes no sense, or what is written on it is incomplete.',
    next: STEP_CODE,
  },
  'card/removed': (found) => ({
    what: 'The card was taken out, or moved, before the end.',
    next:
      found('act') === 'sign'
        ? 'Put it in again, all the way, and repeat the same command without taking it out.'
        : 'Put the same one in again, all the way, and leave it in until the end: its state is checked, and the work goes on from there.',
  }),
  'card/mute': {
    what: 'The card stopped answering.',
    next: 'Take the card out, clean its chip and put it in again; if it happens again, try another reader and another card.',
  },
  'card/reader-gone': {
    what: 'The reader was unplugged, or its program stopped.',
    next: 'Check the cable, plug the reader in again and put the card back.',
  },
  'card/in-use': {
    what: 'Another program is using the card.',
    next: 'Close the other programs that use the card, such as the browser, and try again.',
  },
  'card/no-driver': {
    what: 'None of the libraries that reach card readers works on this machine.',
    next: 'Install again with ./cotejo; on Linux the package libpcsclite1 is needed too.',
  },
  'card/no-service': {
    what: 'The card service does not run on this machine.',
    next: 'On Linux, at the terminal: sudo systemctl start pcscd. If it says that there is none: sudo apt-get install pcscd libpcsclite1. On Windows, start the service “Smart Card”.',
  },
  'card/no-virtual-reader': (found) => ({
    what: found('isTaken')
      ? `Another card is in the virtual reader${found('port', ' (port ', ')')} already.`
      : `No virtual reader waits at port${found('port', ' ')} of this machine.`,
    next: found('isTaken')
      ? 'Pull the other one (Enter in its window, or Ctrl+C), or use another port with --port.'
      : 'Install it and start the card service: sudo apt-get install pcscd vsmartcard-vpcd, then sudo systemctl restart pcscd.',
  }),

  'card/no-application': {
    what: 'This is no PIV card: its chip lacks the program that keeps the keys.',
    next: 'Check that it is of the right model, and that its chip goes into the reader first.',
  },
  'card/not-allowed': {
    what: 'The card asks for the PIN or the management key before it does this.',
    next: 'Start again from the beginning, and type the PIN when you are asked for it.',
  },
  'card/unsupported': {
    what: 'This card cannot do what it was asked to.',
    next: 'Use a card of a model that the documentation recommends.',
  },
  'card/too-large': (found) => ({
    what: `Something does not fit in its place on the card${found.word('object', OBJECTS, ': ')}.`,
    next: 'If it is the photo, use a smaller one; if it is a name or a post, shorten it. Then try again.',
  }),
  'card/full': {
    what: 'The card has no room left for this.',
    next: 'Use a card with more memory, or a smaller photo.',
  },
  'card/management-key-algorithm': {
    what: 'The management key at hand is not of the kind that this card uses.',
    next: 'Check that the card is of the right batch and model. Nothing was tried on it.',
  },
  'card/management-key-wrong': {
    what: 'The card did not accept the management key. It was tried once.',
    next: 'Check that it is a card of this institution, or a new one from the factory. Do not try the same key again.',
  },
  'card/not-authentic': {
    what: 'The card accepted everything and did not prove that it has the management key: it may be a fake.',
    next: SUSPECT,
  },
  'card/pin-malformed': (found) => ({
    what: 'The PIN must have 6 to 8 digits, without letters or spaces.',
    next: `Type it again.${found('is') === 'new' ? '' : ' No try was spent.'}`,
  }),
  'card/pin-wrong': (found) => ({
    what: `The PIN is not right${found('triesLeft', ' (tries left: ', ')')}.`,
    next: `Type it again with care. ${PIN_FORGOTTEN}`,
  }),
  'card/pin-blocked': {
    what: 'The PIN of the card is blocked: it was typed wrong too many times.',
    next: UNBLOCK,
  },
  'card/pin-last-try': {
    what: 'One try is left for the PIN. It is not spent, so that the card is not blocked.',
    next: UNBLOCK,
  },
  'card/puk-malformed': {
    what: 'The unblocking code must have 6 to 8 digits, without letters or spaces.',
    next: 'Type it again. No try was spent.',
  },
  'card/puk-wrong': (found) => ({
    what: `The unblocking code is not right${found('triesLeft', ' (tries left: ', ')')}.`,
    next: 'Check that it is the one of this card, by its printed number, before you try again.',
  }),
  'card/puk-blocked': {
    what: 'The unblocking code is blocked: this card cannot be unblocked any more.',
    next: 'Revoke the card and hand out another in its place.',
  },
  'card/puk-last-try': {
    what: 'One try is left for the unblocking code. It is not spent, so that the card is not lost.',
    next: 'Revoke the card and hand out another in its place, or tell the systems staff.',
  },
  'card/puk-tries-unknown': {
    what: 'The card does not say how many tries are left for the unblocking code, and none was spent.',
    next: 'If you are sure that the code is the one of this card, repeat what you were doing and confirm it.',
  },
  'card/key-malformed': {
    what: 'The key that the card says it made is not of the kind that it was asked for.',
    next: SUSPECT,
  },
  'card/no-key': (found) => ({
    what: `The card lacks the key that is needed${found('slot', ' (', ')')}.`,
    next: 'Prepare the card again, or use the right one.',
  }),
  'card/signature-wrong': {
    what: 'What the card signed does not match its certificate.',
    next: `${PUT_IN_AGAIN} If it happens again, prepare the card anew: its certificate is not of its key.`,
  },
};
