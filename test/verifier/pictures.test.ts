import { deflateSync } from 'node:zlib';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { sealOrigin } from '../../src/seal/address.ts';
import { findPicturedSeal } from '../../src/verifier/find-pictured-seal.ts';
import { verifyPdf, type Answer, type Knowledge, type ReadPicture } from '../../src/verifier/index.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';

/** A page with one picture of 200 by 200, as its dictionary says; by way of a form where `inForm`. */
function pictured(dict: string, data: Uint8Array | string, inForm = false): Uint8Array {
  const builder = new PdfBuilder().letter('q Q', `/Resources<</XObject<</I ${inForm ? 11 : 10} 0 R>>>>`);
  builder.stream(10, `/Subtype/Image/Width 200/Height 200${dict}`, data);
  if (inForm) builder.stream(11, '/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</I 10 0 R>>>>', '');
  builder.table();
  return builder.done();
}

/** A page that names the objects from 10 on as often as `names` says. */
function scan(objects: number, names: number): Uint8Array {
  const named = Array.from({ length: names }, (_, i) => `/I${i} ${10 + (i % objects)} 0 R`).join(' ');
  const builder = new PdfBuilder().letter('q Q', `/Resources<</XObject<<${named}>>>>`);
  for (let i = 0; i < objects; i++)
    builder.stream(10 + i, '/Subtype/Image/Width 900/Height 900/Filter/DCTDecode', '\xff\xd8\xff' + i);
  builder.table();
  return builder.done();
}

async function readsOf(pdf: Uint8Array): Promise<number> {
  let reads = 0;
  const places = { origins: [sealOrigin('https://alcaldia.example', { allowHttp: false })] };
  await findPicturedSeal(openPdf(pdf, nodePrimitives), places, async () => {
    reads++;
    return { lookedAt: true };
  });
  return reads;
}

describe('the pictures of a file', () => {
  test('one with many names is looked at once', async () => {
    expect(await readsOf(scan(1, 50))).toBe(1);
  });

  test('are two at most', async () => {
    expect(await readsOf(scan(20, 20))).toBe(2);
  });
});

describe('the answer about a file without a signature', () => {
  let installation: Installation;
  let knowledge: Knowledge;
  beforeAll(async () => {
    installation = await makeInstallation();
    knowledge = await installation.services.publications.knowledge();
  });
  afterAll(() => installation.remove());

  const answer = (readPicture: ReadPicture): Promise<Answer> =>
    verifyPdf(scan(1, 1), { ...knowledge, readPicture }, systemClock(), nodePrimitives);
  const outcome = ({ checks }: Answer): unknown =>
    checks.find(({ check }) => check === 'document/pictures')?.outcome ?? 'no such check';

  test.each([
    ['annotations', '/Annots 9 0 R'],
    ['the pictures of its page', '/Resources<</XObject 9 0 R>>'],
    ['an annotation', '/Annots[9 0 R]'],
    ['a picture', '/Resources<</XObject<</I 9 0 R>>>>'],
  ])('is a verdict also where %s cannot be read', async (_, page) => {
    const builder = new PdfBuilder().letter('q Q', page).object(9, `${'['.repeat(2000)}${']'.repeat(2000)}`);
    builder.table();
    const read: ReadPicture = async () => ({ lookedAt: true });
    const found = await verifyPdf(builder.done(), { ...knowledge, readPicture: read }, systemClock(), nodePrimitives);
    expect(found.state).toBe('unsigned');
  });

  test('says when its pictures were not looked at', async () => {
    const found = await answer(async () => ({ lookedAt: false }));
    expect([found.state, outcome(found)]).toEqual(['unsigned', 'unknown']);
  });

  test.each([
    ['CCITTFaxDecode', '/Filter/CCITTFaxDecode/ImageMask true'],
    ['JBIG2Decode', '/Filter/JBIG2Decode/ColorSpace/DeviceGray/BitsPerComponent 1'],
    ['JPXDecode', '/Filter/JPXDecode'],
    [
      'FlateDecode with a palette',
      '/Filter/FlateDecode/ColorSpace[/Indexed/DeviceRGB 1<000000ffffff>]/BitsPerComponent 8',
    ],
    ['FlateDecode cut short', '/Filter/FlateDecode/ColorSpace/DeviceGray/BitsPerComponent 8'],
  ])('says so of a picture in %s', async (_, dict) => {
    const read: ReadPicture = () => expect.fail('nobody can read it');
    for (const inForm of [false, true]) {
      const pdf = pictured(dict, deflateSync(new Uint8Array(300)), inForm);
      const found = await verifyPdf(pdf, { ...knowledge, readPicture: read }, systemClock(), nodePrimitives);
      expect([found.state, outcome(found)]).toEqual(['unsigned', 'unknown']);
    }
  });

  test('says so of pictures beyond the second, and where nobody can read any', async () => {
    const read: ReadPicture = async () => ({ lookedAt: true });
    const many = await verifyPdf(scan(3, 3), { ...knowledge, readPicture: read }, systemClock(), nodePrimitives);
    expect(outcome(many)).toBe('unknown');
    expect(outcome(await verifyPdf(scan(1, 1), knowledge, systemClock(), nodePrimitives))).toBe('unknown');
    const page = await installation.services.verifyPdf(pictured('/Filter/JPXDecode', 'x'));
    expect(outcome(page)).toBe('unknown');
  });

  test.each([
    ['gray', '/ColorSpace/DeviceGray', 1],
    ['colours', '/ColorSpace/DeviceRGB', 3],
    ['gray of a profile', '/ColorSpace[/ICCBased 12 0 R]', 1],
  ])('goes by the code in a picture of eight bits of %s, deflated', async (_, space, channels) => {
    const signed = await installation.sign();
    const side = 600;
    const code = sharp(await QRCode.toBuffer(signed.oficio.sealText!, { width: side }));
    const inked = channels === 1 ? code.greyscale() : code.removeAlpha();
    const samples = await inked
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    expect(samples.length).toBe(side * side * channels);
    const builder = new PdfBuilder().letter('q Q', '/Resources<</XObject<</I 10 0 R>>>>');
    const dict = `/Subtype/Image/Width ${side}/Height ${side}/BitsPerComponent 8${space}/Filter/FlateDecode`;
    builder
      .stream(10, dict, new Uint8Array(deflateSync(samples)))
      .stream(12, '/N 1', '')
      .table();
    const found = await installation.services.verifyPdf(builder.done());
    expect([found.state, outcome(found)]).toEqual(['copy', 'no such check']);
  });

  test('says nothing of pictures that show no code or are damaged', async () => {
    expect(outcome(await answer(async () => ({ lookedAt: true })))).toBe('no such check');
    const damaged = await answer(() => Promise.reject(new Refusal('picture/unreadable', 'damaged')));
    expect([damaged.state, outcome(damaged)]).toEqual(['unsigned', 'no such check']);
  });
});
