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
  const { length } = text;
  if (length % 4 === 1) return undefined;
  const out = new Uint8Array(Math.floor((length * 3) / 4));
  const whole = length - (length % 4);
  const valueAt = (i: number): number => {
    const code = text.charCodeAt(i);
    return code < 128 ? values[code]! : -1;
  };
  let at = 0;
  for (let i = 0; i < whole; i += 4) {
    // Negative as soon as one of the four is.
    const group = (valueAt(i) << 18) | (valueAt(i + 1) << 12) | (valueAt(i + 2) << 6) | valueAt(i + 3);
    if (group < 0) return undefined;
    out[at++] = group >> 16;
    out[at++] = group >> 8;
    out[at++] = group;
  }
  if (whole === length) return out;
  const third = whole + 2 < length ? valueAt(whole + 2) : 0;
  const group = (valueAt(whole) << 18) | (valueAt(whole + 1) << 12) | (third << 6);
  // Non-zero pad bits would give one value several spellings (RFC 4648 §3.5).
  if (group < 0 || (group & (length - whole === 2 ? 0xffff : 0xff)) !== 0) return undefined;
  out[at++] = group >> 16;
  if (at < out.length) out[at] = group >> 8;
  return out;
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
