import { Worker } from 'node:worker_threads';
import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { unreadablePdf, type Answer, type Knowledge, type Picture } from '../verifier/index.ts';
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

export type VerifyAside = (pdf: Uint8Array, knowledge: Knowledge, at: UnixSeconds) => Promise<Answer>;

/**
 * `verifyPdf` in threads of their own: whatever a stranger's file does, the next look-up is answered. A file that takes
 * longer than its allowance, or more memory, is told as one that cannot be read; its thread is ended.
 */
export function verifierAside({ milliseconds, heapMegabytes, threads }: Allowance = ALLOWANCE): VerifyAside {
  const idle: Worker[] = [];
  let busy = 0;
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

  return async (pdf, knowledge, at) => {
    await enter();
    const worker = idle.pop() ?? start();
    worker.ref();
    let isKept = false;
    try {
      const answer = await ask(worker, pdf, knowledge, at, milliseconds);
      isKept = answer !== undefined;
      return answer ?? unreadablePdf(at, knowledge.trust.dev, 'too much work: judging it was given up');
    } finally {
      worker.removeAllListeners('message');
      worker.unref();
      if (isKept) idle.push(worker);
      else void worker.terminate();
      leave();
    }
  };
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
  worker.once('error', died);
  worker.on('message', (message: FromThread) => {
    if ('answer' in message) resolve(message.answer);
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
    worker.off('error', died);
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
    const { code, message, facts } = error;
    return { call, refusal: { code, message, facts } };
  }
}
