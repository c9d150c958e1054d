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
