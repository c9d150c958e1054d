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
