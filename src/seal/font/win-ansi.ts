/** The characters of WinAnsiEncoding (ISO 32000-2 annex D.2) that stand elsewhere in Unicode, by their code. */
const MOVED: ReadonlyMap<number, number> = new Map([
  [0x20ac, 0x80],
  [0x201a, 0x82],
  [0x0192, 0x83],
  [0x201e, 0x84],
  [0x2026, 0x85],
  [0x2020, 0x86],
  [0x2021, 0x87],
  [0x02c6, 0x88],
  [0x2030, 0x89],
  [0x0160, 0x8a],
  [0x2039, 0x8b],
  [0x0152, 0x8c],
  [0x017d, 0x8e],
  [0x2018, 0x91],
  [0x2019, 0x92],
  [0x201c, 0x93],
  [0x201d, 0x94],
  [0x2022, 0x95],
  [0x2013, 0x96],
  [0x2014, 0x97],
  [0x02dc, 0x98],
  [0x2122, 0x99],
  [0x0161, 0x9a],
  [0x203a, 0x9b],
  [0x0153, 0x9c],
  [0x017e, 0x9e],
  [0x0178, 0x9f],
]);

/** Letters of names that do not decompose into a base letter and marks, and signs with a plain cousin. */
const LIKE: ReadonlyMap<string, string> = new Map([
  ['Ł', 'L'],
  ['ł', 'l'],
  ['Đ', 'D'],
  ['đ', 'd'],
  ['ı', 'i'],
  ['ẞ', 'SS'],
  ['\u2010', '-'],
  ['\u2011', '-'],
  ['\u2012', '\u2013'],
  ['\u2015', '\u2014'],
  ['\u2212', '-'],
  ['\u02bc', '\u2019'],
  ['\u2032', "'"],
  ['\u2033', '"'],
]);

const IDENTICAL = /^[\x20-\x7e\xa1-\xac\xae-\xff]*$/;
const IGNORED = /[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/u;

function codeOf(point: number): number | undefined {
  if ((point >= 0x20 && point <= 0x7e) || (point > 0xa0 && point <= 0xff && point !== 0xad)) return point;
  return MOVED.get(point);
}

/**
 * `text` as one character a WinAnsi code. What the encoding lacks becomes its base letter, a plain cousin, or `?`;
 * line ends and odd spaces become a space, invisible and direction marks vanish.
 */
export function toWinAnsi(text: string): string {
  if (IDENTICAL.test(text)) return text;
  let out = '';
  for (const character of text.normalize('NFC')) {
    const code = codeOf(character.codePointAt(0)!);
    if (code !== undefined) out += String.fromCharCode(code);
    else if (IGNORED.test(character)) continue;
    else if (/[\s\p{Cc}]/u.test(character)) out += ' ';
    else out += plainer(character);
  }
  return out;
}

function plainer(character: string): string {
  const like = LIKE.get(character) ?? character.normalize('NFKD').replace(/\p{M}/gu, '');
  let out = '';
  for (const part of like) {
    const code = codeOf(part.codePointAt(0)!);
    if (code === undefined) return '?';
    out += String.fromCharCode(code);
  }
  // A mark that found no letter to stand on is no character of its own.
  return out === '' && !/\p{M}/u.test(character) ? '?' : out;
}

const LITERAL: readonly string[] = Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === '(' || character === ')' || character === '\\') return `\\${character}`;
  return code >= 0x20 && code < 0x7f ? character : `\\${code.toString(8).padStart(3, '0')}`;
});

/** The string object, in ASCII, that shows `winAnsi` (from `toWinAnsi`). */
export function pdfLiteral(winAnsi: string): string {
  let out = '(';
  for (let i = 0; i < winAnsi.length; i++) out += LITERAL[winAnsi.charCodeAt(i) & 255]!;
  return out + ')';
}
