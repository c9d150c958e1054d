import type { AccessCode } from '../../access/code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** The passkeys of staff. */
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
};
