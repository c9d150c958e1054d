import { crc32 } from 'node:zlib';
import { concat, fromLatin1, toLatin1 } from '../core/bytes.ts';
import { copyJpeg } from './jpeg-container.ts';
import { Damaged, exifOf, orientationOf, slice, viewOf, type Still } from './picture-parts.ts';

/** More than any program writes: 40 million pixels in chunks of 4 kB are some 6000. */
const MOST_CHUNKS = 20_000;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * What a decoder may see of a stranger's picture: our own copy of its container, with the parts that its pixels need and
 * no others. libvips inflates texts and profiles while it reads a header, with no limit of time or memory: a PNG of 2 MB
 * took 10 GB. `other` is neither JPEG, PNG nor WebP by its first bytes, never by a name. Never throws; takes as much memory
 * again as the bytes.
 */
export function readContainer(bytes: Uint8Array): Still | 'animated' | 'damaged' | 'other' {
  const copy = copierOf(bytes);
  if (copy === undefined) return 'other';
  try {
    const found = copy(bytes);
    return found === 'animated' || (found.width > 0 && found.height > 0) ? found : 'damaged';
  } catch (error) {
    if (error instanceof Damaged) return 'damaged';
    throw error;
  }
}

function copierOf(bytes: Uint8Array): ((bytes: Uint8Array) => Still | 'animated') | undefined {
  if (isJpeg(bytes)) return copyJpeg;
  const head = toLatin1(bytes.subarray(0, 12));
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return copyPng;
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? copyWebp : undefined;
}

// ---- PNG (W3C PNG, third edition, §5) ------------------------------------------------------------------------------

/** What may stand once before the pixels, and the most bytes of it. */
const BEFORE_PIXELS = new Map([
  ['PLTE', 768],
  ['tRNS', 256],
  ['gAMA', 4],
  ['cHRM', 32],
  ['sRGB', 1],
]);

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat(fromLatin1(type), data);
  const out = new Uint8Array(body.length + 8);
  viewOf(out).setUint32(0, data.length);
  out.set(body, 4);
  viewOf(out).setUint32(4 + body.length, crc32(body));
  return out;
}

function copyPng(bytes: Uint8Array): Still | 'animated' {
  const view = viewOf(bytes);
  const header = slice(bytes, 8, 25);
  if (toLatin1(header.subarray(0, 8)) !== '\0\0\0\x0dIHDR') throw new Damaged('IHDR is not first');
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  const parts = [bytes.subarray(0, 33)];
  const seen = new Set<string>();
  let orientation = 1;
  for (let at = 33, last = '', chunks = 0; last !== 'IEND'; chunks++) {
    if (chunks === MOST_CHUNKS) throw new Damaged('too many chunks');
    const type = toLatin1(slice(bytes, at, 8).subarray(4));
    const whole = slice(bytes, at, 12 + view.getUint32(at));
    const data = whole.subarray(8, -4);
    const most = BEFORE_PIXELS.get(type);
    if (type === 'acTL') return 'animated';
    if (type === 'IDAT') {
      if (seen.has('IDAT') && last !== 'IDAT') throw new Damaged('pixels in two places');
      parts.push(whole);
    } else if (type === 'IEND') {
      if (!seen.has('IDAT') || data.length > 0) throw new Damaged('ends without pixels');
      parts.push(whole);
    } else if (most !== undefined) {
      if (seen.has(type) || seen.has('IDAT') || data.length > most) throw new Damaged('a chunk out of its place');
      parts.push(whole);
    } else if (type === 'eXIf') orientation = orientationOf(data);
    else if (!/^[a-z][A-Za-z]{3}$/.test(type)) throw new Damaged('a chunk that matters and that nobody knows');
    seen.add(type);
    last = type;
    at += whole.length;
  }
  if (orientation !== 1) parts.splice(1, 0, pngChunk('eXIf', exifOf(orientation)));
  return { format: 'png', ...size, orientation, bytes: concat(...parts) };
}

// ---- WebP (RFC 9649 §2) --------------------------------------------------------------------------------------------

const ALPHA = 0x10;
const EXIF = 0x08;
const ANIMATION = 0x02;

function riffChunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + data.length + (data.length % 2));
  out.set(fromLatin1(type));
  viewOf(out).setUint32(4, data.length, true);
  out.set(data, 8);
  return out;
}

function sizeOfWebp(type: 'VP8 ' | 'VP8L', data: Uint8Array): { width: number; height: number } {
  const view = viewOf(slice(data, 0, type === 'VP8L' ? 5 : 10));
  if (type === 'VP8L') {
    const bits = view.getUint32(1, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

function copyWebp(bytes: Uint8Array): Still | 'animated' {
  const view = viewOf(bytes);
  const file = slice(bytes, 0, 8 + view.getUint32(4, true));
  const seen = new Set<string>();
  const pixels: Uint8Array[] = [];
  let extended: Uint8Array | undefined;
  let size: { width: number; height: number } | undefined;
  let orientation = 1;
  for (let at = 12; at < file.length;) {
    if (seen.size === 16) throw new Damaged('too many chunks');
    const type = toLatin1(slice(file, at, 8).subarray(0, 4));
    const data = slice(file, at + 8, view.getUint32(at + 4, true));
    if (type === 'ANIM' || type === 'ANMF') return 'animated';
    if (seen.has(type)) throw new Damaged('a chunk twice');
    if (type === 'VP8X') {
      if (seen.size > 0 || data.length !== 10) throw new Damaged('VP8X is not first');
      if (data[0]! & ANIMATION) return 'animated';
      extended = Uint8Array.from(data);
    } else if (type === 'VP8 ' || type === 'VP8L') {
      if (size !== undefined) throw new Damaged('two pictures');
      size = sizeOfWebp(type, data);
      pixels.push(riffChunk(type, data));
    } else if (type === 'ALPH' && extended !== undefined && size === undefined) pixels.push(riffChunk(type, data));
    else if (type === 'EXIF' && extended !== undefined) orientation = orientationOf(data);
    seen.add(type);
    at += 8 + data.length + (data.length % 2);
  }
  if (size === undefined) throw new Damaged('no picture');
  const parts = [fromLatin1('WEBP')];
  if (extended !== undefined) {
    extended[0] = (extended[0]! & ALPHA) | (orientation === 1 ? 0 : EXIF);
    parts.push(riffChunk('VP8X', extended));
  }
  parts.push(...pixels);
  if (orientation !== 1) parts.push(riffChunk('EXIF', exifOf(orientation)));
  return { format: 'webp', ...size, orientation, bytes: riffChunk('RIFF', concat(...parts)) };
}
