/** Crockford's base 32: no I, L, O or U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What people write for a symbol that looks like it. U is left out of the alphabet, and V is what it stands for. */
const LOOKALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** Powers of a generator of GF(2^5) with x^5 + x^2 + 1: 31 different ones. */
const POWERS: readonly number[] = (() => {
  const powers = [1];
  for (let i = 1; i < 31; i++) {
    const next = powers[i - 1]! << 1;
    powers.push(next & 32 ? next ^ 0b100101 : next);
  }
  return powers;
})();

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : POWERS[(POWERS.indexOf(a) + POWERS.indexOf(b)) % 31]!;
}

/** The first `5 * count` bits, most significant first, as `count` symbols. @throws RangeError when there are too few */
export function toCrockford(bytes: Uint8Array, count: number): string {
  if (bytes.length * 8 < count * 5) throw new RangeError(`${bytes.length} bytes do not fill ${count} symbols`);
  let out = '';
  for (let symbol = 0; symbol < count; symbol++) {
    const bit = symbol * 5;
    const window = (bytes[bit >> 3]! << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    out += ALPHABET[(window >> (11 - (bit & 7))) & 31]!;
  }
  return out;
}

/**
 * The symbols that `text` means, in capitals: case, white space, dashes and look-alikes are forgiven. `undefined` when
 * another character is left.
 */
export function readCrockford(text: string): string | undefined {
  const symbols = text
    .replaceAll(/[\s\p{Pd}\u2212_]/gu, '')
    .toUpperCase()
    .replaceAll(/[OILU]/g, (character) => LOOKALIKES[character]!);
  return /^[0-9A-HJKMNP-TV-Z]+$/.test(symbols) ? symbols : undefined;
}

/**
 * The symbol to write after `symbols` (at most 30) so that the whole is a code word: the sum of each symbol times the
 * power of the generator at its place, the check symbol's own included, is zero. As the powers differ, any one wrong
 * symbol and any two exchanged ones, neighbours or not, are found.
 */
export function checkSymbol(symbols: string): string {
  if (symbols.length > 30) throw new RangeError('at most 30 symbols under one check symbol');
  let sum = 0;
  for (let i = 0; i < symbols.length; i++) sum ^= multiply(ALPHABET.indexOf(symbols[i]!), POWERS[i + 1]!);
  // The check symbol has the weight 1, and subtraction is addition here.
  return ALPHABET[sum]!;
}
