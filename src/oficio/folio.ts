import type { Brand } from '../core/brand.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';

/** A letter's number as it is printed: `AC/DGG/SCI/0042/2026` = unit, consecutive number of the year, year. */
export type Folio = Brand<string, 'Folio'>;

export type FolioCode = 'oficio/folio-malformed';

export interface FolioParts {
  /** Acronyms joined by `/`, as the directory spells the unit. */
  readonly unit: string;
  readonly year: number;
  readonly number: number;
}

/** What the seal carries is at most 40 characters long. */
const MAX_LENGTH = 40;
const SHAPE = /^([A-ZÑ0-9]{1,10}(?:\/[A-ZÑ0-9]{1,10}){0,5})\/(\d{1,6})\/(\d{4})$/;

/** The folio with at least four digits in its number. @throws Refusal `oficio/folio-malformed` when it cannot be one */
export function formatFolio({ unit, year, number }: FolioParts): Folio {
  return parseFolio(`${unit}/${String(number).padStart(4, '0')}/${year}`).folio;
}

/** What people type where `/` is printed: a hyphen or a dash of any length, with or without spaces, or only spaces. */
const SEPARATOR = /\s*[/\-\u2010-\u2015]\s*|\s+/g;
/** Longer text is not looked at. */
const MAX_TYPED = 100;
/** `K7QW-3M9X-T2PA` is a typed code even when its end looks like a number and a year. */
const LIKE_CODE = /^\w{4}\/\w{4}\/\w{4}$/;

/** The same with a symbol missing or too many, as codes are printed: a folio has other groups, or slashes. */
const NEARLY_CODE = /^\w{4}-\w{4}-\w{3,5}$/;

/** The text with `/` for each separator, unless that could as well be a typed code, a date or a telephone. */
function withSlashes(text: string): string {
  const mended = text.replaceAll(SEPARATOR, '/');
  if (mended === text) return text;
  return LIKE_CODE.test(mended) || !/^[A-ZÑ]/.test(mended) ? '' : mended;
}

/** Whether `text` would be a folio, had its year not been left out or cut to two digits. */
export function lacksYear(text: string): boolean {
  const bare = text.trim();
  // Words between spaces are no folio by the number at their end.
  if (!/[/\-\u2010-\u2015]/.test(bare) || bare.length > MAX_TYPED) return false;
  if (NEARLY_CODE.test(bare)) return false;
  try {
    parseFolio(`${bare}/2000`);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/**
 * A folio as somebody types it: lower case, missing leading zeros, and hyphens or spaces in place of `/` are forgiven,
 * so that each number has one spelling.
 * @throws Refusal `oficio/folio-malformed`
 */
export function parseFolio(text: string): { readonly folio: Folio; readonly parts: FolioParts } {
  const typed = text
    .slice(0, MAX_TYPED + 1)
    .normalize('NFC')
    .trim()
    .toUpperCase();
  const match = text.length <= MAX_TYPED ? SHAPE.exec(withSlashes(typed)) : null;
  const number = Number(match?.[2]);
  const year = Number(match?.[3]);
  if (!match || number < 1 || year < 2000 || year > 2999) {
    throw new Refusal<FolioCode>('oficio/folio-malformed', 'not unit/number/year', { found: text.slice(0, 60) });
  }
  const unit = match[1]!;
  const folio = `${unit}/${String(number).padStart(4, '0')}/${year}` as Folio;
  if (folio.length > MAX_LENGTH) {
    throw new Refusal<FolioCode>('oficio/folio-malformed', `longer than ${MAX_LENGTH} characters`, { found: folio });
  }
  return { folio, parts: { unit, year, number } };
}
