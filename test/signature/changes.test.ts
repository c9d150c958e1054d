import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1, toLatin1, utf8 } from '../../src/core/bytes.ts';
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts';
import {
  isPdf,
  pdfName,
  pdfRef,
  pdfString,
  withEntries,
  type PdfDict,
  type PdfObject,
  type PdfRef,
} from '../../src/pdf/object.ts';
import {
  pdfRaw,
  serialise,
  withWritable,
  writableArray,
  writableDict,
  type Writable,
  type WritableDict,
} from '../../src/pdf/serialise.ts';
import { contentInk } from '../../src/pdf/ink.ts';
import type { PdfUpdate } from '../../src/pdf/update.ts';
import { readForm } from '../../src/signature/fields.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { missingJudge } from '../support/judges.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { first, inCatalog, kindsOf, look, rootOf, stream, updated } from '../support/changed-pdf.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

const missing = hasShared ? missingJudge('openssl') : 'no shared folder';

function inPage(index: number, change: (dict: PdfDict, update: PdfUpdate) => WritableDict) {
  return (update: PdfUpdate, doc: PdfDocument): void => {
    const { ref, dict } = doc.pages()[index]!;
    update.put(ref, change(dict, update));
  };
}

function refsIn(object: PdfObject | undefined): readonly PdfRef[] {
  return isPdf(object, 'array') ? object.items.filter((item) => isPdf(item, 'ref')) : [];
}

describe.skipIf(missing)(`after a signature ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  let letter: Uint8Array;
  let signed: Uint8Array;
  beforeAll(async () => {
    chain = makeThrowawayChain();
    letter = readShared('samples', 'oficio-2-paginas.pdf');
    signed = await signPdf(letter, chain, { rect: [50, 50, 200, 100] });
  });
  afterAll(() => chain.remove());

  const judged = async (change: Parameters<typeof updated>[1], pdf: Uint8Array = signed): Promise<string> =>
    kindsOf(await first(updated(pdf, change)));

  test('an update that changes nothing leaves the letter intact', async () => {
    expect(await judged(() => {})).toBe('intact');
  });

  test('validation data may be added and may grow, but not be taken away', async () => {
    const store = (update: PdfUpdate, doc: PdfDocument): void => {
      const certs = writableArray(update.add(stream('a')), update.add(stream('b')));
      update.put(rootOf(doc), withWritable(doc.catalog, { DSS: update.add(writableDict({ Certs: certs })) }));
    };
    expect(await judged(store)).toBe('allowed-changes validation-data');
    const withStore = await signPdf(updated(letter, store), chain);
    const doc = openPdf(withStore, primitives);
    const ref = doc.catalog.entries.get('DSS') as PdfRef;
    const dss = doc.get(ref) as PdfDict;
    const certs = refsIn(dss.entries.get('Certs'));
    const grown = (update: PdfUpdate): void =>
      update.put(ref, writableDict({ Certs: writableArray(...certs, update.add(stream('c'))) }));
    expect(await judged(grown, withStore)).toBe('allowed-changes validation-data');
    const shrunk = (update: PdfUpdate): void => update.put(ref, writableDict({ Certs: writableArray(certs[0]!) }));
    expect(await judged(shrunk, withStore)).toContain('forbidden-changes validation-data-removed');
    const gone = (update: PdfUpdate): void => update.put(ref, writableDict({}));
    expect(await judged(gone, withStore)).toContain('forbidden-changes validation-data-removed');
    const other = (update: PdfUpdate): void => update.put(certs[0]!, stream('x'));
    expect(await judged(other, withStore)).toContain('forbidden-changes content');
  });

  test('page content, in its own object or another, is forbidden and told with its page', async () => {
    const inPlace = (update: PdfUpdate, doc: PdfDocument): void => {
      const contents = doc.pages()[1]!.dict.entries.get('Contents');
      const ref = isPdf(contents, 'array') ? contents.items[0] : contents;
      update.put(ref as PdfRef, stream('0 0 100 100 re f'));
    };
    const found = await first(updated(signed, inPlace));
    expect(found.integrity).toBe('forbidden-changes');
    expect(found.changes.some(({ kind, page }) => kind === 'content' && page === 2)).toBe(true);
    const another = inPage(1, (dict, update) => withWritable(dict, { Contents: update.add(stream('')) }));
    expect(await judged(another)).toBe('forbidden-changes page');
    const resources = inPage(0, (dict) => withEntries(dict, { Resources: writableDict({}) as PdfDict }));
    expect(await judged(resources)).toBe('forbidden-changes page');
    const turned = inPage(0, (dict) => withWritable(dict, { Rotate: 180 }));
    expect(await judged(turned)).toBe('forbidden-changes page');
  });

  test('a page written again so that readers may see another one is forbidden', async () => {
    const twice = (update: PdfUpdate, doc: PdfDocument): void => {
      const { ref, dict } = doc.pages()[0]!;
      const evil = update.add(stream('0 0 600 800 re f'));
      const text = toLatin1(serialise(dict));
      update.put(ref, pdfRaw(fromLatin1(text.replace('<<', `<</Contents ${evil.number} 0 R `))));
    };
    expect(await judged(twice)).toBe('forbidden-changes ambiguous');
    const unlisted = concat(signed, fromLatin1('3 0 obj\n<< /Type /Page >>\nendobj\n'));
    const more = updated(unlisted, () => {});
    expect(kindsOf(await first(more))).toBe('forbidden-changes ambiguous');
  });

  test('annotations added, removed or changed are forbidden', async () => {
    const added = inPage(0, (dict, update) => {
      const note = update.add(writableDict({ Type: pdfName('Annot'), Subtype: pdfName('FreeText') }));
      const list = refsIn(dict.entries.get('Annots'));
      return withWritable(dict, { Annots: writableArray(...list, note) });
    });
    expect(await judged(added)).toBe('forbidden-changes annotation');
    const removed = inPage(0, (dict) => withWritable(dict, { Annots: undefined }));
    expect(await judged(removed)).toBe('forbidden-changes annotation');
    const moved = (update: PdfUpdate, doc: PdfDocument): void => {
      const ref = readForm(doc)!.fields[0]!.ref!;
      update.put(ref, withWritable(doc.get(ref) as PdfDict, { Rect: writableArray(0, 0, 500, 500) }));
    };
    expect(await judged(moved)).toBe('forbidden-changes signature');
  });

  test('the look of the signature and what its dictionary says stay as they are', async () => {
    const look = (update: PdfUpdate, doc: PdfDocument): void => {
      const dict = readForm(doc)!.fields[0]!.dict;
      update.put((dict.entries.get('AP') as PdfDict).entries.get('N') as PdfRef, stream('1 0 0 rg'));
    };
    expect(await judged(look)).toBe('forbidden-changes content');
    const reason = (update: PdfUpdate, doc: PdfDocument): void => {
      const ref = readForm(doc)!.fields[0]!.value as PdfRef;
      update.put(ref, withWritable(doc.get(ref) as PdfDict, { Reason: pdfString(utf8('otra')) }));
    };
    expect(await judged(reason)).toContain('forbidden-changes signature');
  });

  test('entries of the catalog and the title are forbidden', async () => {
    expect(await judged(inCatalog({ OpenAction: writableDict({ S: pdfName('JavaScript') }) }))).toBe(
      'forbidden-changes catalog',
    );
    expect(await judged(inCatalog({ Pages: pdfRef(4) }))).toMatch(/^forbidden-changes/);
    const title = (update: PdfUpdate): void =>
      update.setTrailer('Info', update.add(writableDict({ Title: pdfString(utf8('otra')) })));
    expect(await judged(title)).toMatch(/^forbidden-changes catalog/);
  });

  test('an object that the signed part only names, and that appears later, is forbidden', async () => {
    const dangling = pdfRef(400);
    const prepared = updated(
      letter,
      inPage(0, (dict) => withWritable(dict, { Contents: writableArray(dict.entries.get('Contents')!, dangling) })),
    );
    const pdf = await signPdf(prepared, chain);
    expect(kindsOf(await first(pdf))).toBe('intact');
    const later = updated(pdf, (update) => {
      while (update.allocate().number < 400);
      update.put(dangling, stream('0 0 600 800 re f'));
    });
    expect(kindsOf(await first(later))).toBe('forbidden-changes content');
  });

  test('a second signature may not cover the page, nor an annotation that is there', async () => {
    const large = await signPdf(signed, chain, { rect: [10, 200, 590, 700] });
    expect(kindsOf(await first(large))).toBe('forbidden-changes signature-added annotation');
    const over = await signPdf(signed, chain, { rect: [60, 60, 100, 90] });
    expect(kindsOf(await first(over))).toBe('forbidden-changes signature-added annotation');
    const beside = await signPdf(signed, chain, { rect: [300, 50, 400, 100] });
    expect(kindsOf(await first(beside))).toBe('allowed-changes signature-added');
  });

  test('several signatures may not cover the page together', async () => {
    let pdf = signed;
    for (const y of [20, 220, 420]) pdf = await signPdf(pdf, chain, { page: 1, rect: [10, y, 600, y + 195] });
    expect((await first(pdf)).changes.some(({ detail }) => /cover \d+ % of the page/.test(detail))).toBe(true);
    expect((await first(pdf)).integrity).toBe('forbidden-changes');
  });

  test('a second signature may not lie on what the page shows', async () => {
    const [page] = openPdf(letter, primitives).pages();
    const { boxes } = contentInk(openPdf(letter, primitives), page!);
    const [x0, y0, x1, y1] = boxes;
    const over = await signPdf(signed, chain, { rect: [x0! - 5, y0! - 5, x1! + 5, y1! + 5] });
    expect((await first(over)).changes.some(({ detail }) => detail.includes('what the page shows'))).toBe(true);
    expect((await first(over)).integrity).toBe('forbidden-changes');
  });

  test('a second signature may not lie on a page with more than can be noted, but shows nothing there', async () => {
    const dots = Array.from({ length: 5000 }, (_, i) => `${(37 * i) % 600} ${500 + ((53 * i) % 280)} 1 1 re f`);
    const builder = new PdfBuilder().letter(dots.join('\n'));
    builder.table();
    const map = await signPdf(builder.done(), chain);
    expect(contentInk(openPdf(map, primitives), openPdf(map, primitives).pages()[0]!).full).toBe(true);
    const over = await signPdf(map, chain, { rect: [50, 50, 90, 90] });
    expect(kindsOf(await first(over))).toBe('forbidden-changes signature-added annotation');
    expect(kindsOf(await first(await signPdf(map, chain)))).toBe('allowed-changes signature-added');
  });

  test('a new field that is not signed, or does something, is forbidden', async () => {
    const field =
      (entries: Readonly<Record<string, Writable>>) =>
      (update: PdfUpdate, doc: PdfDocument): void => {
        const form = readForm(doc)!;
        const list = refsIn(form.dict.entries.get('Fields'));
        const widget = { Subtype: pdfName('Widget'), Rect: writableArray(0, 0, 0, 0) };
        const nuevo = { FT: pdfName('Sig'), T: pdfString(utf8('Nuevo')), ...widget };
        const added = update.add(writableDict({ ...nuevo, ...entries }));
        update.put(form.ref!, withWritable(form.dict, { Fields: writableArray(...list, added) }));
      };
    expect(await judged(field({}))).toBe('forbidden-changes field');
    const value = writableDict({ ByteRange: writableArray(0, 1, 2, 3) });
    expect(await judged(field({ V: value }))).toBe('allowed-changes signature-added');
    expect(await judged(field({ V: value, A: writableDict({}) }))).toMatch(/^forbidden-changes .*field$/);
    expect(await judged(field({ V: value, FT: pdfName('Tx') }))).toBe('forbidden-changes field');
    expect(await judged(field({ V: value, Subtype: null }))).toBe('forbidden-changes field');
    expect(await judged(field({ V: value, Subtype: pdfName('Link') }))).toBe('forbidden-changes field');
    expect(await judged(field({ V: value, Rect: null }))).toBe('forbidden-changes field');
    for (const key of ['Contents', 'C', 'Border', 'BS']) {
      expect(await judged(field({ V: value, [key]: writableArray(0, 0, 1000) }))).toMatch(
        /^forbidden-changes .*field$/,
      );
    }
    expect(await judged(field({ V: value, T: pdfString(utf8('Cotejo')) }))).toBe('forbidden-changes field');
  });

  test('two fields cannot share one signature', async () => {
    const shared = updated(signed, (update, doc) => {
      const form = readForm(doc)!;
      const [own] = form.fields;
      const twin = update.add(withWritable(own!.dict, { T: pdfString(utf8('Gemelo')) }));
      const list = refsIn(form.dict.entries.get('Fields'));
      update.put(form.ref!, withWritable(form.dict, { Fields: writableArray(...list, twin) }));
    });
    const all = await verifySignatures(openPdf(shared, primitives), { primitives });
    expect(all.map(({ integrity }) => integrity)).toEqual(['forbidden-changes', 'altered']);
  });

  test('where everything was forbidden by certification, so is what else is allowed', async () => {
    const reference = writableDict({
      TransformMethod: pdfName('DocMDP'),
      TransformParams: writableDict({ P: 1 }),
    });
    const entries = { Reference: writableArray(reference) as never };
    const certified = await signPdf(letter, chain, { entries });
    const store = inCatalog({ DSS: writableDict({}) });
    expect(await judged(store, certified)).toBe('forbidden-changes validation-data');
    expect(await judged(() => {}, certified)).toBe('intact');
  });

  describe('a text field', () => {
    const FIELDS = { Type: pdfName('Annot'), Subtype: pdfName('Widget'), FT: pdfName('Tx') };
    const withField = (entries: Readonly<Record<string, Writable>> = {}): Uint8Array =>
      updated(letter, (update, doc) => {
        const page = doc.pages()[0]!;
        const field = update.add(
          writableDict({
            ...FIELDS,
            T: pdfString(utf8('monto')),
            V: pdfString(utf8('100')),
            AP: writableDict({ N: update.add(look('100')) }),
            Rect: writableArray(10, 10, 50, 30),
            P: page.ref,
            ...entries,
          }),
        );
        update.put(page.ref, withWritable(page.dict, { Annots: writableArray(field) }));
        const form = writableDict({ Fields: writableArray(field) });
        update.put(rootOf(doc), withWritable(doc.catalog, { AcroForm: update.add(form) }));
      });
    const refill =
      (entries: (update: PdfUpdate) => Readonly<Record<string, Writable>>) =>
      (update: PdfUpdate, doc: PdfDocument): void => {
        const field = readForm(doc)!.fields.find(({ name }) => name === 'monto')!;
        update.put(field.ref!, withWritable(field.dict, entries(update)));
      };
    const filled = refill((update) => ({
      V: pdfString(utf8('200')),
      AP: writableDict({ N: update.add(look('200')) }),
    }));

    test('may be filled in where signing left it open', async () => {
      const pdf = await signPdf(withField(), chain, { leaveFieldsOpen: true });
      expect(await judged(filled, pdf)).toBe('allowed-changes form-filled');
    });

    test('shows what it holds, on no text that was signed', async () => {
      const pdf = await signPdf(withField(), chain, { leaveFieldsOpen: true });
      const lying = refill((update) => ({
        V: pdfString(utf8('200')),
        AP: writableDict({ N: update.add(look('900')) }),
      }));
      expect(await judged(lying, pdf)).toBe('forbidden-changes field form-filled');
      const above = await signPdf(withField({ Rect: writableArray(0, 0, 612, 792) }), chain, { leaveFieldsOpen: true });
      expect(await judged(filled, above)).toBe('forbidden-changes field form-filled');
    });

    test('may not look otherwise while it says the same, whether in a new object or its own', async () => {
      const pdf = await signPdf(withField(), chain, { leaveFieldsOpen: true });
      const other = refill((update) => ({ AP: writableDict({ N: update.add(look('900')) }) }));
      expect(await judged(other, pdf)).toBe('forbidden-changes field');
      const inPlace = (update: PdfUpdate, doc: PdfDocument): void => {
        const { dict } = readForm(doc)!.fields.find(({ name }) => name === 'monto')!;
        update.put((dict.entries.get('AP') as PdfDict).entries.get('N') as PdfRef, look('900'));
      };
      expect(await judged(inPlace, pdf)).toBe('forbidden-changes field');
    });

    test('may not be moved, nor filled in where it is read-only or locked, which is what signing does', async () => {
      const pdf = await signPdf(withField(), chain, { leaveFieldsOpen: true });
      const move = refill(() => ({ V: pdfString(utf8('2')), Rect: writableArray(0, 0, 600, 600) }));
      expect(await judged(move, pdf)).toBe('forbidden-changes field');
      const readOnly = await signPdf(withField({ Ff: 1 }), chain, { leaveFieldsOpen: true });
      expect(await judged(filled, readOnly)).toMatch(/^forbidden-changes/);
      const locked = await signPdf(withField(), chain);
      expect(await judged(filled, locked)).toMatch(/^forbidden-changes/);
    });

    test('that is locked does not keep a second signature away', async () => {
      const locked = await signPdf(withField(), chain);
      const twice = await signPdf(locked, chain);
      expect(kindsOf(await first(twice))).toBe('allowed-changes signature-added');
    });

    test('whose appearance the page draws too may not change', async () => {
      const shared = updated(withField(), (update, doc) => {
        const { dict } = readForm(doc)!.fields[0]!;
        const page = doc.pages()[0]!;
        const look = (dict.entries.get('AP') as PdfDict).entries.get('N')!;
        update.put(
          page.ref,
          withWritable(page.dict, { Contents: writableArray(page.dict.entries.get('Contents')!, look) }),
        );
      });
      const pdf = await signPdf(shared, chain, { leaveFieldsOpen: true });
      const both = (update: PdfUpdate, doc: PdfDocument): void => {
        const field = readForm(doc)!.fields.find(({ name }) => name === 'monto')!;
        update.put(field.ref!, withWritable(field.dict, { V: pdfString(utf8('200')) }));
        update.put((field.dict.entries.get('AP') as PdfDict).entries.get('N') as PdfRef, look('200'));
      };
      expect(await judged(both, pdf)).toContain('forbidden-changes');
    });
  });
});
