import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { pdfRaw, withWritable, writableArray, writableDict, type Writable } from '../../src/pdf/serialise.ts';
import type { SignatureFinding } from '../../src/signature/verify.ts';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { isPdf, pdfRef, pdfString, type PdfObject, type PdfRef } from '../../src/pdf/object.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { first, kindsOf, updated } from '../support/changed-pdf.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

/** Objects of a draft: a dictionary or array as it is written, or a stream. */
type Draft = Readonly<Record<number, string | { readonly dict?: string; readonly data: string }>>;

const FORM = '/Type/XObject/Subtype/Form/BBox[0 0 612 792]';

const PAGE = '<</Type/Page/Parent 2 0 R/MediaBox 15 0 R/Resources 4 0 R/Contents 8 0 R/Group 17 0 R>>';

/** A page with two streams, a form in a form, an image, a state; everything that a page shows in an object of its own. */
const LETTER: Draft = {
  1: '<</Type/Catalog/Pages 2 0 R>>',
  2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
  3: PAGE,
  4: '<</Font 7 0 R/XObject 9 0 R/ExtGState 10 0 R/Properties 18 0 R>>',
  5: { data: 'BT /F1 18 Tf 72 700 Td (Este tramite es gratuito.) Tj ET /Fm Do' },
  6: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding 16 0 R>>',
  7: '<</F1 6 0 R>>',
  8: '[5 0 R 14 0 R]',
  9: '<</Fm 11 0 R>>',
  10: '<</G1 12 0 R>>',
  11: { dict: `${FORM}/Resources 13 0 R`, data: '/X1 Do' },
  12: '<</Type/ExtGState/ca 1>>',
  13: '<</Font 7 0 R>>',
  14: { data: 'Q' },
  15: '[0 0 612 792]',
  16: '<</Type/Encoding/BaseEncoding/WinAnsiEncoding>>',
  17: '<</S/Transparency>>',
  18: '<</MC0 19 0 R>>',
  19: '<</Type/OCG/Name(n)>>',
};

const SHOWN = [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19] as const;

/** What the catalog, the page and the trailer say so that object `n` is also something that an update may write again. */
const ROLES = {
  extensions: (n) => ({ catalog: `/Extensions ${n} 0 R` }),
  'an extension': (n) => ({ catalog: `/Extensions<</ADBE ${n} 0 R>>` }),
  store: (n) => ({ catalog: `/DSS ${n} 0 R` }),
  certificates: (n) => ({ catalog: `/DSS<</Certs ${n} 0 R>>` }),
  'revocation lists': (n) => ({ catalog: `/DSS<</CRLs ${n} 0 R/OCSPs[${n} 0 R]>>` }),
  related: (n) => ({ catalog: `/DSS<</VRI ${n} 0 R>>` }),
  'one related': (n) => ({ catalog: `/DSS<</VRI<</A ${n} 0 R>>>>` }),
  'a related list': (n) => ({ catalog: `/DSS<</VRI<</A<</Cert ${n} 0 R>>>>>>` }),
  form: (n) => ({ catalog: `/AcroForm ${n} 0 R` }),
  fields: (n) => ({ catalog: `/AcroForm<</Fields ${n} 0 R>>` }),
  'a field': (n) => ({ catalog: `/AcroForm<</Fields[${n} 0 R]>>` }),
  'default resources': (n) => ({ catalog: `/AcroForm<</Fields[]/DR ${n} 0 R>>` }),
  'default fonts': (n) => ({ catalog: `/AcroForm<</Fields[]/DR<</Font ${n} 0 R>>>>` }),
  'default pictures': (n) => ({ catalog: `/AcroForm<</Fields[]/DR<</XObject ${n} 0 R/Other ${n} 0 R>>>>` }),
  metadata: (n) => ({ catalog: `/Metadata ${n} 0 R` }),
  information: (n) => ({ trailer: `/Info ${n} 0 R` }),
  'changing information': (n) => ({ trailer: `/Info<</ModDate ${n} 0 R/Producer ${n} 0 R>>` }),
  annotations: (n) => ({ page: `/Annots ${n} 0 R` }),
  'an open value': (n) => ({ catalog: field(`/FT/Tx/V ${n} 0 R`) }),
  'an open look': (n) => ({ catalog: field(`/FT/Tx/V(1)/AP<</N ${n} 0 R>>`) }),
  'looks of an open field': (n) => ({ catalog: field(`/FT/Btn/V/a/AS/a/AP ${n} 0 R`) }),
  'a waiting signature': (n) => ({ catalog: field(`/FT/Sig/AP<</N ${n} 0 R>>`) }),
  'a child of an open field': (n) => ({ catalog: field(`/FT/Tx/Kids[${n} 0 R]`) }),
} satisfies Record<string, (n: number) => Added>;

interface Added {
  readonly catalog?: string;
  readonly page?: string;
  readonly trailer?: string;
}

function field(entries: string): string {
  return `/AcroForm<</Fields[<</T(campo)${entries}>>]>>`;
}

function into(body: string, entries: string): string {
  return body.replace(/>>$/, `${entries}>>`);
}

function draftOf(objects: Draft, { catalog = '', page = '', trailer = '' }: Added = {}): Uint8Array {
  const builder = new PdfBuilder();
  for (const [key, body] of Object.entries(objects)) {
    const number = Number(key);
    if (typeof body === 'object') builder.stream(number, body.dict ?? '', body.data);
    else builder.object(number, number === 1 ? into(body, catalog) : number === 3 ? into(body, page) : body);
  }
  builder.table(`/Root 1 0 R${trailer}`);
  return builder.done();
}

const raw = (text: string): Writable => pdfRaw(fromLatin1(text));
const rawStream = (dict: string, data: string): Writable =>
  raw(`<<${dict}/Length ${data.length}>>\nstream\n${data}\nendstream`);

/** The object written again in ways that its role might forgive: it grows, or it shows something else. */
function changesOf(object: PdfObject, evil: PdfRef): readonly Writable[] {
  if (isPdf(object, 'stream')) return [{ ...object, data: fromLatin1('BT /F1 18 Tf (PAGUE) Tj ET') }];
  if (isPdf(object, 'array')) return [writableArray(...object.items, evil), writableArray(evil)];
  if (!isPdf(object, 'dict')) return [evil];
  return [
    withWritable(object, { X1: evil }),
    withWritable(object, { V: evil, M: pdfString(fromLatin1('D:2026')) }),
    withWritable(object, { Font: evil, XObject: evil, Cert: evil, Annots: writableArray(evil), DR: evil }),
    writableDict({ X1: evil }),
  ];
}

const HELD: readonly (string | undefined)[] = ['intact', 'allowed-changes'];
const missing = missingJudge('openssl');

describe.skipIf(missing)(`an excuse holds for the role that it was given for ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  beforeAll(() => {
    chain = makeThrowawayChain();
  });
  afterAll(() => chain.remove());

  const signed = (draft: Uint8Array): Promise<Uint8Array> => signPdf(draft, chain, { leaveFieldsOpen: true });
  const judged = async (pdf: Uint8Array, objects: Readonly<Record<number, Writable>>): Promise<string> => {
    const change = updated(pdf, (update) => {
      for (const [number, object] of Object.entries(objects)) update.put(pdfRef(Number(number)), object);
    });
    return kindsOf(await first(change));
  };

  test('whatever a page shows is the same, whatever else the object is', { timeout: 60_000 }, async () => {
    const cases = fc.record({
      role: fc.constantFrom(...(Object.keys(ROLES) as (keyof typeof ROLES)[])),
      number: fc.constantFrom(...SHOWN),
      way: fc.nat(3),
    });
    const rule = fc.asyncProperty(cases, async ({ role, number, way }) => {
      let pdf: Uint8Array;
      try {
        pdf = await signed(draftOf(LETTER, ROLES[role](number)));
      } catch (error) {
        if (isRefusal(error)) return;
        throw error;
      }
      const changed = updated(pdf, (update, doc) => {
        const evil = update.add(rawStream(FORM, '1 1 1 rg 0 600 612 192 re f'));
        const ways = changesOf(doc.get(pdfRef(number)), evil);
        update.put(pdfRef(number), ways[way % ways.length]!);
      });
      // Without a form there is no signature left.
      const found: SignatureFinding | undefined = await first(changed);
      expect(HELD).not.toContain(found?.integrity);
    });
    await fc.assert(rule, { numRuns: 400 });
  });

  test('extensions that are the content of a page', async () => {
    const pdf = await signed(draftOf(LETTER, { catalog: '/Extensions 5 0 R' }));
    expect(await judged(pdf, { 5: rawStream('', 'BT (PAGUE) Tj ET') })).toBe('forbidden-changes content');
  });

  test('default resources that are those of a form', async () => {
    const pdf = await signed(draftOf(LETTER, { catalog: '/AcroForm<</Fields[]/DR 13 0 R>>' }));
    const more = raw('<</Font 7 0 R/XObject<</X1 5 0 R>>>>');
    expect(await judged(pdf, { 13: more })).toBe('forbidden-changes form content');
  });

  test('a security store, or what it relates, that is the catalog itself', async () => {
    const hidden = '/OCProperties 20 0 R';
    const catalog = `${hidden}/DSS<</VRI 1 0 R>>`;
    const pdf = await signed(draftOf({ ...LETTER, 20: '<</OCGs[19 0 R]/D<<>>>>' }, { catalog }));
    const off = raw('<</OCGs[19 0 R]/D<</OFF[19 0 R]>>>>');
    expect(await judged(pdf, { 20: off })).toContain('forbidden-changes');
  });

  test('a page, or an open field, whose dictionary names resources', async () => {
    const page = { ...LETTER, 4: '<</Font 7 0 R/XObject 3 0 R/ExtGState 10 0 R>>', 20: '[]' };
    const asPictures = await signed(draftOf(page, { page: '/Annots 11 0 R' }));
    const other = raw(into(PAGE, '/Annots 14 0 R'));
    expect(await judged(asPictures, { 3: other })).toContain('forbidden-changes');
    const widget = '<</T(a)/FT/Tx/V(1)/AP 11 0 R>>';
    const asField = { ...LETTER, 4: '<</Font 7 0 R/XObject 20 0 R>>', 20: widget };
    const open = await signed(draftOf(asField, { catalog: '/AcroForm<</Fields[20 0 R]>>' }));
    const filled = raw('<</T(a)/FT/Tx/V(2)/AP 14 0 R>>');
    expect(await judged(open, { 20: filled })).toBe('forbidden-changes field form-filled content');
    expect(await judged(open, { 11: rawStream(FORM, '') })).toContain('forbidden-changes');
  });

  test('an appearance that two fields share changes with neither alone', async () => {
    const fields = { 20: '<</T(a)/FT/Tx/V(1)/AP<</N 11 0 R>>>>', 21: '<</T(b)/FT/Tx/V(1)/AP<</N 11 0 R>>>>' };
    const base = { ...LETTER, 9: '<<>>', ...fields };
    const pdf = await signed(draftOf(base, { catalog: '/AcroForm<</Fields[20 0 R 21 0 R]>>' }));
    const one = raw('<</T(a)/FT/Tx/V(2)/AP<</N 11 0 R>>>>');
    expect(await judged(pdf, { 20: one, 11: rawStream(FORM, '(2) Tj') })).toContain('forbidden-changes');
  });

  test('the title stays the same where it is an object of its own', async () => {
    const pdf = await signed(draftOf({ ...LETTER, 20: '(Oficio)' }, { trailer: '/Info<</Title 20 0 R>>' }));
    expect(await judged(pdf, { 20: raw('(Factura)') })).toBe('forbidden-changes content');
  });

  test('what a page says is above it is compared, wherever the tree lists the page', async () => {
    const above = '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>';
    const draft = draftOf({
      ...LETTER,
      2: above,
      3: '<</Type/Page/Parent 20 0 R/Resources 4 0 R/Contents 8 0 R>>',
      20: above,
    });
    const moved = raw(above.replace('[0 0 612 792]', '[0 1000 612 1792]'));
    expect(await judged(await signed(draft), { 20: moved })).toBe('forbidden-changes content');
  });

  test('a reference of another generation counts as one to the object: some readers see only its number', async () => {
    const draft = draftOf({ ...LETTER, 9: '<</Fm 11 1 R>>' });
    const pdf = await signed(draft);
    expect(openPdf(pdf, primitives).get(pdfRef(11, 1))).toBe(null);
    expect(await judged(pdf, { 11: rawStream(FORM, '(PAGUE) Tj') })).toBe('forbidden-changes content');
  });

  test('what only a chain of references leads to was compared by nobody else', async () => {
    const chained = { ...LETTER, 20: '21 0 R', 21: '<</Certs[14 0 R]>>' };
    const pdf = await signed(draftOf(chained, { catalog: '/DSS 20 0 R' }));
    expect(await judged(pdf, { 21: raw('<</Certs[14 0 R]/X1 5 0 R>>') })).toBe('forbidden-changes content');
  });

  test('the look of a field, whatever else it is', async () => {
    const widget = '<</T(a)/FT/Tx/V(1)/AP<</N 11 0 R>>>>';
    const draft = { ...LETTER, 9: '<<>>', 20: widget };
    const pdf = await signed(draftOf(draft, { catalog: '/AcroForm<</Fields[20 0 R]>>/Extensions 11 0 R' }));
    expect(await judged(pdf, { 11: rawStream(FORM, '(2) Tj') })).toBe('forbidden-changes field');
  });

  test('a waiting signature that decides what optional content shows', async () => {
    const waiting = '<</T(a)/FT/Sig/Type/OCMD/OCGs[19 0 R]/P/AnyOn';
    const draft = { ...LETTER, 18: '<</P 20 0 R>>', 20: `${waiting}>>` };
    const pdf = await signed(draftOf(draft, { catalog: '/AcroForm<</Fields[20 0 R]>>' }));
    const hides = raw(`${waiting.replace('/AnyOn', '/AllOff')}/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>>>`);
    expect(await judged(pdf, { 20: hides })).toContain('forbidden-changes');
  });
});
