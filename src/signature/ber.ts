import { Refusal } from '../core/refusal.ts';
import { concat } from '../core/bytes.ts';
import { der } from '../asn1/write.ts';
import type { SignatureCode } from './code.ts';

const MAX_DEPTH = 24;
const MAX_VALUES = 20_000;
const CONSTRUCTED = 0x20;

function refuse(what: string): never {
  throw new Refusal<SignatureCode>('signature/malformed', what);
}

/**
 * The one BER value at the start of `bytes` with every length definite and shortest, and how many bytes it took. Some
 * libraries write a CMS with indefinite lengths (RFC 5652 §5.1 allows BER outside the signed attributes); its values are
 * untouched. Constructed strings stay constructed, so that the strict reader refuses them.
 * @throws Refusal `signature/malformed`
 */
export function berToDer(bytes: Uint8Array): { encoded: Uint8Array; length: number } {
  let values = 0;
  const convert = (start: number, end: number, depth: number): { encoded: Uint8Array; next: number } => {
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) refuse('values nested too deep, or too many');
    if (end - start < 2) refuse('cut short');
    const tag = bytes[start]!;
    if ((tag & 0x1f) === 0x1f) refuse('a high tag number');
    const { length, body } = lengthAt(bytes, start + 1, end);
    if (!(tag & CONSTRUCTED)) {
      if (length === undefined) refuse('an indefinite length of a primitive value');
      return { encoded: der(tag, bytes.subarray(body, body + length)), next: body + length };
    }
    const parts: Uint8Array[] = [];
    const limit = length === undefined ? end : body + length;
    let at = body;
    for (;;) {
      if (length === undefined && bytes[at] === 0 && bytes[at + 1] === 0 && at + 2 <= end) {
        at += 2;
        break;
      }
      if (length !== undefined && at === limit) break;
      const part = convert(at, limit, depth + 1);
      parts.push(part.encoded);
      at = part.next;
    }
    return { encoded: der(tag, concat(...parts)), next: at };
  };
  const { encoded, next } = convert(0, bytes.length, 0);
  return { encoded, length: next };
}

/** `length` is undefined where it is indefinite; `body` is where the contents begin. */
function lengthAt(bytes: Uint8Array, at: number, end: number): { length: number | undefined; body: number } {
  const first = bytes[at]!;
  if (first === 0x80) return { length: undefined, body: at + 1 };
  let length = first;
  let body = at + 1;
  if (first > 0x80) {
    const octets = first & 0x7f;
    if (octets > 4 || body + octets > end) refuse('a length beyond bounds');
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + bytes[body++]!;
  }
  if (length > end - body) refuse('cut short');
  return { length, body };
}
