import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfDict, type PdfObject, type PdfStream } from '../pdf/object.ts';
import { readable } from './readable.ts';

/** A picture of a file, as it can be handed on: a JPEG, or eight bits a sample from the upper left corner on. */
export type Picture = Uint8Array | SamplePicture;

export interface SamplePicture {
  readonly width: number;
  readonly height: number;
  /** Gray, or red, green and blue. */
  readonly channels: 1 | 3;
  readonly samples: Uint8Array;
}

/** Smaller ones are ornaments: no code that a telephone reads from paper has so few pixels. */
const MIN_SIDE = 150;
const MAX_JPEG_BYTES = 8_000_000;
/** Unpacked: A4 in colour at 300 dots an inch has 26 million. */
const MAX_SAMPLES = 32_000_000;
const CHANNELS: Readonly<Record<string, 1 | 3>> = { DeviceGray: 1, CalGray: 1, DeviceRGB: 3, CalRGB: 3 };

/** Whether `object` is an image that is large enough to show a code. */
export function isLargeImage(document: PdfDocument, object: PdfObject): object is PdfStream {
  if (!isPdf(object, 'stream') || !isName(object.dict.entries.get('Subtype'), 'Image')) return false;
  const [width, height] = sidesOf(document, object.dict);
  return width >= MIN_SIDE && height >= MIN_SIDE;
}

/** What the image shows; `undefined` for one that we cannot decode, or that is too large. */
export function pictureOf(document: PdfDocument, image: PdfStream): Picture | undefined {
  try {
    const filter = readable(document, image.dict.entries.get('Filter'));
    const only = isPdf(filter, 'array') && filter.items.length === 1 ? readable(document, filter.items[0]) : filter;
    if (!isName(only, 'DCTDecode')) return samplesOf(document, image);
    return image.data.length <= MAX_JPEG_BYTES ? image.data : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function sidesOf(document: PdfDocument, { entries }: PdfDict): readonly [width: number, height: number] {
  const side = (name: string): number => {
    const value = readable(document, entries.get(name));
    return typeof value === 'number' && Number.isInteger(value) ? value : 0;
  };
  return [side('Width'), side('Height')];
}

/** Nothing that changes what the samples show is followed: a mask, a palette, another order of the values. */
const MORE_TO_KNOW = ['SMask', 'Mask', 'ImageMask', 'Decode'];

/** @throws Refusal `pdf/malformed`, `pdf/too-large` */
function samplesOf(document: PdfDocument, image: PdfStream): SamplePicture | undefined {
  const { entries } = image.dict;
  const value = (name: string): PdfObject => document.resolve(entries.get(name) ?? null);
  const channels = channelsOf(document, value('ColorSpace'));
  const plain = MORE_TO_KNOW.every((name) => [null, false].includes(value(name) as null));
  if (channels === undefined || !plain || value('BitsPerComponent') !== 8) return undefined;
  const [width, height] = sidesOf(document, image.dict);
  const length = width * height * channels;
  if (length > MAX_SAMPLES) return undefined;
  // Some writers end the data with a line of its own.
  const samples = document.decode(image, length + 2);
  if (!samples || samples.length < length) return undefined;
  return { width, height, channels, samples: samples.subarray(0, length) };
}

function channelsOf(document: PdfDocument, space: PdfObject): 1 | 3 | undefined {
  if (isPdf(space, 'name')) return CHANNELS[space.name];
  const [family, parameter] = isPdf(space, 'array') ? space.items.map((item) => document.resolve(item)) : [];
  if (!isPdf(family, 'name')) return undefined;
  if (family.name !== 'ICCBased') return family.name.startsWith('Cal') ? CHANNELS[family.name] : undefined;
  const count = isPdf(parameter, 'stream') ? document.resolve(parameter.dict.entries.get('N') ?? null) : null;
  return count === 1 || count === 3 ? count : undefined;
}
