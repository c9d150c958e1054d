import type { AttemptStore, AttemptWrite } from '../log/attempt.ts';
import type { Put, Versioned } from '../log/ledger.ts';
import type { Oficio } from './oficio.ts';
import type { PublicVersion, PublicVersionId } from './public-version.ts';

export type PublicVersionWrite = Put<'oficio', Oficio> | Put<'public-version', PublicVersion> | AttemptWrite;

/** Reads public versions as the log tells them. Each call sees every act that was committed before it. */
export interface PublicVersionStore extends AttemptStore {
  /**
   * Those of a letter, in the order of the log, whatever became of them.
   * @throws Refusal `log/corrupt` for a row that says anything else than the log; `log/opening-missing`
   */
  listOf(letter: Pick<Oficio, 'id' | 'unit' | 'signedLeaf'>): Promise<readonly Versioned<PublicVersion>[]>;
}

/** What the office does with public versions. */
export interface PublicVersionOffice {
  register(request: PublicVersionRequest): Promise<PublicVersion>;
  withdraw(request: WithdrawalRequest): Promise<PublicVersion>;
  listOf(letter: Oficio): Promise<readonly PublicVersion[]>;
  /** The file of one that is published; `undefined` for any other. @throws Refusal `log/corrupt` */
  findPublished(id: string): Promise<Uint8Array | undefined>;
}

export interface PublicVersionRequest {
  readonly letter: Oficio['id'];
  /** The PDF in which parts are blacked out. */
  readonly document: Uint8Array;
  /** By which norm and resolution. */
  readonly ground: string;
  /** Somebody looked at text that lies under something dark, and it may be published. */
  readonly acceptCovered?: boolean;
  readonly idempotencyKey: string;
}

export interface WithdrawalRequest {
  readonly letter: Oficio['id'];
  readonly id: PublicVersionId;
  readonly reason: string;
}
