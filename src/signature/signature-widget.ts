import { findFaultOfAppearance, rectOf } from '../pdf/appearance.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, type PdfDict } from '../pdf/object.ts';

/**
 * Why the widget of a signature that was made after another one may show more than what is measured of it; `undefined`
 * where it shows its appearance, in its rectangle, and nothing else.
 */
export function findFaultOfWidget(doc: PdfDocument, widget: PdfDict): string | undefined {
  if (!isName(doc.resolve(widget.entries.get('Subtype')), 'Widget')) return 'not a widget';
  if (!rectOf(doc, widget)) return 'nobody can tell where it stands';
  return findFaultOfAppearance(doc, widget);
}
