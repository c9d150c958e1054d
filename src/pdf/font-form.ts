import type { Ambiguity } from './ambiguity.ts';
import { checkComposite } from './composite-font.ts';
import type { ContentSource } from './font-metrics.ts';
import { FontPrograms } from './font-programs.ts';
import { type NamedGlyphs, areNamed } from './named-glyphs.ts';
import { type PdfDict, isName, isPdf } from './object.ts';
import { ShownCodes } from './shown-codes.ts';
import { readEncoding } from './simple-encoding.ts';
import { isPlainLatin, isStandardFont } from './standard-fonts.ts';

/** Of one code, at the most, beside reading its glyph: lookups of some ten nanoseconds. */
const STEPS_A_CODE = 32;

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

  /** `spend` counts work, and ends what takes too long. */
  constructor(source: ContentSource, spend: (steps: number) => void) {
    this.#source = source;
    this.#programs = new FontPrograms(source);
    this.#spend = spend;
  }

  /** Where to note what is shown in that font. */
  codesOf(font: PdfDict, subtype: string, isInPlace: boolean): ShownCodes {
    let met = this.#fonts.get(font);
    if (met === undefined) this.#fonts.set(font, (met = { shown: new ShownCodes(subtype), subtype, isInPlace }));
    return met.shown;
  }

  /** What is found about them, once all content has been read. @throws Refusal `pdf/too-large` */
  finding(): Ambiguity | undefined {
    for (const [font, { shown, subtype, isInPlace }] of this.#fonts) {
      const codes = shown.codes();
      this.#spend(shown.bits.length + STEPS_A_CODE * codes.length);
      if (shown.torn) return 'glyphs';
      if (codes.length === 0) continue;
      if (isInPlace && !this.#mayStandInPlace(font)) return 'glyphs';
      const cost = this.#check(font, codes, subtype);
      if (cost === undefined) return 'glyphs';
      this.#spend(cost);
    }
    return undefined;
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
  #mayStandInPlace(font: PdfDict): boolean {
    return this.#programs.descriptor(font)?.program === undefined && isPlainLatin(this.#source, font);
  }

  #checkSimple(font: PdfDict, codes: Codes, subtype: string): number | undefined {
    const descriptor = this.#programs.descriptor(font);
    if (!descriptor) return undefined;
    const { key, program, flags } = descriptor;
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

  /** Of a font of drawings: each code has its name, and with it its drawing or none, in the font alone. */
  #areDrawn(font: PdfDict, codes: Codes): boolean {
    const encoding = readEncoding(this.#source, font);
    const drawings = this.#source.resolve(font.entries.get('CharProcs'));
    if (!encoding || !isPdf(drawings, 'dict')) return false;
    for (const code of codes) if (!encoding.differences.has(code)) return false;
    return true;
  }
}
