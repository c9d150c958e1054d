import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { inspectDocument } from '../../src/oficio/inspect.ts';
import { fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { letter, PdfBuilder } from '../pdf/build.ts';
import { missingJudge } from '../support/judges.ts';
import { hasShared, readShared, sharedPath } from '../support/shared.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain } from '../support/throwaway-chain.ts';

/** `accepted`, or the refusal's code with what was found. */
async function inspected(bytes: Uint8Array): Promise<string> {
  try {
    await inspectDocument(bytes, undefined, nodePrimitives);
    return 'accepted';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { kind, finding } = error.facts;
    return [error.code, kind ?? finding ?? ''].join(' ').trim();
  }
}

const samples = join(import.meta.dirname, '..', 'samples');

const names = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pdf'));
test.each(names)('%s may be sealed', async (name) => {
  expect(await inspected(new Uint8Array(readFileSync(join(samples, name))))).toBe('accepted');
});

test.each([
  ['in a page', letter('/OC <</Type/OCG>> BDC BT ET EMC')],
  [
    'in a form',
    new PdfBuilder()
      .letter('/F Do', '/Resources<</XObject<</F 5 0 R>>>>')
      .stream(5, '/Type/XObject/Subtype/Form/BBox[0 0 9 9]', '/OC<</Type/OCG>>BDC EMC'),
  ],
])('a layer described in the content %s is refused', async (_, made) => {
  const bytes = made instanceof Uint8Array ? made : (made.table(), made.done());
  expect(await inspected(bytes)).toBe('oficio/changing-content layers');
});

/** A letter that draws the form /F, object 5. */
function withForm(content: string, form: string | Uint8Array, dict: string = ''): Uint8Array {
  const builder = new PdfBuilder()
    .letter(content, '/Resources<</XObject<</F 5 0 R>>>>')
    .stream(5, `/Type/XObject/Subtype/Form/BBox[0 0 9 9]${dict}`, form);
  builder.table();
  return builder.done();
}

/** A letter whose content is `data`, filtered as `dict` says. */
function withContent(data: Uint8Array, dict: string): Uint8Array {
  const builder = new PdfBuilder()
    .object(1, '<</Type/Catalog/Pages 2 0 R>>')
    .object(2, '<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 612 792]>>')
    .object(3, '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>')
    .stream(4, dict, data);
  builder.table();
  return builder.done();
}

describe('content that breaks off is refused, which one reader shows up to there and another not at all', () => {
  const deflated = nodePrimitives.deflate(fromLatin1('BT /F1 9 Tf (pay) Tj ET '.repeat(9)));
  const FLATE = '/Filter/FlateDecode';
  test.each([
    ['a stray >>', 'contents', letter('BT (Free.) Tj >> (Pay.) Tj ET')],
    ['a string without end', 'contents', letter('BT (Free.) Tj (Pay. Tj ET')],
    ['an array without end', 'contents', letter('BT [(Free.) Tj (Pay.) Tj ET')],
    ['in a form', 'contents', withForm('/F Do', 'q >> Q')],
    ['in a form outside of what is seen', 'contents', withForm('0 0 1 1 re W n 9 9 1 1 re W n /F Do', 'q >> Q')],
    ['in a form below too many states', 'operators', withForm(`${'q '.repeat(600)}/F Do`, 'q >> Q')],
    ['below too many states', 'contents', letter(`${'q '.repeat(600)}>> Q`)],
    ['in a form below too many operators', 'contents', withForm(`${'0 g '.repeat(200_001)}/F Do`, 'q >> Q')],
    ['damaged data', 'contents-filter', withContent(deflated.subarray(0, -9), FLATE)],
    ['damaged data of a form', 'contents-filter', withForm('/F Do', deflated.subarray(0, -9), FLATE)],
    ['a form of a filter that no content has', 'contents-filter', withForm('/F Do', 'q Q', '/Filter/DCTDecode')],
  ])('%s', async (_, finding, bytes) => {
    expect(await inspected(bytes)).toBe(`pdf/ambiguous ${finding}`);
  });

  test.each([
    ['text and marks left open', 'operators', letter('q q BT /P BMC Q Q Q')],
    ['too many states', 'operators', letter(`${'q '.repeat(600)}${'Q '.repeat(600)}`)],
    ['too many operators', undefined, letter('0 g '.repeat(200_001))],
    ['a form that draws itself', 'form', withForm('/F Do', '/F Do', '/Resources<</XObject<</F 5 0 R>>>>')],
    ['a form with the names of its page', 'resources', withForm('/F Do', '/F Do')],
  ])('%s', async (_, finding, bytes) => {
    expect(await inspected(bytes)).toBe(finding === undefined ? 'accepted' : `pdf/ambiguous ${finding}`);
  });
});

describe('an image in the content that ends where one reader finds its end and another does not is refused', () => {
  const hidden = ' EI Q BT (Pay.) Tj ET q BI /W 8 /H 1 /BPC 8 /CS /G ID 12345678';
  const deflated = toLatin1(nodePrimitives.deflate(new Uint8Array(8)));
  const stored = `\x78\x01\x01\x40\0\xbf\xff${hidden}`;
  const BOX = '/H 1 /BPC 8 /CS /G';
  const CS =
    '/Resources<</ColorSpace<</C[/Indexed/DeviceRGB 0<000000>]/D[/Separation/A/DeviceGray<</FunctionType 2/N 1/Domain[0 1]>>]>>>>';

  test.each([
    ['with EI inside its length', `BI /W ${hidden.length} ${BOX} ID ${hidden} EI`],
    ['shorter than it says', `BI /W 99 ${BOX} ID 12345678 EI`],
    ['longer than it says', `BI /W 4 ${BOX} ID 12345678 EI`],
    ['of the length of its name in the resources, with more behind it', 'BI /W 2 /H 1 /BPC 8 /CS /C ID 12345678 EI'],
    ['of the length of its name in the resources, cut short', 'BI /W 5 /H 1 /BPC 8 /CS /D ID 12345678 EI'],
    ['of a colour space that nobody knows', 'BI /W 8 /H 1 /BPC 8 /CS /E ID 12345678 EI'],
    ['without a width', `BI ${BOX} ID 12345678 EI`],
    ['with two widths', `BI /W 8 /Width 4 ${BOX} ID 12345678 EI`],
    ['whose compressed data hold the text', `BI /W 64 ${BOX} /F /Fl ID ${stored} EI`],
    ['whose compressed data go on behind it', `BI /W 64 ${BOX} /F /Fl ID ${deflated.slice(0, -5)} EI`],
    ['whose runs go on behind it', `BI /W 64 ${BOX} /F /RL ID \x0712345678 EI`],
    ['whose digits end before', `BI /W 2 ${BOX} /F /AHx ID 1234> BT (Pay.) Tj ET EI`],
    ['whose digits do not end', `BI /W 2 ${BOX} /F [/AHx] ID 1234 EI`],
    ['with EI on its own in its text', `BI /W 2 ${BOX} /F /A85 ID 12 EI Q ~> EI`],
  ])('%s', async (_, image) => {
    expect(await inspected(letter(`q ${image} Q`, CS))).toMatch(/^pdf\/ambiguous contents/);
  });

  test('in a form outside of what is seen', async () => {
    const form = `BI /W 4 ${BOX} ID 12345678 EI`;
    const outside = '0 0 1 1 re W n 9 9 1 1 re W n';
    expect(await inspected(withForm(`${outside} /F Do`, form))).toBe('pdf/ambiguous contents');
  });

  test.each([
    `/W 8 ${BOX} ID 12345678 EI`,
    `/W 8 ${BOX} ID 12345678EI`,
    `/W 8 ${BOX} ID\r\n12345678\r\nEI`,
    '/W 9 /H 4 /IM true ID 12345678 EI',
    '/W 2 /H 1 /BPC 8 /CS /RGB ID 123456\nEI',
    '/W 8 /H 8 /BPC 1 /CS [/I /RGB 1 <000000ffffff>] ID 12345678 EI',
    `/W 8 /H 1 /BPC 8 /CS /C ID ${'\0'.repeat(8)} EI`,
    '/W 8 /H 1 /BPC 8 /CS /D ID 12345678 EI',
    `/W 8 ${BOX} /F /Fl ID ${deflated} EI`,
    `/W 8 ${BOX} /F [/AHx /RL] ID 07313233343536373880> EI`,
    `/W 8 ${BOX} /F /RL ID \x0712345678\x80 EI`,
    `/W 4 ${BOX} /F /A85 ID 87cUR~>EI`,
  ])('%j is not', async (image) => {
    expect(await inspected(letter(`q BI ${image} Q`, CS))).toBe('accepted');
  });
});

/** Before sealing: what acts, and what was prepared to look different (RUB-NDS PDF101 and pdf-attacker). */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'D3-active-content': {
    // A picture inside the file: the control of a test for pictures outside it. Nothing acts; its font is no object.
    '00-stream-embedded.pdf': 'pdf/ambiguous glyphs',
    '01-via-submit-form.pdf': 'oficio/active-content on-opening',
    '03-print-action.pdf': 'oficio/active-content on-opening',
    '05-submit-form-fs-drive.pdf': 'pdf/xref-broken',
    '06-import-data-external-xml.pdf': 'oficio/active-content on-opening',
    'form-doc.pdf': 'oficio/active-content on-opening',
    'gotoe-page.pdf': 'pdf/ambiguous object',
    'js-link.pdf': 'oficio/active-content script',
    'print-anot.pdf': 'oficio/active-content on-opening',
    'thread-link.pdf': 'oficio/active-content action',
    'xhtml.pdf': 'oficio/changing-content drawn-by-reader',
  },
  'S1-shadow-prepared-unsigned': {
    '2_original-document-shadowed.pdf': 'oficio/changing-content stray-field',
    '60f581-2_original-document-shadowed.pdf': 'pdf/ambiguous object',
    'f54d17-2_original-document-shadowed.pdf': 'oficio/changing-content stray-field',
  },
  'S1-benign-control': { '1_original-document.pdf': 'accepted' },
  'R1-parse': {
    'certified-with-indirect-refs-in-dir.pdf': 'signature/certified',
    'form-fill-result.pdf': 'oficio/changing-content not-on-paper',
    'form-tree-circular-ref-input.pdf': 'oficio/changing-content not-on-paper',
    // A place for a signature over the text.
    'minimal-with-field.pdf': 'oficio/changing-content covers-content',
    'minimal-with-simple-form.pdf': 'oficio/changing-content not-on-paper',
    'simple-acroform-states.pdf': 'oficio/changing-content not-on-paper',
  },
  'R2-geometry': { 'annots-no-rotate.pdf': 'oficio/changing-content not-on-paper' },
};

describe.skipIf(!hasShared).each(Object.entries(EXPECTED))('%s (skipped without the shared folder)', (group, known) => {
  const names = hasShared
    ? readdirSync(sharedPath('vectors', 'pdf', group)).filter((name) => name.endsWith('.pdf'))
    : [];
  test.each(names)('%s', async (name) => {
    const found = await inspected(readShared('vectors', 'pdf', group, name));
    // What readers may understand in several ways, or nobody can open, has its own tests.
    const otherwise = group.startsWith('R') ? /^(accepted|pdf\/.*|seal\/no-room)$/ : /^accepted$/;
    const expected = known[name];
    if (expected === undefined) expect(found).toMatch(otherwise);
    else expect(found).toBe(expected);
  });
});

test.skipIf(!hasShared)(
  'a document with a broken signature is refused (skipped without the shared folder)',
  async () => {
    const found = await inspected(readShared('vectors', 'pdf', 'A5-dss', 'pdf-byterange-overlap.pdf'));
    expect(found).toBe('oficio/signature-broken');
  },
);

const noOpenssl = missingJudge('openssl');
test.skipIf(noOpenssl)(
  `a signature of a kind that others judge may stand below ours, one of a kind that nobody knows may not ${noOpenssl ?? ''}`,
  async () => {
    const chain = makeThrowawayChain();
    try {
      const letter = new Uint8Array(readFileSync(join(samples, 'oficio-libreoffice.pdf')));
      const text = toLatin1(await signPdf(letter, chain));
      const ofKind = (kind: string): Promise<string> =>
        inspected(fromLatin1(text.replace('/ETSI.CAdES.detached', `/${kind}`.padEnd(20))));
      expect(text).toContain('/ETSI.CAdES.detached');
      for (const kind of ['adbe.x509.rsa_sha1', 'adbe.pkcs7.sha1', 'ETSI.RFC3161']) {
        expect(await ofKind(kind)).toBe('accepted');
      }
      expect(await ofKind('x.y.z')).toBe('oficio/signature-broken');
    } finally {
      chain.remove();
    }
  },
);
