/** How the office is reached: never a private number or address. */
export interface Contact {
  readonly phone?: string;
  readonly mail?: string;
}

/** Ten digits of the Mexican numbering plan or more, as people write them, with an extension: `55 2452 3110 ext. 4012`. */
export function phoneOf(text: string): string | undefined {
  const clean = text.trim().replace(/\s+/g, ' ');
  if (clean.length > 40) return undefined;
  const match = /^(\+?[\d() .-]{3,24}?)(?: ?(?:ext\.?|extensi[oó]n|x) ?(\d{1,6}))?$/i.exec(clean);
  const number = match?.[1]?.trim();
  if (number === undefined) return undefined;
  const digits = number.replace(/\D/g, '').length;
  // Three digits: 911, 089. Ten: any line. Up to fifteen: ITU-T E.164.
  if (digits !== 3 && (digits < 8 || digits > 15)) return undefined;
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
