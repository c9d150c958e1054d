import { createConnection, type Socket } from 'node:net';
import type { CardChannel } from '../../src/card/channel.ts';
import { concat } from '../../src/core/bytes.ts';

/** The first slot of Debian's `vsmartcard-vpcd`; the second is one above. It listens on all addresses: development only. */
export const VPCD_PORT = 35_963;

const CONTROL = { powerOff: 0, powerOn: 1, reset: 2, atr: 4 } as const;
const FAILED = Uint8Array.of(0x6f, 0x00);
const TOO_LONG_FOR_A_FRAME = 0x10000;
const ANSWER_MS = 60_000;

export interface VirtualCardOptions {
  /** A card that is powered up: called at power-on and at each reset. What was proven to it before is forgotten. */
  readonly powerUp: () => CardChannel;
  readonly port?: number;
  readonly host?: string;
  /** After so long without an answer from the card, 6F00 is given in its place: pcscd would wait for ever. */
  readonly answerWithinMs?: number;
}

/** A card in a virtual reader, until it is pulled. */
export interface VirtualCard {
  /** Pulls it, whatever it is doing. */
  pull(): Promise<void>;
  /** The reader took it: it asked it something. Of several cards at one port, the others wait until the first is pulled. */
  readonly taken: Promise<void>;
  /** It was pulled, or the reader is gone. */
  readonly gone: Promise<void>;
}

/**
 * Puts a card into a virtual reader of vpcd. Frames both ways are a length of two bytes, big-endian, and the data: one
 * byte is power and reset, anything longer an APDU. A card that reports an outage is pulled.
 * @throws Error when nothing listens at `port`
 */
export async function insertVirtualCard({
  powerUp,
  port = VPCD_PORT,
  host = '127.0.0.1',
  answerWithinMs = ANSWER_MS,
}: VirtualCardOptions): Promise<VirtualCard> {
  const socket = createConnection({ port, host, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const slot = new Slot(socket, powerUp, answerWithinMs);
  socket.on('error', () => {});
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => {
      void slot.power(false).then(resolve);
    });
  });
  const taken = Promise.withResolvers<void>();
  let work = Promise.resolve();
  let received: Uint8Array = new Uint8Array();
  socket.on('data', (part: Buffer) => {
    received = concat(received, part);
    for (;;) {
      // At most one frame and a piece of the next: the reader waits for each answer.
      const length = received.length < 2 ? Infinity : (received[0]! << 8) | received[1]!;
      if (received.length < 2 + length) return;
      taken.resolve();
      const frame = received.slice(2, 2 + length);
      received = received.slice(2 + length);
      work = work.then(() => slot.serve(frame)).catch(() => void socket.destroy());
    }
  });
  return {
    taken: taken.promise,
    gone,
    async pull() {
      socket.destroy();
      await gone;
    },
  };
}

class Slot {
  readonly #socket: Socket;
  readonly #powerUp: () => CardChannel;
  readonly #answerWithinMs: number;
  #card: CardChannel | undefined;

  constructor(socket: Socket, powerUp: () => CardChannel, answerWithinMs: number) {
    this.#socket = socket;
    this.#powerUp = powerUp;
    this.#answerWithinMs = answerWithinMs;
  }

  async power(on: boolean): Promise<void> {
    const card = this.#card;
    this.#card = undefined;
    await card?.close();
    if (on) this.#card = this.#powerUp();
  }

  async serve(frame: Uint8Array): Promise<void> {
    if (frame.length !== 1) return this.#send(await this.#answer(frame));
    switch (frame[0]) {
      case CONTROL.powerOff:
        return this.power(false);
      case CONTROL.powerOn:
      case CONTROL.reset:
        return this.power(true);
      case CONTROL.atr:
        return this.#send((this.#card ??= this.#powerUp()).atr);
      default:
        // Nothing that vpcd says, and nothing that waits for an answer.
        return;
    }
  }

  /** @throws what the card does: it has to be pulled then */
  async #answer(command: Uint8Array): Promise<Uint8Array> {
    if (!this.#card) return FAILED;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Uint8Array>((resolve) => {
      timer = setTimeout(resolve, this.#answerWithinMs, FAILED);
    });
    try {
      const response = await Promise.race([this.#card.transmit(command), late]);
      return response.length < 2 || response.length >= TOO_LONG_FOR_A_FRAME ? FAILED : response;
    } finally {
      clearTimeout(timer);
    }
  }

  #send(data: Uint8Array): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(concat(Uint8Array.of(data.length >> 8, data.length & 0xff), data));
  }
}
