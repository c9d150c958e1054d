import { Worker } from 'node:worker_threads';
import { isRefusal, Outage } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { unreadablePdf, type Answer, type Knowledge, type Picture } from '../verifier/index.ts';
import type { DataOutageCode } from './data-code.ts';
import { partsOf, refusalOf } from './refusal-parts.ts';
import type { CallName, CallOutcome, FromThread, PdfQuestion, ToThread } from './verify-worker.ts';

export interface Allowance {
  /** For one file, with what is asked about it; not the time in which it waits for others. */
  readonly milliseconds: number;
  /** Of the heap of a thread; the bytes of files are beside it. */
  readonly heapMegabytes: number;
  /** Threads that judge at once. */
  readonly threads: number;
}

/** The worst files known take three seconds, and their pictures two more, after those of up to four other files. */
const ALLOWANCE: Allowance = { milliseconds: 20_000, heapMegabytes: 512, threads: 2 };

export interface VerifierAside {
  /** @throws what the knowledge throws; Outage `data/unavailable` when it was closed meanwhile */
  verify(pdf: Uint8Array, knowledge: Knowledge, at: UnixSeconds): Promise<Answer>;
  /** Ends what is under way and what waits: the data that it asks are closed next. */
  close(): void;
}

/**
 * `verifyPdf` in threads of their own: whatever a stranger's file does, the next look-up is answered. A file that takes
 * longer than its allowance, or more memory, is told as one that cannot be read; its thread is ended.
 */
export function verifierAside({ milliseconds, heapMegabytes, threads }: Allowance = ALLOWANCE): VerifierAside {
  const idle: Worker[] = [];
  const running = new Set<Worker>();
  let busy = 0;
  let isClosed = false;
  const queue: (() => void)[] = [];

  const enter = async (): Promise<void> => {
    if (busy < threads) busy++;
    else await new Promise<void>((resolve) => queue.push(resolve));
  };
  const leave = (): void => {
    const next = queue.shift();
    if (next) next();
    else busy--;
  };
  const start = (): Worker => {
    const resourceLimits = { maxOldGenerationSizeMb: heapMegabytes };
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), { resourceLimits });
    // One that dies while nobody asks it is not kept, and is no reason to stop the service.
    worker.on('error', () => idle.splice(0, idle.length, ...idle.filter((one) => one !== worker)));
    return worker;
  };

  const askOne = async (pdf: Uint8Array, knowledge: Knowledge, at: UnixSeconds): Promise<Answer> => {
    const worker = idle.pop() ?? start();
    worker.ref();
    running.add(worker);
    let isKept = false;
    try {
      const answer = await ask(worker, pdf, knowledge, at, milliseconds);
      if (isClosed) refuseClosed();
      isKept = answer !== undefined;
      return answer ?? unreadablePdf(at, knowledge.trust.dev, 'too much work: judging it was given up');
    } finally {
      running.delete(worker);
      worker.removeAllListeners('message');
      worker.unref();
      if (isKept) idle.push(worker);
      else void worker.terminate();
    }
  };

  return {
    async verify(pdf, knowledge, at) {
      await enter();
      try {
        if (isClosed) refuseClosed();
        return await askOne(pdf, knowledge, at);
      } finally {
        leave();
      }
    },
    close() {
      isClosed = true;
      for (const worker of [...running, ...idle.splice(0)]) void worker.terminate();
    },
  };
}

function refuseClosed(): never {
  throw new Outage<DataOutageCode>('data/unavailable', 'the service stops');
}

/** The answer; `undefined` when there was none in time, or the thread died of it. @throws what the knowledge throws, bugs */
async function ask(
  worker: Worker,
  pdf: Uint8Array,
  knowledge: Knowledge,
  at: UnixSeconds,
  milliseconds: number,
): Promise<Answer | undefined> {
  const { register, readPicture, ...rest } = knowledge;
  const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>();
  const timer = setTimeout(resolve, milliseconds);
  const died = (): void => resolve(undefined);
  const tell = (message: ToThread): void => worker.postMessage(message);
  worker.once('error', died).once('exit', died);
  worker.on('message', (message: FromThread) => {
    if ('answer' in message) resolve(message.answer);
    else if ('refusal' in message) reject(refusalOf(message.refusal));
    else if ('broken' in message) reject(message.broken);
    else callOf(knowledge, message).then(tell, reject);
  });
  const question: PdfQuestion = {
    pdf,
    at,
    knowledge: rest,
    ...(register && { asOf: register.asOf }),
    readsPictures: readPicture !== undefined,
  };
  tell(question);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off('error', died).off('exit', died);
  }
}

/** @throws what is no refusal: it ends the judging, as it would in this thread */
async function callOf(
  { register, readPicture }: Knowledge,
  { call, name, argument }: { readonly call: number; readonly name: CallName; readonly argument: unknown },
): Promise<CallOutcome> {
  const ask = (): Promise<unknown> =>
    name === 'readPicture' ? readPicture!(argument as Picture) : register![name](argument as never);
  try {
    return { call, value: await ask() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { call, refusal: partsOf(error) };
  }
}
