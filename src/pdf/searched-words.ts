import { isDigit, isPrintable, TextSearch } from './lex.ts';

/** What a reader that has given the tables up looks for, whatever stands around it. */
const WORDS = ['endobj', 'endstream', 'trailer', 'startxref', '%%EOF', '%PDF-', '/Root', '/Catalog', '/Encrypt'].map(
  (word) => new TextSearch(word),
);
const obj = new TextSearch('obj');
const xref = new TextSearch('xref');
const LONGEST_COMMENT = 65_536;

/**
 * Whether bytes of a string, a name or a stream's data could be taken for a part of the file by a reader that searches it
 * without a table: it would find a second object, table or trailer there. In compressed data that happens by chance in one
 * megabyte of a thousand.
 */
export function holdsWord(bytes: Uint8Array, from: number, to: number): boolean {
  for (const word of WORDS) if (word.find(bytes, from, to) >= 0) return true;
  for (let at = obj.find(bytes, from, to); at >= 0; at = obj.find(bytes, at + 1, to)) {
    if (headerBefore(bytes, at + 2) !== undefined) return true;
  }
  for (let at = xref.find(bytes, from, to); at >= 0; at = xref.find(bytes, at + 1, to)) {
    const isAlone = (at === from || !isPrintable(bytes[at - 1]!)) && (at + 4 === to || !isPrintable(bytes[at + 4]!));
    if (isAlone) return true;
  }
  return false;
}

/** Where the header `N G obj` begins whose last letter stands at `end`, white space left out or not; `undefined` if none does. */
export function headerBefore(bytes: Uint8Array, end: number): number | undefined {
  if (bytes[end - 1] !== 0x62 || bytes[end - 2] !== 0x6f) return undefined;
  const generation = numberBefore(bytes, end - 2);
  return generation === undefined ? undefined : numberBefore(bytes, generation);
}

/**
 * Where the digits begin that stand before `end`, white space and comments between allowed: also what only other programs
 * take for white space (isspace of C, \s of JavaScript).
 */
function numberBefore(bytes: Uint8Array, end: number): number | undefined {
  let at = end;
  while (at > 0 && !isPrintable(bytes[at - 1]!)) {
    at--;
    if (isEol(bytes[at]!)) at = commentBefore(bytes, at) ?? at;
  }
  if (at === 0 || !isNumeric(bytes[at - 1]!)) return undefined;
  // Signs and points as well: some readers take `+0` for 0.
  while (at > 0 && isNumeric(bytes[at - 1]!)) at--;
  return at;
}

/** Where the comment begins that `end` ends; `undefined` where none does, or none that is short. */
function commentBefore(bytes: Uint8Array, end: number): number | undefined {
  const first = Math.max(0, end - LONGEST_COMMENT);
  let found: number | undefined;
  for (let at = end - 1; at >= first && !isEol(bytes[at]!); at--) if (bytes[at] === 0x25) found = at;
  return found;
}

function isNumeric(byte: number): boolean {
  return isDigit(byte) || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

function isEol(byte: number): boolean {
  return byte === 10 || byte === 13;
}
