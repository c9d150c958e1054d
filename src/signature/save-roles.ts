import { ContentRules } from '../pdf/content-rules.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isFormObject } from '../pdf/drawing-form.ts';
import {
  isName,
  isPdf,
  isSameRef,
  pdfRef,
  type PdfArray,
  type PdfDict,
  type PdfObject,
  type PdfRef,
  type PdfStream,
} from '../pdf/object.ts';
import { isPlainlyFiltered } from '../pdf/plain-filters.ts';
import { FREE, type XrefSection } from '../pdf/xref.ts';
import type { ChangeKind } from './change.ts';
import { changedKeys, generationOf, isChanged, keysOf, keyOf, read } from './graph.ts';
import { SAVE_FORMS } from './save-forms.ts';
import type { SaveRole, Surroundings } from './save-values.ts';

/** Why a save is none that anybody's program makes. */
export interface SaveFault {
  readonly kind: ChangeKind;
  readonly detail: string;
}

/**
 * The first object of the newest save that has no role a save may give it, two of them, or not the form of its role: what no
 * reader who follows the tables comes to, or takes for something else than another reader does. What the save writes again
 * as it was is no matter. `before` is the document without it.
 * @throws Refusal `pdf/too-large`, and those of reading the save
 */
export function findFaultOfRoles(before: PdfDocument, state: PdfDocument): SaveFault | undefined {
  return new SaveRoles(before, state).find();
}

const STEPS_A_KEY = 2;
/** References that lead from the trailer to what is looked at. Real ones are some ten. */
const MAX_DEPTH = 200;

class SaveRoles implements Surroundings {
  readonly #before: PdfDocument;
  readonly #state: PdfDocument;
  readonly #section: XrefSection;
  /** Numbers of objects that the save brings, or changes. */
  readonly #brought: ReadonlySet<number>;
  readonly #roles = new Map<number, SaveRole>();
  /** Roles in which objects that were there were come to. */
  readonly #known = new Set<string>();
  readonly #pages: ReadonlySet<number>;
  /** What the save lets appear on a page. */
  readonly #drawings = new Set<PdfStream>();
  /** Whether what is looked at belongs to the save: its trailer does. */
  #isInBrought = true;
  /** Whether it comes to be shown by the save, in an appearance that was there or not. */
  #isShown = false;
  #depth = 0;
  #fault: SaveFault | undefined;

  constructor(before: PdfDocument, state: PdfDocument) {
    this.#before = before;
    this.#state = state;
    this.#section = state.revisions[0]!.sections[0]!;
    this.#brought = broughtBy(this.#section, before, state);
    this.#pages = keysOf(state.pages().map(({ ref }) => ref));
  }

  find(): SaveFault | undefined {
    this.#looksLike(this.#section.trailer, 'trailer', this.#before.trailer);
    this.#isInBrought = false;
    for (const { ref } of this.#state.pages()) this.is(ref, 'page');
    for (const number of this.#brought) if (!this.#roles.has(number)) this.#checkUnreached(number);
    return this.#fault ?? this.#findFaultOfDrawings();
  }

  is(value: PdfObject, role: SaveRole, before?: PdfObject): boolean {
    if (!isPdf(value, 'ref')) return this.#looksLike(value, role, this.#before.resolve(before));
    const object = read(this.#state, value) ?? null;
    const [wasInBrought, wasShown, isBrought] = [this.#isInBrought, this.#isShown, this.#brought.has(value.number)];
    if (role === 'drawing' && (isBrought || wasShown) && isPdf(object, 'stream')) this.#drawings.add(object);
    if (this.#depth === MAX_DEPTH) return false;
    this.#depth++;
    this.#isInBrought = isBrought;
    this.#isShown = wasShown && (role === 'appearances' || role === 'states');
    const isWell = isBrought
      ? this.#isBroughtWell(value.number, object, role, before)
      : this.#isOldWell(value.number, object, role, wasInBrought);
    this.#isInBrought = wasInBrought;
    this.#isShown = wasShown;
    this.#depth--;
    return isWell;
  }

  #isBroughtWell(number: number, object: PdfObject, role: SaveRole, before: PdfObject | undefined): boolean {
    const known = this.#roles.get(number);
    if (known === role) return true;
    if (known !== undefined)
      return this.#fail(role, `object ${number} of a later save is its ${role} and its ${known}`);
    this.#roles.set(number, role);
    const stood = read(this.#before, refTo(this.#before, number)) ?? null;
    if (stood === null && SAVE_FORMS[role].isKept === true)
      return this.#fail(role, `a later save brings a ${role} of its own: object ${number}`);
    if (stood !== null && SAVE_FORMS[role].isFixed === true)
      return this.#fail(role, `a later save changes a ${role} that was there: object ${number}`);
    return (
      this.#looksLike(object, role, stood ?? this.#before.resolve(before)) ||
      this.#fail(role, `a later save brings a ${role} of another form: object ${number}`)
    );
  }

  /** What was there may be as it likes; but it need not be what the save takes it for. */
  #isOldWell(number: number, object: PdfObject, role: SaveRole, isNewlyUsed: boolean): boolean {
    const { isLeaf, isOwn } = SAVE_FORMS[role];
    if (!this.#isOfKind(object, role)) return false;
    const key = `${role}/${number}`;
    if (isLeaf !== true && !this.#known.has(key)) {
      this.#known.add(key);
      this.#looksLike(object, role, object);
    }
    return !(isNewlyUsed && isOwn === true);
  }

  resolve(value: PdfObject): PdfObject {
    return isPdf(value, 'ref') ? (read(this.#state, value) ?? null) : value;
  }

  isPage(value: PdfObject): boolean {
    return isPdf(value, 'ref') && this.#pages.has(keyOf(value));
  }

  isRoot(value: PdfObject): boolean {
    return isSameRef(value, this.#state.trailer.entries.get('Root'));
  }

  isNew({ number }: PdfRef): boolean {
    return (this.#before.xrefEntry(number)?.kind ?? 'free') === 'free';
  }

  isAnnotation(value: PdfObject): boolean {
    if (!isPdf(value, 'ref')) return true;
    const role = this.#roles.get(value.number);
    return !this.#brought.has(value.number) || role === 'field' || role === 'widget';
  }

  /** Says false where it has not the role's form. */
  #looksLike(object: PdfObject, role: SaveRole, before: PdfObject): boolean {
    this.#state.spend(STEPS_A_KEY);
    if (!this.#isOfKind(object, role)) return false;
    if (isPdf(object, 'array')) return this.#haveForm(object, role);
    const dict = dictIn(object);
    if (dict === undefined) return true;
    const isWell = this.#entries(dict, role, dictIn(before));
    if (!this.#isInBrought || !isWell) return isWell;
    if (isPdf(object, 'stream') && !isPlainlyFiltered(dict))
      return this.#fail(role, `a later save brings a ${role} whose filters readers may undo in different ways`);
    const goTogether = SAVE_FORMS[role].together?.(dict, this) ?? true;
    return goTogether || this.#fail(role, `a later save brings a ${role} that readers draw themselves`);
  }

  /** Whether it is an array, dictionary, stream or something else where the role's form is. */
  #isOfKind(object: PdfObject, role: SaveRole): boolean {
    const { keys, others, items, stream, simple } = SAVE_FORMS[role];
    if (isPdf(object, 'array')) return items !== undefined;
    if (isPdf(object, 'stream')) return stream !== undefined;
    if (isPdf(object, 'dict')) return stream !== 'only' && (keys !== undefined || others !== undefined);
    return simple?.(object, this) === true;
  }

  #haveForm({ items }: PdfArray, role: SaveRole): boolean {
    const form = SAVE_FORMS[role].items!;
    let isWell = true;
    for (const item of items) {
      this.#state.spend(STEPS_A_KEY);
      // All of them: what they lead to has to be told from what nothing leads to.
      if (!form(item, this)) isWell = false;
    }
    return isWell;
  }

  #entries(dict: PdfDict, role: SaveRole, before: PdfDict | undefined): boolean {
    const { keys = {}, others } = SAVE_FORMS[role];
    const spend = (steps: number): void => this.#state.spend(steps);
    const changed = before === dict ? [] : before ? new Set(changedKeys(before, dict, spend)) : undefined;
    const isChangedKey = (key: string): boolean => !changed || (changed instanceof Set && changed.has(key));
    let isWell = true;
    for (const [key, value] of dict.entries) {
      this.#state.spend(STEPS_A_KEY);
      const form = Object.hasOwn(keys, key) ? keys[key] : others;
      if (this.#isInBrought) this.#isShown = isChangedKey(key);
      if (form?.(value, this, before?.entries.get(key)) === true || !isChangedKey(key)) continue;
      if (this.#isInBrought) this.#fail(role, `a later save brings /${key} in its ${role}`);
      isWell = false;
    }
    for (const key of before?.entries.keys() ?? []) {
      const isGone = !dict.entries.has(key) && !Object.hasOwn(keys, key) && !others && role !== 'trailer';
      if (isGone) isWell = this.#fail(role, `a later save takes /${key} from its ${role}`);
    }
    return isWell;
  }

  /** Keeps the first fault. Answers false. */
  #fail(role: SaveRole, detail: string): false {
    this.#fault ??= { kind: SAVE_FORMS[role].kind, detail };
    return false;
  }

  /** No reference leads to the streams that hold objects, nor to what signing programs leave of their store. */
  #checkUnreached(number: number): void {
    const ref = refTo(this.#state, number);
    const object = read(this.#state, ref) ?? null;
    const type = dictIn(object)?.entries.get('Type');
    if (isName(type, 'ObjStm')) this.is(ref, 'object-stream');
    else if (isName(type, 'DSS')) this.is(ref, 'store');
    else if (isName(type, 'VRI')) this.is(ref, 'related-entry');
    else {
      const detail = `object ${number} of a later save, to which nothing leads`;
      this.#fault ??= { kind: 'ambiguous', detail };
    }
  }

  /** Held to the grammar and to the forms of fonts that letters are held to: all readers draw them alike. */
  #findFaultOfDrawings(): SaveFault | undefined {
    if (this.#drawings.size === 0) return undefined;
    const rules = new ContentRules(this.#state);
    for (const drawing of this.#drawings) {
      if (!isFormObject(rules.source, drawing)) rules.refuse('form');
      rules.add(drawing, 'content');
    }
    this.#state.spend(rules.readRest() * STEPS_A_KEY);
    rules.checkFonts(false);
    const finding = rules.finding ?? (rules.inlineLayers ? 'resources' : undefined);
    return (
      finding && {
        kind: 'field',
        detail: `a later save brings an appearance that readers may draw in different ways: ${finding}`,
      }
    );
  }
}

function dictIn(object: PdfObject): PdfDict | undefined {
  if (isPdf(object, 'stream')) return object.dict;
  return isPdf(object, 'dict') ? object : undefined;
}

function refTo(document: PdfDocument, number: number): PdfRef {
  return pdfRef(number, generationOf(document, number));
}

function broughtBy({ entries, offset }: XrefSection, before: PdfDocument, state: PdfDocument): ReadonlySet<number> {
  const numbers = new Set<number>();
  const revisions = { signed: before, now: state, changed: new Map<number, boolean>() };
  for (let i = 0; i < entries.length; i += 4) {
    const number = entries[i]!;
    state.spend(1);
    const entry = state.xrefEntry(number);
    const isTable = entry?.kind === 'offset' && entry.offset === offset;
    const wasThere = (before.xrefEntry(number)?.kind ?? 'free') !== 'free';
    if (entries[i + 1] === FREE || isTable) continue;
    if (!wasThere || isChanged(revisions, refTo(state, number))) numbers.add(number);
  }
  return numbers;
}
