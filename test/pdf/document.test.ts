import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import type { PdfLimits } from '../../src/pdf/limits.ts';
import { isTagged, pdfaClaim } from '../../src/pdf/facts.ts';
import { isPdf, pdfRef, type PdfObject, type PdfStream } from '../../src/pdf/object.ts';
import { entriesOf } from '../../src/pdf/revision.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { codeOf } from '../support/refuses.ts';
import { letter, PdfBuilder } from './build.ts';

const open = (bytes: Uint8Array, limits: Partial<PdfLimits> = {}) => openPdf(bytes, nodePrimitives, limits);
const refusal = (bytes: Uint8Array, limits: Partial<PdfLimits> = {}) => codeOf(() => open(bytes, limits).pages());

function streamOf(object: PdfObject): PdfStream {
  if (!isPdf(object, 'stream')) throw new Error('not a stream');
  return object;
}

/** A file whose table is a stream: entries as [type, second, third]. */
function withXrefStream(
  builder: PdfBuilder,
  number: number,
  entries: readonly (readonly [number, number, number])[],
  dict: string = '',
): Uint8Array {
  const at = builder.length;
  const rows = [...entries, [1, at, 0] as const];
  const data = Uint8Array.from(rows.flatMap(([kind, a, b]) => [kind, a >> 8, a & 255, b]));
  builder.stream(number, `/Type/XRef/W[1 2 1]/Size ${rows.length}/Root 1 0 R${dict}`, data);
  return builder.raw(`startxref\n${at}\n%%EOF\n`).done();
}

describe('opening', () => {
  test('a letter: version, revisions, catalog, pages', () => {
    const document = open(letter());
    expect(document.version).toBe('1.7');
    expect(document.revisions).toHaveLength(1);
    expect(document.revisions[0]).toMatchObject({ kind: 'table', end: document.bytes.length });
    expect(document.pages()).toHaveLength(1);
    expect([...document.numbers()]).toEqual([1, 2, 3, 4]);
    expect(document.xrefEntry(0)).toEqual({ kind: 'free', number: 0, generation: 65535 });
    expect(document.xrefEntry(99)).toBeUndefined();
  });

  test('the catalog may raise the version, not lower it', () => {
    const made = (version: string) => {
      const builder = new PdfBuilder('%PDF-1.4\n').letter();
      builder.object(1, `<</Type/Catalog/Pages 2 0 R/Version/${version}>>`).table();
      return open(builder.done()).version;
    };
    expect(made('1.7')).toBe('1.7');
    expect(made('1.2')).toBe('1.4');
  });

  test('what is not asked for is not read', () => {
    const builder = new PdfBuilder().letter().object(5, '[ this is no object');
    builder.table();
    const document = open(builder.done());
    expect(document.pages()).toHaveLength(1);
    expect(codeOf(() => document.get(pdfRef(5)))).toBe('pdf/malformed');
  });

  test.each<[string, string, Uint8Array]>([
    ['nothing', 'pdf/not-a-pdf', new Uint8Array(0)],
    ['a text', 'pdf/not-a-pdf', fromLatin1('Estimada vecina:')],
    ['a header only', 'pdf/truncated', fromLatin1('%PDF-1.7\n')],
    ['a letter without its last lines', 'pdf/truncated', letter().subarray(0, -20)],
    ['a letter cut in its mark', 'pdf/truncated', letter().subarray(0, -3)],
    ['an offset of zero', 'pdf/xref-broken', fromLatin1('%PDF-1.7\nstartxref\n0\n%%EOF')],
    ['an offset beyond the end', 'pdf/xref-broken', fromLatin1('%PDF-1.7\nstartxref\n9999\n%%EOF')],
    ['an encrypted letter', 'pdf/encrypted', letter('', '', '/Root 1 0 R/Encrypt 9 0 R')],
    ['no catalog', 'pdf/xref-broken', letter('', '', '/Root 4 0 R')],
    ['no root', 'pdf/xref-broken', letter('', '', '')],
    ['no pages', 'pdf/no-pages', letter('', '', '/Root 2 0 R')],
    ['a previous section that is this one', 'pdf/xref-broken', letter('', '', `/Root 1 0 R/Prev ${startOfTable()}`)],
    ['a previous section that is no offset', 'pdf/malformed', letter('', '', '/Root 1 0 R/Prev 1 0 R')],
    ['a previous section elsewhere', 'pdf/xref-broken', letter('', '', '/Root 1 0 R/Prev 12')],
  ])('refuses %s', (_, code, bytes) => expect(refusal(bytes)).toBe(code));

  test('refuses a file beyond the limit without reading it', () => {
    expect(refusal(letter(), { maxFileBytes: 100 })).toBe('pdf/too-large');
  });

  test('refuses more revisions than the limit', () => {
    const builder = new PdfBuilder().letter();
    let previous = builder.table();
    for (let i = 0; i < 5; i++) previous = builder.table(`/Root 1 0 R/Prev ${previous}`);
    expect(open(builder.done()).revisions).toHaveLength(6);
    expect(refusal(builder.done(), { maxRevisions: 5 })).toBe('pdf/too-large');
  });
});

function startOfTable(): number {
  return toLatin1(letter()).indexOf('xref\n0 1');
}

describe('finding objects', () => {
  test('a table that points to another object is broken, never repaired', () => {
    const builder = new PdfBuilder().letter();
    builder.offsets.set(4, builder.offsets.get(3)!);
    builder.table();
    const document = open(builder.done());
    expect(codeOf(() => document.get(pdfRef(4)))).toBe('pdf/xref-broken');
  });

  test('free, unknown and of another generation are null', () => {
    const builder = new PdfBuilder().letter().object(5, '(old)', 3);
    builder.table('/Root 1 0 R');
    const text = toLatin1(builder.done()).replace(/(\d{10}) 00000 n (\n)trailer/, '$1 00003 n $2trailer');
    const document = open(fromLatin1(text));
    expect(document.get(pdfRef(5, 0))).toBeNull();
    expect(document.get(pdfRef(5, 3))).toMatchObject({ type: 'string' });
    expect(document.get(pdfRef(0, 65535))).toBeNull();
    expect(document.get(pdfRef(400))).toBeNull();
    expect(document.get(pdfRef(4_000_000_000))).toBeNull();
  });

  test('references that lead to each other are refused', () => {
    const builder = new PdfBuilder().letter().object(5, '6 0 R').object(6, '5 0 R');
    builder.table();
    const document = open(builder.done());
    expect(codeOf(() => document.resolve(pdfRef(5)))).toBe('pdf/malformed');
  });

  test('a stream is as long as it says, through a reference as well', () => {
    const builder = new PdfBuilder().letter();
    builder.object(5, '<</Length 6 0 R>>\nstream\r\nendstream inside\nendstream').object(6, '16');
    builder.object(7, '<</Length 7 0 R>>\nstream\nx\nendstream');
    builder.object(8, '<</Length 2>>\nstream\nabcdef\nendstream');
    builder.object(9, '<</Length 99999>>\nstream\nabcdef\nendstream');
    builder.object(10, '<</Length 6>>\nstreamabcdef\nendstream');
    builder.table();
    const document = open(builder.done());
    expect(toLatin1(streamOf(document.get(pdfRef(5))).data)).toBe('endstream inside');
    for (const number of [7, 8, 9, 10]) expect(codeOf(() => document.get(pdfRef(number)))).toBe('pdf/malformed');
  });

  test('objects in object streams, by the table and only by the table', () => {
    const builder = new PdfBuilder();
    builder.object(1, '<</Type/Catalog/Pages 2 0 R>>');
    const container = builder.length;
    const root = '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 9 9]>>';
    const header = `2 0 3 ${root.length} `;
    builder.stream(4, `/Type/ObjStm/N 2/First ${header.length}`, `${header}${root}<</Type/Page/Parent 2 0 R>>`);
    const at = builder.offsets.get(1)!;
    const start = builder.length;
    const good = withXrefStream(builder, 5, [
      ...([
        [0, 0, 255],
        [1, at, 0],
        [2, 4, 0],
        [2, 4, 1],
        [1, container, 0],
      ] as const),
    ]);
    const document = open(good);
    expect(document.revisions[0]).toMatchObject({ kind: 'stream', startxref: start });
    expect(document.pages()).toHaveLength(1);
    expect(document.xrefEntry(3)).toEqual({ kind: 'compressed', number: 3, stream: 4, index: 1 });
    // The third entry's index: object 3 is not the container's first.
    const wrong = good.slice();
    const row = toLatin1(good).lastIndexOf('\x02\x00\x04\x01');
    wrong[row + 3] = 0;
    expect(refusal(wrong)).toBe('pdf/xref-broken');
  });

  test('an object stream that is in an object stream is refused', () => {
    const builder = new PdfBuilder();
    builder.object(1, '<</Type/Catalog/Pages 2 0 R>>');
    const at = builder.offsets.get(1)!;
    const bytes = withXrefStream(builder, 4, [
      [0, 0, 255],
      [1, at, 0],
      [2, 3, 0],
      [2, 3, 0],
    ]);
    expect(refusal(bytes)).toBe('pdf/xref-broken');
  });

  test('a hybrid file: the table first, then what it hides, then what came before', () => {
    const builder = new PdfBuilder().letter();
    builder.object(5, '(in the table)').object(6, '(hidden)');
    const stream = builder.length;
    const entry = (number: number) => [1, builder.offsets.get(number)!, 0] as const;
    const rows = [entry(6), entry(4)].flatMap(([kind, a, b]) => [kind, a >> 8, a & 255, b]);
    builder.stream(7, '/Type/XRef/W[1 2 1]/Size 8/Index[6 1 5 1]/Root 1 0 R', Uint8Array.from(rows));
    builder.offsets.delete(6);
    builder.table(`/Root 1 0 R/XRefStm ${stream}`);
    const document = open(builder.done());
    expect(document.revisions[0]!.kind).toBe('hybrid');
    expect(document.get(pdfRef(6))).toMatchObject({ type: 'string' });
    expect(document.get(pdfRef(5))).toMatchObject({ type: 'string' });
  });
});

describe('revisions', () => {
  const builder = new PdfBuilder().letter();
  const first = builder.table();
  const end = builder.length;
  builder.offsets.clear();
  builder.object(4, '(changed)').table(`/Root 1 0 R/Prev ${first}`);
  const document = open(builder.done());

  test('each save has its end, its trailer and its own entries', () => {
    expect(document.revisions.map((revision) => revision.end)).toEqual([document.bytes.length, end]);
    expect(document.revisions[1]!.startxref).toBe(first);
    expect([...entriesOf(document.revisions[0]!)].map((entry) => entry.number)).toEqual([0, 4]);
  });

  test('an earlier save can be read as it was', () => {
    expect(document.get(pdfRef(4))).toMatchObject({ type: 'string' });
    expect(document.at(end).get(pdfRef(4))).toMatchObject({ type: 'stream' });
    expect(document.at(end).revisions).toHaveLength(1);
  });
});

describe('pages', () => {
  const page = (attributes: string, above = '') => {
    const builder = new PdfBuilder().letter('', attributes);
    builder.object(2, `<</Type/Pages/Kids[3 0 R]/Count 1${above}>>`).table();
    return open(builder.done()).pages()[0]!;
  };

  test.each([
    ['/Rotate 90', 90],
    ['/Rotate -270', 90],
    ['/Rotate 360', 0],
    ['/Rotate 450', 90],
    ['/Rotate 180', 180],
    ['/Rotate 270.0', 270],
    ['/Rotate 45', 0],
    ['/Rotate/Up', 0],
  ])('%s is shown turned by %d', (attributes, rotate) => expect(page(attributes).rotate).toBe(rotate));

  test('a rotation that is no quarter turn is told', () => {
    expect(page('/Rotate 45').turnsByQuarters).toBe(false);
    expect(page('/Rotate/Up').turnsByQuarters).toBe(false);
    expect(page('').turnsByQuarters).toBe(true);
  });

  test('boxes: any two corners, inherited, the crop box within the media box', () => {
    expect(page('/MediaBox[100 200 0 -50]').mediaBox).toEqual([0, -50, 100, 200]);
    expect(page('', '/MediaBox[0 0 10 20]/CropBox[-5 5 50 15]').cropBox).toEqual([0, 5, 10, 15]);
    expect(page('/CropBox[500 500 600 600]', '/MediaBox[0 0 10 20]').cropBox).toEqual([0, 0, 10, 20]);
    expect(page('').mediaBox).toEqual([0, 0, 612, 792]);
    expect(page('/MediaBox[0 0 0 0]').mediaBox).toEqual([0, 0, 612, 792]);
    expect(page('/MediaBox[1 2 3]').mediaBox).toEqual([0, 0, 612, 792]);
  });

  test('resources and rotation are inherited, and overridden', () => {
    expect([...page('', '/Resources<</Font<<>>>>/Rotate 90').resources.entries.keys()]).toEqual(['Font']);
    expect(page('/Rotate 0', '/Rotate 90').rotate).toBe(0);
    expect(page('').resources.entries.size).toBe(0);
    expect(page('/UserUnit 2.5').userUnit).toBe(2.5);
    expect(page('/UserUnit -1').userUnit).toBe(1);
  });

  test.each([
    ['a node that is its own kid', '<</Type/Pages/Kids[2 0 R]/Count 1>>', 'pdf/malformed'],
    ['a page twice', '<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>', 'pdf/malformed'],
    ['a page that is not referred to', '<</Type/Pages/Kids[<</Type/Page>>]/Count 1>>', 'pdf/malformed'],
    ['kids that are no array', '<</Type/Pages/Kids 3/Count 1>>', 'pdf/malformed'],
    ['a kid that is not there', '<</Type/Pages/Kids[77 0 R]/Count 1>>', 'pdf/malformed'],
    ['no kids', '<</Type/Pages/Kids[]/Count 0>>', 'pdf/no-pages'],
  ])('refuses %s', (_, node, code) => {
    const builder = new PdfBuilder().letter().object(2, node);
    builder.table();
    expect(refusal(builder.done())).toBe(code);
  });

  test('refuses more pages than the limit, whether counted or not', () => {
    const many = (count: string) => {
      const builder = new PdfBuilder().letter();
      for (let i = 10; i < 40; i++) builder.object(i, '<</Type/Page/Parent 2 0 R>>');
      const kids = Array.from({ length: 30 }, (_, i) => `${i + 10} 0 R`).join(' ');
      builder.object(2, `<</Type/Pages/Kids[${kids}]${count}>>`).table();
      return builder.done();
    };
    expect(open(many('')).pages()).toHaveLength(30);
    expect(refusal(many(''), { maxPages: 29 })).toBe('pdf/too-many-pages');
    expect(refusal(many('/Count 30000'))).toBe('pdf/too-many-pages');
  });

  test('a page tree deeper than any real one is refused, not followed', () => {
    const builder = new PdfBuilder().letter();
    for (let i = 10; i < 3000; i++) builder.object(i, `<</Type/Pages/Kids[${i + 1} 0 R]/Count 1>>`);
    builder.object(2, '<</Type/Pages/Kids[10 0 R]/Count 1>>').table();
    expect(refusal(builder.done())).toBe('pdf/malformed');
  });
});

describe('decoding', () => {
  const decoded = (dict: string, data: Uint8Array, maxBytes = 1000, limits: Partial<PdfLimits> = {}) => {
    const builder = new PdfBuilder().letter().stream(5, dict, data).object(6, '/FlateDecode');
    builder.table();
    const document = open(builder.done(), limits);
    const stream = streamOf(document.get(pdfRef(5)));
    return { document, stream, out: document.decode(stream, maxBytes) };
  };
  const flate = (data: Uint8Array) => nodePrimitives.deflate(data);

  test('chains of filters, names behind references, no filter', () => {
    const hex = (data: Uint8Array) => fromLatin1(`${Buffer.from(data).toString('hex')}>`);
    const text = fromLatin1('Hola');
    expect(decoded('/Filter[/ASCIIHexDecode/FlateDecode]', hex(flate(text))).out).toEqual(text);
    expect(decoded('/Filter 6 0 R', flate(text)).out).toEqual(text);
    expect(decoded('/Filter[6 0 R]/DecodeParms[null]', flate(text)).out).toEqual(text);
    expect(decoded('', text).out).toEqual(text);
    expect(decoded('/Filter null', text).out).toEqual(text);
    expect(decoded('/Filter[]', text).out).toEqual(text);
  });

  test('what we do not decode is undefined', () => {
    expect(decoded('/Filter/DCTDecode', new Uint8Array(4)).out).toBeUndefined();
    expect(decoded('/Filter[/FlateDecode/Unknown]', flate(new Uint8Array(4))).out).toBeUndefined();
    expect(decoded('/F(elsewhere)', new Uint8Array(4)).out).toBeUndefined();
    expect(decoded(`/Filter[${'/FlateDecode'.repeat(9)}]`, new Uint8Array(4)).out).toBeUndefined();
  });

  test('refuses broken data, more than asked for, and more than the document may inflate', () => {
    expect(codeOf(() => decoded('/Filter/FlateDecode', Uint8Array.of(1, 2, 3), 1 << 20))).toBe('pdf/malformed');
    const bomb = flate(new Uint8Array(1 << 20));
    expect(codeOf(() => decoded('/Filter/FlateDecode', bomb, 1000))).toBe('pdf/too-large');
    expect(codeOf(() => decoded('', new Uint8Array(1001)))).toBe('pdf/too-large');
    const { document, stream, out } = decoded('/Filter/FlateDecode', bomb, 1 << 20, { maxInflatedBytes: 3 << 20 });
    expect(out).toHaveLength(1 << 20);
    document.decode(stream, 1 << 20);
    document.decode(stream, 1 << 20);
    expect(codeOf(() => document.decode(stream, 1 << 20))).toBe('pdf/too-large');
  });

  test('objects hidden in each other to be read many times over are refused', () => {
    const builder = new PdfBuilder().letter();
    // Each object's string holds all the next ones.
    const opening = Array.from({ length: 400 }, (_, i) => `${i + 5} 0 obj\n[(`);
    let at = builder.length;
    for (const [i, part] of opening.entries()) {
      builder.offsets.set(i + 5, at);
      at += part.length;
    }
    builder.raw(opening.join('')).raw('x'.repeat(200_000)).raw(')]\nendobj\n'.repeat(400)).table();
    const document = open(builder.done());
    expect(
      codeOf(() => {
        for (const number of document.numbers()) document.get(pdfRef(number));
      }),
    ).toMatch(/^pdf\/(too-large|malformed)$/);
  });
});

describe('what a document claims', () => {
  test.skipIf(!hasShared)('tagged, and which PDF/A (skipped without the shared folder)', () => {
    const sample = (name: string) => open(readShared('samples', name));
    expect(isTagged(sample('oficio-chromium.pdf'))).toBe(true);
    expect(isTagged(sample('oficio-escaneado.pdf'))).toBe(false);
    expect(pdfaClaim(sample('oficio-pdfa2b.pdf'))).toEqual({ part: 2, conformance: 'B' });
    expect(pdfaClaim(sample('oficio-chromium.pdf'))).toBeUndefined();
  });

  test('attributes and elements of the metadata', () => {
    const claim = (xmp: string) => {
      const builder = new PdfBuilder().letter().stream(5, '/Type/Metadata', concat(fromLatin1(xmp)));
      builder.object(1, '<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>').table();
      return pdfaClaim(open(builder.done()));
    };
    expect(claim(`<rdf:Description pdfaid:part="3" pdfaid:conformance="u"/>`)).toEqual({ part: 3, conformance: 'U' });
    expect(claim(`<pdfaid:part>4</pdfaid:part>`)).toEqual({ part: 4, conformance: undefined });
    expect(claim(`<pdfaid:part>9</pdfaid:part>`)).toBeUndefined();
  });
});
