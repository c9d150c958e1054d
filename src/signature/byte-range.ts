import { hexValue } from '../pdf/lex.ts';
import { isPdf, type PdfObject } from '../pdf/object.ts';

/**
 * `/ByteRange [0 gapStart gapEnd end−gapEnd]` (ISO 32000-2 §12.8.1): everything from the first byte of the file to `end`
 * is signed but the gap, which holds the signature itself.
 */
export interface ByteRange {
  readonly gapStart: number;
  readonly gapEnd: number;
  readonly end: number;
}

/**
 * The range that a signature dictionary names, or what is wrong with it. Both ranges must lie inside the file, the first
 * at its start, and leave one gap.
 */
export function readByteRange(object: PdfObject | undefined, fileLength: number): ByteRange | string {
  if (!isPdf(object, 'array')) return 'ByteRange is not a direct array';
  const numbers = object.items;
  if (numbers.length !== 4) return `ByteRange has ${numbers.length} numbers, expected 4`;
  if (!numbers.every((number) => typeof number === 'number' && Number.isSafeInteger(number) && number >= 0)) {
    return 'ByteRange holds something else than whole numbers';
  }
  const [start, gapStart, gapEnd, rest] = numbers as [number, number, number, number];
  const end = gapEnd + rest;
  if (start !== 0) return `ByteRange starts at ${start}, expected 0`;
  if (gapStart === 0 || rest === 0 || gapEnd < gapStart + 4) return 'ByteRange leaves no room for a signature';
  if (end > fileLength) return `ByteRange ends at ${end}, beyond the ${fileLength} bytes of the file`;
  return { gapStart, gapEnd, end };
}

/** The two signed parts of `file`, not copied. */
export function signedParts(file: Uint8Array, range: ByteRange): readonly [Uint8Array, Uint8Array] {
  return [file.subarray(0, range.gapStart), file.subarray(range.gapEnd, range.end)];
}

const NOT_HEX = 255;
const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = hexValue(byte);
  return value < 0 ? NOT_HEX : value;
});

/**
 * Whether the gap is `<`, these bytes in hexadecimal digits, `>` and nothing else: white space or a comment there could be
 * changed without breaking the signature, and a gap wider than `/Contents` could hide objects.
 */
export function gapHolds(file: Uint8Array, range: ByteRange, contents: Uint8Array): boolean {
  const { gapStart, gapEnd } = range;
  if (gapEnd - gapStart !== 2 * contents.length + 2) return false;
  if (file[gapStart] !== 0x3c || file[gapEnd - 1] !== 0x3e) return false;
  for (let i = 0, at = gapStart + 1; i < contents.length; i++, at += 2) {
    const high = HEX_VALUE[file[at]!]!;
    const low = HEX_VALUE[file[at + 1]!]!;
    // Both below 16, so that NOT_HEX cannot make up for the other digit.
    if (high > 15 || low > 15 || ((high << 4) | low) !== contents[i]) return false;
  }
  return true;
}

/** The bytes whose hexadecimal digits fill the gap; `undefined` where it holds anything else. */
export function readGap(file: Uint8Array, { gapStart, gapEnd }: ByteRange): Uint8Array | undefined {
  const digits = gapEnd - gapStart - 2;
  if (digits % 2 !== 0 || file[gapStart] !== 0x3c || file[gapEnd - 1] !== 0x3e) return undefined;
  const contents = new Uint8Array(digits / 2);
  for (let i = 0, at = gapStart + 1; i < contents.length; i++, at += 2) {
    const high = HEX_VALUE[file[at]!]!;
    const low = HEX_VALUE[file[at + 1]!]!;
    if (high > 15 || low > 15) return undefined;
    contents[i] = (high << 4) | low;
  }
  return contents;
}

/** Whether `end` is where a revision ends: behind `%%EOF` and at most one end of line. */
export function endsRevision(file: Uint8Array, end: number): boolean {
  let at = end;
  if (file[at - 1] === 0x0a) at--;
  if (file[at - 1] === 0x0d) at--;
  return MARK.every((byte, i) => file[at - MARK.length + i] === byte);
}

const MARK = [...'%%EOF'].map((character) => character.charCodeAt(0));
