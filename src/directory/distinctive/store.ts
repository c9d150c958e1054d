import type { AttemptStore, AttemptWrite } from '../../log/attempt.ts';
import type { Put, Versioned } from '../../log/ledger.ts';
import type { Official } from '../official.ts';
import type { Distinctive } from './distinctive.ts';

export type DistinctiveWrite = Put<'distinctive', Distinctive> | AttemptWrite | Put<'official', Official>;

/**
 * Reads distinctives, each as its leaves say it; the version is that of its row, 0 where that is gone. Each call sees every act
 * that was committed before it; calls may run at once. All throw the outages of the ledger, and Refusal `log/opening-missing`
 * where nobody can read any more what was granted.
 */
export interface DistinctiveStore extends AttemptStore {
  find(number: string): Promise<Versioned<Distinctive> | undefined>;
  /** All that this person was ever granted, in order. */
  listOf(officialId: string): Promise<readonly Versioned<Distinctive>[]>;
  /** All that were ever granted, in order. */
  list(): Promise<readonly Distinctive[]>;
}
