import { concat, fromLatin1 } from '../../src/core/bytes.ts';
import { u16 } from './font-build.ts';

/** A compact font in the making: its glyphs are bars as those of `trueType`, `.notdef` the first. */
export interface CompactParts {
  /** By glyph, from the second on; numbers make it a font of numbered glyphs. */
  readonly charset?: readonly (string | number)[];
  /** Code, and glyph that the font itself has for it: in order of glyphs from the second on. */
  readonly codes?: readonly number[];
  /** By glyph, what stands for its program. */
  readonly programs?: Readonly<Record<number, Uint8Array>>;
  readonly routines?: readonly Uint8Array[];
  /** What else stands for the private dictionary. */
  readonly privateDict?: Uint8Array;
  /** Put into the top dictionary. */
  readonly top?: readonly number[];
}

/** A number of a dictionary or a program, always of three bytes. */
export function number(value: number): readonly number[] {
  return [28, (value >> 8) & 255, value & 255];
}

export function code(...parts: readonly (number | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flat());
}

/** The program of a bar as high as that. */
export function barProgram(height: number): Uint8Array {
  // 0 0 rmoveto, 400 hlineto, height vlineto, -400 hlineto, endchar.
  return code(number(0), number(0), 21, number(400), number(height), number(-400), 6, 14);
}

function index(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 0) return u16(0);
  const offsets = [1];
  for (const part of parts) offsets.push(offsets.at(-1)! + part.length);
  return concat(u16(parts.length), Uint8Array.of(2), u16(...offsets), ...parts);
}

/** The first number of a string that is not in every font. */
const OWN = 391;

export function compact(parts: CompactParts = {}): Uint8Array {
  const { charset = ['one', 'A', 'three'], codes = [], programs = {}, routines = [], top = [] } = parts;
  const isNumbered = typeof charset[0] === 'number';
  const strings = (isNumbered ? ['Adobe', 'Identity'] : charset).map((name) => fromLatin1(String(name)));
  const ids = charset.map((id, i) => (typeof id === 'number' ? id : OWN + i));
  const charsetData = concat(Uint8Array.of(0), u16(...ids));
  const encoding = Uint8Array.of(0, codes.length, ...codes);
  const glyphs = index(Array.from({ length: charset.length + 1 }, (_, i) => programs[i] ?? barProgram(100 * (i + 1))));
  const privateDict = parts.privateDict ?? code(routines.length > 0 ? [...number(4), 19] : [...number(0), 20]);
  const privateData = concat(privateDict, index(routines));
  const selection = Uint8Array.of(3, 0, 1, 0, 0, 0, 0, charset.length + 1);
  const dictOf = (at: readonly number[], fonts: number): Uint8Array =>
    code(
      isNumbered ? [...number(OWN), ...number(OWN + 1), ...number(0), 12, 30] : [],
      top,
      [...number(at[0]!), 15],
      codes.length > 0 ? [...number(at[1]!), 16] : [],
      [...number(at[2]!), 17],
      isNumbered
        ? [...number(fonts), 12, 36, ...number(at[4]!), 12, 37]
        : [...number(privateDict.length), ...number(at[3]!), 18],
    );
  const head = (dict: Uint8Array): Uint8Array =>
    concat(Uint8Array.of(1, 0, 4, 2), index([fromLatin1('Bars')]), index([dict]), index(strings), index([]));
  const bodies = [charsetData, encoding, glyphs, privateData, selection];
  let at = head(dictOf([0, 0, 0, 0, 0], 0)).length;
  const places = bodies.map((body) => {
    const from = at;
    at += body.length;
    return from;
  });
  const fonts = index([code(number(privateDict.length), number(places[3]!), 18)]);
  return concat(head(dictOf(places, at)), ...bodies, isNumbered ? fonts : new Uint8Array(0));
}

/** The same in Type 1: each program without its encryption. */
export interface Type1Parts {
  readonly encoding?: string;
  readonly glyphs?: readonly (readonly [name: string, program: Uint8Array])[];
  /** Put behind the encoding, and behind the glyphs. */
  readonly clear?: string;
  readonly hidden?: string;
}

/** The program of a bar in Type 1. */
export function type1Bar(height: number): Uint8Array {
  const value = (of: number): readonly number[] => [255, 0, 0, (of >> 8) & 255, of & 255];
  // 0 500 hsbw, 0 0 rmoveto, 400 hlineto, height vlineto, -400 hlineto, closepath, endchar.
  const back = [255, 255, 255, 254, 112];
  return code(value(0), value(500), 13, value(0), value(0), 21, value(400), 6, value(height), 7, back, 6, 9, 14);
}

export interface Type1Font {
  readonly program: Uint8Array;
  readonly clearLength: number;
}

export function type1(parts: Type1Parts = {}): Type1Font {
  const { encoding = '/Encoding StandardEncoding def', clear = '', hidden = '' } = parts;
  const glyphs = parts.glyphs ?? [
    ['.notdef', type1Bar(100)],
    ['A', type1Bar(300)],
    ['B', type1Bar(400)],
  ];
  const head = fromLatin1(
    '%!PS-AdobeFont-1.0: Bars\n9 dict begin\n/FontType 1 def\n/PaintType 0 def\n/FontName /Bars def\n' +
      '/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n/FontBBox {0 0 500 1000} readonly def\n' +
      `${encoding}\n${clear}currentdict end\ncurrentfile eexec\n`,
  );
  const programs = glyphs.flatMap(([name, program]) => {
    const bytes = encrypted(concat(new Uint8Array(4), program), 4330);
    return [fromLatin1(`/${name} ${bytes.length} RD `), bytes, fromLatin1(' ND\n')];
  });
  const body = concat(
    fromLatin1(
      '\0\0\0\0dup /Private 9 dict dup begin\n/RD{string currentfile exch readstring pop}executeonly def\n' +
        '/ND{noaccess def}executeonly def\n/NP{noaccess put}executeonly def\n/BlueValues [] def\n/password 5839 def\n' +
        `2 index /CharStrings ${glyphs.length} dict dup begin\n`,
    ),
    ...programs,
    fromLatin1(
      `end\nend\nreadonly put\nput\n${hidden}dup/FontName get exch definefont pop\nmark currentfile closefile\n`,
    ),
  );
  return { program: concat(head, encrypted(body, 55_665)), clearLength: head.length };
}

function encrypted(bytes: Uint8Array, key: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    out[i] = bytes[i]! ^ (key >> 8);
    key = ((out[i]! + key) * 52_845 + 22_719) & 0xffff;
  }
  return out;
}
