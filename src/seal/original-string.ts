import { toBase64 } from '../core/base64.ts';
import { toHex } from '../core/bytes.ts';
import { formatMexicoCityTime } from '../core/time.ts';
import type { OpenedSeal } from './open.ts';

/** Pesos with two decimals and nothing else: `1250.00`. */
function pesos(centavos: number): string {
  return `${Math.floor(centavos / 100)}.${String(centavos % 100).padStart(2, '0')}`;
}

/**
 * The *cadena original*: what the seal claims, as Mexican readers expect to see it, between `||` and `||`. Fields stand
 * in one fixed order and none is left out (a letter without a term has `-`); none can contain a bar or white space, so
 * a letter has exactly one. It shows what was signed; the signature itself is over the seal's CBOR.
 */
export function originalString(seal: OpenedSeal): string {
  const { claims, kid } = seal;
  const fields = [
    '1',
    claims.folio,
    String(claims.type),
    formatMexicoCityTime(claims.issuedAt),
    claims.expiresAt === undefined ? '-' : formatMexicoCityTime(claims.expiresAt),
    toHex(claims.id),
    String(claims.length),
    toHex(claims.digest),
    String(claims.pages),
    pesos(claims.amount),
    String(claims.index),
    toHex(kid),
  ];
  return `||${fields.join('|')}||`;
}

/** The *sello digital*: base64 of the seal's signature. */
export function digitalSeal(seal: OpenedSeal): string {
  return toBase64(seal.cose.signature);
}
