import { Refusal } from '../core/refusal.ts';
import type { PdfCode } from './refusal.ts';
import type { XrefFinding } from './xref.ts';

/** Why two readers may not show the same: the fact `finding` of a refusal `pdf/ambiguous`. */
export type Ambiguity =
  | XrefFinding
  | 'header'
  | 'second-header'
  | 'comment'
  | 'stray-bytes'
  | 'missing-eof'
  | 'after-the-end'
  | 'startxref'
  | 'revision-order'
  | 'xref-offset'
  | 'xref-duplicate'
  | 'xref-size'
  | 'xref-number'
  | 'xref-kind'
  | 'filters'
  | 'superseded-later'
  | 'root'
  | 'number-form'
  | 'hybrid-conflict'
  | 'object'
  | 'unlisted-object'
  | 'endstream-in-data'
  | 'object-in-data'
  | 'trailer-in-data'
  | 'startxref-in-data'
  | 'word-in-data'
  | 'string-form'
  | 'object-stream'
  | 'linearized'
  | 'catalog'
  | 'page-type'
  | 'page-count'
  | 'reference'
  | 'page-parent'
  | 'page-rotation'
  | 'contents-key'
  | 'contents'
  | 'contents-filter'
  | 'contents-start'
  | 'operators'
  | 'resources'
  | 'colour-space'
  | 'font'
  | 'glyphs'
  | 'form'
  | 'graphics-state'
  | 'image'
  | 'pattern'
  | 'shading'
  | 'page-size';

export function ambiguous(finding: Ambiguity, at?: number): never {
  const facts = at === undefined ? { finding } : { finding, at };
  throw new Refusal<PdfCode>('pdf/ambiguous', `readers may show different things: ${finding}`, facts);
}
