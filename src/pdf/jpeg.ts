/** What a JPEG file says of itself (ITU-T T.81 annex B, T.872 for Adobe's). */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** How the colours are stored, if Adobe's segment says: 0 as they are, 1 as YCbCr, 2 as YCCK. */
  readonly transform: number | undefined;
  /** Of a JFIF file: gray or YCbCr. */
  readonly jfif: boolean;
  /** The components' own numbers. */
  readonly ids: readonly number[];
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DNL = 0xdc;
const APP0 = 0xe0;
const APP14 = 0xee;
/** Frames that every reader decodes: baseline, extended and progressive, by Huffman's codes. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Any other frame: lossless, arithmetic. */
const OTHER_FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];

/** Walks all segments; `undefined` for what does not begin as a picture, does not end, or is of a kind that some cannot read. */
export function readJpeg(bytes: Uint8Array): JpegHeader | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  let header: Pick<JpegHeader, 'width' | 'height' | 'components' | 'ids'> | undefined;
  let transform: number | undefined;
  let jfif = false;
  let scans = 0;
  for (let at = 2; at + 1 < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) return header && scans > 0 ? { ...header, transform, jfif } : undefined;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const next = at + 2 + length;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= EOI) || length < 2 || next > bytes.length) return undefined;
    if (marker === DNL || OTHER_FRAMES.includes(marker)) return undefined;
    if (FRAMES.includes(marker)) {
      if (header) return undefined;
      header = readFrame(bytes.subarray(at + 4, next));
      if (!header) return undefined;
    } else if (marker === APP0) jfif ||= startsWith(bytes, at + 4, 'JFIF\0') && length >= 16;
    else if (marker === APP14 && startsWith(bytes, at + 4, 'Adobe') && length >= 14) {
      if (transform !== undefined) return undefined;
      transform = bytes[at + 15]!;
    }
    at = marker === SOS ? scanEnd(bytes, next) : next;
    if (marker === SOS) scans++;
  }
  return undefined;
}

function readFrame(data: Uint8Array): Pick<JpegHeader, 'width' | 'height' | 'components' | 'ids'> | undefined {
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, components = 0] = data;
  const height = (h1 << 8) | h0;
  const width = (w1 << 8) | w0;
  if (precision !== 8 || height === 0 || width === 0 || data.length !== 6 + 3 * components) return undefined;
  const ids = Array.from({ length: components }, (_, i) => data[6 + 3 * i]!);
  return { width, height, components, ids };
}

/** The first marker behind a scan's data that is neither a stuffed byte nor a restart. */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker !== 0 && marker !== 0xff && (marker < 0xd0 || marker > 0xd7)) return at;
  }
  return bytes.length;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
