import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import { Refusal } from '../core/refusal.ts';

export type PictureCode =
  /** Neither JPEG, PNG nor WebP, or damaged. */
  'picture/unreadable' | 'picture/too-large';

const MAX_BYTES = 25_000_000;
const MAX_PIXELS = 40_000_000;
const SECONDS = 10;
const MILLISECONDS_PER_TRY = 1500;
/** An office scan has some three pixels a module; twice as many read better (`reference` of the seal's design). */
const SCALES = [1, 2] as const;
const MAX_SIDE = 6000;

function isPicture(bytes: Uint8Array): boolean {
  const [a, b, c] = bytes;
  const jpeg = a === 0xff && b === 0xd8 && c === 0xff;
  const png = a === 0x89 && b === 0x50 && c === 0x4e;
  const webp = a === 0x52 && b === 0x49 && bytes[8] === 0x57 && bytes[9] === 0x45;
  return jpeg || png || webp;
}

/**
 * The text of the QR code in a picture; `undefined` when none can be read. Only what comes out is judged, by our own
 * strict reader of seals.
 * @throws Refusal `picture/unreadable`, `picture/too-large`
 */
export async function readQrPicture(bytes: Uint8Array): Promise<string | undefined> {
  if (bytes.length > MAX_BYTES) {
    throw new Refusal<PictureCode>('picture/too-large', `${bytes.length} bytes`, {
      found: bytes.length,
      most: MAX_BYTES,
    });
  }
  if (!isPicture(bytes)) throw new Refusal<PictureCode>('picture/unreadable', 'neither JPEG, PNG nor WebP');
  for (const scale of SCALES) {
    const text = decode(await pixelsOf(bytes, scale));
    if (text !== undefined) return text;
  }
  return undefined;
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Upright, on white, gray, three bytes a pixel as the decoder wants them. */
async function pixelsOf(bytes: Uint8Array, scale: number): Promise<Pixels> {
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' }).timeout({ seconds: SECONDS });
    const { width } = await image.metadata();
    const wanted = Math.min(width * scale, MAX_SIDE);
    const { data, info } = await image
      .rotate()
      .flatten({ background: '#fff' })
      .greyscale()
      .resize({ width: wanted, height: MAX_SIDE, fit: 'inside' })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: threeBytesEach(data) };
  } catch {
    // What libvips says may quote the file.
    throw new Refusal<PictureCode>('picture/unreadable', 'a picture that cannot be decoded');
  }
}

function threeBytesEach(gray: Uint8Array): Uint8Array {
  const out = new Uint8Array(3 * gray.length);
  for (let i = 0; i < gray.length; i++) out.fill(gray[i]!, 3 * i, 3 * i + 3);
  return out;
}

function decode(pixels: Pixels): string | undefined {
  try {
    return decodeQR(pixels, { effort: 8, timeLimit: MILLISECONDS_PER_TRY });
  } catch {
    return undefined;
  }
}
