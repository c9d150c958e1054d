import { CFF_STRINGS } from './cff-strings.ts';

/** Names of glyphs, and what they stand for. Words apart by spaces: one text is smaller and faster to load than an array. */
function words(text: string): readonly string[] {
  return text.split(' ');
}

/**
 * The order of glyphs that every program knows by number (ISO/IEC 14496-22, `post`): behind three names come those of Mac OS
 * Roman, by their codes.
 */
export const MAC_ORDER: readonly string[] = words(
  '.notdef .null nonmarkingreturn space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft ' +
    'parenright asterisk plus comma hyphen period slash zero one two three four five six seven eight nine colon ' +
    'semicolon less equal greater question at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft ' +
    'backslash bracketright asciicircum underscore grave a b c d e f g h i j k l m n o p q r s t u v w x y z ' +
    'braceleft bar braceright asciitilde Adieresis Aring Ccedilla Eacute Ntilde Odieresis Udieresis aacute agrave ' +
    'acircumflex adieresis atilde aring ccedilla eacute egrave ecircumflex edieresis iacute igrave icircumflex ' +
    'idieresis ntilde oacute ograve ocircumflex odieresis otilde uacute ugrave ucircumflex udieresis dagger degree ' +
    'cent sterling section bullet paragraph germandbls registered copyright trademark acute dieresis notequal AE ' +
    'Oslash infinity plusminus lessequal greaterequal yen mu partialdiff summation product pi integral ordfeminine ' +
    'ordmasculine Omega ae oslash questiondown exclamdown logicalnot radical florin approxequal Delta guillemotleft ' +
    'guillemotright ellipsis nonbreakingspace Agrave Atilde Otilde OE oe endash emdash quotedblleft quotedblright ' +
    'quoteleft quoteright divide lozenge ydieresis Ydieresis fraction currency guilsinglleft guilsinglright fi fl ' +
    'daggerdbl periodcentered quotesinglbase quotedblbase perthousand Acircumflex Ecircumflex Aacute Edieresis Egrave ' +
    'Iacute Icircumflex Idieresis Igrave Oacute Ocircumflex apple Ograve Uacute Ucircumflex Ugrave dotlessi ' +
    'circumflex tilde macron breve dotaccent ring cedilla hungarumlaut ogonek caron Lslash lslash Scaron scaron ' +
    'Zcaron zcaron brokenbar Eth eth Yacute yacute Thorn thorn minus multiply onesuperior twosuperior threesuperior ' +
    'onehalf onequarter threequarters franc Gbreve gbreve Idotaccent Scedilla scedilla Cacute cacute Ccaron ccaron ' +
    'dcroat',
);

/** In Unicode, in the order of `MAC_ORDER` from its fourth name on; 0 for none that programs agree on. */
const MAC_UNICODE: readonly string[] = words(
  '20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 40 41 42 43 44 ' +
    '45 46 47 48 49 4a 4b 4c 4d 4e 4f 50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f 60 61 62 63 64 65 66 67 68 69 ' +
    '6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76 77 78 79 7a 7b 7c 7d 7e c4 c5 c7 c9 d1 d6 dc e1 e0 e2 e4 e3 e5 e7 e9 e8 ' +
    'ea eb ed ec ee ef f1 f3 f2 f4 f6 f5 fa f9 fb fc 2020 b0 a2 a3 a7 2022 b6 df ae a9 2122 b4 a8 2260 c6 d8 221e b1 ' +
    '2264 2265 a5 b5 2202 2211 220f 3c0 222b aa ba 2126 e6 f8 bf a1 ac 221a 192 2248 2206 ab bb 2026 0 c0 c3 d5 152 ' +
    '153 2013 2014 201c 201d 2018 2019 f7 25ca ff 178 2044 a4 2039 203a fb01 fb02 2021 b7 201a 201e 2030 c2 ca c1 cb ' +
    'c8 cd ce cf cc d3 d4 0 d2 da db d9 131 2c6 2dc af 2d8 2d9 2da b8 2dd 2db 2c7 141 142 160 161 17d 17e a6 d0 f0 dd ' +
    'fd de fe 2212 d7 b9 b2 b3 bd bc be 20a3 11e 11f 130 15e 15f 106 107 10c 10d 111',
);

/** Of names beyond those, the code in Unicode. */
const MORE = new Map([
  ['Euro', 0x20ac],
  ['ff', 0xfb00],
  ['ffi', 0xfb03],
  ['ffl', 0xfb04],
]);

/** Codes 128 to 255 of WinAnsiEncoding (ISO 32000-2 annex D.2); `-` for none. */
const WIN_ANSI_HIGH: readonly string[] = words(
  'Euro - quotesinglbase florin quotedblbase ellipsis dagger daggerdbl circumflex perthousand Scaron guilsinglleft ' +
    'OE - Zcaron - - quoteleft quoteright quotedblleft quotedblright bullet endash emdash tilde trademark scaron ' +
    'guilsinglright oe - zcaron Ydieresis space exclamdown cent sterling currency yen brokenbar section dieresis ' +
    'copyright ordfeminine guillemotleft logicalnot hyphen registered macron degree plusminus twosuperior ' +
    'threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine guillemotright onequarter ' +
    'onehalf threequarters questiondown Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave Eacute ' +
    'Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis ' +
    'multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls agrave aacute acircumflex atilde ' +
    'adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis eth ntilde ' +
    'ograve oacute ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex udieresis yacute thorn ' +
    'ydieresis',
);

/** Of Mac OS Roman, what is not in MacRomanEncoding, or another character (ISO 32000-2 annex D.2, note 1 of table D.4). */
const MAC_ONLY = [0xad, 0xb0, 0xb2, 0xb3, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbd, 0xc3, 0xc5, 0xc6, 0xd7, 0xdb, 0xf0];
const MAC_SPACE = 0xca;

/** A name for each code, where there is one. */
export type CodeNames = readonly (string | undefined)[];

function codeNames(nameOf: (code: number) => string | undefined): CodeNames {
  return Array.from({ length: 256 }, (_, code) => nameOf(code));
}

/** Where the name of a code of Mac OS Roman is in `MAC_ORDER`. */
function macIndex(code: number): number {
  return code < 0x80 ? code - 29 : code - 30;
}

function isAscii(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}

const macRoman = codeNames((code) => {
  if (MAC_ONLY.includes(code) || !(isAscii(code) || code >= 0x80)) return undefined;
  return code === MAC_SPACE ? 'space' : MAC_ORDER[macIndex(code)];
});

const winAnsi = codeNames((code) => {
  if (isAscii(code)) return MAC_ORDER[macIndex(code)];
  const name = code >= 0x80 ? WIN_ANSI_HIGH[code - 0x80] : undefined;
  return name === '-' ? undefined : name;
});

/** First and last code, and the number of the first one's string in `CFF_STRINGS` (Technical Note 5176, appendix B). */
const STANDARD_RUNS: readonly (readonly [first: number, last: number, string: number])[] = [
  [0x20, 0x7e, 1],
  [0xa1, 0xaf, 96],
  [0xb1, 0xb4, 111],
  [0xb6, 0xbd, 115],
  [0xbf, 0xbf, 123],
  [0xc1, 0xc8, 124],
  [0xca, 0xcb, 132],
  [0xcd, 0xd0, 134],
  [0xe1, 0xe1, 138],
  [0xe3, 0xe3, 139],
  [0xe8, 0xeb, 140],
  [0xf1, 0xf1, 144],
  [0xf5, 0xf5, 145],
  [0xf8, 0xfb, 146],
];

/** Adobe's StandardEncoding. */
export const STANDARD_ENCODING: CodeNames = codeNames((code) => {
  const run = STANDARD_RUNS.find(([first, last]) => code >= first && code <= last);
  return run && CFF_STRINGS[run[2] + code - run[0]];
});

/** What a font's /Encoding may be called (ISO 32000-2 annex D.1): one for experts is unknown to some programs. */
export const ENCODINGS: ReadonlyMap<string, CodeNames> = new Map([
  ['WinAnsiEncoding', winAnsi],
  ['MacRomanEncoding', macRoman],
]);

const UNICODE: ReadonlyMap<string, number> = new Map([
  ...MAC_UNICODE.map((code, i) => [MAC_ORDER[i + 3]!, parseInt(code, 16)] as const).filter(([, code]) => code > 0),
  ...MORE,
]);

/** The code in Unicode of a name that every program knows (Adobe Glyph List); `undefined` for others. */
export function unicodeOf(name: string): number | undefined {
  return UNICODE.get(name);
}

/** Of names that stand for two characters, as programs have it: the other one. */
const OTHERS: ReadonlyMap<string, number> = new Map([
  ['mu', 0x3bc],
  ['Omega', 0x3a9],
  ['Delta', 0x394],
]);

export function otherUnicodeOf(name: string): number | undefined {
  return OTHERS.get(name);
}

const MAC_CODES: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, code) => code)
    .filter((code) => isAscii(code) || code >= 0x80)
    .map((code) => [MAC_ORDER[macIndex(code)]!, code]),
);

/** The code in Mac OS Roman. */
export function macCodeOf(name: string): number | undefined {
  return MAC_CODES.get(name);
}
