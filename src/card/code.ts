/** Why a card, or what it answers, is declined. */
export type CardCode =
  /** The card answers a command with a status that ends what was under way (`step`, `status` in hexadecimal). */
  | 'card/declined'
  /** What the card answers is not in the form of its standard (`step`, `found`). */
  | 'card/malformed';

/**
 * The card or its reader is not there now. Whether the card did what it was told last is not known: its state has to be
 * read again.
 */
export type CardOutageCode =
  /** The card was pulled. */
  | 'card/removed'
  /** It did not answer in time. */
  | 'card/mute'
  /** The reader was pulled, or its driver stopped. */
  | 'card/reader-gone'
  /** Another program holds the card. */
  | 'card/in-use'
  /** No card service (pcscd) runs on this machine. */
  | 'card/no-service'
  /** No virtual reader waits at the `port`, or another card is in it (`isTaken`). */
  | 'card/no-virtual-reader'
  /** None of the libraries that reach readers loads on this machine (`driver`). */
  | 'card/no-driver';
