import { ambiguous } from './ambiguity.ts';
import type { PdfRevision } from './revision.ts';
import { AT_OFFSET, FREE, offsetIn } from './xref.ts';

/**
 * Where each object stood, save by save: a save brings an object itself or leaves it where it was. So the last one of a
 * number that a reader finds who searches the file from its beginning is the one that the newest table names.
 */
export class Places {
  readonly #kinds: Uint8Array;
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;

  constructor(size: number) {
    this.#kinds = new Uint8Array(size);
    this.#first = new Uint32Array(size);
    this.#second = new Uint32Array(size);
  }

  /** `start`: where the save begins. */
  add({ lookups, startxref }: PdfRevision, start: number): void {
    const brought: number[] = [];
    // Backwards: what is looked up first stays.
    for (const entries of lookups.toReversed()) {
      for (let i = 0; i < entries.length; i += 4) {
        const number = entries[i]!;
        const [kind, first, second] = [entries[i + 1]!, entries[i + 2]!, entries[i + 3]!];
        if (kind === FREE) continue;
        if (number === 0) ambiguous('xref-entry-form', startxref);
        const before = this.#kinds[number];
        if (before === kind && this.#first[number] === first && this.#second[number] === second) continue;
        // Some readers look no further than the number.
        if (before === AT_OFFSET && kind === AT_OFFSET && this.#second[number] !== second)
          ambiguous('reference', startxref);
        this.#kinds[number] = kind;
        this.#first[number] = first;
        this.#second[number] = second;
        brought.push(number);
      }
    }
    for (const number of brought) {
      // Of one in an object stream, the stream.
      const holder = this.#kinds[number] === AT_OFFSET ? number : this.#first[number]!;
      if (this.#kinds[holder] !== AT_OFFSET || this.#first[holder]! < start) ambiguous('superseded-later', startxref);
    }
  }
}

/** Of a number, in quadruples such as `XrefSection.entries`: its kind, and the two that follow it. */
type Place = readonly [kind: number, first: number, second: number];

/**
 * Hybrid saves, from the oldest to the newest. Of what a table says and a stream beside it, one reader takes the first and
 * another the second: in no number may they say different things, nor the stream what readers that ignore it find
 * elsewhere. What a stream adds under a number that nobody else has used is what hybrid files are for.
 */
export class Hybrids {
  /** By object number: which save (the oldest is 1) mentioned it last, and where it stands. */
  readonly #definedBy: Uint32Array;
  readonly #places: Uint32Array;
  /** By offset: which save named that stream first. */
  readonly #streams = new Map<number, number>();

  constructor(size: number) {
    this.#definedBy = new Uint32Array(size);
    this.#places = new Uint32Array(3 * size);
  }

  add(revision: PdfRevision, age: number): void {
    for (const entries of revision.lookups) {
      for (let i = 0; i < entries.length; i += 4) {
        const number = entries[i]!;
        // Of a hybrid save, the first look-up counts.
        if (this.#definedBy[number] === age) continue;
        this.#definedBy[number] = age;
        this.#places.set(entries.subarray(i + 1, i + 4), 3 * number);
      }
    }
  }

  check(revision: PdfRevision, age: number): void {
    for (const [s, stream] of revision.sections.entries()) {
      const table = revision.sections[s - 1];
      if (stream.kind !== 'stream' || table?.kind !== 'table') continue;
      const previous = offsetIn(stream.trailer, 'Prev');
      if (previous !== undefined && previous !== offsetIn(table.trailer, 'Prev'))
        ambiguous('hybrid-conflict', stream.offset);
      const inTable = new Map<number, Place>();
      for (const [number, ...place] of quadruples(table.entries)) inTable.set(number, place);
      const before = this.#streams.get(stream.offset);
      this.#streams.set(stream.offset, age);
      for (const [number, ...place] of quadruples(stream.entries)) {
        const own = inTable.get(number);
        // A stream named again by a later trailer, as some writers do, must not bring back what was replaced in between.
        const isKnown = before !== undefined && (own !== undefined || this.#definedBy[number]! <= before);
        const other = own ?? this.#placeOf(number);
        if (!isKnown && !agrees(place, other, own !== undefined)) ambiguous('hybrid-conflict', stream.offset);
      }
    }
  }

  #placeOf(number: number): Place | undefined {
    if (this.#definedBy[number] === 0) return undefined;
    const [kind, first, second] = this.#places.subarray(3 * number, 3 * number + 3);
    return [kind!, first!, second!];
  }
}

/** Whether both say the same of a number; what older saves left free may be used, what the table beside says is free may not. */
function agrees([kind, first, second]: Place, other: Place | undefined, isBeside: boolean): boolean {
  const [otherKind, otherFirst, otherSecond] = other ?? [FREE, 0, 0];
  if (otherKind === FREE && kind !== FREE) return other === undefined || !isBeside;
  if (kind === FREE) return otherKind === FREE;
  return kind === otherKind && first === otherFirst && second === otherSecond;
}

function* quadruples(entries: Uint32Array): Generator<[number, number, number, number], void, undefined> {
  for (let i = 0; i < entries.length; i += 4) {
    yield [entries[i]!, entries[i + 1]!, entries[i + 2]!, entries[i + 3]!];
  }
}
