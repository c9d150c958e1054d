import { isRefusal, Refusal } from '../core/refusal.ts';
import type { DistinctiveCode } from '../directory/distinctive/code.ts';
import { distinctiveAt, type DistinctiveNumber } from '../directory/distinctive/distinctive.ts';
import type { DistinctiveStore } from '../directory/distinctive/store.ts';
import type { OfficialId } from '../directory/official.ts';
import type { Badge, DistinctiveTexts } from './badge.ts';
import { personOnPlastic, type MakeBadgeDeps } from './make.ts';
import { printDistinctive } from './print.ts';

export interface MakeDistinctiveDeps extends Omit<MakeBadgeDeps, 'office' | 'texts'> {
  readonly distinctives: Pick<DistinctiveStore, 'find'>;
  /** Whether a credential of this person is suspended. */
  readonly isUnderReview: (officialId: OfficialId) => Promise<boolean>;
  readonly texts: DistinctiveTexts;
}

/**
 * The artwork of a distinctive that is in force, and answered for as such, as its person stands in the directory today: a PDF of two pages. Nothing is
 * recorded: it may be made again.
 * @throws Refusal `distinctive/not-found`, `distinctive/over`, `distinctive/no-mandate`, and those of `printDistinctive`
 */
export async function makeDistinctive(deps: MakeDistinctiveDeps, number: DistinctiveNumber): Promise<Uint8Array> {
  const found = (await deps.distinctives.find(number))?.record;
  if (!found) throw new Refusal<DistinctiveCode>('distinctive/not-found', 'no such distinctive', { asked: number });
  const own = distinctiveAt(found, deps.clock());
  const state = own === 'current' && (await deps.isUnderReview(found.officialId)) ? 'suspended' : own;
  if (state !== 'current') throw new Refusal<DistinctiveCode>('distinctive/over', `it is ${state}`, { number, state });
  const { officialId, until } = found;
  const person = await personOnPlastic(deps, officialId).catch(ofDistinctive);
  const badge: Badge = { ...person, number, validUntil: until, hasTag: false };
  return printDistinctive(badge, deps.texts, deps.primitives);
}

/** Whoever has no mandate today is told of the distinctive, and not of a credential that nobody asked for. */
function ofDistinctive(error: unknown): never {
  if (!isRefusal(error, 'credential/no-mandate')) throw error;
  throw new Refusal<DistinctiveCode>('distinctive/no-mandate', error.message, error.facts);
}
