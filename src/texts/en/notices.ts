import type { NoticesCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** Why the mail server did not take it. */
export const MAIL_REASONS: Readonly<Record<string, string>> = {
  connection: 'the mail server could not be spoken to',
  tls: 'it offers no encrypted connection with a certificate that counts',
  login: 'it did not accept user or password',
  sender: 'it does not accept the sender',
  busy: 'it asks to be tried later',
  recipient: 'it does not accept the recipient',
  content: 'it does not accept the message',
  'too-late': 'its time was over',
  unreadable: 'it cannot be read with the keys of this installation',
};

/** Notices by mail. */
export const notices: ProblemTexts<NoticesCode> = {
  'notice/no-server': {
    what: 'This installation sends no notices by mail: nothing says through which server.',
    next: 'Set COTEJO_SMTP_URL and COTEJO_MAIL_FROM (docs/settings.md), and start the service again.',
  },
  'notice/refused': (found) => ({
    what: `The mail server refused the message${found.word('reason', MAIL_REASONS, ': ')}${found('reply', ' (reply ', ')')}.`,
    next: 'Look at the address, and at what the mail server says in its log.',
  }),
  'notice/not-delivered': (found) => ({
    what: `The message could not be delivered now${found.word('reason', MAIL_REASONS, ': ')}${found('reply', ' (reply ', ')')}.`,
    next: 'Look at COTEJO_SMTP_URL and at the mail server, and repeat the test.',
  }),
};
