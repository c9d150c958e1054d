/** Run lengths of white, then of black, 0 to 63 and by 64 to 1728 (ITU-T T.4 tables 2 and 3a). */
const WHITE = `00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 101011
0100111 0001100 0001000 0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 00011011
00010010 00010011 00010100 00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101
00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 01011001 01011010 01011011 01001010 01001011
00110010 00110011 00110100 11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100
011001101 011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000
010011001 010011010 011000 010011011`;
const BLACK = `0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000
0000010111 0000011000 0000001000 00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000
000011001010 000011001011 000011001100 000011001101 000001101000 000001101001 000001101010 000001101011 000011010010
000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 000011011010 000011011011
000001010100 000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011 000000100100
000000110111 000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100 000001011010
000001100110 000001100111 0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101
0000001101100 0000001101101 0000001001010 0000001001011 0000001001100 0000001001101 0000001110010 0000001110011
0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011 0000001010100 0000001010101
0000001011010 0000001011011 0000001100100 0000001100101`;
/** By 64 from 1792 on, of both (table 3b). */
const LONG = `00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111
000000011100 000000011101 000000011110 000000011111`;
/** Pass, horizontal, vertical by 0, 1, 2, 3 to the right and to the left, end of the block (ITU-T T.6 table 4). */
const MODES = '0001 001 1 011 000011 0000011 010 000010 0000010 000000000001';

const PASS = 0;
const HORIZONTAL = 1;
const STRAIGHT = 2;
const LEFT = 6;
const END = 9;

const BITS = 13;

/** By the next bits: what they mean, times sixteen, and how many of them are the code; 0 for none. */
function tableOf(codes: string): Int32Array {
  const table = new Int32Array(1 << BITS);
  for (const [i, code] of codes.split(/\s+/).entries()) {
    const from = Number.parseInt(code, 2) << (BITS - code.length);
    table.fill(i * 16 + code.length, from, from + (1 << (BITS - code.length)));
  }
  return table;
}

const modes = tableOf(MODES);
const runs = [tableOf(`${WHITE} ${LONG}`), tableOf(`${BLACK} ${LONG}`)] as const;

/**
 * Whether the data are a fax of group 4 (ITU-T T.6) of exactly so many rows: of rows that are not there, readers make white
 * or black ones, and of others that are too long, other rows.
 */
export function isGroup4(data: Uint8Array, width: number, height: number): boolean {
  const reader = new Reader(data, width);
  for (let row = 0; row < height; row++) if (!reader.row()) return false;
  return reader.isAtEnd();
}

class Reader {
  readonly #data: Uint8Array;
  readonly #width: number;
  /** In bits. */
  #at = 0;
  /** Where colours change in the row before, and in this one: white to black first. */
  #before: number[] = [];
  #changes: number[] = [];

  constructor(data: Uint8Array, width: number) {
    this.#data = data;
    this.#width = width;
  }

  /** The two codes that end the block; some programs leave them out. */
  isAtEnd(): boolean {
    const isDone = this.#at + 8 > this.#data.length * 8;
    return isDone || (this.#next(modes) === END && this.#next(modes) === END);
  }

  row(): boolean {
    const width = this.#width;
    const before = this.#before;
    const changes = this.#changes;
    changes.length = 0;
    let at = -1;
    let colour: 0 | 1 = 0;
    let above = 0;
    while (at < width) {
      // The next change above that is to the other colour.
      above = Math.max(0, above - 2);
      while (above < before.length && ((above & 1) !== colour || before[above]! <= at)) above++;
      const first = before[above] ?? width;
      const mode = this.#next(modes);
      if (mode === PASS) at = before[above + 1] ?? width;
      else if (mode === HORIZONTAL) {
        const one = this.#run(colour);
        const two = this.#run(colour === 0 ? 1 : 0);
        if (one < 0 || two < 0) return false;
        const start = Math.max(at, 0);
        at = start + one + two;
        if (at > width) return false;
        changes.push(start + one, at);
      } else if (mode >= STRAIGHT && mode < END) {
        const change = mode < LEFT ? first + mode - STRAIGHT : first - (mode - LEFT + 1);
        if (change < Math.max(at, 0) || change > width) return false;
        changes.push((at = change));
        colour = colour === 0 ? 1 : 0;
      } else return false;
    }
    this.#before = changes;
    this.#changes = before;
    return true;
  }

  /** Up to any number of long runs, then one below 64. */
  #run(colour: 0 | 1): number {
    let length = 0;
    for (;;) {
      const code = this.#next(runs[colour]);
      if (code < 0 || length > this.#width) return -1;
      if (code < 64) return length + code;
      length += (code - 63) * 64;
    }
  }

  #next(table: Int32Array): number {
    const data = this.#data;
    const byte = this.#at >> 3;
    const bits = ((data[byte] ?? 0) << 16) | ((data[byte + 1] ?? 0) << 8) | (data[byte + 2] ?? 0);
    const found = table[(bits >> (24 - BITS - (this.#at & 7))) & ((1 << BITS) - 1)]!;
    if (found === 0) return -1;
    this.#at += found & 15;
    return this.#at <= data.length * 8 ? found >> 4 : -1;
  }
}
