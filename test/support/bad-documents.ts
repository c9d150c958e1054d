import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { pdfName, type PdfObject } from '../../src/pdf/object.ts';
import { writableArray, writableDict } from '../../src/pdf/serialise.ts';
import { letter, PdfBuilder } from '../pdf/build.ts';
import { ask, missingJudge, withFolder } from './judges.ts';
import { sample } from './office.ts';
import { signPdf } from './sign-pdf.ts';
import { makeThrowawayChain } from './throwaway-chain.ts';

/** A file that must not be signed, and how that is said. */
export interface BadDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly code: string;
  /** What the command line ends with: 2 cannot be read, 4 understood and declined. */
  readonly exit: 2 | 4;
}

/** About a kilobyte that wants to become 64 MB. */
function bomb(): Uint8Array {
  const data = new Uint8Array(deflateSync(deflateSync(new Uint8Array(64 * 1024 * 1024), { level: 9 }), { level: 9 }));
  const builder = new PdfBuilder();
  builder.object(1, '<</Type/Catalog/Pages 2 0 R>>');
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  builder.object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>');
  builder.stream(4, '/Filter[/FlateDecode/FlateDecode]', data).table();
  return builder.done();
}

function pages(count: number): Uint8Array {
  const builder = new PdfBuilder();
  const numbers = Array.from({ length: count }, (_, i) => i + 3);
  builder.object(1, '<</Type/Catalog/Pages 2 0 R>>');
  const kids = numbers.map((number) => `${number} 0 R`).join(' ');
  builder.object(2, `<</Type/Pages/Kids[${kids}]/Count ${count}/MediaBox[0 0 612 792]>>`);
  for (const number of numbers) builder.object(number, '<</Type/Page/Parent 2 0 R>>');
  // In sections of its own words: a builder's spread of 100,000 offsets would not fit on the stack.
  const at = builder.length;
  const rows = numbers.map((number) => `${String(builder.offsets.get(number)).padStart(10, '0')} 00000 n \n`);
  const head = [1, 2].map((number) => `${String(builder.offsets.get(number)).padStart(10, '0')} 00000 n \n`);
  builder.raw(`xref\n0 ${count + 3}\n0000000000 65535 f \n${head.join('')}${rows.join('')}`);
  builder.raw(`trailer\n<</Root 1 0 R/Size ${count + 3}>>\nstartxref\n${at}\n%%EOF\n`);
  return builder.done();
}

function encrypted(): Uint8Array {
  return withFolder((folder) => {
    const [plain, closed] = [join(folder, 'plain.pdf'), join(folder, 'closed.pdf')];
    writeFileSync(plain, sample('oficio-2-paginas.pdf'));
    const made = ask('qpdf', ['--encrypt', '', 'owner', '256', '--', plain, closed]);
    if (made.status !== 0) throw new Error(made.text);
    return new Uint8Array(readFileSync(closed));
  });
}

async function certified(): Promise<Uint8Array> {
  const chain = makeThrowawayChain();
  const parameters = writableDict({ Type: pdfName('TransformParams'), P: 1, V: pdfName('1.2') });
  const reference = { Type: pdfName('SigRef'), TransformMethod: pdfName('DocMDP'), TransformParams: parameters };
  const Reference = writableArray(writableDict(reference)) as unknown as PdfObject;
  return signPdf(letter(), chain, { entries: { Reference } }).finally(() => chain.remove());
}

/** Why some of them cannot be made here. */
export const missingMakers: string | undefined = missingJudge('qpdf', 'openssl');

/** Everything that people and forgers hand in instead of a letter. */
export async function badDocuments(): Promise<readonly BadDocument[]> {
  const good = sample('oficio-2-paginas.pdf');
  const empty = new PdfBuilder().object(1, '<</Type/Catalog/Pages 2 0 R>>');
  empty.object(2, '<</Type/Pages/Kids[]/Count 0>>').table();
  const documents: BadDocument[] = [
    { name: 'nothing', bytes: new Uint8Array(0), code: 'pdf/not-a-pdf', exit: 2 },
    { name: 'a text', bytes: fromLatin1('Estimado ciudadano:\n'), code: 'pdf/not-a-pdf', exit: 2 },
    { name: 'a photo', bytes: new Uint8Array(readFileSync(PHOTO)), code: 'pdf/not-a-pdf', exit: 2 },
    { name: 'half of a letter', bytes: good.slice(0, good.length >> 1), code: 'pdf/truncated', exit: 2 },
    { name: 'a letter without its last bytes', bytes: good.slice(0, -30), code: 'pdf/truncated', exit: 2 },
    { name: 'no page', bytes: empty.done(), code: 'pdf/no-pages', exit: 2 },
    { name: 'a bomb', bytes: bomb(), code: 'pdf/too-large', exit: 2 },
    { name: '100,000 pages', bytes: pages(100_000), code: 'pdf/too-many-pages', exit: 2 },
  ];
  if (missingMakers) return documents;
  return [
    ...documents,
    { name: 'an encrypted letter', bytes: encrypted(), code: 'pdf/encrypted', exit: 4 },
    { name: 'a letter certified against every change', bytes: await certified(), code: 'signature/certified', exit: 4 },
  ];
}

const PHOTO = join(import.meta.dirname, '../../keys-dev/photos/persona-1.jpg');
