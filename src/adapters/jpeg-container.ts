import { concat, toLatin1 } from '../core/bytes.ts';
import { Damaged, isExif, jpegExifOf, orientationOf, slice, viewOf, type Still } from './picture-parts.ts';

const MOST_SEGMENTS = 4096;
/** A progressive picture of three colours has some ten; the decoder goes over every pixel for each. */
const MOST_SCANS = 100;

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
/** DHT, DQT, DRI. */
const TABLES = [0xc4, 0xdb, 0xdd];
/** Baseline, extended, progressive; no camera writes the others. */
const FRAMES = [0xc0, 0xc1, 0xc2];

function segment(marker: number, data: Uint8Array): Uint8Array {
  const length = data.length + 2;
  return concat(Uint8Array.of(0xff, marker, length >> 8, length & 0xff), data);
}

/** Where the compressed data that begin at `at` end: before the next marker that is neither stuffing nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1]!;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

/** What the decoder needs of an application segment: JFIF's density and Adobe's colours, each at its fixed length. */
function keptOf(marker: number, data: Uint8Array): Uint8Array | undefined {
  const name = toLatin1(data.subarray(0, 5));
  if (marker === APP0 && name === 'JFIF\0' && data.length >= 14) {
    return segment(APP0, concat(data.subarray(0, 12), new Uint8Array(2)));
  }
  return marker === APP14 && name === 'Adobe' && data.length >= 12 ? segment(APP14, data.subarray(0, 12)) : undefined;
}

/**
 * Tables, frame and scans (ITU-T T.81 annex B), up to the first end of image; of the applications' segments JFIF's and
 * Adobe's, and the orientation of Exif's.
 * @throws Damaged
 */
export function copyJpeg(bytes: Uint8Array): Still {
  const view = viewOf(bytes);
  const parts: Uint8Array[] = [SOI];
  const seen = new Set<number>();
  let size: { readonly width: number; readonly height: number } | undefined;
  let orientation = 1;
  let scans = 0;
  for (let at = 2, segments = 0; at < bytes.length; segments++) {
    if (segments === MOST_SEGMENTS) throw new Damaged('too many segments');
    if (bytes[at] !== 0xff) throw new Damaged('no marker where one must be');
    while (bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (marker === undefined) throw new Damaged('cut short');
    if (marker === EOI) {
      parts.push(Uint8Array.of(0xff, EOI));
      break;
    }
    slice(bytes, at, 4);
    const length = view.getUint16(at + 2);
    if (length < 2) throw new Damaged('a segment without a length');
    const whole = slice(bytes, at, 2 + length);
    const data = whole.subarray(4);
    at += whole.length;
    if (TABLES.includes(marker)) parts.push(whole);
    else if (FRAMES.includes(marker)) {
      if (size !== undefined || data.length < 6) throw new Damaged('not one frame');
      const frame = viewOf(data);
      size = { width: frame.getUint16(3), height: frame.getUint16(1) };
      parts.push(whole);
    } else if (marker === SOS) {
      if (size === undefined || ++scans > MOST_SCANS) throw new Damaged('a scan too early, or too many');
      const end = endOfScan(bytes, at);
      parts.push(whole, bytes.subarray(at, end));
      at = end;
    } else if (marker === APP1 && !seen.has(APP1) && isExif(data)) {
      orientation = orientationOf(data);
      seen.add(APP1);
    } else if (marker >= APP0 && marker <= 0xef) {
      const kept = seen.has(marker) ? undefined : keptOf(marker, data);
      if (kept !== undefined) {
        parts.push(kept);
        seen.add(marker);
      }
    } else if (marker !== 0xfe) throw new Damaged('a marker that no still picture has');
  }
  if (size === undefined || scans === 0) throw new Damaged('no picture');
  if (orientation !== 1) parts.splice(1, 0, segment(APP1, jpegExifOf(orientation)));
  return { format: 'jpeg', ...size, orientation, bytes: concat(...parts) };
}
