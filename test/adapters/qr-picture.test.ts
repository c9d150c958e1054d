import QRCode from 'qrcode';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { pictureReader, readQrPicture } from '../../src/adapters/qr-picture.ts';
import { processorTime } from '../support/processor-time.ts';
import { codeOfAct } from '../support/refuses.ts';

const TEXT = 'HTTP://LOCALHOST:8080/V/QRE2EAJGARCPDIQ4';

/** A page with a QR of this many pixels a side in its middle. */
async function page(width: number, height: number, qr: number): Promise<Uint8Array> {
  const code = await QRCode.toBuffer(TEXT, { width: qr });
  const blank = { create: { width, height, channels: 3 as const, background: '#fff' } };
  return new Uint8Array(
    await sharp(blank)
      .composite([{ input: code }])
      .jpeg()
      .toBuffer(),
  );
}

/** What the decoder likes least: finder patterns wherever it looks. */
async function maze(side: number, orientation = 1): Promise<Uint8Array> {
  const code = await sharp(await QRCode.toBuffer('x', { width: 58, margin: 1 }))
    .removeAlpha()
    .toBuffer();
  const tile = await sharp(code).extract({ left: 0, top: 0, width: 22, height: 22 }).toBuffer();
  const blank = { create: { width: side, height: side, channels: 3 as const, background: '#fff' } };
  const made = sharp(blank)
    .composite([{ input: tile, tile: true }])
    .jpeg({ quality: 60 });
  return new Uint8Array(await made.withMetadata({ orientation }).toBuffer());
}

/** Milliseconds of the processor that the thread of the event loop takes meanwhile, and all threads of this process. */
async function spent(act: () => Promise<unknown>): Promise<{ readonly here: number; readonly all: number }> {
  const before = process.threadCpuUsage();
  const all = await processorTime(act);
  const { user, system } = process.threadCpuUsage(before);
  return { here: (user + system) / 1000, all };
}

describe('the pictures of a file', () => {
  test.each([
    ['of 100 dots an inch', 850, 1100, 120],
    ['of 300 dots an inch', 2550, 3300, 360],
  ])('a page %s is read', async (_, width, height, qr) => {
    expect(await pictureReader()(await page(width, height, qr))).toEqual({ lookedAt: true, text: TEXT });
  });

  test('one without a code has been looked at', async () => {
    const blank = sharp({ create: { width: 400, height: 400, channels: 3, background: '#fff' } });
    const jpeg = new Uint8Array(await blank.jpeg().toBuffer());
    expect(await pictureReader()(jpeg)).toEqual({ lookedAt: true, text: undefined });
  });

  test('one with too many pixels is not looked at, whatever it weighs', async () => {
    const huge = sharp({ create: { width: 5000, height: 5000, channels: 3, background: '#fff' } });
    const jpeg = new Uint8Array(await huge.jpeg().toBuffer());
    const { all } = await spent(async () => expect(await pictureReader()(jpeg)).toEqual({ lookedAt: false }));
    expect(all).toBeLessThan(500);
  });

  test('what the decoder is slow with neither works in the event loop nor takes more than the time of one file', async () => {
    const read = pictureReader();
    const jpegs = await Promise.all(Array.from({ length: 4 }, (_, i) => maze(3900 - i)));
    const { here, all } = await spent(async () => {
      for (const jpeg of jpegs) await read(jpeg);
    });
    expect(here).toBeLessThan(500);
    expect(all).toBeLessThan(5000);
  });

  test('of many files at once, some are told at once that there is no time', async () => {
    const jpeg = await page(1700, 2200, 240);
    const found = await Promise.all(Array.from({ length: 9 }, () => pictureReader()(jpeg)));
    expect(found.filter(({ lookedAt }) => lookedAt)).toHaveLength(5);
    expect(found.filter(({ lookedAt }) => !lookedAt)).toHaveLength(4);
    expect(await pictureReader()(jpeg)).toMatchObject({ lookedAt: true });
  });

  test('damaged ones are refused, and the next is read all the same', async () => {
    const read = pictureReader();
    expect(await codeOfAct(() => read(new Uint8Array([0xff, 0xd8, 0xff, 1, 2])))).toBe('picture/unreadable');
    expect(await read(await page(850, 1100, 120))).toMatchObject({ text: TEXT });
  });
});

test('the photo of a code is read, also upside down', async () => {
  const upside = await sharp(await page(1200, 900, 300))
    .rotate(180)
    .png()
    .toBuffer();
  expect(await readQrPicture(new Uint8Array(upside))).toBe(TEXT);
});

test.each([
  ['two different codes', `${TEXT}A`, 'picture/several-codes'],
  ['the same code twice', TEXT, undefined],
])('a photo with %s is not answered for one of them alone', async (_, second, refused) => {
  const blank = { create: { width: 1700, height: 2200, channels: 3 as const, background: '#fff' } };
  const photo = new Uint8Array(
    await sharp(blank)
      .composite([
        { input: await QRCode.toBuffer(TEXT, { width: 240 }), left: 200, top: 300 },
        { input: await QRCode.toBuffer(second, { width: 240 }), left: 240, top: 1500 },
      ])
      .rotate(2, { background: '#fff' })
      .jpeg()
      .toBuffer(),
  );
  if (refused === undefined) expect(await readQrPicture(photo)).toBe(TEXT);
  else expect(await codeOfAct(() => readQrPicture(photo))).toBe(refused);
});
