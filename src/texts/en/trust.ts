import type { TrustCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const NOTHING_SIGNED = 'Nothing was signed. Tell your systems staff and give them the code at the end.';
const ANOTHER_COPY = 'Check that it is the right file and complete, and try again.';
const FRESH_LIST =
  'Download the trust list again from the official address; if it happens again, tell your systems staff.';

/** Certificates, trust lists and revocation. */
export const trust: ProblemTexts<TrustCode> = {
  'authority/malformed': { what: 'The certificate or request cannot be read.', next: ANOTHER_COPY },
  'authority/lint': (found) => ({
    what: `The certificate that was about to be signed breaks a rule${found('rule', ': ')}.`,
    next: NOTHING_SIGNED,
  }),
  'authority/name': (found) => ({
    what: `A value of the certificate is empty, too long or holds characters that are not accepted${found('attribute', ' (', ')')}.`,
    next: 'Correct it and try again.',
  }),
  'authority/validity': {
    what: 'The validity asked for ends before it begins, or lasts longer than allowed.',
    next: 'Ask for a shorter validity and try again.',
  },
  'authority/weak-key': {
    what: 'The key in the request is weak or of a kind that is not accepted.',
    next: 'Make a new P-256 key and try again.',
  },
  'authority/no-possession': {
    what: 'The request does not prove that its maker holds the key.',
    next: 'Make the request on the device or card that holds the key, and try again.',
  },
  'authority/key-in-use': {
    what: 'This key already belongs to the institution or to somebody else.',
    next: 'Make a new key and try again.',
  },
  'authority/wrong-signature': {
    what: 'The signature that the device returned is not of its key.',
    next: 'Use nothing that was made. Check the signing device and tell your systems staff.',
  },
  'authority/trust-list-malformed': { what: 'The trust list cannot be read.', next: FRESH_LIST },
  'authority/trust-list-untrusted': {
    what: 'The trust list is not signed by the institution.',
    next: `Do not use it. ${FRESH_LIST}`,
  },
  'authority/trust-list-mismatch': {
    what: 'The trust list and its charter do not belong together.',
    next: FRESH_LIST,
  },
  'authority/trust-list-regress': (found) => ({
    what: `The trust list is older than one that is known already${found('found', ' (', `, known is ${found('seen') || 'a later one'})`)}.`,
    next: FRESH_LIST,
  }),
  'authority/trust-list-fork': (found) => ({
    what: `There are two different trust lists of one number${found('found', ': ')}.`,
    next: 'Trust neither of them. Tell your systems staff at once.',
  }),

  'revocation/malformed': { what: 'The list of revoked certificates cannot be read.', next: ANOTHER_COPY },
  'revocation/lint': (found) => ({
    what: `The revocation list that was about to be signed breaks a rule${found('rule', ': ')}.`,
    next: NOTHING_SIGNED,
  }),
  'revocation/duplicate-serial': (found) => ({
    what: `One certificate is twice in the revocation list${found('serial', ': ')}.`,
    next: NOTHING_SIGNED,
  }),
  'revocation/wrong-signature': {
    what: 'The signature of the revocation list is not of its key.',
    next: 'Do not publish the list. Check the signing device and tell your systems staff.',
  },
  'revocation/root-list-overtaken': {
    what: 'While the root signed its list, another one was prepared.',
    next: "Repeat ./cotejo key ceremony with the root's medium; what was published stays published.",
  },
  'revocation/root-not-offline': {
    what: "In a test installation the root's list is renewed by itself, with the others.",
    next: 'No ceremony is needed; use ./cotejo revocation publish.',
  },
  'revocation/root-list-over': (found) => ({
    what: `The list of the root authority is no longer in force${found.time('ended', ': it ended on ')}. Nobody can check certificates by it.`,
    next: "Bring one of the root's two media from its safe and run ./cotejo key ceremony --root-media FOLDER.",
  }),
  'revocation/status-list-full': {
    what: 'No free place was found in the list that holds the status of each seal or credential (it has 1,048,576).',
    next: 'Tell your systems staff: this version opens no second list. If far fewer were issued, somebody changed the database: restore the newest sound backup. If not, make a new installation; this one goes on answering.',
  },
  'revocation/status-list-malformed': {
    what: 'The list with the status of seals and credentials cannot be read.',
    next: ANOTHER_COPY,
  },
  'revocation/status-list-bounds': {
    what: 'A place was asked for that the status list does not have.',
    next: NOTHING_SIGNED,
  },

  'asn1/malformed': { what: 'The certificate or signature cannot be read.', next: ANOTHER_COPY },
  'cbor/malformed': { what: 'The signed data cannot be read.', next: ANOTHER_COPY },
  'cose/malformed': { what: 'The signed data are not in the expected form.', next: ANOTHER_COPY },
};
