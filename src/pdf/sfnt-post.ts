import { toLatin1 } from '../core/bytes.ts';
import { MAC_ORDER } from './glyph-names.ts';
import type { Sfnt } from './sfnt.ts';

const NONE: ReadonlyMap<string, readonly number[]> = new Map();
const HEADER = 32;
const MAX_TEXTS = 65_536;

/**
 * The glyphs that have each name in the `post` table (ISO/IEC 14496-22 §5.2.8): of a name given twice, programs take the
 * first or the last. `undefined` where they may read different names.
 */
export function glyphNames(sfnt: Sfnt): ReadonlyMap<string, readonly number[]> | undefined {
  const table = sfnt.tableView('post');
  if (!table) return NONE;
  if (table.byteLength < HEADER) return undefined;
  switch (table.getUint32(0)) {
    case 0x00010000:
      return byName(Array.from({ length: Math.min(sfnt.glyphCount, MAC_ORDER.length) }, (_, i) => MAC_ORDER[i]!));
    case 0x00020000:
      return namedByNumber(table, sfnt.glyphCount);
    case 0x00030000:
      return NONE;
    default:
      return undefined;
  }
}

function namedByNumber(table: DataView, glyphs: number): ReadonlyMap<string, readonly number[]> | undefined {
  const from = HEADER + 2 + 2 * glyphs;
  if (from > table.byteLength || table.getUint16(HEADER) !== glyphs) return undefined;
  const texts: string[] = [];
  for (let at = from; at < table.byteLength;) {
    const length = table.getUint8(at++);
    if (at + length > table.byteLength || texts.length === MAX_TEXTS) return undefined;
    texts.push(toLatin1(new Uint8Array(table.buffer, table.byteOffset + at, length)));
    at += length;
  }
  const names: string[] = [];
  for (let glyph = 0; glyph < glyphs; glyph++) {
    const index = table.getUint16(HEADER + 2 + 2 * glyph);
    const name = index < MAC_ORDER.length ? MAC_ORDER[index] : texts[index - MAC_ORDER.length];
    if (name === undefined) return undefined;
    names.push(name);
  }
  return byName(names);
}

function byName(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const glyphs = new Map<string, number[]>();
  for (const [glyph, name] of names.entries()) {
    const known = glyphs.get(name);
    if (known) known.push(glyph);
    else glyphs.set(name, [glyph]);
  }
  return glyphs;
}
