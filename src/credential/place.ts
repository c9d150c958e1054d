import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { CredentialCode } from './credential.ts';
import type { StatusPlace } from './store.ts';

/** Places in one status list (Token Status List). */
export const PLACES_PER_LIST: number = 2 ** 20;

/** A list that is fuller than one half is closed long before this many draws fail. */
const MAX_DRAWS = 64;

/**
 * A free place drawn at random, so that an index tells neither order nor number of what was issued. The ledger holds
 * that no two acts take the same.
 * @throws Refusal `credential/status-list-full`
 */
export async function drawPlace(
  deps: {
    readonly random: Random;
    readonly store: { isPlaceTaken(list: string, index: number): Promise<boolean> };
  },
  list: string,
  subject: string,
): Promise<{ readonly key: string; readonly place: StatusPlace }> {
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const [a, b, c] = deps.random(3) as unknown as [number, number, number];
    const index = ((a << 16) | (b << 8) | c) % PLACES_PER_LIST;
    if (!(await deps.store.isPlaceTaken(list, index))) {
      return { key: `${list}/${index}`, place: { list, index, subject } };
    }
  }
  throw new Refusal<CredentialCode>('credential/status-list-full', `no free place found in list ${list}`, { list });
}
