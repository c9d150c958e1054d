import type { CardOutageCode } from '../../src/card/code.ts';

/** The libraries over PC/SC that we can work with, in the order in which they are tried. */
export const DRIVERS = ['nfc-pcsc', 'pcsc-mini'] as const;
export type DriverName = (typeof DRIVERS)[number];

/** What is known of one reader. A card that was swapped for another faster than the service looks leaves no trace here. */
export interface ReaderState {
  /** As the card service calls it. The number in it moves when readers are plugged: no identity. */
  readonly name: string;
  readonly hasCard: boolean;
  /** Answer to reset of the card that is in it, where the library tells it before one connects. */
  readonly atr?: Uint8Array;
}

/**
 * A library that reaches readers. It runs in a process of its own only, because each may spin for ever, hang in its
 * native code, or end its process.
 */
export interface ReaderDriver {
  /**
   * Tells of all readers together, at first and after each change, until the process ends. `lost` is called when the
   * library will not tell any more: this process is of no use then.
   * @throws DriverFailure without a card service
   */
  watch(told: (readers: readonly ReaderState[]) => void, lost: (why: DriverFailure) => void): void;
  /** Powers the card in a reader up and holds it against every other program. @throws DriverFailure */
  connect(reader: string): Promise<DriverCard>;
}

export interface DriverCard {
  readonly atr: Uint8Array;
  /** Whatever came, also when it is shorter than a status. @throws DriverFailure */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Powers the card down and lets go of it. @throws DriverFailure */
  disconnect(): Promise<void>;
}

/** The longest response to an extended command, and its status: a buffer that is too short fails after the card has acted. */
export const LONGEST_RESPONSE = 65_538;

/** What a library reports, in our terms. */
export class DriverFailure extends Error {
  readonly code: CardOutageCode;

  constructor(code: CardOutageCode, message: string) {
    super(message);
    this.name = 'DriverFailure';
    this.code = code;
  }
}

/** Errors of PC/SC (part 5, and winscard.h), by number and by their name in pcsc-mini. Others say that the reader is gone. */
const ERRORS: readonly (readonly [number, string, CardOutageCode])[] = [
  [0x8010000c, 'NoSmartCard', 'card/removed'],
  [0x80100069, 'RemovedCard', 'card/removed'],
  // Reset or powered down under us: what was proven to the card is forgotten, as if it had been pulled.
  [0x80100068, 'ResetCard', 'card/removed'],
  [0x80100067, 'UnpoweredCard', 'card/removed'],
  [0x8010000b, 'SharingViolation', 'card/in-use'],
  [0x80100066, 'UnresponsiveCard', 'card/mute'],
  [0x8010000a, 'Timeout', 'card/mute'],
  [0x8010000f, 'ProtoMismatch', 'card/mute'],
  [0x80100065, 'CardUnsupported', 'card/mute'],
  // What comes of a card that lost its contacts while it worked, or of one that broke off.
  [0x80100016, 'NotTransacted', 'card/removed'],
  [0x8010002f, 'CommDataLost', 'card/mute'],
  [0x8010001d, 'NoService', 'card/no-service'],
  [0x8010001e, 'ServiceStopped', 'card/no-service'],
  // Between the library and the service, not between the reader and the card.
  [0x80100013, 'CommError', 'card/no-service'],
];

/** @param error the number of PC/SC, or its name in pcsc-mini */
export function failureOf(error: number | string, message: string): DriverFailure {
  const known = ERRORS.find(([number, name]) => number === error || name === error);
  return new DriverFailure(known?.[2] ?? 'card/reader-gone', message);
}
