import type { CborValue } from '../core/cbor.ts';
import { isTime, parseDay } from '../core/time.ts';
import { LeafKind } from './leaf.ts';

/** What an item of a record is. */
type Item = (value: CborValue) => boolean;

const text: Item = (value) => typeof value === 'string';
const number: Item = (value) => typeof value === 'number';
const list: Item = (value) => Array.isArray(value);
const time: Item = (value) => typeof value === 'number' && isTime(value);
const day: Item = (value) => typeof value === 'string' && parseDay(value) !== undefined;
const bytes: Item = (value) => value instanceof Uint8Array;
const bytesOf =
  (length: number): Item =>
  (value) =>
    value instanceof Uint8Array && value.length === length;
const optional =
  (item: Item): Item =>
  (value) =>
    value === null || item(value);
const nothing: Item = (value) => value === null;

const sha256 = bytesOf(32);
const serial = bytesOf(16);
const guid = bytesOf(16);
const personId = bytesOf(16);
const uid = bytesOf(7);
const letter = bytesOf(8);

/** What the leaves of one kind look like, whatever their act says. */
interface ActShape {
  /** The name with which the record begins. */
  readonly act: string;
  /** What follows it, item by item. */
  readonly items: readonly Item[];
  /** One more, which records of this kind may end with. */
  readonly more?: Item;
  /** The kinds of the leaf that it is about; none where it is the first of its noun. */
  readonly about?: readonly LeafKind[];
  /** Whether one may be the first of its noun all the same. */
  readonly mayBeFirst?: true;
}

const ISSUED = [LeafKind.credentialIntent, LeafKind.credentialIssued];
const SIGNED = [LeafKind.oficioIntent, LeafKind.oficioSigned];
const REGISTERED = [LeafKind.officialRegistered];
const CARD = [LeafKind.cardRegistered];
const GRANTED = [LeafKind.distinctiveGranted];
const ENROLLED = [LeafKind.accessEnrolled];

const UNIT = [text, text, day, optional(text), optional(text), optional(text)];
const ENDED = [letter, time, text];

/** All that is said of an official, with an end or without. */
function official(ended: Item): readonly Item[] {
  const person = [text, sha256, number, text, text, text, list, list, list];
  return [...person, day, optional(day), optional(text), list, optional(list), ended, optional(text)];
}

function status(reason: Item, compromisedFrom: Item): readonly Item[] {
  return [text, serial, time, reason, compromisedFrom];
}

const endOf: Item = (value) => Array.isArray(value) && value.length === 2 && day(value[0]) && text(value[1]);

/** The kinds that this release writes. */
const SHAPES: Partial<Record<LeafKind, ActShape>> = {
  [LeafKind.authorityCreated]: { act: 'authority/created', items: [text, sha256] },
  [LeafKind.charterPublished]: { act: 'charter/published', items: [number, sha256, sha256] },
  [LeafKind.authorityIntent]: { act: 'authority/intent', items: [text, bytes] },
  [LeafKind.officialRegistered]: { act: 'official/registered', items: official(nothing) },
  [LeafKind.officialChanged]: { act: 'official/changed', items: official(nothing), about: REGISTERED },
  [LeafKind.officialEnded]: { act: 'official/ended', items: official(endOf), about: REGISTERED },
  [LeafKind.distinctiveGranted]: { act: 'distinctive/granted', items: [text, text, day, time, list] },
  [LeafKind.distinctiveWithdrawn]: { act: 'distinctive/withdrawn', items: [text, time, text], about: GRANTED },
  [LeafKind.unitSet]: { act: 'unit/set', items: UNIT },
  [LeafKind.credentialIntent]: { act: 'credential/intent', items: [text, serial, text, bytes, number] },
  [LeafKind.credentialIssued]: {
    act: 'credential/issued',
    items: [sha256, sha256],
    about: [LeafKind.credentialIntent],
  },
  [LeafKind.credentialSuspended]: { act: 'credential/suspended', items: status(nothing, nothing), about: ISSUED },
  [LeafKind.credentialResumed]: { act: 'credential/resumed', items: status(nothing, nothing), about: ISSUED },
  [LeafKind.credentialRevoked]: {
    act: 'credential/revoked',
    items: status(number, optional(number)),
    about: ISSUED,
  },
  [LeafKind.credentialProven]: {
    act: 'credential/proven',
    items: [text, serial, time, bytesOf(32), bytes],
    about: [LeafKind.credentialIssued],
  },
  [LeafKind.cardRegistered]: { act: 'card/registered', items: [text, text, guid, day, time] },
  [LeafKind.cardTagAssigned]: { act: 'card/tag-assigned', items: [text, uid, text, number], about: CARD },
  [LeafKind.cardOpened]: {
    act: 'card/opened',
    items: [text, time, text, optional(text), optional(serial), optional(bytesOf(32)), optional(bytes)],
    about: CARD,
  },
  [LeafKind.cardActivated]: {
    act: 'card/activated',
    items: [text, time, optional(uid), optional(text), optional(number), list],
    about: CARD,
  },
  [LeafKind.cardStolen]: { act: 'card/stolen', items: [text, time], about: CARD },
  [LeafKind.cardEnded]: { act: 'card/ended', items: [text, time, text], about: CARD },
  [LeafKind.oficioIntent]: {
    act: 'oficio/intent',
    items: [bytes, sha256, text, serial, text, text, text],
    // Whom it is for, and the visit that it announces.
    more: list,
  },
  [LeafKind.oficioSigned]: {
    act: 'oficio/signed',
    items: [letter, sha256, sha256, sha256],
    about: [LeafKind.oficioIntent],
  },
  [LeafKind.oficioCancelled]: { act: 'oficio/cancelled', items: [...ENDED, nothing], about: SIGNED },
  [LeafKind.oficioReplaced]: { act: 'oficio/replaced', items: [...ENDED, letter], about: SIGNED },
  [LeafKind.oficioReceived]: {
    act: 'oficio/received',
    items: [letter, letter, time, optional(time), optional(text), bytesOf(32), optional(letter)],
    // A correction is about what it takes the place of.
    about: [LeafKind.oficioSigned, LeafKind.oficioReceived],
  },
  [LeafKind.oficioDetailsErased]: {
    act: 'oficio/details-erased',
    items: [letter, optional(letter), time, text, optional(text)],
    // What its intent, or the leaf of a reception, commits to.
    about: [LeafKind.oficioIntent, LeafKind.oficioReceived],
  },
  [LeafKind.oficioPublicVersion]: {
    act: 'oficio/public-version',
    items: [letter, letter, time, sha256, number, number, text, optional(letter)],
    // A further one is about the one whose place it takes.
    about: [LeafKind.oficioSigned, LeafKind.oficioPublicVersion],
  },
  [LeafKind.oficioPublicVersionWithdrawn]: {
    act: 'oficio/public-version-withdrawn',
    items: [letter, letter, time, text],
    about: [LeafKind.oficioPublicVersion],
  },
  [LeafKind.oficioCountersignIntent]: {
    act: 'oficio/countersign-intent',
    items: [letter, letter, number, sha256, time, text, serial, text, text, bytesOf(32)],
    about: [LeafKind.oficioSigned],
  },
  [LeafKind.oficioCountersigned]: {
    act: 'oficio/countersigned',
    items: [letter, letter, sha256, sha256, number, bytes],
    about: [LeafKind.oficioCountersignIntent],
  },
  [LeafKind.folioSeriesSet]: { act: 'folio-series/set', items: [text, number, number, list, list] },
  // A further passkey of somebody is about the first one; so are roles and ends.
  [LeafKind.accessEnrolled]: {
    act: 'access/enrolled',
    items: [personId, text, optional(text), bytes, bytes],
    about: ENROLLED,
    mayBeFirst: true,
  },
  [LeafKind.accessRolesSet]: { act: 'access/roles-set', items: [personId, list], about: ENROLLED },
  [LeafKind.accessEnded]: { act: 'access/ended', items: [personId, text, time, text], about: ENROLLED },
  [LeafKind.crlIntent]: { act: 'crl/intent', items: [text, number, bytes] },
  [LeafKind.crlPublished]: { act: 'crl/published', items: [text, number, sha256], about: [LeafKind.crlIntent] },
};

/** Whether a record is of an act that leaves of this kind report: of its name, with as many items, each of its type. */
export function isActOf(kind: LeafKind, [version, act, ...items]: readonly CborValue[]): boolean {
  const shape = SHAPES[kind];
  if (version !== 1 || !shape || act !== shape.act) return false;
  const expected = shape.more && items.length > shape.items.length ? [...shape.items, shape.more] : shape.items;
  return items.length === expected.length && expected.every((item, i) => item(items[i]!));
}

/** Whether a leaf of this kind may be about a leaf of kind `about`, or about none. */
export function mayBeAbout(kind: LeafKind, about: LeafKind | undefined): boolean {
  const { about: allowed, mayBeFirst } = SHAPES[kind] ?? {};
  if (about === undefined) return allowed === undefined || mayBeFirst === true;
  return allowed?.includes(about) === true;
}

/** What the record of this kind begins with, and how many items follow; `undefined` for a kind that this release does not write. */
export function actOf(kind: LeafKind): { readonly act: string; readonly items: number } | undefined {
  const shape = SHAPES[kind];
  return shape && { act: shape.act, items: shape.items.length };
}
