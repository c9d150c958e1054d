import { NFC, type RawReader, type RawStatus } from 'nfc-pcsc';
import { type DriverFailure, failureOf, LONGEST_RESPONSE, type DriverCard, type ReaderDriver } from './driver.ts';
import { Watched, type Lost } from './watched.ts';

const SHARE_EXCLUSIVE = 1;
const UNPOWER_CARD = 2;
/** The library tells the answer to reset only with its events: so long we wait for one that is behind the card. */
const ATR_MS = 500;

/** What the library's messages end with: `SCardConnect error: Sharing violation.(0x8010000b)`. */
function read(error: Error): DriverFailure {
  const number = /\(0x([0-9a-f]{8,16})\)$/.exec(error.message)?.[1];
  // A negative LONG of 64 bits is written with its sign in front.
  return failureOf(number === undefined ? '' : Number.parseInt(number.slice(-8), 16), error.message);
}

/**
 * `nfc-pcsc`, of which we take only the list of raw readers. Its own handling connects to every card in shared mode,
 * even with `autoProcessing` off, and lets errors end the process: it is taken off each reader at once.
 */
export function nfcPcscDriver(): ReaderDriver {
  const watched = new Watched<RawReader>();
  let nfc: NFC | undefined;
  let lost: Lost = () => {};

  function start(): void {
    if (nfc) return;
    nfc = new NFC();
    nfc.on('error', (error: Error) => lost(read(error)));
    nfc.on('reader', (wrapped: { readonly reader: RawReader; autoProcessing: boolean }) => {
      const { reader } = wrapped;
      wrapped.autoProcessing = false;
      for (const event of ['status', 'error', 'end']) reader.removeAllListeners(event);
      // It stops looking at a reader after an error, and the list goes on without saying so.
      reader.on('error', (error: Error) => lost(read(error)));
      reader.on('status', ({ state, atr }: RawStatus) => watched.update(reader.name, state, atr));
      reader.on('end', () => watched.remove(reader.name));
      watched.add(reader.name, reader);
    });
  }

  return {
    watch(told, whenLost) {
      lost = whenLost;
      start();
      watched.tellTo(told);
    },
    async connect(name) {
      start();
      const reader = await watched.find(name);
      const protocol = await call<number>((done) => reader.connect({ share_mode: SHARE_EXCLUSIVE }, done));
      const seen = await watched.when(name, ATR_MS, (state) => state?.atr !== undefined);
      return cardOf(reader, protocol, seen?.state?.atr ?? new Uint8Array());
    },
  };
}

function cardOf(reader: RawReader, protocol: number, atr: Uint8Array): DriverCard {
  return {
    atr,
    transmit: (command) =>
      // The addon takes nothing but a Buffer.
      call((done) => reader.transmit(Buffer.from(command), LONGEST_RESPONSE, protocol, done)),
    disconnect: () => call<void>((done) => reader.disconnect(UNPOWER_CARD, done)),
  };
}

function call<T>(start: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(read(error)) : resolve(value)));
  });
}
