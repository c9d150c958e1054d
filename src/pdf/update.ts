import type { PdfDocument } from './document.ts';
import { isPdf, pdfArray, pdfName, pdfRef, pdfString, type PdfRef } from './object.ts';
import { withWritable, writableArray, writableDict, PdfWriter, type PdfRaw, type Writable } from './serialise.ts';

/** What is put behind the original to make the updated file: original ‖ `appended`. */
export interface FinishedUpdate {
  readonly appended: Uint8Array;
  /** Object number to its position in the updated file. */
  readonly offsets: ReadonlyMap<number, number>;
  /** Where each raw object starts in the updated file. */
  readonly raws: ReadonlyMap<PdfRaw, number>;
  /** Of the updated file. */
  readonly length: number;
}

/** Bytes that make the identifier of a save. */
const MOST_TOLD = 8192;

/** What belongs to one section or one way of writing it, and is not carried into the next trailer. */
const NOT_CARRIED = new Set(
  ['Prev', 'XRefStm', 'Size', 'ID', 'Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms', 'DL'].concat(
    // LibreOffice's checksum of the whole file.
    'DocChecksum',
  ),
);

/**
 * An incremental update (ISO 32000-2 §7.5.6) in the making: its cost depends on what it writes, not on the file. The
 * last section's kind is kept; after a hybrid file comes a plain table, which every reader of a hybrid file reads.
 */
export class PdfUpdate {
  readonly document: PdfDocument;
  readonly #objects = new Map<number, Writable>();
  readonly #trailer = new Map<string, Writable>();
  #next: number;

  /** Use `beginUpdate`. */
  constructor(document: PdfDocument) {
    this.document = document;
    const size = document.trailer.entries.get('Size');
    this.#next = Math.max(document.size, typeof size === 'number' && Number.isSafeInteger(size) ? size : 0, 1);
    for (const [key, value] of document.trailer.entries) if (!NOT_CARRIED.has(key)) this.#trailer.set(key, value);
  }

  /** A number that no revision has used. */
  allocate(): PdfRef {
    return pdfRef(this.#next++);
  }

  /** Writes `object` under that reference: one from `allocate`, or an object of the document that it replaces. */
  put(ref: PdfRef, object: Writable): void {
    if (ref.number < 1 || ref.number >= this.#next) throw new Error(`object ${ref.number} was not allocated`);
    if (ref.generation !== this.#generation(ref.number)) throw new Error(`object ${ref.number} has another generation`);
    this.#objects.set(ref.number, object);
  }

  /** `allocate` and `put`. */
  add(object: Writable): PdfRef {
    const ref = this.allocate();
    this.put(ref, object);
    return ref;
  }

  /** The object as this update leaves it. */
  current(ref: PdfRef): Writable {
    const put = this.#objects.get(ref.number);
    return put !== undefined && ref.generation === this.#generation(ref.number) ? put : this.document.get(ref);
  }

  /** Sets an entry of the trailer, such as /Info; /Root, /Size, /Prev and /ID need nothing. */
  setTrailer(key: string, value: Writable): void {
    this.#trailer.set(key, value);
  }

  #generation(number: number): number {
    const entry = this.document.xrefEntry(number);
    return entry?.kind === 'offset' || entry?.kind === 'free' ? entry.generation : 0;
  }

  /** The bytes to append. Raw objects keep the length that they were given. */
  finish(): FinishedUpdate {
    const { bytes } = this.document;
    const writer = new PdfWriter(this.#expectedLength());
    const offsets = new Map<number, number>();
    const last = bytes[bytes.length - 1];
    if (last !== 10 && last !== 13) writer.text('\n');
    const asStream = this.document.revisions[0]!.kind === 'stream';
    const numbers = [...this.#objects.keys()].sort((a, b) => a - b);
    for (const number of numbers) {
      offsets.set(number, bytes.length + writer.length);
      writer.text(`${number} ${this.#generation(number)} obj\n`);
      writer.object(this.#objects.get(number)!);
      writer.text('\nendobj\n');
    }
    const startxref = bytes.length + writer.length;
    this.#trailer.set('ID', this.#identifier(writer.done()));
    if (asStream) this.#writeStream(writer, numbers, offsets, startxref);
    else this.#writeTable(writer, numbers, offsets);
    writer.text(`startxref\n${startxref}\n%%EOF\n`);
    const raws = new Map<PdfRaw, number>();
    for (const [raw, at] of writer.raws) raws.set(raw, bytes.length + at);
    return { appended: writer.done(), offsets, raws, length: bytes.length + writer.length };
  }

  /** So that the writer seldom grows: streams, and room for dictionaries and a signature. */
  #expectedLength(): number {
    let length = 32_768;
    for (const object of this.#objects.values()) {
      if (typeof object === 'object' && object?.type === 'stream') length += object.data.length;
    }
    return length;
  }

  /** ISO 32000-2 §14.4: the first half stays, the second changes with every save. */
  #identifier(written: Uint8Array): Writable {
    const old = this.document.resolve(this.document.trailer.entries.get('ID'));
    const halves = isPdf(old, 'array') ? old.items.map((half) => this.document.resolve(half)) : [];
    const [first, second] = halves;
    const before = isPdf(second, 'string') ? second.bytes : new Uint8Array(0);
    // Its last objects tell one save from another; all of them would be hashed for nothing else.
    const told = written.subarray(-MOST_TOLD);
    const fresh = this.document.primitives.digest('SHA-256', before, told).subarray(0, 16);
    const changed = pdfString(fresh, true);
    return pdfArray(isPdf(first, 'string') ? pdfString(first.bytes, true) : changed, changed);
  }

  #writeTable(writer: PdfWriter, numbers: readonly number[], offsets: ReadonlyMap<number, number>): void {
    writer.text('xref\n');
    // A table without subsections is not one.
    if (numbers.length === 0) writer.text('0 0\n');
    for (const [first, count] of runs(numbers)) {
      writer.text(`${first} ${count}\n`);
      for (let number = first; number < first + count; number++) {
        const offset = String(offsets.get(number)!).padStart(10, '0');
        writer.text(`${offset} ${String(this.#generation(number)).padStart(5, '0')} n \n`);
      }
    }
    writer.text('trailer\n');
    writer.object(withWritable({ type: 'dict', entries: this.#trailer }, this.#sizeAndPrevious()));
    writer.text('\n');
  }

  #sizeAndPrevious(): Record<'Size' | 'Prev', number> {
    return { Size: this.#next, Prev: this.document.revisions[0]!.startxref };
  }

  #writeStream(
    writer: PdfWriter,
    numbers: readonly number[],
    offsets: ReadonlyMap<number, number>,
    startxref: number,
  ): void {
    const own = this.allocate().number;
    const all = [...numbers, own];
    const width = startxref > 0xffffffff ? 5 : 4;
    const data = new Uint8Array(all.length * (width + 3));
    let at = 0;
    for (const number of all) {
      const offset = number === own ? startxref : offsets.get(number)!;
      const generation = this.#generation(number);
      data[at++] = 1;
      for (let i = width - 1; i >= 0; i--) data[at++] = Math.floor(offset / 256 ** i) & 0xff;
      data[at++] = generation >> 8;
      data[at++] = generation & 0xff;
    }
    const dict = withWritable(writableDict({ Type: pdfName('XRef') }), {
      ...Object.fromEntries(this.#trailer),
      ...this.#sizeAndPrevious(),
      W: pdfArray(1, width, 2),
      Index: writableArray(...runs(all).flat()),
    });
    writer.text(`${own} 0 obj\n`);
    writer.object({ type: 'stream', dict, data });
    writer.text('\nendobj\n');
  }
}

/** Ascending numbers as [first, how many]. */
function runs(numbers: readonly number[]): [number, number][] {
  const out: [number, number][] = [];
  for (const number of numbers) {
    const last = out.at(-1);
    if (last && last[0] + last[1] === number) last[1]++;
    else out.push([number, 1]);
  }
  return out;
}

export function beginUpdate(document: PdfDocument): PdfUpdate {
  return new PdfUpdate(document);
}
