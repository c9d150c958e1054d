import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { livingContent } from '../../src/pdf/living-content.ts';
import { PdfBuilder } from './build.ts';

/** What is found on a page with an annotation; objects from 5 on, forms as `dictionary:content`. */
function kindsOf(annotation: string, objects: readonly string[] = [], content = ''): readonly string[] {
  const builder = new PdfBuilder();
  builder.letter(content, `/Annots[${annotation}]`);
  for (const [i, body] of objects.entries()) {
    const [, dict, data] = /^(.*?):(.*)$/.exec(body)!;
    builder.stream(5 + i, `/Subtype/Form${dict}`, data!);
  }
  builder.table();
  return livingContent(openPdf(builder.done(), nodePrimitives)).map(({ kind }) => kind);
}

const PAGE = '0 0 612 792';
const SMALL = '/Rect[5 5 9 9]';
const POINT = '/Rect[0 0 0 0]';
const BLANK = '/BBox[0 0 9 9]:% nothing q Q';
const look = (dict: string): string => `${dict}:1 g -999 -999 3000 3000 re f`;
const placed = (rect: string, way = '/AP<</N 5 0 R>>'): string => `<</Subtype/Stamp/F 4${rect}${way}>>`;

describe('an annotation of a draft', () => {
  test.each<readonly [string, string]>([
    [SMALL, ''],
    [SMALL, '/BBox null'],
    [SMALL, '/BBox[0 0 9]'],
    [SMALL, '/BBox 4 0 R'],
    [SMALL, '/BBox[0 0 0 0]'],
    [SMALL, '/BBox[0 0 9 9]/Matrix[0 0 0 0 0 0]'],
    [POINT, ''],
    [POINT, `/BBox[${PAGE}]`],
    ['', `/BBox[${PAGE}]`],
    ['/Rect[5 5 9]', `/BBox[${PAGE}]`],
  ])('whose appearance need not keep to its place is found in any state: %s with %s', (rect, dict) => {
    for (const way of ['/AP<</N 5 0 R>>', '/AP<</N 6 0 R/D 5 0 R>>', '/AS/a/AP<</N<</a 6 0 R/b 5 0 R>>>>']) {
      const objects = [look(dict), rect === SMALL ? BLANK : '/BBox[0 0 0 0]:'];
      expect(kindsOf(placed(rect, way), objects)).toContain('drawn-by-reader');
    }
  });

  test('that has no room and draws nothing is accepted, as invisible signatures are', () => {
    const layers = (last: string): readonly string[] => [
      '/BBox[0 0 9 9]/Resources<</XObject<</n0 6 0 R>>>>:q 1 0 0 1 0 0 cm /n0 Do Q',
      `/BBox[0 0 9 9]:${last}`,
    ];
    expect(kindsOf(placed(POINT), layers('%DSBlank'))).toEqual([]);
    expect(kindsOf(placed(POINT), layers('0 0 9 9 re f'))).toEqual(['drawn-by-reader']);
    expect(kindsOf(placed(POINT), layers('/n0 Do'))).toEqual(['drawn-by-reader']);
    expect(kindsOf(placed(POINT), ['/BBox[0 0 9 9]/Resources<</XObject<</n0 5 0 R>>>>:/n0 Do'])).toEqual([
      'drawn-by-reader',
    ]);
    expect(kindsOf(placed(POINT), [look('/BBox[0 0 0 0]')])).toEqual([]);
  });

  test.each(['Text', 'Square', 'FreeText', 'FileAttachment'])('that readers draw of any size is found: %s', (type) => {
    const found = kindsOf(`<</Subtype/${type}/F 4/Rect[300 100 300 100]/BS<</W 1000>>/C[1 1 1]>>`);
    expect(found).toContain('drawn-by-reader');
  });

  test('that waits for a signature is judged as if it were shown, blank or without an appearance', () => {
    const waiting = '/Subtype/Widget/FT/Sig/F 4';
    const square = '300 100 100 50 re f';
    for (const way of ['', '/AP<</N 5 0 R>>']) {
      const at = (rect: string): string => `<<${waiting}/Rect[${rect}]${way}>>`;
      expect(kindsOf(at('300 200 400 250'), [BLANK], square)).toEqual([]);
      expect(kindsOf(at('310 110 350 140'), [BLANK], square)).toEqual(['covers-content']);
      expect(kindsOf(at(PAGE), [BLANK], square)).toEqual(['covers-content']);
      expect(kindsOf(at('300 200 400 250') + at('350 220 450 300'), [BLANK])).toEqual(['overlaps']);
    }
    expect(kindsOf(`<<${waiting}>>`)).toEqual(['drawn-by-reader']);
  });
});
