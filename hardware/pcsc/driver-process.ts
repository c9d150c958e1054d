/**
 * A process that holds one library over PC/SC and does what it is told over IPC (`messages.ts`). Argument: the driver.
 * It ends with its parent, and only so: the terminal's interrupts are the parent's to judge, which may want to finish a
 * card first.
 */
import { Worker } from 'node:worker_threads';
import { DriverFailure, DRIVERS, type DriverCard, type DriverName, type ReaderDriver } from './driver.ts';
import type { Note, Request } from './messages.ts';

function say(note: Note): void {
  if (process.connected) process.send?.(note);
}

async function load(name: DriverName): Promise<ReaderDriver> {
  return name === 'nfc-pcsc'
    ? (await import('./nfc-pcsc.ts')).nfcPcscDriver()
    : (await import('./pcsc-mini.ts')).pcscMiniDriver();
}

function answerer(driver: ReaderDriver): (request: Request) => Promise<Uint8Array | undefined> {
  let card: DriverCard | undefined;
  return async (request) => {
    switch (request.act) {
      case 'watch':
        driver.watch(
          (readers) => say({ kind: 'readers', readers }),
          ({ code, message }) => say({ kind: 'lost', code, message }),
        );
        return undefined;
      case 'connect':
        card = await driver.connect(request.reader);
        return card.atr;
      case 'transmit':
        if (!card) throw new DriverFailure('card/removed', 'no card is connected');
        return card.transmit(request.command);
      case 'disconnect': {
        const held = card;
        card = undefined;
        await held?.disconnect();
        return undefined;
      }
    }
  };
}

/** Looks for the parent from a thread of its own: a library that spins or hangs in the main one would be left over. */
const WATCH_PARENT = `
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1_000);`;

async function main(): Promise<void> {
  // Without its parent it has nobody to work for, and a library that hangs would keep a polite exit waiting.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  new Worker(WATCH_PARENT, { eval: true, stdout: true, stderr: true }).unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const name = DRIVERS.find((driver) => driver === process.argv[2]);
  if (!name) throw new Error('argument: the name of a driver');
  let driver: ReaderDriver;
  try {
    driver = await load(name);
  } catch (error) {
    say({ kind: 'cannot-load', message: error instanceof Error ? error.message : String(error) });
    return;
  }
  const answer = answerer(driver);
  process.on('message', (request: Request) => {
    answer(request).then(
      (bytes) => say({ kind: 'done', id: request.id, ...(bytes && { bytes }) }),
      (error: unknown) => {
        const { code, message } =
          error instanceof DriverFailure ? error : new DriverFailure('card/reader-gone', String(error));
        say({ kind: 'failed', id: request.id, code, message });
      },
    );
  });
  say({ kind: 'loaded' });
}

await main();
