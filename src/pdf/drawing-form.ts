import { spaceComponents } from './colour-form.ts';
import type { ContentRules } from './content-rules.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { type PdfDict, type PdfObject, type PdfStream, isName, isPdf } from './object.ts';
import { LARGEST_NUMBER } from './operators.ts';
import { checkParameters } from './parameters-form.ts';
import { isShading } from './shading-form.ts';

const MAX_GLYPHS = 256;
/** Copies of a tile on each other, in one direction. */
const MOST_OVERLAP = 4;

/** A pattern with colours of its own, or one that takes that of who paints with it. */
export type PatternKind = 'coloured' | 'uncoloured';

/** Whether all readers place that form alike (ISO 32000-2 §8.10.2). */
export function isFormObject(source: ContentSource, { dict }: PdfStream): boolean {
  const { entries } = dict;
  if (!isName(source.resolve(entries.get('Subtype')), 'Form') || entries.has('Subtype2')) return false;
  if (entries.has('FormType') && source.resolve(entries.get('FormType')) !== 1) return false;
  if (!isPlaced(source, entries.get('Matrix'))) return false;
  if (entries.has('Resources') && !isPdf(source.resolve(entries.get('Resources')), 'dict')) return false;
  return areNear(numbers(source, entries.get('BBox'), 4)) && isGroup(source, entries.get('Group'));
}

/** Numbers that all readers have. */
function areNear(values: readonly number[] | undefined): values is readonly number[] {
  return values?.every((value) => Math.abs(value) <= LARGEST_NUMBER) === true;
}

/** Absent, or a matrix that makes no point or line of what it is for. */
function isPlaced(source: ContentSource, object: PdfObject | undefined): boolean {
  if (object === undefined) return true;
  const matrix = numbers(source, object, 6);
  return areNear(matrix) && matrix[0]! * matrix[3]! !== matrix[1]! * matrix[2]!;
}

/**
 * Absent, or a transparency group: the only kind there is (ISO 32000-2 §11.6.6). In one that knocks out, what is not seen
 * takes away what lies below, to some readers.
 */
export function isGroup(source: ContentSource, object: PdfObject | undefined): boolean {
  const group = source.resolve(object) ?? null;
  if (group === null) return true;
  if (!isPdf(group, 'dict') || !isName(source.resolve(group.entries.get('S')), 'Transparency')) return false;
  if ((source.resolve(group.entries.get('K')) ?? false) !== false) return false;
  const space = source.resolve(group.entries.get('CS')) ?? null;
  return space === null || spaceComponents(source, space, true) > 0;
}

/** `undefined` where readers paint different things (ISO 32000-2 §8.7). */
export function patternKind(
  rules: ContentRules,
  object: PdfObject,
  drawnBy: PdfStream | undefined,
): PatternKind | undefined {
  const { source } = rules;
  const dict = isPdf(object, 'stream') ? object.dict : object;
  if (!isPdf(dict, 'dict')) return undefined;
  const { entries } = dict;
  if (!isPlaced(source, entries.get('Matrix'))) return undefined;
  if (!isPlaced(source, entries.get('Matrix'))) return undefined;
  if (source.resolve(entries.get('PatternType')) === 2) {
    const shading = source.resolve(entries.get('Shading'));
    if (shading === undefined || !isShading(source, shading)) return undefined;
    const parameters = source.resolve(entries.get('ExtGState')) ?? null;
    if (parameters !== null && !(isPdf(parameters, 'dict') && checkParameters(rules, parameters, drawnBy, false))) {
      return undefined;
    }
    return 'coloured';
  }
  if (!isPdf(object, 'stream') || source.resolve(entries.get('PatternType')) !== 1) return undefined;
  const paint = source.resolve(entries.get('PaintType'));
  if (!areTilesApart(source, entries)) return undefined;
  const tiling = source.resolve(entries.get('TilingType'));
  if (tiling !== 1 && tiling !== 2 && tiling !== 3) return undefined;
  if (paint !== 1 && paint !== 2) return undefined;
  const kind = paint === 1 ? 'coloured' : 'uncoloured';
  rules.add(object, paint === 1 ? 'tile' : 'uncoloured', drawnBy);
  return kind;
}

/** A tile with an area, whose copies go on to the right and up, and do not lie on each other without end. */
function areTilesApart(source: ContentSource, entries: ReadonlyMap<string, PdfObject>): boolean {
  const box = numbers(source, entries.get('BBox'), 4);
  const steps = [source.resolve(entries.get('XStep')), source.resolve(entries.get('YStep'))];
  return steps.every((step, i) => {
    const side = areNear(box) ? Math.abs(box[i + 2]! - box[i]!) : 0;
    return typeof step === 'number' && side > 0 && step >= side / MOST_OVERLAP && step <= LARGEST_NUMBER;
  });
}

/** Larger or smaller, upside down or not: of what is moved or slanted, some go by the scale alone. */
function isScale(matrix: readonly number[] | undefined): boolean {
  if (!matrix) return false;
  const [a, b, c, d, e, f] = matrix;
  return a! > 0 && d !== 0 && b === 0 && c === 0 && e === 0 && f === 0;
}

/** A font of drawings (ISO 32000-2 §9.6.4), each of which is content. */
export function isGlyphFont(rules: ContentRules, font: PdfDict): boolean {
  const { source } = rules;
  const glyphs = source.resolve(font.entries.get('CharProcs'));
  if (!isPdf(glyphs, 'dict') || glyphs.entries.size > MAX_GLYPHS) return false;
  if (!isScale(numbers(source, font.entries.get('FontMatrix'), 6)) || !numbers(source, font.entries.get('FontBBox'), 4))
    return false;
  for (const entry of glyphs.entries.values()) {
    const glyph = source.resolve(entry);
    if (!isPdf(glyph, 'stream')) return false;
    rules.add(glyph, 'glyph', undefined, font);
  }
  return true;
}
