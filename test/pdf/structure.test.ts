import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat } from '../../src/core/bytes.ts';
import { type PdfDocument, openPdf } from '../../src/pdf/document.ts';
import { currentDict, highestKey, numberTreeValue, setInNumberTree } from '../../src/pdf/number-tree.ts';
import { type PdfDict, type PdfObject, isPdf, pdfRef } from '../../src/pdf/object.ts';
import { editStructure } from '../../src/pdf/structure.ts';
import { textString } from '../../src/pdf/text-string.ts';
import { type PdfUpdate, beginUpdate } from '../../src/pdf/update.ts';
import { codeOf } from '../support/refuses.ts';
import { PdfBuilder, letter } from './build.ts';

function opened(bytes: Uint8Array): PdfUpdate {
  return beginUpdate(openPdf(bytes, nodePrimitives));
}

/** The document as the update leaves it. */
function reopened(update: PdfUpdate): PdfDocument {
  return openPdf(concat(update.document.bytes, update.finish().appended), nodePrimitives);
}

function dictAt(document: PdfDocument, object: PdfObject | undefined): PdfDict {
  const found = document.resolve(object);
  if (!isPdf(found, 'dict')) throw new Error('not a dictionary');
  return found;
}

/** A letter with a number tree of two leaves at 10: keys 0, 4 and 8, 9. */
function withTree(): PdfUpdate {
  const builder = new PdfBuilder().letter();
  builder.object(10, '<</Kids[11 0 R 12 0 R]>>');
  builder.object(11, '<</Limits[0 4]/Nums[0(zero)4(four)]>>');
  builder.object(12, '<</Limits[8 9]/Nums[8(eight)9(nine)]>>').table();
  return opened(builder.done());
}

describe('a number tree', () => {
  const root = pdfRef(10);

  test.each([4, 5, 9, 20])('has what was set at %i, in a leaf whose limits say so', (key) => {
    const update = withTree();
    expect(setInNumberTree(update, root, key, 77)).toBe(root);
    expect(numberTreeValue(update, root, key)).toBe(77);
    expect(numberTreeValue(update, root, 8)).toMatchObject({ type: 'string' });
    const after = reopened(update);
    const leaf = dictAt(after, pdfRef(key === 4 ? 11 : 12));
    const limits = after.resolve(leaf.entries.get('Limits'));
    const [low, high] = isPdf(limits, 'array') ? (limits.items as number[]) : [];
    expect(low).toBeLessThanOrEqual(key);
    expect(high).toBeGreaterThanOrEqual(key);
  });

  test('keeps its keys in order whatever the order of setting them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 30 }), (keys) => {
        const update = opened(letter());
        let tree = setInNumberTree(update, undefined, keys[0]!, -keys[0]!);
        for (const key of keys.slice(1)) tree = setInNumberTree(update, tree, key, -key);
        for (const key of keys) expect(numberTreeValue(update, tree, key)).toBe(-key);
        expect(highestKey(update, tree)).toBe(Math.max(...keys));
      }),
    );
  });

  test('that contains itself is refused', () => {
    const builder = new PdfBuilder().letter();
    builder.object(10, '<</Kids[10 0 R]>>').table();
    const update = opened(builder.done());
    expect(numberTreeValue(update, root, 1)).toBeUndefined();
    expect(codeOf(() => setInNumberTree(update, root, 1, null))).toBe('pdf/malformed');
  });
});

/** A tagged letter: page 3 with two marked contents under key 0, structure root 5, document 6, parent tree 7. */
function tagged(page: string = '/StructParents 0', parents: string = '8 0 R'): PdfUpdate {
  const builder = new PdfBuilder().letter('/P <</MCID 0>> BDC EMC /P <</MCID 1>> BDC EMC', page);
  builder.object(1, '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 5 0 R>>');
  builder.object(5, '<</Type/StructTreeRoot/K 6 0 R/ParentTree 7 0 R/ParentTreeNextKey 3>>');
  builder.object(6, '<</Type/StructElem/S/Document/P 5 0 R/K[9 0 R]>>');
  builder.object(7, `<</Nums[0 ${parents}]>>`).object(8, '[9 0 R 9 0 R]');
  builder.object(9, '<</Type/StructElem/S/P/P 6 0 R/K[0 1]/Pg 3 0 R>>').table();
  return opened(builder.done());
}

describe('the structure of a tagged document', () => {
  const page = pdfRef(3);

  test.each(['8 0 R', '[9 0 R 9 0 R]'])('gets a figure at its end, found from the page (%s)', (parents) => {
    const update = tagged('/StructParents 0', parents);
    const marked = editStructure(update)!.addFigure(page, 0, 1, 'Sello del oficio', [1, 2, 3, 4])!;
    expect(marked).toEqual({ mcid: 2, structParents: 0 });
    const after = reopened(update);
    const kids = after.resolve(dictAt(after, pdfRef(6)).entries.get('K'));
    const figure = isPdf(kids, 'array') ? kids.items[1] : undefined;
    expect(Object.fromEntries(dictAt(after, figure).entries)).toMatchObject({ K: 2, P: pdfRef(6), Pg: page });
    const parentsNow = after.resolve(numberTreeValue(beginUpdate(after), pdfRef(7), 0) as PdfObject);
    expect(isPdf(parentsNow, 'array') && parentsNow.items[2]).toEqual(figure);
  });

  test('numbers the content of a page beyond what the page uses, with or without entries', () => {
    expect(editStructure(tagged())!.addFigure(page, 0, 6, '', [1, 2, 3, 4])).toEqual({ mcid: 7, structParents: 0 });
    expect(editStructure(tagged(''))!.addFigure(page, undefined, -1, '', [1, 2, 3, 4])).toEqual({
      mcid: 0,
      structParents: 3,
    });
    expect(editStructure(tagged())!.addFigure(page, 0, 1e9, '', [1, 2, 3, 4])).toBeUndefined();
  });

  test('gets links under keys that nobody has', () => {
    const update = tagged();
    const editor = editStructure(update)!;
    const keys = [editor.addLink(page, update.add(null)), editor.addLink(page, update.add(null))];
    expect(keys).toEqual([3, 4]);
    const root = currentDict(update, pdfRef(5))!;
    expect(root.entries.get('ParentTreeNextKey')).toBe(5);
    const link = currentDict(update, numberTreeValue(update, root.entries.get('ParentTree'), 4))!;
    expect(link.entries.get('S')).toEqual({ type: 'name', name: 'Link' });
  });

  test('is not there in a document that is not tagged', () => {
    expect(editStructure(opened(letter()))).toBeUndefined();
  });
});

test('a text string is ASCII, or UTF-16 with its mark', () => {
  expect(textString('Folio 1')).toMatchObject({ bytes: new TextEncoder().encode('Folio 1') });
  expect(textString('Ñ😀').bytes).toEqual(Uint8Array.of(0xfe, 0xff, 0, 0xd1, 0xd8, 0x3d, 0xde, 0));
});
