import { spaceComponents } from './colour-form.ts';
import type { ContentRules } from './content-rules.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { isFormObject } from './drawing-form.ts';
import { type PdfDict, type PdfObject, type PdfStream, isName, isPdf } from './object.ts';

/** What mixes with nothing below. */
const PLAIN_MODES = ['Normal', 'Compatible'];
/** Tolerance of curves, in pixels: some follow it. */
const LARGEST_FLATNESS = 1;

/** What each key may hold; what is not here has no effect, or is judged elsewhere. */
const FORMS: Readonly<Record<string, (value: PdfObject | undefined, source: ContentSource) => boolean>> = {
  LW: (value) => typeof value === 'number' && value >= 0,
  LC: (value) => value === 0 || value === 1 || value === 2,
  LJ: (value) => value === 0 || value === 1 || value === 2,
  ML: (value) => typeof value === 'number' && value >= 0,
  D: (value, source) => isPdf(value, 'array') && value.items.length === 2 && isDash(source, value.items),
  FL: (value) => typeof value === 'number' && value >= 0 && value <= LARGEST_FLATNESS,
  CA: isOpacity,
  ca: isOpacity,
  // Some take opacity and masks for the one kind whatever it says, and letters that lie on each other one by one.
  AIS: (value) => value === false,
  TK: (value) => value === true,
  // Readers differ in whether they set a font by it.
  Font: () => false,
  // How black stands for colours: some follow it.
  BG: () => false,
  BG2: (value) => isName(value, 'Default'),
  UCR: () => false,
  UCR2: (value) => isName(value, 'Default'),
};

/**
 * Whether a dictionary of graphics state parameters (ISO 32000-2 table 57) is the same to every reader. `drawnBy`: whose
 * content sets them, where that is not the page's own; there alone colours may darken what is below (§11.3.5). In groups,
 * patterns and glyphs readers differ in what that is, and in what other modes make of white.
 */
export function checkParameters(
  rules: ContentRules,
  dict: PdfDict,
  drawnBy: PdfStream | undefined,
  mayMultiply: boolean = drawnBy === undefined,
): boolean {
  const { source } = rules;
  for (const [key, entry] of dict.entries) {
    const value = source.resolve(entry) ?? null;
    if (key === 'SMask') {
      if (!isSoftMask(rules, value, drawnBy)) return false;
    } else if (key === 'BM') {
      const isPlain = value === null || PLAIN_MODES.some((mode) => isName(value, mode));
      if (!isPlain && !(mayMultiply && isName(value, 'Multiply'))) return false;
    } else if (value !== null && Object.hasOwn(FORMS, key) && !FORMS[key]!(value, source)) return false;
  }
  return true;
}

function isOpacity(value: PdfObject | undefined): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/** Of an opacity, what it is set to; `undefined` where it is left as it is. */
export function alphaOf(source: ContentSource, dict: PdfDict, key: 'CA' | 'ca'): number | undefined {
  const value = source.resolve(dict.entries.get(key));
  return typeof value === 'number' ? value : undefined;
}

/** Whether they set the width of lines. */
export function setsWidth(source: ContentSource, dict: PdfDict): boolean {
  return typeof source.resolve(dict.entries.get('LW')) === 'number';
}

/** `[[…] phase]`: where a length is nothing, some readers draw a line, some dots, some nothing. */
function isDash(source: ContentSource, [list, start]: readonly PdfObject[]): boolean {
  const [array, phase] = [source.resolve(list), source.resolve(start)];
  const lengths = isPdf(array, 'array') ? numbers(source, array, array.items.length) : undefined;
  return lengths?.every((length) => length > 0) === true && typeof phase === 'number' && phase >= 0;
}

/** /None, or a group whose light or opacity is the mask (ISO 32000-2 §11.6.5.2), without a function on it. */
function isSoftMask(rules: ContentRules, mask: PdfObject, drawnBy: PdfStream | undefined): boolean {
  if (mask === null || isName(mask, 'None')) return true;
  if (!isPdf(mask, 'dict')) return false;
  const { source } = rules;
  const kind = source.resolve(mask.entries.get('S'));
  const form = source.resolve(mask.entries.get('G'));
  if ((!isName(kind, 'Alpha') && !isName(kind, 'Luminosity')) || !isPdf(form, 'stream')) return false;
  if (mask.entries.has('TR') && !isName(source.resolve(mask.entries.get('TR')), 'Identity')) return false;
  const group = source.resolve(form.dict.entries.get('Group'));
  if (!isFormObject(source, form) || !isPdf(group, 'dict')) return false;
  const space = source.resolve(group.entries.get('CS')) ?? null;
  // Without one, each reader measures light in its own.
  if (isName(kind, 'Luminosity') && space === null) return false;
  // What is beyond the group, or not painted in it: some take black for whatever it says.
  if (mask.entries.has('BC')) {
    const components = space === null ? 0 : spaceComponents(source, space, true);
    const backdrop = numbers(source, mask.entries.get('BC'), components);
    const isBlack = backdrop?.every((value, i) => value === (components === 4 && i === 3 ? 1 : 0)) === true;
    if (!isName(kind, 'Luminosity') || components === 0 || !isBlack) return false;
  }
  rules.add(form, 'content', drawnBy);
  return true;
}
