import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from './document.ts';
import { isName, isPdf, type PdfStream } from './object.ts';

const MAX_BYTES = 4096;
const MAX_DEPTH = 4;
const MAX_FORMS = 8;
const BYTES_A_STEP = 16;
const STEPS_A_FORM = 100;
/** What leaves no mark, numbers aside. */
const WORDS = new Set(['', 'q', 'Q', 'cm', 're', 'W', 'n', 'Do']);

/**
 * Whether a form draws nothing anywhere: the layers of an invisible signature, as Acrobat described them and many programs
 * write them (`% DSBlank`). What cannot be read draws something.
 * @throws Refusal where `PdfDocument.resolve` and `spend` do
 */
export function isBlank(doc: PdfDocument, form: PdfStream): boolean {
  return isBlankAt(doc, form, 0, { forms: MAX_FORMS });
}

function isBlankAt(doc: PdfDocument, form: PdfStream, depth: number, left: { forms: number }): boolean {
  if (depth > MAX_DEPTH || --left.forms < 0) return false;
  doc.spend(STEPS_A_FORM + form.data.length / BYTES_A_STEP);
  const content = contentOf(doc, form);
  if (!content) return false;
  const words = String.fromCharCode(...content)
    .replaceAll(/%[^\r\n]*/g, ' ')
    .split(/[\s\0]+/);
  return words.every((word, i) => {
    if (WORDS.has(word) || /^[-+]?\d*\.?\d*$/.test(word)) return true;
    const name = /^\/([A-Za-z]\w*)$/.exec(word)?.[1];
    if (name === undefined || words[i + 1] !== 'Do') return false;
    const resources = doc.resolve(form.dict.entries.get('Resources'));
    const named = isPdf(resources, 'dict') ? doc.resolve(resources.entries.get('XObject')) : null;
    const drawn = isPdf(named, 'dict') ? doc.resolve(named.entries.get(name)) : null;
    if (!isPdf(drawn, 'stream') || !isName(drawn.dict.entries.get('Subtype') ?? null, 'Form')) return false;
    return isBlankAt(doc, drawn, depth + 1, left);
  });
}

function contentOf(doc: PdfDocument, form: PdfStream): Uint8Array | undefined {
  try {
    return doc.decode(form, MAX_BYTES);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
