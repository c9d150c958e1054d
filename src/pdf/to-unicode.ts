import { toLatin1 } from '../core/bytes.ts';
import type { ContentSource } from './font-metrics.ts';
import { unicodeOf } from './glyph-names.ts';
import { isName, type PdfDict } from './object.ts';
import { readEncoding } from './simple-encoding.ts';

/** What the codes of a font stand for, as programs that copy text read it (ISO 32000-2 §9.10). */
export interface CodeTexts {
  /** Of a code. */
  readonly bytes: 1 | 2;
  /** Empty where nobody can tell. */
  textOf(code: number): string;
}

const MOST_MAP_BYTES = 1 << 20;
const MOST_CODES = 65_536;
const HEX_PAIR = /<([0-9a-f\s]{1,16})>\s*<([0-9a-f\s]{1,512})>/gi;
const HEX_RANGE = /<([0-9a-f]{1,8})>\s*<([0-9a-f]{1,8})>\s*(?:<([0-9a-f\s]{1,512})>|\[([^\]]{0,200000})\])/gi;

/** By its own map, or its encoding. Never throws: what cannot be read stands for nothing. */
export function codeTexts(source: ContentSource, font: PdfDict): CodeTexts {
  const bytes = isName(source.resolve(font.entries.get('Subtype')), 'Type0') ? 2 : 1;
  const content = source.content(font.entries.get('ToUnicode'));
  const map = content && content.length <= MOST_MAP_BYTES ? readMap(toLatin1(content)) : undefined;
  const encoding = bytes === 1 ? readEncoding(source, font) : undefined;
  return {
    bytes,
    textOf(code) {
      const mapped = map?.get(code);
      if (mapped !== undefined) return mapped;
      if (bytes === 2) return '';
      const name = encoding?.differences?.get(code) ?? encoding?.baseNames?.[code];
      const unicode = name === undefined ? undefined : unicodeOf(name);
      return String.fromCodePoint(unicode ?? code);
    },
  };
}

function readMap(text: string): ReadonlyMap<number, string> {
  const map = new Map<number, string>();
  const put = (code: number, said: string): void => {
    if (map.size < MOST_CODES) map.set(code, said);
  };
  for (const [, block = ''] of text.matchAll(/beginbfchar([^]*?)endbfchar/g)) {
    for (const [, code = '', said = ''] of block.matchAll(HEX_PAIR)) put(codeIn(code), utf16(said));
  }
  for (const [, block = ''] of text.matchAll(/beginbfrange([^]*?)endbfrange/g)) {
    for (const [, from = '', to = '', said, list] of block.matchAll(HEX_RANGE)) {
      const first = codeIn(from);
      const last = Math.min(codeIn(to), first + MOST_CODES);
      const each = list === undefined ? undefined : [...list.matchAll(/<([0-9a-f\s]*)>/gi)].map(([, one = '']) => one);
      const start = utf16(said ?? '');
      const unit = start.charCodeAt(start.length - 1);
      for (let code = first; code <= last && map.size < MOST_CODES; code++) {
        const step = code - first;
        if (each) {
          if (each[step] === undefined) break;
          put(code, utf16(each[step]));
        } else if (start !== '') put(code, start.slice(0, -1) + String.fromCharCode(unit + step));
      }
    }
  }
  return map;
}

function codeIn(hex: string): number {
  return Number.parseInt(hex.replaceAll(/\s/g, ''), 16);
}

function utf16(hex: string): string {
  const digits = hex.replaceAll(/\s/g, '');
  const units = digits.match(/.{4}/g) ?? (digits === '' ? [] : [digits]);
  return String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)));
}
