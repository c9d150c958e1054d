/** One card in one reader, held alone: no other program speaks to it before `close`. */
export interface CardChannel {
  /** Answer to reset (ISO/IEC 7816-3 §8), 2 to 33 bytes. */
  readonly atr: Uint8Array;
  /**
   * Sends one command APDU (ISO/IEC 7816-4 §5.1) and resolves to the response with its two status bytes: always at least
   * two, at most 65,538. One at a time.
   * @throws Outage `CardOutageCode`: whether the card executed the command is unknown
   */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Lets go of the card, powered down so that what was proven to it is forgotten. Never fails; a second call does nothing. */
  close(): Promise<void>;
}
