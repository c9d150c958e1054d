/**
 * The command line in a thread that is begun once for a test file: a process of its own for each command takes three times as long. Whoever
 * tests what only processes have (standard input, signals, locks, a service beside it) takes `cotejo` of `command-line.ts`.
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { expect } from 'vitest';
import { LAUNCHED, type Done } from './command-line.ts';

const PATIENCE_MS = 60_000;

interface Warm {
  readonly port: MessagePort;
  readonly turn: Int32Array;
}

let warm: Warm | undefined;

function begin(): Warm {
  const { port1, port2 } = new MessageChannel();
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./warm-command-line-thread.ts', import.meta.url), {
    workerData: { port: port2, turn },
    transferList: [port2],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...LAUNCHED },
  });
  worker.unref();
  port1.unref();
  return { port: port1, turn };
}

/** `./cotejo …` on this data folder, as `cotejo` of `command-line.ts`. */
export function cotejo(dataFolder: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): Done {
  warm ??= begin();
  const { port, turn } = warm;
  Atomics.store(turn, 0, 0);
  port.postMessage({ words, env: { ...LAUNCHED, COTEJO_DATA: dataFolder, ...env } });
  if (Atomics.wait(turn, 0, 0, PATIENCE_MS) === 'timed-out') expect.fail(`no end of ${words.join(' ')}`);
  return receiveMessageOnPort(port)!.message as Done;
}
