import { byteOfEscape, endOfEscape, NO_BYTE, readEscape } from './escape.ts';
import { hexValue } from './lex.ts';
import { HEX, LITERAL, type Operators } from './operators.ts';

const DIGIT = Int8Array.from({ length: 256 }, (_, byte) => hexValue(byte));

/** Which codes content shows in a font: each once, in whatever order. */
export class ShownCodes {
  /** Of a code: two for a composite font, as we hold their maps to. */
  readonly bytes: 1 | 2;
  /** A bit for each code. */
  readonly bits: Uint32Array;
  /** A string ended within a code. */
  torn = false;

  constructor(subtype: string) {
    this.bytes = subtype === 'Type0' ? 2 : 1;
    this.bits = new Uint32Array(this.bytes === 2 ? 2048 : 8);
  }

  /** The strings among the operands. */
  add(ops: Operators): void {
    const { kind, value, stop, bytes, count } = ops;
    for (let i = 0; i < count; i++) {
      if (kind[i] === HEX) this.#hex(bytes, value[i]!, stop[i]!);
      else if (kind[i] === LITERAL) this.#literal(bytes, value[i]!, stop[i]!);
    }
  }

  /** Those shown so far, in order. */
  codes(): readonly number[] {
    const { bits } = this;
    const codes: number[] = [];
    for (let i = 0; i < bits.length; i++) {
      for (let left = bits[i]!; left !== 0; left &= left - 1) codes.push(32 * i + 31 - Math.clz32(left & -left));
    }
    return codes;
  }

  #hex(bytes: Uint8Array, start: number, stop: number): void {
    const { bits } = this;
    const digits = 2 * this.bytes;
    let code = 0;
    let held = 0;
    for (let at = start; at < stop; at++) {
      const digit = DIGIT[bytes[at]!]!;
      if (digit < 0) continue;
      code = (code << 4) | digit;
      if (++held < digits) continue;
      bits[code >> 5]! |= 1 << (code & 31);
      code = 0;
      held = 0;
    }
    if (held > 0) this.torn = true;
  }

  #literal(bytes: Uint8Array, start: number, stop: number): void {
    const { bits } = this;
    const wide = this.bytes === 2;
    let high = -1;
    for (let at = start; at < stop; at++) {
      let byte = bytes[at]!;
      if (byte === 0x5c) {
        const escape = readEscape(bytes, at, stop);
        at = endOfEscape(escape);
        byte = byteOfEscape(escape);
        if (byte === NO_BYTE) continue;
      } else if (byte === 13) {
        // An end of line within a string is a line feed (ISO 32000-2 §7.3.4.2); to some readers, what it is.
        if (wide) this.torn = true;
        bits[0]! |= 1 << 10;
      }
      if (wide && high < 0) {
        high = byte;
        continue;
      }
      const code = wide ? (high << 8) | byte : byte;
      bits[code >> 5]! |= 1 << (code & 31);
      high = -1;
    }
    if (high >= 0) this.torn = true;
  }
}
