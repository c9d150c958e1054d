import { toLatin1 } from '../core/bytes.ts';
import { isRefusal } from '../core/refusal.ts';
import type { LivingFindings } from './living.ts';
import { isPdf, type PdfDict, type PdfObject, type PdfStream } from './object.ts';
import { ObjectParser } from './parse.ts';
import { textOf } from './text-string.ts';

/** A widget's field, as far up as its parents lead (ISO 32000-2 §12.7.4.1). */
export interface WidgetField {
  /** `Sig`, `Tx`, `Btn`, `Ch`. */
  readonly type: string | undefined;
  readonly flags: number;
  readonly value: PdfObject;
  /** Whether the form lists it, so that a signature can lock it. */
  readonly listed: boolean;
  readonly options: readonly PdfObject[];
}

const MAX_DEPTH = 32;
const MAX_OPTIONS = 2000;
const PUSHBUTTON = 1 << 16;
const COMBO = 1 << 17;
/** Operators that leave no mark, and what Acrobat brackets a field's text with. */
const MARKLESS = new Set(['q', 'Q', 'n', 'W', 're', 'cm', 'BMC', 'EMC', '/Tx', '']);

/** `roots` are the objects that the form's /Fields lists. */
export function fieldOf(findings: LivingFindings, widget: PdfDict, roots: ReadonlySet<PdfObject>): WidgetField {
  const inherited = new Map<string, PdfObject>();
  let listed = false;
  let node: PdfDict | undefined = widget;
  for (let depth = 0; node && depth < MAX_DEPTH; depth++) {
    for (const key of ['FT', 'Ff', 'V', 'Opt']) {
      if (!inherited.has(key) && findings.has(node, key)) inherited.set(key, findings.entry(node, key));
    }
    listed ||= roots.has(node);
    node = findings.dictAt(node, 'Parent');
  }
  const type = inherited.get('FT');
  const flags = inherited.get('Ff');
  const options = inherited.get('Opt');
  return {
    type: isPdf(type, 'name') ? type.name : undefined,
    flags: typeof flags === 'number' ? flags : 0,
    value: inherited.get('V') ?? null,
    listed,
    options: isPdf(options, 'array') ? options.items.slice(0, MAX_OPTIONS) : [],
  };
}

/**
 * What the form calls each field and widget that it leads to, from its roots down: kids without a name are widgets. Kids
 * that two fields share are reported: they could be called differently.
 */
export function fieldTypes(findings: LivingFindings): ReadonlyMap<PdfObject, string | undefined> {
  const { document } = findings;
  const types = new Map<PdfObject, string | undefined>();
  const shared = new Set<PdfObject>();
  const form = findings.dictAt(document.catalog, 'AcroForm');
  const roots = form ? findings.arrayAt(form, 'Fields') : [];
  const waiting = roots.map((node): { node: PdfObject; type: string | undefined } => ({ node, type: undefined }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const field = document.resolve(next.node);
    if (!isPdf(field, 'dict') || types.has(field)) continue;
    const type = findings.has(field, 'FT') ? findings.nameAt(field, 'FT') : next.type;
    types.set(field, type);
    const kids = findings.entry(field, 'Kids');
    if (!isPdf(kids, 'array')) continue;
    if (shared.has(kids)) {
      findings.changing('stray-field', 'Kids');
      continue;
    }
    shared.add(kids);
    for (const kid of kids.items) {
      const child = document.resolve(kid);
      const isWidget = isPdf(child, 'dict') && !child.entries.has('T') && !child.entries.has('Kids');
      if (!isWidget) waiting.push({ node: kid, type });
      else if (!types.has(child)) types.set(child, type);
    }
  }
  return types;
}

/** The appearance that `dict` shows when nobody touches it (ISO 32000-2 §12.5.5). */
export function normalAppearance(findings: LivingFindings, dict: PdfDict): PdfStream | undefined {
  const appearances = findings.dictAt(dict, 'AP');
  const normal = appearances && findings.entry(appearances, 'N');
  const state = findings.nameAt(dict, 'AS');
  const shown = isPdf(normal, 'dict') && state !== undefined ? findings.entry(normal, state) : normal;
  return isPdf(shown, 'stream') ? shown : undefined;
}

/** Whether a button is off and has no picture for that: nothing is to be drawn. */
export function isOff(findings: LivingFindings, dict: PdfDict): boolean {
  const appearances = findings.dictAt(dict, 'AP');
  const states = appearances && findings.dictAt(appearances, 'N');
  return states !== undefined && (findings.nameAt(dict, 'AS') ?? 'Off') === 'Off' && !states.entries.has('Off');
}

/** Whether an appearance may leave a mark, white ones included: what cannot be read may. */
export function leavesMarks(findings: LivingFindings, appearance: PdfStream): boolean {
  const content = findings.appearanceContent(appearance);
  if (!content) return true;
  const text = toLatin1(content.subarray(0, 4096)).replaceAll(/%[^\r\n]*/g, ' ');
  return content.length > 4096 || text.split(/[\s\0]+/).some((word) => !MARKLESS.has(word) && !/^[-+\d.]+$/.test(word));
}

/**
 * Whether the appearance says what the field holds: readers that draw fields themselves, as browsers do, show the
 * value, others the appearance. What we cannot compare does not.
 */
export function showsValue(
  findings: LivingFindings,
  widget: PdfDict,
  field: WidgetField,
  appearance: PdfStream | undefined,
): boolean {
  if (field.type === 'Btn') return (field.flags & PUSHBUTTON) !== 0 || showsState(findings, widget, field.value);
  if (field.type === 'Ch' && (field.flags & COMBO) === 0) return false;
  if (field.type !== 'Tx' && field.type !== 'Ch') return false;
  const { value } = field;
  if (value !== null && !isPdf(value, 'string')) return false;
  const content = appearance && findings.appearanceContent(appearance);
  if (appearance && !content) return false;
  const shown = content ? shownText(content) : '';
  return shown !== undefined && squeezed(wordingOf(findings, field)) === squeezed(shown);
}

function showsState(findings: LivingFindings, widget: PdfDict, value: PdfObject): boolean {
  const appearances = findings.dictAt(widget, 'AP');
  const states = appearances && findings.dictAt(appearances, 'N');
  const held = isPdf(value, 'name') ? value.name : 'Off';
  return (findings.nameAt(widget, 'AS') ?? 'Off') === (states?.entries.has(held) ? held : 'Off');
}

/** What the field's value reads as: of a choice, the option's wording. */
function wordingOf(findings: LivingFindings, { value, type, options }: WidgetField): string {
  const held = textOf(value) ?? '';
  for (const item of type === 'Ch' ? options : []) {
    const option = findings.document.resolve(item);
    if (!isPdf(option, 'array')) continue;
    const [stored, wording] = option.items.slice(0, 2).map((part) => textOf(findings.document.resolve(part)));
    if (stored === held && wording !== undefined) return wording;
  }
  return held;
}

/** All strings of a content stream, one after another: right for fonts of one byte a letter, as forms use. */
function shownText(content: Uint8Array): string | undefined {
  const parser = new ObjectParser(content, 0, content.length, false);
  const parts: string[] = [];
  try {
    for (parser.skipSpace(); parser.at < content.length; parser.skipSpace()) {
      if (!OBJECT_STARTS.includes(content[parser.at]!)) {
        parser.at++;
        continue;
      }
      const object = parser.object();
      const items = isPdf(object, 'array') ? object.items : [object];
      for (const item of items) if (isPdf(item, 'string')) parts.push(textOf({ ...item, hex: false })!);
    }
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
  return parts.join('');
}

/** `(`, `<`, `[`, `/`: anything else in content is a number or an operator. */
const OBJECT_STARTS: readonly number[] = [0x28, 0x3c, 0x5b, 0x2f];

function squeezed(text: string): string {
  return text.replaceAll(/[\s\0]+/g, '');
}
