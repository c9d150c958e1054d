import { readDer } from '../asn1/read.ts';
import { equal, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { cborShape, type CborShape } from '../core/cbor-shape.ts';
import { isKeyOf, kidOf, openCose, signCose, type CoseProfile, type OpenedCose } from '../core/cose.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { parseDay, type CalendarDay, type UnixSeconds } from '../core/time.ts';
import { readPublicKey } from './algorithm.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { isDevelopment, isUnderDevelopment } from './policy.ts';

export type TrustListCode =
  /** Not a charter, list or pair of the two as we write them. */
  | 'authority/trust-list-malformed'
  /** Signed by another key than the one that may. */
  | 'authority/trust-list-untrusted'
  /** The list was made for another charter. */
  | 'authority/trust-list-mismatch'
  /** Older than one that we have already seen (`found`, `seen`). */
  | 'authority/trust-list-regress'
  /** The number of one that we have already seen, with other contents. */
  | 'authority/trust-list-fork';

/** Since when the letters of a unit carry seals. */
export interface Coverage {
  /** Acronyms, as folios begin: `AC/DGG/SCI`. */
  readonly unit: string;
  readonly since: CalendarDay;
}

/** Who approves before anybody is enrolled; outside development nothing that staff did counts but by a chain to them. */
export interface CharterFounder {
  /** 16 bytes, by which their later passkeys are known as theirs. */
  readonly person: Uint8Array;
  readonly name: string;
  /** SubjectPublicKeyInfo of their passkey. */
  readonly key: Uint8Array;
  /** The leaf from which they count no more: a later charter says so and keeps them, as what they approved stands. */
  readonly retiredFrom?: number;
}

/** What the root says of the installation. It changes rarely, by ceremony, and only forwards. */
export interface Charter {
  /** 1 for the first; every later one has a larger number. */
  readonly number: number;
  readonly issuedAt: UnixSeconds;
  readonly institution: string;
  /** Public base address; former ones stay accepted in seals. */
  readonly origin: string;
  readonly formerOrigins: readonly string[];
  /** Object identifier under which policies and extensions stand. */
  readonly arc: string;
  /** DER certificate of the P-384 key that signs the charter. */
  readonly root: Uint8Array;
  /** DER certificates of the issuing authorities. */
  readonly authorities: readonly Uint8Array[];
  /** None in a development installation that has no staff; at least two in force in any other. */
  readonly founders: readonly CharterFounder[];
  /** SubjectPublicKeyInfo of the P-256 key that signs the daily list. */
  readonly listKey: Uint8Array;
  /** SubjectPublicKeyInfo of the P-256 keys that sign status lists. */
  readonly statusKeys: readonly Uint8Array[];
  /** Verifier key of the log's checkpoints (C2SP signed-note): `name+hash+key`; the name is the log's origin. */
  readonly logKey: string;
  readonly coverage: readonly Coverage[];
}

export const CHARTER_PROFILE: CoseProfile = {
  algorithm: 'ES384',
  context: 'cotejo-charter-v1',
  maxBytes: 1 << 18,
};

/** Version 1 has no founders, version 2 has some. */
const versionOf = (founders: readonly unknown[]): number => (founders.length === 0 ? 1 : 2);
const MAX_TEXT = 200;
const MAX_FORMER_ORIGINS = 32;
const MAX_AUTHORITIES = 64;
const MAX_CERTIFICATE_BYTES = 8192;
const MAX_STATUS_KEYS = 16;
const MAX_UNITS = 2000;
const MAX_FOUNDERS = 16;
const MIN_FOUNDERS = 2;
const MAX_FOUNDER_KEY_BYTES = 1100;
const MAX_ITEMS = 8192;
export const P256_SPKI_BYTES = 91;

export function malformedTrustList(what: string): never {
  throw new Refusal<TrustListCode>('authority/trust-list-malformed', what);
}
const shape: CborShape = cborShape(malformedTrustList);

export function encodeCharter(charter: Charter): Uint8Array {
  return encodeCbor(
    new Map<number, CborValue>([
      [1, versionOf(charter.founders)],
      [2, charter.number],
      [3, charter.issuedAt],
      [4, charter.institution],
      [5, charter.origin],
      [6, charter.formerOrigins],
      [7, charter.arc],
      [8, charter.root],
      [9, charter.authorities],
      [10, charter.founders.map(({ person, name, key, retiredFrom }) => [person, name, key, retiredFrom ?? null])],
      [11, charter.listKey],
      [12, charter.statusKeys],
      [13, charter.logKey],
      [14, charter.coverage.map(({ unit, since }) => [unit, since])],
    ]),
  );
}

function printable(value: CborValue | undefined): string {
  const text = shape.text(value, MAX_TEXT);
  return text !== '' && text === text.trim() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text)
    ? text
    : malformedTrustList('empty text, or text with control characters');
}

function matching(value: CborValue | undefined, pattern: RegExp, what: string): string {
  const text = shape.text(value, MAX_TEXT);
  return pattern.test(text) ? text : malformedTrustList(`not ${what}`);
}

const ADDRESS = /^https?:\/\/[a-z0-9][a-z0-9.:-]*(?:\/[a-z0-9.$*+-]+)*$/;

export function p256Key(value: CborValue | undefined): Uint8Array {
  const spki = shape.bytes(value, P256_SPKI_BYTES);
  return isKeyOf('ES256', spki) ? spki : malformedTrustList('a key that is not on P-256');
}

function coverageOf(value: CborValue): Coverage {
  const [unit, day] = shape.array(value, 2, 2);
  const since = parseDay(shape.text(day, 10)) ?? malformedTrustList('a day that does not exist');
  return { unit: matching(unit, /^[A-ZÑ0-9]+(?:\/[A-ZÑ0-9]+)*$/, 'a unit'), since };
}

function passkey(value: CborValue | undefined): Uint8Array {
  const spki = shape.bytes(value, 1, MAX_FOUNDER_KEY_BYTES);
  try {
    readPublicKey(readDer(spki));
    return spki;
  } catch (error) {
    if (isRefusal(error)) malformedTrustList("a founder's key that is none");
    throw error;
  }
}

function founderOf(value: CborValue): CharterFounder {
  const [person, name, key, retiredFrom] = shape.array(value, 4, 4);
  return {
    person: shape.bytes(person, 16),
    name: printable(name),
    key: passkey(key),
    ...(retiredFrom !== null && { retiredFrom: shape.number(retiredFrom) }),
  };
}

/** @throws Refusal `authority/trust-list-malformed` */
export function decodeCharter(payload: Uint8Array): Charter {
  const map = shape.map(shape.decode(payload, { maxDepth: 3, maxItems: MAX_ITEMS }), 14);
  const founders = shape.array(map.get(10), 0, MAX_FOUNDERS).map(founderOf);
  if (map.get(1) !== versionOf(founders)) malformedTrustList('a charter of another version');
  const address = (value: CborValue | undefined): string => matching(value, ADDRESS, 'a base address');
  const certificate = (value: CborValue | undefined): Uint8Array => shape.bytes(value, 1, MAX_CERTIFICATE_BYTES);
  const charter: Charter = {
    number: shape.number(map.get(2), 1),
    issuedAt: shape.time(map.get(3)),
    institution: printable(map.get(4)),
    origin: address(map.get(5)),
    formerOrigins: shape.array(map.get(6), 0, MAX_FORMER_ORIGINS).map(address),
    arc: matching(map.get(7), /^[0-2](?:\.(?:0|[1-9]\d{0,9})){1,20}$/, 'an object identifier'),
    root: certificate(map.get(8)),
    authorities: shape.array(map.get(9), 0, MAX_AUTHORITIES).map(certificate),
    founders,
    listKey: p256Key(map.get(11)),
    statusKeys: shape.array(map.get(12), 1, MAX_STATUS_KEYS).map(p256Key),
    logKey: matching(map.get(13), /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/, 'a verifier key of a log'),
    coverage: shape.array(map.get(14), 0, MAX_UNITS).map(coverageOf),
  };
  if (new Set([charter.origin, ...charter.formerOrigins]).size !== 1 + charter.formerOrigins.length) {
    malformedTrustList('an origin twice');
  }
  if (new Set(charter.coverage.map(({ unit }) => unit)).size !== charter.coverage.length) {
    malformedTrustList('a unit twice');
  }
  // One person is one founder, and one key one person: else two of them could be one.
  for (const part of ['person', 'key'] as const) {
    if (new Set(founders.map((founder) => toHex(founder[part]))).size !== founders.length) {
      malformedTrustList(`two founders with one ${part}`);
    }
  }
  return charter;
}

/**
 * A charter signed by the root.
 * @throws Refusal `authority/trust-list-malformed` for a charter that its own reader would refuse, before signing
 */
export async function makeCharter(
  deps: { readonly signer: Signer; readonly primitives: Pick<Primitives, 'digest'> },
  charter: Charter,
): Promise<Uint8Array> {
  const payload = encodeCharter(charter);
  const { root } = readCharter(payload);
  if (!equal(root.key.spki, deps.signer.spki))
    malformedTrustList("the root certificate is of another key than the signer's");
  return signCose(CHARTER_PROFILE, deps.signer, kidOf(deps.signer.spki, deps.primitives), payload);
}

/** A charter with what its root certificate says. */
export interface ReadCharter {
  readonly charter: Charter;
  readonly root: Certificate;
  /** The root stands under the development policy: nothing below it proves anything outside a test. */
  readonly dev: boolean;
}

function readRoot(encoded: Uint8Array): Certificate {
  try {
    return readCertificate(encoded);
  } catch (error) {
    if (isRefusal(error)) malformedTrustList(`the root certificate: ${error.message}`);
    throw error;
  }
}

function readCharter(payload: Uint8Array): ReadCharter {
  const charter = decodeCharter(payload);
  const root = readRoot(charter.root);
  const dev = isDevelopment(root);
  // Neither may a throwaway root pose as an institution, nor an institution issue under nobody's arc.
  if (dev !== isUnderDevelopment(charter.arc)) malformedTrustList("the arc is not that of the root's policy");
  const inForce = charter.founders.filter(({ retiredFrom }) => retiredFrom === undefined);
  if (!dev && inForce.length < MIN_FOUNDERS) malformedTrustList(`${inForce.length} founders in force`);
  return { charter, root, dev };
}

/** Reads a charter without judging its signature. @throws Refusal `authority/trust-list-malformed` */
export function openCharter(bytes: Uint8Array): ReadCharter & { readonly cose: OpenedCose } {
  try {
    const cose = openCose(CHARTER_PROFILE, bytes);
    return { ...readCharter(cose.payload), cose };
  } catch (error) {
    if (isRefusal(error, 'cose/malformed')) malformedTrustList(error.message);
    throw error;
  }
}

/** What the leaf of a charter commits to; `institution`: the record of who answers for it (`directory/record.ts`). */
export function charterRecord(
  number: number,
  charter: Uint8Array,
  institution: Uint8Array,
  primitives: Pick<Primitives, 'digest'>,
): Uint8Array {
  const digests = [charter, institution].map((bytes) => primitives.digest('SHA-256', bytes));
  return encodeCbor([1, 'charter/published', number, ...digests]);
}
