import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat } from '../../src/core/bytes.ts';
import { PdfBuilder } from '../pdf/build.ts';

const SAMPLES = join(import.meta.dirname, '..', 'samples');

/** The letter that everybody is measured on: two pages as Chromium prints them. */
export function sampleLetter(): Uint8Array {
  return new Uint8Array(readFileSync(join(SAMPLES, 'oficio-2-paginas.pdf')));
}

/** Objects in one call: more arguments than this, and a call fails. */
const BATCH = 1000;

/**
 * A letter of one empty page that also holds about `bytes` bytes in `objects` objects that no page uses: what makes a file
 * large without making it another job.
 */
export function heavyLetter(bytes: number, objects: number): Uint8Array {
  const head = new PdfBuilder().letter('BT ET');
  const batches = [head.done()];
  const offsets = [...head.offsets.values()];
  const filler = new Uint8Array(Math.floor(bytes / objects)).fill(0x61);
  let length = head.length;
  for (let done = 0; done < objects; done += BATCH) {
    const batch = new PdfBuilder('');
    for (let i = done; i < Math.min(done + BATCH, objects); i++) batch.stream(5 + i, '', filler);
    for (const offset of batch.offsets.values()) offsets.push(length + offset);
    batches.push(batch.done());
    length += batch.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = offsets.length + 1;
  const tail = new PdfBuilder('');
  tail.raw(`xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`);
  tail.raw(`trailer\n<</Root 1 0 R/Size ${size}>>\nstartxref\n${length}\n%%EOF\n`);
  return concat(...batches, tail.done());
}
