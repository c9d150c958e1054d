import type { Brand } from '../core/brand.ts';
import { toBase32 } from '../core/base32.ts';
import { Refusal } from '../core/refusal.ts';
import type { SealCode } from './code.ts';

/**
 * A public base address as seals print it: `https://host[:port][/prefix…]`, in lower case, without a slash at the end,
 * of nothing but what QR alphanumeric mode can spell in capitals.
 */
export type SealOrigin = Brand<string, 'SealOrigin'>;

const MAX_ORIGIN_CHARACTERS = 120;
/** What QR version 11 holds at level M in alphanumeric mode (ISO/IEC 18004 Table 7). */
export const MAX_ADDRESS_CHARACTERS = 366;
const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const SEGMENT = '[a-z0-9](?:[a-z0-9.$*+-]*[a-z0-9])?';
const ORIGIN = new RegExp(`^(https?)://(${LABEL}(?:\\.${LABEL})*)(?::([1-9]\\d{0,4}))?((?:/${SEGMENT})*)/?$`);

/** Letters beyond ASCII stay: the Kelvin sign is not a K of our host's name. */
export function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * The prefix is written in capitals in the code and so must be answered in capitals as well as in lower case; `_`, `~`,
 * `%` and an address in brackets have no spelling there.
 * @throws Refusal `seal/origin`; `seal/not-https` for `http:` unless `allowHttp`
 */
export function sealOrigin(text: string, options: { readonly allowHttp?: boolean } = {}): SealOrigin {
  const match = text.length <= MAX_ORIGIN_CHARACTERS ? ORIGIN.exec(lowerAscii(text)) : null;
  if (!match || Number(match[3] ?? 1) > 65535) {
    throw new Refusal<SealCode>('seal/origin', 'not an address that a QR in alphanumeric mode can carry', {
      found: text.slice(0, MAX_ORIGIN_CHARACTERS),
    });
  }
  const [, scheme, host, port, prefix] = match;
  if (scheme === 'http' && !options.allowHttp) {
    throw new Refusal<SealCode>('seal/not-https', 'plain HTTP outside a development installation', { host: host! });
  }
  const isDefault = port === undefined || port === (scheme === 'https' ? '443' : '80');
  return `${scheme}://${host}${isDefault ? '' : `:${port}`}${prefix}` as SealOrigin;
}

/** Characters of the address of a seal of `sealBytes` bytes, before there is one. */
export function addressLength(origin: SealOrigin, sealBytes: number): number {
  return origin.length + '/V/'.length + Math.ceil((sealBytes * 8) / 5);
}

/** `HTTPS://HOST/PREFIX/V/BASE32`: all in the 45 characters of QR alphanumeric mode. */
export function sealAddress(origin: SealOrigin, seal: Uint8Array): string {
  return `${origin.toUpperCase()}/V/${toBase32(seal)}`;
}
