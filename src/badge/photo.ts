import { Refusal } from '../core/refusal.ts';
import { readJpeg } from '../pdf/jpeg.ts';
import { pdfName } from '../pdf/object.ts';
import { writableDict, type WritableStream } from '../pdf/serialise.ts';
import type { BadgeCode } from './badge.ts';
import type { Box } from './side.ts';

/** By which the resources of the front know the photo. */
export const PHOTO_NAME = 'Photo';

/** A JPEG file that a PDF carries as it is. */
export interface CardPhoto {
  readonly jpeg: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly colours: 'DeviceGray' | 'DeviceRGB';
}

/** @throws Refusal `badge/photo-unreadable` */
export function readPhoto(jpeg: Uint8Array): CardPhoto {
  const header = readJpeg(jpeg);
  if (header?.components !== 1 && header?.components !== 3) {
    throw new Refusal<BadgeCode>('badge/photo-unreadable', 'not a JPEG file in gray or three colours');
  }
  const { width, height, components } = header;
  return { jpeg, width, height, colours: components === 1 ? 'DeviceGray' : 'DeviceRGB' };
}

/** Where it fills `frame`: what is too wide hangs over at both sides, what is too high below, as faces are above the middle. */
export function coverOf(frame: Box, photo: Pick<CardPhoto, 'width' | 'height'>): Box {
  const scale = Math.max(frame.width / photo.width, frame.height / photo.height);
  const [width, height] = [photo.width * scale, photo.height * scale];
  return { x: frame.x - (width - frame.width) / 2, y: frame.y, width, height };
}

export function photoObject({ jpeg, width, height, colours }: CardPhoto): WritableStream {
  const dict = writableDict({
    Type: pdfName('XObject'),
    Subtype: pdfName('Image'),
    Width: width,
    Height: height,
    ColorSpace: pdfName(colours),
    BitsPerComponent: 8,
    Filter: pdfName('DCTDecode'),
  });
  return { type: 'stream', dict, data: jpeg };
}
