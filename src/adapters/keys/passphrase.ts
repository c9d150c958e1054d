import { toCrockford } from '../../core/crockford.ts';
import { equalSecret, fromUtf8, utf8 } from '../../core/bytes.ts';
import type { Random } from '../../core/random.ts';
import { Refusal } from '../../core/refusal.ts';
import type { KeysCode } from '../keys-code.ts';

/** Characters that a passphrase has, after NFC and trimming. */
const LENGTH = { least: 16, most: 128 } as const;

const GROUPS = 5;
const SYMBOLS = 5 * GROUPS;
const DRAWN_BYTES = 16;
const DRAWN = /^[0-9a-z]{5}(?:-[0-9a-z]{5}){4}$/i;
/** As they are copied from paper. */
const LOOKALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** A passphrase of 125 bits: five groups of five symbols of Crockford's base 32, which nobody confuses on paper. */
export function drawPassphrase(random: Random): string {
  const symbols = toCrockford(random(DRAWN_BYTES), SYMBOLS);
  return symbols.match(/.{5}/g)!.join('-');
}

/**
 * The one spelling of what a custodian typed: NFC, without spaces around it; of what `drawPassphrase` gives, capitals and the
 * digits that look like letters. Wiped by whoever asked.
 * @throws Refusal `keys/passphrase-weak`, which tells only the bounds
 */
export function canonicalPassphrase(typed: Uint8Array): Uint8Array {
  // A string cannot be wiped: this one is short-lived.
  const text = fromUtf8(typed)?.normalize('NFC').trim() ?? '';
  const length = [...text].length;
  if (length < LENGTH.least || length > LENGTH.most) {
    throw new Refusal<KeysCode>('keys/passphrase-weak', 'a passphrase too short or too long', LENGTH);
  }
  if (!DRAWN.test(text)) return utf8(text);
  return utf8(text.toUpperCase().replaceAll(/[OILU]/g, (letter) => LOOKALIKES[letter]!));
}

/** Whether both are passphrases, and the same one. */
export function isSamePassphrase(one: Uint8Array, other: Uint8Array): boolean {
  const spellings: Uint8Array[] = [];
  try {
    spellings.push(canonicalPassphrase(one), canonicalPassphrase(other));
    return equalSecret(spellings[0]!, spellings[1]!);
  } catch {
    return false;
  } finally {
    for (const spelling of spellings) spelling.fill(0);
  }
}
