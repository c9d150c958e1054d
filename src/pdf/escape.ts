/** What stands for itself behind a backslash is not here (ISO 32000-2 table 3). */
const ESCAPED: ReadonlyMap<number, number> = new Map([
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
  [0x62, 8],
  [0x66, 12],
]);

/** Of an escape that stands for nothing: an end of line that is left out. */
export const NO_BYTE = 256;
const BYTES = 512;

/**
 * What the escape at a backslash stands for in a literal string (ISO 32000-2 §7.3.4.2) that ends at `stop`, and where its last
 * byte stands: one number without an allocation, for `byteOfEscape` and `endOfEscape`.
 */
export function readEscape(bytes: Uint8Array, backslash: number, stop: number): number {
  let at = backslash + 1;
  let byte = bytes[at]!;
  if (byte >= 48 && byte <= 55) {
    byte -= 48;
    for (let k = 0; k < 2 && at + 1 < stop && bytes[at + 1]! >= 48 && bytes[at + 1]! <= 55; k++) {
      byte = (byte * 8 + bytes[++at]! - 48) & 255;
    }
  } else if (byte === 13 || byte === 10) {
    if (byte === 13 && bytes[at + 1] === 10) at++;
    byte = NO_BYTE;
  } else byte = ESCAPED.get(byte) ?? byte;
  return at * BYTES + byte;
}

/** 0 to 255, or `NO_BYTE`. */
export function byteOfEscape(escape: number): number {
  return escape % BYTES;
}

export function endOfEscape(escape: number): number {
  return Math.floor(escape / BYTES);
}
