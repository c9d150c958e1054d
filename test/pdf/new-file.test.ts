import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { NewPdf } from '../../src/pdf/new-file.ts';
import { pdfArray, pdfName } from '../../src/pdf/object.ts';
import { writableArray, writableDict } from '../../src/pdf/serialise.ts';
import { checkUnambiguous } from '../../src/pdf/unambiguous.ts';
import { checkPages } from '../../src/pdf/unambiguous-pages.ts';

/** One page, whose tree is put after what points to it. */
function onePage(): { pdf: NewPdf; finish: () => Uint8Array } {
  const pdf = new NewPdf();
  const tree = pdf.allocate();
  const contents = pdf.add({ type: 'stream', dict: writableDict({}), data: utf8('0 0 10 10 re f\n') });
  const page = pdf.add(
    writableDict({ Type: pdfName('Page'), Parent: tree, MediaBox: pdfArray(0, 0, 100, 50), Contents: contents }),
  );
  const root = pdf.add(writableDict({ Type: pdfName('Catalog'), Pages: tree }));
  const info = pdf.add(writableDict({}));
  const finish = (): Uint8Array => {
    pdf.put(tree, writableDict({ Type: pdfName('Pages'), Kids: writableArray(page), Count: 1 }));
    return pdf.finish(root, info, nodePrimitives);
  };
  return { pdf, finish };
}

test('a new file is one that our strict reader takes, in one way only', () => {
  const document = openPdf(onePage().finish(), nodePrimitives);
  expect(() => checkUnambiguous(document)).not.toThrow();
  expect(() => checkPages(document)).not.toThrow();
  expect(document.revisions).toHaveLength(1);
});

test('no object is left out', () => {
  const { pdf, finish } = onePage();
  pdf.allocate();
  expect(finish).toThrow('never put');
});
