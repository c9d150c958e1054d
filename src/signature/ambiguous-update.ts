import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { checkUnambiguous } from '../pdf/unambiguous.ts';

/**
 * What of the file as a whole readers may understand in different ways since the saves behind the signed revision, or
 * `undefined`. What was ambiguous when it was signed is the signer's doing: of such a file, the saves alone are judged.
 * @throws Refusal where reading the document does
 */
export function findAmbiguity(signed: PdfDocument, now: PdfDocument): string | undefined {
  const found = ambiguityOf(now);
  return found !== undefined && ambiguityOf(signed) === undefined ? found : undefined;
}

/** The answer costs a pass over the file, and every signature of a document asks for it. */
const answers = new WeakMap<PdfDocument, { readonly found: string | undefined }>();

function ambiguityOf(doc: PdfDocument): string | undefined {
  const known = answers.get(doc);
  if (known) return known.found;
  let found: string | undefined;
  try {
    checkUnambiguous(doc);
  } catch (error) {
    if (!isRefusal(error, 'pdf/ambiguous')) throw error;
    found = String(error.facts['finding']);
  }
  answers.set(doc, { found });
  return found;
}
