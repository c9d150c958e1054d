import { STANDARD_ENCODING } from './glyph-names.ts';
import { type ProgramEnd, type Routines, Type2Program } from './type2-program.ts';

/** Of one font: what all its glyphs that are shown may take to read. */
const MAX_WORK = 8_000_000;

/** The glyphs of a compact font, each read once. */
export class CffGlyphs {
  readonly #programOf: (glyph: number) => Uint8Array;
  readonly #routinesOf: (glyph: number) => Routines | undefined;
  /** By name, in a font that has names: only there glyphs may be made of others. */
  readonly #names: ReadonlyMap<string, number> | undefined;
  readonly #ends = new Map<number, ProgramEnd>();
  /** What reading them has cost. */
  work = 0;

  constructor(
    programOf: (glyph: number) => Uint8Array,
    routinesOf: (glyph: number) => Routines | undefined,
    names: ReadonlyMap<string, number> | undefined,
  ) {
    this.#programOf = programOf;
    this.#routinesOf = routinesOf;
    this.#names = names;
  }

  /** Whether every program draws all of that glyph. */
  isWhole(glyph: number): boolean {
    const end = this.#read(glyph);
    if (end === undefined || end === 'whole') return end === 'whole';
    return end.seac.every((code) => {
      const name = STANDARD_ENCODING[code];
      const part = name === undefined ? undefined : this.#names?.get(name);
      return part !== undefined && this.#read(part) === 'whole';
    });
  }

  #read(glyph: number): ProgramEnd {
    if (this.#ends.has(glyph)) return this.#ends.get(glyph);
    const routines = this.#routinesOf(glyph);
    if (!routines || this.work > MAX_WORK) return undefined;
    const program = new Type2Program(routines);
    const end = program.read(this.#programOf(glyph));
    this.work += program.steps;
    this.#ends.set(glyph, end);
    return end;
  }
}
