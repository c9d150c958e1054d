import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { Budget } from './budget.ts';
import { filterSteps } from './filter-steps.ts';
import { undoFilter, type FilterStep } from './filter.ts';
import { readHeader, type PdfHeader } from './header.ts';
import { readIndirect, type IndirectObject } from './indirect.ts';
import { DEFAULT_LIMITS, type PdfLimits } from './limits.ts';
import { isName, isPdf, pdfRef, type PdfDict, type PdfObject, type PdfRef, type PdfStream } from './object.ts';
import { readObjectStream, type ObjectStream } from './object-stream.ts';
import { readPages, type PdfPage } from './page.ts';
import { ObjectParser, type SyntaxFinding, type TextPlace } from './parse.ts';
import { brokenXref, malformed, tooLarge, type PdfCode } from './refusal.ts';
import { readRevisions, type PdfRevision } from './revision.ts';
import { ABSENT, AT_OFFSET, FREE, IN_STREAM, type XrefEntry } from './xref.ts';

/** A reference may lead to another; no honest file has more than one step. */
const MAX_CHAIN = 16;
/** A table is found and read. */
const STEPS_A_REVISION = 200;
/** zlib's own bound (its technical notes): how many bytes one byte can become. */
const MAX_INFLATION = 1032;

/** An object as it stands in a decoded object stream. */
export interface InStream {
  readonly object: PdfObject;
  /** Where it ends there. */
  readonly end: number;
  readonly finding: SyntaxFinding | undefined;
}

/**
 * A document as its cross-reference table describes it, read on demand. What is never asked for is never read; every
 * object is read at most once. Bound by its limits whatever the file says.
 */
export class PdfDocument {
  readonly bytes: Uint8Array;
  readonly primitives: Primitives;
  readonly limits: PdfLimits;
  readonly header: PdfHeader;
  /** Newest first. */
  readonly revisions: readonly PdfRevision[];
  /** The newest section's. */
  readonly trailer: PdfDict;
  /** One more than the highest object number that any section knows. */
  readonly size: number;
  readonly catalog: PdfDict;
  /** `1.7`: the header's, or the catalog's where that is later. */
  readonly version: string;
  readonly #kinds: Uint8Array;
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;
  readonly #objects = new Map<number, PdfObject>();
  readonly #streams = new Map<number, ObjectStream>();
  readonly #opening = new Set<number>();
  readonly #budget: Budget;
  #pages: readonly PdfPage[] | undefined;

  /** Use `openPdf`. */
  constructor(bytes: Uint8Array, primitives: Primitives, limits: PdfLimits, budget?: Budget) {
    this.bytes = bytes;
    this.primitives = primitives;
    this.limits = limits;
    this.#budget = budget ?? new Budget(bytes.length, limits);
    this.header = readHeader(bytes);
    this.revisions = readRevisions({
      bytes,
      maxObjects: limits.maxObjects,
      maxRevisions: limits.maxRevisions,
      decode: (stream, maxBytes) => this.decode(stream, maxBytes),
    });
    this.trailer = this.revisions[0]!.trailer;
    let size = 0;
    for (const revision of this.revisions) size = Math.max(size, revision.highest + 1);
    this.size = size;
    this.#kinds = new Uint8Array(size);
    this.#first = new Uint32Array(size);
    this.#second = new Uint32Array(size);
    this.#mergeEntries();
    if (budget) {
      for (const { lookups } of this.revisions) {
        budget.spend(STEPS_A_REVISION);
        for (const { length } of lookups) budget.spend(length);
      }
      budget.spend(size);
    }
    for (const { trailer } of this.revisions) {
      // Anything there counts, even if it is broken: another reader may decrypt with it.
      if ((trailer.entries.get('Encrypt') ?? null) !== null) {
        throw new Refusal<PdfCode>('pdf/encrypted', 'the document is encrypted');
      }
    }
    const catalog = this.resolve(this.trailer.entries.get('Root') ?? null);
    if (!isPdf(catalog, 'dict')) brokenXref('the trailer does not lead to a catalog');
    this.catalog = catalog;
    const { version } = this.header;
    const declared = this.resolve(catalog.entries.get('Version') ?? null);
    this.version = isPdf(declared, 'name') && declared.name > version ? declared.name : version;
  }

  /** Newest first: the first entry that a number has is the one that counts. */
  #mergeEntries(): void {
    const kinds = this.#kinds;
    for (const revision of this.revisions) {
      for (const entries of revision.lookups) {
        for (let i = 0; i < entries.length; i += 4) {
          const number = entries[i]!;
          if (kinds[number] !== ABSENT) continue;
          kinds[number] = entries[i + 1]!;
          this.#first[number] = entries[i + 2]!;
          this.#second[number] = entries[i + 3]!;
        }
      }
    }
  }

  /** Where the object of that number is; `undefined` when no section mentions it. */
  xrefEntry(number: number): XrefEntry | undefined {
    const first = this.#first[number] ?? 0;
    const second = this.#second[number] ?? 0;
    switch (this.#kinds[number]) {
      case FREE:
        return { kind: 'free', number, generation: second };
      case AT_OFFSET:
        return { kind: 'offset', number, generation: second, offset: first };
      case IN_STREAM:
        return { kind: 'compressed', number, stream: first, index: second };
      default:
        return undefined;
    }
  }

  /** The numbers of all objects in use, ascending. */
  *numbers(): Generator<number, void, undefined> {
    for (let number = 0; number < this.size; number++) if (this.#kinds[number]! >= AT_OFFSET) yield number;
  }

  /**
   * The object that `ref` names; `null` when it is free, unknown or of another generation (ISO 32000-2 §7.3.10).
   * @throws Refusal `pdf/xref-broken` when the table points to something else, `pdf/malformed`, `pdf/too-large`
   */
  get(ref: PdfRef): PdfObject {
    const { number } = ref;
    const kind = this.#kinds[number] ?? ABSENT;
    if (kind < AT_OFFSET) return null;
    if (ref.generation !== (kind === AT_OFFSET ? this.#second[number] : 0)) return null;
    const known = this.#objects.get(number);
    if (known !== undefined) return known;
    if (this.#opening.has(number)) malformed('an object needs itself to be read');
    this.#opening.add(number);
    try {
      const object = kind === AT_OFFSET ? this.readAt(number).object : this.#readCompressed(number);
      this.#objects.set(number, object);
      return object;
    } finally {
      this.#opening.delete(number);
    }
  }

  /** Keeps an object that was read where the table says that it stands, so that `get` need not read it again. */
  keep(offset: number, { number, generation, object }: IndirectObject): void {
    const counts = this.#kinds[number] === AT_OFFSET && this.#first[number] === offset;
    if (!counts || this.#second[number] !== generation || this.#objects.has(number)) return;
    this.#objects.set(number, object);
  }

  /** `object`, or what it refers to if it is a reference. */
  resolve(object: PdfObject | undefined): PdfObject {
    let found = object ?? null;
    for (let steps = 0; isPdf(found, 'ref'); steps++) {
      if (steps === MAX_CHAIN) malformed('references lead to references');
      found = this.get(found);
    }
    return found;
  }

  /** The generation under which a number is in use: 0 within a stream. */
  generationOf(number: number): number {
    return this.#kinds[number] === AT_OFFSET ? this.#second[number]! : 0;
  }

  /** The object in use under a number, as `numbers` tells them. @throws Refusal as `get` */
  objectOf(number: number): PdfObject {
    return this.get(pdfRef(number, this.generationOf(number)));
  }

  /** Reads the uncompressed object of that number again, with what `get` leaves out. */
  readAt(number: number): IndirectObject {
    this.#budget.mayRead();
    const offset = this.#first[number]!;
    const parser = new ObjectParser(this.bytes, offset, this.bytes.length);
    const length = (value: PdfObject | undefined): number | undefined => {
      const resolved = this.resolve(value);
      return typeof resolved === 'number' ? resolved : undefined;
    };
    let skipped = 0;
    try {
      const found = readIndirect(this.bytes, offset, length, parser);
      if (!found || found.number !== number || found.generation !== this.#second[number]) {
        return brokenXref(`object ${number} does not stand where the cross-reference table says`, offset);
      }
      if (isPdf(found.object, 'stream')) skipped = found.object.data.length;
      return found;
    } finally {
      this.#budget.readLeft -= parser.at - offset - skipped;
      this.#budget.valuesLeft -= parser.weight;
    }
  }

  /** Where the text of the object of that number begins, behind `N G obj`; `undefined` where the table says nowhere. */
  textOf(number: number): TextPlace | undefined {
    const kind = this.#kinds[number];
    if (kind === IN_STREAM) {
      const { bytes, offsets } = this.objectStream(this.#first[number]!);
      const at = offsets[this.#second[number]!];
      return at === undefined ? undefined : { bytes, at };
    }
    if (kind !== AT_OFFSET) return undefined;
    const parser = new ObjectParser(this.bytes, this.#first[number]!, this.bytes.length);
    if (parser.unsigned() === undefined || parser.unsigned() === undefined || !parser.keyword('obj')) return undefined;
    return { bytes: this.bytes, at: parser.at };
  }

  /**
   * Counts work on this document, or on another revision of the same file.
   * @throws Refusal `pdf/too-large` when the file has cost too much
   */
  spend(steps: number): void {
    this.#budget.spend(steps);
  }

  #readCompressed(number: number): PdfObject {
    const container = this.objectStream(this.#first[number]!);
    const index = this.#second[number]!;
    if (container.numbers[index] !== number) {
      brokenXref(`object ${number} is not in the object stream where the cross-reference table says`);
    }
    return this.readInStream(container, index).object;
  }

  /** Reads the object with that index in an object stream again, with what `get` leaves out. */
  readInStream(container: ObjectStream, index: number): InStream {
    this.#budget.mayRead();
    const start = container.offsets[index]!;
    const parser = new ObjectParser(container.bytes, start, container.bytes.length);
    try {
      const object = parser.object();
      return { object, end: parser.at, finding: parser.finding };
    } finally {
      // By what was read, not by where the next one starts: all may start at the same place.
      this.#budget.readLeft -= parser.at - start;
      this.#budget.valuesLeft -= parser.weight;
    }
  }

  /** The object stream of that number (ISO 32000-2 §7.5.7), decoded once. /Extends plays no part in finding objects. */
  objectStream(number: number): ObjectStream {
    const known = this.#streams.get(number);
    if (known) return known;
    if (this.#kinds[number] !== AT_OFFSET) brokenXref(`object stream ${number} is not in the file`);
    const stream = this.get(pdfRef(number, this.#second[number]));
    if (!isPdf(stream, 'stream') || !isName(stream.dict.entries.get('Type'), 'ObjStm')) {
      return brokenXref(`object ${number} is not an object stream`);
    }
    const count = this.resolve(stream.dict.entries.get('N'));
    const first = this.resolve(stream.dict.entries.get('First'));
    const bytes = this.decode(stream, this.limits.maxStreamBytes);
    if (!bytes || typeof count !== 'number' || typeof first !== 'number') {
      return malformed('an object stream cannot be read');
    }
    this.#budget.readLeft += bytes.length;
    const made = readObjectStream(bytes, count, first, (values) => {
      this.#budget.valuesLeft -= values;
      this.#budget.mayRead();
    });
    this.#streams.set(number, made);
    return made;
  }

  /**
   * A stream's data with its filters undone, at most `maxBytes` of it. `undefined` when a filter is not one of
   * FlateDecode, LZWDecode, ASCIIHexDecode, ASCII85Decode, RunLengthDecode, or the data is in another file.
   * @throws Refusal `pdf/too-large` beyond `maxBytes` or what the document may inflate in all; `pdf/malformed`
   */
  decode(stream: PdfStream, maxBytes: number): Uint8Array | undefined {
    const steps = this.filters(stream);
    if (!steps) return undefined;
    const most = Math.min(maxBytes, this.limits.maxStreamBytes);
    let data = stream.data;
    for (const step of steps) {
      const limit = Math.min(most, this.#budget.inflateLeft);
      const out = undoFilter(step, data, limit, this.primitives.inflate);
      const reach = data.length * MAX_INFLATION;
      this.#budget.inflateLeft -= out ? out.length : Math.min(limit, reach);
      if (!out) {
        // Malformed, or beyond the limit: the machine below does not say which, but few bytes cannot become many.
        if (reach > limit) tooLarge('a stream inflates beyond the limit, or is malformed', limit);
        malformed('a stream is malformed');
      }
      data = out;
    }
    if (data.length > maxBytes) tooLarge('a stream is longer than expected', maxBytes);
    return data;
  }

  /** The filters to undo, in order; `undefined` when we do not know one. */
  filters(stream: PdfStream): readonly FilterStep[] | undefined {
    return filterSteps(stream.dict, (object) => this.resolve(object));
  }

  /**
   * All pages in order, with what they inherit.
   * @throws Refusal `pdf/no-pages`, `pdf/too-many-pages`, `pdf/malformed`, `pdf/xref-broken`
   */
  pages(): readonly PdfPage[] {
    this.#pages ??= readPages(this);
    return this.#pages;
  }

  /** The document as it was when its first `end` bytes were the whole file; what reading that costs is counted here. */
  at(end: number): PdfDocument {
    return new PdfDocument(this.bytes.subarray(0, end), this.primitives, this.limits, this.#budget);
  }
}

/**
 * Opens a document by following its cross-reference chain from the end; nothing is searched for or rebuilt.
 * @throws Refusal `pdf/not-a-pdf`, `pdf/truncated`, `pdf/encrypted`, `pdf/xref-broken`, `pdf/malformed`,
 * `pdf/too-large`
 */
export function openPdf(bytes: Uint8Array, primitives: Primitives, limits: Partial<PdfLimits> = {}): PdfDocument {
  const all = { ...DEFAULT_LIMITS, ...limits };
  if (bytes.length > all.maxFileBytes) tooLarge('the file is too large', all.maxFileBytes);
  return new PdfDocument(bytes, primitives, all);
}
