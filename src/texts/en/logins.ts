import type { LoginsCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const REASONS: Readonly<Record<string, string>> = {
  'other-origin': 'it was used on another page',
  'other-rp-id': 'it is of another page',
  framed: 'the page was inside another one',
  'other-challenge': 'it answers another question',
  'user-not-verified': 'the device asked for no fingerprint, face or PIN',
  'user-not-present': 'nobody touched the device',
  'signature-wrong': 'its signature is not of that passkey',
  'signature-malformed': 'its signature cannot be read',
};

const ASK_AGAIN = 'Ask whoever invited you for a new invitation.';

/** The door of the office: sessions and invitations. */
export const logins: ProblemTexts<LoginsCode> = {
  'login/challenge-over': {
    what: 'Too much time went by, or this page was used to log in already.',
    next: 'Load the page again, and log in once more.',
  },
  'login/passkey-unknown': {
    what: 'Nobody logs in with that passkey: it is not approved yet, has no roles, or ended.',
    next: 'If you have just made it, wait until two people approve it. If not, ask human resources.',
  },
  'login/card-unknown': {
    what: 'Nobody logs in with that card: it is not of this office, it is not in force, or its holder has no access here.',
    next: 'Check it with ./cotejo card verify. If it is in force, ask human resources whether you have access.',
  },
  'login/declined': (found) => ({
    what: `The passkey did not log you in${found.word('reason', REASONS, ': ')}.`,
    next: 'Type the address of the service in a new window yourself and try again. If a message or a link brought you here, tell those who run the systems.',
  }),
  'login/elsewhere': {
    what: 'The request did not come from the pages of the office. Nothing was done.',
    next: 'Open the office in a new window yourself and do it from there. If you followed a link, tell those who run the systems.',
  },
  'session/over': {
    what: 'Your session ended: it lasts 8 hours, and 30 minutes without use.',
    next: 'Log in again with your passkey; on the command line, with ./cotejo login. What you typed on the page is still there.',
  },
  'session/changed': {
    what: 'Your session ended because your roles or your passkey changed.',
    next: 'Log in again. If you cannot, ask human resources.',
  },
  'session/unknown': {
    what: 'That session is not among yours: it ended already.',
    next: 'Load the page again to see those that are open.',
  },
  'invitation/enrolled-already': {
    what: 'That official has a passkey already.',
    next: 'In the list of people, beside their name, choose “Invite another passkey”.',
  },
  'invitation/roles': {
    what: 'No role was chosen, or the unit or the date cannot be read.',
    next: 'Choose at least one role. A unit is written with its code, a date as 2026-12-31.',
  },
  'invitation/unknown': {
    what: 'This invitation does not exist, or was withdrawn.',
    next: `Check that the address is complete. ${ASK_AGAIN}`,
  },
  'invitation/expired': { what: 'This invitation expired: it lasts 24 hours.', next: ASK_AGAIN },
  'invitation/used': {
    what: 'This invitation was used: it works once.',
    next: 'If it was you, go on in the browser in which you opened it. If it was not, tell whoever invited you.',
  },
  'invitation/code-wrong': (found) => ({
    what: 'That is not the code of the invitation.',
    next: `Type the eight symbols that you were given in person${found('left', '. Tries that are left: ')}.`,
  }),
  'invitation/closed': { what: 'The code was wrong five times: the invitation was closed.', next: ASK_AGAIN },
  'invitation/not-opened': {
    what: 'No invitation is open in this browser.',
    next: `Open the address of the invitation in the browser in which you used it. ${ASK_AGAIN}`,
  },
  'invitation/key-in-use': {
    what: 'That passkey is somebody’s already, or waits for approval already.',
    next: 'Make a new one, on a device that is yours alone.',
  },
  'invitation/not-pending': {
    what: 'Nobody waits for approval under that id: it was approved, discarded, or 14 days went by.',
    next: 'Load the list of people again.',
  },
  'device/unknown': {
    what: 'No program waits with that code: it was mistyped, answered already, or ten minutes went by.',
    next: 'Compare it with the one at the terminal. If need be, repeat ./cotejo login there.',
  },
  'device/another-passkey': {
    what: 'That passkey is somebody else’s. Nothing was allowed.',
    next: 'Confirm it with the passkey that you logged in with, or leave and log in with yours.',
  },
  'device/host': {
    what: 'The name of the machine that asks cannot be read.',
    next: 'Give it a name of letters and digits, of up to 64, and repeat ./cotejo login.',
  },
  'token/over': {
    what: 'The token of this program is good no more: it expired, was ended, or its owner has no access.',
    next: 'Let its owner make another one at /oficina/programas.',
  },
  'token/needs-person': {
    what: 'This is done by a person with their passkey, and not by a program.',
    next: 'Do it at /oficina, or on the command line after ./cotejo login.',
  },
  'token/login-again': {
    what: 'To make a token you have to have logged in less than ten minutes ago.',
    next: 'Leave, log in again and repeat it; on the command line with ./cotejo login.',
  },
  'token/label': {
    what: 'The name of the program cannot be read.',
    next: 'Type which program it is, in up to 80 letters.',
  },
  'token/roles': {
    what: 'The roles are not among yours, or cannot be read: a token has at most those of its owner, in the same units.',
    next: 'Choose among those that “Mi sesión” shows. If yours is of a unit, say which.',
  },
  'token/until': {
    what: 'The last day cannot be read, is over, or is more than a year away.',
    next: 'Type it like 2026-12-31, within the next 365 days.',
  },
  'token/too-many': {
    what: 'You have twenty tokens of programs already.',
    next: 'End those that nothing uses and try again.',
  },
  'token/not-theirs': {
    what: 'A founder approves and does nothing else: they have no programs.',
    next: 'Let the person make it in whose name the program works.',
  },
  'token/unknown': {
    what: 'That token is not among yours: it ended already.',
    next: 'Look at the list again.',
  },
};
