import { Outage, Refusal } from '../core/refusal.ts';
import { MAX_FILE_BYTES } from '../verifier/index.ts';
import { fileOfForm } from './multipart.ts';

/** The greatest PDF that is read. */
export const MAX_PDF_BYTES: number = MAX_FILE_BYTES;

function tooLarge(most: number): never {
  throw new Refusal('http/too-large', `more than ${most} bytes`, { most });
}

/** The caller went away: nobody reads the answer, and it is no fault of ours. */
function cutShort(): never {
  throw new Refusal('http/malformed', 'the body was cut short', { field: 'body' });
}

/** What a body may cost while it comes. */
export interface BodyAllowance {
  /** For the whole of it. */
  readonly seconds: number;
  /** After `graceSeconds`, on average since the beginning. */
  readonly bytesPerSecond: number;
  readonly graceSeconds: number;
  /** Told of every part before it is kept; may throw. */
  take?(bytes: number): void;
  /** Aborted when it has to give way to others. */
  readonly signal?: AbortSignal;
}

/** A photographed letter over a bad telephone line passes; a byte now and then, to hold a place, does not. */
export const BODY_ALLOWANCE: BodyAllowance = { seconds: 60, bytesPerSecond: 4096, graceSeconds: 10 };
const LOOK_MILLISECONDS = 250;

/**
 * The whole body, never more than `most` bytes of it in memory: what the request says of its length is believed only
 * where it is too much.
 * @throws Refusal `http/too-large`, `http/malformed` when it is cut short; Outage `http/unavailable` when it comes too slowly
 */
export async function readBody(
  request: Request,
  most: number,
  allowance: BodyAllowance = BODY_ALLOWANCE,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > most) tooLarge(most);
  if (!request.body) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  const slow = whenTooSlow(allowance, () => length);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read().catch(cutShort), slow.tooSlow]);
      if (done) break;
      length += value.length;
      if (length > most) tooLarge(most);
      allowance.take?.(value.length);
      parts.push(value);
    }
  } catch (error) {
    // Not waited for: a body that does not come may not end either.
    void reader.cancel().catch(() => {});
    throw error;
  } finally {
    slow.stop();
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function whenTooSlow(
  { seconds, bytesPerSecond, graceSeconds, signal }: BodyAllowance,
  length: () => number,
): { readonly tooSlow: Promise<never>; stop(): void } {
  const started = performance.now();
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const timer = setInterval(() => {
    const passed = (performance.now() - started) / 1000;
    if (passed < seconds && (passed < graceSeconds || length() >= passed * bytesPerSecond)) return;
    clearInterval(timer);
    reject(new Outage('http/unavailable', 'the body comes too slowly', { seconds: Math.round(passed) }));
  }, LOOK_MILLISECONDS);
  signal?.addEventListener('abort', () => reject(new Outage('http/unavailable', 'a slow body gave way to others')), {
    once: true,
  });
  return { tooSlow: promise, stop: () => clearInterval(timer) };
}

/** What a form may weigh beside its file. */
const FORM_OVERHEAD_BYTES = 16 * 1024;

/**
 * The file in the field `name` of a form that a browser sent without a script.
 * @throws Refusal `http/malformed`, `http/media-type`, `http/too-large`
 */
export async function readFormFile(
  request: Request,
  name: string,
  most: number,
  allowance?: BodyAllowance,
): Promise<Uint8Array> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type) || type.length > 200) {
    throw new Refusal('http/media-type', 'expected multipart/form-data', { expected: 'multipart/form-data' });
  }
  const body = await readBody(request, most + FORM_OVERHEAD_BYTES, allowance);
  const file = fileOfForm(body, type, name);
  // Whoever chose none sends one without a byte.
  if (!file?.length) throw new Refusal('http/malformed', `no file in the field ${name} of a form`, { field: name });
  if (file.length > most) tooLarge(most);
  return file;
}
