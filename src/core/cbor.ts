import { compareBytes, concat, fromUtf8, utf8 } from './bytes.ts';
import { Refusal } from './refusal.ts';

export type CborCode = 'cbor/malformed';

/** What we use of CBOR (RFC 8949): no tags, floats, undefined or indefinite lengths. Integers are safe integers. */
export type CborValue =
  number | string | boolean | null | Uint8Array | readonly CborValue[] | ReadonlyMap<number | string, CborValue>;

export interface CborLimits {
  /** Nesting of arrays and maps. */
  readonly maxDepth?: number;
  /** Arrays, maps and scalars in all. */
  readonly maxItems?: number;
}

function head(major: number, value: number): Uint8Array {
  const top = major << 5;
  if (value < 24) return Uint8Array.of(top | value);
  if (value < 0x100) return Uint8Array.of(top | 24, value);
  if (value < 0x10000) return Uint8Array.of(top | 25, value >> 8, value & 0xff);
  const out = new Uint8Array(value < 0x100000000 ? 5 : 9);
  const view = new DataView(out.buffer);
  if (out.length === 5) {
    out[0] = top | 26;
    view.setUint32(1, value);
  } else {
    out[0] = top | 27;
    view.setBigUint64(1, BigInt(value));
  }
  return out;
}

function isMap(value: object): value is ReadonlyMap<number | string, CborValue> {
  return value instanceof Map;
}

/** Deterministic encoding (RFC 8949 §4.2.1): shortest heads, keys in bytewise order of their encodings. */
export function encodeCbor(value: CborValue): Uint8Array {
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not an integer that CBOR carries here: ${value}`);
    return value < 0 ? head(1, -1 - value) : head(0, value);
  }
  if (typeof value === 'string') {
    // Half a surrogate pair would be written as U+FFFD: another text than the one given.
    if (!value.isWellFormed()) throw new RangeError('text with half a surrogate pair');
    const bytes = utf8(value);
    return concat(head(3, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return concat(head(2, value.length), value);
  if (isMap(value)) {
    const pairs = [...value].map(([key, item]) => [encodeCbor(key), encodeCbor(item)] as const);
    pairs.sort(([a], [b]) => compareBytes(a, b));
    return concat(head(5, pairs.length), ...pairs.flat());
  }
  return concat(head(4, value.length), ...value.map(encodeCbor));
}

function malformed(what: string): never {
  throw new Refusal<CborCode>('cbor/malformed', what);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #itemsLeft: number;

  constructor(bytes: Uint8Array, maxItems: number) {
    this.#bytes = bytes;
    this.#itemsLeft = maxItems;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) malformed('cut short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #argument(low: number): number {
    if (low < 24) return low;
    if (low > 27) malformed('an indefinite length or a reserved head');
    const length = 1 << (low - 24);
    const bytes = this.#take(length);
    let value = 0;
    for (const byte of bytes) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) malformed('an integer beyond 2^53');
    if (value < (length === 1 ? 24 : 2 ** (4 * length))) malformed('a head longer than needed');
    return value;
  }

  value(depth: number): CborValue {
    if (depth < 0) malformed('nested too deeply');
    if (this.#itemsLeft-- <= 0) malformed('too many items');
    const initial = this.#take(1)[0]!;
    const major = initial >> 5;
    if (major === 7) {
      if (initial === 0xf4) return false;
      if (initial === 0xf5) return true;
      if (initial === 0xf6) return null;
      return malformed('a float or a reserved simple value');
    }
    if (major === 6) malformed('a tag');
    const argument = this.#argument(initial & 31);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return Number.isSafeInteger(-1 - argument) ? -1 - argument : malformed('an integer beyond 2^53');
      case 2:
        return this.#take(argument);
      case 3:
        return fromUtf8(this.#take(argument)) ?? malformed('text that is not UTF-8');
      case 4:
        return this.#array(argument, depth);
      default:
        return this.#map(argument, depth);
    }
  }

  #array(length: number, depth: number): CborValue {
    // Every item takes at least one byte: a forged length cannot make us allocate.
    if (length > this.#bytes.length - this.#at) malformed('cut short');
    const items: CborValue[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(depth - 1));
    return items;
  }

  /** Looked at before it is read: maps as keys of maps would nest without end. */
  #key(): number | string {
    const major = (this.#bytes[this.#at] ?? 0) >> 5;
    const key = major === 0 || major === 1 || major === 3 ? this.value(0) : undefined;
    return typeof key === 'number' || typeof key === 'string'
      ? key
      : malformed('a key that is neither integer nor text');
  }

  #map(length: number, depth: number): CborValue {
    if (length > (this.#bytes.length - this.#at) / 2) malformed('cut short');
    const map = new Map<number | string, CborValue>();
    let previous: Uint8Array | undefined;
    for (let i = 0; i < length; i++) {
      const start = this.#at;
      const key = this.#key();
      const encoded = this.#bytes.subarray(start, this.#at);
      if (previous && compareBytes(previous, encoded) >= 0) malformed('keys repeated or out of order');
      previous = encoded;
      map.set(key, this.value(depth - 1));
    }
    return map;
  }
}

/**
 * Reads exactly one deterministic encoding; `encodeCbor` of the result gives the same bytes back.
 * @throws Refusal `cbor/malformed`: anything else, trailing bytes included
 */
export function decodeCbor(bytes: Uint8Array, limits: CborLimits = {}): CborValue {
  const reader = new Reader(bytes, limits.maxItems ?? 10_000);
  const value = reader.value(limits.maxDepth ?? 8);
  if (!reader.done) malformed('bytes after the end');
  return value;
}
