import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { livingContent } from '../../src/pdf/living-content.ts';
import { PdfBuilder } from './build.ts';

interface Parts {
  readonly catalog?: string;
  /** From 5 on. */
  readonly objects?: readonly string[];
}

function found({ catalog = '', objects = [] }: Parts): readonly string[] {
  const builder = new PdfBuilder().letter().object(1, `<</Type/Catalog/Pages 2 0 R${catalog}>>`);
  for (const [i, body] of objects.entries()) builder.object(5 + i, body);
  builder.table();
  const findings = livingContent(openPdf(builder.done(), nodePrimitives));
  return findings.map(({ effect, kind }) => `${effect} ${kind}`);
}

test.each<readonly [string, Parts]>([
  [
    'a layer that is off',
    { catalog: '/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>', objects: ['<</Type/OCG/Name(w)>>'] },
  ],
  [
    'layers that begin off',
    { catalog: '/OCProperties<</OCGs[5 0 R]/D<</BaseState/OFF/ON[5 0 R]>>>>', objects: ['<</Type/OCG/Name(w)>>'] },
  ],
  [
    'a layer that is not printed',
    {
      catalog: '/OCProperties<</OCGs[5 0 R]/D<<>>>>',
      objects: ['<</Type/OCG/Name(w)/Usage<</Print<</PrintState/OFF>>>>>>'],
    },
  ],
  [
    'a layer that follows the zoom',
    {
      catalog: '/OCProperties<</OCGs[5 0 R]/D<</AS[<</Event/View/Category[/Zoom]/OCGs[5 0 R]>>]>>>>',
      objects: ['<</Type/OCG/Name(w)/Usage<</Zoom<</min 2>>>>>>'],
    },
  ],
  ['what shows when a layer does not', { objects: ['<</Type/OCMD/OCGs[]/P/AllOff>>'] }],
  ['a layer that the catalog does not list', { objects: ['<</Type/OCG/Name(x)/Usage<</View<</ViewState/OFF>>>>>>'] }],
  ['an expression in what is no membership by its type', { objects: ['<</Type/OCMX/VE[/Not 9 0 R]>>'] }],
  [
    'layers that another configuration begins off',
    { catalog: '/OCProperties<</OCGs[]/D<<>>/Configs[<</Name(x)/BaseState/OFF>>]>>' },
  ],
  ['membership of no layer', { objects: ['<</Type/OCMD/OCGs[]/P/AnyOn>>'] }],
  ['membership of what is no layer', { objects: ['<</Type/OCMD/OCGs[9 0 R]>>'] }],
  ['a layer that is not for viewing', { objects: ['<</Type/OCG/Name(x)/Intent/Design>>'] }],
  ['a layer of a use that nobody knows', { objects: ['<</Type/OCG/Name(x)/Intent[/View/Foo]>>'] }],
  ['what belongs to no layer', { objects: ['<</OC<</OCGs[]>>>>'] }],
  ['layers for designers alone', { catalog: '/OCProperties<</OCGs[]/D<</Intent/Design>>>>' }],
])('finds %s', (_, parts) => expect(found(parts)).toContain('changing layers'));

test('accepts layers that always show', () => {
  const catalog = '/OCProperties<</OCGs[5 0 R]/D<</Intent/View/ON[5 0 R]>>/Configs[<</Name(x)>>]>>';
  expect(found({ catalog, objects: ['<</Type/OCG/Name(w)/Usage<</View<</ViewState/ON>>>>>>'] })).toEqual([]);
});

test('accepts membership of layers, those of drawings among them', () => {
  const objects = ['<</Type/OCG/Name(w)/Intent[/View/Design]>>', '<</Type/OCMD/OCGs[5 0 R]/P/AllOn>>', '<</OC 6 0 R>>'];
  expect(found({ catalog: '/OCProperties<</OCGs[5 0 R]/D<<>>>>', objects })).toEqual([]);
});
