import { equal, fromHex, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { cborShape, type CborShape } from '../core/cbor-shape.ts';
import { kidOf, openCose, signCose, verifyCose, type CoseProfile } from '../core/cose.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { unixSeconds, type UnixSeconds } from '../core/time.ts';
import { readCertificate, type Certificate } from '../authority/certificate.ts';
import { findStatusKey, openTrustList, type TrustList } from '../authority/trust-list.ts';
import { phoneOf } from '../directory/contact.ts';
import { FIELD_LIMITS } from '../directory/fields.ts';
import { MAX_PROFILE_BYTES } from '../directory/profile.ts';
import { PHOTO_LIMITS } from '../directory/photo.ts';
import { readCrl, type Crl } from '../revocation/crl.ts';
import {
  inflateStatuses,
  OFFLINE_SECONDS,
  openStatusList,
  verifyStatusList,
  type Statuses,
} from '../revocation/status-list.ts';
import { parseCardNumber, type CardNumber } from './card.ts';

export type CardBundleCode =
  /** Not a bundle as we write it. */
  | 'card/bundle-malformed'
  /** Signed by another key than the one that may, or what it says of a card is not what the card's certificate binds. */
  | 'card/bundle-untrusted'
  /** Older than one that this counter has seen (`found`, `seen`: times). */
  | 'card/bundle-older'
  /** More cards and photos than a bundle holds (`most` in bytes). */
  | 'card/bundle-too-large'
  /** What lies there is a tag alone, which nobody can check without network. */
  | 'card/tag-needs-network'
  /** The root that was given is not the one that this counter goes by (`path`: where it is noted). */
  | 'card/root-differs'
  /** What this counter has noted of bundles before cannot be read (`path`). */
  | 'card/counter-notes-damaged';

/** A card that was in use when a bundle was made. */
export interface BundledCard {
  readonly number: CardNumber;
  /** 32 hexadecimal digits: what CHUID and certificates name. */
  readonly guid: string;
  /** SHA-256 of the certificate for the card's own key (9E), DER. */
  readonly certificateDigest: Uint8Array;
  /** 32 hexadecimal digits: serial number of the credential in slot 9A, by which the holder is judged with a network too. */
  readonly holderSerial: string;
  /** The public profile that this certificate binds: of a reserved official without name and photo. */
  readonly profile?: Uint8Array;
  /** In place of the profile, where name and photo in it were put under reserve since: norm and resolution. */
  readonly legalGround?: string;
  /** The thumbnail that the profile names; absent where it names none, or where that picture is gone. */
  readonly photo?: Uint8Array;
}

/** What a counter without network goes by: docs/formats/card-bundle.md. */
export interface CardBundle {
  readonly madeAt: UnixSeconds;
  /** As `/trust-list` serves it. */
  readonly trustList: Uint8Array;
  /** Of the authority `credenciales`, as `/status/2` serves it. */
  readonly statusList: Uint8Array;
  /** DER, of `raiz` and `credenciales`. */
  readonly crls: readonly Uint8Array[];
  /** DER certificate of the key that signs what stands on cards; absent before the first card. */
  readonly contentSigner?: Uint8Array;
  readonly cards: readonly BundledCard[];
  /** In use as well, but somebody edited what tells of them, or it is gone. */
  readonly leftOut: readonly CardNumber[];
  /** Whom a counter calls: as `phoneOf` writes it. Absent of a list of version 1. */
  readonly telephone?: string;
}

const MAX_CARDS = 10_000;
const MAX_CRLS = 8;
const MAX_LIST_BYTES = 1 << 24;
const MAX_CERTIFICATE_BYTES = 8192;
/** Some 6,000 cards with photos. */
export const MAX_BUNDLE_BYTES: number = 1 << 26;
/** Clocks of a counter and of the service differ by less. */
const CLOCK_SKEW_SECONDS = 300;
/** Of a list without a telephone, as all were before, and of one with it. */
const VERSIONS = [1, 2] as const;
const MAX_TELEPHONE = 60;

const PROFILE: CoseProfile = { algorithm: 'ES256', context: 'cotejo-card-bundle-v1', maxBytes: MAX_BUNDLE_BYTES };

function malformed(what: string): never {
  throw new Refusal<CardBundleCode>('card/bundle-malformed', what);
}

function untrusted(what: string): never {
  throw new Refusal<CardBundleCode>('card/bundle-untrusted', what);
}

const shape: CborShape = cborShape(malformed);

function encodeBundle(bundle: CardBundle): Uint8Array {
  const { madeAt, trustList, statusList, crls, contentSigner, cards, leftOut, telephone } = bundle;
  return encodeCbor(
    new Map<number, CborValue>([
      [1, telephone === undefined ? VERSIONS[0] : VERSIONS[1]],
      [2, madeAt],
      [3, trustList],
      [4, statusList],
      [5, crls],
      [6, contentSigner ?? null],
      [
        7,
        cards.map(({ number, guid, certificateDigest, holderSerial, profile, legalGround, photo }) => [
          number,
          fromHex(guid)!,
          certificateDigest,
          profile ?? legalGround!,
          photo ?? null,
          fromHex(holderSerial)!,
        ]),
      ],
      [8, leftOut],
      ...(telephone === undefined ? [] : [[9, telephone] as const]),
    ]),
  );
}

function numberOf(value: CborValue | undefined): CardNumber {
  const number = parseCardNumber(shape.text(value, 12));
  return number !== undefined && number === value ? number : malformed('not the number of a card');
}

function cardOf(value: CborValue): BundledCard {
  const [number, guid, certificateDigest, told, photo, holderSerial] = shape.array(value, 6, 6);
  if (typeof told === 'string' && photo !== null) malformed('a photo of a name under reserve');
  return {
    number: numberOf(number),
    guid: toHex(shape.bytes(guid, 16)),
    certificateDigest: shape.bytes(certificateDigest, 32),
    holderSerial: toHex(shape.bytes(holderSerial, 16)),
    ...(typeof told === 'string'
      ? { legalGround: shape.text(told, FIELD_LIMITS.legalGround) }
      : { profile: shape.bytes(told, 1, MAX_PROFILE_BYTES) }),
    ...(photo !== null && { photo: shape.bytes(photo, 1, PHOTO_LIMITS.thumbnailBytes) }),
  };
}

/** Of one form alone: it is shown as it stands. */
function telephoneOf(value: CborValue | undefined): string {
  const text = shape.text(value, MAX_TELEPHONE);
  return phoneOf(text) === text ? text : malformed('not a telephone');
}

function decodeBundle(payload: Uint8Array): CardBundle {
  const value = shape.decode(payload, { maxDepth: 3, maxItems: 8 * MAX_CARDS + 64 });
  const version = value instanceof Map ? value.get(1) : undefined;
  if (version !== VERSIONS[0] && version !== VERSIONS[1]) malformed('a bundle of another version');
  const map = shape.map(value, version === VERSIONS[0] ? 8 : 9);
  const contentSigner = map.get(6);
  const cards = shape.array(map.get(7), 0, MAX_CARDS).map(cardOf);
  const [numbers, guids] = [new Set(cards.map(({ number }) => number)), new Set(cards.map(({ guid }) => guid))];
  if (numbers.size !== cards.length || guids.size !== cards.length) malformed('a card twice');
  return {
    madeAt: shape.time(map.get(2)),
    trustList: shape.bytes(map.get(3), 1, MAX_LIST_BYTES),
    statusList: shape.bytes(map.get(4), 1, MAX_LIST_BYTES),
    crls: shape.array(map.get(5), 1, MAX_CRLS).map((crl) => shape.bytes(crl, 1, MAX_LIST_BYTES)),
    ...(contentSigner !== null && { contentSigner: shape.bytes(contentSigner, 1, MAX_CERTIFICATE_BYTES) }),
    cards,
    leftOut: shape.array(map.get(8), 0, MAX_CARDS).map(numberOf),
    ...(version === VERSIONS[1] && { telephone: telephoneOf(map.get(9)) }),
  };
}

/**
 * A bundle signed by the key that signs the daily list.
 * @throws Refusal `card/bundle-too-large`; `card/bundle-malformed` for one that its own reader would refuse
 */
export async function makeCardBundle(
  { signer, primitives }: { readonly signer: Signer; readonly primitives: Pick<Primitives, 'digest'> },
  bundle: CardBundle,
): Promise<Uint8Array> {
  const payload = encodeBundle(bundle);
  if (bundle.cards.length > MAX_CARDS || payload.length > MAX_BUNDLE_BYTES - 200) {
    throw new Refusal<CardBundleCode>('card/bundle-too-large', `${payload.length} bytes`, { most: MAX_BUNDLE_BYTES });
  }
  decodeBundle(payload);
  return signCose(PROFILE, signer, kidOf(signer.spki, primitives), payload);
}

/** A bundle that was believed: signed for the root that the reader was given beforehand, and so were the lists in it. */
export interface OpenedBundle extends Pick<CardBundle, 'madeAt' | 'leftOut' | 'telephone'> {
  readonly trust: TrustList;
  readonly statuses: Statuses;
  /** The signature of each is verified by whoever asks it (`crlRevocation`). */
  readonly crls: readonly Crl[];
  readonly contentSigner?: Certificate;
  /** By GUID. */
  readonly cards: ReadonlyMap<string, BundledCard>;
  /** When its status list was made. Its revocation lists may be older: they are served anew only when something changes. */
  readonly statusAsOf: UnixSeconds;
  /** The first second in which one of its lists decides nothing any more. */
  readonly staleFrom: UnixSeconds;
}

/**
 * Reads and believes a bundle. Whether it is of now (`bundleAge`) and not older than one seen before is asked apart.
 * @param rootSpki of the root that the reader was given beforehand
 * @throws Refusal `card/bundle-malformed`, `card/bundle-untrusted`
 */
export async function openCardBundle(
  bytes: Uint8Array,
  rootSpki: Uint8Array,
  primitives: Primitives,
): Promise<OpenedBundle> {
  return ownRefusals(async () => {
    const cose = openCose(PROFILE, bytes);
    const bundle = decodeBundle(cose.payload);
    const trust = await openTrustList(bundle.trustList, rootSpki, primitives);
    if (!(await verifyCose(cose, trust.charter.listKey, primitives))) untrusted("not the list key's signature");
    const status = openStatusList(bundle.statusList);
    const place = trust.list.statusLists.find(({ uri }) => uri === status.claims.uri);
    const spki = findStatusKey(trust, status.kid, primitives);
    const isSigned =
      place?.purpose === 'credentials' &&
      spki &&
      (await verifyStatusList(status, { spki, uri: place.uri }, primitives));
    if (!isSigned) untrusted('a status list of another key or place');
    const crls = bundle.crls.map(readCrl);
    const { issuedAt, expiresAt } = status.claims;
    const ends = [
      trust.list.expiresAt,
      expiresAt,
      issuedAt + OFFLINE_SECONDS,
      ...crls.map(({ nextUpdate }) => nextUpdate),
    ];
    return {
      madeAt: bundle.madeAt,
      leftOut: bundle.leftOut,
      ...(bundle.telephone !== undefined && { telephone: bundle.telephone }),
      trust,
      statuses: inflateStatuses(status, primitives),
      crls,
      ...(bundle.contentSigner && { contentSigner: readCertificate(bundle.contentSigner) }),
      cards: new Map(bundle.cards.map((card) => [card.guid, card])),
      statusAsOf: issuedAt,
      staleFrom: unixSeconds(Math.min(...ends)),
    };
  });
}

/** What its parts refuse is refused of the bundle: nobody of ours makes one. */
async function ownRefusals<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (isRefusal(error)) {
      if (PARTS_MALFORMED.includes(error.code)) malformed(`${error.code}: ${error.message}`);
      if (PARTS_UNTRUSTED.includes(error.code)) untrusted(`${error.code}: ${error.message}`);
    }
    throw error;
  }
}

const PARTS_MALFORMED = [
  ...['cose/malformed', 'revocation/status-list-malformed', 'authority/malformed', 'asn1/malformed'],
  ...['revocation/malformed', 'authority/trust-list-malformed'],
];

const PARTS_UNTRUSTED = ['authority/trust-list-untrusted', 'authority/trust-list-mismatch'];

/** `future`: made later than it is here by more than clocks differ; one of the two is wrong, and nothing is decided. */
export type BundleAge = 'fresh' | 'stale' | 'future';

export function bundleAge(
  { madeAt, staleFrom }: Pick<OpenedBundle, 'madeAt' | 'staleFrom'>,
  at: UnixSeconds,
): BundleAge {
  if (at < madeAt - CLOCK_SKEW_SECONDS) return 'future';
  return at < staleFrom ? 'fresh' : 'stale';
}

/**
 * The photo of a card, as its profile names it.
 * @param expected SHA-256 of the thumbnail
 * @throws Refusal `card/bundle-untrusted` for another picture
 */
export function photoOf(
  { photo }: Pick<BundledCard, 'photo'>,
  expected: Uint8Array | undefined,
  { digest }: Pick<Primitives, 'digest'>,
): Uint8Array | undefined {
  if (!photo) return undefined;
  if (expected && equal(digest('SHA-256', photo), expected)) return photo;
  return untrusted('another photo than the profile of the card names');
}
