import { keywordAt, skipEol, skipWhite } from './lex.ts';
import type { PdfObject } from './object.ts';
import { ObjectParser, type SyntaxFinding } from './parse.ts';
import { malformed } from './refusal.ts';

/** Where readers differ around an object or a stream's data. */
export type IndirectFinding = SyntaxFinding | 'stream-eol';

/** An object as it stands in the file between `N G obj` and `endobj`. */
export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly object: PdfObject;
  /** After `endobj`. */
  readonly end: number;
  readonly finding: IndirectFinding | undefined;
}

/**
 * Reads the indirect object at `at` (ISO 32000-2 §7.3.10), white space before it allowed. `lengthOf` resolves a
 * stream's /Length; who counts what is read, failures included, gives the `parser`, made for `at`. A stream's data is what /Length says, and `endstream` must follow it: the data is never searched.
 * @returns `undefined` when no `N G obj` stands there
 * @throws Refusal `pdf/malformed`, `pdf/too-large`
 */
export function readIndirect(
  bytes: Uint8Array,
  at: number,
  lengthOf: (length: PdfObject | undefined) => number | undefined,
  parser: ObjectParser = new ObjectParser(bytes, at, bytes.length),
): IndirectObject | undefined {
  const number = parser.unsigned();
  const generation = number === undefined ? undefined : parser.unsigned();
  if (number === undefined || generation === undefined || !parser.keyword('obj')) return undefined;
  let object: PdfObject = parser.object();
  let finding: IndirectFinding | undefined = parser.finding;
  parser.skipSpace();
  if (keywordAt(bytes, parser.at, 'stream')) {
    if (typeof object !== 'object' || object?.type !== 'dict') malformed('a stream without its dictionary', parser.at);
    const keyword = parser.at + 6;
    const start = skipEol(bytes, keyword);
    if (start === keyword) malformed('no end of line after the keyword stream', keyword);
    // CR alone: some readers take the byte after it for the data's first, some skip it.
    if (start === keyword + 1 && bytes[keyword] === 13) finding ??= 'stream-eol';
    const length = lengthOf(object.entries.get('Length'));
    if (length === undefined || !Number.isSafeInteger(length) || length < 0) malformed('a stream has no length', at);
    if (length > bytes.length - start) malformed('a stream is longer than the file', at);
    const end = start + length;
    const after = skipWhite(bytes, end, Math.min(bytes.length, end + 16));
    if (!keywordAt(bytes, after, 'endstream')) malformed('endstream does not stand where the length says', end);
    object = { type: 'stream', dict: object, data: bytes.subarray(start, end) };
    parser.at = after + 9;
  }
  if (!parser.keyword('endobj')) malformed('endobj does not stand where the object ends', parser.at);
  return { number, generation, object, end: parser.at, finding };
}
