import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { makePictureReaders } from '../../src/adapters/photo.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat, toLatin1, utf8 } from '../../src/core/bytes.ts';
import { PHOTO_LIMITS, type Photo } from '../../src/directory/photo.ts';
import { ask, missingJudge } from '../support/judges.ts';
import { pngChunk } from '../support/png.ts';
import { codeOfAct } from '../support/refuses.ts';
import { processorTime } from '../support/processor-time.ts';

const read = makePictureReaders().readPhoto;
const refusal = (bytes: Uint8Array): Promise<string> => codeOfAct(() => read(bytes));

type Rgb = { r: number; g: number; b: number };
const SKIN: Rgb = { r: 180, g: 140, b: 110 };

function picture(width: number, height: number, background: Rgb = SKIN): Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}

/** The hardest picture for JPEG: no two pixels alike. */
function noise(width: number, height: number): Sharp {
  return sharp({
    create: { width, height, channels: 3, background: SKIN, noise: { type: 'gaussian', mean: 128, sigma: 90 } },
  });
}

/** A PNG whose header claims `width` × `height`, with `pixels` bytes of zeros behind it. */
function png(width: number, height: number, pixels: number, before: Uint8Array = new Uint8Array(0)): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2], 8);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);
  const data = pngChunk('IDAT', new Uint8Array(deflateSync(new Uint8Array(pixels))));
  return concat(signature, pngChunk('IHDR', header), before, data, pngChunk('IEND', new Uint8Array(0)));
}

/** What stands in a JPEG, by its markers: metadata would be APP1 (Exif, XMP), APP2 (ICC), APP13 (IPTC) or COM. */
function markersOf(jpeg: Uint8Array): number[] {
  const markers: number[] = [];
  for (let at = 2; at + 4 <= jpeg.length;) {
    expect(jpeg[at]).toBe(0xff);
    const marker = jpeg[at + 1]!;
    markers.push(marker);
    if (marker === 0xda) break;
    at += 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
  }
  return markers;
}

async function expectClean(photo: Photo): Promise<void> {
  for (const [jpeg, hash, maxBytes] of [
    [photo.jpeg, photo.sha256, PHOTO_LIMITS.masterBytes],
    [photo.thumbnail, photo.thumbnailSha256, PHOTO_LIMITS.thumbnailBytes],
  ] as const) {
    expect(jpeg.length).toBeLessThanOrEqual(maxBytes);
    expect(nodePrimitives.digest('SHA-256', jpeg)).toEqual(hash);
    // Quantisation, frame, Huffman, scan, and the bare JFIF header.
    expect(markersOf(jpeg).filter((marker) => ![0xdb, 0xc0, 0xc2, 0xc4, 0xda, 0xe0].includes(marker))).toEqual([]);
  }
}

describe('a photo', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('is read from %s, fitted and encoded again', async (format) => {
    const source = await picture(1200, 1500).toFormat(format).toBuffer();
    const photo = await read(source);
    expect([photo.width, photo.height]).toEqual([480, 600]);
    expect(await sharp(photo.thumbnail).metadata()).toMatchObject({ width: 240, height: 300, format: 'jpeg' });
    expect(photo.sourceSha256).toEqual(nodePrimitives.digest('SHA-256', source));
    await expectClean(photo);
  });

  test('is not enlarged, and the whole face stays in it', async () => {
    const small = await read(await picture(210, 260).png().toBuffer());
    expect([small.width, small.height]).toEqual([210, 260]);
    const wide = await read(await picture(1000, 500).png().toBuffer());
    expect([wide.width, wide.height]).toEqual([480, 240]);
  });

  test('loses place, camera, comment and every other word of metadata', async () => {
    const source = await picture(600, 750)
      .jpeg()
      .withExif({
        IFD0: { Copyright: 'SECRETO', Make: 'SECRETO' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '19/1 25/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '99/1 8/1 0/1' },
      })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRETO</x:xmpmeta>')
      .withIccProfile('p3')
      .toBuffer();
    expect(toLatin1(source)).toContain('SECRETO');
    expect((await sharp(source).metadata()).exif).toBeDefined();
    const photo = await read(source);
    await expectClean(photo);
    for (const bytes of [photo.jpeg, photo.thumbnail]) {
      expect(toLatin1(bytes)).not.toMatch(/SECRETO|Exif|GPS|ICC_PROFILE|http/);
    }
  });

  const missing = missingJudge('identify');
  test.skipIf(missing)(`shows another program no metadata either${missing ? `: ${missing}` : ''}`, async () => {
    const asked = ['-format', '%[EXIF:*]%[profile:*]', '-'];
    const source = await picture(600, 750)
      .jpeg()
      .withExif({ IFD0: { Make: 'SECRETO' } })
      .withIccProfile('p3')
      .toBuffer();
    expect(ask('identify', asked, source).text).toContain('SECRETO');
    const photo = await read(source);
    for (const bytes of [photo.jpeg, photo.thumbnail]) {
      expect(ask('identify', asked, bytes)).toEqual({ status: 0, text: '' });
    }
  });

  test('stands upright however the camera was held', async () => {
    const top = await picture(400, 250, { r: 250, g: 0, b: 0 }).png().toBuffer();
    const upright = await picture(400, 500, { r: 0, g: 0, b: 250 })
      .composite([{ input: top, left: 0, top: 0 }])
      .png()
      .toBuffer();
    // Orientation 6: the stored picture lies on its left side.
    const lying = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const photo = await read(lying);
    expect([photo.width, photo.height]).toEqual([400, 500]);
    const { data } = await sharp(photo.jpeg).raw().toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(200);
    expect(data[2]).toBeLessThan(80);
  });

  test('of CMYK, of grey and with transparency becomes plain colour', async () => {
    const cmyk = await picture(300, 400).toColourspace('cmyk').jpeg().toBuffer();
    const grey = await picture(300, 400).toColourspace('b-w').png().toBuffer();
    const clear = await sharp({ create: { width: 300, height: 400, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    for (const source of [cmyk, grey, clear]) {
      const photo = await read(source);
      expect((await sharp(photo.jpeg).metadata()).space).toBe('srgb');
      await expectClean(photo);
    }
    const { data } = await sharp((await read(clear)).jpeg)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(250);
  });

  test('of pure noise still fits', async () => {
    const photo = await read(await noise(1200, 1500).jpeg({ quality: 95 }).toBuffer());
    expect(photo.jpeg.length).toBeLessThanOrEqual(PHOTO_LIMITS.masterBytes);
    await expectClean(photo);
  });

  test('twice gives the same bytes', async () => {
    const source = await noise(500, 600).jpeg().toBuffer();
    expect(await read(source)).toEqual(await read(source));
  });

  test('never carries what stood behind the picture', async () => {
    const source = await picture(300, 400).jpeg().toBuffer();
    const photo = await read(concat(source, utf8('<script>alert(1)</script><?php system($_GET[0]); PK\x03\x04')));
    expect(toLatin1(photo.jpeg)).not.toMatch(/script|php|PK/);
    await expectClean(photo);
  });
});

describe('refused is', () => {
  test.each([
    ['a text named .jpg', utf8('hola, no soy una foto')],
    ['nothing', new Uint8Array(0)],
    ['a JPEG head alone', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ['a PNG head alone', utf8('\x89PNG\r\n\x1a\n')],
    [
      'a PNG signature before something else',
      concat(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), utf8('<svg/>')),
    ],
    ['a WebP head alone', utf8('RIFF\0\0\0\0WEBP')],
  ])('%s', async (_, bytes) => {
    expect(await refusal(bytes)).toBe('directory/photo-unreadable');
  });

  test('a JPEG cut short', async () => {
    const whole = await noise(600, 750).jpeg().toBuffer();
    expect(await refusal(new Uint8Array(whole.subarray(0, whole.length / 2)))).toBe('directory/photo-unreadable');
  });

  test('a PNG cut short', async () => {
    const whole = await noise(600, 750).png().toBuffer();
    expect(await refusal(new Uint8Array(whole.subarray(0, whole.length / 2)))).toBe('directory/photo-unreadable');
  });

  test.each([
    [
      'an SVG with a script',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="400" height="500"><script>alert(1)</script></svg>',
    ],
    [
      'an SVG that reads a file',
      '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg width="400" height="500"><text>&x;</text></svg>',
    ],
    ['a PDF', '%PDF-1.7\n'],
    ['a HEIC', '\0\0\0\x18ftypheic'],
  ])('%s', async (_, text) => {
    expect(await refusal(utf8(text))).toBe('directory/photo-format');
  });

  test.each(['gif', 'tiff', 'avif'] as const)('%s, which the library could decode', async (format) => {
    expect(await refusal(new Uint8Array(await picture(300, 400).toFormat(format).toBuffer()))).toBe(
      'directory/photo-format',
    );
  });

  test('a picture too small to compare a face with', async () => {
    expect(await refusal(new Uint8Array(await picture(199, 400).png().toBuffer()))).toBe('directory/photo-too-small');
    expect(await refusal(new Uint8Array(await picture(400, 249).png().toBuffer()))).toBe('directory/photo-too-small');
    expect(await refusal(new Uint8Array(await picture(1, 1).png().toBuffer()))).toBe('directory/photo-too-small');
  });

  test('an animation', async () => {
    const frames = await sharp(await picture(300, 400).png().toBuffer())
      .extend({ bottom: 400, background: '#000' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const animated = await sharp(frames.data, { raw: { ...frames.info, channels: 3, pageHeight: 400 } })
      .webp()
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    expect(await refusal(new Uint8Array(animated))).toBe('directory/photo-animated');
    const control = new Uint8Array(8);
    control[3] = 2;
    expect(await refusal(png(300, 400, 300 * 400 * 3 + 400, pngChunk('acTL', control)))).toBe(
      'directory/photo-animated',
    );
  });

  test('a file beyond the limit, before it is looked at', async () => {
    const jpeg = new Uint8Array(PHOTO_LIMITS.inputBytes + 1);
    jpeg.set([0xff, 0xd8, 0xff]);
    expect(await refusal(jpeg)).toBe('directory/photo-too-large');
  });

  test('a bomb: a small file that claims many pixels, or inflates to them', async () => {
    const taken = await processorTime(async () => {
      expect(await refusal(png(50_000, 50_000, 10))).toBe('directory/photo-too-many-pixels');
      expect(await refusal(png(7_000, 7_000, 7_000 * 21_001))).toBe('directory/photo-too-many-pixels');
      expect(await refusal(png(6_000, 6_000, 100))).toBe('directory/photo-unreadable');
      // 200 MB of zeros behind a small picture are not inflated.
      const longer = png(300, 400, 200_000_000);
      expect(longer.length).toBeLessThan(300_000);
      await read(longer).catch(() => undefined);
    });
    expect(taken).toBeLessThan(8_000);
  });

  test('one bad picture does not keep the next from being read', async () => {
    const good = await picture(300, 400).jpeg().toBuffer();
    const all = await Promise.allSettled([read(utf8('x')), read(good), read(utf8('y')), read(good)]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('the one too many of a crowd, for now', async () => {
    const crowd = makePictureReaders().readPhoto;
    const good = new Uint8Array(await picture(300, 400).jpeg().toBuffer());
    const all = await Promise.allSettled(Array.from({ length: 33 }, () => crowd(good)));
    expect(all.filter(({ status }) => status === 'rejected').length).toBe(1);
    expect(all[32]).toMatchObject({ reason: { code: 'directory/photo-busy' } });
  });
});
