import { toLatin1 } from '../core/bytes.ts';
import { Outage, Refusal } from '../core/refusal.ts';
import { takingTurns } from '../core/turns.ts';
import type { DirectoryCode, DirectoryOutageCode } from '../directory/code.ts';
import { PHOTO_LIMITS, STAMP_LIMITS, type Photo, type PhotoReader, type PictureLimits } from '../directory/photo.ts';
import type { StampPhoto, StampReader } from '../oficio/reception-store.ts';
import { imageDecoder } from './image-decoder.ts';
import { readContainer } from './picture-container.ts';
import type { Still } from './picture-parts.ts';
import { nodePrimitives } from './primitives.ts';

/** Pictures that wait hold their bytes: more than this and the caller comes back later. */
const MAX_WAITING = 32;
const SECONDS = 10;
/** The longer side by the shorter: fitted into a portrait, a longer one would be a stroke. */
const MOST_ELONGATED = 4;

function refuse(code: DirectoryCode, message: string, facts = {}): never {
  throw new Refusal<DirectoryCode>(code, message, facts);
}

/** Only the containers of three formats are read: the decoders of TIFF, HEIF and GIF are not needed for a portrait. */
function stillOf(bytes: Uint8Array): Still {
  const found = readContainer(bytes);
  if (typeof found === 'object') return found;
  if (found === 'animated') refuse('directory/photo-animated', 'more than one picture');
  if (found === 'damaged') refuse('directory/photo-unreadable', 'a picture that is damaged');
  const head = toLatin1(bytes.subarray(0, 1024));
  const other =
    /^(?:GIF8|BM|II\*\0|MM\0\*|%PDF|\0\0\x01\0|8BPS|\xff\x0a)/.test(head) ||
    head.slice(4, 8) === 'ftyp' ||
    /<svg[\s>]/i.test(head);
  if (other) refuse('directory/photo-format', 'a picture that is neither JPEG, PNG nor WebP');
  return refuse('directory/photo-unreadable', 'not a picture');
}

function explain(error: unknown, { inputPixels: max }: PictureLimits): never {
  if (error instanceof Refusal || error instanceof Outage) throw error;
  const message = error instanceof Error ? error.message : '';
  if (/pixel limit/i.test(message)) {
    refuse('directory/photo-too-many-pixels', 'too many pixels', { max });
  }
  if (/^timeout/i.test(message)) refuse('directory/photo-timeout', 'the picture takes too long', { seconds: SECONDS });
  // What the decoder says quotes the file: it is not passed on.
  refuse('directory/photo-unreadable', 'the picture is damaged or not one');
}

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** By what its container says, before anything is decoded. @throws Refusal 'directory/photo-…' */
function checkSize(still: Still, limits: PictureLimits): void {
  if (still.width * still.height > limits.inputPixels) {
    refuse('directory/photo-too-many-pixels', 'too many pixels', { max: limits.inputPixels });
  }
  const [width, height] = still.orientation < 5 ? [still.width, still.height] : [still.height, still.width];
  const { minWidth, minHeight, maxWidth, maxHeight } = limits;
  if (width < minWidth || height < minHeight) {
    refuse('directory/photo-too-small', `${width} × ${height} pixels`, { width, height, minWidth, minHeight });
  }
  if (Math.max(width / height, height / width) > MOST_ELONGATED) {
    // The facts are what would be left of it.
    const scale = Math.min(maxWidth / width, maxHeight / height);
    const kept = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
    refuse('directory/photo-too-small', `${width} × ${height} pixels, a strip`, { ...kept, minWidth, minHeight });
  }
}

/** Upright, in sRGB, on white, fitted inside the limits: bare pixels, so that nothing else of the file goes on. */
async function decode(still: Still, limits: PictureLimits): Promise<Pixels> {
  checkSize(still, limits);
  const input = { failOn: 'error', limitInputPixels: limits.inputPixels, sequentialRead: true } as const;
  const sharp = await imageDecoder();
  const { data, info } = await sharp(still.bytes, input)
    .autoOrient()
    .resize(limits.maxWidth, limits.maxHeight, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .timeout({ seconds: SECONDS })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) refuse('directory/photo-unreadable', `${info.channels} channels`);
  return { data, width: info.width, height: info.height };
}

interface Encoded {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The best JPEG of at most `maxBytes` inside `maxWidth` × `maxHeight`: first less quality, then fewer pixels. */
async function encode(pixels: Pixels, maxWidth: number, maxHeight: number, maxBytes: number): Promise<Encoded> {
  const sharp = await imageDecoder();
  const raw = { width: pixels.width, height: pixels.height, channels: 3 } as const;
  for (let scale = 1; scale > 0.2; scale *= 0.8) {
    for (const quality of [82, 70, 58, 46]) {
      const { data, info } = await sharp(pixels.data, { raw })
        .resize(Math.round(maxWidth * scale), Math.round(maxHeight * scale), {
          fit: 'inside',
          withoutEnlargement: true,
        })
        .jpeg({ quality, mozjpeg: true })
        .timeout({ seconds: SECONDS })
        .toBuffer({ resolveWithObject: true });
      if (data.length <= maxBytes) return { jpeg: new Uint8Array(data), width: info.width, height: info.height };
    }
  }
  throw new Error(`a photo of ${pixels.width} × ${pixels.height} does not fit ${maxBytes} bytes`);
}

const sha256 = (data: Uint8Array): Uint8Array => nodePrimitives.digest('SHA-256', data);

async function readPortrait(bytes: Uint8Array): Promise<Photo> {
  const { maxWidth, maxHeight, masterBytes, thumbnailWidth, thumbnailHeight, thumbnailBytes } = PHOTO_LIMITS;
  const pixels = await decode(stillOf(bytes), PHOTO_LIMITS);
  const master = await encode(pixels, maxWidth, maxHeight, masterBytes);
  const small = await encode(pixels, thumbnailWidth, thumbnailHeight, thumbnailBytes);
  return {
    jpeg: master.jpeg,
    sha256: sha256(master.jpeg),
    width: master.width,
    height: master.height,
    thumbnail: small.jpeg,
    thumbnailSha256: sha256(small.jpeg),
    sourceSha256: sha256(bytes),
  };
}

async function readPage(bytes: Uint8Array): Promise<StampPhoto> {
  const { maxWidth, maxHeight, masterBytes } = STAMP_LIMITS;
  const { jpeg } = await encode(await decode(stillOf(bytes), STAMP_LIMITS), maxWidth, maxHeight, masterBytes);
  return { jpeg, sha256: sha256(jpeg) };
}

/** Portraits of officials, and photos of stamped pages. */
export interface PictureReaders {
  readonly readPhoto: PhotoReader;
  readonly readStamp: StampReader;
}

/**
 * Reads photos with libvips, one at a time: a picture at the limits takes some 400 MB while it is decoded.
 * @throws Outage 'directory/photo-busy' when too many wait
 */
export function makePictureReaders(): PictureReaders {
  const inTurn = takingTurns();
  let waiting = 0;
  const within =
    <Result>(limits: PictureLimits, read: (bytes: Uint8Array) => Promise<Result>) =>
    async (bytes: Uint8Array): Promise<Result> => {
      if (bytes.length > limits.inputBytes) {
        refuse('directory/photo-too-large', `${bytes.length} bytes`, { max: limits.inputBytes, found: bytes.length });
      }
      if (waiting >= MAX_WAITING)
        throw new Outage<DirectoryOutageCode>('directory/photo-busy', 'too many photos at once');
      waiting++;
      try {
        return await inTurn(() => read(bytes).catch((error: unknown) => explain(error, limits)));
      } finally {
        waiting--;
      }
    };
  return { readPhoto: within(PHOTO_LIMITS, readPortrait), readStamp: within(STAMP_LIMITS, readPage) };
}
