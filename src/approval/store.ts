import type { PersonId } from '../access/person.ts';
import type { Versioned } from '../log/ledger.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { Approval, ApprovalId, ApprovalState } from './approval.ts';

/** Bytes beside an approval: of the request that is done again, and of the answer to it. */
export type ApprovalPart = 'request' | 'answer';

/** The answer of the request that was enacted, as whoever asked gets it. */
export interface KeptAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface ApprovalQuery {
  readonly state?: ApprovalState;
  readonly requester?: PersonId;
  /** Those made before the one of this id. */
  readonly before?: ApprovalId;
  /** At most so many. */
  readonly limit: number;
}

/**
 * What waits for people. No act is in it: rows have no leaf, and say nothing to verifiers. They hold a secret (the seed of the draws), so
 * nothing of a row is shown but by a view. Calls may run at once; what was written is durable before they resolve, and seen by all
 * later ones. All throw the outages of the database.
 */
export interface ApprovalStore {
  /** Keeps it, with the body of its request; an id that is there changes nothing and is a bug. */
  add(approval: Approval, body: Uint8Array): Promise<void>;
  /** @throws Refusal `log/corrupt` for a row that no program of ours wrote */
  find(id: ApprovalId): Promise<Versioned<Approval> | undefined>;
  /** The newest first; by the time of their statement. */
  list(query: ApprovalQuery): Promise<readonly Approval[]>;
  /** How many of these are open. */
  countOpen(requester: PersonId): Promise<number>;
  findBody(id: ApprovalId): Promise<Uint8Array | undefined>;
  findAnswer(id: ApprovalId): Promise<KeptAnswer | undefined>;
  /**
   * Puts `approval` in the place of the version that was read, and the answer with it; one that ended keeps no body of its request.
   * Of calls that read the same version one succeeds: false for the others.
   */
  replace(approval: Approval, ifVersion: number, answer?: KeptAnswer): Promise<boolean>;
  /** Takes those away that ended before `at`, with all that was kept of them. Returns how many. */
  forget(at: UnixSeconds): Promise<number>;
}
