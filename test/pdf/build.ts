import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1 } from '../../src/core/bytes.ts';

/** A file in the making, written by hand so that it can be wrong on purpose. */
export class PdfBuilder {
  readonly #parts: Uint8Array[] = [];
  readonly offsets: Map<number, number> = new Map();
  length: number = 0;
  #highest = 0;

  constructor(header: string = '%PDF-1.7\n') {
    this.raw(header);
  }

  raw(part: string | Uint8Array): this {
    const bytes = typeof part === 'string' ? fromLatin1(part) : part;
    this.#parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  object(number: number, body: string, generation: number = 0): this {
    this.offsets.set(number, this.length);
    return this.raw(`${number} ${generation} obj\n${body}\nendobj\n`);
  }

  stream(number: number, dict: string, data: string | Uint8Array): this {
    const bytes = typeof data === 'string' ? fromLatin1(data) : data;
    this.offsets.set(number, this.length);
    this.raw(`${number} 0 obj\n<<${dict}/Length ${bytes.length}>>\nstream\n`).raw(bytes);
    return this.raw('\nendstream\nendobj\n');
  }

  /** One page, one content stream: objects 1 to 4. */
  letter(content: string = 'BT ET', page: string = ''): this {
    this.object(1, '<</Type/Catalog/Pages 2 0 R>>');
    this.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
    this.object(3, `<</Type/Page/Parent 2 0 R/Contents 4 0 R${page}>>`);
    return this.stream(4, '', content);
  }

  /** A table of the objects written since the last one, a trailer, startxref. Returns where the table stands. */
  table(trailer: string = '/Root 1 0 R', extra: string = ''): number {
    const at = this.length;
    this.#highest = Math.max(this.#highest, ...this.offsets.keys());
    this.raw(`xref\n0 1\n0000000000 65535 f \n`);
    for (const [number, offset] of this.offsets) {
      this.raw(`${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`);
    }
    this.raw(`${extra}trailer\n<<${trailer}/Size ${this.#highest + 1}>>\nstartxref\n${at}\n%%EOF\n`);
    return at;
  }

  /** The same as a stream of that number, which it lists or not, of offsets with four bytes and generations with two. */
  tableStream(number: number, trailer: string = '/Root 1 0 R', isListed: boolean = true): number {
    const at = this.length;
    const own = isListed ? [[number, at] as const] : [];
    const all = [...this.offsets, ...own].toSorted(([a], [b]) => a - b);
    this.#highest = Math.max(this.#highest, number, ...this.offsets.keys());
    const data = new Uint8Array(7 * all.length);
    const view = new DataView(data.buffer);
    for (const [i, [, offset]] of all.entries()) {
      data[7 * i] = 1;
      view.setUint32(7 * i + 1, offset);
    }
    const index = all.map(([one]) => `${one} 1`).join(' ');
    this.stream(number, `/Type/XRef/W[1 4 2]/Index[${index}]${trailer}/Size ${this.#highest + 1}`, data);
    this.raw(`startxref\n${at}\n%%EOF\n`);
    return at;
  }

  done(): Uint8Array {
    return concat(...this.#parts);
  }
}

/** A letter with a table: what most tests start from. */
export function letter(content?: string, page?: string, trailer?: string): Uint8Array {
  const builder = new PdfBuilder().letter(content, page);
  builder.table(trailer);
  return builder.done();
}

/** The same, whose objects all stand in one object stream, coded by FlateDecode. */
export function packed(objects: readonly (readonly [number, string])[]): Uint8Array {
  const builder = new PdfBuilder();
  const highest = Math.max(...objects.map(([number]) => number));
  const [holder, table] = [highest + 1, highest + 2];
  let [head, body] = ['', ''];
  for (const [number, object] of objects) {
    head += `${number} ${body.length} `;
    body += `${object}\n`;
  }
  const data = nodePrimitives.deflate(fromLatin1(head + body));
  builder.stream(holder, `/Type/ObjStm/N ${objects.length}/First ${head.length}/Filter/FlateDecode`, data);
  const at = builder.length;
  const rows = new Uint8Array(7 * (table + 1));
  const view = new DataView(rows.buffer);
  const put = (number: number, kind: number, place: number, index: number): void => {
    rows[7 * number] = kind;
    view.setUint32(7 * number + 1, place);
    view.setUint16(7 * number + 5, index);
  };
  put(0, 0, 0, 65_535);
  for (const [index, [number]] of objects.entries()) put(number, 2, holder, index);
  put(holder, 1, builder.offsets.get(holder)!, 0);
  put(table, 1, at, 0);
  builder.stream(table, `/Type/XRef/W[1 4 2]/Size ${table + 1}/Root 1 0 R`, rows);
  return builder.raw(`startxref\n${at}\n%%EOF\n`).done();
}
