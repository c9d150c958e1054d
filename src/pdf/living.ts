import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from './document.ts';
import { isPdf, type PdfArray, type PdfDict, type PdfObject, type PdfStream } from './object.ts';

/** What acts by itself, or brings something in from outside the file. */
export type ActiveKind =
  'on-opening' | 'action' | 'script' | 'dynamic-form' | 'multimedia' | 'outside-content' | 'portfolio';

/** What may look different later, on paper, or in another reader, although the page's content stays as it is. */
export type ChangingKind =
  | 'layers'
  | 'alternate-image'
  | 'hidden-page'
  | 'not-on-paper'
  | 'covers-content'
  | 'overlaps'
  | 'drawn-by-reader'
  | 'field-value'
  | 'stray-field'
  | 'rollover'
  | 'pending-redaction'
  | 'too-many-annotations';

/** One reason why what somebody sees now need not be what others will see. */
export interface LivingFinding {
  readonly effect: 'active' | 'changing';
  readonly kind: ActiveKind | ChangingKind;
  /** From 1; absent where it belongs to the whole document, or nobody can tell. */
  readonly page: number | undefined;
  /** For those who mend the file: names as they stand in it. */
  readonly detail: string;
}

const MAX_FINDINGS = 100;
const MAX_APPEARANCE_BYTES = 64 * 1024;
/** Of all appearances that are read, as often as they are: thousands of fields may share one. */
const MAX_READ_BYTES = 8 << 20;

/** What the rules write their findings to: so many, then no more. */
export class LivingFindings {
  readonly document: PdfDocument;
  readonly all: LivingFinding[] = [];
  readonly #met = new WeakSet<object>();
  #bytesLeft = MAX_READ_BYTES;

  constructor(document: PdfDocument) {
    this.document = document;
  }

  get full(): boolean {
    return this.all.length >= MAX_FINDINGS;
  }

  /** True the first time: what thousands of objects share is gone through once. */
  once(object: PdfArray | PdfDict): boolean {
    if (this.#met.has(object)) return false;
    this.#met.add(object);
    return true;
  }

  active(kind: ActiveKind, detail: string, page?: number): void {
    if (!this.full) this.all.push({ effect: 'active', kind, page, detail });
  }

  changing(kind: ChangingKind, detail: string, page?: number): void {
    if (!this.full) this.all.push({ effect: 'changing', kind, page, detail });
  }

  /** An entry, references followed. */
  entry(dict: PdfDict, key: string): PdfObject {
    return this.document.resolve(dict.entries.get(key));
  }

  dictAt(dict: PdfDict, key: string): PdfDict | undefined {
    const value = this.entry(dict, key);
    return isPdf(value, 'dict') ? value : undefined;
  }

  arrayAt(dict: PdfDict, key: string): readonly PdfObject[] {
    const value = this.entry(dict, key);
    return isPdf(value, 'array') ? value.items : [];
  }

  nameAt(dict: PdfDict, key: string): string | undefined {
    const value = this.entry(dict, key);
    return isPdf(value, 'name') ? value.name : undefined;
  }

  /** Whether the entry says anything: null is as good as absent (ISO 32000-2 §7.3.7). */
  has(dict: PdfDict, key: string): boolean {
    return dict.entries.has(key) && this.entry(dict, key) !== null;
  }

  /** What an appearance draws; `undefined` where it cannot be read, or is longer than anybody's. */
  appearanceContent(stream: PdfStream): Uint8Array | undefined {
    if (this.#bytesLeft < 0) return undefined;
    try {
      const content = this.document.decode(stream, MAX_APPEARANCE_BYTES);
      this.#bytesLeft -= content?.length ?? 0;
      return content;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}
