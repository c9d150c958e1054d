import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { surveyPages } from '../../src/seal/survey.ts';
import { PdfBuilder } from './build.ts';

/** Of a form with a box. */
export const FORM: string = '/Type/XObject/Subtype/Form/BBox[0 0 9 9]';

/** An object, or the dictionary of a stream and its data. */
export type Part = string | readonly [dict: string, data: string | Uint8Array];

/** What is found in a page with that content and those resources; further objects from 5 on. */
export function found(content: string, resources: string, ...objects: readonly Part[]): string | undefined {
  const builder = new PdfBuilder().letter(content, `/Resources<<${resources}>>`);
  for (const [i, part] of objects.entries()) {
    if (typeof part === 'string') builder.object(5 + i, part);
    else builder.stream(5 + i, ...part);
  }
  builder.table();
  return foundIn(builder.done());
}

/** What is found in the content of a document. */
export function foundIn(bytes: Uint8Array): string | undefined {
  const { pages, rules } = surveyPages(openPdf(bytes, nodePrimitives));
  for (const page of pages) void page.ink;
  return rules.finding;
}
