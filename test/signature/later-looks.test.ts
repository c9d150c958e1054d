import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { isPdf, pdfRef, type PdfObject, type PdfRef } from '../../src/pdf/object.ts';
import { pdfRaw, withWritable, type Writable } from '../../src/pdf/serialise.ts';
import { readForm } from '../../src/signature/fields.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { first, kindsOf, updated } from '../support/changed-pdf.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

/*
 * What a signature that comes later shows, and a field that is filled in later: some viewers draw an appearance without a
 * /BBox, or without a place, over the whole page.
 */

const missing = missingJudge('openssl');
const PAINT = '1 1 1 rg -1000 -1000 3000 3000 re f';

/** Objects from 5 on; the form lists the first of them. */
function draft(...objects: readonly string[]): Uint8Array {
  const builder = new PdfBuilder();
  builder.object(1, '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>');
  builder.object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>');
  const fonts = '/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>';
  builder.object(3, `<</Type/Page/Parent 2 0 R/Contents 4 0 R${fonts}/Annots[5 0 R]>>`);
  builder.stream(4, '', 'BT /F1 12 Tf 72 700 Td (Oficio) Tj ET');
  for (const [i, body] of objects.entries()) builder.object(5 + i, body);
  builder.table();
  return builder.done();
}

const raw = (text: string): Writable => pdfRaw(fromLatin1(text));
const form = (dict: string, data = PAINT): string =>
  `<</Type/XObject/Subtype/Form${dict}/Length ${data.length}>>\nstream\n${data}\nendstream`;
const WIDGET = '/Type/Annot/Subtype/Widget/F 4';
const SIGNED = '/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>';

/** A place, what its appearance says of itself, and whether all viewers keep the one to the other. */
const LOOKS: readonly (readonly [place: string, look: string, sound: boolean])[] = [
  ['/Rect[300 100 400 150]', '/BBox[0 0 100 50]', true],
  ['/Rect[300 100 400 150]', '/BBox[0 0 100 50]/Matrix[0 1 -1 0 0 0]', true],
  ['/Rect[0 0 0 0]', '/BBox[0 0 0 0]', true],
  ['/Rect[300 100 400 150]', '', false],
  ['/Rect[300 100 400 150]', '/BBox null', false],
  ['/Rect[300 100 400 150]', '/BBox(x)', false],
  ['/Rect[300 100 400 150]', '/BBox[0 0 100]', false],
  ['/Rect[300 100 400 150]', '/BBox[0 0 100 50 0]', false],
  ['/Rect[300 100 400 150]', '/BBox[0 0 100(x)]', false],
  ['/Rect[300 100 400 150]', '/BBox 4 0 R', false],
  ['/Rect[300 100 400 150]', '/BBox[0 0 100 4294967296]', false],
  ['/Rect[300 100 400 150]', '/BBox[0 0 0 0]', false],
  ['/Rect[300 100 400 150]', '/BBox[0 0 100 50]/Matrix[0 0 0 0 0 0]', false],
  ['/Rect[300 100 400 150]', '/BBox[0 0 100 50]/Matrix[1 0 0 1 0]', false],
  ['/Rect[0 0 0 0]', '', false],
  ['/Rect[0 0 0 0]', '/BBox[0 0 612 792]', false],
  // A line to some readers, and fonts that stand for those of the page.
  ['/Rect[0 0 0 0]', '/BBox[0 0 1 0]', false],
  ['/Rect[0 0 0 0]', '/BBox[0 0 0 0]/Matrix[90 40 0 1 0 0]', false],
  ['/Rect[0 0 0 0]', '/BBox[0 0 0 0]/Resources<</Font<<>>>>', false],
  ['', '', false],
  ['', '/BBox[0 0 612 792]', false],
  ['', '/BBox[0 0 0 0]', false],
];

describe.skipIf(missing)(`after a signature ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  beforeAll(() => {
    chain = makeThrowawayChain();
  });
  afterAll(() => chain.remove());

  const signed = (pdf: Uint8Array): Promise<Uint8Array> => signPdf(pdf, chain, { leaveFieldsOpen: true });
  const itemsOf = (object: PdfObject | undefined): readonly PdfObject[] => (isPdf(object, 'array') ? object.items : []);
  /** A signature field that was not there before, with what `widget` says. */
  const withNew = (pdf: Uint8Array, widget: (update: { add(object: Writable): PdfRef }) => string): Uint8Array =>
    updated(pdf, (update, doc) => {
      const page = doc.pages()[0]!;
      const own = widget(update);
      const type = own.includes('/Subtype') ? '/Type/Annot/F 4' : WIDGET;
      const field = update.add(raw(`<<${type}/FT/Sig/T(nueva)${SIGNED}${own}>>`));
      const annotations = itemsOf(page.dict.entries.get('Annots'));
      update.put(page.ref, withWritable(page.dict, { Annots: { type: 'array', items: [...annotations, field] } }));
      const known = readForm(doc)!;
      const fields = itemsOf(known.dict.entries.get('Fields'));
      const grown = withWritable(known.dict, { Fields: { type: 'array', items: [...fields, field] } });
      if (known.ref) update.put(known.ref, grown);
      else update.put(pdfRef(1), withWritable(doc.catalog, { AcroForm: grown }));
    });
  const judged = async (pdf: Uint8Array): Promise<string> => kindsOf(await first(pdf));

  describe.each(LOOKS)('%s with an appearance %s', (place, look, sound) => {
    const expected = sound ? /^allowed-changes/ : /^forbidden-changes/;

    test.each([
      '/AP<</N % 0 R>>',
      '/AP<</N 4 0 R/D % 0 R>>',
      '/AP<</N 4 0 R/R<</a % 0 R>>>>',
      '/AS/a/AP<</N<</a % 0 R>>>>',
    ])(`of a new signature: ${sound ? 'allowed' : 'forbidden'}, %s`, async (way) => {
      const pdf = withNew(await signed(draft(`<<${WIDGET}/FT/Tx/Ff 1/T(a)/Rect[0 0 0 0]>>`)), (update) => {
        const plain = place.includes('300') ? '/BBox[0 0 9 9]' : '/BBox[0 0 0 0]';
        const added = (body: string): string => String(update.add(raw(body)).number);
        return place + way.replace('4', () => added(form(plain, ''))).replace('%', () => added(form(look)));
      });
      expect(await judged(pdf)).toMatch(expected);
    });

    test('of a field that waited for a signature', async () => {
      const waiting = `${WIDGET}/FT/Sig/T(a)${place}`;
      const pdf = await signed(draft(`<<${waiting}>>`));
      const later = updated(pdf, (update) => {
        const shown = update.add(raw(form(look)));
        update.put(pdfRef(5), raw(`<<${waiting}${SIGNED}/AP<</N ${shown.number} 0 R>>>>`));
      });
      expect(await judged(later)).toMatch(expected);
    });

    test('of a field that is filled in, in a new object or its own', async () => {
      const open = `${WIDGET}/FT/Tx/T(a)${place}`;
      const pdf = await signed(draft(`<<${open}/V(1)/AP<</N 6 0 R>>>>`, form('/BBox[0 0 9 9]', '')));
      const anew = updated(pdf, (update) => {
        const shown = update.add(raw(form(look)));
        update.put(pdfRef(5), raw(`<<${open}/V()/AP<</N ${shown.number} 0 R>>>>`));
      });
      expect(await judged(anew)).toMatch(expected);
      const inPlace = updated(pdf, (update) => {
        update.put(pdfRef(5), raw(`<<${open}/V()/AP<</N 6 0 R>>>>`));
        update.put(pdfRef(6), raw(form(look)));
      });
      expect(await judged(inPlace)).toMatch(expected);
    });
  });

  test('an appearance that is no stream', async () => {
    const pdf = await signed(draft(`<<${WIDGET}/FT/Tx/Ff 1/T(a)/Rect[0 0 0 0]>>`));
    expect(await judged(withNew(pdf, () => '/Rect[300 100 400 150]/AP(x)'))).toMatch(/^forbidden/);
    expect(await judged(withNew(pdf, () => '/Rect[300 100 400 150]/AP<</N[]>>'))).toMatch(/^forbidden/);
    expect(await judged(withNew(pdf, () => '/Rect[0 0 0 0]'))).toBe('allowed-changes signature-added');
  });

  test('a signature whose appearance need not keep to a point, or that is no widget, counts as visible', async () => {
    const pdf = await signed(draft(`<<${WIDGET}/FT/Tx/Ff 1/T(a)/Rect[0 0 0 0]>>`));
    const isVisible = async (widget: string, look = ''): Promise<boolean | undefined> => {
      const later = withNew(pdf, (update) => widget.replace('%', `${update.add(raw(form(look))).number}`));
      const all = await verifySignatures(openPdf(later, primitives), { primitives });
      return all.find(({ field }) => field === 'nueva')?.visible;
    };
    expect(await isVisible('/Rect[0 0 0 0]/AP<</N % 0 R>>', '/BBox[0 0 0 0]')).toBe(false);
    expect(await isVisible('/Rect[0 0 0 0]/AP<</N % 0 R>>')).toBe(true);
    expect(await isVisible('/AP<</N % 0 R>>', '/BBox[0 0 9 9]')).toBe(true);
    expect(await isVisible('/Rect[0 0 0 0]/Subtype/Link')).toBe(true);
  });

  test.each([
    ['the whole page', '0 0 612 792'],
    ['the text', '60 690 200 715'],
    ['another field', '310 110 350 140'],
  ])('a field that waited over %s is measured when it is signed', async (_, place) => {
    const fields = (value: string): string => `<<${WIDGET}/FT/Sig/T(a)/Rect[${place}]${value}>>`;
    const other = `<<${WIDGET}/FT/Tx/Ff 1/T(b)/Rect[300 100 400 150]/V(1)>>`;
    const base = draft(fields(''), other);
    const both = updated(base, (update, doc) => {
      const page = doc.pages()[0]!;
      update.put(page.ref, withWritable(page.dict, { Annots: { type: 'array', items: [pdfRef(5), pdfRef(6)] } }));
    });
    const later = updated(await signed(both), (update) => update.put(pdfRef(5), raw(fields(SIGNED))));
    expect(await judged(later)).toBe('forbidden-changes field-signed annotation');
  });

  describe('what the form says of how letters look', () => {
    const WHITE = '/DA(/F1 1 Tf 1 1 1 rg)';
    const judgedForm = async (field: string, before: string, after: string): Promise<string> => {
      const base = updated(draft(`<<${WIDGET}${field}/T(a)/Rect[300 100 400 150]>>`), (update, doc) => {
        const form = update.add(raw(`<</Fields[5 0 R]${before}>>`));
        update.put(pdfRef(1), withWritable(doc.catalog, { AcroForm: form }));
      });
      const pdf = await signed(base);
      return judged(
        updated(pdf, (update, doc) => {
          const { ref, dict } = readForm(doc)!;
          const [, key, value] = /^\/(\w+)(.*)$/.exec(after)!;
          update.put(ref!, withWritable(dict, { [key!]: raw(value!.trim()) }));
        }),
      );
    };
    const FONT = '/DR<</Font<</F9<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>>>';

    test.each(['/FT/Tx/Ff 1/V(No debe nada)', '/FT/Ch/Ff 1/V(1)', '/V(1)'])(
      'may not come later where fields show letters: %s',
      async (field) => {
        expect(await judgedForm(field, '', WHITE)).toBe('forbidden-changes form');
        expect(await judgedForm(field, '', FONT)).toBe('forbidden-changes form');
        expect(await judgedForm(field, '/DA(/F1 12 Tf 0 g)', WHITE)).toBe('forbidden-changes form');
      },
    );

    test.each(['/FT/Sig', '/FT/Btn/Ff 65537'])('may come later where none does, and is told: %s', async (field) => {
      expect(await judgedForm(field, '', WHITE)).toBe('allowed-changes form');
      expect(await judgedForm(field, '', FONT)).toBe('allowed-changes form');
      expect(await judgedForm(field, '', '/NeedAppearances false')).toBe('allowed-changes form');
      expect(await judgedForm(field, '', '/SigFlags 7')).toBe('allowed-changes form');
      expect(await judgedForm(field, '/DA(/F1 12 Tf 0 g)', WHITE)).toBe('forbidden-changes form');
    });
  });
});
