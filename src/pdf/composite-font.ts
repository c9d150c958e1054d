import type { ContentSource } from './font-metrics.ts';
import type { FontPrograms } from './font-programs.ts';
import { haveCidWidths } from './font-widths.ts';
import { areNumbered } from './named-glyphs.ts';
import { type PdfDict, type PdfObject, type PdfStream, isName, isPdf } from './object.ts';

const MAX_MAP = 2 * 65_536;

/**
 * Whether all programs draw the same glyphs of a composite font (ISO 32000-2 §9.7): one in the file, whose codes are the
 * numbers of its glyphs, or are led to them by a map. Answers what that cost, or `undefined`.
 */
export function checkComposite(
  source: ContentSource,
  programs: FontPrograms,
  font: PdfDict,
  codes: readonly number[],
): number | undefined {
  // Any other leads some to a character of their own, and turns glyphs for vertical lines.
  if (!isName(source.resolve(font.entries.get('Encoding')), 'Identity-H')) return undefined;
  const list = source.resolve(font.entries.get('DescendantFonts'));
  const below = isPdf(list, 'array') && list.items.length === 1 ? source.resolve(list.items[0]) : undefined;
  if (!isPdf(below, 'dict') || !isName(source.resolve(below.entries.get('Type')), 'Font')) return undefined;
  const descriptor = programs.descriptor(below);
  if (!descriptor?.program || !haveCidWidths(source, below)) return undefined;
  const { key, program } = descriptor;
  const map = source.resolve(below.entries.get('CIDToGIDMap')) ?? null;
  const subtype = source.resolve(below.entries.get('Subtype'));
  if (isName(subtype, 'CIDFontType2') && key === 'FontFile2') {
    const toGlyph = glyphMap(source, map);
    return toGlyph && checkTrueType(programs, program, toGlyph, codes);
  }
  if (!isName(subtype, 'CIDFontType0') || key !== 'FontFile3') return undefined;
  if (map !== null && !isName(map, 'Identity')) return undefined;
  const kind = source.resolve(program.dict.entries.get('Subtype'));
  const bare = isName(kind, 'CIDFontType0C');
  const cff = bare ? programs.cff(program) : isName(kind, 'OpenType') ? programs.cffInSfnt(program) : undefined;
  if (!cff) return undefined;
  const before = cff.glyphs.work;
  return areNumbered(cff, codes, bare) ? cff.glyphs.work - before : undefined;
}

/** /CIDToGIDMap (ISO 32000-2 §9.7.4.2): a glyph for each code, -1 for one beyond its end. */
function glyphMap(source: ContentSource, map: PdfObject): ((code: number) => number) | undefined {
  if (map === null || isName(map, 'Identity')) return (code) => code;
  const bytes = isPdf(map, 'stream') ? source.content(map) : undefined;
  if (!bytes || bytes.length > MAX_MAP || bytes.length % 2 !== 0) return undefined;
  return (code) => (2 * code < bytes.length ? (bytes[2 * code]! << 8) | bytes[2 * code + 1]! : -1);
}

function checkTrueType(
  programs: FontPrograms,
  program: PdfStream,
  toGlyph: (code: number) => number,
  codes: readonly number[],
): number | undefined {
  const glyf = programs.glyf(program);
  if (!glyf) return undefined;
  const before = glyf.work;
  for (const code of codes) {
    const glyph = toGlyph(code);
    if (glyph < 0 || !glyf.isWhole(glyph)) return undefined;
  }
  return glyf.work - before;
}
