import { ObjectParser } from './parse.ts';
import { malformed } from './refusal.ts';

/** An object stream (ISO 32000-2 §7.5.7), decoded: which objects it holds and where each starts. */
export interface ObjectStream {
  readonly bytes: Uint8Array;
  readonly numbers: readonly number[];
  readonly offsets: readonly number[];
}

/** @throws Refusal `pdf/malformed` */
export function readObjectStream(bytes: Uint8Array, count: number, first: number): ObjectStream {
  if (!(count >= 0) || !(first >= 0) || first > bytes.length) malformed('an object stream with wrong /N or /First');
  const parser = new ObjectParser(bytes, 0, first);
  const numbers: number[] = [];
  const offsets: number[] = [];
  for (let i = 0; i < count; i++) {
    const number = parser.unsigned();
    const offset = number === undefined ? undefined : parser.unsigned();
    if (number === undefined || offset === undefined) malformed('an object stream is cut short');
    numbers.push(number);
    offsets.push(first + offset);
  }
  return { bytes, numbers, offsets };
}
