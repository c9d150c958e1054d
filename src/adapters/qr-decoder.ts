import { Worker } from 'node:worker_threads';
import type { QrQuestion } from './qr-worker.ts';

/** What a thread may hold: a picture of 2500 by 2500 takes some 50 MB of it, outside the heap. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 };

let idle: Worker | undefined;

function ready(): Worker {
  const worker = idle ?? new Worker(new URL('./qr-worker.ts', import.meta.url), { resourceLimits: RESOURCE_LIMITS });
  idle = undefined;
  worker.ref();
  return worker;
}

/**
 * The texts of the QR codes in a picture, at most as many as asked for, found in a thread of its own: the decoder never
 * gives way to anything else. A thread that takes longer is ended, and so is one that fails.
 */
export async function decodeQr(question: QrQuestion, milliseconds: number): Promise<readonly string[] | 'unfinished'> {
  const worker = ready();
  const found = await new Promise<readonly string[] | 'unfinished'>((resolve) => {
    const timer = setTimeout(() => resolve('unfinished'), milliseconds);
    const end = (outcome: readonly string[] | 'unfinished'): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    worker.once('message', end);
    worker.once('error', () => end('unfinished'));
    worker.postMessage(question);
  });
  worker.removeAllListeners('message');
  if (found === 'unfinished') await worker.terminate();
  else keep(worker);
  return found;
}

/** Kept for the next picture: a thread takes longer to start than to look. It keeps no process alive. */
function keep(worker: Worker): void {
  worker.removeAllListeners('error');
  worker.once('error', () => {
    if (idle === worker) idle = undefined;
  });
  worker.unref();
  idle = worker;
}
