import { isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import type { ChangeKind } from './change.ts';
import { isLocked, readForm, type FormField } from './fields.ts';
import {
  changedKeys,
  dictOf,
  isChanged,
  keyOf,
  reach,
  readSigned,
  sameObject,
  type Reached,
  type Seed,
} from './graph.ts';
import type { Comparison } from './revisions.ts';

/** What filling in and signing may touch: left out of the walk, reported after it. */
export interface OpenFields {
  readonly skipped: ReadonlyMap<PdfDict, ReadonlySet<string>>;
  /** Reports what changed there; what `reached` holds is shown elsewhere too, and was reported there. */
  report(reached: Reached): void;
}

/** A field whose appearance may change: because it was signed, or because its value did. */
interface OpenField {
  readonly nodes: readonly PdfRef[];
  readonly kind: ChangeKind;
  readonly mayLookOtherwise: boolean;
}

type FieldsNow = ReadonlyMap<number | undefined, FormField>;

const READ_ONLY = 1;
const FILLED_KEYS = new Set(['V', 'AP', 'AS', 'I', 'RV', 'M']);
const SIGNED_KEYS = new Set(['V', 'AP', 'AS', 'F', 'M', 'MK', 'P', 'DR', 'DA']);
const SHOWN_KEYS = new Set(['AP', 'AS', 'V', 'RV']);

/** The fields of the signed revision: those that were signed stay as they are, others may be signed or filled in. */
export function compareFields(comparison: Comparison): OpenFields {
  const { signed, now, signedForm, rules } = comparison;
  const open: OpenField[] = [];
  const current: FieldsNow = new Map(readForm(now)?.fields.map((field) => [field.ref && keyOf(field.ref), field]));
  for (const field of signedForm?.fields ?? []) {
    const nodes = nodesOf(field);
    if (field.type === 'Sig') {
      if (signed.resolve(field.value) !== null) compareSigned(comparison, field, nodes);
      else if (isNowSigned(comparison, field, nodes, current)) {
        open.push({ nodes, kind: 'field-signed', mayLookOtherwise: true });
      }
    } else if ((field.flags & READ_ONLY) === 0 && !isLocked(rules.locks, field.name)) {
      const filled: OpenField = {
        nodes,
        kind: 'form-filled',
        mayLookOtherwise: hasOtherValue(comparison, field, current),
      };
      compareFilled(comparison, filled);
      open.push(filled);
    }
  }
  const skipped = new Map<PdfDict, ReadonlySet<string>>();
  for (const node of open.flatMap(({ nodes }) => nodes)) {
    const dict = readSigned(comparison, node);
    if (isPdf(dict, 'dict')) skipped.set(dict, SHOWN_KEYS);
  }
  return { skipped, report: (reached) => reportShown(comparison, open, reached) };
}

function nodesOf(field: FormField): PdfRef[] {
  const nodes = field.ref ? [field.ref] : [];
  for (const widget of field.widgets) if (!field.ref || keyOf(widget) !== keyOf(field.ref)) nodes.push(widget);
  return nodes;
}

function compareSigned(comparison: Comparison, field: FormField, nodes: readonly PdfRef[]): void {
  const all = [...nodes, field.value];
  if (!all.some((node) => isPdf(node, 'ref') && isChanged(comparison, node))) return;
  for (const node of all) comparison.explain(node);
  comparison.forbid('signature', 'the field or dictionary of a signature was changed');
}

/** Whether a field that waited for a signature has one now; any other change of it is reported. */
function isNowSigned(comparison: Comparison, field: FormField, nodes: readonly PdfRef[], current: FieldsNow): boolean {
  const { signed, now, rules } = comparison;
  const changed = nodes.filter((node) => isChanged(comparison, node));
  if (changed.length === 0) return false;
  const strange = changed.flatMap((node) => {
    const [before, after] = [dictOf(signed, node), dictOf(now, node)];
    comparison.explain(node);
    return before && after ? changedKeys(before, after).filter((key) => !SIGNED_KEYS.has(key)) : ['the field itself'];
  });
  const value = dictOf(now, field.ref && current.get(keyOf(field.ref))?.value);
  const fault =
    strange.length > 0
      ? `of a signature field changed: ${strange.join(', ')}`
      : !value?.entries.has('ByteRange')
        ? 'a signature field changed without a signature'
        : isLocked(rules.locks, field.name)
          ? 'a locked field was signed'
          : undefined;
  if (fault) comparison.forbid('field', fault);
  else comparison.allow('field-signed', 'a waiting signature field was signed');
  return fault === undefined;
}

function hasOtherValue(comparison: Comparison, field: FormField, current: FieldsNow): boolean {
  const { signed, now } = comparison;
  const after: PdfObject = (field.ref && current.get(keyOf(field.ref))?.value) ?? null;
  return !sameObject(signed.resolve(field.value), now.resolve(after));
}

function compareFilled(comparison: Comparison, { nodes, mayLookOtherwise }: OpenField): void {
  const { signed, now } = comparison;
  for (const node of nodes) {
    if (!isChanged(comparison, node)) continue;
    comparison.explain(node);
    const [before, after] = [dictOf(signed, node), dictOf(now, node)];
    const keys = before && after ? changedKeys(before, after) : ['the field itself'];
    const strange = keys.filter((key) => !FILLED_KEYS.has(key));
    if (strange.length > 0) {
      comparison.forbid('field', `object ${node.number}, a field: ${strange.join(', ')} changed`);
    } else if (!mayLookOtherwise && keys.some((key) => SHOWN_KEYS.has(key))) forbidOtherLook(comparison, node);
    else comparison.allow('form-filled', `field in object ${node.number}`);
  }
}

/** A field that says one thing and shows another: the shadow attacks "replace" and "hide" on forms (Mainka et al. 2021). */
function forbidOtherLook(comparison: Comparison, ref: PdfRef): void {
  comparison.forbid('field', `object ${ref.number}: the appearance of a field changed and its value did not`);
}

/** Values and appearances that were changed in their own objects. */
function reportShown(comparison: Comparison, open: readonly OpenField[], reached: Reached): void {
  const { signed } = comparison;
  const own: Reached = new Map();
  for (const { nodes, kind, mayLookOtherwise } of open) {
    const seeds = nodes.flatMap((node): Seed[] => {
      const entries = dictOf(signed, node)?.entries;
      return [...SHOWN_KEYS].map((key) => ({ object: entries?.get(key) ?? null }));
    });
    const seen = { has: (key: number) => reached.has(key) || own.has(key) };
    for (const [key, { ref, page }] of reach(comparison, seeds, new Map(), new Map(), seen)) {
      own.set(key, { ref, page });
      if (!isChanged(comparison, ref)) continue;
      if (mayLookOtherwise) comparison.allow(kind, `value or appearance in object ${ref.number}`);
      else forbidOtherLook(comparison, ref);
    }
  }
}
