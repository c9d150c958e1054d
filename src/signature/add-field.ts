import { Refusal } from '../core/refusal.ts';
import { isPdf, pdfName, type PdfRef } from '../pdf/object.ts';
import { withWritable, writableArray, writableDict, type Writable, type WritableDict } from '../pdf/serialise.ts';
import { textString } from '../pdf/text-string.ts';
import type { PdfUpdate } from '../pdf/update.ts';
import type { SignatureCode } from './code.ts';
import type { Form } from './fields.ts';

function refuse(code: SignatureCode, message: string): never {
  throw new Refusal<SignatureCode>(code, message);
}

/** FieldMDP over the fields that people could fill in (ISO 32000-2 §12.8.2.4); signatures to come stay possible. */
export function lockOf(form: Form | undefined): { Reference: Writable } | undefined {
  const names = (form?.fields ?? []).filter(({ type }) => type !== 'Sig').map(({ name }) => textString(name));
  if (names.length === 0) return undefined;
  const parameters = writableDict({
    Type: pdfName('TransformParams'),
    V: pdfName('1.2'),
    Action: pdfName('Include'),
    // As a list: so many arguments as a form may have fields would not fit the stack.
    Fields: { type: 'array', items: names },
  });
  const reference = writableDict({
    Type: pdfName('SigRef'),
    TransformMethod: pdfName('FieldMDP'),
    TransformParams: parameters,
  });
  return { Reference: writableArray(reference) };
}

/** A form XObject that shows nothing: PDF/A wants an appearance even of what is not seen. */
export function emptyAppearance([left, bottom, right, top]: readonly [number, number, number, number]): Writable {
  const dict = writableDict({
    Type: pdfName('XObject'),
    Subtype: pdfName('Form'),
    BBox: writableArray(0, 0, right - left, top - bottom),
    Resources: writableDict({}),
  });
  return { type: 'stream', dict, data: new Uint8Array(0) };
}

function isArray(object: Writable | undefined): object is Extract<Writable, { type: 'array' }> {
  return typeof object === 'object' && object !== null && object.type === 'array';
}

function isDict(object: Writable | undefined): object is WritableDict {
  return typeof object === 'object' && object !== null && object.type === 'dict';
}

/** `array` with `item` behind, written where the array is: in its own object, or as a new value of its entry. */
function grown(update: PdfUpdate, array: Writable | undefined, item: PdfRef): Writable | undefined {
  const ref = typeof array === 'object' && array?.type === 'ref' ? array : undefined;
  const current = ref ? update.current(ref) : array;
  const items = isArray(current) ? current.items : [];
  const made: Writable = { type: 'array', items: [...items, item] };
  // An indirect array that is not one is left alone.
  if (!ref || !isArray(current)) return made;
  update.put(ref, made);
  return undefined;
}

/** Puts the widget behind the page's annotations. @throws Refusal `signature/no-page` */
export function addToPage(update: PdfUpdate, page: PdfRef, field: PdfRef): void {
  const dict = update.current(page);
  if (!isDict(dict)) refuse('signature/no-page', 'a page is not a dictionary');
  const annotations = grown(update, dict.entries.get('Annots'), field);
  if (annotations) update.put(page, withWritable(dict, { Annots: annotations }));
}

/** Bits 1 and 2: signatures exist, and the file is only to be appended to (ISO 32000-2 table 225). */
const SIGNATURES_EXIST_APPEND_ONLY = 3;

/** Puts the field behind the form's, in a form of its own where there is none. @throws Refusal `signature/form-malformed` */
export function addToForm(update: PdfUpdate, form: Form | undefined, field: PdfRef): void {
  const doc = update.document;
  const root = doc.trailer.entries.get('Root');
  const catalog = isPdf(root, 'ref') ? update.current(root) : undefined;
  if (!isPdf(root, 'ref') || !isDict(catalog)) refuse('signature/form-malformed', 'the catalog is not its own object');
  if (!form) {
    const made = writableDict({ Fields: writableArray(field), SigFlags: SIGNATURES_EXIST_APPEND_ONLY });
    update.put(root, withWritable(catalog, { AcroForm: update.add(made) }));
    return;
  }
  const before = form.ref ? update.current(form.ref) : catalog.entries.get('AcroForm');
  if (!isDict(before)) refuse('signature/form-malformed', 'the form is not a dictionary');
  const flags = doc.resolve(form.dict.entries.get('SigFlags'));
  const fields = grown(update, before.entries.get('Fields'), field);
  const after = withWritable(before, {
    SigFlags: (typeof flags === 'number' ? flags : 0) | SIGNATURES_EXIST_APPEND_ONLY,
    ...(fields && { Fields: fields }),
  });
  if (form.ref) update.put(form.ref, after);
  else update.put(root, withWritable(catalog, { AcroForm: after }));
}
