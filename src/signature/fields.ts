import { formatMexicoCityTime, parseTime, type UnixSeconds } from '../core/time.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import { tooLarge } from '../pdf/refusal.ts';
import { textOf } from '../pdf/text-string.ts';
import { readLock, type FieldLock } from './field-lock.ts';

/** A terminal field of the interactive form (ISO 32000-2 §12.7.4). */
export interface FormField {
  /** Fully qualified: partial names joined by full stops. */
  readonly name: string;
  /** Absent for a field that stands directly in its array. */
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  /** `Sig`, `Tx`, `Btn`, `Ch`; inherited. */
  readonly type: string | undefined;
  /** Flags `Ff`, inherited. */
  readonly flags: number;
  /** `/V` as it stands, inherited. */
  readonly value: PdfObject;
  /** Its widget annotations; the field itself where both are one dictionary. */
  readonly widgets: readonly PdfRef[];
}

export interface Form {
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  readonly fields: readonly FormField[];
  /** Something in the tree is not as the standard says: a circle, a missing node, too much of anything. */
  readonly malformed: boolean;
}

const MAX_DEPTH = 32;
const MAX_NODES = 20_000;

interface Inherited {
  readonly name: string;
  readonly type: PdfObject;
  readonly flags: PdfObject;
  readonly value: PdfObject;
}

/**
 * The form and its terminal fields; `undefined` when the document has none. Bounded; a node that is met twice is left out.
 * @throws Refusal `pdf/too-large` where a name is too long, and where `PdfDocument.resolve` does
 */
export function readForm(doc: PdfDocument): Form | undefined {
  const known = forms.get(doc);
  if (known) return known.form;
  const form = readFormAnew(doc);
  forms.set(doc, { form });
  return form;
}

/** Of each document, once: every signature asks for its own revision's and for the newest. */
const forms = new WeakMap<PdfDocument, { readonly form: Form | undefined }>();

/**
 * Of a whole name: letters above it and the bytes of its last part. The deepest forms that XFA programs make stay below some
 * hundreds. Beyond it the form is not read: a name is kept for each field below it, and repeated wherever one is told.
 */
const MAX_NAME = 4096;

/** Letters of names that are put together in the time of one step. */
const LETTERS_A_STEP = 4;

function readFormAnew(doc: PdfDocument): Form | undefined {
  const entry = doc.catalog.entries.get('AcroForm');
  const dict = doc.resolve(entry);
  if (!isPdf(dict, 'dict')) return undefined;
  const roots = doc.resolve(dict.entries.get('Fields'));
  const fields: FormField[] = [];
  const visited = new Set<number>();
  let nodes = 0;
  let malformed = !isPdf(roots, 'array') && roots !== null;
  const visit = (node: PdfObject, above: Inherited, depth: number): void => {
    const ref = isPdf(node, 'ref') ? node : undefined;
    const field = doc.resolve(node);
    const again = ref !== undefined && visited.has(ref.number);
    if (again || depth > MAX_DEPTH || ++nodes > MAX_NODES || !isPdf(field, 'dict')) {
      malformed = true;
      return;
    }
    if (ref) visited.add(ref.number);
    const { entries } = field;
    const title = doc.resolve(entries.get('T'));
    // Before the name is put together: thousands of fields may share one long title, or stand below it.
    const length = above.name.length + (isPdf(title, 'string') ? title.bytes.length : 0);
    if (length > MAX_NAME) tooLarge('the name of a form field is too long', MAX_NAME);
    doc.spend(1 + length / LETTERS_A_STEP);
    const partial = textOf(title);
    const here: Inherited = {
      name: partial === undefined ? above.name : above.name === '' ? partial : `${above.name}.${partial}`,
      type: entries.has('FT') ? doc.resolve(entries.get('FT')) : above.type,
      flags: entries.has('Ff') ? doc.resolve(entries.get('Ff')) : above.flags,
      value: entries.get('V') ?? above.value,
    };
    const kids = doc.resolve(entries.get('Kids'));
    const items = isPdf(kids, 'array') ? kids.items : [];
    // One array may be the kids of many.
    doc.spend(4 * items.length);
    const widgets: PdfRef[] = isName(doc.resolve(entries.get('Subtype')), 'Widget') && ref ? [ref] : [];
    let terminal = true;
    for (const kid of items) {
      const child = doc.resolve(kid);
      if (isPdf(child, 'dict') && !child.entries.has('T') && isPdf(kid, 'ref')) {
        if (visited.has(kid.number) || ++nodes > MAX_NODES) malformed = true;
        else {
          visited.add(kid.number);
          widgets.push(kid);
        }
      } else {
        terminal = false;
        visit(kid, here, depth + 1);
      }
    }
    if (!terminal) return;
    fields.push({
      name: here.name,
      ref,
      dict: field,
      type: isPdf(here.type, 'name') ? here.type.name : undefined,
      flags: typeof here.flags === 'number' ? here.flags : 0,
      value: here.value,
      widgets,
    });
  };
  for (const root of isPdf(roots, 'array') ? roots.items : []) {
    visit(root, { name: '', type: null, flags: null, value: null }, 0);
  }
  return { ref: isPdf(entry, 'ref') ? entry : undefined, dict, fields, malformed };
}

/** What is allowed after certification (ISO 32000-2 §12.8.2.2): 1 nothing, 2 forms and signatures, 3 annotations too. */
export type Permission = 1 | 2 | 3;

/** A signature dictionary in a field (ISO 32000-2 §12.8.1), as it stands. */
export interface SignatureEntry {
  readonly field: FormField;
  /** Absent where the dictionary stands directly in the field. */
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  readonly kind: 'signature' | 'document-timestamp';
  readonly subFilter: string | undefined;
  readonly byteRange: PdfObject;
  readonly contents: Uint8Array | undefined;
  /** `/M`: what the signer says. */
  readonly claimedAt: UnixSeconds | undefined;
  /** What it allows afterwards: a certification (DocMDP), or a field lock with a permission (PDF 2.0). */
  readonly permits: Permission | undefined;
  readonly locks: readonly FieldLock[];
}

const MAX_SIGNATURES = 200;
const MAX_REFERENCES = 20;

/** The signatures in the fields of a form, in the order of the fields. @throws Refusal where `PdfDocument.resolve` does */
export function readSignatures(doc: PdfDocument, form: Form | undefined): readonly SignatureEntry[] {
  const entries: SignatureEntry[] = [];
  for (const field of form?.fields ?? []) {
    if (field.type !== 'Sig' || entries.length === MAX_SIGNATURES) continue;
    const dict = doc.resolve(field.value);
    if (!isPdf(dict, 'dict')) continue;
    const direct = (key: string): PdfObject => dict.entries.get(key) ?? null;
    const subFilter = doc.resolve(direct('SubFilter'));
    const contents = direct('Contents');
    const stamp = isName(doc.resolve(direct('Type')), 'DocTimeStamp') || isName(subFilter, 'ETSI.RFC3161');
    entries.push({
      field,
      ref: isPdf(field.value, 'ref') ? field.value : undefined,
      dict,
      kind: stamp ? 'document-timestamp' : 'signature',
      subFilter: isPdf(subFilter, 'name') ? subFilter.name : undefined,
      byteRange: direct('ByteRange'),
      contents: isPdf(contents, 'string') ? contents.bytes : undefined,
      claimedAt: parsePdfDate(doc.resolve(direct('M'))),
      ...readTransforms(doc, doc.resolve(direct('Reference')), doc.resolve(field.dict.entries.get('Lock'))),
    });
  }
  return entries;
}

function readTransforms(
  doc: PdfDocument,
  references: PdfObject,
  lock: PdfObject,
): Pick<SignatureEntry, 'permits' | 'locks'> {
  const stated = isPdf(lock, 'dict') ? doc.resolve(lock.entries.get('P')) : null;
  let permits: Permission | undefined = stated === null ? undefined : permissionOf(stated);
  const locks: FieldLock[] = [];
  for (const item of isPdf(references, 'array') ? references.items.slice(0, MAX_REFERENCES) : []) {
    const reference = doc.resolve(item);
    if (!isPdf(reference, 'dict')) continue;
    const method = doc.resolve(reference.entries.get('TransformMethod'));
    const resolved = doc.resolve(reference.entries.get('TransformParams'));
    const parameters = isPdf(resolved, 'dict') ? resolved.entries : new Map<string, PdfObject>();
    if (isName(method, 'DocMDP')) permits = permissionOf(doc.resolve(parameters.get('P')));
    if (isName(method, 'FieldMDP')) locks.push(readLock(doc, parameters));
  }
  return { permits, locks };
}

function permissionOf(value: PdfObject): Permission {
  return value === 1 || value === 3 ? value : 2;
}

/** The least that its signatures allow; `undefined` when none says anything. */
export function permissionOfDocument(doc: PdfDocument, signatures: readonly SignatureEntry[]): Permission | undefined {
  const permissions = doc.resolve(doc.catalog.entries.get('Perms'));
  const certified = isPdf(permissions, 'dict') && (permissions.entries.get('DocMDP') ?? null) !== null;
  const stated = signatures.flatMap(({ permits }) => permits ?? []);
  if (stated.length > 0) return Math.min(...stated) as Permission;
  // A certification whose terms we cannot find: the default of the standard.
  return certified ? 2 : undefined;
}

/** As UTF-16 with its mark. */
const MAX_DATE_BYTES = 64;

/** `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2 §7.9.4); without a zone it is taken as UTC. */
export function parsePdfDate(object: PdfObject): UnixSeconds | undefined {
  if (isPdf(object, 'string') && object.bytes.length > MAX_DATE_BYTES) return undefined;
  const text = textOf(object);
  const match =
    text === undefined
      ? null
      : /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?'?)?'?0?0?'?$/.exec(text);
  if (!match) return undefined;
  const part = (index: number, otherwise: string): string => match[index] ?? otherwise;
  const zone = match[7] ? `${match[7]}${part(8, '00')}:${part(9, '00')}` : 'Z';
  return parseTime(
    `${match[1]}-${part(2, '01')}-${part(3, '01')}T${part(4, '00')}:${part(5, '00')}:${part(6, '00')}${zone}`,
  );
}

/** The PDF date of `at` as letters here say it: the civil time of Mexico City with its zone. */
export function formatPdfDate(at: UnixSeconds): string {
  const [day, time] = formatMexicoCityTime(at).split('T') as [string, string];
  return `D:${day.replaceAll('-', '')}${time.slice(0, 8).replaceAll(':', '')}-06'00'`;
}
