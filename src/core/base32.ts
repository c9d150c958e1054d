const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6, upper case, without padding. */
export function toBase32(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      out += ALPHABET[(bits >> held) & 31]!;
    }
  }
  return held > 0 ? out + ALPHABET[(bits << (5 - held)) & 31]! : out;
}

/**
 * RFC 4648 §6 without padding, all upper or all lower case, so that one value has exactly one spelling in each case.
 * `undefined` for anything else: another character, mixed case, an impossible length, non-zero pad bits.
 */
export function fromBase32(text: string): Uint8Array | undefined {
  if (!/^(?:[A-Z2-7]*|[a-z2-7]*)$/.test(text)) return undefined;
  const remainder = text.length % 8;
  if (remainder === 1 || remainder === 3 || remainder === 6) return undefined;
  const out = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of text.toUpperCase()) {
    bits = ((bits << 5) | ALPHABET.indexOf(character)) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      out[at++] = (bits >> held) & 0xff;
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? out : undefined;
}
