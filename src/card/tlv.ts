import { concat } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { CardCode } from './code.ts';

/** A data object in BER-TLV form (ISO/IEC 7816-4 §5.2.2). */
export interface DataObject {
  /** The bytes of the tag as one number: `0x53`, `0x7f49`. */
  readonly tag: number;
  readonly value: Uint8Array;
}

/**
 * The data objects of which `bytes` is made, all of it. Tags of up to three bytes, definite lengths of up to two bytes
 * behind the first; a length may be written longer than it need be, as cards do (`81 20`).
 * @throws Refusal `card/malformed`
 */
export function readObjects(bytes: Uint8Array, what: string): readonly DataObject[] {
  const objects: DataObject[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = readTag(bytes, at, what);
    const length = readLength(bytes, tag.end, what);
    const end = length.end + length.value;
    if (end > bytes.length) malformed(what, 'a value is cut short');
    objects.push({ tag: tag.value, value: bytes.subarray(length.end, end) });
    at = end;
  }
  return objects;
}

/** The value of the one object of which `bytes` is made. @throws Refusal `card/malformed` */
export function readOnly(bytes: Uint8Array, tag: number, what: string): Uint8Array {
  const [object, ...others] = readObjects(bytes, what);
  if (object?.tag !== tag || others.length > 0) malformed(what, `no ${tag.toString(16)} by itself`);
  return object.value;
}

/** The value of the object with this tag. @throws Refusal `card/malformed` where there is none, or are several */
export function valueOf(objects: readonly DataObject[], tag: number, what: string): Uint8Array {
  const [found, ...others] = objects.filter((object) => object.tag === tag);
  if (!found || others.length > 0) malformed(what, `${found ? 'several' : 'no'} ${tag.toString(16)}`);
  return found.value;
}

interface Read {
  readonly value: number;
  readonly end: number;
}

function readTag(bytes: Uint8Array, at: number, what: string): Read {
  let value = bytes[at]!;
  let end = at + 1;
  if ((value & 0x1f) !== 0x1f) return { value, end };
  for (let count = 0; count < 2; count++) {
    const byte = bytes[end++] ?? malformed(what, 'a tag is cut short');
    value = value * 256 + byte;
    if (byte < 0x80) return { value, end };
  }
  return malformed(what, 'a tag of more than three bytes');
}

function readLength(bytes: Uint8Array, at: number, what: string): Read {
  const first = bytes[at] ?? malformed(what, 'a length is missing');
  if (first < 0x80) return { value: first, end: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 2) malformed(what, 'a length of no definite form');
  if (at + 1 + count > bytes.length) malformed(what, 'a length is cut short');
  let value = 0;
  for (let i = 1; i <= count; i++) value = value * 256 + bytes[at + i]!;
  return { value, end: at + 1 + count };
}

/** One data object, its length in the shortest form. @throws RangeError for a value beyond 65,535 bytes */
export function encodeObject(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = concat(...parts);
  const { length } = value;
  if (length > 0xffff) throw new RangeError(`a data object of ${length} bytes`);
  const encoded = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat(Uint8Array.of(...tagBytes(tag), ...encoded), value);
}

function tagBytes(tag: number): readonly number[] {
  return tag > 0xffff ? [tag >> 16, (tag >> 8) & 0xff, tag & 0xff] : tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
}

function malformed(what: string, found: string): never {
  throw new Refusal<CardCode>('card/malformed', `${what}: ${found}`, { step: what, found });
}
