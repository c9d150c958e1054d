import type { PdfDocument } from '../pdf/document.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import type { ChangeKind } from './change.ts';
import { readForm, type FormField } from './fields.ts';
import { FilledWidgets } from './filled-widgets.ts';
import { changedKeys, dictOf, isChanged, keyOf, sameObject } from './graph.ts';
import type { Comparison } from './revisions.ts';
import { findFaultOfWidget } from './signature-widget.ts';
import { SHOWN_KEYS, Walk, type Seed } from './walk.ts';

/** What filling in and signing may touch: left out of the walk, reported after it. */
export interface OpenFields {
  /** Reports what changed there; what `walk` came to is shown elsewhere too, and was reported there. */
  report(walk: Walk): void;
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

/** The fields of the signed revision: those that were signed stay as they are, others may be signed or filled in. */
export function compareFields(comparison: Comparison): OpenFields {
  const { signed, now, signedForm, rules } = comparison;
  const open: OpenField[] = [];
  let widgets: FilledWidgets | undefined;
  const current: FieldsNow = new Map(readForm(now)?.fields.map((field) => [field.ref && keyOf(field.ref), field]));
  for (const field of signedForm?.fields ?? []) {
    const nodes = nodesOf(field);
    if (field.type === 'Sig') {
      if (signed.resolve(field.value) !== null) compareSigned(comparison, field, nodes);
      else if (isNowSigned(comparison, field, nodes, current)) {
        open.push({ nodes, kind: 'field-signed', mayLookOtherwise: true });
      }
    } else if ((field.flags & READ_ONLY) === 0 && !rules.locks.covers(field.name)) {
      const filled: OpenField = {
        nodes,
        kind: 'form-filled',
        mayLookOtherwise: hasOtherValue(comparison, field, current),
      };
      compareFilled(comparison, filled, (widgets ??= new FilledWidgets(comparison)));
      open.push(filled);
    }
  }
  for (const node of open.flatMap(({ nodes }) => nodes)) {
    comparison.nodes.set(node.number, 'field');
  }
  return { report: (walk) => reportShown(comparison, open, walk) };
}

function nodesOf(field: FormField): PdfRef[] {
  const nodes = field.ref ? [field.ref] : [];
  for (const widget of field.widgets) if (!field.ref || keyOf(widget) !== keyOf(field.ref)) nodes.push(widget);
  return nodes;
}

function compareSigned(comparison: Comparison, field: FormField, nodes: readonly PdfRef[]): void {
  const all = [...nodes, field.value];
  if (!all.some((node) => isPdf(node, 'ref') && isChanged(comparison, node))) return;
  for (const node of all) comparison.markReported(node);
  comparison.forbid('signature', 'the field or dictionary of a signature was changed');
}

/** Whether a field that waited for a signature has one now; any other change of it is reported. */
function isNowSigned(comparison: Comparison, field: FormField, nodes: readonly PdfRef[], current: FieldsNow): boolean {
  const { signed, now, rules } = comparison;
  const changed = nodes.filter((node) => isChanged(comparison, node));
  const isPage = (object: PdfObject = null): boolean =>
    object === null || (isPdf(object, 'ref') && comparison.pageKeys.has(keyOf(object)));
  if (changed.length === 0) return false;
  const strange = changed.flatMap((node) => {
    const [before, after] = [dictOf(signed, node), dictOf(now, node)];
    if (!before || !after) return ['the field itself'];
    // What names no page there is something else to others: the policy of optional content.
    return changedKeys(before, after, comparison.spend).filter((key) => {
      return (
        !SIGNED_KEYS.has(key) || (key === 'P' && ![before, after].every(({ entries }) => isPage(entries.get('P'))))
      );
    });
  });
  const value = dictOf(now, field.ref && current.get(keyOf(field.ref))?.value);
  const look = findFaultOf(field.widgets, (widget) => findFaultOfWidget(now, widget), now);
  const fault =
    strange.length > 0
      ? `of a signature field changed: ${strange.join(', ')}`
      : !value?.entries.has('ByteRange')
        ? 'a signature field changed without a signature'
        : rules.locks.covers(field.name)
          ? 'a locked field was signed'
          : look && `a waiting signature field was signed: ${look}`;
  if (fault) {
    comparison.forbid('field', fault);
    for (const node of changed) comparison.markReported(node);
  } else {
    comparison.allow('field-signed', 'a waiting signature field was signed');
    for (const widget of field.widgets) comparison.addedWidgets.add(keyOf(widget));
  }
  return fault === undefined;
}

function findFaultOf(
  nodes: readonly PdfRef[],
  find: (dict: PdfDict, node: PdfRef) => string | undefined,
  now: PdfDocument,
): string | undefined {
  for (const node of nodes) {
    const dict = dictOf(now, node);
    const fault = dict && find(dict, node);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function hasOtherValue(comparison: Comparison, field: FormField, current: FieldsNow): boolean {
  const { signed, now } = comparison;
  const after: PdfObject = (field.ref && current.get(keyOf(field.ref))?.value) ?? null;
  // Thousands of fields may share one long value.
  return !sameObject(signed.resolve(field.value), now.resolve(after), comparison.spend);
}

function compareFilled(comparison: Comparison, { nodes, mayLookOtherwise }: OpenField, widgets: FilledWidgets): void {
  const { signed, now } = comparison;
  const fault = mayLookOtherwise && findFaultOf(nodes, (widget, node) => widgets.findFault(node, widget), now);
  if (fault) comparison.forbid('field', `a field that was filled in: ${fault}`);
  for (const node of nodes) {
    if (!isChanged(comparison, node)) continue;
    const [before, after] = [dictOf(signed, node), dictOf(now, node)];
    const keys = before && after ? changedKeys(before, after, comparison.spend) : ['the field itself'];
    const strange = keys.filter((key) => !FILLED_KEYS.has(key));
    if (strange.length > 0) {
      comparison.forbid('field', `object ${node.number}, a field: ${strange.join(', ')} changed`);
    } else if (!mayLookOtherwise && keys.some((key) => SHOWN_KEYS.has(key))) forbidOtherLook(comparison, node);
    else comparison.allow('form-filled', `field in object ${node.number}`);
  }
}

/** A field that says one thing and shows another: the shadow attacks "replace" and "hide" on forms (Mainka et al. 2021). */
function forbidOtherLook(comparison: Comparison, ref: PdfRef): void {
  comparison.forbid('field', () => `object ${ref.number}: the appearance of a field changed and its value did not`);
}

/**
 * Values and appearances that were changed in their own objects. Where two fields share one, the one whose value is as it
 * was comes first: it may not look otherwise because the other does.
 */
function reportShown(comparison: Comparison, open: readonly OpenField[], walk: Walk): void {
  const { signed } = comparison;
  const own = new Walk(comparison);
  const bound = open.toSorted((a, b) => Number(a.mayLookOtherwise) - Number(b.mayLookOtherwise));
  for (const { nodes, kind, mayLookOtherwise } of bound) {
    const seeds = nodes.flatMap((node): Seed[] => {
      const entries = dictOf(signed, node)?.entries;
      return [...SHOWN_KEYS].map((key) => ({ object: entries?.get(key) ?? null }));
    });
    for (const { ref } of own.from(seeds, walk)) {
      if (!isChanged(comparison, ref)) continue;
      if (mayLookOtherwise) comparison.allow(kind, () => `value or appearance in object ${ref.number}`);
      else forbidOtherLook(comparison, ref);
    }
  }
}
