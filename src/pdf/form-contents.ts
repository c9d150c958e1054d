import type { ContentSource } from './font-metrics.ts';
import type { PdfStream } from './object.ts';

/** Decoded content of a page's forms. */
const MAX_FORM_BYTES = 16 << 20;

/** The content of the forms on one page, each decoded once, however often it is drawn. */
export class FormContents {
  readonly #source: ContentSource;
  readonly #contents = new Map<PdfStream, Uint8Array>();
  #bytes = 0;

  constructor(source: ContentSource) {
    this.#source = source;
  }

  has(form: PdfStream): boolean {
    return this.#contents.has(form);
  }

  /** `undefined` when it cannot be decoded, or all of them are too long. */
  of(form: PdfStream): Uint8Array | undefined {
    let content = this.#contents.get(form);
    if (content === undefined) {
      if (this.#bytes > MAX_FORM_BYTES) return undefined;
      content = this.#source.content(form);
      if (content === undefined || (this.#bytes += content.length) > MAX_FORM_BYTES) return undefined;
      this.#contents.set(form, content);
    }
    return content;
  }
}
