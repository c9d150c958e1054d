import type { Brand } from '../core/brand.ts';
import { checkSymbol, readCrockford, toCrockford } from '../core/crockford.ts';
import { Refusal } from '../core/refusal.ts';
import type { SealCode } from './code.ts';
import type { SealId } from './seal.ts';

/** Twelve capitals of Crockford's alphabet, without hyphens: what a person types instead of scanning. */
export type TypedCode = Brand<string, 'TypedCode'>;

const RANDOM_SYMBOLS = 11;
const MAX_TYPED_CHARACTERS = 60;

/** Eleven symbols for the first 55 of the id's 64 bits, and the check symbol over them. */
export function typedCodeOf(id: SealId): TypedCode {
  const symbols = toCrockford(id, RANDOM_SYMBOLS);
  return (symbols + checkSymbol(symbols)) as TypedCode;
}

/** `XXXX-XXXX-XXXX`, as it is printed. */
export function formatTypedCode(code: TypedCode): string {
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/**
 * What somebody typed from a letter: small letters, spaces, hyphens, O for 0, I and L for 1, and U for V are forgiven.
 * @throws Refusal `seal/not-a-code` when it is something else (`found` symbols, where all are of the alphabet), `seal/code-mistyped` when a symbol is wrong
 */
export function parseTypedCode(text: string): TypedCode {
  const symbols = text.length <= MAX_TYPED_CHARACTERS ? readCrockford(text) : undefined;
  if (symbols?.length !== RANDOM_SYMBOLS + 1) {
    const facts = symbols === undefined ? {} : { found: symbols.length };
    throw new Refusal<SealCode>('seal/not-a-code', `not ${RANDOM_SYMBOLS + 1} symbols of a typed code`, facts);
  }
  if (checkSymbol(symbols.slice(0, RANDOM_SYMBOLS)) !== symbols[RANDOM_SYMBOLS]) {
    throw new Refusal<SealCode>('seal/code-mistyped', 'the check symbol does not fit the others');
  }
  return symbols as TypedCode;
}

/**
 * A hand scanner types the keys of a US keyboard. Where the computer expects a Spanish one (Spain or Latin America),
 * the key of `:` writes Ñ, that of `/` a hyphen, that of `-` an apostrophe, that of `+` an inverted mark, that of `*`
 * a parenthesis; letters, digits, `.`, `$` and `%` are where they were.
 */
const SPANISH_KEYS: Readonly<Record<string, string>> = {
  Ñ: ':',
  ñ: ':',
  '-': '/',
  "'": '-',
  '¿': '+',
  '¡': '+',
  '(': '*',
};

/** The address that a hand scanner meant; any text that does not begin like `HTTPSÑ--` comes back as it is. */
export function mendScannerText(text: string): string {
  if (!/^https?ñ--/i.test(text)) return text;
  return text.replaceAll(/[Ññ\-'¿¡(]/g, (key) => SPANISH_KEYS[key]!);
}
