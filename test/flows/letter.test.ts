import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { toLatin1 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { formatTypedCode, type TypedCode } from '../../src/seal/text.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { verifySignatures } from '../../src/signature/verify.ts';
import { issueTo, letterOf, openOffice, sample, sampleNames, type Office } from '../support/office.ts';
import { ask, missingJudge, opensslCms, pdfsigVerify, qpdfCheck } from '../support/judges.ts';
import { codeOfAct } from '../support/refuses.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

const folder = temporaryFolder();

/** A certificate of ours, in a PEM file for others' programs. */
function pemFile(name: string, ...certificates: readonly Uint8Array[]): string {
  const path = join(folder, `${name}.pem`);
  writeFileSync(path, certificates.map((der) => encodePem('CERTIFICATE', der)).join(''));
  return path;
}

interface Paths {
  readonly root: string;
  readonly oficios: string;
  readonly credenciales: string;
}

let office: Office;
let pem: Paths;
const letters = new Map<string, { readonly signed: SignedOficio; readonly path: string }>();

beforeAll(async () => {
  office = await openOffice();
  const { root, authorities } = office.services.charter;
  const [credenciales, oficios] = authorities as [Uint8Array, Uint8Array];
  pem = {
    root: pemFile('raiz', root),
    credenciales: pemFile('credenciales', credenciales),
    oficios: pemFile('oficios', oficios),
  };
  for (const name of sampleNames) {
    const signed = await office.sign(sample(name));
    const path = join(folder, name);
    writeFileSync(path, signed.document);
    letters.set(name, { signed, path });
  }
});

function kindOfXref(pdf: Uint8Array): 'table' | 'stream' {
  const text = toLatin1(pdf);
  const at = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)![1]);
  return text.startsWith('xref', at) ? 'table' : 'stream';
}

describe.each(sampleNames)('%s, signed', (name) => {
  test('is valid for our own verifier, from the file, the QR and the typed code', async () => {
    const { oficio, document } = letters.get(name)!.signed;
    const { services } = office;
    for (const answer of [
      await services.verifyPdf(document),
      await services.verifyTyped(oficio.sealText!),
      await services.verifyTyped(oficio.typedCode),
    ]) {
      expect(answer).toMatchObject({
        verdict: 'valid',
        state: 'current',
        dev: true,
        subject: { kind: 'oficio', folio: oficio.folio },
      });
      expect(answer.checks.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    }
  });

  test('begins with the bytes that came in, and keeps the kind of its cross-reference', () => {
    const before = sample(name);
    const { document } = letters.get(name)!.signed;
    expect(Buffer.compare(document.subarray(0, before.length), before)).toBe(0);
    expect(kindOfXref(document)).toBe(kindOfXref(before));
  });

  const noJudges = missingJudge('pdfsig', 'certutil', 'qpdf', 'openssl');
  test.skipIf(noJudges)(`is signed well for pdfsig, qpdf and openssl cms${noJudges ? ` (${noJudges})` : ''}`, () => {
    const { path } = letters.get(name)!;
    expect(pdfsigVerify(path, pem.root)).toMatchObject([
      { valid: true, wholeDocument: true, trusted: true, subFilter: 'ETSI.CAdES.detached' },
    ]);
    expect(qpdfCheck(path)).toMatchObject({ status: 0 });
    expect(opensslCms(path, pem.root)).toMatchObject({ status: 0 });
  });

  const noEyes = missingJudge('pdftoppm', 'pdftotext', 'zbarimg', 'ZXingReader');
  test.skipIf(noEyes)(`shows its seal, folio and code on paper${noEyes ? ` (${noEyes})` : ''}`, () => {
    const { path, signed } = letters.get(name)!;
    const { oficio } = signed;
    const code = formatTypedCode(oficio.typedCode as TypedCode);
    const shown = Array.from({ length: oficio.pages }, (_, i) => {
      const page = String(i + 1);
      return ask('pdftotext', ['-f', page, '-l', page, '-layout', path, '-']).text;
    });
    for (const text of shown) expect(text).toContain(oficio.folio);
    const page = shown.findIndex((text) => text.includes(code)) + 1;
    expect(page).toBeGreaterThan(0);
    const picture = join(folder, `${name}-page`);
    const rendered = ask('pdftoppm', [
      ...['-r', '150', '-gray', '-singlefile', '-f', String(page), '-l', String(page), path, picture],
    ]);
    expect(rendered.status).toBe(0);
    const zbar = ask('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', `${picture}.pgm`]).text;
    expect(zbar.split('\n')[0]).toBe(oficio.sealText);
    const zxing = ask('ZXingReader', ['-format', 'QRCode', `${picture}.pgm`]).text;
    expect(/^Text:\s+"(.*)"$/m.exec(zxing)?.[1]).toBe(oficio.sealText);
  });
});

describe('a second official', () => {
  test.each([...sampleNames])(
    'signs %s after the first: the seal is only the new signature, and both letters stand',
    async (name) => {
      const { signed } = letters.get(name)!;
      const second = await office.services.signOficio(letterOf(office.subdirector, signed.document), `second ${name}`);
      expect(second.oficio.alreadySigned).toBe(true);
      const answer = await office.services.verifyPdf(second.document);
      expect(answer).toMatchObject({ state: 'current', subject: { folio: second.oficio.folio } });
      expect(answer.signatures).toMatchObject([
        {
          integrity: 'allowed-changes',
          folio: signed.oficio.folio,
          trusted: true,
          changes: [{ kind: 'signature-added' }],
        },
        { integrity: 'intact', folio: second.oficio.folio, trusted: true },
      ]);
      const findings = await verifySignatures(openPdf(second.document, nodePrimitives), { primitives: nodePrimitives });
      expect(findings[0]!.changes.filter(({ allowed }) => !allowed)).toEqual([]);
      for (const { oficio } of [signed, second]) {
        expect((await office.services.verifyTyped(oficio.sealText!)).state).toBe('current');
      }
      const path = join(folder, `dos-${name}`);
      writeFileSync(path, second.document);
      if (missingJudge('pdfsig', 'certutil', 'qpdf')) return;
      const [older, newer] = pdfsigVerify(path, pem.root);
      expect(older).toMatchObject({ valid: true, wholeDocument: false, trusted: true });
      expect(newer).toMatchObject({ valid: true, wholeDocument: true, trusted: true });
      expect(qpdfCheck(path)).toMatchObject({ status: 0 });
    },
  );

  test.each([...sampleNames])(
    'and more after them sign %s until no page has room, which takes no folio',
    async (name) => {
      let { document } = letters.get(name)!.signed;
      const { year } = letters.get(name)!.signed.oficio;
      const nextFolio = async (): Promise<unknown> =>
        (await office.services.oficios.findSeries(office.subdirector.unit, year))?.record.next;
      const signature = async (n: number): Promise<SignedOficio> =>
        office.services.signOficio(letterOf(office.subdirector, document), `${name}, signature ${n}`);
      let signers = 1;
      let before: unknown;
      let refusal: unknown;
      while (refusal === undefined) {
        before = await nextFolio();
        try {
          ({ document } = await signature(signers + 1));
          signers++;
        } catch (error) {
          refusal = error;
        }
      }
      expect(refusal).toMatchObject({
        code: expect.stringMatching(/^(seal\/no-room|oficio\/place-breaks-signature)$/),
      });
      expect(await nextFolio()).toEqual(before);
      expect(signers).toBeGreaterThanOrEqual(3);
      const answer = await office.services.verifyPdf(document);
      expect(answer.state).toBe('current');
      expect(answer.signatures).toHaveLength(signers);
      for (const { integrity } of answer.signatures!) expect(integrity).toMatch(/^(intact|allowed-changes)$/);
    },
  );

  test('is refused where the seal would cover what the first one signed, and takes no folio', async () => {
    const { oficio, document } = letters.get('oficio-2-paginas.pdf')!.signed;
    const place = { page: 1, left: 20, top: 20 };
    const before = await office.services.oficios.findSeries(office.director.unit, oficio.year);
    expect(await codeOfAct(() => office.sign(document, { place }))).toBe('oficio/place-breaks-signature');
    expect(await office.services.oficios.findSeries(office.director.unit, oficio.year)).toEqual(before);
  });

  test('is refused on a letter whose signature is broken, and takes no folio', async () => {
    const { oficio, document } = letters.get(sampleNames[0]!)!.signed;
    const { gapStart } = (await verifySignatures(openPdf(document, nodePrimitives), { primitives: nodePrimitives }))[0]!
      .byteRange!;
    const spoilt = document.slice();
    spoilt.fill(0x30, gapStart + 1, gapStart + 101);
    const before = await office.services.oficios.findSeries(office.director.unit, oficio.year);
    expect(await codeOfAct(() => office.sign(spoilt))).toBe('oficio/signature-broken');
    expect(await office.services.oficios.findSeries(office.director.unit, oficio.year)).toEqual(before);
  });

  const noOpenssl = missingJudge('openssl');
  test.skipIf(noOpenssl)(
    `is refused where the pages leave no room beside somebody's signature${noOpenssl ? ` (${noOpenssl})` : ''}`,
    async () => {
      const chain = makeThrowawayChain();
      const signed = await signPdf(sample('oficio-escaneado.pdf'), chain).finally(() => chain.remove());
      const { year } = letters.get(sampleNames[0]!)!.signed.oficio;
      const before = await office.services.oficios.findSeries(office.director.unit, year);
      expect(await codeOfAct(() => office.sign(signed))).toBe('seal/no-room');
      expect(await office.services.oficios.findSeries(office.director.unit, year)).toEqual(before);
    },
  );
});

const noChain = missingJudge('openssl', 'certtool');
describe.skipIf(noChain)(`the chains, for openssl and certtool${noChain ? ` (${noChain})` : ''}`, () => {
  test.each(['signer', 'staff'] as const)('of a %s lead to our root', async (kind) => {
    const credential = await issueTo(office.services, office.inspector, kind);
    const issuer = kind === 'signer' ? 'oficios' : 'credenciales';
    const leaf = pemFile(`${kind}-leaf`, credential.certificate!);
    const verified = ask('openssl', [
      ...['verify', '-x509_strict', '-check_ss_sig', '-CAfile', pem.root, '-untrusted', pem[issuer], leaf],
    ]);
    expect(verified.text).toContain(': OK');
    const { root, authorities } = office.services.charter;
    const authority = authorities[kind === 'staff' ? 0 : 1]!;
    const chain = pemFile(`${kind}-chain`, credential.certificate!, authority, root);
    const told = ask('certtool', ['--verify-chain', '--infile', chain]);
    expect(told).toMatchObject({ status: 0 });
    expect(told.text).toContain('Chain verification output: Verified. The certificate is trusted.');
  });

  test('do not take a certificate of the other authority', async () => {
    const credential = await issueTo(office.services, office.inspector, 'staff');
    const leaf = pemFile('staff-alone', credential.certificate!);
    const told = ask('openssl', ['verify', '-x509_strict', '-CAfile', pem.root, '-untrusted', pem.oficios, leaf]);
    expect(told.status).not.toBe(0);
  });
});
