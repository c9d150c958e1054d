import { describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat } from '../../src/core/bytes.ts';
import { checkPublicVersion, type PublicVersionCheck, type Secret } from '../../src/oficio/check-public-version.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { pageText } from '../../src/pdf/page-text.ts';
import { beginUpdate } from '../../src/pdf/update.ts';
import { BLACK_BOX, blackedOut, textAt, type BlackedOut } from '../support/blacked-out.ts';
import { TWO_PAGES } from '../support/office.ts';

const MOST = 25 * 1024 * 1024;
const LIDIA: Secret = { field: 'addressee', text: 'Lidia Mora Núñez' };

function check(file: Uint8Array, more: Partial<PublicVersionCheck> = {}): unknown {
  try {
    return checkPublicVersion(file, {
      secrets: [LIDIA],
      acceptCovered: false,
      maxFileBytes: MOST,
      primitives,
      ...more,
    });
  } catch (error) {
    const { code, facts } = error as { code: string; facts: object };
    return { code, facts };
  }
}

const made = (given: BlackedOut, more: Partial<PublicVersionCheck> = {}): unknown => check(blackedOut(given), more);

describe('a public version', () => {
  test('is read once, however many dictionaries name one stream of data', () => {
    const raw = ' '.repeat(1_000_000);
    const stream = `<< /Type /Metadata /Subtype /XML /Length ${raw.length} >>\nstream\n${raw}\nendstream`;
    // Read for each, it would take minutes.
    expect(made({ objects: [stream, `<< /K [${'<</Metadata 6 0 R>>'.repeat(10_000)}] >>`] })).toEqual({ pages: 1 });
  });

  test('may hold an array of any length', () => {
    expect(made({ objects: [`<< /K [${'1 '.repeat(400_000)}] >>`] })).toEqual({ pages: 1 });
  });

  test.for<readonly [string, BlackedOut]>([
    ['a comment between what is drawn', { content: `% ${LIDIA.text}\n${textAt(72, 750, 'Oficio')}` }],
    ['a comment in an object', { objects: ['<< /A 1 % Lidia Mora Nunez\n >>'] }],
    ['text in place of what is drawn', { content: '/Span << /ActualText (Lidia Mora Nunez) >> BDC\nEMC\n' }],
    ['a stream that nothing leads to', { objects: ['<< /Length 24 >>\nstream\n(LIDIA MORA NUNEZ) Tj    \nendstream'] }],
  ])('that still has the name in %s is refused', ([, given]) => {
    expect(made(given)).toMatchObject({ code: 'oficio/public-version-names' });
  });

  test('of which nothing but its pages is left is taken', () => {
    expect(made({})).toEqual({ pages: 1 });
    const producer = '/Info << /Producer (LibreOffice 25.2) /Creator (Writer) /CreationDate (D:20261201) >>';
    expect(made({ trailer: producer })).toEqual({ pages: 1 });
    expect(made({ page: '/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Border [0 0 0] >>]' })).toEqual({
      pages: 1,
    });
  });

  test.for<readonly [what: string, given: BlackedOut]>([
    ['metadata', { trailer: '/Info << /Title (Requerimiento a Lidia Mora) >>' }],
    ['metadata', { trailer: '/Info << /Author (oficialia) >>' }],
    ['metadata', { trailer: '/Info << /Empresa (x) >>' }],
    [
      'metadata',
      {
        catalog: '/Metadata 6 0 R',
        objects: [
          `<< /Type /Metadata /Subtype /XML /Length 33 >>\nstream\n<dc:creator>Ana Ruiz</dc:creator>\nendstream`,
        ],
      },
    ],
    [
      'attachment',
      { catalog: '/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>', objects: ['<< /Type /Filespec >>'] },
    ],
    ['attachment', { objects: ['<< /Type /Filespec /F (original.pdf) /EF << >> >>'] }],
    ['annotation', { page: '/Annots [<< /Type /Annot /Subtype /Redact /Rect [60 690 360 720] >>]' }],
    ['annotation', { page: '/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Lidia) >>]' }],
    ['form', { catalog: '/AcroForm << /Fields [] >>' }],
    ['thumbnail', { page: '/Thumb 6 0 R', objects: ['<< /Length 0 >>\nstream\n\nendstream'] }],
    ['program-data', { page: '/PieceInfo << /Illustrator << /Private 6 0 R >> >>', objects: ['<< >>'] }],
  ])('with %s is refused', ([what, given]) => {
    expect(made(given)).toMatchObject({ code: 'oficio/public-version-hides', facts: { what } });
  });

  test('that was saved over the one before is refused: that one is still in the file', () => {
    const document = openPdf(blackedOut(), primitives);
    const update = beginUpdate(document);
    update.put(document.pages()[0]!.ref, document.pages()[0]!.dict);
    const saved = concat(document.bytes, update.finish().appended);
    expect(check(saved)).toMatchObject({ code: 'oficio/public-version-hides', facts: { what: 'earlier-version' } });
  });

  test.for<readonly [where: string, given: BlackedOut, page: number | undefined]>([
    ['on the page', { content: textAt(72, 700, 'C. LIDIA MORA NUÑEZ') }, 1],
    ['letter by letter', { content: 'BT /F1 12 Tf 72 700 Td [(Li) -10 (dia) -300 (Mora Nu) 20 (nez)] TJ ET' }, 1],
    [
      'word by word',
      { content: textAt(72, 700, 'Lidia') + textAt(110, 700, 'Mora') + textAt(150, 700, 'N\u00fa\u00f1ez') },
      1,
    ],
    ['in hexadecimal', { content: 'BT /F1 12 Tf 72 700 Td <4c69646961204d6f7261204efaf1657a> Tj ET' }, 1],
    ['under the box', { content: textAt(72, 700, 'Lidia Mora Nunez') + BLACK_BOX }, 1],
    ['where nobody sees it', { content: `3 Tr ${textAt(72, 700, 'Lidia Mora Nunez')}` }, 1],
    ['as a bookmark', { catalog: '/Outlines << /Title (Aviso a Lidia Mora Nunez) >>' }, undefined],
    [
      'as a description',
      { catalog: '/StructTreeRoot << /Alt <feff004c0069006400690061004d006f00720061004e00fa00f10065007a> >>' },
      undefined,
    ],
  ])('that still has the addressee %s is refused', ([, given, page]) => {
    const facts = { field: 'addressee', ...(page !== undefined && { page }) };
    expect(made(given, { acceptCovered: true })).toEqual({ code: 'oficio/public-version-names', facts });
  });

  test('is looked through by the map of its font, and in the forms that it draws', () => {
    const map =
      'beginbfchar\n<01> <004C>\n<02> <0069>\nendbfchar\nbeginbfrange\n<03> <05> [<0064> <0069> <0061>]\n<06> <07> <004D>\nendbfrange';
    const drawn = 'BT /F9 12 Tf 72 700 Td <0102030405> Tj ET';
    const font = `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>`;
    const file = blackedOut({
      content: 'q /X1 Do Q',
      resources: '/XObject << /X1 6 0 R >>',
      objects: [
        `<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F9 8 0 R >> >> /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
        `<< /Length ${map.length} >>\nstream\n${map}\nendstream`,
        font,
      ],
    });
    const document = openPdf(file, primitives);
    expect(pageText(document, document.pages()[0]!).runs).toEqual([{ text: 'Lidia' }]);
  });

  test('with text under a box is refused with page and text, unless somebody looked', () => {
    const content = textAt(72, 750, 'Se requiere al C.') + textAt(72, 700, 'Pedro P\u00e9rez, Colima 9') + BLACK_BOX;
    expect(made({ content })).toEqual({
      code: 'oficio/public-version-covered',
      facts: { page: 1, text: 'Pedro P\u00e9rez, Colima 9' },
    });
    expect(made({ content }, { acceptCovered: true })).toEqual({ pages: 1 });
    const byLines = content.replace('60 690 300 30 re f', '60 690 m 360 690 l 360 720 l 60 720 l h f');
    expect(made({ content: byLines })).toMatchObject({ code: 'oficio/public-version-covered' });
  });

  test('with text on a band, a line below text, or something that lets it through is taken', () => {
    for (const content of [
      `${BLACK_BOX}1 g ${textAt(72, 700, 'Encabezado en blanco')}`,
      `${textAt(72, 700, 'Subrayado')}0 g 60 703 300 1 re f`,
      `${textAt(72, 700, 'Al lado')}0 g 60 600 300 30 re f`,
    ]) {
      expect(made({ content })).toEqual({ pages: 1 });
    }
  });

  test('that is no PDF, or larger than anybody may have judged, is refused', () => {
    expect(check(new TextEncoder().encode('Esto no es un PDF'))).toMatchObject({ code: 'pdf/not-a-pdf' });
    expect(check(blackedOut(), { maxFileBytes: 100 })).toMatchObject({ code: 'pdf/too-large' });
  });

  test('is read through also where an office made it', () => {
    expect(check(TWO_PAGES)).not.toMatchObject({ code: 'pdf/malformed' });
    const document = openPdf(TWO_PAGES, primitives);
    const text = document
      .pages()
      .map((page) =>
        pageText(document, page)
          .runs.map((run) => run.text)
          .join(' '),
      )
      .join(' ');
    expect(text.length).toBeGreaterThan(200);
    expect(text.replaceAll(/\s/g, '')).toContain('SECRETARÍADEGOBIERNO');
  });
});
