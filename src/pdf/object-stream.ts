import { ObjectParser } from './parse.ts';
import { malformed } from './refusal.ts';

/** An object stream (ISO 32000-2 §7.5.7), decoded: which objects it holds and where each starts. */
export interface ObjectStream {
  readonly bytes: Uint8Array;
  readonly numbers: Uint32Array;
  /** In `bytes`; its length for one that the index says to be beyond them. */
  readonly offsets: Uint32Array;
}

/** Two numbers of one digit, and a space behind each but the last. */
const BYTES_A_PAIR = 4;
/** Of an object: what a signed number of 32 bits holds. */
const MAX_NUMBER = 0x7fffffff;

/**
 * Where it is and how much it holds, by its /N (`count`) and /First.
 * @param spend counts what the index takes in memory before it is read: a small file may claim millions in each stream
 * @throws Refusal `pdf/malformed`, and what `spend` throws
 */
export function readObjectStream(
  bytes: Uint8Array,
  count: number,
  first: number,
  spend: (values: number) => void,
): ObjectStream {
  if (!(count >= 0) || !(first >= 0) || first > bytes.length) malformed('an object stream with wrong /N or /First');
  if (count > (first + 1) / BYTES_A_PAIR) malformed('an object stream is cut short');
  spend(count);
  const parser = new ObjectParser(bytes, 0, first);
  const numbers = new Uint32Array(Math.ceil(count));
  const offsets = new Uint32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = parser.unsigned();
    const offset = number === undefined ? undefined : parser.unsigned();
    if (number === undefined || offset === undefined) malformed('an object stream is cut short');
    if (number > MAX_NUMBER) malformed('an object stream holds an object of a number that readers differ on');
    numbers[i] = number;
    offsets[i] = Math.min(first + offset, bytes.length);
  }
  return { bytes, numbers, offsets };
}
