import { spaceComponents } from './colour-form.ts';
import type { ContentRules } from './content-rules.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { isFormObject } from './drawing-form.ts';
import { type PdfDict, type PdfObject, type PdfStream, isName, isPdf } from './object.ts';

const BLEND_MODES = [
  ...['Normal', 'Compatible', 'Multiply', 'Screen', 'Overlay', 'Darken', 'Lighten', 'ColorDodge', 'ColorBurn'],
  ...['HardLight', 'SoftLight', 'Difference', 'Exclusion', 'Hue', 'Saturation', 'Color', 'Luminosity'],
];

/** What each key may hold; what is not here has no effect, or is judged elsewhere. */
const FORMS: Readonly<Record<string, (value: PdfObject | undefined, source: ContentSource) => boolean>> = {
  LW: (value) => typeof value === 'number' && value >= 0,
  LC: (value) => value === 0 || value === 1 || value === 2,
  LJ: (value) => value === 0 || value === 1 || value === 2,
  ML: (value) => typeof value === 'number' && value >= 0,
  D: (value, source) => isPdf(value, 'array') && value.items.length === 2 && isDash(source, value.items[0]),
  BM: (value) => isPdf(value, 'name') && BLEND_MODES.includes(value.name),
  CA: isOpacity,
  ca: isOpacity,
  AIS: (value) => typeof value === 'boolean',
  TK: (value) => typeof value === 'boolean',
  // Readers differ in whether they set a font by it.
  Font: () => false,
  // How black stands for colours: some follow it.
  BG: () => false,
  BG2: (value) => isName(value, 'Default'),
  UCR: () => false,
  UCR2: (value) => isName(value, 'Default'),
};

/** Whether a dictionary of graphics state parameters (ISO 32000-2 table 57) is the same to every reader. */
export function checkParameters(rules: ContentRules, dict: PdfDict, drawnBy: PdfStream | undefined): boolean {
  const { source } = rules;
  for (const [key, entry] of dict.entries) {
    const value = source.resolve(entry) ?? null;
    if (key === 'SMask') {
      if (!isSoftMask(rules, value, drawnBy)) return false;
    } else if (value !== null && Object.hasOwn(FORMS, key) && !FORMS[key]!(value, source)) return false;
  }
  return true;
}

function isOpacity(value: PdfObject | undefined): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isDash(source: ContentSource, object: PdfObject | undefined): boolean {
  const lengths = source.resolve(object);
  if (!isPdf(lengths, 'array') || !numbers(source, lengths, lengths.items.length)) return false;
  return lengths.items.length === 0 || lengths.items.some((length) => source.resolve(length) !== 0);
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
  if (mask.entries.has('BC')) {
    const components = space === null ? 0 : spaceComponents(source, space, true);
    if (components === 0 || !numbers(source, mask.entries.get('BC'), components)) return false;
  }
  rules.add(form, 'content', drawnBy);
  return true;
}
