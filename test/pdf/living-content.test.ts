import { readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { livingContent } from '../../src/pdf/living-content.ts';
import { hasShared, readShared, sharedPath } from '../support/shared.ts';
import { PdfBuilder } from './build.ts';
import { outcome, secondsSince } from './read-all.ts';

interface Parts {
  readonly catalog?: string;
  readonly page?: string;
  readonly content?: string;
  /** From 5 on. */
  readonly objects?: readonly string[];
}

const TEXT = 'BT /F1 12 Tf 72 700 Td (Oficio) Tj ET';

/** A page with a line of text at (72, 700), and what a test adds. A body that begins with `stream:` is a content stream. */
function pdf({ catalog = '', page = '', content = TEXT, objects = [] }: Parts): Uint8Array {
  const builder = new PdfBuilder();
  builder.object(1, `<</Type/Catalog/Pages 2 0 R${catalog}>>`);
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  const own = '/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>';
  const fonts = page.includes('/Resources') ? '' : own;
  builder.object(3, `<</Type/Page/Parent 2 0 R/Contents 4 0 R${fonts}${page}>>`);
  builder.stream(4, '', content);
  for (const [i, body] of objects.entries()) {
    const [, dict, data] = /^stream:(.*?):([^]*)$/.exec(body) ?? [];
    if (dict === undefined) builder.object(5 + i, body);
    else builder.stream(5 + i, dict, data!);
  }
  builder.table();
  return builder.done();
}

function kinds(bytes: Uint8Array): readonly string[] {
  const found = livingContent(openPdf(bytes, nodePrimitives));
  return [
    ...new Set(found.map(({ effect, kind, page }) => `${effect} ${kind}${page === undefined ? '' : ` ${page}`}`)),
  ];
}

const kindsOf = (parts: Parts): readonly string[] => kinds(pdf(parts));
const annotated = (...annotations: readonly string[]): string => `/Annots[${annotations.join(' ')}]`;
const LINK = '/Type/Annot/Subtype/Link/Rect[72 690 200 715]';

describe('accepts what letters have', () => {
  test.each<readonly [string, Parts]>([
    ['text', {}],
    ['a page to open at, as a destination', { catalog: '/OpenAction[3 0 R/FitH null]' }],
    ['a page to open at, as an action', { catalog: '/OpenAction<</S/GoTo/D[3 0 R/Fit]>>' }],
    [
      'links to an address and into the document',
      {
        page: annotated(
          `<<${LINK}/A<</S/URI/URI(https://example.org)>>>>`,
          `<<${LINK}/A<</S/GoTo/D(x)>>>>`,
          `<<${LINK}/Dest(x)>>`,
        ),
      },
    ],
    [
      'bookmarks, one after another',
      {
        catalog: '/Outlines 5 0 R/PageMode/UseOutlines',
        objects: [
          '<</Type/Outlines/First 6 0 R/Last 7 0 R/Count 2>>',
          '<</Title(a)/Parent 5 0 R/Next 7 0 R/A<</S/GoTo/D[3 0 R/Fit]>>>>',
          '<</Title(b)/Parent 5 0 R/Prev 6 0 R/Dest[3 0 R/Fit]>>',
        ],
      },
    ],
    [
      'page labels, transitions, preferences, output intents',
      {
        catalog:
          '/PageLabels<</Nums[0<</S/D>>]>>/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</S/GTS_PDFA1>>]',
        page: '/Trans<</S/Split>>/Group<</S/Transparency>>',
      },
    ],
    [
      'tags with attributes',
      {
        catalog: '/StructTreeRoot 5 0 R/MarkInfo<</Marked true>>',
        objects: [
          '<</Type/StructTreeRoot/K 6 0 R/ClassMap<</A<</O/Layout>>>>>>',
          '<</Type/StructElem/S/P/P 5 0 R/A<</O/Layout/SpaceBefore 3>>>>',
        ],
      },
    ],
    [
      'graphics states that bear the names of triggers',
      {
        page: '/Resources<</ExtGState<</AA<</SMask<</S/Luminosity>>>>/A<</CA 1>>>>>>',
      },
    ],
    [
      'an attached file',
      {
        catalog: '/Names<</EmbeddedFiles<</Names[(a.xml)5 0 R]>>>>/AF[5 0 R]',
        objects: ['<</Type/Filespec/F(a.xml)/UF(a.xml)/EF<</F 6 0 R>>>>', 'stream:/Type/EmbeddedFile:<a/>'],
      },
    ],
    [
      'a layer that always shows, as watermarks are',
      {
        catalog: '/OCProperties<</OCGs[5 0 R]/D<</ON[5 0 R]/AS[<</Event/Print/Category[/Print]/OCGs[5 0 R]>>]>>>>',
        objects: ['<</Type/OCG/Name(w)/Usage<</Print<</PrintState/ON>>/PageElement<</Subtype/BG>>>>>>'],
      },
    ],
    [
      'an empty place for a signature',
      {
        catalog: '/AcroForm<</Fields[5 0 R]>>',
        page: annotated('5 0 R'),
        objects: ['<</Type/Annot/Subtype/Widget/FT/Sig/T(f)/F 132/Rect[300 100 400 150]>>'],
      },
    ],
    [
      'a signature on top of the text',
      {
        catalog: '/AcroForm<</Fields[5 0 R]>>',
        page: annotated('5 0 R'),
        objects: [
          '<</Type/Annot/Subtype/Widget/FT/Sig/T(f)/F 132/Rect[72 690 200 715]/AP<</N 6 0 R>>/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>>>',
          'stream:/Subtype/Form/BBox[0 0 9 9]:0 0 9 9 re f',
        ],
      },
    ],
  ])('%s', (_, parts) => expect(kindsOf(parts)).toEqual([]));
});

describe('finds what acts', () => {
  const action = (type: string): string => `<</S/${type}/D[0/Fit]/F(x)>>`;
  const other = [
    'Launch',
    'SubmitForm',
    'ImportData',
    'ResetForm',
    'GoToR',
    'GoToE',
    'Thread',
    'Hide',
    'SetOCGState',
    'Trans',
    'NoSuchThing',
  ];

  test.each(other)('%s behind a link', (type) => {
    expect(kindsOf({ page: annotated(`<<${LINK}/A ${action(type)}>>`) })).toEqual(['active action 1']);
  });
  test.each([...other, 'URI', 'Named'])('%s on opening', (type) => {
    expect(kindsOf({ catalog: `/OpenAction ${action(type)}` })).toEqual(['active on-opening']);
  });
  test.each(['Rendition', 'Movie', 'Sound', 'RichMediaExecute', 'GoTo3DView'])('%s anywhere', (type) => {
    expect(kindsOf({ page: `/AA<</O ${action(type)}>>` })).toEqual(['active multimedia 1']);
  });
  test.each<readonly [string, Parts, string]>([
    ['a script of the document', { catalog: '/Names<</JavaScript<</Names[]>>>>' }, 'active script'],
    ['a script when a page opens', { page: '/AA<</O<</S/JavaScript/JS(x)>>>>' }, 'active script 1'],
    [
      'a script that an action leads to',
      { page: annotated(`<<${LINK}/A<</S/GoTo/D(x)/Next[<</S/JavaScript/JS(x)>>]>>>>`) },
      'active script 1',
    ],
    ['a script behind a bookmark', { objects: ['<</Title(a)/A<</S/JavaScript/JS(x)>>>>'] }, 'active script'],
    ['a script in an address', { page: annotated(`<<${LINK}/A<</S/URI/URI( JavaScript:x)>>>>`) }, 'active script 1'],
    [
      'a script of a field that no page shows',
      { catalog: '/AcroForm<</Fields[<</FT/Tx/T(a)/AA<</C<</S/JavaScript/JS(x)>>>>>>]>>' },
      'active script',
    ],
    ['a command to print', { page: annotated(`<<${LINK}/A<</S/Named/N/Print>>>>`) }, 'active action 1'],
    ['a form of another format', { catalog: '/AcroForm<</Fields[]/XFA[(a)5 0 R]>>' }, 'active dynamic-form'],
    ['a film', { page: annotated('<</Subtype/RichMedia/Rect[0 0 9 9]/F 4>>') }, 'active multimedia 1'],
    ['content in another file', { objects: ['stream:/F(other.bin):x'] }, 'active outside-content'],
    [
      'a page of another document',
      { objects: ['stream:/Subtype/Form/BBox[0 0 9 9]/Ref<</F(o.pdf)/Page 0>>:x'] },
      'active outside-content',
    ],
    ['a portfolio', { catalog: '/Collection<</View/D>>' }, 'active portfolio'],
  ])('%s', (_, parts, kind) => expect(kindsOf(parts)[0]).toBe(kind));
});

describe('finds what may come to look different', () => {
  const stamp = (rect: string, more = '/F 4'): string =>
    `<</Type/Annot/Subtype/Stamp/Rect[${rect}]/AP<</N 5 0 R>>${more}>>`;
  const PAINT = 'stream:/Subtype/Form/BBox[0 0 9 9]:0 0 9 9 re f';
  const WHITE = 'stream:/Subtype/Form/BBox[0 0 9 9]:1 g 0 0 9 9 re f';
  const BLANK = 'stream:/Subtype/Form/BBox[0 0 9 9]:% nothing\nq Q';
  const PLACE = '300 100 400 150';
  const ON_TEXT = '60 690 200 715';

  test('accepts a stamp that lies on nothing', () => {
    expect(kindsOf({ page: annotated(stamp(PLACE)), objects: [PAINT] })).toEqual([]);
  });
  test.each<readonly [string, Parts, string]>([
    ['a stamp over text', { page: annotated(stamp(ON_TEXT)), objects: [PAINT] }, 'covers-content 1'],
    ['a white one over text', { page: annotated(stamp(ON_TEXT)), objects: [WHITE] }, 'covers-content 1'],
    [
      'an appearance of a link over text',
      { page: annotated(`<<${LINK}/F 4/AP<</N 5 0 R>>>>`), objects: [PAINT] },
      'covers-content 1',
    ],
    [
      'one stamp over another',
      { page: annotated(stamp(PLACE), stamp('350 120 450 200')), objects: [PAINT] },
      'overlaps 1',
    ],
    ['a hidden stamp', { page: annotated(stamp(PLACE, '/F 6')), objects: [PAINT] }, 'not-on-paper 1'],
    ['one that is not printed', { page: annotated(stamp(PLACE, '')), objects: [PAINT] }, 'not-on-paper 1'],
    ['one that is only printed', { page: annotated(stamp(PLACE, '/F 36')), objects: [PAINT] }, 'not-on-paper 1'],
    [
      'one that each program draws',
      { page: annotated('<</Subtype/Square/Rect[9 9 99 99]/F 4>>') },
      'drawn-by-reader 1',
    ],
    [
      'one that has its appearance in a state not shown',
      {
        page: annotated('<</Subtype/Stamp/Rect[9 9 99 99]/F 4/AP<</N<</a 5 0 R>>>>>>'),
        objects: [PAINT],
      },
      'drawn-by-reader 1',
    ],
    [
      'another picture under the pointer',
      {
        page: annotated('<</Subtype/Stamp/Rect[9 9 99 99]/F 4/AP<</N 5 0 R/R 6 0 R>>>>'),
        objects: [BLANK, PAINT],
      },
      'rollover 1',
    ],
    [
      'a part to be redacted',
      { page: annotated('<</Subtype/Redact/Rect[9 9 99 99]/F 4/AP<</N 5 0 R>>>>'), objects: [BLANK] },
      'pending-redaction 1',
    ],
    ['a note that stands open', { page: annotated('<</Subtype/Popup/Rect[9 9 99 99]/Open true>>') }, 'not-on-paper 1'],
    ['a form without edges', { objects: ['stream:/Subtype/Form:q Q'] }, 'drawn-by-reader'],
    ['a form of three edges', { objects: ['stream:/Subtype/Form/BBox[0 0 9]:q Q'] }, 'drawn-by-reader'],
    ['a form whose edges are none', { objects: ['stream:/Subtype/Form/BBox[0 0 9 null]:q Q'] }, 'drawn-by-reader'],
    ['appearances to be made anew', { catalog: '/AcroForm<</Fields[]/NeedAppearances true>>' }, 'drawn-by-reader'],
    ['a page that is not shown', { objects: ['<</Type/Page/Parent 2 0 R>>'] }, 'hidden-page'],
    ['another catalog', { objects: ['<</Type/Catalog/Pages 2 0 R>>'] }, 'hidden-page'],
    ['a template of a page', { catalog: '/Names<</Templates<</Names[(a)3 0 R]>>>>' }, 'hidden-page'],
    [
      'a picture with another one for printing',
      { objects: ['stream:/Subtype/Image/Alternates[]:x'] },
      'alternate-image',
    ],
    ['ink that marks nothing', { objects: ['[/Separation/None/DeviceGray 9 0 R]'] }, 'not-on-paper'],
    ['drawings for PostScript printers', { objects: ['stream:/Subtype/PS:showpage'] }, 'not-on-paper'],
  ])('%s', (_, parts, kind) => expect(kindsOf(parts)).toContain(`changing ${kind}`));

  describe('of a form', () => {
    const says = (text: string): string => `stream:/Subtype/Form/BBox[0 0 9 9]:/Tx BMC BT /F1 9 Tf ${text} ET EMC`;
    const field = (more: string, rect = PLACE): string =>
      `<</Type/Annot/Subtype/Widget/T(a)/F 4/Rect[${rect}]${more}>>`;
    const form = (body: string, ...objects: readonly string[]): Parts => ({
      catalog: '/AcroForm<</Fields[5 0 R]>>',
      page: annotated('5 0 R'),
      objects: [body, ...objects],
    });

    test.each<readonly [string, Parts]>([
      ['a text', form(field('/FT/Tx/V(10 pesos)/AP<</N 6 0 R>>'), says('[(10 ) -20 (pe)] TJ T* (sos) Tj'))],
      ['an empty one', form(field('/FT/Tx/AP<</N 6 0 R>>'), says(''))],
      ['a choice', form(field('/FT/Ch/Ff 131072/Opt[[(u)(Uno)][(d)(Dos)]]/V(d)/AP<</N 6 0 R>>'), says('(Dos) Tj'))],
      ['a box that is ticked', form(field('/FT/Btn/V/Si/AS/Si/AP<</N<</Si 6 0 R>>>>'), PAINT)],
      ['a box that is not', form(field('/FT/Btn/V/Off/AS/Off/AP<</N<</Si 6 0 R>>>>'), PAINT)],
      [
        'a text above a line',
        {
          ...form(field('/FT/Tx/V(a)/AP<</N 6 0 R>>'), says('(a) Tj')),
          content: '300 101 m 400 101 l S',
        },
      ],
    ])('accepts fields that show what they hold: %s', (_, parts) => expect(kindsOf(parts)).toEqual([]));

    test.each<readonly [string, Parts, string]>([
      ['a field over text', form(field('/FT/Tx/V(a)/AP<</N 6 0 R>>', ON_TEXT), says('(a) Tj')), 'covers-content 1'],
      ['another amount than it shows', form(field('/FT/Tx/V(1000)/AP<</N 6 0 R>>'), says('(10) Tj')), 'field-value 1'],
      ['a list of which only a part shows', form(field('/FT/Ch/V(a)/AP<</N 6 0 R>>'), says('(a) Tj')), 'field-value 1'],
      [
        'a box that says one thing and shows another',
        form(field('/FT/Btn/V/Si/AS/Off/AP<</N<</Si 6 0 R>>>>'), PAINT),
        'field-value 1',
      ],
      ['no appearance', form(field('/FT/Tx/V(a)')), 'drawn-by-reader 1'],
      [
        'a field that the form does not list',
        { ...form(field('/FT/Tx/V(a)/AP<</N 6 0 R>>'), says('(a) Tj')), catalog: '' },
        'stray-field 1',
      ],
      [
        'a place for a signature that covers text',
        form(field('/FT/Sig/AP<</N 6 0 R>>', ON_TEXT), PAINT),
        'covers-content 1',
      ],
      ['an empty place for a signature over text', form(field('/FT/Sig', ON_TEXT)), 'covers-content 1'],
      ['a signature that is none', form(field('/FT/Sig/V<<>>/AP<</N 6 0 R>>', ON_TEXT), PAINT), 'covers-content 1'],
      [
        'two fields in one place',
        {
          catalog: '/AcroForm<</Fields[5 0 R 7 0 R]>>',
          page: annotated('5 0 R', '7 0 R'),
          objects: [
            field('/FT/Tx/V(a)/AP<</N 6 0 R>>'),
            says('(a) Tj'),
            field('/FT/Tx/V(b)/AP<</N 8 0 R>>'),
            says('(b) Tj'),
          ],
        },
        'overlaps 1',
      ],
    ])('finds %s', (_, parts, kind) => expect(kindsOf(parts)).toContain(`changing ${kind}`));

    const bare = `/Type/Annot/Subtype/Widget/F 4/Rect[${ON_TEXT}]`;
    test.each<readonly [string, Parts]>([
      ['a link that is a field too', form(`<<${LINK}/FT/Tx/T(a)>>`)],
      ['a widget of a text that calls itself a signature', form('<</FT/Tx/T(a)/Kids[6 0 R]>>', `<<${bare}/FT/Sig>>`)],
      [
        'a widget whose parent is another field',
        form('<</FT/Tx/T(a)/Kids[6 0 R]>>', `<<${bare}/Parent 7 0 R>>`, '<</FT/Sig/T(b)>>'),
      ],
    ])('finds %s', (_, parts) => {
      const page = parts.objects!.length > 1 ? annotated('6 0 R') : parts.page!;
      expect(kindsOf({ ...parts, page })).toContain('changing stray-field 1');
    });

    test.each(['', '3 Tr '])(
      'finds a field on a page whose letters are drawings: they reach where they like, %s',
      (mode) => {
        const empty = form(field('/FT/Tx/AP<</N 6 0 R>>', PLACE), says(''));
        const font = '/Resources<</Font<</F3<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]>>>>>>';
        const content = `BT ${mode}/F3 1 Tf 1 1 Td (a) Tj ET`;
        expect(kindsOf({ ...empty, page: empty.page! + font, content })).toContain('changing covers-content 1');
      },
    );
  });
});

describe('is bounded', () => {
  const seconds = (bytes: Uint8Array): number => {
    const start = process.cpuUsage();
    outcome(() => kinds(bytes));
    return secondsSince(start);
  };

  test('where thousands of objects share one long list', () => {
    const many = (count: number, item: string): string => item.repeat(count);
    const objects = [
      `[${many(50_000, '<<>>')}]`,
      `<<${Array.from({ length: 20_000 }, (_, i) => `/K${i} 5 0 R`).join('')}>>`,
    ];
    const page = annotated(many(20_000, `<<${LINK}/A 5 0 R/AA 6 0 R>>`));
    expect(seconds(pdf({ page, objects }))).toBeLessThan(2);
  });
  test('where parents and actions run in a circle', () => {
    const objects = [
      '<</Type/Annot/Subtype/Widget/Parent 5 0 R/Rect[9 9 99 99]/A<</S/GoTo/Next 6 0 R>>>>',
      '<</S/GoTo/Next 6 0 R>>',
    ];
    expect(seconds(pdf({ page: annotated('5 0 R'), objects }))).toBeLessThan(2);
  });
  test.each([900, 5000])('where a page has %d fields of long texts', (count) => {
    const one = '<</Subtype/Widget/FT/Tx/F 4/Rect[300 100 400 150]/AP<</N 5 0 R>>>>';
    const objects = [`stream:/Subtype/Form:${'(a) Tj '.repeat(9000)}`];
    const bytes = pdf({ page: annotated(one.repeat(count)), objects });
    expect(seconds(bytes)).toBeLessThan(2);
    expect(kinds(bytes)).not.toEqual([]);
  });
});

describe.skipIf(!hasShared)("others' files (skipped without the shared folder)", () => {
  const filesOf = (group: string): readonly string[] =>
    hasShared ? readdirSync(sharedPath('vectors', 'pdf', group)).filter((name) => /\.pdf(\.gz)?$/.test(name)) : [];
  const read = (group: string, name: string): Uint8Array => {
    const bytes = readShared('vectors', 'pdf', group, name);
    return name.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes;
  };

  test.each(filesOf('D1-dos'))('D1-dos/%s within two seconds', (name) => {
    const bytes = read('D1-dos', name);
    const start = process.cpuUsage();
    outcome(() => kinds(bytes));
    expect(secondsSince(start)).toBeLessThan(2);
  });
});
