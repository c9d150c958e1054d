import { Glyf } from './glyf.ts';
import { ENCODINGS, macCodeOf, otherUnicodeOf, STANDARD_ENCODING, unicodeOf } from './glyph-names.ts';
import type { Sfnt } from './sfnt.ts';
import { type CharMap, CharMaps } from './sfnt-cmap.ts';
import { glyphNames } from './sfnt-post.ts';
import type { SimpleEncoding } from './simple-encoding.ts';

const SYMBOLIC = 4;
const NONSYMBOLIC = 32;
/** Where fonts of symbols have their codes (ISO 32000-2 §9.6.5.4). */
const SYMBOL_PAGES = [0, 0xf000, 0xf100, 0xf200];

/** The glyphs that programs come to by their different ways. */
interface Ways {
  /** Each is the first that some program goes: none may end nowhere. */
  readonly first: readonly number[];
  /** What some program goes where its first ends nowhere, or before it where that leads anywhere. */
  readonly other: readonly number[];
}

/**
 * The program of a simple TrueType font (ISO 32000-2 §9.6.5.4). Which of its maps leads from a code to a glyph, programs
 * decide each in its own way: by flags, by what maps there are, by /Encoding, by names in `post`.
 */
export class TrueTypeForm {
  readonly #maps: CharMaps;
  readonly #names: ReadonlyMap<string, readonly number[]>;
  readonly #glyf: Glyf;
  readonly #glyphCount: number;

  private constructor(maps: CharMaps, names: ReadonlyMap<string, readonly number[]>, glyf: Glyf, glyphCount: number) {
    this.#maps = maps;
    this.#names = names;
    this.#glyf = glyf;
    this.#glyphCount = glyphCount;
  }

  static of(sfnt: Sfnt): TrueTypeForm | undefined {
    const maps = CharMaps.of(sfnt);
    const names = glyphNames(sfnt);
    const glyf = Glyf.of(sfnt);
    return maps && names && glyf && new TrueTypeForm(maps, names, glyf, sfnt.glyphCount);
  }

  /** What it has cost to read glyphs so far. */
  get work(): number {
    return this.#glyf.work;
  }

  /** Whether all ways lead from `code` to the same outline. */
  showsOne(code: number, encoding: SimpleEncoding, flags: number): boolean {
    const isSymbolic = (flags & SYMBOLIC) !== 0;
    const isNamed = (flags & NONSYMBOLIC) !== 0;
    // Of a font that is both or neither, some follow one flag, some the other.
    const ways: Ways[] = [];
    if (isSymbolic || !isNamed) ways.push(this.#byCode(code, encoding));
    if (isNamed || !isSymbolic) ways.push(this.#byName(code, encoding));
    const first = ways.flatMap((way) => way.first);
    const [glyph = 0] = first;
    const all = [...first, ...ways.flatMap((way) => way.other).filter((other) => other !== 0)];
    return all.every((other) => this.#isSame(glyph, other));
  }

  #isSame(glyph: number, other: number): boolean {
    if (glyph === 0 || other === 0 || glyph >= this.#glyphCount || other >= this.#glyphCount) return false;
    return this.#glyf.isWhole(glyph) && this.#glyf.isWhole(other) && this.#glyf.areAlike(glyph, other);
  }

  /** Of a symbolic font: by the code itself, in any of its maps; where there is an /Encoding, some go by its names. */
  #byCode(code: number, encoding: SimpleEncoding): Ways {
    const maps = this.#maps;
    const [symbols, mac, windows] = [maps.get(3, 0), maps.get(1, 0), maps.get(3, 1)];
    const first: number[] = [];
    const other: number[] = [];
    if (symbols) {
      const found = SYMBOL_PAGES.map((page) => symbols(page + code));
      first.push(found.find((glyph) => glyph !== 0) ?? 0);
      other.push(...found);
    }
    if (mac) first.push(mac(code));
    if (windows) first.push(windows(code));
    if (!symbols && !mac && !(windows && maps.hasFirst)) first.push(0);
    const byCode = maps.otherUnicode.map((map) => map(code));
    if (!isEncoded(encoding)) return { first, other: [...other, ...byCode] };
    first.push(...byCode);
    const name = nameOf(code, encoding);
    const unicode = name === undefined ? undefined : unicodeOf(name);
    const unicodes = [...(windows ? [windows] : []), ...maps.otherUnicode];
    first.push(...unicodes.map((map) => (unicode === undefined ? 0 : map(unicode))));
    if (name === undefined) return { first, other };
    const isPlain = encoding.base !== undefined && encoding.differences.size === 0;
    if (mac && unicode !== undefined) (isPlain ? first : other).push(...this.#byMacName(mac, name));
    // Where there is no other map, some take any /Encoding for that of Mac OS.
    if (isPlain && mac && !windows && !isPlainMacCode(code)) first.push(0);
    other.push(...this.#named(name));
    return { first, other };
  }

  /** Of any other font: by the name that /Encoding gives the code. */
  #byName(code: number, encoding: SimpleEncoding): Ways {
    const maps = this.#maps;
    const [symbols, mac, windows] = [maps.get(3, 0), maps.get(1, 0), maps.get(3, 1)];
    const name = nameOf(code, encoding);
    const unicode = name === undefined ? undefined : unicodeOf(name);
    // Of a name that only some know, or none, each program does something else.
    if (name === undefined || unicode === undefined) return { first: [0], other: [] };
    const byMac = mac ? this.#byMacName(mac, name) : [0];
    const bySymbol = symbols ? SYMBOL_PAGES.map((page) => symbols(page + code)) : [];
    const first: number[] = [];
    const other = maps.otherUnicode.map((map) => map(unicode));
    if (windows) {
      first.push(windows(unicode));
      const second = otherUnicodeOf(name);
      if (second !== undefined) other.push(windows(second));
      (encoding.base === 'MacRomanEncoding' && mac ? first : other).push(...byMac);
    } else {
      // Some take any map of Unicode for that of Windows.
      first.push(...byMac, ...other);
    }
    other.push(...bySymbol);
    if (!isEncoded(encoding)) {
      // Some go by the code itself.
      for (const map of [windows, mac]) if (map) first.push(map(code));
      if (symbols) first.push(bySymbol.find((glyph) => glyph !== 0) ?? 0, ...bySymbol.filter((glyph) => glyph !== 0));
    }
    other.push(...this.#named(name));
    return { first, other };
  }

  /** By its code in Mac OS Roman; some have no code for one of those, and look for the name. */
  #byMacName(mac: CharMap, name: string): readonly number[] {
    const code = macCodeOf(name);
    const glyph = code === undefined ? 0 : mac(code);
    return name === 'exclamdown' ? [glyph, this.#named(name)[0] ?? 0] : [glyph];
  }

  #named(name: string): readonly number[] {
    return this.#names.get(name) ?? [];
  }
}

function isPlainMacCode(code: number): boolean {
  const name = ENCODINGS.get('MacRomanEncoding')?.[code];
  return name !== undefined && name !== 'exclamdown';
}

function isEncoded({ base, differences }: SimpleEncoding): boolean {
  return base !== undefined || differences.size > 0;
}

function nameOf(code: number, { differences, baseNames }: SimpleEncoding): string | undefined {
  return differences.get(code) ?? (baseNames ?? STANDARD_ENCODING)[code];
}
