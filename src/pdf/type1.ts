import { toLatin1 } from '../core/bytes.ts';
import { STANDARD_ENCODING } from './glyph-names.ts';
import type { NamedGlyphs } from './named-glyphs.ts';
import { Type1Text } from './type1-text.ts';
import { Type1Glyphs } from './type1-program.ts';

/** Of the part that is not encrypted: a name for each code, and what the font says of itself. */
const MAX_CLEAR = 64 * 1024;
const MAX_PRIVATE = 4 * 1024 * 1024;
/** eexec (Adobe Type 1 Font Format §7.2): the first key, its factors, and how many bytes at the beginning mean nothing. */
const KEY = 55_665;
const FACTOR = 52_845;
const TERM = 22_719;
const RANDOM = 4;

/** Where a program searches for words, it finds each of these once, whether it reads the language or not. */
const ONCE_IN_CLEAR = ['/Encoding', '/FontMatrix', 'eexec'];
const NOT_IN_CLEAR = ['/CharStrings', '/Private', '/Subrs', '/WeightVector', '/Blend', '/Metrics', '/CDevProc'];
const ONCE_IN_PRIVATE = ['/CharStrings'];
const NOT_TWICE = ['/Subrs', '/lenIV'];
const NOT_IN_PRIVATE = ['/Encoding', '/FontMatrix', '/Blend'];

/** How a font ends: it is defined, and the encrypted part is over. */
const MAX_TAIL = 400;
const TAIL = new RegExp(
  '^end end (readonly )?(put|def) (noaccess |readonly )?(put|def) dup ?/FontName get exch definefont pop mark currentfile closefile'
    .replaceAll(' ', '[ \\t\\r\\n]+')
    .replaceAll('+?', '*'),
);

const SPACE = String.raw`[ \t\r\n]+`;
const NAME = String.raw`/[!-$&'*-.0-;=?-Z\\^-z|~]{1,127}`;

/**
 * A Type 1 font program (Adobe Type 1 Font Format): a text in PostScript, which some programs run, some read and some search.
 * It is held to what fonts are written as, so that all find the same names. `clearLength`: what the PDF says of where the
 * encrypted part begins. `undefined` where they may find others.
 */
export function readType1(bytes: Uint8Array, clearLength: number): NamedGlyphs | undefined {
  if (clearLength > MAX_CLEAR || clearLength > bytes.length || bytes.length - clearLength > MAX_PRIVATE)
    return undefined;
  const clear = toLatin1(bytes.subarray(0, clearLength));
  if (!/^%!(?:PS-AdobeFont|FontType)/.test(clear) || !/[ \t\r\n]currentfile[ \t\r\n]+eexec[ \t\r\n]{1,2}$/.test(clear))
    return undefined;
  const code = withoutTexts(clear);
  if (code === undefined) return undefined;
  if (!ONCE_IN_CLEAR.every((word) => count(clear, word) === 1 && code.includes(word))) return undefined;
  if (NOT_IN_CLEAR.some((word) => clear.includes(word)) || !hasPlainScale(code) || !isFilled(clear)) return undefined;
  // Encrypted bytes in hexadecimal some do not read, and of white space before them some leave out more (§7.2).
  if (/^(?:[ \t\r\n]|[\dA-Fa-f]{4})/.test(toLatin1(bytes.subarray(clearLength, clearLength + 4)))) return undefined;
  const encoding = readEncoding(code, code.indexOf('/Encoding'));
  if (!encoding || !isPlainHead(code.replace(encoding.text, ''))) return undefined;
  const found = readPrivate(decrypted(bytes, clearLength));
  return found && { ...found, encoding: encoding.names };
}

/** Without comments, and with nothing in strings; `undefined` where one does not end. */
function withoutTexts(clear: string): string | undefined {
  let out = '';
  let depth = 0;
  for (let at = 0; at < clear.length; at++) {
    const char = clear[at]!;
    if (depth === 0 && char === '%') {
      while (at < clear.length && clear[at] !== '\n' && clear[at] !== '\r') at++;
      out += '\n';
    } else if (depth > 0 && char === '\\') at++;
    else if (char === '(') {
      if (depth++ === 0) out += '(';
    } else if (char === ')') {
      if (--depth < 0) return undefined;
      if (depth === 0) out += ')';
    } else if (depth === 0) out += char;
  }
  return depth === 0 ? out : undefined;
}

function count(text: string, word: string): number {
  return text.split(word).length - 1;
}

/** A thousandth, as nearly all have it: another scale some follow, some do not. */
function hasPlainScale(code: string): boolean {
  const [, inside = ''] = /\/FontMatrix\s*\[([^\]]{1,80})\]/.exec(code) ?? [];
  const matrix = inside.trim().split(/\s+/).map(Number);
  return matrix.length === 6 && [0.001, 0, 0, 0.001, 0, 0].every((value, i) => matrix[i] === value);
}

/**
 * It is of Type 1, and its outlines are filled: of a font that strokes them (Adobe Type 1 Font Format §5.3) most programs
 * fill them all the same.
 */
function isFilled(clear: string): boolean {
  return isOnce(clear, '/FontType', '1') && isOnce(clear, '/PaintType', '0');
}

function isOnce(clear: string, key: string, value: string): boolean {
  const [, found] = clear.split(new RegExp(`${key}(?=[ \\t\\r\\n])`));
  return count(clear, key) === 0 || (count(clear, key) === 1 && found?.trimStart().startsWith(`${value} `) === true);
}

interface OwnEncoding {
  readonly names: readonly (string | undefined)[];
  /** How it stands in the font. */
  readonly text: string;
}

/** Entries of one dictionary, and the way into the encrypted part. */
function isPlainHead(code: string): boolean {
  const text = Type1Text.of(code);
  if (!text?.asks() || !text.takes('#', 'dict', 'begin') || !text.entries()) return false;
  return text.takes('currentdict', 'end', 'currentfile', 'eexec') && text.isAtEnd;
}

function readEncoding(code: string, at: number): OwnEncoding | undefined {
  const standard = new RegExp(`/Encoding${SPACE}StandardEncoding${SPACE}def\\b`, 'y');
  standard.lastIndex = at;
  if (standard.test(code)) return { names: STANDARD_ENCODING, text: code.slice(at, standard.lastIndex) };
  const begin = new RegExp(
    `/Encoding${SPACE}256${SPACE}array${SPACE}` +
      `0 1 255[ \\t\\r\\n]*\\{[ \\t\\r\\n]*1 index exch[ \\t\\r\\n]*/\\.notdef put[ \\t\\r\\n]*\\}[ \\t\\r\\n]*for${SPACE}`,
    'y',
  );
  begin.lastIndex = at;
  if (!begin.test(code)) return undefined;
  const encoding = new Array<string | undefined>(256).fill(undefined);
  const put = new RegExp(`dup${SPACE}(\\d{1,3})[ \\t\\r\\n]*(${NAME})${SPACE}put${SPACE}`, 'y');
  put.lastIndex = begin.lastIndex;
  let end = begin.lastIndex;
  for (let found = put.exec(code); found; found = put.exec(code)) {
    const number = Number(found[1]);
    if (number > 255 || encoding[number] !== undefined) return undefined;
    encoding[number] = found[2]!.slice(1);
    end = put.lastIndex;
  }
  const close = new RegExp(`(?:readonly${SPACE})?def\\b`, 'y');
  close.lastIndex = end;
  return close.test(code) ? { names: encoding, text: code.slice(at, close.lastIndex) } : undefined;
}

function decrypted(bytes: Uint8Array, from: number): Uint8Array {
  const out = new Uint8Array(bytes.length - from);
  let key = KEY;
  for (let i = 0; i < out.length; i++) {
    const cipher = bytes[from + i]!;
    out[i] = cipher ^ (key >> 8);
    key = ((cipher + key) * FACTOR + TERM) & 0xffff;
  }
  return out.subarray(RANDOM);
}

/** The names of the glyphs, and the program of each. */
function readPrivate(bytes: Uint8Array): Omit<NamedGlyphs, 'encoding'> | undefined {
  const text = toLatin1(bytes);
  if (!ONCE_IN_PRIVATE.every((word) => count(text, word) === 1)) return undefined;
  if (NOT_IN_PRIVATE.some((word) => text.includes(word))) return undefined;
  if (NOT_TWICE.some((word) => count(text, word) > 1)) return undefined;
  const routines = readRoutines(bytes, text);
  const glyphsAt = text.indexOf('/CharStrings');
  if (!routines || !isPlainPrivate(text.slice(0, routines.from ?? glyphsAt), routines.from === undefined))
    return undefined;
  if (routines.from !== undefined && !isPlainRest(text.slice(routines.end, glyphsAt))) return undefined;
  const [, skipped = '4'] = /\/lenIV[ \t\r\n]+(\d{1,2})[ \t\r\n]/.exec(text) ?? [];
  const begin = new RegExp(`/CharStrings${SPACE}(\\d{1,5})${SPACE}dict${SPACE}dup${SPACE}begin${SPACE}`, 'y');
  begin.lastIndex = glyphsAt;
  const [, announced] = begin.exec(text) ?? [];
  const names = new Map<string, number>();
  const programs: Uint8Array[] = [];
  const head = new RegExp(`(${NAME})${SPACE}(\\d{1,5})${SPACE}(?:RD|-\\|) `, 'y');
  const tail = /[ \t\r\n]*(?:ND|\|-|noaccess def)[ \t\r\n]+/y;
  let at = begin.lastIndex;
  for (;;) {
    head.lastIndex = at;
    const found = head.exec(text);
    if (!found) break;
    const name = found[1]!.slice(1);
    tail.lastIndex = head.lastIndex + Number(found[2]);
    // Of two glyphs of one name, some take the first, some the last.
    if (names.has(name) || !tail.test(text)) return undefined;
    names.set(name, names.size);
    programs.push(bytes.subarray(head.lastIndex, head.lastIndex + Number(found[2])));
    at = tail.lastIndex;
  }
  const isWhole = TAIL.test(text.slice(at, at + MAX_TAIL)) && names.size <= Number(announced) && names.has('.notdef');
  if (!isWhole) return undefined;
  return { names, glyphs: new Type1Glyphs(programs, routines.programs, names, Number(skipped)) };
}

interface OwnRoutines {
  readonly programs: readonly (Uint8Array | undefined)[];
  /** Where they stand. */
  readonly from: number | undefined;
  readonly end: number;
}

/** What stands before the routines, or before the glyphs in a font without. */
function isPlainPrivate(text: string, isAll: boolean): boolean {
  const code = withoutTexts(text);
  const words = code === undefined ? undefined : Type1Text.of(code);
  // Values are worked out here, as fonts have it: words alone, in whatever order.
  const isBegun = words?.takes('dup', '/Private', '#', 'dict', 'dup', 'begin') === true;
  return isBegun && words.isBalanced() && (!isAll || /[ \t\r\n]2[ \t\r\n]+index[ \t\r\n]+$/.test(text));
}

/** What stands between routines and glyphs. */
function isPlainRest(text: string): boolean {
  const words = Type1Text.of(text);
  const ends = words?.takes('ND') || words?.takes('|-') || words?.takes('def') || words?.takes('noaccess', 'def');
  return words !== undefined && ends === true && words.entries() && words.takes('2', 'index') && words.isAtEnd;
}

/** The routines that programs of glyphs call, by number; none where there are none. */
function readRoutines(bytes: Uint8Array, text: string): OwnRoutines | undefined {
  const from = text.indexOf('/Subrs');
  if (from < 0) return { programs: [], from: undefined, end: 0 };
  const begin = new RegExp(`/Subrs${SPACE}(\\d{1,5})${SPACE}array${SPACE}`, 'y');
  begin.lastIndex = from;
  const [, announced] = begin.exec(text) ?? [];
  if (announced === undefined) return undefined;
  const routines = new Array<Uint8Array | undefined>(Number(announced)).fill(undefined);
  const head = new RegExp(`dup${SPACE}(\\d{1,5})${SPACE}(\\d{1,5})${SPACE}(?:RD|-\\|) `, 'y');
  const tail = /[ \t\r\n]*(?:NP|\||noaccess put)[ \t\r\n]+/y;
  let at = begin.lastIndex;
  for (;;) {
    head.lastIndex = at;
    const found = head.exec(text);
    if (!found) return { programs: routines, from, end: at };
    const number = Number(found[1]);
    tail.lastIndex = head.lastIndex + Number(found[2]);
    if (number >= routines.length || routines[number] || !tail.test(text)) return undefined;
    routines[number] = bytes.subarray(head.lastIndex, head.lastIndex + Number(found[2]));
    at = tail.lastIndex;
  }
}
