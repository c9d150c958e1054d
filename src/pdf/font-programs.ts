import { type Cff, readCff } from './cff.ts';
import type { ContentSource } from './font-metrics.ts';
import { Glyf } from './glyf.ts';
import type { NamedGlyphs } from './named-glyphs.ts';
import { type PdfDict, type PdfStream, isPdf } from './object.ts';
import { readSfnt } from './sfnt.ts';
import { readType1 } from './type1.ts';
import { TrueTypeForm } from './truetype-form.ts';

/** What a font program may stand under (ISO 32000-2 table 124). */
export type ProgramKey = 'FontFile' | 'FontFile2' | 'FontFile3';
const KEYS: readonly ProgramKey[] = ['FontFile', 'FontFile2', 'FontFile3'];

/** What a font descriptor says of what draws its glyphs. */
export interface FontDescriptor {
  /** 0 where it says nothing. */
  readonly flags: number;
  readonly key: ProgramKey | undefined;
  readonly program: PdfStream | undefined;
}

/** The font programs of a document, each read once, whichever fonts it serves. */
export class FontPrograms {
  readonly #source: ContentSource;
  readonly #made = new Map<string, Map<PdfStream, unknown>>();

  constructor(source: ContentSource) {
    this.#source = source;
  }

  /** `undefined` where programs may take one of two, or none. */
  descriptor(font: PdfDict): FontDescriptor | undefined {
    const source = this.#source;
    const dict = source.resolve(font.entries.get('FontDescriptor')) ?? null;
    if (dict === null) return { flags: 0, key: undefined, program: undefined };
    if (!isPdf(dict, 'dict')) return undefined;
    const flags = source.resolve(dict.entries.get('Flags')) ?? 0;
    if (typeof flags !== 'number' || !Number.isInteger(flags)) return undefined;
    let key: ProgramKey | undefined;
    let program: PdfStream | undefined;
    for (const each of KEYS) {
      const found = source.resolve(dict.entries.get(each)) ?? null;
      if (found === null) continue;
      if (program !== undefined || !isPdf(found, 'stream')) return undefined;
      program = found;
      key = each;
    }
    return { flags, key, program };
  }

  /** The outlines of a TrueType font. */
  glyf(program: PdfStream): Glyf | undefined {
    return this.#once('glyf', program, (bytes) => {
      const sfnt = readSfnt(bytes);
      return sfnt && Glyf.of(sfnt);
    });
  }

  /** A TrueType font whose codes are led to glyphs by its own maps. */
  trueType(program: PdfStream): TrueTypeForm | undefined {
    return this.#once('TrueType', program, (bytes) => {
      const sfnt = readSfnt(bytes);
      return sfnt && TrueTypeForm.of(sfnt);
    });
  }

  /** A font in compact form. */
  cff(program: PdfStream): Cff | undefined {
    return this.#once('CFF', program, readCff);
  }

  /** A Type 1 font, of which /Length1 says where its encrypted part begins. */
  type1(program: PdfStream): NamedGlyphs | undefined {
    const length = this.#source.resolve(program.dict.entries.get('Length1'));
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0) return undefined;
    return this.#once('Type1', program, (bytes) => readType1(bytes, length));
  }

  /** A font in compact form within an OpenType font. */
  cffInSfnt(program: PdfStream): Cff | undefined {
    return this.#once('OpenType', program, (bytes) => {
      const sfnt = readSfnt(bytes);
      const cff = sfnt?.compact === true ? readCff(sfnt.table('CFF ')!) : undefined;
      return cff?.glyphCount === sfnt?.glyphCount ? cff : undefined;
    });
  }

  /** What `make` makes of its bytes, asked once; `undefined` where it cannot be decoded as well. */
  #once<Made>(kind: string, program: PdfStream, make: (bytes: Uint8Array) => Made | undefined): Made | undefined {
    let made = this.#made.get(kind);
    if (made === undefined) this.#made.set(kind, (made = new Map()));
    if (made.has(program)) return made.get(program) as Made | undefined;
    const bytes = this.#source.content(program);
    const font = bytes && make(bytes);
    made.set(program, font);
    return font;
  }
}
