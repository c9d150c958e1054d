import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { imageDecoder } from '../../src/adapters/image-decoder.ts';
import { makePictureReaders } from '../../src/adapters/photo.ts';
import { readContainer } from '../../src/adapters/picture-container.ts';
import type { Still } from '../../src/adapters/picture-parts.ts';
import { pictureReader, readQrPicture } from '../../src/adapters/qr-picture.ts';
import { concat, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { pngChunk } from '../support/png.ts';
import { codeOfAct } from '../support/refuses.ts';

type Format = 'jpeg' | 'png' | 'webp';
const FORMATS: readonly Format[] = ['jpeg', 'png', 'webp'];

/** Red above, blue below. */
async function flag(format: Format, orientation = 1, width = 300, height = 400): Promise<Uint8Array> {
  const blue = { create: { width, height, channels: 3 as const, background: '#00f' } };
  const red = { create: { width, height: height / 2, channels: 3 as const, background: '#f00' } };
  const made = sharp(blue).composite([{ input: red, left: 0, top: 0 }]);
  return new Uint8Array(await made.toFormat(format).withMetadata({ orientation }).toBuffer());
}

function still(bytes: Uint8Array): Still {
  const found = readContainer(bytes);
  return typeof found === 'string' ? expect.fail(found) : found;
}

/** With `parts` behind the header: byte 33 of a PNG, byte 2 of a JPEG. */
function including(picture: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const at = picture[0] === 0xff ? 2 : 33;
  return concat(picture.subarray(0, at), ...parts, picture.subarray(at));
}

function segment(marker: number, text: string): Uint8Array {
  return concat(Uint8Array.of(0xff, marker, (text.length + 2) >> 8, (text.length + 2) & 0xff), fromLatin1(text));
}

function typesOf(png: Uint8Array): string[] {
  const types: string[] = [];
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) types.push(toLatin1(png.subarray(at + 4, at + 8)));
  return types;
}

const INFLATED = 30_000_000;
const ZEROS = new Uint8Array(deflateSync(new Uint8Array(INFLATED)));
const BOMBS = [
  pngChunk('zTXt', concat(fromLatin1('a\0\0'), ZEROS)),
  pngChunk('iTXt', concat(fromLatin1('b\0\x01\0\0\0'), ZEROS)),
  pngChunk('iCCP', concat(fromLatin1('c\0\0'), ZEROS)),
];

describe('of a stranger’s picture the decoder is shown', () => {
  test('no chunk of a PNG that inflates to anything but pixels', async () => {
    const bomb = including(await flag('png'), ...BOMBS, ...Array.from({ length: 6 }, () => BOMBS[0]!));
    expect(new Set(typesOf(bomb))).toContain('zTXt');
    const seen = still(bomb);
    expect(typesOf(seen.bytes).filter((type) => !['IHDR', 'IDAT', 'IEND'].includes(type))).toEqual([]);

    const before = process.resourceUsage().maxRSS;
    const { width, height } = await makePictureReaders().readPhoto(bomb);
    expect([width, height]).toEqual([300, 400]);
    expect(await codeOfAct(() => readQrPicture(bomb))).toBe('picture/no-code');
    // Kilobytes: eight texts of 30 MB would be 240 MB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000);
  });

  test('no comment, profile or words of a JPEG, and nothing behind its end', async () => {
    const words = including(
      await flag('jpeg'),
      segment(0xfe, 'SECRET'),
      segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0SECRET'),
      segment(0xe2, 'ICC_PROFILE\0\x01\x01SECRET'),
      segment(0xed, 'Photoshop 3.0\0SECRET'),
      segment(0xee, 'SECRET'),
    );
    const { bytes } = still(concat(words, fromLatin1('SECRET')));
    expect(toLatin1(bytes)).not.toContain('SECRET');
    expect([...bytes.subarray(-2)]).toEqual([0xff, 0xd9]);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 300, height: 400 });
  });

  test('no profile and no words of a WebP', async () => {
    const made = sharp(await flag('png'))
      .webp()
      .withIccProfile('p3')
      .withXmp('<x>SECRET</x>');
    const source = new Uint8Array(await made.withExif({ IFD0: { Make: 'SECRET' } }).toBuffer());
    expect(toLatin1(source)).toMatch(/ICCP[^]*SECRET/);
    expect(toLatin1(still(source).bytes)).not.toMatch(/SECRET|ICCP|XMP|EXIF/);
  });

  test.each(FORMATS.flatMap((format) => [3, 6, 8].map((orientation) => [format, orientation] as const)))(
    'of %s held as %i, which way is up, in an Exif of our own',
    async (format, orientation) => {
      const source = await flag(format, orientation);
      const seen = still(source);
      expect(seen).toMatchObject({ format, orientation, width: 300, height: 400 });
      const pixels = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes).autoOrient().raw().toBuffer();
      expect(await pixels(seen.bytes)).toEqual(await pixels(source));
      expect((await sharp(seen.bytes).metadata()).exif?.length).toBeLessThanOrEqual(32);
    },
  );

  test.each(FORMATS)('the same pixels of %s, also with transparency, a palette or many scans', async (format) => {
    const clear = sharp({ create: { width: 301, height: 403, channels: 4, background: '#ff000080' } });
    const options = format === 'webp' ? { quality: 50 } : format === 'png' ? { palette: true } : { progressive: true };
    for (const source of [
      await clear.clone().toFormat(format, options).toBuffer(),
      await clear.toFormat(format).toBuffer(),
    ]) {
      const seen = still(new Uint8Array(source));
      expect(seen).toMatchObject({ width: 301, height: 403 });
      expect(await sharp(seen.bytes).raw().toBuffer()).toEqual(await sharp(source).raw().toBuffer());
    }
  });
});

describe('refused before it is decoded is', () => {
  test.each(FORMATS)('a %s cut short anywhere in its parts', async (format) => {
    const whole = await flag(format);
    for (let end = 12; end < Math.min(whole.length, 600); end += 7) {
      const found = readContainer(whole.subarray(0, end));
      // A scan of a JPEG has no length of its own.
      if (typeof found !== 'string') expect(format).toBe('jpeg');
      else expect(found).toBe('damaged');
    }
  });

  test('a PNG with its chunks out of order, or with one that matters and that nobody knows', async () => {
    const png = await flag('png');
    const header = png.subarray(8, 33);
    const pixels = pngChunk('IDAT', ZEROS.subarray(0, 100));
    for (const bad of [
      including(png, header),
      including(png, pngChunk('IEND', new Uint8Array(0))),
      including(png, pixels, pngChunk('tEXt', fromLatin1('a\0b'))),
      including(png, pngChunk('ABCD', new Uint8Array(1))),
      including(png, pngChunk('PLTE', new Uint8Array(769))),
      including(png, ...Array.from({ length: 20_000 }, () => pngChunk('tEXt', fromLatin1('a\0b')))),
    ]) {
      expect(readContainer(bad)).toBe('damaged');
    }
  });

  test('a JPEG with two frames, of a kind that no camera writes, or with more scans or segments than any', async () => {
    const jpeg = await flag('jpeg');
    const scan = jpeg.subarray(toLatin1(jpeg).lastIndexOf('\xff\xda'), -2);
    const frame = segment(0xc0, '\x08\0\x08\0\x08\x01\x01\x11\0');
    for (const bad of [
      including(jpeg, frame),
      including(jpeg, segment(0xc9, 'arithmetic')),
      including(jpeg, segment(0xfe, ''), Uint8Array.of(0)),
      including(jpeg, ...Array.from({ length: 4096 }, () => segment(0xfe, ''))),
      concat(jpeg.subarray(0, -2), ...Array.from({ length: 100 }, () => scan), jpeg.subarray(-2)),
    ]) {
      expect(readContainer(bad)).toBe('damaged');
    }
  });

  test('a picture that a file calls a JPEG and that is none: it was not looked at', async () => {
    const read = pictureReader();
    for (const bytes of [including(await flag('png'), ...BOMBS), await flag('webp'), fromLatin1('<svg/>')]) {
      expect(await read(bytes)).toEqual({ lookedAt: false });
    }
    expect(await read(await flag('jpeg'))).toMatchObject({ lookedAt: true });
  });

  test('a portrait that is a strip', async () => {
    for (const [width, height] of [
      [3000, 300],
      [300, 3000],
    ] as const) {
      const strip = await flag('png', 1, width, height);
      expect(await codeOfAct(() => makePictureReaders().readPhoto(strip))).toBe('directory/photo-too-small');
    }
  });
});

test.each(['gif', 'tiff', 'avif'] as const)(
  'there is no decoder of %s, wherever its bytes come from',
  async (format) => {
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#f00' } })
      .toFormat(format)
      .toBuffer();
    const decoder = await imageDecoder();
    await expect(decoder(bytes).metadata()).rejects.toThrow('unsupported');
  },
);
