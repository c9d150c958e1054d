import { equal } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { isTime, type UnixSeconds } from '../core/time.ts';
import { parseOfficialId, type OfficialId } from '../directory/official.ts';
import type { Erased } from './erasure.ts';
import type { OficioId } from './oficio.ts';
import type { OficioType } from './type.ts';

/** The visit that a letter announces. Only where it is to be stands elsewhere: it may be somebody's home. */
export interface Visit {
  readonly from: UnixSeconds;
  readonly to: UnixSeconds;
  /** Who comes, and nobody else. */
  readonly officials: readonly OfficialId[];
}

/**
 * Whom a letter is for and what visit it announces, as its intent records it, before anybody signs: nothing of it changes afterwards, and
 * another addressee or another inspector needs another letter, as on paper.
 */
export interface Delivery {
  /** Commits to what is kept apart. */
  readonly apart: Uint8Array;
  /** Whether there is an addressee, and whether answers name them. */
  readonly addressee?: 'kept' | 'public';
  readonly visit?: Visit;
}

/** What of it is personal: the record only commits to it, so that it can be erased one day without a hole in the log. */
export interface KeptOfDelivery {
  /** 32 random bytes: without them nobody can try names against the commitment. */
  readonly salt: Uint8Array;
  readonly name?: string;
  readonly post?: string;
  /** Where to find the addressee: enough to deliver it. */
  readonly address?: string;
  /** Where the visit is to be. */
  readonly place?: string;
}

/** The row beside that of the letter. */
export interface DeliveryRow {
  readonly letter: OficioId;
  readonly kept?: KeptOfDelivery;
  /** The unit of the letter, that it was erased, and the leaf that says so: in place of what was kept. */
  readonly unit?: string;
  readonly erased?: Erased;
  readonly erasedLeaf?: number;
}

/** What is kept apart, or that it was erased. */
export interface FoundDelivery extends Partial<KeptOfDelivery>, Pick<DeliveryRow, 'erased' | 'erasedLeaf'> {}

/**
 * What is kept apart of the delivery of a letter, where it has one.
 * @throws Refusal `log/corrupt` for a row that keeps something else than the letter's intent commits to
 */
export type FindDelivery = (letter: {
  readonly id: OficioId;
  readonly unit: string;
  readonly intentLeaf: number;
  readonly delivery?: Delivery;
}) => Promise<FoundDelivery | undefined>;

/** More do not fit on anybody's doorstep, nor on the page. */
export const MOST_VISITORS = 12;

/** Letters with which somebody comes: an order to visit, what a notifier hands over, a summons that names an hour. */
const VISITING: ReadonlySet<OficioType> = new Set<OficioType>(['orden-de-visita', 'notificacion', 'citatorio']);

export function mayAnnounceVisit(type: OficioType): boolean {
  return VISITING.has(type);
}

export function commitDelivery(
  { salt, name, post, address, place }: KeptOfDelivery,
  primitives: Pick<Primitives, 'hmac'>,
): Uint8Array {
  const texts = [name, post, address, place].map((text) => text ?? null);
  return primitives.hmac(salt, encodeCbor([1, 'oficio/delivery-apart', ...texts]));
}

/** Whether what a row keeps is what the intent commits to. */
export function isKeptOf(
  { apart }: Delivery,
  kept: KeptOfDelivery | undefined,
  primitives: Pick<Primitives, 'hmac'>,
): kept is KeptOfDelivery {
  return kept?.salt.length === 32 && equal(commitDelivery(kept, primitives), apart);
}

/** As the last item of a letter's intent. */
export function deliveryItem({ apart, addressee, visit }: Delivery): CborValue {
  const shown = addressee === undefined ? null : addressee === 'public';
  return [apart, shown, visit ? [visit.from, visit.to, visit.officials] : null];
}

/** `undefined` for what we never wrote. */
export function readDelivery(item: CborValue): Delivery | undefined {
  if (!Array.isArray(item) || item.length !== 3) return undefined;
  const [apart, shown, announced] = item as readonly CborValue[];
  if (!(apart instanceof Uint8Array) || apart.length !== 32) return undefined;
  if (shown !== null && typeof shown !== 'boolean') return undefined;
  const visit = announced === null || announced === undefined ? announced : readVisit(announced);
  if (visit === undefined || (shown === null && visit === null)) return undefined;
  return {
    apart,
    ...(shown !== null && { addressee: shown ? ('public' as const) : ('kept' as const) }),
    ...(visit && { visit }),
  };
}

function readVisit(item: CborValue): Visit | undefined {
  if (!Array.isArray(item) || item.length !== 3) return undefined;
  const [from, to, list] = item as readonly CborValue[];
  if (typeof from !== 'number' || typeof to !== 'number' || !isTime(from) || !isTime(to) || to <= from)
    return undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_VISITORS) return undefined;
  const officials: OfficialId[] = [];
  for (const one of list as readonly CborValue[]) {
    const id = typeof one === 'string' ? parseOfficialId(one) : undefined;
    if (id === undefined || id !== one || officials.includes(id)) return undefined;
    officials.push(id);
  }
  return { from, to, officials };
}
