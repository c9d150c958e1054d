import type { TagCode } from '../../card/ntag424/code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const ANOTHER_TAG = 'Use another card. If it happens with several, tell whoever bought them.';
const AGAIN = 'Leave it still on the reader and try again: it goes on where it stopped.';
const SYSTEMS = 'Put the card aside and tell your systems staff, with the code at the end.';

/** The chip of a card that phones read. */
export const tags: ProblemTexts<TagCode> = {
  'tag/other-kind': {
    what: 'The chip that phones read is not an NTAG 424 DNA, or the card has none.',
    next: 'Use a card that has one. The documentation on cards says which to buy.',
  },
  'tag/not-genuine': (found) => ({
    what: `The maker did not sign the number of this chip${found('uid', ' (', ')')}: it may be an imitation.`,
    next: 'Do not hand it out. Tell whoever bought the cards.',
  }),
  'tag/random-uid': {
    what: 'The chip that phones read hides its number, and that cannot be undone.',
    next: ANOTHER_TAG,
  },
  'tag/lrp': {
    what: 'The chip that phones read was set to another way of speaking (LRP), and that cannot be undone.',
    next: ANOTHER_TAG,
  },
  'tag/not-ndef': {
    what: 'The chip is not as it leaves the factory, and phones would not find the address.',
    next: ANOTHER_TAG,
  },
  'tag/ndef-malformed': {
    what: 'What the chip holds is not one web address.',
    next: 'Write it again. If the card is not of the institution, use another.',
  },
  'tag/address-too-long': (found) => ({
    what: `The address does not fit into the chip${found('length', ': it has ', ' characters')}${found('most', ', and room is for ')}.`,
    next: 'Tell your systems staff: the address of the installation is too long.',
  }),
  'tag/foreign-key': (found) => ({
    what: `The chip${found('uid', ' ')} already has keys that are neither of this batch nor of the factory.`,
    next: 'Do not try again with it. If it was already of the institution, look it up by its number; if not, use another card.',
  }),
  'tag/other-version': (found) => ({
    what: `The chip${found('uid', ' ')} does not prove the keys of its card: it says that it has others${found('found', ' (version ', ')')}${found('expected', '; those of the card are of version ')}. Since it was written, something on a reader said that it is this chip and blank, and was given newer ones.`,
    next: 'Put it aside and do not hand it out. End its card with ./cotejo card replace NUMBER --reason damaged and make another one, with another chip. If it happens again, somebody holds copies of chips to the reader: tell your systems staff.',
  }),
  'tag/delayed': {
    what: 'The chip makes everybody wait because it was given wrong keys before.',
    next: 'Take it away, wait a minute and put it back; it may take several times. If it does not give in, put it aside and tell your systems staff.',
  },
  'tag/key-locked': {
    what: 'The chip has locked one of its keys after many wrong ones.',
    next: ANOTHER_TAG,
  },
  'tag/locked': (found) => ({
    what: `Somebody left the chip${found('uid', ' ')} so that its address can no longer be changed.`,
    next: ANOTHER_TAG,
  }),
  'tag/other-address': (found) => ({
    what: `The chip${found('uid', ' ')} is already written, with another address of the institution.`,
    next: 'Leave it as it is, or use another card for the new address.',
  }),
  'tag/not-proven': {
    what: 'The chip did not prove that it has its key: it moved, was exchanged, or something answers in its place.',
    next: AGAIN,
  },
  'tag/exchanged': {
    what: 'The card on the reader is not the one that was there before.',
    next: 'Leave one card only on the reader and try again.',
  },
  'tag/proof-failed': (found) => ({
    what: `The chip${found('uid', ' ')} was written, and did not pass the final check.`,
    next: SYSTEMS,
  }),
};
