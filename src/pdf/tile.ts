import { toLatin1 } from '../core/bytes.ts';
import { isRefusal } from '../core/refusal.ts';
import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { readIndirect, type IndirectObject } from './indirect.ts';
import { isDigit, isPrintable, isWhite, keywordAt, skipWhite, standsAt, TextSearch } from './lex.ts';
import { isName, isPdf, type PdfObject } from './object.ts';
import { headerBefore } from './searched-words.ts';
import { AT_OFFSET, readTail, type XrefSection } from './xref.ts';

/** Words that a reader which rebuilds a damaged file would look for. */
const TELLTALE = /\d\s+obj|endobj|stream|xref|trailer|%pdf-|eof/i;
const endstream = new TextSearch('endstream');
const trailer = new TextSearch('trailer');
const startxref = new TextSearch('startxref');
/** Some readers look for the end in the last 1,024 bytes. */
const MAX_PADDING_AFTER_END = 256;

/** An object that some revision says stands at an offset. */
interface Claim {
  readonly number: number;
  readonly generation: number;
}

/**
 * Goes through the file once, first byte to last, and refuses it unless every byte belongs to the header, a comment
 * without telltale words, white space, an object that a revision points to, or a cross-reference section of the chain,
 * each where it should be. A reader that searches then finds exactly what one that follows the table finds.
 */
export function checkTiles(document: PdfDocument): void {
  new Tiling(document).run();
}

class Tiling {
  readonly #document: PdfDocument;
  readonly #bytes: Uint8Array;
  readonly #claims: ReadonlyMap<number, Claim>;
  /** By offset. */
  readonly #sections = new Map<number, XrefSection>();
  /** What must follow each section that ends a save: the values that its `startxref` may have. */
  readonly #tails = new Map<XrefSection, readonly number[]>();
  /** The first-page sections of linearized files, if they are streams: some writers end them, some do not. */
  readonly #mayLackTail = new Set<XrefSection>();
  readonly #earlier = new Map<number, PdfDocument>();
  /** Where the objects begin that were met, in order, and the sections' tails. */
  readonly #objectsAt: number[] = [];
  readonly #tailsAt = new Set<number>();
  #objectsMet = 0;
  #sectionsMet = 0;

  constructor(document: PdfDocument) {
    this.#document = document;
    this.#bytes = document.bytes;
    this.#claims = claimsOf(document);
    for (const { sections, startxref } of document.revisions) {
      for (const section of sections) this.#sections.set(section.offset, section);
      const ending = sections.filter((section) => section.kind === 'table' || sections[0]!.kind === 'stream');
      for (const [i, section] of ending.entries()) {
        // The first-page section of a linearized file is followed by a dummy (ISO 32000-2 §F.3.4).
        const firstPage = i === 0 && ending.length > 1;
        this.#tails.set(section, firstPage ? [0, startxref] : [startxref]);
        if (firstPage && section.kind === 'stream') this.#mayLackTail.add(section);
      }
    }
  }

  run(): void {
    const bytes = this.#bytes;
    let at = 0;
    let open: XrefSection | undefined;
    let ended = 0;
    for (;;) {
      at = this.#gap(at);
      if (at >= bytes.length) break;
      const byte = bytes[at]!;
      if (byte === PERCENT) at = this.#comment(at);
      else if (open && keywordAt(bytes, at, 'startxref')) {
        at = ended = this.#tail(open, at);
        open = undefined;
      } else if (open && !this.#mayLackTail.has(open)) ambiguous('stray-bytes', at);
      else {
        open = undefined;
        const section = this.#sections.get(at);
        if (section) {
          this.#sectionsMet++;
          if (this.#tails.has(section)) open = section;
        }
        if (section?.kind === 'table') at = section.end;
        else if (isDigit(byte)) at = this.#object(at, section);
        else ambiguous('stray-bytes', at);
      }
    }
    if (open) ambiguous('missing-eof', bytes.length);
    if (bytes.length - ended > MAX_PADDING_AFTER_END) ambiguous('after-the-end', ended);
    if (this.#sectionsMet !== this.#sections.size) ambiguous('xref-position', bytes.length);
    if (this.#objectsMet !== this.#claims.size) ambiguous('xref-offset', bytes.length);
    this.#checkWords();
  }

  /**
   * Behind the white space that begins at `from`: ends of lines, and a few spaces. Some readers look at lines, cut long ones,
   * and take other white space for text.
   */
  #gap(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    let line = from;
    for (; at < bytes.length && isWhite(bytes[at]!); at++) {
      const byte = bytes[at]!;
      if (isEol(byte)) line = at + 1;
      else if (byte === 0 || byte === 12 || at - line >= LONGEST_LINE) ambiguous('stray-bytes', at);
    }
    if (at < bytes.length && at - line > LONGEST_INDENT) ambiguous('stray-bytes', at);
    return at;
  }

  /**
   * What a reader that rebuilds the table looks for stands nowhere else, inside a string or the data of a stream: many
   * rebuild it as soon as one reference leads to nothing, and then the last object of a number is the one that they show.
   */
  #checkWords(): void {
    const bytes = this.#bytes;
    const met = new Set(this.#objectsAt);
    for (let j = bytes.indexOf(0x6a); j >= 0; j = bytes.indexOf(0x6a, j + 1)) {
      const at = headerBefore(bytes, j);
      if (at !== undefined && !met.has(at)) ambiguous('object-in-data', at);
    }
    for (let at = startxref.find(bytes, 0, bytes.length); at >= 0; at = startxref.find(bytes, at + 1, bytes.length)) {
      if (!this.#tailsAt.has(at)) ambiguous('startxref-in-data', at);
    }
    const space = new AnySpace(bytes);
    const ends = new Set([...this.#sections.values()].map(({ trailerAt }) => trailerAt));
    for (let at = trailer.find(bytes, 0, bytes.length); at >= 0; at = trailer.find(bytes, at + 1, bytes.length)) {
      if (!ends.has(at) && standsAt(bytes, space.skip(at + 7), '<<')) ambiguous('trailer-in-data', at);
    }
  }

  #comment(at: number): number {
    const bytes = this.#bytes;
    let end = at;
    while (end < bytes.length && !isEol(bytes[end]!)) end++;
    const text = toLatin1(bytes.subarray(at === 0 ? 5 : at, end));
    if (TELLTALE.test(text)) ambiguous(/%pdf-/i.test(text) ? 'second-header' : 'comment', at);
    return end;
  }

  #tail(section: XrefSection, at: number): number {
    const tail = readTail(this.#bytes, at);
    if (!tail) return ambiguous('missing-eof', at);
    if (!this.#tails.get(section)!.includes(tail.startxref)) ambiguous('startxref', at);
    this.#tailsAt.add(tail.at);
    if (!PLAIN_TAIL.test(toLatin1(this.#bytes.subarray(tail.at, Math.min(tail.end, tail.at + LONGEST_TAIL)))))
      ambiguous('startxref', at);
    return tail.end;
  }

  #object(at: number, section: XrefSection | undefined): number {
    const claim = this.#claims.get(at);
    if (!claim && !section) ambiguous('unlisted-object', at);
    if (!PLAIN_HEADER.test(toLatin1(this.#bytes.subarray(at, at + LONGEST_HEADER)))) ambiguous('object', at);
    // Alone on its line, as far as it goes.
    const before = skipBack(this.#bytes, at);
    const isAlone = before === 0 || isEol(this.#bytes[before - 1]!) || standsAt(this.#bytes, before - 5, '%%EOF');
    if (!isAlone) ambiguous('object', at);
    const found = this.#read(at);
    this.#objectsAt.push(at);
    if (claim) {
      this.#objectsMet++;
      if (found.number !== claim.number || found.generation !== claim.generation) ambiguous('xref-offset', at);
    }
    if (found.finding) ambiguous(found.finding, at);
    this.#checkLinearized(found.object, at);
    if (isPdf(found.object, 'stream')) {
      const { data, dict } = found.object;
      if (isName(this.#document.resolve(dict.entries.get('Type')), 'ObjStm')) this.#checkListed(found, at);
      if (endstream.find(data, 0, data.length) >= 0) ambiguous('endstream-in-data', at);
    }
    return found.end;
  }

  /** Readers that rebuild the table take every object in an object stream for one: each is, or is replaced further on. */
  #checkListed({ number }: IndirectObject, at: number): void {
    const document = this.#documentAt(at) ?? this.#document;
    for (const [index, held] of document.objectStream(number).numbers.entries()) {
      this.#document.spend(1);
      const entry = this.#document.xrefEntry(held);
      const isHere = entry?.kind === 'compressed' && entry.stream === number && entry.index === index;
      if (!isHere && !(this.#placeOf(held) > at)) ambiguous('object-stream', at);
    }
  }

  /** Where the object of that number stands now, or the stream that holds it; -1 for nowhere. */
  #placeOf(number: number): number {
    const entry = this.#document.xrefEntry(number);
    const holder = entry?.kind === 'compressed' ? this.#document.xrefEntry(entry.stream) : entry;
    return holder?.kind === 'offset' ? holder.offset : -1;
  }

  /**
   * Readers begin at the front of a file that has the length that its linearization dictionary states (ISO 32000-2
   * §F.2): one that states more than was there would come true by a later save, and bring back what this one replaced.
   */
  #checkLinearized(object: PdfObject, at: number): void {
    const dict = isPdf(object, 'stream') ? object.dict : object;
    if (!isPdf(dict, 'dict') || !dict.entries.has('Linearized')) return;
    const length = this.#document.resolve(dict.entries.get('L'));
    const end = this.#document.revisions.at(-1)!.end ?? this.#bytes.length;
    if (typeof length !== 'number' || length > end + LONGEST_EOL) ambiguous('linearized', at);
  }

  #read(at: number): IndirectObject {
    try {
      const found = readIndirect(this.#bytes, at, (length) => this.#lengthIn(this.#document, length));
      if (!found) return ambiguous('object', at);
      this.#document.keep(at, found);
      return found;
    } catch (error) {
      if (!isRefusal(error, 'pdf/malformed')) throw error;
    }
    // A later save may have changed the object that holds an older stream's length.
    const then = this.#documentAt(at);
    try {
      const found = then && readIndirect(this.#bytes, at, (length) => this.#lengthIn(then, length));
      return found ?? ambiguous('object', at);
    } catch (error) {
      if (!isRefusal(error, 'pdf/malformed')) throw error;
      return ambiguous('object', at);
    }
  }

  #lengthIn(document: PdfDocument, length: PdfObject | undefined): number | undefined {
    const value = document.resolve(length);
    return typeof value === 'number' ? value : undefined;
  }

  /** The document as it was when that byte was written, if that was earlier. */
  #documentAt(at: number): PdfDocument | undefined {
    const revisions = this.#document.revisions;
    const revision = revisions.findLast(({ end }) => end !== undefined && end > at);
    if (revision?.end === undefined || revision === revisions[0] || this.#earlier.size === MAX_EARLIER)
      return undefined;
    const known = this.#earlier.get(revision.end) ?? this.#document.at(revision.end);
    this.#earlier.set(revision.end, known);
    return known;
  }
}

/** Where the spaces begin that stand before `at`. */
function skipBack(bytes: Uint8Array, at: number): number {
  let before = at;
  while (before > 0 && (bytes[before - 1] === 32 || bytes[before - 1] === 9)) before--;
  return before;
}

/** `N G obj` as the standard writes it (ISO 32000-2 §7.3.10). */
const PLAIN_HEADER = /^[0-9]{1,10} [0-9]{1,5} obj(?![0-9A-Za-z])/;
const LONGEST_HEADER = 24;
/** Spaces before what stands on a line. */
const LONGEST_INDENT = 16;
/** Of spaces alone: room that a program left for what it knows later. */
const LONGEST_LINE = 4096;

/**
 * Skips what anybody takes for white space, and comments. Where a comment ends is looked for once: thousands of words may
 * stand in one.
 */
class AnySpace {
  readonly #bytes: Uint8Array;
  #from = 0;
  #to = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The first position at or after `at` that is neither. */
  skip(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < bytes.length && (bytes[at] === PERCENT || !isPrintable(bytes[at]!))) {
      at = bytes[at] === PERCENT ? this.#endOfLine(at) : at + 1;
    }
    return at;
  }

  #endOfLine(at: number): number {
    if (at >= this.#from && at < this.#to) return this.#to;
    let end = at;
    while (end < this.#bytes.length && !isEol(this.#bytes[end]!)) end++;
    this.#from = at;
    this.#to = end;
    return end;
  }
}

function isEol(byte: number): boolean {
  return byte === 10 || byte === 13;
}

const PERCENT = 0x25;

/** Nothing but ends of lines, and spaces before them: some readers look no further for the number. */
const PLAIN_TAIL = /^startxref *(\r\n|\n|\r)[0-9]{1,10} *(\r\n|\n|\r)%%EOF(\r\n|\n|\r)?$/;
const LONGEST_TAIL = 64;

/** What may follow the end of the file as it was linearized, counted or not. */
const LONGEST_EOL = 2;

/** How many earlier states are opened to find the lengths of old streams. */
const MAX_EARLIER = 32;

/** White space between where a table points and the object: writers that count it in are many, readers skip it. */
export const MAX_LEAD = 4;

function claimsOf({ bytes, revisions }: PdfDocument): ReadonlyMap<number, Claim> {
  const claims = new Map<number, Claim>();
  const start = (offset: number): number => skipWhite(bytes, offset, Math.min(bytes.length, offset + MAX_LEAD));
  for (const revision of revisions) {
    for (const { entries } of revision.sections) {
      for (let i = 0; i < entries.length; i += 4) {
        if (entries[i + 1] !== AT_OFFSET) continue;
        const offset = start(entries[i + 2]!);
        const number = entries[i]!;
        const generation = entries[i + 3]!;
        const known = claims.get(offset);
        if (known && (known.number !== number || known.generation !== generation)) ambiguous('xref-offset', offset);
        // What a save points to, it must contain.
        if (revision.end !== undefined && offset >= revision.end) ambiguous('xref-offset', offset);
        if (!known) claims.set(offset, { number, generation });
      }
    }
  }
  return claims;
}
