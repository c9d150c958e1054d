import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfRef } from '../pdf/object.ts';
import { findAmbiguity } from './ambiguous-update.ts';
import { ChangeList, type ChangeKind, type Changes } from './change.ts';
import { compareMetadata, INFO_REWRITTEN } from './compare-metadata.ts';
import { compareFields } from './compare-fields.ts';
import { compareForm } from './compare-form.ts';
import { comparePages } from './compare-pages.ts';
import type { FieldLocks } from './field-lock.ts';
import type { Form, Permission } from './fields.ts';
import { readForm } from './fields.ts';
import { dictOf, isChanged, itemsOf, keyOf, keysOf, sameObject, signedDict, type Revisions } from './graph.ts';
import { judgeSaves } from './later-save.ts';
import { RELATED_LISTS, STORE_LISTS, Walk, type Role } from './walk.ts';

/** What the signers of the signed revision said about later changes. */
export interface RevisionRules {
  readonly permission: Permission | undefined;
  readonly locks: FieldLocks;
}

/**
 * A comparison under way. Each part reports what it found, and says in which role it has answered for which objects; a
 * changed object of the signed revision that is reached in any other role is a forbidden change.
 */
export class Comparison implements Revisions {
  readonly signed: PdfDocument;
  readonly now: PdfDocument;
  readonly changed: Map<number, boolean> = new Map();
  readonly rules: RevisionRules;
  readonly signedForm: Form | undefined;
  readonly changes: ChangeList = new ChangeList();
  /** Keys of the signed revision's pages. */
  readonly pageKeys: ReadonlySet<number>;
  /** Keys of widgets of signatures that were added. */
  readonly addedWidgets: Set<number> = new Set();
  /** Open fields: what people or signers may fill in. */
  readonly nodes: Map<number, Role> = new Map();
  /** Counts work: to be given where one object may be compared many times. @throws Refusal `pdf/too-large` */
  readonly spend: (steps: number) => void;
  readonly #reported = new Set<number>();

  constructor(signed: PdfDocument, now: PdfDocument, rules: RevisionRules) {
    this.signed = signed;
    this.now = now;
    this.rules = rules;
    this.spend = (steps) => now.spend(steps);
    this.signedForm = readForm(signed);
    this.pageKeys = keysOf(signed.pages().map(({ ref }) => ref));
  }

  /** A forbidden change of the object has been reported: once is enough. */
  markReported(object: PdfObject | undefined): void {
    if (isPdf(object, 'ref')) this.#reported.add(object.number);
  }

  isReported(ref: PdfRef): boolean {
    return this.#reported.has(ref.number);
  }

  /** `page`, here and below, is counted from 0; a `detail` of what a file may have very many of is given as a function. */
  allow(kind: ChangeKind, detail: string | (() => string)): void {
    const allowed = this.rules.permission !== 1;
    this.changes.add({ kind, allowed }, () => {
      const what = typeof detail === 'string' ? detail : detail();
      return allowed ? what : `${what}; the document is certified against every change`;
    });
  }

  forbid(kind: ChangeKind, detail: string | (() => string), page?: number): void {
    this.changes.add({ kind, allowed: false, ...(page !== undefined && { page: page + 1 }) }, detail);
  }
}

/**
 * What changed between the signed revision and the file as it is, by what a reader of the cross-reference table sees.
 * Everything is forbidden that is not recognised: new signatures, a signature in a field that waited for it, values of
 * fields that are open to people, validation data that only grow, and the metadata that such a save rewrites.
 * @throws Refusal `pdf/too-large` alone: there is too much to compare
 */
export function compareRevisions(signed: PdfDocument, now: PdfDocument, rules: RevisionRules): Changes {
  let comparison: Comparison | undefined;
  try {
    comparison = new Comparison(signed, now, rules);
    return compare(comparison);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (error.code !== 'pdf/too-large') {
      return { list: [{ kind: 'unreadable', allowed: false, detail: error.message }], further: 0 };
    }
    // What was found until then is no less forbidden because something else is too large.
    if (!comparison || comparison.changes.list.every(({ allowed }) => allowed)) throw error;
    return comparison.changes;
  }
}

function compare(comparison: Comparison): Changes {
  const { signed, now } = comparison;
  const isSameSave = signed.revisions[0]!.startxref === now.revisions[0]!.startxref;
  const appended = now.bytes.subarray(isSameSave ? signed.bytes.length : now.revisions[0]!.end);
  // Ends of lines that a transport added. After more than that some readers no longer find the end of the file.
  if (appended.length > MOST_APPENDED || appended.some((byte) => byte !== 10 && byte !== 13 && byte !== 32)) {
    comparison.forbid('appended-bytes', `${appended.length} bytes after the end of the document`);
  }
  if (isSameSave) return comparison.changes;
  const root = signed.trailer.entries.get('Root') ?? null;
  if (!sameObject(root, now.trailer.entries.get('Root') ?? null)) {
    comparison.forbid('catalog', 'another catalog');
    return comparison.changes;
  }
  compareForm(comparison);
  const openFields = compareFields(comparison);
  comparePages(comparison);
  compareValidationData(comparison);
  const walk = walkDocument(comparison, root);
  reportChanged(comparison, walk);
  openFields.report(walk);
  compareMetadata(comparison, walk);
  // Last: all that came is read for it, however large, and what is shown has been compared by then.
  const saves = judgeSaves(now, savesSince(signed, now));
  const ambiguity = saves.find((save) => save.ambiguity !== undefined)?.ambiguity ?? findAmbiguity(signed, now);
  if (ambiguity) comparison.forbid('ambiguous', `readers may show different things: ${ambiguity}`);
  // What was forbidden already need not be told again as a thing that no save brings.
  const fault = saves.find((save) => save.fault !== undefined)?.fault;
  if (fault && comparison.changes.list.every(({ allowed }) => allowed)) comparison.forbid(fault.kind, fault.detail);
  return comparison.changes;
}

/** How many saves of the file are newer than the signed revision. */
function savesSince(signed: PdfDocument, now: PdfDocument): number {
  const last = signed.revisions[0]!.startxref;
  const index = now.revisions.findIndex(({ startxref }) => startxref === last);
  return index < 0 ? now.revisions.length : index;
}

const MOST_APPENDED = 64;

/** Pages first, so that an object is said to be of the page that shows it. */
function walkDocument(comparison: Comparison, root: PdfObject): Walk {
  const { signed, nodes } = comparison;
  const walk = new Walk(comparison, nodes);
  const pages = signed.pages().map(({ ref }) => ref);
  for (const ref of pages) {
    nodes.set(ref.number, 'page');
    walk.enter(ref, 'page');
  }
  if (isPdf(root, 'ref')) nodes.set(root.number, 'catalog');
  for (const [page, ref] of pages.entries()) {
    const entries = signedDict(comparison, ref)?.entries ?? [];
    for (const [key, object] of entries) {
      if (key === 'Annots') walk.from([{ object, page, role: 'list' }]);
      else if (key !== 'Parent') walk.from([{ object, page }]);
    }
  }
  walk.from([{ object: root, role: 'catalog' }]);
  // Readers inherit from what a page says is above it, which may be elsewhere than where the tree lists the page.
  walk.from(pages.map((ref) => ({ object: signedDict(comparison, ref)?.entries.get('Parent') ?? null })));
  const information = signedDict(comparison, signed.trailer.entries.get('Info'))?.entries ?? [];
  for (const [key, object] of information) if (!INFO_REWRITTEN.has(key)) walk.from([{ object }]);
  return walk;
}

function reportChanged(comparison: Comparison, { reached }: Walk): void {
  for (const { ref, page } of reached.values()) {
    if (comparison.isReported(ref) || !isChanged(comparison, ref)) continue;
    const where = (): string => (page === undefined ? 'of the document' : `that page ${page + 1} uses`);
    comparison.forbid('content', () => `object ${ref.number} ${where()} was changed`, page);
  }
}

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
  let grew = !sameObject(before ?? null, after ?? null) || (isPdf(before, 'ref') && isChanged(comparison, before));
  const losses = new ListLosses(comparison);
  const lists = (from: PdfDict, to: PdfDict, names: readonly string[]): void => {
    for (const key of names) {
      const was = itemsOf(signed, from.entries.get(key));
      const kept = itemsOf(now, to.entries.get(key));
      const missing = losses.between(was, kept);
      if (missing > 0) comparison.forbid('validation-data-removed', `${missing} entries of /${key} removed`);
      if (kept.length !== was.length) grew = true;
    }
  };
  lists(store, later, STORE_LISTS);
  const [vriBefore, vriAfter] = [store.entries.get('VRI'), later.entries.get('VRI')];
  const related = dictOf(now, vriAfter);
  for (const [name, entry] of dictOf(signed, vriBefore)?.entries ?? []) {
    const from = dictOf(signed, entry);
    const to = dictOf(now, related?.entries.get(name));
    if (from && to) lists(from, to, RELATED_LISTS);
    else if (from) comparison.forbid('validation-data-removed', 'an entry of /VRI was removed');
  }
  if (grew) comparison.allow('validation-data', 'the document security store grew');
}

/** Entries of the store name the same lists over and over: each is gone through once, and each pair compared once. */
class ListLosses {
  readonly #comparison: Comparison;
  readonly #keys = new Map<readonly PdfObject[], ReadonlySet<number>>();
  readonly #found = new Map<readonly PdfObject[], Map<readonly PdfObject[], number>>();

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  /** How many items of the one list are not among the other's. */
  between(was: readonly PdfObject[], kept: readonly PdfObject[]): number {
    if (was.length === 0) return 0;
    this.#comparison.spend(STEPS_A_LIST);
    let found = this.#found.get(was);
    if (!found) this.#found.set(was, (found = new Map()));
    let missing = found.get(kept);
    if (missing === undefined) {
      const keys = this.#keysOf(kept);
      this.#comparison.spend(STEPS_AN_ITEM * was.length);
      missing = was.filter((item) => !isPdf(item, 'ref') || !keys.has(keyOf(item))).length;
      found.set(kept, missing);
    }
    return missing;
  }

  #keysOf(items: readonly PdfObject[]): ReadonlySet<number> {
    let keys = this.#keys.get(items);
    if (!keys) {
      this.#comparison.spend(STEPS_AN_ITEM * items.length);
      this.#keys.set(items, (keys = keysOf(items)));
    }
    return keys;
  }
}

const STEPS_A_LIST = 100;
const STEPS_AN_ITEM = 4;
