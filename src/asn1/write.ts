import { compareBytes, utf8 } from '../core/bytes.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import { TAG } from './tag.ts';

/** One value: identifier, definite shortest length (X.690 §10.1), the contents joined. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return wrap(tag, contents);
}

function wrap(tag: number, contents: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of contents) length += part.length;
  const lengthOctets = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
  const out = new Uint8Array(2 + lengthOctets + length);
  out[0] = tag;
  out[1] = lengthOctets === 0 ? length : 0x80 | lengthOctets;
  for (let i = 0; i < lengthOctets; i++) out[2 + i] = (length >>> (8 * (lengthOctets - 1 - i))) & 0xff;
  let at = 2 + lengthOctets;
  for (const part of contents) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function sequence(...items: readonly Uint8Array[]): Uint8Array {
  return der(TAG.sequence, ...items);
}

/** A SEQUENCE of any number of items: a list, where `sequence(...items)` would run out of stack. */
export function sequenceOf(items: readonly Uint8Array[]): Uint8Array {
  return wrap(TAG.sequence, items);
}

/** `SET OF`: the items sorted by their encodings (X.690 §11.6). */
export function setOf(...items: readonly Uint8Array[]): Uint8Array {
  return der(TAG.set, ...items.toSorted(compareBytes));
}

/** A non-negative integer from its big-endian magnitude, or from a safe integer. */
export function integer(value: number | Uint8Array): Uint8Array {
  const magnitude = typeof value === 'number' ? magnitudeOf(value) : value;
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const trimmed = magnitude.length === 0 ? Uint8Array.of(0) : magnitude.subarray(start);
  return trimmed[0]! & 0x80 ? der(TAG.integer, Uint8Array.of(0), trimmed) : der(TAG.integer, trimmed);
}

function magnitudeOf(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a non-negative integer: ${value}`);
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

export function boolean(value: boolean): Uint8Array {
  return der(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function enumerated(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 127) throw new RangeError(`not a small enumeration: ${value}`);
  return der(TAG.enumerated, Uint8Array.of(value));
}

export function nullValue(): Uint8Array {
  return der(TAG.null);
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return der(TAG.octetString, bytes);
}

/** A bit string of whole octets. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return der(TAG.bitString, Uint8Array.of(0), bytes);
}

/** A bit string of named bits: bit 0 is the first; trailing zero bits are left out (X.690 §11.2.2). */
export function namedBits(...bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  if (highest < 0) return der(TAG.bitString, Uint8Array.of(0));
  const out = new Uint8Array((highest >> 3) + 1);
  for (const bit of bits) out[bit >> 3]! |= 0x80 >> (bit & 7);
  return der(TAG.bitString, Uint8Array.of(7 - (highest & 7)), out);
}

const MAX_ARC = 2 ** 49;

/** An object identifier in dotted decimals, arcs below 2^49. @throws RangeError when it is not one, or beyond 64 octets */
export function oid(dotted: string): Uint8Array {
  const arcs = dotted.split('.').map(Number);
  const [first, second] = arcs;
  if (
    !/^[0-2](\.(0|[1-9]\d*))+$/.test(dotted) ||
    arcs.some((arc) => arc >= MAX_ARC - 80) ||
    (first! < 2 && second! > 39)
  ) {
    throw new RangeError(`not an object identifier: ${dotted}`);
  }
  const octets = [first! * 40 + second!, ...arcs.slice(2)].flatMap((arc) => {
    const groups = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift(0x80 | (rest % 128));
    return groups;
  });
  if (octets.length > 64) throw new RangeError(`an object identifier of ${octets.length} octets`);
  return der(TAG.oid, Uint8Array.from(octets));
}

export function utf8String(text: string): Uint8Array {
  return der(TAG.utf8String, utf8(text));
}

/** @throws RangeError for a character outside X.680 §41.4 */
export function printableString(text: string): Uint8Array {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw new RangeError('a character outside PrintableString');
  return der(TAG.printableString, utf8(text));
}

/** @throws RangeError for a character outside ASCII */
export function ia5String(text: string): Uint8Array {
  // eslint-disable-next-line no-control-regex
  if (!/^[\x00-\x7f]*$/.test(text)) throw new RangeError('a character outside IA5String');
  return der(TAG.ia5String, utf8(text));
}

function digitsOf(at: UnixSeconds): string {
  return formatTime(at).replace(/[-:T]/g, '');
}

/** `Time` of RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
export function time(at: UnixSeconds): Uint8Array {
  const digits = digitsOf(at);
  return digits >= '2050' ? der(TAG.generalizedTime, utf8(digits)) : der(TAG.utcTime, utf8(digits.slice(2)));
}

export function generalizedTime(at: UnixSeconds): Uint8Array {
  return der(TAG.generalizedTime, utf8(digitsOf(at)));
}
