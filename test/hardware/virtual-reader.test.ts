import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { insertVirtualCard, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { Outage } from '../../src/core/refusal.ts';

const ATR = [0x3b, 0x80, 0x80, 0x01, 0x01];
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** What vpcd does, seen from the card: it says frames, and reads what comes back. */
class Reader {
  readonly card: VirtualCard;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);

  constructor(card: VirtualCard, socket: Socket) {
    this.card = card;
    this.#socket = socket;
    socket.on('data', (part: Buffer) => (this.#received = Buffer.concat([this.#received, part])));
  }

  say(...bytes: readonly number[]): void {
    this.#socket.write(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff, ...bytes));
  }

  sayRaw(...bytes: readonly number[]): void {
    this.#socket.write(Uint8Array.from(bytes));
  }

  async hear(): Promise<readonly number[]> {
    const length = (): number => (this.#received.length < 2 ? Infinity : 2 + this.#received.readUInt16BE());
    while (this.#received.length < length()) await once(this.#socket, 'data');
    const frame = this.#received.subarray(2, length());
    this.#received = this.#received.subarray(length());
    return [...frame];
  }
}

async function reader(
  transmit: (command: Uint8Array) => Promise<Uint8Array>,
  answerWithinMs?: number,
): Promise<Reader & { readonly powered: () => string }> {
  let powered = '';
  const powerUp = (): CardChannel => {
    powered += 'u';
    return {
      atr: Uint8Array.from(ATR),
      transmit,
      async close() {
        powered += 'd';
      },
    };
  };
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const card = await insertVirtualCard({ powerUp, port, ...(answerWithinMs !== undefined && { answerWithinMs }) });
  const [socket] = await connected;
  ends.push(
    () => void socket.destroy(),
    card.pull,
    () => server.close(),
  );
  return Object.assign(new Reader(card, socket), { powered: () => powered });
}

test('a card is powered and asked as the reader says, however its frames are cut', async () => {
  const told: number[][] = [];
  const vpcd = await reader(async (command) => {
    told.push([...command]);
    return Uint8Array.of(0x90, 0x00);
  });
  vpcd.say(4);
  expect(await vpcd.hear()).toEqual(ATR);
  vpcd.say(1);
  vpcd.sayRaw(0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  vpcd.sayRaw(4, 0, 0xa4);
  await new Promise((resolve) => setTimeout(resolve, 20));
  vpcd.sayRaw(4, 0, 0, 4, 0, 0xb0, 0, 0);
  expect([await vpcd.hear(), await vpcd.hear()]).toEqual([
    [0x90, 0x00],
    [0x90, 0x00],
  ]);
  expect(told).toEqual([
    [0, 0xa4, 4, 0],
    [0, 0xb0, 0, 0],
  ]);
  vpcd.say(2);
  vpcd.say(0);
  // Without power it knows nothing.
  vpcd.say(0, 0xa4, 4, 0);
  expect(await vpcd.hear()).toEqual([0x6f, 0x00]);
  expect(vpcd.powered()).toBe('udud' + 'ud');
});

test.each<[string, () => Promise<Uint8Array>]>([
  ['is too short for a status', async () => Uint8Array.of(0x90)],
  ['is too long for a frame', async () => new Uint8Array(0x10000)],
  ['does not come', () => new Promise<never>(() => {})],
])('an answer that %s is 6F00: the reader would wait for ever', async (_, transmit) => {
  const vpcd = await reader(transmit, 100);
  vpcd.say(1);
  vpcd.say(0, 0xa4, 4, 0);
  expect(await vpcd.hear()).toEqual([0x6f, 0x00]);
});

test('a card that reports an outage is pulled', async () => {
  const vpcd = await reader(async () => {
    throw new Outage('card/removed', 'torn');
  });
  vpcd.say(1);
  vpcd.say(0, 0xa4, 4, 0);
  await vpcd.card.gone;
  expect(vpcd.powered()).toBe('ud');
});

test('without a reader there is nothing to put it into', async () => {
  await expect(insertVirtualCard({ powerUp: () => ({}) as CardChannel, port: 1 })).rejects.toThrow('ECONNREFUSED');
});
