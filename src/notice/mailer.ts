import type { MailAddress } from '../directory/contact.ts';

/** One message of plain text to one person. */
export interface Mail {
  /** The same at each try, so that whoever gets it twice sees that it is one: `id@host` (RFC 5322 §3.6.4). */
  readonly messageId: string;
  readonly to: MailAddress;
  /** Who sends it, beside the address of the setting. */
  readonly fromName: string;
  readonly subject: string;
  readonly text: string;
}

/** Why a message was not taken, in words that tell nothing of it or of whom it is for. */
export type MailReason = 'connection' | 'tls' | 'login' | 'sender' | 'busy' | 'recipient' | 'content' | 'too-late';

export type MailOutcome =
  | { readonly outcome: 'sent' }
  /** Not now. `isServer`: nothing goes through it now, whomever it is for. */
  | { readonly outcome: 'later'; readonly reason: MailReason; readonly reply?: number; readonly isServer: boolean }
  /** The server will never take it (a reply of 5yz, RFC 5321 §4.2.1). */
  | { readonly outcome: 'refused'; readonly reason: MailReason; readonly reply: number };

/**
 * Hands messages to a server. It resolves once the server has answered for the message, or does not answer any more; where the
 * connection broke before the answer came, the message may be on its way all the same. No address and no text stands in what it
 * answers. Calls may run at once.
 */
export interface Mailer {
  send(mail: Mail): Promise<MailOutcome>;
  /** Ends what is open. */
  close(): void;
}
