import { isRefusal } from '../../core/refusal.ts';
import type { Primitives } from '../../core/primitives.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import { isSame } from '../../core/same.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { holdsOfRow } from '../../log/vouch.ts';
import { erasedOf, readErasure, type Erased } from '../../oficio/erasure.ts';
import {
  isKeptOf,
  type DeliveryRow,
  type FindDelivery,
  type KeptOfDelivery,
  type Visit,
} from '../../oficio/delivery.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import { countingReceptions } from '../../oficio/reception.ts';
import type { RegisteredLetter, RegisteredVisitor } from '../../verifier/knowledge.ts';
import { refuseRow } from './as-logged.ts';
import { loggedReceptions } from './receptions.ts';
import { toldAbout } from './witness.ts';
import { registeredOfficial, type RegisteredOfficialDeps } from './registered-official.ts';

/** The rows of what is kept apart, whatever somebody made of them. */
export interface DeliveryRowsOf {
  find(letter: string): Promise<Versioned<DeliveryRow> | undefined>;
}

export interface BesideDeps extends RegisteredOfficialDeps {
  readonly deliveries: DeliveryRowsOf;
}

type Beside = Pick<RegisteredLetter, 'receivedOn' | 'addressee' | 'visit'>;

/** What the register tells of a letter besides what its file shows; nothing is said of what nobody can read any more. */
export async function toldBeside(deps: BesideDeps, letter: Oficio): Promise<Beside> {
  const { log, primitives } = deps;
  const [first] = countingReceptions(await loggedReceptions(log, letter, primitives, { acceptUnread: true }));
  return { ...(first && { receivedOn: dayInMexicoCity(first.receivedAt) }), ...(await toldDelivery(deps, letter)) };
}

async function toldDelivery(deps: BesideDeps, { id, delivery }: Oficio): Promise<Omit<Beside, 'receivedOn'>> {
  if (!delivery) return {};
  const row = await keptOf(deps.deliveries, id);
  const kept = holdsOfRow(() => isKeptOf(delivery, row, deps.primitives)) ? row : undefined;
  const { name, post, place } = kept ?? {};
  return {
    ...(delivery.addressee === 'public' &&
      name !== undefined && { addressee: { name, ...(post !== undefined && { post }) } }),
    ...(delivery.visit && { visit: await toldVisit(deps, delivery.visit, place) }),
  };
}

async function toldVisit(
  deps: BesideDeps,
  { from, to, officials: ids }: Visit,
  place: string | undefined,
): Promise<NonNullable<RegisteredLetter['visit']>> {
  const officials: RegisteredVisitor[] = [];
  for (const id of ids) {
    const found = await orUnread(() => registeredOfficial(deps, id));
    officials.push(found ? { id, mandate: found.mandate, profile: found.profile } : { id });
  }
  return { from, to, ...(place !== undefined && { place }), officials };
}

/** Of whom nobody can read any more who they are, nobody is to open the door to them by this. */
async function orUnread<Value>(tell: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await tell();
  } catch (error) {
    if (isRefusal(error, 'log/opening-missing')) return undefined;
    throw error;
  }
}

async function keptOf(rows: DeliveryRowsOf, letter: string): Promise<KeptOfDelivery | undefined> {
  try {
    return (await rows.find(letter))?.record.kept;
  } catch (error) {
    if (isRefusal(error, 'data/row-damaged')) return undefined;
    throw error;
  }
}

/** For those who may read it: what a row keeps, compared with what the intent of the letter commits to. */
export function findDeliveryIn(rows: DeliveryRowsOf, log: Log, primitives: Pick<Primitives, 'hmac'>): FindDelivery {
  return async (letter) => {
    const found = await deliveryRowIn(rows, log, primitives)(letter);
    return found && (found.record.kept ?? found.record);
  };
}

type Log = Parameters<typeof toldAbout>[0];
type Letter = Parameters<FindDelivery>[0];

/** The row beside a letter as the log has it: with what its intent commits to, or erased by a leaf that says so. */
export function deliveryRowIn(
  rows: DeliveryRowsOf,
  log: Log,
  primitives: Pick<Primitives, 'hmac'>,
): (letter: Letter) => Promise<Versioned<DeliveryRow> | undefined> {
  return async (letter) => {
    if (!letter.delivery) return undefined;
    const row = await rows.find(letter.id);
    const told = row && (await toldDeliveryRow(log, letter, row.record, primitives));
    return told && isSame(told, row.record) ? { record: told, version: row.version } : refuseRow('delivery', letter.id);
  };
}

/** What the log and the row tell together; `undefined` where the row keeps something else than the log says. */
export async function toldDeliveryRow(
  log: Log,
  { id, unit, intentLeaf, delivery }: Letter,
  { kept }: DeliveryRow,
  primitives: Pick<Primitives, 'hmac'>,
): Promise<DeliveryRow | undefined> {
  const erased = await deliveryErasure(log, { id, intentLeaf }, primitives);
  if (erased) return kept ? undefined : { letter: id, unit, erased: erasedOf(erased), erasedLeaf: erased.leaf };
  const holds = delivery && holdsOfRow(() => isKeptOf(delivery, kept, primitives));
  return holds && kept ? { letter: id, kept } : undefined;
}

async function deliveryErasure(
  log: Log,
  { id, intentLeaf }: Pick<Letter, 'id' | 'intentLeaf'>,
  primitives: Pick<Primitives, 'hmac'>,
): Promise<(Erased & { readonly leaf: number }) | undefined> {
  for (const { index, kind, record } of await toldAbout(log, intentLeaf, primitives)) {
    const said = kind === LeafKind.oficioDetailsErased && record ? readErasure(record) : undefined;
    if (said?.letter === id && said.reception === undefined) return { ...erasedOf(said), leaf: index };
  }
  return undefined;
}
