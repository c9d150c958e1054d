import { Client, type Card, type Reader } from 'pcsc-mini';
import { type DriverFailure, failureOf, LONGEST_RESPONSE, type DriverCard, type ReaderDriver } from './driver.ts';
import { Watched, type Lost } from './watched.ts';

const EXCLUSIVE = 1;
const UNPOWER = 2;

function read(error: unknown): DriverFailure {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return failureOf(code ?? '', `${code ?? 'error'}: ${message ?? String(error)}`);
}

async function call<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw read(error);
  }
}

/** `pcsc-mini`: a list of readers with events, and exclusive connections. */
export function pcscMiniDriver(): ReaderDriver {
  const watched = new Watched<Reader>();
  let client: Client | undefined;
  let lost: Lost = () => {};

  function start(): void {
    if (client) return;
    client = new Client();
    client.on('error', (error: unknown) => lost(read(error)));
    client.on('reader', (reader: Reader) => {
      const name = reader.name();
      reader.on('change', (status: { readonly raw: number }, atr: Uint8Array) => {
        watched.update(name, status.raw, atr);
      });
      reader.on('disconnect', () => watched.remove(name));
      watched.add(name, reader);
    });
    try {
      client.start();
    } catch (error) {
      throw read(error);
    }
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
      const card = await call(reader.connect(EXCLUSIVE));
      const { atr } = await call(card.state());
      return cardOf(card, Uint8Array.from(atr));
    },
  };
}

function cardOf(card: Card, atr: Uint8Array): DriverCard {
  return {
    atr,
    transmit: (command) => call(card.transmit(command, new ArrayBuffer(LONGEST_RESPONSE))),
    disconnect: () => call(card.disconnect(UNPOWER)),
  };
}
