import type { Brand } from '../core/brand.ts';
import { fromHex, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { isTime, type UnixSeconds } from '../core/time.ts';
import type { Erased } from './erasure.ts';
import type { OficioId } from './oficio.ts';

/** Hexadecimal of a random 64-bit number: sixteen digits. */
export type ReceptionId = Brand<string, 'ReceptionId'>;

/** How a letter came to whom it was for: at the window of an office, by a notifier, by mail. */
export const RECEPTION_WAYS = ['window', 'notifier', 'mail'] as const;
export type ReceptionWay = (typeof RECEPTION_WAYS)[number];

export function isReceptionWay(text: unknown): text is ReceptionWay {
  return RECEPTION_WAYS.some((way) => way === text);
}

/**
 * What of a reception is personal, or may be: the leaf only commits to it, so that it can be shown to those who need it, and erased one
 * day without a hole in the log.
 */
export interface KeptOfReception {
  /** 32 random bytes: without them nobody can try names against the commitment. */
  readonly salt: Uint8Array;
  /** The office that received it, as it calls itself. */
  readonly office?: string;
  /** Who received it, and as what. */
  readonly name?: string;
  readonly post?: string;
  /** The number that the receiving office gave it. */
  readonly folio?: string;
  /** Why an earlier one is corrected. */
  readonly reason?: string;
  /** SHA-256 of the photo of the stamped page, as we encoded it. */
  readonly photoSha256?: Uint8Array;
}

/** What the log itself holds of a reception: no text that anybody typed. */
export interface LoggedReception {
  readonly id: ReceptionId;
  readonly letter: OficioId;
  /** When it was registered. */
  readonly at: UnixSeconds;
  /** When and how the letter was received; both absent where it says that the one that it corrects never took place. */
  readonly receivedAt?: UnixSeconds;
  readonly how?: ReceptionWay;
  /** Commits to what is kept apart. */
  readonly apart: Uint8Array;
  /** The reception that this one takes the place of. */
  readonly corrects?: ReceptionId;
  readonly leaf: number;
  /** The leaf of the one that took its place: then it no longer counts. */
  readonly correctedLeaf?: number;
  /** That what is kept apart was erased, and the leaf that says so. */
  readonly erased?: Erased;
  readonly erasedLeaf?: number;
}

/** An *acuse*: that an office, or a person, received a letter. Several of one letter stand beside each other. */
export interface Reception extends LoggedReception {
  /** The unit of the letter. */
  readonly unit: string;
  readonly kept?: KeptOfReception;
  /** JPEG of the stamped page. */
  readonly photo?: Uint8Array;
}

const ID_BYTES = 8;

export function commitApart(
  { salt, office, name, post, folio, reason, photoSha256 }: KeptOfReception,
  primitives: Pick<Primitives, 'hmac'>,
): Uint8Array {
  const texts = [office, name, post, folio, reason].map((text) => text ?? null);
  return primitives.hmac(salt, encodeCbor([1, 'oficio/reception-apart', ...texts, photoSha256 ?? null]));
}

/** What a leaf `oficio/received` commits to. */
export function receivedRecord(
  reception: Omit<LoggedReception, 'leaf' | 'correctedLeaf' | 'erased' | 'erasedLeaf'>,
): Uint8Array {
  const { id, letter, at, receivedAt, how, apart, corrects } = reception;
  const corrected = corrects === undefined ? null : fromHex(corrects)!;
  const items: CborValue[] = [fromHex(letter)!, fromHex(id)!, at, receivedAt ?? null, how ?? null, apart, corrected];
  return encodeCbor([1, 'oficio/received', ...items]);
}

/** `undefined` for a record that we never wrote. */
export function readReceived(
  [, act, letter, id, at, receivedAt, how, apart, corrects]: readonly CborValue[],
  leaf: number,
): LoggedReception | undefined {
  if (act !== 'oficio/received' || !isId(letter) || !isId(id)) return undefined;
  if (typeof at !== 'number' || !isTime(at) || !(apart instanceof Uint8Array) || apart.length !== 32) return undefined;
  const isCorrection = isId(corrects);
  if (!isCorrection && corrects !== null) return undefined;
  const ids = { id: toHex(id) as ReceptionId, letter: toHex(letter) as OficioId };
  const said = { ...ids, at, apart, ...(isCorrection && { corrects: toHex(corrects) as ReceptionId }), leaf };
  // Only what was said before can be said not to have been.
  if (receivedAt === null && how === null) return isCorrection ? said : undefined;
  if (typeof receivedAt !== 'number' || !isTime(receivedAt) || !isReceptionWay(how)) return undefined;
  return { ...said, receivedAt, how };
}

function isId(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === ID_BYTES;
}

/** Those that count, by when the letter was received; what was corrected is not among them, nor what never took place. */
export function countingReceptions<One extends LoggedReception>(
  all: readonly One[],
): readonly (One & { readonly receivedAt: UnixSeconds })[] {
  return all
    .filter(
      (one): one is One & { readonly receivedAt: UnixSeconds } =>
        one.correctedLeaf === undefined && one.receivedAt !== undefined,
    )
    .toSorted((a, b) => a.receivedAt - b.receivedAt || a.leaf - b.leaf);
}
