import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import { findAmbiguity } from './ambiguous-update.ts';
import type { Change, ChangeKind } from './change.ts';
import { compareMetadata } from './compare-metadata.ts';
import { compareFields } from './compare-fields.ts';
import { compareForm } from './compare-form.ts';
import { comparePages } from './compare-pages.ts';
import type { FieldLock, Form, Permission } from './fields.ts';
import { readForm } from './fields.ts';
import {
  changedKeys,
  dictOf,
  isChanged,
  itemsOf,
  keyOf,
  keysOf,
  reach,
  readSigned,
  sameObject,
  type Reached,
  type Revisions,
  type Seed,
  type Skipped,
} from './graph.ts';

/** What the signers of the signed revision said about later changes. */
export interface RevisionRules {
  readonly permission: Permission | undefined;
  readonly locks: readonly FieldLock[];
}

/**
 * A comparison under way. Each part reports what it found, and says of which objects it has answered for; a changed
 * object of the signed revision that nobody answers for is a forbidden change.
 */
export class Comparison implements Revisions {
  readonly signed: PdfDocument;
  readonly now: PdfDocument;
  readonly rules: RevisionRules;
  readonly signedForm: Form | undefined;
  readonly changes: Change[] = [];
  /** Keys of widgets of signatures that were added. */
  readonly addedWidgets: Set<number> = new Set();
  readonly #explained = new Set<number>();

  constructor(signed: PdfDocument, now: PdfDocument, rules: RevisionRules) {
    this.signed = signed;
    this.now = now;
    this.rules = rules;
    this.signedForm = readForm(signed);
  }

  explain(object: PdfObject | undefined): void {
    if (isPdf(object, 'ref')) this.#explained.add(keyOf(object));
  }

  isExplained(ref: PdfRef): boolean {
    return this.#explained.has(keyOf(ref));
  }

  allow(kind: ChangeKind, detail: string, page?: number): void {
    const allowed = this.rules.permission !== 1;
    const why = allowed ? detail : `${detail}; the document is certified against every change`;
    this.changes.push({ kind, allowed, detail: why, ...(page !== undefined && { page: page + 1 }) });
  }

  forbid(kind: ChangeKind, detail: string, page?: number): void {
    this.changes.push({ kind, allowed: false, detail, ...(page !== undefined && { page: page + 1 }) });
  }
}

/**
 * What changed between the signed revision and the file as it is, by what a reader of the cross-reference table sees.
 * Everything is forbidden that is not recognised: new signatures, a signature in a field that waited for it, values of
 * fields that are open to people, validation data that only grow, and the metadata that such a save rewrites.
 * @throws Refusal `pdf/too-large` alone: there is too much to compare
 */
export function compareRevisions(signed: PdfDocument, now: PdfDocument, rules: RevisionRules): readonly Change[] {
  try {
    return compare(signed, now, rules);
  } catch (error) {
    if (isRefusal(error) && error.code !== 'pdf/too-large')
      return [{ kind: 'unreadable', allowed: false, detail: error.message }];
    throw error;
  }
}

function compare(signed: PdfDocument, now: PdfDocument, rules: RevisionRules): readonly Change[] {
  const comparison = new Comparison(signed, now, rules);
  if (signed.revisions[0]!.startxref === now.revisions[0]!.startxref) {
    const appended = now.bytes.subarray(signed.bytes.length);
    if (appended.some((byte) => byte !== 0 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 32)) {
      comparison.forbid('appended-bytes', `${appended.length} bytes after the end of the document`);
    }
    return comparison.changes;
  }
  const root = signed.trailer.entries.get('Root') ?? null;
  if (!sameObject(root, now.trailer.entries.get('Root') ?? null)) {
    comparison.forbid('catalog', 'another catalog');
    return comparison.changes;
  }
  const ambiguity = findAmbiguity(signed, now);
  if (ambiguity) comparison.forbid('ambiguous', `readers may show different things: ${ambiguity}`);
  comparison.explain(root);
  compareCatalog(comparison);
  compareForm(comparison);
  const openFields = compareFields(comparison);
  comparePages(comparison);
  compareValidationData(comparison);
  const skipped = new Map<PdfDict, ReadonlySet<string>>(openFields.skipped);
  const catalog = isPdf(root, 'ref') ? readSigned(comparison, root) : root;
  if (isPdf(catalog, 'dict')) skipped.set(catalog, new Set(['Metadata']));
  const reached = reachDocument(comparison, root, skipped);
  reportChanged(comparison, reached);
  openFields.report(reached);
  compareMetadata(comparison, reached);
  return comparison.changes;
}

/** Pages first, so that an object is said to be of the page that shows it. */
function reachDocument(revisions: Revisions, root: PdfObject, skipped: Skipped): Reached {
  const pages = revisions.signed.pages();
  const reached: Reached = new Map();
  for (const [page, { ref }] of pages.entries()) reached.set(keyOf(ref), { ref, page });
  const seeds = pages.flatMap(({ dict }, page): Seed[] =>
    [...dict.entries].filter(([key]) => key !== 'Parent').map(([, object]) => ({ object, page })),
  );
  return reach(revisions, [...seeds, { object: root }], skipped, reached);
}

function reportChanged(comparison: Comparison, reached: Reached): void {
  for (const { ref, page } of reached.values()) {
    if (comparison.isExplained(ref) || !isChanged(comparison, ref)) continue;
    const where = page === undefined ? 'of the document' : `that page ${page + 1} uses`;
    comparison.forbid('content', `object ${ref.number} ${where} was changed`, page);
  }
}

/** What of the catalog others answer for, or shows nothing on any page. */
const CATALOG_ELSEWHERE = new Set(['AcroForm', 'DSS', 'Metadata', 'Extensions']);

function compareCatalog(comparison: Comparison): void {
  const { signed, now } = comparison;
  for (const key of changedKeys(signed.catalog, now.catalog)) {
    if (CATALOG_ELSEWHERE.has(key) || (key === 'Version' && now.version >= signed.version)) continue;
    comparison.forbid('catalog', `/${key} of the catalog was changed`);
  }
  // Names of extensions, for readers that ask (ISO 32000-2 §7.12).
  comparison.explain(signed.catalog.entries.get('Extensions'));
}

const DSS_LISTS = ['Certs', 'OCSPs', 'CRLs'] as const;

/** The document security store only grows (ETSI EN 319 142-1 §5.4.2): taking from it unproves an old signature. */
function compareValidationData(comparison: Comparison): void {
  const { signed, now } = comparison;
  const [before, after] = [signed.catalog.entries.get('DSS'), now.catalog.entries.get('DSS')];
  const store = dictOf(signed, before);
  const later = dictOf(now, after);
  if (!store) {
    if (later) comparison.allow('validation-data', 'a document security store was added');
    return;
  }
  if (!later) return comparison.forbid('validation-data-removed', 'the document security store was removed');
  comparison.explain(before);
  let grew = !sameObject(before ?? null, after ?? null) || (isPdf(before, 'ref') && isChanged(comparison, before));
  const lists = (from: PdfDict, to: PdfDict, names: readonly string[]): void => {
    for (const key of names) {
      const [was, is] = [from.entries.get(key), to.entries.get(key)];
      comparison.explain(was);
      const kept = itemsOf(now, is);
      const keys = keysOf(kept);
      const missing = itemsOf(signed, was).filter((item) => !isPdf(item, 'ref') || !keys.has(keyOf(item)));
      if (missing.length > 0)
        comparison.forbid('validation-data-removed', `${missing.length} entries of /${key} removed`);
      if (kept.length !== itemsOf(signed, was).length) grew = true;
    }
  };
  lists(store, later, DSS_LISTS);
  const [vriBefore, vriAfter] = [store.entries.get('VRI'), later.entries.get('VRI')];
  comparison.explain(vriBefore);
  const related = dictOf(now, vriAfter);
  for (const [name, entry] of dictOf(signed, vriBefore)?.entries ?? []) {
    comparison.explain(entry);
    const from = dictOf(signed, entry);
    const to = dictOf(now, related?.entries.get(name));
    if (from && to) lists(from, to, ['Cert', 'OCSP', 'CRL']);
    else if (from) comparison.forbid('validation-data-removed', 'an entry of /VRI was removed');
  }
  if (grew) comparison.allow('validation-data', 'the document security store grew');
}
