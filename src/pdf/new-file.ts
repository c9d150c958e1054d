import type { Primitives } from '../core/primitives.ts';
import { pdfArray, pdfRef, pdfString, type PdfRef } from './object.ts';
import { PdfWriter, writableDict, type Writable } from './serialise.ts';

/** The second line: bytes above 127, so that nobody takes the file for text (ISO 32000-2 §7.5.2). */
const HEADER = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n';

/** A file from nothing, in one section with a plain table (ISO 32000-2 §7.5). The same objects make the same bytes. */
export class NewPdf {
  readonly #objects: (Writable | undefined)[] = [];

  allocate(): PdfRef {
    return pdfRef(this.#objects.push(undefined));
  }

  /** Writes `object` under a reference from `allocate`. */
  put({ number }: PdfRef, object: Writable): void {
    if (number < 1 || number > this.#objects.length) throw new Error(`object ${number} was not allocated`);
    this.#objects[number - 1] = object;
  }

  /** `allocate` and `put`. */
  add(object: Writable): PdfRef {
    const ref = this.allocate();
    this.put(ref, object);
    return ref;
  }

  /** The whole file. `root` is the catalog, `info` the information dictionary. */
  finish(root: PdfRef, info: PdfRef, primitives: Pick<Primitives, 'digest'>): Uint8Array {
    const writer = new PdfWriter();
    writer.text(HEADER);
    let table = '0000000000 65535 f \n';
    for (const [i, object] of this.#objects.entries()) {
      if (object === undefined) throw new Error(`object ${i + 1} was allocated and never put`);
      table += `${String(writer.length).padStart(10, '0')} 00000 n \n`;
      writer.text(`${i + 1} 0 obj\n`);
      writer.object(object);
      writer.text('\nendobj\n');
    }
    const startxref = writer.length;
    const id = pdfString(primitives.digest('SHA-256', writer.done()).subarray(0, 16), true);
    const size = this.#objects.length + 1;
    writer.text(`xref\n0 ${size}\n${table}trailer\n`);
    writer.object(writableDict({ Size: size, Root: root, Info: info, ID: pdfArray(id, id) }));
    writer.text(`\nstartxref\n${startxref}\n%%EOF\n`);
    return writer.done();
  }
}
