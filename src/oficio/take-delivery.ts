import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import type { DirectoryCode } from '../directory/code.ts';
import { mandateAt, parseOfficialId, type Official, type OfficialId } from '../directory/official.ts';
import type { DirectoryStore } from '../directory/store.ts';
import { readEntered } from '../directory/text.ts';
import type { Held } from '../log/ledger.ts';
import {
  commitDelivery,
  mayAnnounceVisit,
  MOST_VISITORS,
  type Delivery,
  type KeptOfDelivery,
  type Visit,
} from './delivery.ts';
import type { OficioCode } from './oficio.ts';
import type { OficioWrite } from './store.ts';
import type { OficioType } from './type.ts';

/** Whom a letter is for and what visit it announces, as somebody types it. */
export interface DeliveryRequest {
  readonly addressee?: {
    readonly name: string;
    readonly post?: string;
    readonly address?: string;
    /** Chosen: answers to whoever has the letter name them, with their post. */
    readonly isPublic: boolean;
  };
  readonly visit?: {
    readonly place: string;
    readonly from: UnixSeconds;
    readonly to: UnixSeconds;
    readonly officials: readonly string[];
  };
}

/** Characters of each text. */
export const DELIVERY_LIMITS = { name: 120, post: 160, address: 300, place: 200 } as const;

/** An order that lets somebody come for longer is for another letter. */
const MOST_VISIT_SECONDS = 62 * 86_400;

export interface TakenDelivery {
  readonly delivery: Delivery;
  readonly kept: KeptOfDelivery;
  /** Who comes is what they were when they were looked at. */
  readonly held: readonly Held<OficioWrite>[];
}

export interface TakeDeliveryDeps {
  readonly directory: Pick<DirectoryStore, 'findOfficial'>;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'hmac'>;
}

/**
 * @throws Refusal `oficio/visit-type`, `oficio/visit-window`, `oficio/visit-officials`, `oficio/visit-official`;
 *   `directory/text-…`, `directory/personal-key` (fact `field`)
 */
export async function takeDelivery(
  { directory, random, primitives }: TakeDeliveryDeps,
  { addressee, visit }: DeliveryRequest,
  type: OficioType,
  at: UnixSeconds,
): Promise<TakenDelivery | undefined> {
  if (!addressee && !visit) return undefined;
  const { post, address } = addressee ?? {};
  const texts = {
    ...(addressee && { name: read('name', addressee.name) }),
    ...(isGiven(post) && { post: read('post', post) }),
    ...(isGiven(address) && { address: read('address', address) }),
    ...(visit && { place: read('place', visit.place) }),
  };
  const officials = visit ? await visitors(directory, visit, type, at) : [];
  const kept: KeptOfDelivery = { salt: random(32), ...texts };
  const announced: Visit | undefined = visit && {
    from: visit.from,
    to: visit.to,
    officials: officials.map(({ record }) => record.id),
  };
  return {
    kept,
    delivery: {
      apart: commitDelivery(kept, primitives),
      ...(addressee && { addressee: addressee.isPublic ? 'public' : 'kept' }),
      ...(announced && { visit: announced }),
    },
    held: officials.map(({ record, version }) => ({ put: 'official', key: record.id, ifVersion: version })),
  };
}

type Found = NonNullable<Awaited<ReturnType<DirectoryStore['findOfficial']>>>;

async function visitors(
  directory: Pick<DirectoryStore, 'findOfficial'>,
  { from, to, officials }: NonNullable<DeliveryRequest['visit']>,
  type: OficioType,
  at: UnixSeconds,
): Promise<readonly Found[]> {
  if (!mayAnnounceVisit(type)) refuse('oficio/visit-type', { type });
  if (to <= from || to <= at || to - from > MOST_VISIT_SECONDS) {
    refuse('oficio/visit-window', { from: formatTime(from), to: formatTime(to), most: MOST_VISIT_SECONDS / 86_400 });
  }
  if (officials.length === 0 || officials.length > MOST_VISITORS) {
    refuse('oficio/visit-officials', { found: officials.length, most: MOST_VISITORS });
  }
  const found = new Map<OfficialId, Found>();
  for (const text of officials) {
    const id = parseOfficialId(text);
    const official = id && (await directory.findOfficial(id));
    if (!official) return refuse('oficio/visit-official', { official: text.slice(0, 40), why: 'unknown' });
    const why = whyNot(official.record, at, to);
    if (why !== undefined) refuse('oficio/visit-official', { official: official.record.id, why });
    found.set(official.record.id, official);
  }
  return [...found.values()];
}

/** Whoever opens the door compares name and photo: who is under reserve has neither, and who left is nobody. */
function whyNot(official: Official, at: UnixSeconds, to: UnixSeconds): string | undefined {
  const mandate = mandateAt(official, at);
  if (mandate !== 'current') return mandate;
  if (official.publication.state === 'reserved') return 'reserved';
  return mandateAt(official, to) === 'current' ? undefined : 'leaves-before';
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

function read(field: keyof typeof DELIVERY_LIMITS, text: string): string {
  const found = readEntered(text, { max: DELIVERY_LIMITS[field] });
  if ('text' in found) return found.text;
  const facts = { field: field === 'name' || field === 'post' ? `addressee-${field}` : field, ...found.facts };
  throw new Refusal<DirectoryCode>(found.code, `${field} of the delivery is not acceptable`, facts);
}

function refuse(code: OficioCode, facts: Readonly<Record<string, string | number>>): never {
  throw new Refusal<OficioCode>(code, code.slice(code.indexOf('/') + 1).replaceAll('-', ' '), facts);
}
