import { isRefusal, Refusal } from '../core/refusal.ts';
import { takingTurns } from '../core/turns.ts';
import type { Picture, ReadPicture, SamplePicture } from '../verifier/index.ts';
import { imageDecoder } from './image-decoder.ts';
import { isJpeg, readContainer } from './picture-container.ts';
import { decodeQr } from './qr-decoder.ts';
import type { GrayPicture } from './qr-worker.ts';

export type PictureCode =
  /** Neither JPEG, PNG nor WebP, or damaged. */
  | 'picture/unreadable'
  | 'picture/too-large'
  /** No code is seen in it. */
  | 'picture/no-code'
  /** Each code is its own letter's: one answer would be taken for that of the other. */
  | 'picture/several-codes';

const MAX_BYTES = 25_000_000;

interface Allowance {
  readonly pixels: number;
  readonly milliseconds: number;
}

/** Somebody who works here photographed one code. */
const OF_A_PHOTO: Allowance = { pixels: 40_000_000, milliseconds: 6000 };
/** Whatever a stranger's file holds; a page of A4 at 400 dots an inch. The time is that of all pictures of one file. */
const OF_A_FILE: Allowance = { pixels: 16_000_000, milliseconds: 2000 };
/**
 * The long side of what is decoded. A page of 100 to 300 dots an inch reads at this size, and better than at its own: the
 * decoder wants some six pixels a module.
 */
const MAX_SIDE = 2500;
const MAX_ENLARGED = 2;
/** Pictures that wait while another is looked at. */
const MOST_WAITING = 4;

/**
 * The text of the QR code in a picture. Only what comes out is judged, by our own strict reader of seals.
 * @throws Refusal `picture/unreadable`, `picture/too-large`, `picture/no-code`, `picture/several-codes`
 */
export async function readQrPicture(bytes: Uint8Array): Promise<string> {
  if (bytes.length > MAX_BYTES) {
    throw new Refusal<PictureCode>('picture/too-large', `${bytes.length} bytes`, {
      found: bytes.length,
      most: MAX_BYTES,
    });
  }
  const { pixels, milliseconds } = OF_A_PHOTO;
  const gray = await grayOf(bytes, pixels, milliseconds);
  const found = gray === 'unfinished' ? gray : await decodeQr({ picture: gray, most: 2 }, milliseconds);
  const [text, other] = found === 'unfinished' ? [] : found;
  if (text === undefined) throw new Refusal<PictureCode>('picture/no-code', 'no QR code was found');
  if (other !== undefined && other !== text) {
    throw new Refusal<PictureCode>('picture/several-codes', 'two QR codes with different texts');
  }
  return text;
}

const inTurn = takingTurns();
let waiting = 0;

/** One picture at a time in this process: pictures are the dearest part of a file that anybody may send. */
async function whenFree<Value>(act: () => Promise<Value>): Promise<Value | 'busy'> {
  if (waiting > MOST_WAITING) return 'busy';
  waiting++;
  return inTurn(act).finally(() => waiting--);
}

/**
 * Reads the pictures of one file, all of them within one allowance of time; one with too many pixels is not looked at. A
 * file says that a picture is a JPEG: what is not one goes to no decoder, and was not looked at.
 */
export function pictureReader(): ReadPicture {
  let left = OF_A_FILE.milliseconds;
  return async (picture) => {
    if (picture instanceof Uint8Array && !isJpeg(picture)) return { lookedAt: false };
    if (left <= 0) return { lookedAt: false };
    const found = await whenFree(async () => {
      // Is loaded once, at nobody's expense.
      await imageDecoder();
      const started = performance.now();
      try {
        const gray = await grayOf(picture, OF_A_FILE.pixels, left);
        if (gray === 'unfinished') return gray;
        return await decodeQr({ picture: gray, most: 1 }, Math.max(1, left - (performance.now() - started)));
      } catch (error) {
        if (isRefusal(error) && error.code === ('picture/too-large' satisfies PictureCode)) return 'too-large';
        throw error;
      } finally {
        left -= performance.now() - started;
      }
    });
    return typeof found === 'string' ? { lookedAt: false } : { lookedAt: true, text: found[0] };
  };
}

/** A picture as the decoder sees it. */
interface Decodable {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Of one that is not encoded. */
  readonly raw?: Pick<SamplePicture, 'width' | 'height' | 'channels'>;
}

function samplesOf({ samples, width, height, channels }: SamplePicture): Decodable {
  return { bytes: samples, width, height, raw: { width, height, channels } };
}

/** @throws Refusal `picture/unreadable` */
function stillOf(bytes: Uint8Array): Decodable {
  const still = readContainer(bytes);
  if (still === 'other') throw new Refusal<PictureCode>('picture/unreadable', 'neither JPEG, PNG nor WebP');
  if (typeof still === 'string') throw new Refusal<PictureCode>('picture/unreadable', `a picture that is ${still}`);
  return { bytes: still.bytes, width: still.width, height: still.height };
}

/** Upright, on white; `unfinished` where the time was not enough. @throws Refusal `picture/unreadable`, `picture/too-large` by what its header says */
async function grayOf(picture: Picture, pixels: number, milliseconds: number): Promise<GrayPicture | 'unfinished'> {
  const sharp = await imageDecoder();
  const { bytes, width, height, ...raw } = picture instanceof Uint8Array ? stillOf(picture) : samplesOf(picture);
  try {
    if (width * height > pixels) throw new Refusal<PictureCode>('picture/too-large', `${width} x ${height} pixels`);
    const seconds = Math.ceil(milliseconds / 1000);
    const image = sharp(bytes, { limitInputPixels: pixels, failOn: 'error', ...raw }).timeout({ seconds });
    const side = Math.min(MAX_SIDE, MAX_ENLARGED * Math.max(width, height));
    const { data, info } = await image
      .rotate()
      .flatten({ background: '#fff' })
      .greyscale()
      .resize({ width: side, height: side, fit: 'inside' })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, gray: data };
  } catch (error) {
    if (isRefusal(error)) throw error;
    if (error instanceof Error && error.message.startsWith('timeout')) return 'unfinished';
    // What libvips says may quote the file.
    throw new Refusal<PictureCode>('picture/unreadable', 'a picture that cannot be decoded');
  }
}
