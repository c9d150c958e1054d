import { compareBytes, fromUtf8, toLatin1 } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import { formatTime, parseTime, type UnixSeconds } from '../core/time.ts';
import { TAG } from './tag.ts';

export type Asn1Code = 'asn1/malformed';

/** A value still in its bytes: `encoded` is identifier, length and contents; `contents` the part after the length. */
export interface DerValue {
  readonly tag: number;
  readonly encoded: Uint8Array;
  readonly contents: Uint8Array;
}

export function malformed(what: string): never {
  throw new Refusal<Asn1Code>('asn1/malformed', what);
}

/** Nothing we read has more than 16 MiB in one value; larger lengths are forged. */
const MAX_LENGTH = 1 << 24;

function readAt(bytes: Uint8Array, start: number): DerValue {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined) malformed('cut short');
  if ((tag & 0x1f) === 0x1f) malformed('a high tag number');
  if (tag === 0) malformed('an end of contents without a beginning');
  let length = first;
  let at = start + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0) malformed('an indefinite length');
    if (octets > 4) malformed('a length beyond bounds');
    length = 0;
    for (let i = 0; i < octets; i++) {
      const octet = bytes[at++];
      if (octet === undefined) malformed('cut short');
      length = length * 256 + octet;
    }
    // X.690 §10.1: the shortest form, or one value would have several encodings.
    if (length < 0x80 || length < 2 ** (8 * (octets - 1))) malformed('a length longer than needed');
    if (length > MAX_LENGTH) malformed('a length beyond bounds');
  }
  if (length > bytes.length - at) malformed('cut short');
  return { tag, encoded: bytes.subarray(start, at + length), contents: bytes.subarray(at, at + length) };
}

/** The one value that fills `bytes`. @throws Refusal `asn1/malformed` */
export function readDer(bytes: Uint8Array, tag?: number): DerValue {
  const value = readAt(bytes, 0);
  if (value.encoded.length !== bytes.length) malformed('bytes after the end');
  if (tag !== undefined) expectTag(value, tag);
  return value;
}

/** The first value in `bytes`, whatever follows it. @throws Refusal `asn1/malformed` */
export function readFirstDer(bytes: Uint8Array): DerValue {
  return readAt(bytes, 0);
}

function expectTag(value: DerValue, tag: number): void {
  if (value.tag !== tag) malformed(`tag ${value.tag.toString(16)}, expected ${tag.toString(16)}`);
}

/** A cursor over the values inside a constructed one: each is taken once, in order, and `end` says that none is left. */
export class DerCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(contents: Uint8Array) {
    this.#bytes = contents;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The tag of the next value, or `undefined` at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  next(tag?: number): DerValue {
    const value = readAt(this.#bytes, this.#at);
    if (tag !== undefined) expectTag(value, tag);
    this.#at += value.encoded.length;
    return value;
  }

  /** The next value if it has this tag. */
  optional(tag: number): DerValue | undefined {
    return this.peek() === tag ? this.next() : undefined;
  }

  end(): void {
    if (!this.done) malformed('an element too many');
  }
}

/** A cursor over the contents of `value`, which must have the tag. */
export function open(value: DerValue, tag: number = TAG.sequence): DerCursor {
  expectTag(value, tag);
  return new DerCursor(value.contents);
}

/** Every value inside a SEQUENCE OF (or another constructed tag), at most `max` of them. */
export function readAll(value: DerValue, tag: number = TAG.sequence, max: number = 1000): DerValue[] {
  const cursor = open(value, tag);
  const items: DerValue[] = [];
  while (!cursor.done) {
    if (items.length === max) malformed('too many elements');
    items.push(cursor.next());
  }
  return items;
}

/** Every value inside a SET OF, which must be in ascending order (X.690 §11.6). */
export function readSetOf(value: DerValue, tag: number = TAG.set, max: number = 1000): DerValue[] {
  const items = readAll(value, tag, max);
  for (let i = 1; i < items.length; i++) {
    if (compareBytes(items[i - 1]!.encoded, items[i]!.encoded) > 0) malformed('a set out of order');
  }
  return items;
}

/** The two's complement octets of an INTEGER, checked to be the shortest (X.690 §8.3.2). */
export function readIntegerBytes(value: DerValue, tag: number = TAG.integer): Uint8Array {
  expectTag(value, tag);
  const [first, second] = value.contents;
  if (first === undefined) malformed('an integer without octets');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    malformed('an integer longer than needed');
  }
  return value.contents;
}

/** A non-negative INTEGER (or ENUMERATED) below 2^48. */
export function readSmallInteger(value: DerValue, tag: number = TAG.integer): number {
  const bytes = readIntegerBytes(value, tag);
  if (bytes[0]! & 0x80) malformed('a negative integer');
  if (bytes.length > 6) malformed('an integer beyond bounds');
  let out = 0;
  for (const byte of bytes) out = out * 256 + byte;
  return out;
}

export function readBoolean(value: DerValue): boolean {
  expectTag(value, TAG.boolean);
  const [octet] = value.contents;
  if (value.contents.length !== 1 || (octet !== 0 && octet !== 0xff)) malformed('a boolean that is neither 00 nor FF');
  return octet === 0xff;
}

export function readNull(value: DerValue): void {
  expectTag(value, TAG.null);
  if (value.contents.length !== 0) malformed('a NULL with contents');
}

export function readOctetString(value: DerValue, tag: number = TAG.octetString): Uint8Array {
  expectTag(value, tag);
  return value.contents;
}

/** A bit string of whole octets. */
export function readBitString(value: DerValue, tag: number = TAG.bitString): Uint8Array {
  expectTag(value, tag);
  if (value.contents[0] !== 0) malformed('a bit string that does not fill its octets');
  return value.contents.subarray(1);
}

/** Named bits: whether bit `n` is set is `bits.has(n)`. Trailing zero bits are refused (X.690 §11.2.2). */
export function readNamedBits(value: DerValue, tag: number = TAG.bitString): ReadonlySet<number> {
  expectTag(value, tag);
  const [unused, ...octets] = value.contents.subarray(0, 33);
  if (unused === undefined || unused > 7 || value.contents.length > 33) malformed('a bit string out of bounds');
  const bits = new Set<number>();
  if (octets.length === 0) return unused === 0 ? bits : malformed('a bit string out of bounds');
  const last = octets.at(-1)!;
  if ((last & ((1 << unused) - 1)) !== 0 || (last & (1 << unused)) === 0) malformed('named bits with trailing zeros');
  octets.forEach((octet, i) => {
    for (let bit = 0; bit < 8; bit++) if (octet & (0x80 >> bit)) bits.add(8 * i + bit);
  });
  return bits;
}

/** Dotted decimals. Arcs are below 2^49. */
export function readOid(value: DerValue, tag: number = TAG.oid): string {
  expectTag(value, tag);
  const { contents } = value;
  if (contents.length === 0 || contents.length > 64 || contents.at(-1)! & 0x80)
    malformed('an object identifier out of bounds');
  const arcs: number[] = [];
  let arc = 0;
  let octets = 0;
  for (const octet of contents) {
    if (octets === 0 && octet === 0x80) malformed('an object identifier longer than needed');
    if (++octets > 7) malformed('an object identifier out of bounds');
    arc = arc * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = octets = 0;
    }
  }
  const [first] = arcs;
  const top = Math.min(2, Math.floor(first! / 40));
  return [top, first! - 40 * top, ...arcs.slice(1)].join('.');
}

/** The text of a string type; `undefined` for any other type, and where the octets are not of that type. */
export function textOf(value: DerValue): string | undefined {
  const { tag, contents } = value;
  switch (tag) {
    case TAG.utf8String:
      return fromUtf8(contents);
    case TAG.printableString: {
      const text = toLatin1(contents);
      // * and @ are outside the type but common in the wild; & as well.
      return /^[A-Za-z0-9 '()+,\-./:=?*@&]*$/.test(text) ? text : undefined;
    }
    case TAG.ia5String:
    case TAG.visibleString:
      return contents.every((octet) => octet < 0x80) ? toLatin1(contents) : undefined;
    case TAG.teletexString:
      return toLatin1(contents);
    case TAG.bmpString: {
      if (contents.length % 2 !== 0) return undefined;
      let text = '';
      for (let i = 0; i < contents.length; i += 2) text += String.fromCharCode(contents[i]! * 256 + contents[i + 1]!);
      return text.isWellFormed() ? text : undefined;
    }
    default:
      return undefined;
  }
}

/** Any of the string types of a directory name. */
export function readText(value: DerValue): string {
  return textOf(value) ?? malformed('text that its type does not allow');
}

/** UTCTime or GeneralizedTime as RFC 5280 §4.1.2.5 restricts them: seconds, `Z`, no fraction. Not before 1970. */
export function readTime(value: DerValue): UnixSeconds {
  if (value.contents.length > 15) malformed('a time without seconds or Z');
  const match = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(toLatin1(value.contents));
  if (!match) malformed('a time without seconds or Z');
  const [, yearText, month, day, hour, minute, second] = match as unknown as string[];
  expectTag(value, yearText!.length === 2 ? TAG.utcTime : TAG.generalizedTime);
  const century = yearText!.length === 4 ? '' : Number(yearText) < 50 ? '20' : '19';
  const text = `${century}${yearText}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const at = parseTime(text);
  if (at === undefined || formatTime(at) !== text) malformed('a time that does not exist, or before 1970');
  return at;
}
