import { toBase64Url } from '../core/base64.ts';
import { toHex, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';

const SECRET_BYTES = 32;
const SECRET_TEXT = /^[\w-]{43}$/;

/** 256 bits for a cookie, in base64url. */
export function drawSecret(random: Random): string {
  return toBase64Url(random(SECRET_BYTES));
}

/**
 * Under what a secret is kept: whoever reads the database can make no cookie of it. It needs no salt, as nobody guesses the
 * secret; looking it up tells by its time nothing but bits of the hash. `undefined` for what was never drawn.
 */
export function secretId(secret: string | undefined, primitives: Pick<Primitives, 'digest'>): string | undefined {
  return secret !== undefined && SECRET_TEXT.test(secret)
    ? toHex(primitives.digest('SHA-256', utf8(secret)))
    : undefined;
}
