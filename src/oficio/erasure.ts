import { fromHex, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { isTime, unixSeconds, type UnixSeconds } from '../core/time.ts';
import type { Oficio, OficioId } from './oficio.ts';
import type { LoggedReception, ReceptionId } from './reception.ts';

/**
 * Why what is kept beside a letter was erased: its time was over (`retention`), or the person asked for it (*cancelación*, *oposición*;
 * Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados).
 */
export const ERASURE_GROUNDS = ['retention', 'cancellation', 'opposition'] as const;
export type ErasureGround = (typeof ERASURE_GROUNDS)[number];

export function isErasureGround(text: unknown): text is ErasureGround {
  return ERASURE_GROUNDS.some((ground) => ground === text);
}

/** What stands in the row in place of what was kept. */
export interface Erased {
  readonly at: UnixSeconds;
  readonly ground: ErasureGround;
  /** The number of the person's request: never a name, as the log keeps it. */
  readonly reference?: string;
}

/** Of which letter, and of which reception of it; without one, whom the letter is for and where its visit was. */
export interface ErasureTarget {
  readonly letter: OficioId;
  readonly reception?: ReceptionId;
}

export interface Erasure extends ErasureTarget, Erased {}

/** Names, places and photos beside a letter are kept for so long after their event: five years. */
export const DETAILS_KEPT_SECONDS: number = 1826 * 86_400;

/** The event from which the time of keeping counts: the end of the visit, or the sealing; of a reception, its registering. */
export function detailsFrom(
  { sealedAt, delivery }: Pick<Oficio, 'sealedAt' | 'delivery'>,
  own?: LoggedReception,
): UnixSeconds {
  if (own) return own.at;
  return unixSeconds(Math.max(sealedAt, delivery?.visit?.to ?? 0));
}

/** What a leaf `oficio/details-erased` commits to: no text but the number of a request. */
export function erasedRecord({ letter, reception, at, ground, reference }: Erasure): Uint8Array {
  const own = reception === undefined ? null : fromHex(reception)!;
  return encodeCbor([1, 'oficio/details-erased', fromHex(letter)!, own, at, ground, reference ?? null]);
}

/** `undefined` for a record that we never wrote. */
export function readErasure([, act, letter, own, at, ground, reference]: readonly CborValue[]): Erasure | undefined {
  if (act !== 'oficio/details-erased' || !isId(letter) || !(own === null || isId(own))) return undefined;
  if (typeof at !== 'number' || !isTime(at) || !isErasureGround(ground)) return undefined;
  if (reference !== null && typeof reference !== 'string') return undefined;
  return {
    letter: toHex(letter) as OficioId,
    ...(own && { reception: toHex(own) as ReceptionId }),
    at,
    ground,
    ...(reference !== null && { reference }),
  };
}

/** The erasure as a row keeps it. */
export function erasedOf({ at, ground, reference }: Erased): Erased {
  return { at, ground, ...(reference !== undefined && { reference }) };
}

function isId(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 8;
}
