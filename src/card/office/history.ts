import type { UnixSeconds } from '../../core/time.ts';
import type { CardSlot } from '../../credential/on-card.ts';
import type { Card } from '../card.ts';

/** What happened to a card, as one leaf says it. */
export interface CardEvent {
  /** The act that the leaf records (docs/formats/act-records.md); `unread` where its record is gone. */
  readonly act: string;
  readonly leaf: number;
  /** Absent where the record tells no time. */
  readonly at?: UnixSeconds;
  /** Of an act about a credential on the card. */
  readonly slot?: CardSlot;
  /** 32 hexadecimal digits. */
  readonly serial?: string;
  /** Why the card ended, or the credential was revoked. */
  readonly reason?: string;
  /** Of `card/opened`: which secret was told. */
  readonly secret?: string;
  /** Of `card/opened`: what the station called itself, believed by nobody. */
  readonly station?: string;
}

/** A card and everything that the log says of it and of what was issued for it, in the order of the log. */
export interface CardHistory {
  readonly card: Card;
  readonly events: readonly CardEvent[];
}

/** What is told of cards beside the acts about them. */
export interface ToldCards {
  /** All that were ever registered, in order, each as the log has it. */
  list(): Promise<readonly Card[]>;
  /** @throws Refusal `card/not-found`, `log/corrupt` */
  history(number: string): Promise<CardHistory>;
  /** The signed list for counters without network. @throws Refusal as `gatherCardBundle` */
  bundle(): Promise<Uint8Array>;
}
