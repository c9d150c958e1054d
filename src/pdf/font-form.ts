import type { Ambiguity } from './ambiguity.ts';
import { checkComposite } from './composite-font.ts';
import type { ContentSource } from './font-metrics.ts';
import { FontPrograms } from './font-programs.ts';
import { haveWidths, simpleWidths } from './font-widths.ts';
import { type NamedGlyphs, areNamed } from './named-glyphs.ts';
import { type PdfDict, type PdfStream, isName, isPdf } from './object.ts';
import { ShownCodes } from './shown-codes.ts';
import { readEncoding } from './simple-encoding.ts';
import { isPlainLatin, isSameInBoth, isStandardFont } from './standard-fonts.ts';

/** Of one code, at the most, beside reading its glyph: lookups of some ten nanoseconds. */
const STEPS_A_CODE = 32;

const WIDTH_TOLERANCE = 0.02;

type Codes = readonly number[];

interface MetFont {
  readonly shown: ShownCodes;
  readonly subtype: string;
  /** Whether it stands among resources, and is no object of its own. */
  readonly isInPlace: boolean;
}

/**
 * The fonts in which a document shows text, and their codes. Each program that shows a PDF finds the glyph of a code in its
 * own way (ISO 32000-2 §9.6.5, §9.7.5): a font is of the form that we sign when all their ways lead to the same glyphs.
 */
export class ShownFonts {
  readonly #source: ContentSource;
  readonly #programs: FontPrograms;
  readonly #spend: (steps: number) => void;
  readonly #fonts = new Map<PdfDict, MetFont>();
  readonly #drawnWidths: ReadonlyMap<PdfStream, number>;

  /** `spend` counts work, and ends what takes too long. `drawnWidths`: what glyphs that are drawings say of themselves. */
  constructor(source: ContentSource, spend: (steps: number) => void, drawnWidths: ReadonlyMap<PdfStream, number>) {
    this.#source = source;
    this.#programs = new FontPrograms(source);
    this.#spend = spend;
    this.#drawnWidths = drawnWidths;
  }

  /** Where to note what is shown in that font. */
  codesOf(font: PdfDict, subtype: string, isInPlace: boolean): ShownCodes {
    let met = this.#fonts.get(font);
    if (met === undefined) this.#fonts.set(font, (met = { shown: new ShownCodes(subtype), subtype, isInPlace }));
    return met.shown;
  }

  /**
   * What is found about them, once all content has been read. `mayLackEncoding`: of fonts in their places, where nobody else's
   * may be taken for them. @throws Refusal `pdf/too-large`
   */
  finding(mayLackEncoding: boolean): Ambiguity | undefined {
    /** What fonts in their places show, and whether one of them has no encoding: one may be taken for another. */
    const inPlace: number[] = [];
    let isBare = false;
    for (const [font, { shown, subtype, isInPlace }] of this.#fonts) {
      const codes = shown.codes();
      this.#spend(shown.bits.length + STEPS_A_CODE * codes.length);
      if (shown.torn) return 'glyphs';
      if (codes.length === 0) continue;
      if (isInPlace) {
        if (!this.#mayStandInPlace(font, codes)) return 'glyphs';
        isBare ||= (this.#source.resolve(font.entries.get('Encoding')) ?? null) === null;
        inPlace.push(...codes);
      }
      const cost = this.#check(font, codes, subtype);
      if (cost === undefined) return 'glyphs';
      this.#spend(cost);
    }
    return isBare && !(mayLackEncoding && inPlace.every(isSameInBoth)) ? 'glyphs' : undefined;
  }

  #check(font: PdfDict, codes: Codes, subtype: string): number | undefined {
    switch (subtype) {
      case 'Type0':
        return checkComposite(this.#source, this.#programs, font, codes);
      case 'Type3':
        return this.#areDrawn(font, codes) ? 0 : undefined;
      default:
        return this.#checkSimple(font, codes, subtype);
    }
  }

  /**
   * Some programs know a font without a number by a sum of 31 bits over what it says, and draw the second font of one sum with
   * what they have made of the first. Those that may stand so have the same letters under the same codes.
   */
  #mayStandInPlace(font: PdfDict, codes: Codes): boolean {
    return this.#programs.descriptor(font)?.program === undefined && isPlainLatin(this.#source, font, codes);
  }

  #checkSimple(font: PdfDict, codes: Codes, subtype: string): number | undefined {
    const descriptor = this.#programs.descriptor(font);
    if (!descriptor) return undefined;
    const { key, program, flags } = descriptor;
    if (!haveWidths(this.#source, font, codes, program !== undefined)) return undefined;
    if (!program) return isStandardFont(this.#source, font, subtype, codes, flags) ? 0 : undefined;
    const encoding = readEncoding(this.#source, font);
    if (!encoding) return undefined;
    if (subtype === 'TrueType' && key === 'FontFile2') {
      const form = this.#programs.trueType(program);
      if (!form) return undefined;
      const before = form.work;
      for (const code of codes) if (!form.showsOne(code, encoding, flags)) return undefined;
      return form.work - before;
    }
    const base = this.#source.resolve(font.entries.get('BaseFont'));
    const kind = this.#source.resolve(program.dict.entries.get('Subtype'));
    if (subtype === 'TrueType' || !isPdf(base, 'name')) return undefined;
    let glyphs: NamedGlyphs | undefined;
    if (key === 'FontFile') glyphs = this.#programs.type1(program);
    else if (key === 'FontFile3' && isName(kind, 'Type1C')) glyphs = this.#programs.cff(program)?.named;
    if (!glyphs) return undefined;
    const before = glyphs.glyphs.work;
    return areNamed(glyphs, codes, encoding, flags, base.name) ? glyphs.glyphs.work - before : undefined;
  }

  /**
   * Of a font of drawings: each code has its name, and with it its drawing or none, in the font alone; its width is what the
   * drawing says. Where a name has no drawing some draw that of `.notdef`.
   */
  #areDrawn(font: PdfDict, codes: Codes): boolean {
    const encoding = readEncoding(this.#source, font);
    const drawings = this.#source.resolve(font.entries.get('CharProcs'));
    const widths = simpleWidths(this.#source, font);
    if (!encoding || !isPdf(drawings, 'dict') || typeof widths !== 'function') return false;
    for (const code of codes) {
      const [name, width] = [encoding.differences.get(code), widths(code)];
      if (name === undefined || width === undefined) return false;
      const drawing = this.#source.resolve(drawings.entries.get(name));
      if (!isPdf(drawing, 'stream')) {
        if (drawings.entries.has('.notdef')) return false;
      } else if (!isNear(width, this.#drawnWidths.get(drawing) ?? width)) return false;
    }
    return true;
  }
}

/** Some programs write whole numbers in one of two places. */
function isNear(width: number, drawn: number): boolean {
  return Math.abs(width - drawn) <= WIDTH_TOLERANCE * Math.max(Math.abs(width), Math.abs(drawn));
}
