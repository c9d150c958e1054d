import type { Facts } from '../core/refusal.ts';
import type { DirectoryCode } from './code.ts';

/** What is wrong with one field, for a list that somebody mends in one go. */
export interface Problem<Field extends string = string> {
  readonly field: Field;
  readonly code: DirectoryCode;
  readonly facts: Facts;
}

export interface TextLimits {
  /** Characters (code points) after white space was collapsed. */
  readonly max: number;
}

/**
 * Control, format (bidirectional overrides, zero-width, soft hyphen, tags), private, unassigned and lone surrogates: a
 * text with them does not read as it is stored, so that a name on the page could differ from the name that was signed.
 */
const FORBIDDEN = /[^\P{C}\t\n\r]/u;
/** What is not seen, or not told from a letter of ours: invisible and blank signs, letters of other scripts and for mathematics. */
const LOOK_ALIKE = /[\p{Default_Ignorable_Code_Point}\u2800\uff00-\uffef[\p{L}--[\p{Script=Latin}\u02bc]]]/v;
/** More marks on one letter than any language writes: they paint over the neighbouring lines. */
const STACKED_MARKS = /\p{M}{4}/u;
/** A spreadsheet that opens our lists would calculate it. */
const FORMULA = /^[=+@]/;
/** UTF-8 that somebody read as Windows-1252 (`MarÃ­a`), or a character lost for good. */
const READ_AS_WINDOWS = /[ÃÂ][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]|\ufffd/u;
/**
 * CP850, CP437 or Mac Roman that somebody read as Windows-1252 (`Mar¡a`, `Mu¤oz`, `Hern‡ndez`): no Spanish word holds
 * such a sign. Where it stands apart (`¡Alto!`, `£ 500`) it is itself.
 */
const OTHER_CODE_PAGE = /[\u0080-\u009f]|\p{L}[¢£¤¥ƒ‚„‡]|[¢£¤¥ƒ‡]\p{L}|\p{L}¡\p{L}/u;
/** The same of Mac Roman (`Mu–oz`, `Le—n`, `JosŽ`) in signs that other languages or hasty hands do write so. */
const PERHAPS_MAC_ROMAN = /\p{L}[–—]\p{L}|\p{Ll}Ž/u;

/** Where a whole file was read in another encoding than its own; -1 where nothing shows it. */
export function otherCodePageAt(text: string): number {
  return text.search(OTHER_CODE_PAGE);
}

/** Whether accents of `text` were lost before it came here. */
export function isGarbled(text: string): boolean {
  return [READ_AS_WINDOWS, OTHER_CODE_PAGE, PERHAPS_MAC_ROMAN].some((signs) => signs.test(text));
}

/** Whether something in `text` may be taken for what it is not. */
export function isLookAlike(text: string): boolean {
  return LOOK_ALIKE.test(text);
}

/** As `readText`, of what somebody enters now: what was stored under earlier rules stays readable. */
export function readEntered(text: string, limits: TextLimits): ReturnType<typeof readText> {
  if (isGarbled(text.slice(0, 8 * limits.max))) return { code: 'directory/text-garbled', facts: {} };
  return isLookAlike(text) ? { code: 'directory/text-forbidden-character', facts: {} } : readText(text, limits);
}

/**
 * `text` in NFC, its white space collapsed to single spaces; or the code of what is wrong with it. The result is what
 * may be stored, signed and shown.
 */
export function readText(text: string, { max }: TextLimits): { text: string } | { code: DirectoryCode; facts: Facts } {
  // Bounded before any work that grows with the length.
  if (text.length > 8 * max + 64) return { code: 'directory/text-too-long', facts: { max, found: text.length } };
  if (READ_AS_WINDOWS.test(text)) return { code: 'directory/text-garbled', facts: {} };
  if (FORBIDDEN.test(text)) return { code: 'directory/text-forbidden-character', facts: {} };
  const clean = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (clean === '') return { code: 'directory/text-missing', facts: {} };
  if (FORMULA.test(clean)) return { code: 'directory/text-formula', facts: {} };
  if (STACKED_MARKS.test(clean)) return { code: 'directory/text-forbidden-character', facts: {} };
  const found = [...clean].length;
  if (found > max) return { code: 'directory/text-too-long', facts: { max, found } };
  if (holdsPersonalKey(clean)) return { code: 'directory/personal-key', facts: {} };
  return { text: clean };
}

const DATE = String.raw`\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])`;
const PERSONAL_KEYS = [
  // CURP, whole, or its first ten characters, which are those of the RFC and give away the date of birth
  String.raw`[A-ZÑ][AEIOUX][A-ZÑ]{2}[ -]?${DATE}[ -]?[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZÑ]{3}[0-9A-Z]\d`,
  String.raw`[A-ZÑ][AEIOUX][A-ZÑ]{2}${DATE}`,
  // RFC of a person, whose last character is a check digit (0-9 or A), and of a company
  String.raw`[A-ZÑ&]{4}[ -]?${DATE}[ -]?[A-Z0-9]{2}[0-9A]`,
  String.raw`[A-ZÑ&]{3}${DATE}[A-Z0-9]{2}[0-9A]`,
];
const PERSONAL_KEY = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${PERSONAL_KEYS.join('|')})(?![\p{L}\p{N}])`, 'iu');

/** Whether a CURP or an RFC stands in `text`: neither is ever published (nor kept) by the directory. */
export function holdsPersonalKey(text: string): boolean {
  return PERSONAL_KEY.test(text);
}

/**
 * `text` as it is compared and searched: lower case, without accents, words of letters and digits with one space
 * between. `María de la O. Ñúñez-Gómez` and `MARIA DE LA O NUNEZ GOMEZ` fold to the same.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
