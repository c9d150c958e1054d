import { equal, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { cborShape, type CborShape } from '../core/cbor-shape.ts';
import { kidOf, openCose, signCose, verifyCose, type CoseProfile } from '../core/cose.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { UnixSeconds } from '../core/time.ts';
import { malformedTrustList, openCharter, p256Key, type Charter, type TrustListCode } from './charter.ts';

/** Until when a key's seals count, by the order of the log: `at` is the index of the first leaf that does not. */
export type SealKeyState =
  { readonly state: 'current' } | { readonly state: 'retired' | 'compromised'; readonly at: number };

export type SealKey = SealKeyState & {
  /** SubjectPublicKeyInfo of a P-256 key. */
  readonly spki: Uint8Array;
  /** `StatusListPlace.id` of the list that its seals' indexes are in. */
  readonly statusList: number;
};

export interface StatusListPlace {
  readonly id: number;
  /** Equals the `sub` of the list itself. */
  readonly uri: string;
  readonly purpose: 'seals' | 'credentials';
}

/** What a reader keeps of a trust list that it believed, to know the next one by. */
export interface SeenTrust {
  readonly charter: { readonly number: number };
  readonly list: { readonly number: number };
  readonly charterDigest: Uint8Array;
  readonly listDigest: Uint8Array;
}

/** What changes from day to day. It names seal keys and status lists, and has no word about anything in the charter. */
export interface DailyList {
  /** Only grows, from one charter to the next as well. */
  readonly number: number;
  readonly issuedAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  /** SHA-256 of the charter that it was made for, as published. */
  readonly charterDigest: Uint8Array;
  readonly sealKeys: readonly SealKey[];
  readonly statusLists: readonly StatusListPlace[];
}

/** A charter and a list that were believed: the root signed the one, the charter's list key the other. */
export interface TrustList {
  readonly charter: Charter;
  readonly list: DailyList;
  readonly dev: boolean;
  /** Of the two messages as published. */
  readonly charterDigest: Uint8Array;
  readonly listDigest: Uint8Array;
}

export const LIST_LIFE_SECONDS: number = 24 * 3600;
const CLOCK_SKEW_SECONDS = 300;

const LIST_PROFILE: CoseProfile = { algorithm: 'ES256', context: 'cotejo-trust-list-v1', maxBytes: 1 << 18 };

const VERSION = 1;
const MAX_SEAL_KEYS = 512;
const MAX_STATUS_LISTS = 512;
const MAX_ITEMS = 8192;
const MAX_URI_CHARACTERS = 300;
const STATES = ['current', 'retired', 'compromised'] as const;
const PURPOSES = ['seals', 'credentials'] as const;

const shape: CborShape = cborShape(malformedTrustList);

export function encodeList(list: DailyList): Uint8Array {
  return encodeCbor(
    new Map<number, CborValue>([
      [1, VERSION],
      [2, list.number],
      [3, list.issuedAt],
      [4, list.expiresAt],
      [5, list.charterDigest],
      [
        6,
        list.sealKeys.map((key) => [
          key.spki,
          STATES.indexOf(key.state),
          key.state === 'current' ? null : key.at,
          key.statusList,
        ]),
      ],
      [7, list.statusLists.map(({ id, uri, purpose }) => [id, uri, PURPOSES.indexOf(purpose)])],
    ]),
  );
}

function sealKeyOf(value: CborValue): SealKey {
  const [key, stateNumber, at, statusList] = shape.array(value, 4, 4);
  const common = { spki: p256Key(key), statusList: shape.number(statusList, 0) };
  const state = STATES[shape.number(stateNumber, 0, STATES.length - 1)]!;
  if (state !== 'current') return { ...common, state, at: shape.number(at, 0) };
  return at === null ? { ...common, state } : malformedTrustList('a current key with an end');
}

function placeOf(value: CborValue): StatusListPlace {
  const [id, uri, purpose] = shape.array(value, 3, 3);
  const address = shape.text(uri, MAX_URI_CHARACTERS);
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(address)) malformedTrustList('not the address of a status list');
  return {
    id: shape.number(id, 0),
    uri: address,
    purpose: PURPOSES[shape.number(purpose, 0, PURPOSES.length - 1)]!,
  };
}

function hasTwice(values: readonly (string | number)[]): boolean {
  return new Set(values).size !== values.length;
}

/** @throws Refusal `authority/trust-list-malformed` */
export function decodeList(payload: Uint8Array): DailyList {
  const map = shape.map(shape.decode(payload, { maxDepth: 3, maxItems: MAX_ITEMS }), 7);
  if (map.get(1) !== VERSION) malformedTrustList('a list of another version');
  const list: DailyList = {
    number: shape.number(map.get(2), 1),
    issuedAt: shape.time(map.get(3)),
    expiresAt: shape.time(map.get(4)),
    charterDigest: shape.bytes(map.get(5), 32),
    sealKeys: shape.array(map.get(6), 0, MAX_SEAL_KEYS).map(sealKeyOf),
    statusLists: shape.array(map.get(7), 0, MAX_STATUS_LISTS).map(placeOf),
  };
  const life = list.expiresAt - list.issuedAt;
  if (life <= 0 || life > LIST_LIFE_SECONDS) malformedTrustList(`a list that lives ${life} seconds`);
  const { statusLists } = list;
  if (hasTwice(statusLists.map(({ id }) => id)) || hasTwice(statusLists.map(({ uri }) => uri))) {
    malformedTrustList('a status list twice');
  }
  const ofSeals = new Set(statusLists.filter(({ purpose }) => purpose === 'seals').map(({ id }) => id));
  if (!list.sealKeys.every(({ statusList }) => ofSeals.has(statusList))) {
    malformedTrustList('a seal key without a status list of seals');
  }
  return list;
}

type Digest = Pick<Primitives, 'digest'>;

/**
 * A kid names one key, and a key has one part to play: two seal keys with one kid would make a seal's key ambiguous, and
 * a seal key that also signs lists could appoint others.
 */
function checkKeys(charter: Charter, list: DailyList, primitives: Digest): void {
  const keys = [charter.listKey, ...charter.statusKeys, ...list.sealKeys.map(({ spki }) => spki)];
  if (hasTwice(keys.map((spki) => toHex(kidOf(spki, primitives))))) malformedTrustList('two keys of one kid');
}

/**
 * A list signed by the key that the charter names, for that charter.
 * @throws Refusal `authority/trust-list-malformed`, `authority/trust-list-mismatch`: before signing
 */
export async function makeList(
  deps: { readonly signer: Signer; readonly primitives: Digest },
  charterBytes: Uint8Array,
  list: DailyList,
): Promise<Uint8Array> {
  const { signer, primitives } = deps;
  const { charter } = openCharter(charterBytes);
  const payload = encodeList(list);
  checkKeys(charter, decodeList(payload), primitives);
  if (!equal(charter.listKey, signer.spki) || !equal(list.charterDigest, primitives.digest('SHA-256', charterBytes))) {
    throw new Refusal<TrustListCode>('authority/trust-list-mismatch', 'a list of another charter, or of another key');
  }
  return signCose(LIST_PROFILE, signer, kidOf(signer.spki, primitives), payload);
}

/** What `/trust-list` serves: CBOR array of the two messages, each in a byte string. */
export function encodeTrustList(charterBytes: Uint8Array, listBytes: Uint8Array): Uint8Array {
  return encodeCbor([charterBytes, listBytes]);
}

/** @throws Refusal `authority/trust-list-malformed` */
function openList(bytes: Uint8Array): { readonly list: DailyList; readonly cose: ReturnType<typeof openCose> } {
  try {
    const cose = openCose(LIST_PROFILE, bytes);
    return { list: decodeList(cose.payload), cose };
  } catch (error) {
    if (isRefusal(error, 'cose/malformed')) malformedTrustList(error.message);
    throw error;
  }
}

/**
 * Reads and believes a trust list: `rootSpki` is the key that the reader was given beforehand, never one from the list.
 * Whether it is still fresh (`trustListFreshness`) and not older than one seen before (`checkSuccessor`) are asked apart.
 * @throws Refusal `authority/trust-list-malformed`, `authority/trust-list-untrusted`, `authority/trust-list-mismatch`
 */
export async function openTrustList(
  bytes: Uint8Array,
  rootSpki: Uint8Array,
  primitives: Pick<Primitives, 'digest' | 'verify'>,
): Promise<TrustList> {
  const [first, second] = shape.array(shape.decode(bytes, { maxDepth: 1, maxItems: 3 }), 2, 2);
  const charterBytes = shape.bytes(first, 1, bytes.length);
  const listBytes = shape.bytes(second, 1, bytes.length);
  const { charter, root, dev, cose } = openCharter(charterBytes);
  const untrusted = (what: string): never => {
    throw new Refusal<TrustListCode>('authority/trust-list-untrusted', what);
  };
  if (!equal(root.key.spki, rootSpki)) untrusted('the root is not the one that this reader knows');
  if (!(await verifyCose(cose, rootSpki, primitives))) untrusted("not the root's signature under the charter");
  const daily = openList(listBytes);
  if (!(await verifyCose(daily.cose, charter.listKey, primitives))) untrusted("not the list key's signature");
  const charterDigest = primitives.digest('SHA-256', charterBytes);
  if (!equal(daily.list.charterDigest, charterDigest)) {
    throw new Refusal<TrustListCode>('authority/trust-list-mismatch', 'the list was made for another charter');
  }
  checkKeys(charter, daily.list, primitives);
  return { charter, list: daily.list, dev, charterDigest, listDigest: primitives.digest('SHA-256', listBytes) };
}

/** `stale`: the keys and lists that it names may have changed since; it decides nothing, and refutes nothing. */
export function trustListFreshness({ list }: TrustList, at: UnixSeconds): 'fresh' | 'stale' {
  return at >= list.issuedAt - CLOCK_SKEW_SECONDS && at < list.expiresAt ? 'fresh' : 'stale';
}

/**
 * Whether a reader who has believed `previous` may believe `next`: numbers never fall, and one number never has two
 * contents. Both have been opened under the same root.
 * @throws Refusal `authority/trust-list-regress`, `authority/trust-list-fork`
 */
export function checkSuccessor(previous: SeenTrust, next: SeenTrust): void {
  const pairs = [
    ['charter', previous.charter.number, next.charter.number, equal(previous.charterDigest, next.charterDigest)],
    ['list', previous.list.number, next.list.number, equal(previous.listDigest, next.listDigest)],
  ] as const;
  for (const [what, seen, found, same] of pairs) {
    if (found < seen) {
      throw new Refusal<TrustListCode>('authority/trust-list-regress', `an older ${what}`, { found, seen });
    }
    if (found === seen && !same) {
      throw new Refusal<TrustListCode>('authority/trust-list-fork', `two different ${what}s of one number`, { found });
    }
  }
}

/** The seal key of that kid. */
export function findSealKey({ list }: TrustList, kid: Uint8Array, primitives: Digest): SealKey | undefined {
  return list.sealKeys.find(({ spki }) => equal(kidOf(spki, primitives), kid));
}

/** The key, among those that the charter allows to sign status lists, of that kid. */
export function findStatusKey({ charter }: TrustList, kid: Uint8Array, primitives: Digest): Uint8Array | undefined {
  return charter.statusKeys.find((spki) => equal(kidOf(spki, primitives), kid));
}

export function findStatusList({ list }: TrustList, id: number): StatusListPlace | undefined {
  return list.statusLists.find((place) => place.id === id);
}

/** Whether a seal whose signed leaf has the index `leaf` was made while the key counted. */
export function countsAt(key: SealKey, leaf: number): boolean {
  return key.state === 'current' || leaf < key.at;
}
