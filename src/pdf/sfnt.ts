interface Table {
  readonly from: number;
  readonly length: number;
}

const HEADER = 12;
const RECORD = 16;
const MAX_TABLES = 64;
const TRUE_TYPE = 0x00010000;
const TRUE_TYPE_OF_APPLE = 0x74727565;
const COMPACT = 0x4f54544f;
const MAGIC = 0x5f0f3cf5;
/** Pictures and colours, which some programs show in place of outlines. */
const PICTURES = ['COLR', 'CBDT', 'CBLC', 'SVG ', 'sbix', 'bdat', 'bloc'];

/**
 * An sfnt file (ISO/IEC 14496-22 §4): a TrueType font, or OpenType with outlines of either kind, whose tables every program
 * finds at the same place and takes for as many glyphs.
 */
export class Sfnt {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly compact: boolean;
  readonly glyphCount: number;
  readonly #tables: ReadonlyMap<string, Table>;

  /** Use `readSfnt`. */
  constructor(bytes: Uint8Array, view: DataView, compact: boolean, tables: ReadonlyMap<string, Table>) {
    this.bytes = bytes;
    this.view = view;
    this.compact = compact;
    this.#tables = tables;
    this.glyphCount = this.view.getUint16(tables.get('maxp')!.from + 4);
  }

  /** The bytes of a table. */
  table(tag: string): Uint8Array | undefined {
    const found = this.#tables.get(tag);
    return found && this.bytes.subarray(found.from, found.from + found.length);
  }

  tableView(tag: string): DataView | undefined {
    const found = this.#tables.get(tag);
    return found && new DataView(this.view.buffer, this.view.byteOffset + found.from, found.length);
  }
}

/** `undefined` where programs may read different fonts, or none. */
export function readSfnt(bytes: Uint8Array): Sfnt | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(0);
  const compact = version === COMPACT;
  if (!compact && version !== TRUE_TYPE && version !== TRUE_TYPE_OF_APPLE) return undefined;
  const tables = readDirectory(bytes, view);
  if (!tables || !hasPlainSizes(view, tables, compact)) return undefined;
  return new Sfnt(bytes, view, compact, tables);
}

function readDirectory(bytes: Uint8Array, view: DataView): ReadonlyMap<string, Table> | undefined {
  const count = view.getUint16(4);
  const end = HEADER + RECORD * count;
  if (count === 0 || count > MAX_TABLES || end > bytes.length) return undefined;
  const tables = new Map<string, Table>();
  for (let at = HEADER; at < end; at += RECORD) {
    const tag = String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
    if (!/^[ -~]{4}$/.test(tag)) return undefined;
    const from = view.getUint32(at + 8);
    const length = view.getUint32(at + 12);
    if (tables.has(tag) || PICTURES.includes(tag) || from < end || from + length > bytes.length) return undefined;
    tables.set(tag, { from, length });
  }
  let last = end;
  for (const { from, length } of [...tables.values()].sort((a, b) => a.from - b.from)) {
    if (length > 0 && from < last) return undefined;
    last = Math.max(last, from + length);
  }
  return tables;
}

/** The tables that say how large others are (ISO/IEC 14496-22 §5.2). */
function hasPlainSizes(view: DataView, tables: ReadonlyMap<string, Table>, compact: boolean): boolean {
  const [head, maxp, hhea, hmtx] = [tables.get('head'), tables.get('maxp'), tables.get('hhea'), tables.get('hmtx')];
  if (!maxp || maxp.length < (compact ? 6 : 32)) return false;
  const glyphs = view.getUint16(maxp.from + 4);
  if (glyphs === 0) return false;
  if (!head || head.length < 54 || view.getUint32(head.from + 12) !== MAGIC) return false;
  const units = view.getUint16(head.from + 18);
  if (units < 16 || units > 16_384) return false;
  if (!hhea || hhea.length < 36 || !hmtx) return false;
  const metrics = view.getUint16(hhea.from + 34);
  if (metrics === 0 || metrics > glyphs || hmtx.length < 4 * metrics + 2 * (glyphs - metrics)) return false;
  return compact ? tables.has('CFF ') && !tables.has('glyf') : tables.has('glyf') && !tables.has('CFF ');
}
