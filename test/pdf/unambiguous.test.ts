import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { checkUnambiguous } from '../../src/pdf/unambiguous.ts';
import { beginUpdate } from '../../src/pdf/update.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { hasShared, sharedPath } from '../support/shared.ts';
import { letter, PdfBuilder } from './build.ts';

/** `ok`, the finding of `pdf/ambiguous`, or another refusal's code. */
function finding(bytes: Uint8Array): string {
  try {
    checkUnambiguous(openPdf(bytes, nodePrimitives));
    return 'ok';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.code === 'pdf/ambiguous' ? String(error.facts['finding']) : error.code;
  }
}

/** A letter with more objects, bytes between them, or another trailer. */
function made(change: (builder: PdfBuilder) => void, trailer?: string, beforeTrailer?: string): Uint8Array {
  const builder = new PdfBuilder().letter();
  change(builder);
  builder.table(trailer, beforeTrailer);
  return builder.done();
}

/** States of itself what `lengthOf` makes of its length. */
function linearized(lengthOf: (length: number) => string): Uint8Array {
  const stating = (value: string): Uint8Array => made((b) => b.object(5, `<</Linearized 1/L ${value.padEnd(6)}>>`));
  return stating(lengthOf(stating('').length));
}

const page = (attributes: string, content = 'BT ET') => letter(content, attributes);
/** A page that has only these attributes. */
const blank = (attributes: string = '') => {
  const builder = new PdfBuilder().object(1, '<</Type/Catalog/Pages 2 0 R>>').stream(4, '', 'BT ET');
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  builder.object(3, `<</Type/Page/Parent 2 0 R${attributes}>>`).table();
  return builder.done();
};
/** Whose catalog is object 9, and whose table begins with object 1. */
const withoutZero = () => {
  const builder = new PdfBuilder().object(9, '<</Type/Catalog/Pages 2 0 R>>').stream(4, '', 'BT ET');
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  builder.object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>').table('/Root 9 0 R');
  return fromLatin1(toLatin1(builder.done()).replace('0 1\n0000000000 65535 f', '1 1\n0000000000 00000 f'));
};
/** A letter whose table is a stream. */
const streamed = (number: number, isListed: boolean) => {
  const builder = new PdfBuilder().letter();
  builder.tableStream(number, '/Root 1 0 R', isListed);
  return builder.done();
};
/** A page whose content is filtered. */
const filtered = (dict: string, data: string) => {
  const builder = new PdfBuilder().object(1, '<</Type/Catalog/Pages 2 0 R>>').stream(4, dict, data);
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  builder.object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>').table();
  return builder.done();
};
/** A page of object 2 that says another parent; object 9 is like 2. */
const elsewhere = (parent: string, above = '') => {
  const node = `<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]${above}>>`;
  const builder = new PdfBuilder().object(1, '<</Type/Catalog/Pages 2 0 R>>').object(2, node).object(9, node);
  builder.object(3, `<</Type/Page/Parent ${parent}>>`).table();
  return builder.done();
};
/** Two parts of one page each, that say how many they have. */
const parted = (first: number, second: number) => {
  const builder = new PdfBuilder().object(1, '<</Type/Catalog/Pages 2 0 R>>');
  builder.object(2, '<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 612 792]>>');
  builder.object(3, `<</Type/Pages/Parent 2 0 R/Kids[5 0 R]/Count ${first}>>`);
  builder.object(4, `<</Type/Pages/Parent 2 0 R/Kids[6 0 R]/Count ${second}>>`);
  builder.object(5, '<</Type/Page/Parent 3 0 R>>').object(6, '<</Type/Page/Parent 4 0 R>>').table();
  return builder.done();
};
const replaced = (from: string, to: string) => {
  const text = toLatin1(letter());
  expect(text).toContain(from);
  return fromLatin1(text.replace(from, to));
};

describe('accepted', () => {
  test.each<[string, Uint8Array]>([
    ['a letter', letter()],
    ['a page tree of two levels', parted(1, 1)],
    [
      'white space and harmless comments between objects',
      made((b) => b.raw('\n \t%\xe2\xe3\xcf\xd3\n% Hecho en casa\r\n')),
    ],
    ['a page without content', blank()],
    ['an escaped name that needs its escape', made((b) => b.object(5, '<</BaseFont/Times#20New#20Roman>>'))],
    ['an object that nothing refers to', made((b) => b.object(5, '(nobody)'))],
    [
      'a length behind a reference',
      made((b) => b.object(5, '<</Length 6 0 R>>\nstream\nabc\nendstream').object(6, '3')),
    ],
    ['a table that points to the space before an object', made((b) => b.offsets.set(4, b.offsets.get(4)! - 1))],
    ['a mark without end of line', letter().subarray(0, -1)],
    ['a lorry, and an object number that is none', letter('(El trailer <ABC> trae 0 objetos, obj, 12 objetos)')],
    ['a hybrid file whose stream brings what its table does not mention', hybrid([], [6])],
    ['a little white space after the end', concat(letter(), fromLatin1('\r\n\n'))],
  ])('%s', (_, bytes) => {
    expect(finding(bytes)).toBe('ok');
  });

  test('a linearized file of the length that it states, and what was saved after it', () => {
    const bytes = linearized((length) => `${length}`);
    expect(finding(bytes)).toBe('ok');
    const update = beginUpdate(openPdf(bytes, nodePrimitives));
    update.add(null);
    expect(finding(concat(bytes, update.finish().appended))).toBe('ok');
  });

  test('a table that is a stream, listed or not', () => {
    for (const isListed of [true, false]) expect(finding(streamed(5, isListed))).toBe('ok');
  });

  test('a stream that was the table and is not listed, and an object of the next save with its number', () => {
    const builder = new PdfBuilder().letter();
    const table = builder.tableStream(5, '/Root 1 0 R', false);
    builder.offsets.clear();
    builder.object(5, '(x)').tableStream(6, `/Root 1 0 R/Prev ${table}`);
    expect(finding(builder.done())).toBe('ok');
  });

  test('an update, and an old stream whose length changed later', () => {
    const bytes = made((b) => b.object(5, '<</Length 6 0 R>>\nstream\nabc\nendstream').object(6, '3'));
    const update = beginUpdate(openPdf(bytes, nodePrimitives));
    update.put({ type: 'ref', number: 6, generation: 0 }, 7);
    update.put({ type: 'ref', number: 5, generation: 0 }, null);
    expect(finding(concat(bytes, update.finish().appended))).toBe('ok');
  });
});

describe('refused', () => {
  const nul = '\0';
  test.each<[string, string, Uint8Array]>([
    ['bytes before the header', 'header', concat(fromLatin1('\n'), letter())],
    ['a version nobody knows', 'header', replaced('%PDF-1.7', '%PDF-3.7')],
    ['something on the line of the header', 'header', replaced('%PDF-1.7\n', '%PDF-1.7x')],
    ['a second header', 'second-header', made((b) => b.raw('%PDF-1.4\n'))],
    ['a second header in small letters', 'second-header', made((b) => b.raw('%pdf-1.4\n'))],
    ['an object in a comment', 'comment', made((b) => b.raw('%9 0 obj (x) endobj\n'))],
    ['an end in a comment', 'comment', made((b) => b.raw('%%EOF\n'))],
    ['text between objects', 'stray-bytes', made((b) => b.raw('hello\n'))],
    ['a byte that some readers take for text', 'stray-bytes', made((b) => b.raw('\0').object(9, '(x)'))],
    ['a line that some readers cut', 'stray-bytes', made((b) => b.raw(' '.repeat(251)).object(9, '(x)'))],
    ['an object that no table lists', 'unlisted-object', made((b) => (b.object(9, '(x)'), b.offsets.delete(9)))],
    [
      'the same object twice',
      'unlisted-object',
      made((b) => b.object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>')),
    ],
    [
      'a table that no startxref names',
      'stray-bytes',
      made((b) => b.raw('xref\n0 1\n0000000000 65535 f \ntrailer\n<<>>\n')),
    ],
    ['a startxref in the middle', 'stray-bytes', made((b) => b.raw('startxref\n12\n%%EOF\n'))],
    ['a trailer before the trailer', 'stray-bytes', made((b) => b.raw('trailer\n<</Root 1 0 R>>\n'))],
    ['an entry twice', 'xref-duplicate', made((b) => b, undefined, entryAgain())],
    ['an object beyond the size', 'xref-size', replaced('/Size 5', '/Size 4')],
    ['two entries for one object', 'xref-offset', made((b) => b.offsets.set(5, b.offsets.get(4)!))],
    ['an entry to nothing', 'xref-offset', made((b) => b.offsets.set(5, b.offsets.get(4)! + 10))],
    ['a stream that is the table under the number of content', 'xref-number', streamed(4, false)],
    ['a table that begins with a free object 1', 'xref-entry-form', withoutZero()],
    ['an entry without its end of line', 'xref-entry-form', replaced('65535 f \n', '65535 f\n')],
    [
      'a startxref before the table',
      'xref-position',
      replaced(`startxref\n${tableAt()}`, `startxref\n${tableAt() - 1}`),
    ],
    ['a key twice', 'duplicate-key', page('/Rotate 0/Rotate 90')],
    ['a key twice in the trailer', 'duplicate-key', letter('', '', '/Root 1 0 R/Root 2 0 R')],
    ['a letter behind an escape', 'name-escape', page('/Con#74ents 4 0 R')],
    ['the end of a stream inside it', 'endstream-in-data', letter('BT ET\nendstream\nendobj\n')],
    ['a carriage return alone before the data', 'stream-eol', replaced('stream\nBT ET', 'stream\rBT ET')],
    ['a wrong length', 'object', replaced('/Length 5', '/Length 4')],
    ['an object without its end', 'object', replaced('endobj\n3 0', 'endobx\n3 0')],
    [
      'a catalog that says it is something else',
      'catalog',
      made((b) => b.object(5, '<</Type/Pages/Pages 2 0 R>>'), '/Root 5 0 R'),
    ],
    ['a linearized length that a later save may bring about', 'linearized', linearized((length) => `${length + 3}`)],
    ['a linearized length that is no number', 'linearized', linearized(() => '(x)')],
    ['a linearized file without its length', 'linearized', linearized(() => 'null')],
    [
      'a linearized length behind a reference, of a later save',
      'linearized',
      made((b) => b.object(5, '<</Linearized 1/L 6 0 R>>').object(6, '90000')),
    ],
    ['a number of pages that is wrong', 'page-count', replaced('/Count 1', '/Count 2')],
    ['a number of pages of a part that is wrong', 'page-count', parted(2, 0)],
    ['a part that counts the pages of another', 'page-count', parted(0, 2)],
    ['a page that says it is a tree', 'page-type', replaced('<</Type/Page/', '<</Type/Pags/')],
    ['a page below another node than the one that lists it', 'page-parent', elsewhere('9 0 R')],
    ['a page whose parent is not there', 'page-parent', elsewhere('2 1 R')],
    ['a page without a parent', 'page-parent', elsewhere('null')],
    ['a page tree below something else', 'page-parent', elsewhere('2 0 R', '/Parent 9 0 R')],
    ['a page turned by 45 degrees', 'page-rotation', page('/Rotate 45')],
    ['a page shown by five numbers', 'page-size', page('/CropBox[0 0 612 600 792]')],
    ['by a string', 'page-size', page('/CropBox[(0) 0 612 600]')],
    ['by nothing', 'page-size', page('/CropBox[0 0 0 0]')],
    ['beside itself', 'page-size', page('/CropBox[-9 -9 -1 -1]')],
    ['of no size', 'page-size', replaced('/MediaBox', '/MediaBux')],
    ['of units below nothing', 'page-size', page('/UserUnit -1')],
    ['a short name of a filter', 'contents-filter', filtered('/Filter/AHx', '71 51>')],
    ['a key like /Contents', 'contents-key', page('/contents 4 0 R')],
    ['another key like /Contents', 'contents-key', page('/Content 4 0 R')],
    ['a key like /Contents with a space', 'contents-key', page('/Contents#20 4 0 R')],
    ['content that is not there', 'contents', replaced('/Contents 4 0 R', '/Contents 9 0 R')],
    ['content in part that is not there', 'contents', blank('/Contents[4 0 R 9 0 R]')],
    ['content that begins with a zero byte', 'contents-start', letter(`${nul}BT ET`)],
    ['much after the end', 'after-the-end', concat(letter(), fromLatin1(' '.repeat(500)))],
    ['text after the end', 'stray-bytes', concat(letter(), fromLatin1('hello'))],
    ['an update that points into what comes after it', 'xref-offset', forward()],
    ['an object in the data of a stream', 'object-in-data', letter('BT (\n4 0 obj) ET')],
    ['an object in a string', 'object-in-data', made((b) => b.object(5, '(9 0obj)'))],
    ['a trailer in the data of a stream', 'trailer-in-data', letter('(trailer\n<</Root 5 0 R>>)')],
    ['a startxref in a string', 'startxref-in-data', made((b) => b.object(5, '(startxref)'))],
    ['a hybrid file that hides what its table calls free', 'hybrid-conflict', hybrid([6, 'f'], [6])],
    ['a hybrid file whose stream takes away what its table has', 'hybrid-conflict', hybrid([], [4, 0])],
    ['a hybrid file whose stream goes elsewhere', 'hybrid-conflict', hybrid([], [6], '/Prev 9')],
  ])('%s', (_, expected, bytes) => expect(finding(bytes)).toBe(expected));
});

/**
 * A letter with a stream beside its table: the table mentions 1 to 5, and another number with its state; the stream one,
 * as used unless it is told 0 for free.
 */
function hybrid(
  [mentioned, state]: readonly [number, 'f'] | readonly [],
  [number, kind = 1]: readonly [number, number?],
  more: string = '',
): Uint8Array {
  const builder = new PdfBuilder().letter().object(5, '(in the table)').object(6, '(in the stream)');
  const at = kind === 0 ? 0 : builder.offsets.get(number)!;
  builder.offsets.delete(6);
  const stream = builder.length;
  const data = Uint8Array.of(kind, at >> 8, at & 255, 0, 1, stream >> 8, stream & 255, 0);
  builder.stream(7, `/Type/XRef/W[1 2 1]/Size 8/Index[${number} 1 7 1]/Root 1 0 R${more}`, data);
  builder.offsets.delete(7);
  const extra = mentioned === undefined ? '' : `${mentioned} 1\n0000000000 00000 ${state} \n`;
  builder.table(`/Root 1 0 R/XRefStm ${stream}`, extra);
  return fromLatin1(toLatin1(builder.done()).replace(/Size \d+>>\nstartxref/, 'Size 8>>\nstartxref'));
}

function tableAt(): number {
  return toLatin1(letter()).indexOf('xref\n0 1');
}

/** A subsection that mentions object 1 once more. */
function entryAgain(): string {
  return `1 1\n${String(toLatin1(letter()).indexOf('1 0 obj')).padStart(10, '0')} 00000 n \n`;
}

/** The first save lists an object that only the second one brings. */
function forward(): Uint8Array {
  const make = (at: number): { bytes: Uint8Array; at: number } => {
    const builder = new PdfBuilder().letter();
    builder.offsets.set(5, at);
    const previous = builder.table();
    builder.offsets.clear();
    builder.object(5, '(later)');
    const there = builder.offsets.get(5)!;
    builder.table(`/Root 1 0 R/Prev ${previous}`);
    return { bytes: builder.done(), at: there };
  };
  return make(make(0).at).bytes;
}

const noJudge = missingJudge('qpdf');

describe.skipIf(!hasShared || noJudge !== undefined)(
  'what qpdf writes is accepted (skipped without qpdf or the shared folder)',
  () => {
    const ways = [
      ['--linearize'],
      ['--linearize', '--object-streams=generate'],
      ['--object-streams=generate', '--compress-streams=y'],
      ['--qdf', '--object-streams=disable'],
      ['--stream-data=uncompress'],
    ];
    test.each(ways.map((way) => [way.join(' '), way] as const))('%s', (_, way) => {
      withFolder((folder) => {
        for (const name of readdirSync(sharedPath('samples')).filter((file) => file.endsWith('.pdf'))) {
          const out = join(folder, name);
          expect(ask('qpdf', [...way, sharedPath('samples', name), out]).status).toBe(0);
          const bytes = new Uint8Array(readFileSync(out));
          expect([name, finding(bytes)]).toEqual([name, 'ok']);
          const document = openPdf(bytes, nodePrimitives);
          const update = beginUpdate(document);
          update.add(null);
          const file = concat(bytes, update.finish().appended);
          expect([name, finding(file)]).toEqual([name, 'ok']);
          expect(openPdf(file, nodePrimitives).revisions).toHaveLength(2);
          writeFileSync(out, file);
          expect([name, ask('qpdf', ['--check', out]).status]).toEqual([name, 0]);
        }
      });
    });
  },
);
