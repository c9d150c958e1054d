import { fork } from 'node:child_process';
import type { CardOutageCode } from '../../src/card/code.ts';
import { Outage } from '../../src/core/refusal.ts';
import type { DriverName, ReaderState } from './driver.ts';
import type { Act, Note } from './messages.ts';

const ENTRY = new URL('./driver-process.ts', import.meta.url);
/** A process has to load Node and a native library. */
const LOADED_MS = 15_000;
/** What a driver's process may know of its surroundings: settings with passwords are not for native code. */
const PASSED_ON = [
  'PATH',
  'LANG',
  'LD_LIBRARY_PATH',
  'PCSCLITE_CSOCK_NAME',
  'NODE_COMPILE_CACHE',
  'SystemRoot',
  'windir',
  'TEMP',
  'TMP',
];

export interface Listener {
  readers?(readers: readonly ReaderState[]): void;
  /** The process has ended, or was ended: nothing comes after this. */
  ended?(why: Outage<CardOutageCode>): void;
}

/** One process that holds a driver, with a deadline on everything that it is asked. */
export interface DriverProcess {
  /**
   * @param ms after so long the process is killed: what hangs in native code is not to be had back otherwise
   * @param late what the asker is told then
   * @throws Outage as the driver says, or because the process ended
   */
  ask(act: Act, ms: number, late: CardOutageCode): Promise<Uint8Array | undefined>;
  /** Kills it; everything that is still asked fails with `why`. */
  kill(why: Outage<CardOutageCode>): void;
}

interface Asked {
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (why: Outage<CardOutageCode>) => void;
  readonly timer: NodeJS.Timeout;
}

/** @throws Outage `card/no-driver` where the library does not load on this machine; its message says why */
export async function startDriver(
  driver: DriverName,
  { listener = {}, socket }: { readonly listener?: Listener; readonly socket?: string | undefined } = {},
): Promise<DriverProcess> {
  const env = Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  const child = fork(ENTRY, [driver], {
    env: { ...env, ...(socket !== undefined && { PCSCLITE_CSOCK_NAME: socket }) },
    execArgv: [],
    serialization: 'advanced',
    // Standard output belongs to the command that is being run.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const asked = new Map<number, Asked>();
  let nextId = 1;
  let isLoaded = false;
  let ended: Outage<CardOutageCode> | undefined;

  function kill(why: Outage<CardOutageCode>): void {
    if (ended) return;
    ended = why;
    child.kill('SIGKILL');
    for (const { reject, timer } of asked.values()) {
      clearTimeout(timer);
      reject(why);
    }
    asked.clear();
    listener.ended?.(why);
  }

  function settle(id: number, use: (waiting: Asked) => void): void {
    const waiting = asked.get(id);
    if (!waiting) return;
    asked.delete(id);
    clearTimeout(waiting.timer);
    use(waiting);
  }

  const loaded = new Promise<void>((resolve, reject) => {
    const fail = (message: string): void => {
      const why = new Outage<CardOutageCode>('card/no-driver', `${driver}: ${message}`, { driver });
      reject(why);
      kill(why);
    };
    const timer = setTimeout(() => fail('does not start in time'), LOADED_MS);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (status, signal) => {
      clearTimeout(timer);
      if (!isLoaded) fail('ends at once');
      kill(outage('card/reader-gone', `the process of ${driver} ended (${signal ?? status})`));
    });
    child.on('message', (note: Note) => {
      if (ended) return;
      switch (note.kind) {
        case 'loaded':
          clearTimeout(timer);
          isLoaded = true;
          resolve();
          break;
        case 'cannot-load':
          clearTimeout(timer);
          fail(note.message);
          break;
        case 'readers':
          listener.readers?.(note.readers);
          break;
        case 'lost':
          kill(outage(note.code, note.message));
          break;
        case 'done':
          settle(note.id, (waiting) => waiting.resolve(note.bytes));
          break;
        case 'failed':
          settle(note.id, (waiting) => waiting.reject(outage(note.code, note.message)));
          break;
      }
    });
  });
  await loaded;

  return {
    kill,
    ask(act, ms, late) {
      return new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        const id = nextId++;
        const timer = setTimeout(() => kill(outage(late, `${act.act}: no answer within ${ms} ms`)), ms);
        asked.set(id, { resolve, reject, timer });
        child.send({ ...act, id }, (error) => {
          if (error) kill(outage('card/reader-gone', `the process of ${driver} is gone`));
        });
      });
    },
  };
}

export function outage(code: CardOutageCode, message: string): Outage<CardOutageCode> {
  return new Outage(code, message);
}
