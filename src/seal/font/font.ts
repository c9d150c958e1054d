import { fromBase64 } from '../../core/base64.ts';
import { utf8 } from '../../core/bytes.ts';
import { type PdfRef, pdfArray, pdfName } from '../../pdf/object.ts';
import { type Writable, pdfRaw, writableDict } from '../../pdf/serialise.ts';

/** A TrueType font that is embedded whole: all measures in thousandths of the size. Made by `make.sh`. */
export interface FontAsset {
  /** With the tag of a subset. */
  readonly name: string;
  readonly weight: number;
  readonly stemV: number;
  readonly ascent: number;
  readonly descent: number;
  readonly box: readonly [number, number, number, number];
  /** Bytes of the font program. */
  readonly length: number;
  /** Of the WinAnsi codes 32 to 255. */
  readonly widths: readonly number[];
  /** The font program as zlib data, in base64. */
  readonly zlib: string;
}

/** How wide `winAnsi` (from `toWinAnsi`) is at `size`, in the unit of `size`. */
export function textWidth(font: FontAsset, winAnsi: string, size: number): number {
  let sum = 0;
  for (let i = 0; i < winAnsi.length; i++) sum += font.widths[winAnsi.charCodeAt(i) - 32] ?? 0;
  return (sum * size) / 1000;
}

/** Of every font here: WinAnsi codes to Unicode, so that text can be searched and copied by any reader. */
const TO_UNICODE = utf8(
  `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
2 beginbfrange <20> <7E> <0020> <A0> <FF> <00A0> endbfrange
27 beginbfchar <80> <20AC> <82> <201A> <83> <0192> <84> <201E> <85> <2026> <86> <2020> <87> <2021> <88> <02C6>
<89> <2030> <8A> <0160> <8B> <2039> <8C> <0152> <8E> <017D> <91> <2018> <92> <2019> <93> <201C> <94> <201D>
<95> <2022> <96> <2013> <97> <2014> <98> <02DC> <99> <2122> <9A> <0161> <9B> <203A> <9C> <0153> <9E> <017E>
<9F> <0178> endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end
`,
);

/** What every letter carries of a font, made once. */
interface Prepared {
  readonly program: Uint8Array;
  readonly widths: Uint8Array;
}

const prepared = new Map<FontAsset, Prepared>();

function prepare(font: FontAsset): Prepared {
  const known = prepared.get(font);
  if (known !== undefined) return known;
  const program = fromBase64(font.zlib);
  if (program === undefined) throw new Error(`the font ${font.name} is not base64`);
  const made = { program, widths: utf8(`[${font.widths.join(' ')}]`) };
  prepared.set(font, made);
  return made;
}

/**
 * The objects of embedded simple TrueType fonts, each given to `add`; answers the font dictionaries in the order asked
 * for. They conform to PDF/A-1 to 4: whole program embedded, widths of the program, ToUnicode.
 */
export function addFonts(add: (object: Writable) => PdfRef, fonts: readonly FontAsset[]): PdfRef[] {
  const toUnicode = add({
    type: 'stream',
    dict: writableDict({ Length: TO_UNICODE.length }),
    data: TO_UNICODE,
  });
  return fonts.map((font) => {
    const { program: data, widths } = prepare(font);
    const program = add({
      type: 'stream',
      dict: writableDict({ Length: data.length, Length1: font.length, Filter: pdfName('FlateDecode') }),
      data,
    });
    const descriptor = add(
      writableDict({
        Type: pdfName('FontDescriptor'),
        FontName: pdfName(font.name),
        Flags: 32,
        FontBBox: pdfArray(...font.box),
        ItalicAngle: 0,
        Ascent: font.ascent,
        Descent: font.descent,
        CapHeight: 711,
        XHeight: 528,
        StemV: font.stemV,
        FontWeight: font.weight,
        FontFile2: program,
      }),
    );
    return add(
      writableDict({
        Type: pdfName('Font'),
        Subtype: pdfName('TrueType'),
        BaseFont: pdfName(font.name),
        FirstChar: 32,
        LastChar: 255,
        Widths: pdfRaw(widths),
        Encoding: pdfName('WinAnsiEncoding'),
        FontDescriptor: descriptor,
        ToUnicode: toUnicode,
      }),
    );
  });
}
