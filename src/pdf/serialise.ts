import { toHex } from '../core/bytes.ts';
import { isRegular } from './lex.ts';
import type { PdfName, PdfRef, PdfString } from './object.ts';

/** Bytes that stand in the output as they are, and whose place is reported: what is filled in after writing. */
export interface PdfRaw {
  readonly type: 'raw';
  readonly bytes: Uint8Array;
}

/** What can be written: every `PdfObject`, and objects that hold raw bytes somewhere. */
export type Writable =
  null | boolean | number | PdfName | PdfString | PdfRef | PdfRaw | WritableArray | WritableDict | WritableStream;

export interface WritableArray {
  readonly type: 'array';
  readonly items: readonly Writable[];
}

export interface WritableDict {
  readonly type: 'dict';
  readonly entries: ReadonlyMap<string, Writable>;
}

/** `data` is already filtered, as `dict` says; /Length is set by the writer. */
export interface WritableStream {
  readonly type: 'stream';
  readonly dict: WritableDict;
  readonly data: Uint8Array;
}

export function pdfRaw(bytes: Uint8Array): PdfRaw {
  return { type: 'raw', bytes };
}

export function writableArray(...items: readonly Writable[]): WritableArray {
  return { type: 'array', items };
}

/** A dictionary from its entries; `undefined` leaves an entry out. */
export function writableDict(entries: Readonly<Record<string, Writable | undefined>>): WritableDict {
  const map = new Map<string, Writable>();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) map.set(key, value);
  return { type: 'dict', entries: map };
}

/** `dict` with these entries set; `undefined` removes one. */
export function withWritable(
  dict: WritableDict,
  entries: Readonly<Record<string, Writable | undefined>>,
): WritableDict {
  const map = new Map(dict.entries);
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  return { type: 'dict', entries: map };
}

/** Nesting, for objects made by mistake in a circle. */
const MAX_DEPTH = 100;
const HEX = '0123456789abcdef';

/** Bytes that grow. */
export class PdfWriter {
  #bytes: Uint8Array;
  #length = 0;
  /** Where each raw object stands, from the writer's beginning. */
  readonly raws: Map<PdfRaw, number> = new Map();

  constructor(expected: number = 4096) {
    this.#bytes = new Uint8Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  /** Text of one byte a character. */
  text(text: string): void {
    this.#room(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written, not copied. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  object(object: Writable, depth: number = MAX_DEPTH): void {
    if (depth <= 0) throw new RangeError('a PDF object nested too deeply');
    if (object === null) this.text('null');
    else if (typeof object === 'boolean') this.text(object ? 'true' : 'false');
    else if (typeof object === 'number') this.text(formatNumber(object));
    else {
      switch (object.type) {
        case 'name':
          return this.text(formatName(object.name));
        case 'string':
          return object.hex ? this.#hex(object.bytes) : this.#literal(object.bytes);
        case 'ref':
          return this.text(`${object.number} ${object.generation} R`);
        case 'raw':
          if (this.raws.has(object)) throw new Error('a raw object is written twice');
          this.raws.set(object, this.#length);
          return this.bytes(object.bytes);
        case 'array':
          this.text('[');
          for (let i = 0; i < object.items.length; i++) {
            if (i > 0) this.text(' ');
            this.object(object.items[i]!, depth - 1);
          }
          return this.text(']');
        case 'dict':
          return this.#dict(object, depth);
        case 'stream':
          return this.#stream(object, depth);
      }
    }
  }

  #dict(dict: WritableDict, depth: number): void {
    this.text('<<');
    for (const [key, value] of dict.entries) {
      this.text(formatName(key));
      this.text(' ');
      this.object(value, depth - 1);
    }
    this.text('>>');
  }

  #stream(stream: WritableStream, depth: number): void {
    if (depth < MAX_DEPTH) throw new Error('a stream is not an indirect object of its own');
    this.#dict(withWritable(stream.dict, { Length: stream.data.length }), depth);
    this.text('\nstream\n');
    this.bytes(stream.data);
    this.text('\nendstream');
  }

  #hex(bytes: Uint8Array): void {
    this.text(`<${toHex(bytes)}>`);
  }

  #literal(bytes: Uint8Array): void {
    this.#room(2 * bytes.length + 2);
    const out = this.#bytes;
    let at = this.#length;
    out[at++] = 0x28;
    for (const byte of bytes) {
      // A bare CR in a string would be read as LF.
      const escape = byte === 0x28 || byte === 0x29 || byte === 0x5c || byte === 13;
      if (escape) out[at++] = 0x5c;
      out[at++] = byte === 13 ? 0x72 : byte;
    }
    out[at++] = 0x29;
    this.#length = at;
  }
}

/** ISO 32000-2 §7.3.3: decimal, never with an exponent; the shortest that reads back as the same number. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`not a number that PDF can carry: ${value}`);
  const text = String(value);
  const mark = text.indexOf('e');
  if (mark < 0) return text;
  const exponent = Number(text.slice(mark + 1));
  const negative = value < 0;
  const [whole, fraction = ''] = text.slice(negative ? 1 : 0, mark).split('.') as [string, string?];
  const point = whole.length + exponent;
  const digits = whole + fraction;
  const plain =
    point <= 0
      ? `0.${'0'.repeat(-point)}${digits}`
      : point >= digits.length
        ? digits + '0'.repeat(point - digits.length)
        : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return negative ? `-${plain}` : plain;
}

const PLAIN_NAME = /^[\w.+-]*$/;

/** With its solidus; `name` holds one character a byte. */
export function formatName(name: string): string {
  if (PLAIN_NAME.test(name)) return `/${name}`;
  let text = '/';
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code === 0 || code > 255) throw new RangeError('a name holds a character that is not one byte, or 0');
    // ISO 32000-2 §7.3.5: outside `!` to `~`, delimiters and the number sign are escaped.
    text +=
      code < 0x21 || code > 0x7e || code === 0x23 || !isRegular(code)
        ? `#${HEX[code >> 4]!}${HEX[code & 15]!}`
        : name[i]!;
  }
  return text;
}

/** One object alone. */
export function serialise(object: Writable): Uint8Array {
  const writer = new PdfWriter(256);
  writer.object(object);
  return writer.done();
}
