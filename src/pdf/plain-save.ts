import { fromLatin1, toLatin1 } from '../core/bytes.ts';
import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { isPdf, pdfRef, type PdfArray, type PdfDict } from './object.ts';
import { LARGEST_SIZE } from './limits.ts';
import { isPlainStructure } from './plain-filters.ts';
import { PlainText, type PlainValue, type Spans } from './plain-text.ts';
import type { PdfRevision } from './revision.ts';
import { holdsWord } from './searched-words.ts';
import { AT_OFFSET, FREE, IN_STREAM, type XrefEntry, type XrefSection } from './xref.ts';

/** Ends of lines and spaces between objects. */
const LONGEST_GAP = 64;
const BYTES_A_STEP = 8;

/**
 * Holds the newest save of a document to one form, byte by byte (ISO 32000-2 §7.5.6): objects in plain spelling, each once,
 * where the table says; one table or cross-reference stream that lists them and nothing else; `startxref` and `%%EOF`.
 * Nothing stands between or beside them, so that readers which search the file find what the table says.
 * `before` is the document without it.
 * @throws Refusal `pdf/ambiguous` with the fact `finding`; those of reading the document
 */
export function checkPlainSave(document: PdfDocument, before: PdfDocument): void {
  new PlainSave(document, before).check();
}

interface IsStream {
  readonly isStream: boolean;
  /** Of a stream, still filtered. */
  readonly data: Uint8Array | undefined;
}

class PlainSave {
  readonly #document: PdfDocument;
  readonly #before: PdfDocument;
  readonly #revision: PdfRevision;
  readonly #section: XrefSection;
  readonly #text: PlainText;
  readonly #root: number;
  /** By number: where each object of this save begins, and its generation. */
  readonly #objects = new Map<number, { readonly offset: number; readonly generation: number }>();
  /** By number: the stream that holds it, and which one it is there. */
  readonly #held = new Map<number, { readonly stream: number; readonly index: number }>();

  constructor(document: PdfDocument, before: PdfDocument) {
    const newest = document.revisions[0];
    this.#document = document;
    this.#before = before;
    this.#revision = newest!;
    this.#section = newest!.sections[0]!;
    this.#text = new PlainText(document.bytes, before.revisions[0]!.end ?? 0, newest?.end ?? 0);
    const root = document.trailer.entries.get('Root');
    this.#root = isPdf(root, 'ref') ? root.number : 0;
  }

  check(): void {
    const text = this.#text;
    if (this.#revision.end === undefined || text.at === 0) ambiguous('missing-eof');
    this.#document.spend((text.end - text.at) / BYTES_A_STEP);
    const start = this.#section.offset;
    if (this.#section.finding) ambiguous(this.#section.finding, start);
    if (start !== this.#revision.startxref) ambiguous('startxref', start);
    // Readers that know the one kind alone rebuild the file where the other follows it.
    if (this.#section.kind !== this.#before.revisions[0]!.sections[0]!.kind) ambiguous('xref-kind', start);
    do this.#gap();
    while (text.at !== start && this.#object());
    if (text.at !== start) text.refuse('unlisted-object');
    if (this.#section.kind === 'table') this.#table();
    else this.#stream();
    this.#tail(start);
    this.#compareTable();
  }

  /** Up to the next line that is not empty. */
  #gap(): void {
    const text = this.#text;
    const from = text.at;
    text.space();
    const before = text.bytes[text.at - 1];
    if (text.at - from > LONGEST_GAP || (before !== 10 && before !== 13)) text.refuse('stray-bytes');
  }

  /** One that is not the cross-reference stream. Answers true. */
  #object(): true {
    const { value, number } = this.#indirect();
    const { spans, weighty, isStream } = value;
    const isHolder = isStream && typeOf(this.#text, spans) === '/ObjStm';
    checkWeighty(this.#text, weighty, number === this.#root ? ['=Catalog'] : isHolder ? ['=ObjStm'] : []);
    if (isHolder) {
      this.#isNew(number);
      this.#holder(number);
    }
    return true;
  }

  /** What makes up the file stands under a number of its own: under another's, readers that rebuild it show the one for the other. */
  #isNew(number: number): void {
    if (this.#before.xrefEntry(number) !== undefined) ambiguous('xref-number', this.#objects.get(number)?.offset);
  }

  /** `N G obj … endobj`. */
  #indirect(): { readonly number: number; readonly value: PlainValue & IsStream } {
    const text = this.#text;
    const offset = text.at;
    const number = text.whole();
    const generation = number !== undefined && text.word(' ') ? text.whole() : undefined;
    if (number === undefined || number === 0 || generation === undefined || generation > 0xffff || !text.word(' obj'))
      return text.refuse('object');
    if (this.#objects.has(number)) text.refuse('xref-duplicate');
    // Readers that rebuild the file take the highest one of a number.
    if (!mayHaveGeneration(this.#before.xrefEntry(number), generation)) text.refuse('reference');
    this.#objects.set(number, { offset, generation });
    const from = text.at;
    text.space();
    // Of a number or a word, the first letter would belong to the keyword.
    if (text.at === from && !'<[(/'.includes(String.fromCharCode(text.bytes[from] ?? 0))) text.refuse('object');
    const value = text.value();
    const end = text.at;
    text.space();
    const isStream = text.word('stream');
    const data = isStream ? this.#data(value.spans) : undefined;
    if (isStream) text.space();
    else if (text.at === end && !'>])'.includes(String.fromCharCode(text.bytes[end - 1]!))) text.refuse('object');
    if (!text.word('endobj')) text.refuse('object');
    return { number, value: { ...value, isStream, data } };
  }

  /** `stream`, as many bytes as its dictionary says itself, `endstream`. */
  #data(spans: Spans | undefined): Uint8Array {
    const text = this.#text;
    const [from, to] = spans?.get('Length') ?? [0, 0];
    const length = new PlainText(text.bytes, from, to).whole();
    text.word('\r');
    if (!text.word('\n')) text.refuse('stream-eol');
    const start = text.at;
    const isPlain = length !== undefined && String(length).length === to - from && length <= text.end - start;
    if (!isPlain) return text.refuse('object');
    if (holdsWord(text.bytes, start, start + length)) text.refuse('word-in-data');
    text.at = start + length;
    text.eol();
    if (!text.word('endstream')) text.refuse('object');
    return text.bytes.subarray(start, start + length);
  }

  /** An object stream (§7.5.7): pairs of numbers, then the objects one after another, and nothing else. */
  #holder(stream: number): void {
    const document = this.#document;
    const holder = document.get(pdfRef(stream));
    if (!isPdf(holder, 'stream') || !isPlainStructure(holder.dict)) this.#text.refuse('filters');
    const { bytes, numbers, offsets } = document.objectStream(stream);
    const first = offsets[0] ?? bytes.length;
    document.spend(bytes.length / BYTES_A_STEP);
    const head = new PlainText(bytes, 0, first);
    for (const [index, number] of numbers.entries()) {
      if (head.whole() !== number || !isSpace(head)) head.refuse('object-stream');
      if (head.whole() !== offsets[index]! - first || !isSpace(head)) head.refuse('object-stream');
      if (this.#held.has(number)) head.refuse('object-stream');
      this.#held.set(number, { stream, index });
    }
    head.space();
    if (head.at !== first) head.refuse('object-stream');
    const text = new PlainText(bytes, first, bytes.length);
    for (const [index, number] of numbers.entries()) {
      if (text.at !== offsets[index]) text.refuse('object-stream');
      const { weighty } = text.value();
      checkWeighty(text, weighty, number === this.#root ? ['=Catalog'] : []);
      const end = text.at;
      text.space();
      if (text.at === end && index + 1 < numbers.length && !'>])'.includes(String.fromCharCode(bytes[end - 1]!)))
        text.refuse('object-stream');
    }
    if (text.at !== text.end) text.refuse('object-stream');
  }

  /** §7.5.4: each line as the standard has it. */
  #table(): void {
    const text = this.#text;
    const { trailerAt = 0 } = this.#section;
    const line = (): void => {
      text.word(' ');
      if (!text.eol()) text.refuse('xref-entry-form');
    };
    if (!text.word('xref')) text.refuse('xref-entry-form');
    line();
    const begins = text.at;
    while (text.at < trailerAt) {
      // Some leave a line empty before the trailer.
      if (text.eol()) break;
      const first = text.whole();
      const count = first !== undefined && text.word(' ') ? text.whole() : undefined;
      if (first === undefined || count === undefined) return text.refuse('xref-entry-form');
      line();
      for (let i = 0; i < count; i++, text.at += ENTRY_BYTES) {
        const entry = toLatin1(text.bytes.subarray(text.at, text.at + ENTRY_BYTES));
        if (text.at + ENTRY_BYTES > trailerAt || !ENTRY.test(entry)) text.refuse('xref-entry-form');
      }
    }
    // Without any subsection, `0 0` for instance, it is damaged to some.
    if (text.at === begins || text.at !== trailerAt || !text.word('trailer')) text.refuse('xref-entry-form');
    text.space();
    if (text.bytes[text.at] !== 0x3c) text.refuse('xref-entry-form');
    const { spans, weighty } = text.value();
    if (!spans || text.at !== this.#section.end) text.refuse('xref-entry-form');
    checkWeighty(text, weighty, ['Root']);
  }

  #stream(): void {
    const text = this.#text;
    const { trailer, end, isExact } = this.#section;
    const { value, number } = this.#indirect();
    if (!value.isStream || typeOf(text, value.spans) !== '/XRef') text.refuse('xref-entry-form');
    this.#isNew(number);
    checkWeighty(text, value.weighty, ['Root', '=XRef']);
    if (text.at !== end || !isExact) text.refuse('xref-entry-form');
    const { items } = trailer.entries.get('W') as PdfArray;
    const [kind = 0, place = 0, second = 0] = items.map(Number);
    if (!isPlainIndex(trailer)) text.refuse('xref-entry-form');
    if (kind !== 1 || place < 1 || place > MOST_OF_PLACE || second > MOST_OF_SECOND) text.refuse('xref-entry-form');
    const row = kind + place + second;
    if (!isPlainStructure(trailer, row)) text.refuse('filters');
    if (trailer.entries.has('DecodeParms') && !this.#isOfUps(value.data!, trailer, row)) text.refuse('filters');
  }

  /** Whether each row is told by what differs from the one above, as all programs do it. */
  #isOfUps(data: Uint8Array, { entries }: PdfDict, row: number): boolean {
    const dict: PdfDict = { type: 'dict', entries: new Map([['Filter', entries.get('Filter') ?? null]]) };
    const length = (this.#section.entries.length / 4) * (row + 1);
    const rows = this.#document.decode({ type: 'stream', dict, data }, this.#text.bytes.length + length);
    if (rows?.length !== length) return false;
    for (let i = 0; i < length; i += row + 1) if (rows[i] !== UP) return false;
    return true;
  }

  /** `startxref`, the number, `%%EOF`; before it at most one line in which a program names itself. */
  #tail(start: number): void {
    const text = this.#text;
    const rest = toLatin1(text.bytes.subarray(text.at, Math.min(text.end, text.at + LONGEST_TAIL)));
    const found = TAIL.exec(rest);
    if (!found || text.at + found[0].length !== text.end) return text.refuse('startxref');
    const name = fromLatin1(found.groups?.['name'] ?? '');
    if (found.groups?.['at'] !== String(start) || holdsWord(name, 0, name.length)) text.refuse('startxref');
  }

  /** The table lists the objects of this save, and no other than where it stood before or is taken away. */
  #compareTable(): void {
    const listed = new Set<number>();
    const { entries } = this.#section;
    const size = Number(this.#section.trailer.entries.get('Size'));
    // What is not below it, some take for missing (§7.5.5).
    let last = this.#document.size - 1;
    while (last > 0 && (this.#document.xrefEntry(last)?.kind ?? 'free') === 'free') last--;
    if (!(last < size && size <= LARGEST_SIZE)) ambiguous('xref-size', this.#section.offset);
    for (let i = 0; i < entries.length; i += 4) {
      const [number, kind, first, second] = [entries[i]!, entries[i + 1]!, entries[i + 2]!, entries[i + 3]!];
      if (listed.has(number)) ambiguous('xref-duplicate', this.#section.offset);
      listed.add(number);
      if (!isPlainEntry(number, kind, first, second, size)) ambiguous('xref-entry-form', this.#section.offset);
      const object = this.#objects.get(number);
      const held = this.#held.get(number);
      const isHere =
        (kind === AT_OFFSET && object?.offset === first && object.generation === second) ||
        (kind === IN_STREAM && held?.stream === first && held.index === second);
      const isElsewhere = object === undefined && held === undefined;
      if (isHere && !(object && held)) continue;
      if (!isElsewhere || (kind !== FREE && !stoodThere(this.#before.xrefEntry(number), kind!, first!, second!))) {
        ambiguous('xref-offset', this.#section.offset);
      }
    }
    for (const number of [...this.#objects.keys(), ...this.#held.keys()]) {
      // Writers leave out the stream that is the table.
      const isTable = this.#objects.get(number)?.offset === this.#section.offset;
      if (!listed.has(number) && !isTable) ambiguous('unlisted-object', this.#objects.get(number)?.offset);
    }
  }
}

function stoodThere(entry: XrefEntry | undefined, kind: number, first: number, second: number): boolean {
  if (entry?.kind === 'offset') return kind === AT_OFFSET && entry.offset === first && entry.generation === second;
  return entry?.kind === 'compressed' && kind === IN_STREAM && entry.stream === first && entry.index === second;
}

/** Of pairs of a first number and a count, ascending, none of nothing (§7.5.8.2): without any, it is damaged to some. */
function isPlainIndex({ entries }: PdfDict): boolean {
  const index = entries.get('Index');
  if (!isPdf(index, 'array')) return index === undefined;
  const numbers = index.items.map(Number);
  let next = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    if (numbers[i]! < next || !(numbers[i + 1]! > 0)) return false;
    next = numbers[i]! + numbers[i + 1]!;
  }
  return next > 0;
}

/** That of the object which had the number, or 0; the next one where it was taken away. */
function mayHaveGeneration(before: XrefEntry | undefined, generation: number): boolean {
  if (before?.kind === 'offset') return generation === before.generation;
  return generation === 0 || (before?.kind === 'free' && generation === before.generation);
}

/**
 * Whether no field is beyond what it can be (§7.5.4, table 18): what cannot be, some readers take for a damaged file. The
 * last generation is of number 0 alone, that of no object.
 */
function isPlainEntry(number: number, kind: number, first: number, second: number, size: number): boolean {
  if (kind === AT_OFFSET) return number > 0 && second < LAST_GENERATION;
  if (kind === IN_STREAM) return number > 0 && first < size && second < LAST_GENERATION;
  return first < size && (number === 0 ? second === 0 || second === LAST_GENERATION : second < LAST_GENERATION);
}

function checkWeighty(text: PlainText, found: readonly string[], allowed: readonly string[]): void {
  if (!found.every((word) => allowed.includes(word))) text.refuse('word-in-data');
}

function typeOf({ bytes }: PlainText, spans: Spans | undefined): string {
  return toLatin1(bytes.subarray(...(spans?.get('Type') ?? [0, 0])));
}

/** Behind white space, of which there is some unless the text ends. */
function isSpace(text: PlainText): boolean {
  const from = text.at;
  text.space();
  return text.at > from || text.at === text.end;
}

const LAST_GENERATION = 65_535;
/** Bytes of fields of a cross-reference stream: an offset beyond 4 GB, and a generation or an index. */
const MOST_OF_PLACE = 5;
const MOST_OF_SECOND = 4;
/** W3C PNG §9.2. */
const UP = 2;
const ENTRY_BYTES = 20;
const ENTRY = /^[0-9]{10} [0-9]{5} [nf](?: \n| \r|\r\n)$/;
const EOL = '(?:\\r\\n|\\n|\\r)';
const TAIL = new RegExp(
  `^ *(?:${EOL})+(?<name>%[A-Za-z][A-Za-z0-9 .,_()+-]{0,80}${EOL})?startxref ?${EOL}(?<at>[0-9]{1,10}) ?${EOL}%%EOF(?:${EOL})?$`,
);
const LONGEST_TAIL = 256;
