import { isName, isPdf, isSameRef, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import { textOf } from '../pdf/text-string.ts';
import { changedKeys, dictOf, itemsOf, keyOf, keysOf, read, sameObject } from './graph.ts';
import type { Comparison } from './revisions.ts';
import { findFaultOfWidget } from './signature-widget.ts';
import { DEFAULT_RESOURCES } from './walk.ts';

const MAX_ADDED = 100;

/** The form's own entries, and the signatures that were added to it. */
export function compareForm(comparison: Comparison): void {
  const { now, signedForm } = comparison;
  const after = dictOf(now, now.catalog.entries.get('AcroForm'));
  const before = signedForm?.dict;
  if (before && !after) {
    comparison.forbid('form', 'the form was removed');
  } else if (after) {
    compareFormEntries(comparison, before, after);
    compareFieldList(comparison, before, after);
  }
}

function compareFormEntries(comparison: Comparison, before: PdfDict | undefined, after: PdfDict): void {
  const { signed, now } = comparison;
  const keys = before ? changedKeys(before, after) : [...after.entries.keys()];
  const allowed: string[] = [];
  for (const key of keys) {
    const value = now.resolve(after.entries.get(key));
    const was = signed.resolve(before?.entries.get(key));
    if (key === 'Fields' || key === 'DR') continue;
    const isWell =
      (key === 'SigFlags' && typeof value === 'number' && (typeof was !== 'number' || (was & ~value) === 0)) ||
      (key === 'NeedAppearances' && value !== true) ||
      (key === 'DA' && was === null && !showsText(comparison));
    if (isWell) allowed.push(key);
    else comparison.forbid('form', `/${key} of the form was changed`);
  }
  if (compareResources(comparison, before?.entries.get('DR'), after.entries.get('DR'))) allowed.push('DR');
  if (allowed.length > 0) comparison.allow('form', `/${allowed.join(', /')} of the form changed`);
}

/** Whether readers draw letters with what the form says of letters: in fields of text, of choices, of no kind that we know. */
function showsText({ signedForm }: Comparison): boolean {
  if (!signedForm) return false;
  return signedForm.malformed || signedForm.fields.some(({ type }) => type !== 'Sig' && type !== 'Btn');
}

/** Whether they grew; a name that the appearance of a field uses and nothing bore would show something at last. */
function compareResources(
  comparison: Comparison,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): boolean {
  const [from, to] = [dictOf(comparison.signed, before), dictOf(comparison.now, after)];
  let grew = false;
  for (const key of DEFAULT_RESOURCES) {
    const change = findGrowth(comparison, from?.entries.get(key), to?.entries.get(key));
    if (change === 'none') continue;
    if (change === 'grown' && !showsText(comparison)) grew = true;
    else comparison.forbid('form', `/${key} among the default resources of the form was changed`);
  }
  return grew;
}

/** Whether `after` is `before`, or that with further entries, or something else. */
function findGrowth(
  comparison: Comparison,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): 'none' | 'grown' | 'other' {
  const from = dictOf(comparison.signed, before);
  const to = dictOf(comparison.now, after);
  const kept = [...(from?.entries ?? [])].every(([key, value]) => sameObject(value, to?.entries.get(key) ?? null));
  if (!kept) return 'other';
  return (from?.entries.size ?? 0) === (to?.entries.size ?? 0) ? 'none' : 'grown';
}

/** Every old field is still there in its order; what is new is a signature. */
function compareFieldList(comparison: Comparison, before: PdfDict | undefined, after: PdfDict): void {
  const { signed, now, signedForm } = comparison;
  const old = itemsOf(signed, before?.entries.get('Fields'));
  const oldKeys = keysOf(old);
  const items = itemsOf(now, after.entries.get('Fields'));
  const kept = items.filter((item) => (isPdf(item, 'ref') ? oldKeys.has(keyOf(item)) : true));
  if (kept.length !== old.length || !kept.every((item, i) => sameObject(item, old[i]!))) {
    comparison.forbid('form', 'fields were removed or put in another order');
  }
  const names = new Set(signedForm?.fields.map(({ name }) => name.split('.')[0]!));
  const added = items.filter((item) => isPdf(item, 'ref')).filter((ref) => !oldKeys.has(keyOf(ref)));
  if (added.length > MAX_ADDED) return comparison.forbid('form', `${added.length} fields were added`);
  for (const item of added) {
    const fault = findFaultOfNewField(comparison, item, names);
    if (fault) comparison.forbid('field', `object ${item.number}, a new field: ${fault}`);
    else comparison.allow('signature-added', `signature field in object ${item.number}`);
  }
}

function findFaultOfNewField(comparison: Comparison, ref: PdfRef, names: Set<string>): string | undefined {
  const { signed, now } = comparison;
  if (read(signed, ref) !== null) return 'its object was something else before';
  const dict = dictOf(now, ref);
  if (!dict || !isName(now.resolve(dict.entries.get('FT')), 'Sig')) return 'not a signature';
  const name = textOf(now.resolve(dict.entries.get('T')));
  if (name === undefined || names.has(name)) return 'its name is in use, or absent';
  names.add(name);
  if (comparison.rules.locks.covers(name)) return 'an earlier signature locks all further fields';
  const value = dictOf(now, dict.entries.get('V'));
  if (!value?.entries.has('ByteRange')) return 'not signed';
  const kids = itemsOf(now, dict.entries.get('Kids'));
  if (kids.length > MAX_ADDED) return `it has ${kids.length} widgets`;
  for (const widget of kids.length > 0 ? kids : [ref]) {
    if (!isPdf(widget, 'ref')) return 'its widget is not an object of its own';
    const shown = dictOf(now, widget);
    if (!shown || (widget !== ref && read(signed, widget) !== null)) return 'its widget was something else before';
    const parent = shown.entries.get('Parent');
    if (parent !== undefined && (widget === ref || !isSameRef(parent, ref))) return 'its widget is that of another';
    const fault = findFaultOfWidget(now, shown);
    if (fault) return `its widget: ${fault}`;
    comparison.addedWidgets.add(keyOf(widget));
  }
  return undefined;
}
