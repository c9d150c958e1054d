import { checkSymbol, readCrockford, toCrockford } from './crockford.ts';
import type { Random } from './random.ts';

/*
 * Numbers that are printed on plastic and that people type: twelve symbols of Crockford's base 32, the last one a check symbol.
 * Drawn at random, they tell nothing.
 */

const RANDOM_SYMBOLS = 11;
const MAX_TYPED_CHARACTERS = 60;

/** 55 random bits and their check symbol. The ledger refuses a number that is taken; draw again. */
export function drawPrintedNumber(random: Random): string {
  const symbols = toCrockford(random(7), RANDOM_SYMBOLS);
  return symbols + checkSymbol(symbols);
}

/** `XXXX-XXXX-XXXX`, as it is printed. */
export function formatPrintedNumber(number: string): string {
  return `${number.slice(0, 4)}-${number.slice(4, 8)}-${number.slice(8)}`;
}

/** What somebody typed: small letters, spaces, hyphens and look-alikes are forgiven; `undefined` for anything else. */
export function parsePrintedNumber(text: string): string | undefined {
  const symbols = text.length <= MAX_TYPED_CHARACTERS ? readCrockford(text) : undefined;
  if (symbols?.length !== RANDOM_SYMBOLS + 1) return undefined;
  return checkSymbol(symbols.slice(0, RANDOM_SYMBOLS)) === symbols[RANDOM_SYMBOLS] ? symbols : undefined;
}
