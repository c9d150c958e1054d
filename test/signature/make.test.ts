import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, equal, utf8 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { pdfName, pdfString } from '../../src/pdf/object.ts';
import { writableArray, writableDict } from '../../src/pdf/serialise.ts';
import { bytesToSign, completeSignature, readPrepared } from '../../src/signature/complete.ts';
import { preparedDocument } from '../../src/signature/prepare.ts';
import { missingJudge, mutoolSignatures, opensslCms, pdfsigVerify, qpdfCheck, withFolder } from '../support/judges.ts';
import { hasShared, readShared, sharedPath } from '../support/shared.ts';
import { preparePdf, signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain, type ThrowawayKey } from '../support/throwaway-chain.ts';

const samples = hasShared ? readdirSync(sharedPath('samples')).filter((name) => name.endsWith('.pdf')) : [];
const missing = hasShared ? missingJudge('openssl') : 'no shared folder';

function judge<T>(pdf: Uint8Array, use: (path: string) => T): T {
  return withFolder((folder) => {
    const path = join(folder, 'signed.pdf');
    writeFileSync(path, pdf);
    return use(path);
  });
}

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
  return 'accepted';
}

describe.skipIf(missing)(`a signed sample ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  let colleague: ThrowawayChain;
  const signed = new Map<string, Uint8Array>();
  beforeAll(async () => {
    chain = makeThrowawayChain();
    colleague = chain.colleague();
    for (const name of samples) signed.set(name, await signPdf(readShared('samples', name), chain));
  });
  afterAll(() => chain.remove());

  test.for(samples)('%s keeps the bytes of the original before its own', (name) => {
    const original = readShared('samples', name);
    expect(equal(signed.get(name)!.subarray(0, original.length), original)).toBe(true);
  });

  const noPdfsig = missingJudge('pdfsig', 'certutil');
  test.skipIf(noPdfsig).for(samples)(`%s: pdfsig says valid, whole document, trusted ${noPdfsig ?? ''}`, (name) => {
    const [signature, ...more] = judge(signed.get(name)!, (path) => pdfsigVerify(path, chain.rootPath));
    expect(more).toEqual([]);
    expect(signature).toMatchObject({
      valid: true,
      wholeDocument: true,
      trusted: true,
      subFilter: 'ETSI.CAdES.detached',
    });
  });

  const noQpdf = missingJudge('qpdf');
  test.skipIf(noQpdf).for(samples)(`%s: qpdf finds no error ${noQpdf ?? ''}`, (name) => {
    expect(judge(signed.get(name)!, qpdfCheck)).toMatchObject({ status: 0 });
  });

  test.for(samples)('%s: openssl accepts the CAdES signature over the byte range', (name) => {
    const { status, text } = judge(signed.get(name)!, (path) => opensslCms(path, chain.rootPath));
    expect(text).toContain('CAdES Verification successful');
    expect(status).toBe(0);
  });

  const noMutool = missingJudge('mutool');
  test.skipIf(noMutool).for(samples)(`%s: mutool sees no edit since signing ${noMutool ?? ''}`, (name) => {
    const { text } = judge(signed.get(name)!, mutoolSignatures);
    expect(text).toContain('The document is unchanged since signing');
  });

  test.skipIf(noPdfsig).for(samples)(`%s: a second signature keeps the first valid ${noPdfsig ?? ''}`, async (name) => {
    // By somebody else: of a certificate that signs twice, pdfsig says 'Unknown issue' the second time.
    const twice = await signPdf(signed.get(name)!, colleague);
    const ruling = judge(twice, (path) => pdfsigVerify(path, chain.rootPath));
    expect(ruling.map(({ valid, trusted }) => ({ valid, trusted }))).toEqual([
      { valid: true, trusted: true },
      { valid: true, trusted: true },
    ]);
    expect(ruling.map(({ wholeDocument }) => wholeDocument).sort()).toEqual([false, true]);
    if (!noQpdf) expect(judge(twice, qpdfCheck)).toMatchObject({ status: 0 });
  });
});

describe.skipIf(missing)(`signing ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  beforeAll(() => {
    chain = makeThrowawayChain();
  });
  afterAll(() => chain.remove());
  const letter = (): Uint8Array => readShared('samples', 'oficio-2-paginas.pdf');

  const noPdfsig = missingJudge('pdfsig', 'certutil');
  test.skipIf(noPdfsig).for<ThrowawayKey>(['P-384', 'RSA-2048'])(
    `works with %s as well ${noPdfsig ?? ''}`,
    async (key) => {
      const other = makeThrowawayChain(key);
      try {
        const pdf = await signPdf(letter(), other);
        const [signature] = judge(pdf, (path) => pdfsigVerify(path, other.rootPath));
        expect(signature).toMatchObject({ valid: true, wholeDocument: true, trusted: true });
      } finally {
        other.remove();
      }
    },
  );

  test('gives the client the same bytes to sign from the prepared document alone', async () => {
    const prepared = preparePdf(letter(), chain);
    const document = preparedDocument(letter(), prepared);
    const signer = { certificate: chain.certificates[0] };
    expect(bytesToSign(document, signer, primitives)).toEqual(prepared.toBeSigned);
    const changed = document.slice();
    changed[1000]! ^= 1;
    expect(await codeOf(() => expect(bytesToSign(changed, signer, primitives)).not.toEqual(prepared.toBeSigned))).toBe(
      'accepted',
    );
  });

  test('goes on from the prepared document alone', async () => {
    const prepared = preparePdf(letter(), chain);
    const again = readPrepared(
      preparedDocument(letter(), prepared),
      { certificate: chain.certificates[0] },
      primitives,
    );
    const { algorithm } = chain.signer;
    const value = {
      signature: await chain.signer.sign(prepared.toBeSigned),
      algorithm,
      certificates: chain.certificates,
    };
    expect(equal(completeSignature(again, value), concat(letter(), completeSignature(prepared, value)))).toBe(true);
  });

  test('refuses to read as prepared what is signed already, or has no signature', async () => {
    const signer = { certificate: chain.certificates[0] };
    const signed = await signPdf(letter(), chain);
    expect(await codeOf(() => readPrepared(signed, signer, primitives))).toBe('signature/not-prepared');
    expect(await codeOf(() => readPrepared(letter(), signer, primitives))).toBe('signature/not-prepared');
  });

  test('refuses a signature that does not fit, and leaves no half of it', async () => {
    const place = { reservedBytes: 500 };
    expect(await codeOf(() => signPdf(letter(), chain, place))).toBe('signature/too-long');
  });

  test('refuses a field name in use and a page that is not there', async () => {
    const signed = await signPdf(letter(), chain, { fieldName: 'Firma' });
    expect(await codeOf(() => signPdf(signed, chain, { fieldName: 'Firma' }))).toBe('signature/field-taken');
    expect(await codeOf(() => signPdf(signed, chain, { page: 2 }))).toBe('signature/no-page');
  });

  test('refuses a document certified against every change', async () => {
    const certified = await signPdf(letter(), chain, {
      entries: { Reference: docMdp(1) },
    });
    expect(await codeOf(() => signPdf(certified, chain))).toBe('signature/certified');
    const open = await signPdf(letter(), chain, { entries: { Reference: docMdp(2) } });
    expect(await codeOf(() => signPdf(open, chain))).toBe('accepted');
  });

  test('refuses a document whose signature locks all fields', async () => {
    const lock = reference('FieldMDP', { Action: pdfName('All') });
    const locked = await signPdf(letter(), chain, { entries: { Reference: lock } });
    expect(await codeOf(() => signPdf(locked, chain))).toBe('signature/locked');
  });

  test('writes its own entries beside those of the standard', async () => {
    const seal = 'HTTP://LOCALHOST/V/ABC';
    const pdf = await signPdf(letter(), chain, { entries: { 'Cotejo.Seal': pdfString(utf8(seal)) } });
    expect(Buffer.from(pdf).toString('latin1')).toContain(`/Cotejo.Seal (${seal})`);
    expect(Buffer.from(pdf).toString('latin1')).toContain("/M (D:20261121120000-06'00')");
  });
});

const FORMS = ['minimal-with-field.pdf', 'minimal-with-simple-form.pdf', 'simple-acroform-states.pdf'];

describe.skipIf(missing)(`a document with a form ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  beforeAll(() => {
    chain = makeThrowawayChain();
  });
  afterAll(() => chain.remove());

  const noPdfsig = missingJudge('pdfsig', 'certutil');
  test.skipIf(noPdfsig).for(FORMS)(`%s keeps its fields and gets one more ${noPdfsig ?? ''}`, async (name) => {
    const pdf = await signPdf(readShared('vectors', 'pdf', 'R1-parse', name), chain);
    const ruling = judge(pdf, (path) => pdfsigVerify(path, chain.rootPath));
    expect(ruling.at(-1)).toMatchObject({ valid: true, wholeDocument: true, trusted: true });
  });

  test('whose field tree runs in a circle is refused', async () => {
    const circular = readShared('vectors', 'pdf', 'R1-parse', 'form-tree-circular-ref-input.pdf');
    expect(await codeOf(() => signPdf(circular, chain))).toBe('signature/form-malformed');
  });
});

type Entries = Parameters<typeof writableDict>[0];

function reference(method: string, parameters: Entries) {
  return writableArray(
    writableDict({
      Type: pdfName('SigRef'),
      TransformMethod: pdfName(method),
      TransformParams: writableDict({ Type: pdfName('TransformParams'), V: pdfName('1.2'), ...parameters }),
    }),
  ) as never;
}

function docMdp(permission: number) {
  return reference('DocMDP', { P: permission });
}
