import { equal, fromLatin1 } from '../../core/bytes.ts';
import { malformed } from './answer.ts';

/** One picture in a record of INCITS 385-2004 §5 (ISO/IEC 19794-5:2005 §5), with nothing said of the face itself. */
export interface FaceRecord {
  readonly jpeg: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const WHAT = 'facial-image';
/** Format `FAC`, version `010`, both with a zero behind. */
const IDENTIFIER = fromLatin1('FAC\x00010\x00');
const HEADER_BYTES = 14;
const FACE_BYTES = 20;
const PICTURE_BYTES = 12;
const BEFORE_PICTURE = HEADER_BYTES + FACE_BYTES + PICTURE_BYTES;
/** Full frontal face, which is what SP 800-76-2 §7.2 asks for; JPEG; sRGB colour; from a camera that is not said. */
const KIND = { fullFrontal: 1, jpeg: 0, rgb24: 1, unspecified: 0 } as const;
const START = Uint8Array.of(0xff, 0xd8, 0xff);
const END = Uint8Array.of(0xff, 0xd9);

/** @throws RangeError for what is no JPEG, or a width or height beyond 65,535 */
export function encodeFaceRecord({ jpeg, width, height }: FaceRecord): Uint8Array {
  if (!isJpeg(jpeg)) throw new RangeError('the picture is no JPEG');
  if (![width, height].every((side) => Number.isInteger(side) && side > 0 && side <= 0xffff)) {
    throw new RangeError(`a picture of ${width} × ${height}`);
  }
  const out = new Uint8Array(BEFORE_PICTURE + jpeg.length);
  const view = new DataView(out.buffer);
  out.set(IDENTIFIER);
  view.setUint32(8, out.length);
  view.setUint16(12, 1);
  // The block of the face: its length, then no feature points, and gender, eyes, hair, expression and pose not said.
  view.setUint32(HEADER_BYTES, out.length - HEADER_BYTES);
  const picture = HEADER_BYTES + FACE_BYTES;
  out.set([KIND.fullFrontal, KIND.jpeg], picture);
  view.setUint16(picture + 2, width);
  view.setUint16(picture + 4, height);
  out.set([KIND.rgb24, KIND.unspecified], picture + 6);
  out.set(jpeg, BEFORE_PICTURE);
  return out;
}

/** Feature points and what is said of the face are passed over. @throws Refusal `card/malformed` */
export function readFaceRecord(record: Uint8Array): FaceRecord {
  if (record.length < BEFORE_PICTURE) malformed(WHAT, 'a record that is cut short');
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  if (!equal(record.subarray(0, IDENTIFIER.length), IDENTIFIER)) malformed(WHAT, 'a record of another format');
  if (view.getUint32(8) !== record.length || view.getUint32(HEADER_BYTES) !== record.length - HEADER_BYTES) {
    malformed(WHAT, 'a record of another length than it says');
  }
  if (view.getUint16(12) !== 1) malformed(WHAT, 'another number of pictures than one');
  const picture = HEADER_BYTES + FACE_BYTES + 8 * view.getUint16(HEADER_BYTES + 4);
  if (picture + PICTURE_BYTES > record.length) malformed(WHAT, 'feature points that are cut short');
  const jpeg = record.subarray(picture + PICTURE_BYTES);
  if (record[picture + 1] !== KIND.jpeg || !isJpeg(jpeg)) malformed(WHAT, 'a picture that is no JPEG');
  const width = view.getUint16(picture + 2);
  const height = view.getUint16(picture + 4);
  if (width === 0 || height === 0) malformed(WHAT, 'a picture without width or height');
  return { jpeg, width, height };
}

function isJpeg(bytes: Uint8Array): boolean {
  return equal(bytes.subarray(0, START.length), START) && equal(bytes.subarray(-END.length), END);
}
