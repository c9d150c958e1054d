import type { Cff } from './cff.ts';
import type { SimpleEncoding } from './simple-encoding.ts';

const SYMBOLIC = 4;
const NONSYMBOLIC = 32;
/** To some programs, these have codes of their own whatever is in the file. */
const SYMBOLS = ['Symbol', 'ZapfDingbats'];

/** A font whose glyphs have names, and which has names for codes. */
export interface NamedGlyphs {
  readonly names: ReadonlyMap<string, number>;
  readonly encoding: readonly (string | undefined)[];
  readonly glyphs: Glyphs;
}

/** The outlines of a font, by glyph. */
export interface Glyphs {
  /** Whether every program draws all of that glyph. */
  isWhole(glyph: number): boolean;
  /** What reading them has cost. */
  readonly work: number;
}

/**
 * Whether each code of a simple font has a name that is one glyph's (ISO 32000-2 §9.6.5.2). `baseFont`: what the PDF calls
 * the font.
 */
export function areNamed(
  { names, encoding: own, glyphs }: NamedGlyphs,
  codes: readonly number[],
  encoding: SimpleEncoding,
  flags: number,
  baseFont: string,
): boolean {
  const isPlain = !SYMBOLS.includes(baseFont);
  // What the font itself calls its codes counts for all of symbols alone; of one that is both, some follow either flag.
  const base = encoding.baseNames ?? ((flags & (SYMBOLIC | NONSYMBOLIC)) === SYMBOLIC ? own : []);
  return codes.every((code) => {
    const name = encoding.differences.get(code) ?? (isPlain ? base[code] : undefined);
    const glyph = name === undefined || name === '.notdef' ? undefined : names.get(name);
    return glyph !== undefined && glyphs.isWhole(glyph);
  });
}

/** Whether each code, which is a CID, is one glyph's. `bare`: some take it for the number of the glyph where it is not. */
export function areNumbered({ numbers, glyphCount, glyphs }: Cff, codes: readonly number[], bare: boolean): boolean {
  return codes.every((code) => {
    if (numbers === undefined) return code < glyphCount && glyphs.isWhole(code);
    const glyph = numbers.get(code);
    return glyph !== undefined && (bare || glyph === code) && glyphs.isWhole(glyph);
  });
}
