import type { SerialNumber } from '../../credential/credential.ts';
import type { Official } from '../../directory/official.ts';
import type { AttemptStore, AttemptWrite } from '../../log/attempt.ts';
import type { Put, Versioned } from '../../log/ledger.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { AccessProof } from '../access-proof.ts';
import type { Card } from '../card.ts';

export type CardWrite = Put<'card', Card> | AttemptWrite | Put<'official', Official>;

/**
 * Reads cards, each as its leaves say it; the version is that of its row, 0 where that is gone. Each call sees every act that was
 * committed before it; calls may run at once. All throw the outages of the ledger, and Refusal `log/opening-missing` where
 * nobody can read any more what was said of cards.
 */
export interface CardStore extends AttemptStore {
  find(number: string): Promise<Versioned<Card> | undefined>;
  /** @param guid 32 hexadecimal digits */
  findByGuid(guid: string): Promise<Versioned<Card> | undefined>;
  /** The card that this person has now: registered or active. */
  findOfOfficial(officialId: string): Promise<Versioned<Card> | undefined>;
  /** All that were ever registered, in order. */
  list(): Promise<readonly Card[]>;
  /** Those that this tag (14 hexadecimal digits, capitals) was ever made part of, in order. */
  listByTag(uid: string): Promise<readonly Card[]>;
}

/** The leaf that says that the key of a card gives way, and the proof in it. */
export interface ProvenOpening extends AccessProof {
  readonly leaf: number;
  readonly at: UnixSeconds;
}

/** What the log has about cards beside the acts that change them. Promises as `CardStore`. */
export interface CardLeaves {
  /** What was ever prepared or issued for the card of this GUID (32 hexadecimal digits), in order. */
  credentialsOf(guid: string): Promise<readonly SerialNumber[]>;
  /** How often the management key of the card with this leaf was told. */
  openingsOf(registeredLeaf: number): Promise<number>;
  /** What the key of this credential signed last to say that it gives way to another. */
  replacementOf(registeredLeaf: number, serial: string): Promise<ProvenOpening | undefined>;
}
