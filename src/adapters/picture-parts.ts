/** A picture that does not move, and a copy of its container with nothing in it but what its pixels need. */
export interface Still {
  readonly format: 'jpeg' | 'png' | 'webp';
  /** As stored, before it is turned upright. */
  readonly width: number;
  readonly height: number;
  /** Exif's, 1 to 8: from 5 on, width and height change places. */
  readonly orientation: number;
  readonly bytes: Uint8Array;
}

/** Caught by `readContainer`. */
export class Damaged extends Error {}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** @throws Damaged when the bytes end before */
export function slice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new Damaged('cut short');
  return bytes.subarray(start, start + length);
}

const EXIF_HEAD = [0x45, 0x78, 0x69, 0x66, 0, 0];
const MOST_FIELDS = 512;
const ORIENTATION = 0x0112;
const SHORT = 3;

export function isExif(data: Uint8Array): boolean {
  return EXIF_HEAD.every((byte, i) => data[i] === byte);
}

/** How the camera was held, by the first directory of an Exif (Exif 2.32 §4.6.4 A); 1, upright, when it does not say. */
export function orientationOf(data: Uint8Array): number {
  const tiff = isExif(data) ? data.subarray(6) : data;
  if (tiff.length < 8 || tiff[0] !== tiff[1] || (tiff[0] !== 0x49 && tiff[0] !== 0x4d)) return 1;
  const little = tiff[0] === 0x49;
  const view = viewOf(tiff);
  const directory = view.getUint32(4, little);
  if (view.getUint16(2, little) !== 42 || directory + 2 > tiff.length) return 1;
  const fields = Math.min(view.getUint16(directory, little), MOST_FIELDS);
  for (let at = directory + 2; at < directory + 2 + fields * 12 && at + 12 <= tiff.length; at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION || view.getUint16(at + 2, little) !== SHORT) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** An Exif that says this and nothing else: a stranger's own never reaches the decoder. */
export function exifOf(orientation: number): Uint8Array {
  const exif = new Uint8Array(26);
  exif.set([0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0]);
  exif.set([ORIENTATION & 0xff, ORIENTATION >> 8, SHORT, 0, 1, 0, 0, 0, orientation], 10);
  return exif;
}

export function jpegExifOf(orientation: number): Uint8Array {
  return Uint8Array.of(...EXIF_HEAD, ...exifOf(orientation));
}
