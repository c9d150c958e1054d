import type { AccessCode } from '../../access/code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const ROLES: Readonly<Record<string, string>> = {
  hr: 'human resources',
  clerk: 'clerk',
  signer: 'signer',
  approver: 'approver',
  auditor: 'auditor',
  operator: 'operator',
};

/** Why something is not authorised. */
export const REASONS: Readonly<Record<string, string>> = {
  'no-evidence': 'nobody authorised it',
  malformed: 'the authorisation cannot be read',
  'other-act': 'something else was authorised',
  checkpoint: 'it was authorised over a later log',
  'unknown-person': 'nobody with that key is enrolled',
  assertion: 'the passkey did not confirm this',
  enrolment: 'that person was not approved by two people',
  role: 'the role is missing, or a second person',
  used: 'it is a copy of an act that was done before',
  ended: 'their access ended or changed',
};

/** The passkeys of staff, and what is declined of somebody who wants to act. */
export const access: ProblemTexts<AccessCode> = {
  'access/registration-malformed': {
    what: 'The browser gave the passkey in a form that is not accepted. It was not kept.',
    next: 'Update the browser, or use another one, and make it again; if it happens again, tell the systems staff.',
  },
  'access/registration-challenge': {
    what: 'The passkey answers an earlier request. It was not kept.',
    next: 'Load the page again and make it once more, in one window only.',
  },
  'access/registration-origin': (found) => ({
    what: `The passkey was made on another page${found('found', ' (', ')')}. It was not kept.`,
    next: 'Type the address of the service into a new window and make it there. If a message or a link led you there, tell the systems staff.',
  }),
  'access/registration-unverified': {
    what: 'The device asked for no PIN, finger or face: so nobody knows who uses it. It was not kept.',
    next: 'Turn on the screen lock of the device, or set a PIN on the security key, and make it again.',
  },
  'access/registration-key-unfit': {
    what: 'The passkey is weak or of a kind that is not accepted. It was not kept.',
    next: 'Make it on another device, for example a telephone or a recent security key.',
  },
  'access/login-needed': {
    what: 'Nobody is logged in, and this is done by a person.',
    next: 'Log in at /oficina with your passkey or, on the command line, with ./cotejo login, and try again.',
  },
  'access/role-missing': (found) => ({
    what: `Your role is not enough for this${found.words('roles', ROLES, ' (needed: ', ')')}.`,
    next: 'Ask somebody who has it, or two approvers to give it to you.',
  }),
  'access/assertion-needed': {
    what: 'It still has to be confirmed with the passkey of whoever may authorise it.',
    next: 'Confirm it at /oficina; nothing was done yet.',
  },
  'access/not-authorised': (found) => ({
    what: `It was not authorised${found.word('reason', REASONS, ': ')}. Nothing was done.`,
    next: 'Ask for it again from the beginning, with the people who may authorise it.',
  }),
  'access/name': {
    what: "The person's name cannot be read.",
    next: 'Write it as in their appointment, without odd characters, and try again.',
  },
  'access/person-unknown': {
    what: 'Nobody of that id has access.',
    next: 'Look them up in the list of people with access.',
  },
  'access/person-ended': {
    what: 'The access of that person ended.',
    next: 'If they come back, invite them again: they are enrolled as a new person.',
  },
  'access/other-person': {
    what: 'A further passkey of one person must have the same name and post.',
    next: 'Check whom you invited. If their post changed, end their access and invite them again.',
  },
  'access/no-mandate': (found) => ({
    what: `That official is not in office today${found('official', ' (', ')')}.`,
    next: 'Check their appointment in the directory, or give them access without a post.',
  }),
  'access/passkey-unknown': {
    what: 'That person has no such passkey.',
    next: 'Choose one of the list.',
  },
  'access/credential-in-use': {
    what: 'That passkey is enrolled already, or has ended.',
    next: 'Make another passkey.',
  },
  'access/roles': {
    what: 'The roles are not understood, or too many.',
    next: 'Choose from the list, with their first day and, if there is one, the last.',
  },
};
