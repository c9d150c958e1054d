import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfArray, type PdfObject } from '../pdf/object.ts';
import { textOf } from '../pdf/text-string.ts';

/** Which fields a FieldMDP transform locks (ISO 32000-2 §12.8.2.4). */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  /** Locks that name the same array share the set. */
  readonly fields: ReadonlySet<string>;
}

const MAX_NAMES = 20_000;
const NOBODY: ReadonlySet<string> = new Set();

/** By array: every signature of a document may name the same one, many times. */
const known = new WeakMap<PdfArray, ReadonlySet<string>>();

/** The parameters of a FieldMDP transform. @throws Refusal where `PdfDocument.resolve` and `spend` do */
export function readLock(doc: PdfDocument, entries: ReadonlyMap<string, PdfObject>): FieldLock {
  const action = doc.resolve(entries.get('Action'));
  const list = doc.resolve(entries.get('Fields'));
  return {
    // What we cannot read locks everything.
    action: isName(action, 'Include') ? 'Include' : isName(action, 'Exclude') ? 'Exclude' : 'All',
    fields: isPdf(list, 'array') ? namesIn(doc, list) : NOBODY,
  };
}

function namesIn(doc: PdfDocument, list: PdfArray): ReadonlySet<string> {
  const read = known.get(list);
  if (read) return read;
  const names = new Set<string>();
  for (const item of list.items.slice(0, MAX_NAMES)) {
    const object = doc.resolve(item);
    // Before it is copied: all items may be one long string.
    doc.spend(1 + (isPdf(object, 'string') ? object.bytes.length : 0));
    const name = textOf(object);
    if (name !== undefined) names.add(name);
  }
  known.set(list, names);
  return names;
}

/** What several locks lock together. */
export class FieldLocks {
  readonly #all: boolean;
  readonly #included: readonly ReadonlySet<string>[];
  readonly #excluded: readonly ReadonlySet<string>[];
  readonly #doc: PdfDocument;

  /** `doc` counts what asking costs. */
  constructor(locks: readonly FieldLock[], doc: PdfDocument) {
    const sets = (which: FieldLock['action']): readonly ReadonlySet<string>[] => [
      ...new Set(locks.filter(({ action }) => action === which).map(({ fields }) => fields)),
    ];
    this.#all = locks.some(({ action }) => action === 'All');
    this.#included = sets('Include');
    this.#excluded = sets('Exclude');
    this.#doc = doc;
  }

  /** Whether one of them covers the field; a name covers what is below it too. @throws Refusal `pdf/too-large` */
  covers(name: string): boolean {
    if (this.#all || (this.#included.length === 0 && this.#excluded.length === 0)) return this.#all;
    const path = this.#pathOf(name);
    const isNamed = (names: ReadonlySet<string>): boolean => {
      this.#doc.spend(path.length);
      return path.some((above) => names.has(above));
    };
    return this.#included.some(isNamed) || !this.#excluded.every(isNamed);
  }

  /** The field's own name and those of the fields above it. */
  #pathOf(name: string): readonly string[] {
    const path = [name];
    for (let end = name.indexOf('.'); end >= 0; end = name.indexOf('.', end + 1)) {
      this.#doc.spend(1 + end / LETTERS_A_STEP);
      path.push(name.slice(0, end));
    }
    return path;
  }
}

/** Letters that are hashed in the time of one step. */
const LETTERS_A_STEP = 16;
