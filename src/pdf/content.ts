import { internName, isRegular, isWhite, skipWhite } from './lex.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfStream } from './object.ts';
import { ObjectParser } from './parse.ts';
import { malformed, tooLarge } from './refusal.ts';

/** No operator takes more than 33 (DeviceN colours and a name). */
const MAX_OPERANDS = 512;
/** Of one content stream. */
const MAX_OPERATIONS = 5_000_000;

/**
 * The operations of a content stream (ISO 32000-2 §7.8.2), one after another:
 *
 *     const scanner = new ContentScanner(bytes);
 *     while (scanner.next()) use(scanner.operator, scanner.operands);
 *
 * An inline image is one operation `BI` whose only operand is a stream: its dictionary, with keys as written
 * (abbreviated or not), and its data, still filtered. Join the streams of a /Contents array with white space first.
 */
export class ContentScanner {
  readonly #parser: ObjectParser;
  #operations = 0;
  /** The operator that `next` came to. */
  operator: string = '';
  /** Its operands: a new array each time. */
  operands: readonly PdfObject[] = [];
  /** Where the operator ends. */
  get at(): number {
    return this.#parser.at;
  }

  constructor(bytes: Uint8Array) {
    this.#parser = new ObjectParser(bytes, 0, bytes.length, false);
  }

  /**
   * Moves to the next operation; false at the end, operands without an operator left aside.
   * @throws Refusal `pdf/malformed`, `pdf/too-large`
   */
  next(): boolean {
    const parser = this.#parser;
    const { bytes, end } = parser;
    const operands: PdfObject[] = [];
    if (++this.#operations > MAX_OPERATIONS) tooLarge('too many operations on a page', MAX_OPERATIONS);
    parser.values = 0;
    for (;;) {
      parser.skipSpace();
      if (parser.at >= end) return false;
      const byte = bytes[parser.at]!;
      if (startsOperator(byte) && !(byte === 0x74 || byte === 0x66 || byte === 0x6e ? this.#isConstant() : false)) {
        const start = parser.at;
        let at = start + 1;
        while (at < end && isRegular(bytes[at]!)) at++;
        if (at - start > 32) malformed('an operator is too long', start);
        parser.at = at;
        this.operator = internName(bytes, start, at).name;
        this.operands = operands;
        if (this.operator === 'BI') this.operands = [this.#inlineImage()];
        return true;
      }
      if (operands.length === MAX_OPERANDS) malformed('too many operands', parser.at);
      operands.push(parser.object());
    }
  }

  #isConstant(): boolean {
    const { bytes, at } = this.#parser;
    for (const word of ['true', 'false', 'null']) {
      let i = 0;
      while (i < word.length && bytes[at + i] === word.charCodeAt(i)) i++;
      if (i === word.length) return at + i >= bytes.length || !isRegular(bytes[at + i]!);
    }
    return false;
  }

  #inlineImage(): PdfStream {
    const parser = this.#parser;
    const { bytes } = parser;
    const entries = new Map<string, PdfObject>();
    while (!parser.keyword('ID')) {
      parser.skipSpace();
      const key = parser.at < parser.end && bytes[parser.at] === 0x2f ? parser.object() : null;
      if (!isPdf(key, 'name')) malformed('an inline image is malformed', parser.at);
      entries.set(key.name, parser.object());
    }
    const dict: PdfDict = { type: 'dict', entries };
    const start = parser.at + 1;
    const length = dataLength(dict) ?? findEnd(bytes, start, parser.end);
    const mark = length === undefined ? -1 : skipWhite(bytes, start + length, parser.end);
    if (length === undefined || bytes[mark] !== 0x45 || bytes[mark + 1] !== 0x49) {
      return malformed('an inline image does not end', start);
    }
    parser.at = mark + 2;
    return { type: 'stream', dict, data: bytes.subarray(start, start + length) };
  }
}

/** Letters, `'` and `"`: everything that no operand starts with. */
function startsOperator(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x27 || byte === 0x22;
}

const COMPONENTS: Readonly<Record<string, number>> = {
  G: 1,
  DeviceGray: 1,
  CalGray: 1,
  RGB: 3,
  DeviceRGB: 3,
  CalRGB: 3,
  CMYK: 4,
  DeviceCMYK: 4,
};

/** What the dictionary says about the data's length: /L (ISO 32000-2), or the size of an unfiltered image. */
function dataLength({ entries }: PdfDict): number | undefined {
  const declared = entries.get('L') ?? entries.get('Length');
  if (typeof declared === 'number') return Number.isSafeInteger(declared) && declared >= 0 ? declared : undefined;
  const filter = entries.get('F') ?? entries.get('Filter') ?? null;
  if (filter !== null && !(isPdf(filter, 'array') && filter.items.length === 0)) return undefined;
  const width = entries.get('W') ?? entries.get('Width');
  const height = entries.get('H') ?? entries.get('Height');
  if (typeof width !== 'number' || typeof height !== 'number' || !(width >= 0) || !(height >= 0)) return undefined;
  const mask = (entries.get('IM') ?? entries.get('ImageMask')) === true;
  const space = entries.get('CS') ?? entries.get('ColorSpace');
  const indexed = isPdf(space, 'array');
  const components = mask || indexed ? 1 : isPdf(space, 'name') ? COMPONENTS[space.name] : undefined;
  const depth = mask ? 1 : (entries.get('BPC') ?? entries.get('BitsPerComponent'));
  if (components === undefined || typeof depth !== 'number') return undefined;
  const length = Math.ceil((width * components * depth) / 8) * height;
  return Number.isSafeInteger(length) ? length : undefined;
}

/** How many bytes after `EI` must look like content. */
const LOOK_AHEAD = 16;

/** The first white space, `EI`, white space or end that text follows, not more data. */
function findEnd(bytes: Uint8Array, start: number, end: number): number | undefined {
  for (let at = bytes.indexOf(0x45, start); at >= 0 && at + 1 < end; at = bytes.indexOf(0x45, at + 1)) {
    if (bytes[at + 1] !== 0x49 || (at > start && !isWhite(bytes[at - 1]!) && bytes[at - 1] !== 0x3e)) continue;
    if (at + 2 < end && !isWhite(bytes[at + 2]!)) continue;
    let ahead = at + 2;
    const stop = Math.min(end, at + 2 + LOOK_AHEAD);
    while (ahead < stop && (isWhite(bytes[ahead]!) || (bytes[ahead]! >= 0x20 && bytes[ahead]! < 0x7f))) ahead++;
    if (ahead === stop) return Math.max(0, at - start - (at > start && isWhite(bytes[at - 1]!) ? 1 : 0));
  }
  return undefined;
}
