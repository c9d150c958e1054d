import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/core/bytes.ts';
import type { PdfDocument } from '../../src/pdf/document.ts';
import { writableArray, writableDict, type Writable } from '../../src/pdf/serialise.ts';
import type { PdfUpdate } from '../../src/pdf/update.ts';
import { first, inCatalog, kindsOf, stream, updated } from '../support/changed-pdf.ts';
import { missingJudge } from '../support/judges.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

const missing = hasShared ? missingJudge('openssl') : 'no shared folder';

describe.skipIf(missing)(`metadata after a signature${missing ? ` (${missing})` : ''}`, () => {
  let chain: ThrowawayChain;
  let letter: Uint8Array;
  beforeAll(async () => {
    chain = makeThrowawayChain();
    letter = readShared('samples', 'oficio-2-paginas.pdf');
    signed = await signPdf(letter, chain);
  });
  afterAll(() => chain.remove());
  let signed: Uint8Array;
  const judged = async (change: Parameters<typeof updated>[1], pdf: Uint8Array = signed): Promise<string> =>
    kindsOf(await first(updated(pdf, change)));
  const xmp = (body: string, dc = 'dc'): Writable => {
    const about = `<rdf:Description xmlns:${dc}="http://purl.org/dc/elements/1.1/">${body}</rdf:Description>`;
    return { type: 'stream', dict: writableDict({}), data: utf8(`<x:xmpmeta>${about}</x:xmpmeta>`) };
  };
  const titled = (title: string, more = '', dc = 'dc'): Writable =>
    xmp(`<${dc}:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></${dc}:title>${more}`, dc);
  const withTitle = (): Promise<Uint8Array> =>
    signPdf(
      updated(letter, (update, doc) => inCatalog({ Metadata: update.add(titled('Oficio')) })(update, doc)),
      chain,
    );
  const rewritten =
    (metadata: Writable, certs = true) =>
    (update: PdfUpdate, doc: PdfDocument) => {
      const store = certs ? writableDict({ Certs: writableArray(update.add(stream('a'))) }) : writableDict({});
      inCatalog({ DSS: update.add(store), Metadata: update.add(metadata) })(update, doc);
    };

  test('may be rewritten beside an allowed change while title, author and description stay', async () => {
    const pdf = await withTitle();
    const same = titled('Oficio', '<xmp:ModifyDate>2026</xmp:ModifyDate>');
    expect(await judged(rewritten(same), pdf)).toBe('allowed-changes validation-data metadata');
    expect(await judged(rewritten(titled(' Oficio ', '', 'd')), pdf)).toBe('allowed-changes validation-data metadata');
  });

  test('that say another title, author or description are forbidden, however it is written', async () => {
    const pdf = await withTitle();
    const bad = [
      titled('Multa'),
      titled('Multa', '', 'd'),
      titled('Oficio', '<dc:creator><rdf:Seq><rdf:li>Otra</rdf:li></rdf:Seq></dc:creator>'),
      titled('Oficio', '<rdf:Description dc:description="Deposite"/>'),
      titled('Oficio', '<title xmlns="http://purl.org/dc/elements/1.1/">Multa</title>'),
      titled('Oficio', '<e:title xmlns:e="http:&#47;/purl.org/dc/elements/1.1/">Multa</e:title>'),
      { type: 'stream', dict: writableDict({}), data: Uint8Array.of(0xff, 0xfe, 0x3c, 0) } as Writable,
    ];
    for (const metadata of bad) {
      expect(await judged(rewritten(metadata), pdf)).toContain('forbidden-changes validation-data catalog');
    }
    expect(await judged(rewritten(titled('Multa')))).toContain('forbidden-changes');
  });

  test('give no known prefix another meaning, nor text to one that has none', async () => {
    const pdf = await withTitle();
    const said = (more: string): Promise<string> => judged(rewritten(titled('Oficio', more)), pdf);
    const standard = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"';
    expect(await said(`<a ${standard} xmlns:own="http://example.org/"/>`)).toContain('allowed-changes');
    for (const prefix of ['dc', 'xmp', 'pdf', 'xmpMM', 'pdfaid', 'rdf']) {
      expect(await said(`<a xmlns:${prefix}="http://example.org/"/>`), prefix).toContain('forbidden-changes');
    }
    for (const other of [
      '<dc:Title>Multa</dc:Title>',
      '<DC:title>Multa</DC:title>',
      `<a xmlns:${'p'.repeat(70)}="x"/>`,
    ]) {
      expect(await said(other), other).toContain('forbidden-changes');
    }
    const unbound = '<x:xmpmeta><dc:title><rdf:Alt><rdf:li>Multa</rdf:li></rdf:Alt></dc:title></x:xmpmeta>';
    const metadata: Writable = { type: 'stream', dict: writableDict({}), data: utf8(unbound) };
    expect(await judged(rewritten(metadata))).toContain('forbidden-changes');
  });

  test('may not be rewritten beside an empty store', async () => {
    const pdf = await withTitle();
    expect(await judged(rewritten(titled('Oficio', '<a/>'), false), pdf)).toBe(
      'forbidden-changes validation-data catalog',
    );
  });
});
