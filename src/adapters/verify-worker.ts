/** Judges a file beside the event loop: started by `verify-aside.ts`, which ends it when it takes too long. */
import { parentPort } from 'node:worker_threads';
import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { verifyPdf, type Answer, type Knowledge, type ReadPicture, type Register } from '../verifier/index.ts';
import { nodePrimitives } from './primitives.ts';
import { partsOf, refusalOf, type RefusalParts } from './refusal-parts.ts';

/** What the thread is asked. The knowledge comes without what only the process itself can do: it is called for that. */
export interface PdfQuestion {
  readonly pdf: Uint8Array;
  readonly at: UnixSeconds;
  readonly knowledge: Omit<Knowledge, 'register' | 'readPicture'>;
  /** `Register.asOf`; absent where there is no register. */
  readonly asOf?: UnixSeconds;
  readonly readsPictures: boolean;
}

/** The questions of `Register`, and the one about a picture. */
export type CallName = Exclude<keyof Register, 'asOf'> | 'readPicture';

/** What the thread says: a call to the process, or, at the end, one of the other two. */
export type FromThread =
  | { readonly call: number; readonly name: CallName; readonly argument: unknown }
  | { readonly answer: Answer }
  /** What a call was refused with, where the verdict cannot do without it. */
  | { readonly refusal: RefusalParts }
  /** A bug: nothing in a file may lead to it. */
  | { readonly broken: Error };

/** What came of a call. Outages and bugs do not come back: they end the judging. */
export type CallOutcome = { readonly call: number } & (
  { readonly value: unknown } | { readonly refusal: RefusalParts }
);

export type ToThread = PdfQuestion | CallOutcome;

const waiting = new Map<number, PromiseWithResolvers<unknown>>();
let calls = 0;

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

/** A function of the process, by its name. */
function caller<Argument, Value>(name: CallName): (argument: Argument) => Promise<Value> {
  return (argument) => {
    const outcome = Promise.withResolvers<unknown>();
    const call = calls++;
    waiting.set(call, outcome);
    say({ call, name, argument });
    return outcome.promise as Promise<Value>;
  };
}

function registerOf(asOf: UnixSeconds): Register {
  return {
    asOf,
    letter: caller('letter'),
    unreadLetter: caller('unreadLetter'),
    letterByFolio: caller('letterByFolio'),
    letterByCode: caller('letterByCode'),
    publicVersion: caller('publicVersion'),
    credential: caller('credential'),
    mayName: caller('mayName'),
    leaf: caller('leaf'),
    opening: caller('opening'),
    hasAccessChanged: caller('hasAccessChanged'),
    wasUsed: caller('wasUsed'),
  };
}

async function judge({ pdf, at, knowledge, asOf, readsPictures }: PdfQuestion): Promise<void> {
  const readPicture: ReadPicture | undefined = readsPictures ? caller('readPicture') : undefined;
  const whole: Knowledge = {
    ...knowledge,
    ...(asOf !== undefined && { register: registerOf(asOf) }),
    ...(readPicture && { readPicture }),
  };
  try {
    say({ answer: await verifyPdf(pdf, whole, at, nodePrimitives) });
  } catch (error) {
    if (isRefusal(error)) say({ refusal: partsOf(error) });
    else say({ broken: error instanceof Error ? error : new Error(String(error)) });
  }
}

function settle(outcome: CallOutcome): void {
  const call = waiting.get(outcome.call);
  waiting.delete(outcome.call);
  if ('value' in outcome) return call?.resolve(outcome.value);
  call?.reject(refusalOf(outcome.refusal));
}

parentPort?.on('message', (message: ToThread) => {
  if ('pdf' in message) void judge(message);
  else settle(message);
});
