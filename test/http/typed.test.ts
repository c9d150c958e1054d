import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex } from '../../src/core/bytes.ts';
import type { SealId } from '../../src/seal/seal.ts';
import { formatTypedCode, typedCodeOf } from '../../src/seal/text.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';

let installation: Installation;
let signed: SignedOficio;
let under: AppUnderTest;

beforeAll(async () => {
  installation = await makeInstallation();
  signed = await installation.sign();
  under = appOver(installation.services);
});
afterAll(() => installation.remove());

/** What offices write before a folio. */
const LABELS = [
  'Oficio',
  'OFICIO:',
  'Oficio No.',
  'Oficio núm.',
  'Oficio Nu\u0301mero',
  'Oficio Nº',
  'No.',
  'Núm.',
  'N.º',
];

async function page(path: string): Promise<string> {
  return (await under.app.request(path)).text();
}

function title(html: string): string {
  return /<title>(.*?)<\/title>/s.exec(html)![1]!;
}

describe('what people copy from a letter', () => {
  test('a folio with spaces or hyphens is found; where there is none, what was typed can be mended', async () => {
    for (const typed of [
      signed.oficio.folio.replaceAll('/', ' ').toLowerCase(),
      signed.oficio.folio.replaceAll('/', '-'),
    ]) {
      const shown = await page(`/?q=${encodeURIComponent(typed)}`);
      expect(title(shown)).toBe('Ese folio existe; eso no prueba tu papel.');
      expect(shown).not.toContain(`value="${typed}"`);
    }
    expect(await page('/?q=ae%20dgg%20sci%209999%202026')).toContain('value="ae dgg sci 9999 2026"');
  });

  test('a folio or a code is found with what was copied along with it', async () => {
    const code = formatTypedCode(typedCodeOf(fromHex(signed.oficio.id)! as SealId));
    const { folio } = signed.oficio;
    for (const typed of [
      `Folio ${folio}`,
      `FOLIO: ${folio}.`,
      `Folio núm. ${folio}`,
      `Folio No. ${folio} `,
      ...LABELS.map((label) => `${label} ${folio}`),
    ]) {
      expect(title(await page(`/?q=${encodeURIComponent(typed)}`)), typed).toContain('Ese folio existe');
    }
    for (const typed of [`Código: ${code}`, `Co\u0301digo ${code}`, `codigo:${code}`, `Code: ${code},`]) {
      expect(title(await page(`/?q=${encodeURIComponent(typed)}`)), typed).toContain('Este código sí es');
    }
  });

  test('the number of a credential is found with what letters print before it', async () => {
    const { serial } = signed.oficio.signer;
    const printed = BigInt(`0x${serial}`).toString();
    const plain = title(await page(`/?q=${serial}`));
    for (const number of [serial, printed, printed.replaceAll(/(.{4})/g, '$1 ')]) {
      for (const label of ['Certificado núm.', 'CERTIFICADO', 'Certificado No.:', 'Núm.']) {
        const typed = encodeURIComponent(`${label} ${number}`);
        expect(title(await page(`/?q=${typed}`)), `${label} ${number}`).toBe(plain);
        expect(title(await page(`/?q=${typed}&de=puerta`)), `${label} ${number}`).toBe(plain);
        expect((await installation.services.verifyCredential(`${label} ${number}`)).state).not.toBe('unreadable');
      }
    }
  });

  test('a code that is too short or too long, and a folio without its year, are told so', async () => {
    const code = formatTypedCode(typedCodeOf(fromHex(signed.oficio.id)! as SealId));
    const told = async (typed: string): Promise<string> => title(await page(`/?q=${encodeURIComponent(typed)}`));
    expect(await told(code.slice(0, -1))).toBe('A ese código le falta una letra o un número.');
    expect(await told(`Código: ${code}7`)).toBe('A ese código le sobra una letra o un número.');
    const yearless = signed.oficio.folio.slice(0, -5);
    for (const typed of [yearless, `Folio ${yearless}`, `${yearless}/26`, yearless.replaceAll('/', '-')]) {
      expect(await told(typed), typed).toBe('A ese folio le falta el año.');
    }
    for (const typed of ['ENTREGADERA', 'calle 12']) expect(await told(typed)).toBe('Eso no es un folio ni un código.');
  });

  test('a mistyped code and a text that is neither say so', async () => {
    const code = typedCodeOf(fromHex(signed.oficio.id)! as SealId);
    const wrong = code.slice(0, 5) + (code[5] === 'A' ? 'B' : 'A') + code.slice(6);
    expect(title(await page(`/?q=${wrong}`))).toBe('Parece que una letra o un número está mal escrito.');
    const shown = await page('/?q=hola+%22%3E%3Cb%3E');
    expect(title(shown)).toBe('Eso no es un folio ni un código.');
    expect(shown).toContain('value="hola &quot;&gt;&lt;b&gt;"');
  });
});
