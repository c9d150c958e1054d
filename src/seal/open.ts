import { fromBase32 } from '../core/base32.ts';
import { openCose, verifyCose, type OpenedCose } from '../core/cose.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { lowerAscii, type SealOrigin } from './address.ts';
import type { SealCode } from './code.ts';
import { decodeClaims, malformedSeal, MAX_SEAL_BYTES, SEAL_PROFILE, type SealClaims } from './seal.ts';
import { mendScannerText } from './text.ts';

/** A seal that was read but not yet believed. */
export interface OpenedSeal {
  readonly claims: SealClaims;
  readonly kid: Uint8Array;
  /** The whole seal: what its base32 spells. */
  readonly bytes: Uint8Array;
  readonly cose: OpenedCose;
}

export interface SealPlaces {
  /** Ours, present and former: `http:` ones are only there in a development installation. */
  readonly origins: readonly SealOrigin[];
}

const MAX_TEXT_CHARACTERS = 600;
/** Shorter base32 is a word or a code that somebody typed; the smallest seal has 202 characters. */
const MIN_SEAL_CHARACTERS = 40;
const MAX_SEAL_CHARACTERS = Math.ceil((MAX_SEAL_BYTES * 8) / 5);

function refuse(code: SealCode, message: string, host?: string): never {
  throw new Refusal<SealCode>(code, message, host === undefined ? {} : { host });
}

/** The seal's bytes. @throws Refusal `seal/malformed` */
export function decodeSeal(bytes: Uint8Array): OpenedSeal {
  try {
    const cose = openCose(SEAL_PROFILE, bytes);
    return { claims: decodeClaims(cose.payload), kid: cose.kid, bytes, cose };
  } catch (error) {
    if (isRefusal(error, 'cose/malformed')) malformedSeal(error.message);
    throw error;
  }
}

function decodeText(base32: string): OpenedSeal {
  const bytes = base32.length <= MAX_SEAL_CHARACTERS ? fromBase32(base32) : undefined;
  return bytes ? decodeSeal(bytes) : malformedSeal('not base32 in one case, without padding, as long as a seal');
}

/** Scheme, host and port: the part of an address that has no case. */
function authorityOf(origin: SealOrigin): string {
  return /^https?:\/\/[^/]+/.exec(origin)![0];
}

/**
 * What stands after `origin`, or `undefined` when the address is of another place. The prefix and `/V/` are all in
 * capitals or all in small letters.
 */
function afterOrigin(address: string, origin: SealOrigin): string | undefined {
  const base = `${origin}/v/`;
  const written = address.slice(0, base.length);
  if (lowerAscii(written) !== base) return undefined;
  const path = written.slice(authorityOf(origin).length);
  if (path !== path.toLowerCase() && path !== path.toUpperCase()) malformedSeal('capitals and small letters mixed');
  return address.slice(base.length);
}

/** Of a name that is longer the end is told: that says whose it is. */
const MAX_HOST_SHOWN = 100;

/**
 * Where a browser would go, in ASCII (RFC 5891 A-labels) and with a port that is not the usual one. Whatever else was
 * written in the place of a host is not told: it would be a stranger's words on our page.
 */
function hostOf(address: string): string | undefined {
  const host = URL.canParse(address) ? new URL(address).host : '';
  if (!/^[a-z0-9.:[\]_-]+$/.test(host)) return undefined;
  return host.length > MAX_HOST_SHOWN ? `…${host.slice(-MAX_HOST_SHOWN + 1)}` : host;
}

/**
 * Reads what a camera, a hand scanner or a person gives: the whole address under any of `places.origins`, or the
 * base32 alone.
 * @throws Refusal `seal/other-host` (fact `host`, where it has the form of one), `seal/not-https`, `seal/malformed`, `seal/not-a-seal`
 */
export function openSeal(text: string, places: SealPlaces): OpenedSeal {
  if (text.length > MAX_TEXT_CHARACTERS) refuse('seal/not-a-seal', `longer than ${MAX_TEXT_CHARACTERS} characters`);
  const address = mendScannerText(text.trim());
  if (/^[A-Za-z2-7]*$/.test(address) && address.length >= MIN_SEAL_CHARACTERS) return decodeText(address);
  for (const origin of places.origins) {
    const base32 = afterOrigin(address, origin);
    if (base32 !== undefined) return decodeText(base32);
  }
  if (!/^https?:[/\\]{2}/i.test(address)) refuse('seal/not-a-seal', 'neither an address nor a seal');
  const [host, lower] = [hostOf(address), lowerAscii(address)];
  if (places.origins.some((origin) => lower.startsWith(`${origin.replace('https:', 'http:')}/v/`))) {
    refuse('seal/not-https', 'our address over plain HTTP', host);
  }
  const ours = places.origins.some((origin) => authorityOf(origin).endsWith(`//${host}`));
  if (ours) refuse('seal/not-a-seal', 'an address of ours that is not of a seal');
  return refuse('seal/other-host', 'the address of another place', host);
}

/** The same of what others wrote; `undefined` where it is no seal of ours. */
export function findSeal(text: string, places: SealPlaces): OpenedSeal | undefined {
  try {
    return openSeal(text, places);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Whether the key in `spki` signed the seal. Whether that key may, and whether the seal still stands, are other questions. */
export function verifySealSignature(seal: OpenedSeal, spki: Uint8Array, primitives: Primitives): Promise<boolean> {
  return verifyCose(seal.cose, spki, primitives);
}
