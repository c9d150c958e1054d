import { isName, isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import { textOf } from '../pdf/text-string.ts';
import { changedKeys, dictOf, itemsOf, keyOf, keysOf, read, sameObject } from './graph.ts';
import type { Comparison } from './revisions.ts';
import { findFaultOfWidget } from './signature-widget.ts';
import { DEFAULT_RESOURCES } from './walk.ts';

const MAX_ADDED = 100;
/** No action, no parent, no optional content, no border, no words: a new signature shows its appearance and does nothing. */
const NEW_FIELD_KEYS = new Set(
  ['Type', 'Subtype', 'FT', 'T', 'TU', 'TM', 'F', 'Ff', 'Rect', 'P', 'AP', 'AS', 'V', 'DR', 'DA', 'Q', 'MK'].concat([
    'Lock',
    'SV',
    'NM',
    'M',
    'H',
    'StructParent',
    'Kids',
  ]),
);
/** What makes a dictionary a field: in a widget below the field it would make another one of it, which nobody signed. */
const FIELD_ONLY_KEYS = ['FT', 'T', 'TU', 'TM', 'Ff', 'V', 'DR', 'DA', 'Q', 'Lock', 'SV', 'Kids'];
const NEW_WIDGET_KEYS: ReadonlySet<string> = new Set(
  ['Parent', ...NEW_FIELD_KEYS].filter((key) => !FIELD_ONLY_KEYS.includes(key)),
);

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
  for (const key of keys) {
    const value = now.resolve(after.entries.get(key));
    const was = signed.resolve(before?.entries.get(key));
    if (key === 'Fields' || key === 'DR') continue;
    if (key === 'SigFlags' && typeof value === 'number' && (typeof was !== 'number' || (was & ~value) === 0)) continue;
    if (key === 'NeedAppearances' && value !== true) continue;
    if (key === 'DA' && was === null) continue;
    comparison.forbid('form', `/${key} of the form was changed`);
  }
  compareResources(comparison, before?.entries.get('DR'), after.entries.get('DR'));
}

function compareResources(comparison: Comparison, before: PdfObject | undefined, after: PdfObject | undefined): void {
  const [from, to] = [dictOf(comparison.signed, before), dictOf(comparison.now, after)];
  for (const key of DEFAULT_RESOURCES) {
    if (hasGrown(comparison, from?.entries.get(key), to?.entries.get(key))) continue;
    comparison.forbid('form', `/${key} among the default resources of the form was changed`);
  }
}

/** Whether `after` is `before`, entries added at most. */
function hasGrown(comparison: Comparison, before: PdfObject | undefined, after: PdfObject | undefined): boolean {
  const from = dictOf(comparison.signed, before);
  const to = dictOf(comparison.now, after);
  if (!from) return true;
  return [...from.entries].every(([key, value]) => sameObject(value, to?.entries.get(key) ?? null));
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
  const strange = firstBeyond(dict, NEW_FIELD_KEYS);
  if (strange) return `it has /${strange}`;
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
    const keys: ReadonlySet<string> = widget === ref ? NEW_FIELD_KEYS : NEW_WIDGET_KEYS;
    const odd = firstBeyond(shown, keys);
    if (odd) return `its widget has /${odd}`;
    const fault = findFaultOfWidget(now, shown);
    if (fault) return `its widget: ${fault}`;
    comparison.addedWidgets.add(keyOf(widget));
  }
  return undefined;
}

/** The first key that is not among those: the rest is not looked at, because many fields may share one long dictionary. */
function firstBeyond({ entries }: PdfDict, keys: ReadonlySet<string>): string | undefined {
  for (const key of entries.keys()) if (!keys.has(key)) return key;
  return undefined;
}
