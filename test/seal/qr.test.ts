import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { create, type QRCodeMaskPattern } from 'qrcode';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { toBase32 } from '../../src/core/base32.ts';
import { equal } from '../../src/core/bytes.ts';
import { sealAddress } from '../../src/seal/address.ts';
import { makeSeal } from '../../src/seal/make.ts';
import { qrRectangles, qrSvg, sealQr, type QrMatrix } from '../../src/seal/qr.ts';
import { codeOf } from '../support/refuses.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { ADDRESS, deps, ORIGIN, VISIT } from './samples.ts';

const anyAddress = fc
  .uint8Array({ minLength: 1, maxLength: 190 })
  .map((bytes) => `HTTPS://VERIFICA.CUAUHTEMOC.CDMX.GOB.MX/V/${toBase32(bytes)}`);

/** The rectangles painted black on white, with the white border, `scale` pixels a module, as PNG. */
async function paint(matrix: QrMatrix, scale: number): Promise<Uint8Array> {
  const side = (matrix.size + 8) * scale;
  const pixels = new Uint8Array(side * side).fill(255);
  for (const { x, y, width, height } of qrRectangles(matrix)) {
    for (let row = (y + 4) * scale; row < (y + 4 + height) * scale; row++) {
      pixels.fill(0, row * side + (x + 4) * scale, row * side + (x + 4 + width) * scale);
    }
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
}

/** What zbar and zxing read in a PNG picture. */
function readings(png: Uint8Array): readonly string[] {
  return withFolder((folder) => {
    const path = join(folder, 'qr.png');
    writeFileSync(path, png);
    // Its complaints about a missing message bus come after the text.
    const [zbar = ''] = ask('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', path]).text.split('\n');
    const zxing = /^Text:\s+"(.*)"$/m.exec(ask('ZXingReader', ['-format', 'QRCode', path]).text)?.[1] ?? '';
    return [zbar, zxing];
  });
}

describe('the QR of a seal', () => {
  test.each([
    ['an ordinary letter', 10, () => Promise.resolve(ADDRESS)],
    ['a visit with a payment', 10, async () => sealAddress(ORIGIN, await makeSeal(deps, VISIT))],
    ['the largest seal', 11, () => Promise.resolve(sealAddress(ORIGIN, new Uint8Array(190)))],
  ])('of %s is version %i', async (_, version, address) => {
    const matrix = sealQr(await address());
    expect(matrix.version).toBe(version);
    expect(matrix.size).toBe(17 + 4 * version);
  });

  test('is what another encoder makes with one of the eight masks', () => {
    const masks: readonly QRCodeMaskPattern[] = [0, 1, 2, 3, 4, 5, 6, 7];
    fc.assert(
      fc.property(anyAddress, (address) => {
        const matrix = sealQr(address);
        const alike = masks.filter((maskPattern) => {
          const options = { errorCorrectionLevel: 'M', maskPattern } as const;
          const { modules } = create([{ data: address, mode: 'alphanumeric' }], options);
          return equal(matrix.data, Uint8Array.from(modules.data));
        });
        expect(alike).toHaveLength(1);
      }),
      { numRuns: 25 },
    );
  });

  test('never exceeds version 11', () => {
    const most = 'A'.repeat(366);
    expect(sealQr(most).version).toBe(11);
    expect(codeOf(() => sealQr(`${most}A`))).toBe('seal/too-long');
    expect(codeOf(() => sealQr('A'.repeat(10_000)))).toBe('seal/too-long');
  });

  test.each(['', 'https://a.mx', 'HTTPS://Á.MX', 'A_B', 'A?B', 'A\n'])('cannot spell %j', (text) => {
    expect(codeOf(() => sealQr(text))).toBe('seal/origin');
  });

  test('is covered by its rectangles exactly, none over another', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const matrix = sealQr(address);
        const painted = new Uint8Array(matrix.data.length);
        for (const { x, y, width, height } of qrRectangles(matrix)) {
          for (let row = y; row < y + height; row++) {
            for (let column = x; column < x + width; column++) painted[row * matrix.size + column]! += 1;
          }
        }
        expect(painted).toEqual(matrix.data);
      }),
      { numRuns: 50 },
    );
  });

  test('needs fewer rectangles than half of its dark modules', () => {
    const matrix = sealQr(ADDRESS);
    expect(qrRectangles(matrix).length).toBeLessThan(matrix.data.reduce((sum, module) => sum + module, 0) / 2);
  });

  test('says what it is to a screen reader, whatever the title', () => {
    const svg = qrSvg(sealQr(ADDRESS), 'Código <QR> & "más"');
    expect(svg).toContain('<title>Código &lt;QR&gt; &amp; "más"</title>');
    expect(svg).toContain('viewBox="0 0 65 65"');
  });

  const missing = missingJudge('zbarimg', 'ZXingReader');
  describe.skipIf(missing)(`is read by other programs ${missing ?? ''}`, () => {
    /** 2 to 4 pixels a module: what 150 to 200 dpi make of 37.5 mm. */
    test.each([2, 3, 4])('from its rectangles, at %i pixels a module', async (scale) => {
      expect(readings(await paint(sealQr(ADDRESS), scale))).toEqual([ADDRESS, ADDRESS]);
    });

    test('from its SVG', async () => {
      const picture = await sharp(Buffer.from(qrSvg(sealQr(ADDRESS), 'QR')), { density: 288 })
        .png()
        .toBuffer();
      expect(readings(picture)).toEqual([ADDRESS, ADDRESS]);
    });

    test('at the largest version', async () => {
      const address = sealAddress(
        ORIGIN,
        new Uint8Array(190).map((_, index) => index * 37),
      );
      expect(readings(await paint(sealQr(address), 3))).toEqual([address, address]);
    });
  });
});
