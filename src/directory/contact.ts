import type { Brand } from '../core/brand.ts';
import { Refusal } from '../core/refusal.ts';
import type { DirectoryCode } from './code.ts';

/** How the office is reached: never a private number or address. */
export interface Contact {
  readonly phone?: string;
  readonly mail?: string;
}

/**
 * The one rule for every telephone that we show: ten digits of the Mexican numbering plan, or up to fifteen with prefixes
 * (ITU-T E.164), as people write them, with an extension (`55 2452 3110 ext. 4012`); or a short number of a service
 * (`911`, `*0311`).
 */
export function phoneOf(text: string): string | undefined {
  const clean = text.trim().replace(/\s+/g, ' ');
  if (clean.length > 40) return undefined;
  if (/^(?:\d{3}|\*\d{3,5})$/.test(clean)) return clean;
  const match = /^(\+?[\d() .-]{3,24}?)(?: ?(?:ext\.?|extensi[oó]n|x) ?(\d{1,6}))?$/i.exec(clean);
  const number = match?.[1]?.trim();
  if (number === undefined) return undefined;
  const digits = number.replace(/\D/g, '').length;
  if (digits < 10 || digits > 15) return undefined;
  return match![2] === undefined ? number : `${number} ext. ${match![2]}`;
}

/** One plain mailbox in lower-case domain; no display name, quotes, or addresses of other alphabets that look alike. */
export function mailOf(text: string): string | undefined {
  const clean = text.trim();
  if (clean.length > 120) return undefined;
  const match =
    /^([A-Za-z0-9][A-Za-z0-9._+-]{0,63})@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24})$/.exec(
      clean,
    );
  return match ? `${match[1]}@${match[2]!.toLowerCase()}` : undefined;
}

/** Where mail reaches somebody who works here; what has the form of `mailOf` ends no line of a header, and is no second address. */
export type MailAddress = Brand<string, 'MailAddress'>;

export function parseMailAddress(text: string): MailAddress | undefined {
  return mailOf(text) as MailAddress | undefined;
}

/** As somebody typed it. @throws Refusal `directory/mail-malformed` */
export function readMailAddress(typed: string): MailAddress {
  const address = parseMailAddress(typed);
  if (address === undefined) throw new Refusal<DirectoryCode>('directory/mail-malformed', 'not a mail address');
  return address;
}
