import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, toLatin1 } from '../../src/core/bytes.ts';
import { type PdfDocument, openPdf } from '../../src/pdf/document.ts';
import { transformRect } from '../../src/pdf/geometry.ts';
import { type PdfObject, isName, isPdf, pdfArray, pdfName } from '../../src/pdf/object.ts';
import type { PdfPage } from '../../src/pdf/page.ts';
import { withWritable, writableArray, writableDict } from '../../src/pdf/serialise.ts';
import { checkUnambiguous } from '../../src/pdf/unambiguous.ts';
import { beginUpdate } from '../../src/pdf/update.ts';
import { placeSeal } from '../../src/seal/placement.ts';
import { addStampAppearance } from '../../src/seal/stamp-pages.ts';
import { drawStamp } from '../../src/seal/stamp.ts';
import { surveyPages } from '../../src/seal/survey.ts';
import { PdfBuilder, letter } from '../pdf/build.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { codeOf } from '../support/refuses.ts';
import { hasShared, sharedPath } from '../support/shared.ts';
import { ADDRESS } from './samples.ts';
import { CONTENT, TEXTS, type StampedFile, stampFile } from './stamp-sample.ts';

function reopened({ bytes }: StampedFile): PdfDocument {
  return openPdf(bytes, nodePrimitives);
}

/** The content of a page, its streams joined. */
function contentOf(document: PdfDocument, page: PdfPage): string {
  const contents = document.resolve(page.dict.entries.get('Contents'));
  const streams = isPdf(contents, 'array') ? contents.items : [contents];
  return streams
    .map((item) => {
      const stream = document.resolve(item);
      return isPdf(stream, 'stream') ? toLatin1(document.decode(stream, 1 << 20)!) : '';
    })
    .join('\n');
}

function keysOf(document: PdfDocument, page: PdfPage, category: string): string[] {
  const dict = document.resolve(page.resources.entries.get(category));
  return isPdf(dict, 'dict') ? [...dict.entries.keys()] : [];
}

function annotationsOf(document: PdfDocument, page: PdfPage): PdfObject[] {
  const list = document.resolve(page.dict.entries.get('Annots'));
  return isPdf(list, 'array') ? list.items.map((item) => document.resolve(item)) : [];
}

describe('stamping', () => {
  test('keeps the document as it was in front, and is read by our own reader without a doubt', () => {
    const before = letter('10 700 500 5 re f');
    const file = stampFile(before);
    expect(file.bytes.subarray(0, before.length)).toEqual(before);
    expect(() => checkUnambiguous(reopened(file))).not.toThrow();
  });

  test('isolates what it draws from a transformation left behind', () => {
    const document = reopened(stampFile(letter('0.1 0 0 0.1 0 0 cm 1 1 m 2 2 l S')));
    const content = contentOf(document, document.pages()[0]!);
    expect(content).toMatch(/^q\s+0\.1 0 0 0\.1 0 0 cm 1 1 m 2 2 l S\s+Q\s/);
  });

  test('leaves the names of the page alone, its own resources and inherited ones', () => {
    const builder = new PdfBuilder().letter('/CtjSeal Do', '');
    builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]/Resources 5 0 R>>');
    builder.object(5, '<</Font 6 0 R/XObject<</CtjSeal 7 0 R>>/ExtGState<</G<</LW 2>>>>>>');
    builder.object(6, '<</CtjR 8 0 R>>').object(8, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>');
    builder.stream(7, '/Type/XObject/Subtype/Form/BBox[0 0 1 1]', '').table();
    const document = reopened(stampFile(builder.done()));
    const [page] = document.pages();
    expect(keysOf(document, page!, 'Font')).toEqual(['CtjR', 'CtjR1']);
    expect(keysOf(document, page!, 'XObject')).toEqual(['CtjSeal', 'CtjSeal1']);
    expect(keysOf(document, page!, 'ExtGState')).toEqual(['G']);
    expect(contentOf(document, page!)).toContain('/CtjSeal1 Do');
    expect(contentOf(document, page!)).toContain('/CtjR1 7 Tf');
  });

  test.each(['[8 0 R]', '9 0 R'])('puts its links behind the annotations that are there (%s)', (annotations) => {
    const builder = new PdfBuilder().letter('', `/Annots ${annotations}`);
    builder.object(8, '<</Type/Annot/Subtype/Text/Rect[0 0 20 20]>>').object(9, '[8 0 R]').table();
    const file = stampFile(builder.done());
    const document = reopened(file);
    const kinds = annotationsOf(document, document.pages()[0]!).map((annotation) =>
      isPdf(annotation, 'dict') && isName(annotation.entries.get('Subtype'), 'Link') ? 'Link' : 'other',
    );
    expect(kinds).toEqual(['other', 'Link', 'Link']);
  });

  test('an added page is upright and complete whatever the page tree says', () => {
    const builder = new PdfBuilder().letter('0 0 3000 3000 re f');
    builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]/CropBox[0 0 600 700]/Rotate 90>>');
    builder.table();
    const file = stampFile(builder.done());
    const document = reopened(file);
    expect(document.pages()).toHaveLength(2);
    const page = document.pages()[1]!;
    expect(page).toMatchObject({ rotate: 0, mediaBox: [0, 0, 700, 600], cropBox: [0, 0, 700, 600], userUnit: 1 });
    expect(file.stamped.page).toEqual(page.ref);
    const root = document.resolve(document.catalog.entries.get('Pages'));
    expect(isPdf(root, 'dict') && root.entries.get('Count')).toBe(2);
  });

  test('tells where a signature field covers no link', () => {
    const file = stampFile(letter('', '/Rotate 90'));
    const document = reopened(file);
    const { fieldRect, sealRect } = file.stamped;
    for (const annotation of annotationsOf(document, document.pages()[0]!)) {
      const rect = isPdf(annotation, 'dict') ? annotation.entries.get('Rect') : undefined;
      const [x0, y0, x1, y1] = (isPdf(rect, 'array') ? rect.items : []) as number[];
      expect(x1! <= fieldRect[0] || x0! >= fieldRect[2] || y1! <= fieldRect[1] || y0! >= fieldRect[3]).toBe(true);
      expect(x0! >= sealRect[0] && x1! <= sealRect[2] && y0! >= sealRect[1] && y1! <= sealRect[3]).toBe(true);
    }
  });
});

const judge = hasShared
  ? missingJudge('qpdf', 'pdftotext', 'pdftoppm', 'zbarimg', 'ZXingReader')
  : 'the shared folder is absent';

/** Of the vectors, so many are left to the long tests. */
const STEP = process.env['COTEJO_LONG'] ? 1 : 3;

function pdfs(...folder: string[]): string[] {
  if (judge !== undefined) return [];
  const names = readdirSync(sharedPath(...folder)).filter((name) => name.endsWith('.pdf'));
  return names.map((name) => sharedPath(...folder, name));
}

/** What others make of the page that has the seal. */
function judged(file: Pick<StampedFile, 'bytes' | 'placement'>): {
  check: number;
  texts: readonly string[];
  zbar: string;
  zxing: string;
  words: Word[];
} {
  return withFolder((folder) => {
    const path = join(folder, 'stamped.pdf');
    writeFileSync(path, file.bytes);
    const page = String(file.placement.page);
    const picture = join(folder, 'page');
    ask('pdftoppm', ['-r', '150', '-cropbox', '-singlefile', '-png', '-f', page, '-l', page, path, picture]);
    const texts = Array.from({ length: file.placement.pages }, (_, i) => {
      const only = ['-f', String(i + 1), '-l', String(i + 1)];
      return ask('pdftotext', [...only, '-raw', path, '-']).text;
    });
    const boxes = ask('pdftotext', ['-f', page, '-l', page, '-cropbox', '-bbox', path, '-']).text;
    return {
      check: ask('qpdf', ['--check', path]).status,
      texts,
      zbar: ask('zbarimg', ['-q', '--raw', `${picture}.png`]).text,
      zxing: ask('ZXingReader', ['-format', 'QRCode', `${picture}.png`]).text,
      words: wordsOf(boxes),
    };
  });
}

interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

function wordsOf(html: string): Word[] {
  const words = html.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)"[^>]*>([^<]*)<\/word>/g);
  return [...words].map(([, x, y, text]) => ({ text: text!, x: Number(x), y: Number(y) }));
}

test('pages that share one long content are not read for ever', () => {
  const builder = new PdfBuilder();
  builder.object(1, '<</Type/Catalog/Pages 2 0 R>>').stream(4, '', '9 '.repeat(4 << 20));
  const pages = Array.from({ length: 12 }, (_, i) => 10 + i);
  for (const number of pages) builder.object(number, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>');
  const kids = pages.map((number) => `${number} 0 R`).join(' ');
  builder.object(2, `<</Type/Pages/Kids[${kids}]/Count 12/MediaBox[0 0 612 792]>>`).table();
  expect(codeOf(() => stampFile(builder.done()))).toBe('pdf/too-large');
});

describe.skipIf(judge !== undefined)(
  `judged by qpdf, poppler, zbar and zxing${judge === undefined ? '' : `: skipped, ${judge}`}`,
  () => {
    test.each(pdfs('samples'))('every sample is sound, searchable and scans: %s', (path) => {
      const file = stampFile(new Uint8Array(readFileSync(path)));
      const { check, texts, zbar, zxing } = judged(file);
      expect(check).toBe(0);
      expect(zbar).toContain(ADDRESS);
      expect(zxing).toContain(ADDRESS);
      for (const [i, text] of texts.entries()) expect(text).toContain(TEXTS.folioLine(i + 1, texts.length));
      const sealed = texts[file.placement.page - 1]!;
      const joined = sealed.replaceAll(/\s+/g, '');
      for (const value of [CONTENT.folio.value, CONTENT.check.code.value, CONTENT.check.address]) {
        expect(sealed).toContain(value);
      }
      expect(joined).toContain(CONTENT.original.value);
      expect(joined).toContain(CONTENT.signature.value);
      expect(sealed).toContain('Núñez Güereña');
    });

    test.each([0, 90, 180, 270] as const)('is upright as an appearance on a page turned by %i degrees', (rotate) => {
      const before = letter('', `/Rotate ${rotate}`);
      const document = openPdf(before, nodePrimitives);
      const survey = surveyPages(document);
      const placement = placeSeal(survey, { mayAppend: false });
      const { page, view } = survey.pages[0]!;
      const update = beginUpdate(document);
      const form = addStampAppearance(update, drawStamp(CONTENT, placement.shape), rotate);
      const annotation = writableDict({
        Type: pdfName('Annot'),
        Subtype: pdfName('Stamp'),
        F: 4,
        Rect: pdfArray(...transformRect(placement.box, view.toUser)),
        AP: writableDict({ N: form }),
      });
      update.put(page.ref, withWritable(page.dict, { Annots: writableArray(update.add(annotation)) }));
      const bytes = concat(before, update.finish().appended);
      const { zxing, check } = judged({ bytes, placement });
      expect(check).toBe(0);
      expect(zxing).toContain(ADDRESS);
      expect(zxing).toMatch(/Rotation:\s+-?0 deg/);
    });

    test.each(pdfs('vectors', 'pdf', 'R2-geometry').filter((_, i) => i % STEP === 0))(
      'stands upright on the visible page: %s',
      (path) => {
        const file = stampFile(new Uint8Array(readFileSync(path)));
        const { zbar, zxing, words } = judged(file);
        expect(zbar).toContain(ADDRESS);
        expect(zxing).toContain(ADDRESS);
        expect(zxing).toMatch(/Rotation:\s+-?0 deg/);
        const { box, height } = file.placement;
        const [no, sell, here] = ['NO', 'SELLAR', 'AQUÍ'].map((text) => words.find((word) => word.text === text)!);
        expect(no!.x < sell!.x && sell!.x < here!.x && Math.abs(no!.y - here!.y) < 1).toBe(true);
        expect(no!.x).toBeGreaterThan(box[0]);
        expect(here!.x).toBeLessThan(box[2]);
        expect(no!.y).toBeGreaterThan(height - box[3]);
        expect(no!.y).toBeLessThan(height - box[1]);
      },
    );
  },
);
