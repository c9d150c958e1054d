import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Put } from '../log/ledger.ts';
import type { StatusListName } from './lists.ts';

export type PlaceCode = 'revocation/status-list-full';

/** A place in a status list that is taken, and by whom. The row's key is `list/index`. */
export interface StatusPlace {
  readonly list: StatusListName;
  readonly index: number;
  readonly subject: string;
}

export type PlaceWrite = Put<'status-place', StatusPlace>;

export interface PlaceStore {
  /** Whose the place is, as it was drawn. Sees every act that was committed before the call. */
  findPlace(list: StatusListName, index: number): Promise<string | undefined>;
}

/** Places in one status list (Token Status List). */
export const PLACES_PER_LIST: number = 2 ** 20;

/** So many draws fail of a list that is nearly full, or that somebody filled; there is no second list to go on with. */
const MAX_DRAWS = 64;

/**
 * A free place drawn at random, so that an index tells neither order nor number of what was issued. The ledger holds
 * that no two acts take the same.
 * @throws Refusal `revocation/status-list-full`
 */
export async function drawPlace(
  deps: { readonly random: Random; readonly store: PlaceStore },
  list: StatusListName,
  subject: string,
): Promise<PlaceWrite> {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const [a, b, c] = deps.random(3) as unknown as [number, number, number];
    const index = ((a << 16) | (b << 8) | c) % PLACES_PER_LIST;
    if ((await deps.store.findPlace(list, index)) === undefined) {
      return { put: 'status-place', key: `${list}/${index}`, record: { list, index, subject }, ifVersion: 0 };
    }
  }
  throw new Refusal<PlaceCode>('revocation/status-list-full', `no free place found in list ${list}`, { list });
}
