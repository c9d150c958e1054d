import { concat, fromLatin1 } from '../../src/core/bytes.ts';

/** A save to be written behind a file, object by object. */
export interface Save {
  /** What it stands behind, where that is another file. */
  readonly behind?: Uint8Array;
  /** As they stand in the file, `N 0 obj` to `endobj`. */
  readonly objects: readonly string[];
  readonly trailer: string;
  /** With a cross-reference stream, as which object. */
  readonly stream?: number;
}

/** What stands before each object, and around the table: where a byte may be put in. */
export interface Joints {
  readonly before?: ReadonlyMap<number, string>;
  /** In the text from `xref` on, by its place there. */
  readonly inTable?: { readonly at: number; readonly text: string };
  /** Rows of the table beside those of the objects. */
  readonly rows?: readonly (readonly [number: number, offset: number])[];
}

export const numberOf = (object: string): number => Number(/^\D*(\d+)/.exec(object)![1]);

/** The file with the save behind it, its table made anew. */
export function written(
  other: Uint8Array,
  { objects, trailer, stream, behind: signed = other }: Save,
  { before, inTable, rows = [] }: Joints = {},
): Uint8Array {
  let text = '';
  const placed: [number: number, offset: number][] = [];
  for (const [i, object] of objects.entries()) {
    text += before?.get(i) ?? '';
    placed.push([numberOf(object), signed.length + text.length + object.search(/\d/)]);
    text += `${object}\n`;
  }
  const at = signed.length + text.length;
  const all = [...placed, ...rows];
  let table: string;
  if (stream === undefined) {
    const lines = all.map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`);
    table = `xref\n${lines.join('')}trailer\n${trailer}\n`;
  } else {
    const entries: (readonly [number, number])[] = [...all, [stream, at]];
    const bytes = entries.flatMap(([, offset]) => [1, offset >> 24, offset >> 16, offset >> 8, offset]);
    const data = String.fromCharCode(...bytes.map((byte) => byte & 255));
    const index = entries.map(([number]) => `${number} 1`).join(' ');
    const dict = trailer.replace('<<', `<</Type/XRef/W[1 4 0]/Index[${index}]/Length ${data.length}`);
    table = `${stream} 0 obj\n${dict}\nstream\n${data}\nendstream\nendobj\n`;
  }
  const end = `${table}startxref\n${at}\n%%EOF\n`;
  return concat(
    signed,
    fromLatin1(text + (inTable ? end.slice(0, inTable.at) + inTable.text + end.slice(inTable.at) : end)),
  );
}

/** Of an object: where each of the keys of its own dictionary stands, and its value. */
export function entriesOf(object: string): { readonly from: number; readonly to: number; readonly value: string }[] {
  const found: { from: number; to: number; value: string }[] = [];
  let depth = 0;
  let from = -1;
  for (const [token] of [...object.matchAll(/<<|>>|[[\]]|\([^)]*\)|<[0-9a-f]*>|\/[\w.-]+|\d+ 0 R|[\d.-]+|\w+|\s/g)].map(
    (match) => [match] as const,
  )) {
    const [text] = token;
    const at = token.index;
    if (text === '<<' || text === '[') depth++;
    const isValue = depth === 1 || ((text === '<<' || text === '[') && depth === 2);
    if (isValue && from < 0 && text.startsWith('/')) from = at + text.length;
    else if (from >= 0 && depth === 1 && !/^\s$/.test(text) && text !== '>>' && text !== ']') {
      found.push({ from, to: at + text.length, value: text });
      from = -1;
    }
    if (text === '>>' || text === ']') {
      depth--;
      if (depth === 1 && from >= 0) {
        found.push({ from, to: at + text.length, value: object.slice(from).trim() });
        from = -1;
      }
      if (depth === 0) break;
    }
  }
  return found;
}
