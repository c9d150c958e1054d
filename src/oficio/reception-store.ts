import type { AttemptStore, AttemptWrite } from '../log/attempt.ts';
import type { Put, Versioned } from '../log/ledger.ts';
import type { Oficio } from './oficio.ts';
import type { Reception, ReceptionId } from './reception.ts';

export type ReceptionWrite = Put<'oficio', Oficio> | Put<'reception', Reception> | AttemptWrite;

/** Reads receptions as the log tells them. Each call sees every act that was committed before it. */
export interface ReceptionStore extends AttemptStore {
  /**
   * Those of a letter, in the order of the log, what was corrected among them.
   * @throws Refusal `log/corrupt` for a row that says anything else than the log; `log/opening-missing`
   */
  listOf(letter: Pick<Oficio, 'id' | 'unit' | 'signedLeaf'>): Promise<readonly Versioned<Reception>[]>;
}

/** A photo of the stamped page as we keep it: decoded and encoded again, without metadata, bounded. */
export interface StampPhoto {
  readonly jpeg: Uint8Array;
  /** SHA-256 of it. */
  readonly sha256: Uint8Array;
}

/** @throws Refusal `directory/photo-…` */
export type StampReader = (picture: Uint8Array) => Promise<StampPhoto>;

/** What the office does with receptions. */
export interface ReceptionOffice {
  receive(request: ReceptionRequest): Promise<Reception>;
  listOf(letter: Oficio): Promise<readonly Reception[]>;
}

/** Who received a letter, as somebody types it. */
export interface ReceivedInput {
  readonly receivedAt: Reception['at'];
  readonly how: string;
  readonly name: string;
  readonly post?: string;
  readonly office?: string;
  readonly folio?: string;
  /** JPEG, PNG or WebP of the stamped page. */
  readonly photo?: Uint8Array;
}

export interface ReceptionRequest {
  readonly letter: Oficio['id'];
  /** Absent in a correction that says that the earlier one never took place. */
  readonly received?: ReceivedInput;
  /** What it takes the place of, and why. */
  readonly correction?: { readonly corrects: ReceptionId; readonly reason: string };
  readonly idempotencyKey: string;
}
