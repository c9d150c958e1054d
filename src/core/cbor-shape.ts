import { decodeCbor, type CborLimits, type CborValue } from './cbor.ts';
import { isRefusal } from './refusal.ts';
import { unixSeconds, type UnixSeconds } from './time.ts';

export type CborMap = ReadonlyMap<number | string, CborValue>;

/** Reads decoded CBOR as what a format expects, and tells everything else by the format's own refusal. */
export interface CborShape {
  decode(bytes: Uint8Array, limits: CborLimits): CborValue;
  number(value: CborValue | undefined, least?: number, most?: number): number;
  time(value: CborValue | undefined): UnixSeconds;
  text(value: CborValue | undefined, maxCharacters: number): string;
  /** `length` bytes exactly; or, with `most`, between the two. */
  bytes(value: CborValue | undefined, length: number, most?: number): Uint8Array;
  array(value: CborValue | undefined, least: number, most: number): readonly CborValue[];
  /** A map of exactly `size` pairs. */
  map(value: CborValue | undefined, size: number): CborMap;
}

const YEAR_9999 = 253402300799;

export function cborShape(malformed: (what: string) => never): CborShape {
  const shape: CborShape = {
    decode(bytes, limits) {
      try {
        return decodeCbor(bytes, limits);
      } catch (error) {
        if (isRefusal(error, 'cbor/malformed')) malformed(error.message);
        throw error;
      }
    },
    number(value, least = 0, most = Number.MAX_SAFE_INTEGER) {
      if (typeof value !== 'number') return malformed('not a number');
      return value >= least && value <= most ? value : malformed(`a number not between ${least} and ${most}`);
    },
    time(value) {
      return unixSeconds(shape.number(value, 0, YEAR_9999));
    },
    text(value, maxCharacters) {
      if (typeof value !== 'string') return malformed('not text');
      return value.length <= maxCharacters ? value : malformed(`text of more than ${maxCharacters} characters`);
    },
    bytes(value, length, most = length) {
      if (!(value instanceof Uint8Array)) return malformed('not a byte string');
      return value.length >= length && value.length <= most
        ? value
        : malformed(`a byte string of ${value.length} bytes`);
    },
    array(value, least, most) {
      if (!Array.isArray(value)) return malformed('not an array');
      const items: readonly CborValue[] = value;
      return items.length >= least && items.length <= most ? items : malformed(`an array of ${items.length}`);
    },
    map(value, size) {
      if (!(value instanceof Map)) return malformed('not a map');
      const map: CborMap = value;
      return map.size === size ? map : malformed(`a map of ${map.size}, expected ${size}`);
    },
  };
  return shape;
}
