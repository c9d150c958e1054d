const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Two characters for every twelve bits. */
function pairsOf(alphabet: string): readonly string[] {
  return Array.from({ length: 4096 }, (_, bits) => alphabet[bits >> 6]! + alphabet[bits & 63]!);
}
const STANDARD_PAIRS = pairsOf(STANDARD);
const URL_SAFE_PAIRS = pairsOf(URL_SAFE);

function encode(bytes: Uint8Array, pairs: readonly string[], padded: boolean): string {
  let out = '';
  const whole = bytes.length - (bytes.length % 3);
  for (let i = 0; i < whole; i += 3) {
    out += pairs[(bytes[i]! << 4) | (bytes[i + 1]! >> 4)]! + pairs[((bytes[i + 1]! & 15) << 8) | bytes[i + 2]!]!;
  }
  const left = bytes.length - whole;
  if (left === 0) return out;
  const [first, second] = [bytes[whole]!, left === 2 ? bytes[whole + 1]! : 0];
  out += pairs[(first << 4) | (second >> 4)]!;
  if (left === 2) out += pairs[(second & 15) << 8]![0]!;
  return padded ? out + '='.repeat(3 - left) : out;
}

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}
const STANDARD_VALUES = valuesOf(STANDARD);
const URL_SAFE_VALUES = valuesOf(URL_SAFE);

function decode(text: string, values: Int8Array): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? values[code]! : -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[at++] = (bits >> held) & 0xff;
    }
  }
  // Non-zero pad bits would give one value several spellings (RFC 4648 §3.5).
  return (bits & ((1 << held) - 1)) === 0 ? out : undefined;
}

/** RFC 4648 §4, padded. */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, STANDARD_PAIRS, true);
}

/** RFC 4648 §4. `undefined` for missing or superfluous padding, white space, or non-zero pad bits. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  return decode(text.replace(/={1,2}$/, ''), STANDARD_VALUES);
}

/** RFC 4648 §5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE_PAIRS, false);
}

/** RFC 4648 §5, without padding. `undefined` for padding, white space, or non-zero pad bits. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  return decode(text, URL_SAFE_VALUES);
}
