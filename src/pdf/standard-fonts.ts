import type { ContentSource } from './font-metrics.ts';
import { ENCODINGS, STANDARD_ENCODING, unicodeOf } from './glyph-names.ts';
import { type PdfDict, isName, isPdf } from './object.ts';
import { readEncoding } from './simple-encoding.ts';

/**
 * Families of Latin letters that a file may name without having them: the standard ones (ISO 32000-2 §9.6.2.2), and what
 * offices have. Whoever has no such font takes another for it, with the same characters; a font of symbols is letters to
 * those who do not have it.
 */
const LATIN = [
  ...['Helvetica', 'Times', 'Courier', 'Arial', 'TimesNewRoman', 'CourierNew', 'Calibri', 'Cambria', 'Verdana'],
  ...['Tahoma', 'Georgia', 'Garamond', 'TrebuchetMS', 'CenturyGothic', 'BookAntiqua', 'BookmanOldStyle', 'SegoeUI'],
  ...['ArialNarrow', 'ArialUnicodeMS', 'LiberationSans', 'LiberationSerif', 'LiberationMono', 'DejaVuSans'],
];
const WIN_ANSI = ENCODINGS.get('WinAnsiEncoding')!;
const STYLE = /(?:PS)?(?:MT)?(?:[-,](?:Roman|Regular|Bold|Italic|Oblique|BoldItalic|BoldOblique))?(?:MT)?$/;
const SYMBOLIC = 4;
const NONSYMBOLIC = 32;
/** Those with codes of their own. */
const SYMBOLS = ['Symbol', 'ZapfDingbats'];
/** Of white space that is shown, most draw nothing. */
const SPACES = [9, 10, 13];

/** The standard ones that are no symbols. */
const PLAIN = /^(?:(?:Helvetica|Courier)(?:-(?:Bold|Oblique|BoldOblique))?|Times-(?:Roman|Bold|Italic|BoldItalic))$/;

/**
 * Whether it is a standard font of Latin letters, with the codes of Windows; or without an encoding, and of codes that are
 * the same in the standard one and in that of Windows.
 */
export function isPlainLatin(source: ContentSource, { entries }: PdfDict, codes: readonly number[]): boolean {
  const [base, encoding] = [source.resolve(entries.get('BaseFont')), source.resolve(entries.get('Encoding')) ?? null];
  if (!isPdf(base, 'name') || !PLAIN.test(base.name)) return false;
  return isName(encoding, 'WinAnsiEncoding') || (encoding === null && codes.every(isSameInBoth));
}

/** Whether a code stands for one character in StandardEncoding and in WinAnsiEncoding. */
export function isSameInBoth(code: number): boolean {
  return STANDARD_ENCODING[code] !== undefined && STANDARD_ENCODING[code] === WIN_ANSI[code];
}

/** Whether programs show the same characters of a font that is not in the file. */
export function isStandardFont(
  source: ContentSource,
  font: PdfDict,
  subtype: string,
  codes: readonly number[],
  flags: number,
): boolean {
  const base = source.resolve(font.entries.get('BaseFont'));
  if (!isPdf(base, 'name')) return false;
  const encoded = (source.resolve(font.entries.get('Encoding')) ?? null) !== null;
  if (SYMBOLS.includes(base.name)) return !encoded;
  const family = base.name.replaceAll(' ', '').replace(STYLE, '');
  // Some let a font that calls itself one of symbols have codes of its own.
  const isText = LATIN.includes(family) && (flags & (SYMBOLIC | NONSYMBOLIC)) !== SYMBOLIC;
  const encoding = isText ? readEncoding(source, font) : undefined;
  if (!encoding) return false;
  const { differences, baseNames } = encoding;
  const names = baseNames ?? STANDARD_ENCODING;
  // Where nothing is said of a TrueType font, some take the codes for Adobe's, and some for Windows': most are the same.
  const others = baseNames ?? (subtype === 'TrueType' ? ENCODINGS.get('WinAnsiEncoding')! : names);
  for (const code of codes) {
    if (SPACES.includes(code)) continue;
    const name = differences.get(code) ?? names[code];
    if (name === undefined || unicodeOf(name) === undefined) return false;
    if (!differences.has(code) && others[code] !== name) return false;
  }
  return true;
}
