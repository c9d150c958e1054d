/**
 * What an update after a signature did. Allowed by ISO 32000-2 §12.8.2.2 where nobody forbade it: `signature-added`,
 * `field-signed`, `form-filled`, `validation-data`, `metadata`, and `form` where it shows nothing in another way. Never
 * allowed: the others.
 */
export type ChangeKind =
  | 'signature-added'
  | 'field-signed'
  | 'form-filled'
  | 'validation-data'
  | 'metadata'
  /** Pages were added, removed, or put in another order. */
  | 'pages'
  /** A page's own entries changed. */
  | 'page'
  /** Something that a page shows, or that the document is made of, has other bytes. */
  | 'content'
  /** An annotation was added, removed, or lies over another. */
  | 'annotation'
  | 'form'
  | 'field'
  /** An earlier signature's own field or dictionary. */
  | 'signature'
  | 'catalog'
  | 'validation-data-removed'
  /** Bytes after the end that no cross-reference section knows. */
  | 'appended-bytes'
  /** Written so that readers may understand it in different ways. */
  | 'ambiguous'
  /** The signed part, or what follows it, cannot be read as a document. */
  | 'unreadable';

/** One change, with the facts that a person needs. */
export interface Change {
  readonly kind: ChangeKind;
  readonly allowed: boolean;
  /** Counted from 1. */
  readonly page?: number;
  /** What was found, in English, for developers and auditors: never personal data. */
  readonly detail: string;
}

/** What was done to a document: those that are told one by one, and how many more there are. */
export interface Changes {
  readonly list: readonly Change[];
  readonly further: number;
}

export const NO_CHANGES: Changes = { list: [], further: 0 };

/** Of one kind, allowed or not: a small file can change hundreds of thousands of objects. */
const MOST_OF_A_KIND = 100;
/** Each is held against a signature that was found: none may be missing. The form bounds how many there are. */
const ALL_KEPT: ReadonlySet<ChangeKind> = new Set(['signature-added', 'field-signed']);

/** Collects changes, and counts those that nobody would read. One of each kind, allowed or not, is always among them. */
export class ChangeList implements Changes {
  readonly list: Change[] = [];
  further: number = 0;
  readonly #counts = new Map<string, number>();

  /** `detail`: made only for what is kept. */
  add({ kind, allowed, page }: Omit<Change, 'detail'>, detail: string | (() => string)): void {
    const key = `${kind} ${allowed}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count > MOST_OF_A_KIND && !ALL_KEPT.has(kind)) this.further++;
    else {
      const text = typeof detail === 'string' ? detail : detail();
      this.list.push({ kind, allowed, detail: text, ...(page !== undefined && { page }) });
    }
  }
}
