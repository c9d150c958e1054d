import { equal } from '../core/bytes.ts';
import { isDigit, isRegular, skipSpace, standsAt } from './lex.ts';
import { isPdf } from './object.ts';
import { parseObject, type TextPlace } from './parse.ts';

/** A name, string, number or keyword as it is written; an array; a dictionary, each of whose values is one of these, or the three words of a reference. */
type Node =
  | { readonly kind: 'word'; readonly text: Uint8Array }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'dict'; readonly entries: Spelled };
type Spelled = ReadonlyMap<string, readonly Node[]>;

/** As the parser has it. */
const MAX_DEPTH = 64;
const LONGEST_NUMBER = 20;

/**
 * Whether two objects are written alike: what one parser takes for the same number or string another one does not (`54.0`
 * where a whole number should stand, three hundred zeros before it, a carriage return in a string). White space, the order of a dictionary's
 * keys and escapes that all readers undo make no difference. Of a stream, its dictionary. False for what cannot be read.
 */
export function sameSpelling(a: TextPlace, b: TextPlace): boolean {
  const [one, other] = [new Speller(a).value(), new Speller(b).value()];
  return one !== undefined && other !== undefined && sameNodes(one, other);
}

/** The entries of the dictionary whose `<<` stands there, as they are written; `undefined` where it cannot be read. */
export function spelledEntries(place: TextPlace): Spelled | undefined {
  const [node] = new Speller(place).value() ?? [];
  return node?.kind === 'dict' ? node.entries : undefined;
}

export function sameNodes(a: readonly Node[], b: readonly Node[]): boolean {
  return a.length === b.length && a.every((node, i) => sameNode(node, b[i]!));
}

function sameNode(a: Node, b: Node): boolean {
  if (a.kind === 'word') return b.kind === 'word' && sameWord(a.text, b.text);
  if (a.kind === 'array') return b.kind === 'array' && sameArray(a.items, b.items);
  if (b.kind !== 'dict' || a.entries.size !== b.entries.size) return false;
  for (const [key, value] of a.entries) {
    const other = b.entries.get(key);
    if (!other || !sameNodes(value, other)) return false;
  }
  return true;
}

/** Boxes and matrices hold numbers of any kind to all readers. */
function sameArray(a: readonly Node[], b: readonly Node[]): boolean {
  const isNumber = (node: Node): node is Node & { kind: 'word' } => node.kind === 'word' && isPlainNumber(node.text);
  if (a.length !== b.length || !a.every(isNumber) || !b.every(isNumber)) return sameNodes(a, b);
  return a.every(({ text }, i) => parseObject(text) === parseObject(b[i]!.text));
}

function sameWord(a: Uint8Array, b: Uint8Array): boolean {
  if (equal(a, b)) return true;
  const [first, second] = [a[0]!, b[0]!];
  if (isString(first) && isString(second)) {
    const [one, other] = [parseObject(a), parseObject(b)];
    if (a.includes(13) || b.includes(13) || !isPdf(one, 'string') || !isPdf(other, 'string')) return false;
    return equal(one.bytes, other.bytes);
  }
  if (first === 0x2f && second === 0x2f) {
    const [one, other] = [parseObject(a), parseObject(b)];
    return isPdf(one, 'name') && isPdf(other, 'name') && one.name === other.name;
  }
  if (!isPlainNumber(a) || !isPlainNumber(b)) return false;
  return a.includes(0x2e) === b.includes(0x2e) && parseObject(a) === parseObject(b);
}

const isString = (byte: number): boolean => byte === 0x28 || byte === 0x3c;

/** `12`, `-0.5`, `.50`: a sign, no zeros before another digit, not long. */
function isPlainNumber(text: Uint8Array): boolean {
  if (text.length > LONGEST_NUMBER) return false;
  const start = text[0] === 0x2d ? 1 : 0;
  if (text[start] === 0x30 && isDigit(text[start + 1] ?? 0)) return false;
  let digits = 0;
  let points = 0;
  for (const byte of text.subarray(start)) {
    if (isDigit(byte)) digits++;
    else if (byte === 0x2e) points++;
    else return false;
  }
  return digits > 0 && points <= 1;
}

class Speller {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor({ bytes, at }: TextPlace) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** What stands there: one object, or the words of a reference. */
  value(): readonly Node[] | undefined {
    try {
      return this.#value(MAX_DEPTH);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #value(depth: number): readonly Node[] {
    const first = this.#node(depth);
    const nodes = [first];
    // Up to the next key: only a reference has more words than one.
    while (first.kind === 'word' && isDigit(first.text[0]!) && nodes.length < 3 && this.#isWord()) {
      nodes.push(this.#node(depth));
    }
    return nodes;
  }

  #isWord(): boolean {
    this.#at = skipSpace(this.#bytes, this.#at, this.#bytes.length);
    const byte = this.#bytes[this.#at];
    return byte !== undefined && (isDigit(byte) || byte === 0x52);
  }

  #node(depth: number): Node {
    const bytes = this.#bytes;
    if (depth === 0) throw new RangeError('nested too deeply');
    const start = (this.#at = skipSpace(bytes, this.#at, bytes.length));
    const byte = bytes[start];
    if (byte === undefined) throw new RangeError('cut short');
    if (standsAt(bytes, start, '<<')) return this.#dict(depth);
    if (byte === 0x5b) return this.#array(depth);
    this.#at = this.#wordEnd(start);
    return { kind: 'word', text: bytes.subarray(start, this.#at) };
  }

  #array(depth: number): Node {
    this.#at++;
    const items: Node[] = [];
    for (;;) {
      this.#at = skipSpace(this.#bytes, this.#at, this.#bytes.length);
      if (this.#bytes[this.#at] === 0x5d) break;
      items.push(this.#node(depth - 1));
    }
    this.#at++;
    return { kind: 'array', items };
  }

  #dict(depth: number): Node {
    this.#at += 2;
    const entries = new Map<string, readonly Node[]>();
    for (;;) {
      this.#at = skipSpace(this.#bytes, this.#at, this.#bytes.length);
      if (standsAt(this.#bytes, this.#at, '>>')) break;
      const end = this.#wordEnd(this.#at);
      const key = parseObject(this.#bytes.subarray(this.#at, end));
      if (!isPdf(key, 'name')) throw new RangeError('no key');
      this.#at = end;
      entries.set(key.name, this.#value(depth - 1));
    }
    this.#at += 2;
    return { kind: 'dict', entries };
  }

  #wordEnd(start: number): number {
    const bytes = this.#bytes;
    const byte = bytes[start]!;
    let at = start + 1;
    if (byte === 0x28) {
      for (let open = 1; open > 0; at++) {
        if (at >= bytes.length) throw new RangeError('a string does not end');
        if (bytes[at] === 0x5c) at++;
        else if (bytes[at] === 0x28) open++;
        else if (bytes[at] === 0x29) open--;
      }
      return at;
    }
    if (byte === 0x3c) {
      const end = bytes.indexOf(0x3e, at);
      if (end < 0) throw new RangeError('a string does not end');
      return end + 1;
    }
    if (byte !== 0x2f && !isRegular(byte)) throw new RangeError('no object');
    while (at < bytes.length && isRegular(bytes[at]!)) at++;
    return at;
  }
}
