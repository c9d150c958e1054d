import type { ContentSource } from './font-metrics.ts';
import { type CodeNames, ENCODINGS } from './glyph-names.ts';
import { type PdfDict, isName, isPdf } from './object.ts';

/** What the /Encoding of a simple font says (ISO 32000-2 §9.6.5). */
export interface SimpleEncoding {
  readonly base: 'WinAnsiEncoding' | 'MacRomanEncoding' | undefined;
  readonly baseNames: CodeNames | undefined;
  readonly differences: ReadonlyMap<number, string>;
}

const MAX_ITEMS = 1024;
const NONE: SimpleEncoding = { base: undefined, baseNames: undefined, differences: new Map() };

/** `undefined` where programs may read something else, or know nothing of it. */
export function readEncoding(source: ContentSource, font: PdfDict): SimpleEncoding | undefined {
  const encoding = source.resolve(font.entries.get('Encoding')) ?? null;
  if (encoding === null) return NONE;
  if (isPdf(encoding, 'name')) return named(encoding.name);
  if (!isPdf(encoding, 'dict')) return undefined;
  const type = source.resolve(encoding.entries.get('Type')) ?? null;
  if (type !== null && !isName(type, 'Encoding')) return undefined;
  const base = source.resolve(encoding.entries.get('BaseEncoding')) ?? null;
  const start = base === null ? NONE : isPdf(base, 'name') ? named(base.name) : undefined;
  const list = source.resolve(encoding.entries.get('Differences')) ?? null;
  if (!start || list === null) return start;
  if (!isPdf(list, 'array') || list.items.length > MAX_ITEMS) return undefined;
  const differences = new Map<number, string>();
  let code = -1;
  for (const entry of list.items) {
    const item = source.resolve(entry);
    if (typeof item === 'number') {
      if (!Number.isInteger(item) || item < 0 || item > 255) return undefined;
      code = item;
    } else if (isPdf(item, 'name')) {
      // Of a code named twice, some take the first.
      if (code < 0 || code > 255 || differences.has(code)) return undefined;
      differences.set(code++, item.name);
    } else return undefined;
  }
  return { ...start, differences };
}

function named(name: string): SimpleEncoding | undefined {
  const baseNames = ENCODINGS.get(name);
  return baseNames && { ...NONE, base: name as 'WinAnsiEncoding' | 'MacRomanEncoding', baseNames };
}
