import type { ContentSource } from './font-metrics.ts';
import type { FormContents } from './form-contents.ts';
import { InkNames } from './ink-names.ts';
import { isWhole } from './inline-image.ts';
import { isInlineLayer } from './marked-content.ts';
import { type PdfObject, type PdfStream, isName, isPdf } from './object.ts';
import { BROKEN, END, NAME, Operators, operator } from './operators.ts';

const Do = operator('Do');
const ID = operator('ID');
const BDC = operator('BDC');

/**
 * Forms that a page draws where it is not followed: nothing of them is seen, or too much is already. Whatever they paint,
 * their content must be readable to its end: each is read once, however often it is drawn.
 */
export class SkippedForms {
  /** With the resources of the content that draws them, which those without their own use. */
  readonly #forms = new Map<PdfStream, PdfObject | undefined>();
  /** One of them is no content stream to its end. */
  damaged = false;
  /** One of them is of a layer that is described in the content itself. */
  layers = false;

  /** What `Do` draws, if it is a form. */
  add(source: ContentSource, ops: Operators, names: InkNames, resources: PdfObject | undefined): void {
    const last = ops.count - 1;
    if (last < 0 || ops.kind[last] !== NAME) return;
    const form = source.resolve(names.get('XObject', ops.name(last)));
    if (!isPdf(form, 'stream') || this.#forms.has(form)) return;
    if (isName(source.resolve(form.dict.entries.get('Subtype')), 'Form')) this.#forms.set(form, resources);
  }

  /** Reads those that have not been followed after all. Answers how many bytes that were. */
  read(source: ContentSource, contents: FormContents): number {
    let length = 0;
    // Forms that these draw are added while we go.
    for (const [form, inherited] of this.#forms) {
      const content = contents.has(form) ? undefined : contents.of(form);
      if (content === undefined) continue;
      length += content.length;
      this.#read(source, content, form.dict.entries.get('Resources') ?? inherited);
    }
    return length;
  }

  #read(source: ContentSource, content: Uint8Array, resources: PdfObject | undefined): void {
    const ops = new Operators(content);
    const names = new InkNames(source, resources);
    for (;;) {
      const op = ops.next();
      if (op === END) return;
      if (op === BROKEN) {
        this.damaged = true;
        return;
      }
      if (op === Do) this.add(source, ops, names, resources);
      else if (op === ID && ops.image) this.damaged ||= !isWhole(ops.image, names, source);
      else if (op === BDC) this.layers ||= isInlineLayer(ops);
    }
  }
}
