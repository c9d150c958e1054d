import { concat, equal, fromLatin1, fromUtf8 } from '../../core/bytes.ts';
import { formatTime, parseTime, type UnixSeconds } from '../../core/time.ts';
import { encodeObject } from '../tlv.ts';
import { malformed, refuse } from './answer.ts';
import { endOfContainer, fieldOf, readFields } from './container.ts';
import { FASC_N_BYTES } from './fasc-n.ts';
import { readFaceRecord, encodeFaceRecord, type FaceRecord } from './face-record.ts';
import { OBJECTS } from './objects.ts';

/**
 * The cardholder's face (SP 800-73-5 Part 1, appendix A): tag BC around a CBEFF structure of the PIV patron format (SP 800-76-2
 * §9.3: a header of 88 bytes, the record, the signature), whose record is one of INCITS 385-2004 (the same bytes as
 * ISO/IEC 19794-5:2005), whose picture is a JPEG. A reader needs the PIN for it.
 */
export interface FacialImage extends FaceRecord {
  /** 25 bytes, as in the CHUID of the card. */
  readonly fascN: Uint8Array;
  readonly made: UnixSeconds;
  readonly validFrom: UnixSeconds;
  readonly validUntil: UnixSeconds;
  /** Who made the record: up to 18 characters of ASCII. */
  readonly creator: string;
  /** CMS SignedData; none where the security object has the hash of the whole container. */
  readonly signature?: Uint8Array;
}

const IMAGE = 0xbc;
const WHAT = 'facial-image';
const HEADER_BYTES = 88;
const CREATOR_BYTES = 18;
const PATRON_VERSION = 0x03;
/** Signed and not enciphered, or neither. */
const SECURITY = { signed: 0x0d, none: 0x00 } as const;
/** Format owner INCITS M1, format 0501; biometric type: face. */
const FORMAT = Uint8Array.of(0x00, 0x1b, 0x05, 0x01);
const FACE = Uint8Array.of(0, 0, 0x02);
/** Data as the sensor made them, merely encoded; their quality is not said. */
const KIND_AND_QUALITY = Uint8Array.of(0x20, 0xfe);
const AT = {
  security: 1,
  record: 2,
  signature: 6,
  format: 8,
  made: 12,
  from: 20,
  until: 28,
  type: 36,
  creator: 41,
  fascN: 59,
};

/** @throws Refusal `card/too-large` for a picture that the container cannot hold */
export function encodeFacialImage(image: FacialImage): Uint8Array {
  const record = encodeFaceRecord(image);
  const signature = image.signature ?? new Uint8Array();
  const header = concat(
    Uint8Array.of(PATRON_VERSION, image.signature ? SECURITY.signed : SECURITY.none),
    uint32(record.length),
    Uint8Array.of(signature.length >> 8, signature.length & 0xff),
    FORMAT,
    encodeTime(image.made),
    encodeTime(image.validFrom),
    encodeTime(image.validUntil),
    FACE,
    KIND_AND_QUALITY,
    encodeCreator(image.creator),
    image.fascN,
    new Uint8Array(4),
  );
  const { mostBytes } = OBJECTS[WHAT];
  // Four bytes for the tag of the picture and its length, two for the end.
  const bytes = header.length + record.length + signature.length + 6;
  if (bytes > mostBytes) {
    const facts = { object: WHAT, bytes, most: mostBytes };
    refuse('card/too-large', `${WHAT} has ${bytes} bytes, at most ${mostBytes} are allowed`, facts);
  }
  return concat(encodeObject(IMAGE, header, record, signature), endOfContainer());
}

/** The picture is not decoded here: it begins and ends as a JPEG does, no more. @throws Refusal `card/malformed` */
export function readFacialImage(bytes: Uint8Array): FacialImage {
  const structure = fieldOf(readFields(bytes, [IMAGE], WHAT), IMAGE, WHAT);
  if (structure.length < HEADER_BYTES) malformed(WHAT, 'a header that is cut short');
  const view = new DataView(structure.buffer, structure.byteOffset, structure.length);
  const recordEnd = HEADER_BYTES + view.getUint32(AT.record);
  const signature = structure.subarray(recordEnd);
  if (recordEnd > structure.length || signature.length !== view.getUint16(AT.signature)) {
    malformed(WHAT, 'lengths that do not add up');
  }
  const security = structure[AT.security];
  if (security !== (signature.length > 0 ? SECURITY.signed : SECURITY.none))
    malformed(WHAT, 'another kind of security');
  if (structure[0] !== PATRON_VERSION) malformed(WHAT, 'a header of another version');
  const format = structure.subarray(AT.format, AT.format + FORMAT.length);
  const type = structure.subarray(AT.type, AT.type + FACE.length);
  if (!equal(format, FORMAT) || !equal(type, FACE)) malformed(WHAT, 'something else than a face');
  return {
    ...readFaceRecord(structure.subarray(HEADER_BYTES, recordEnd)),
    fascN: structure.subarray(AT.fascN, AT.fascN + FASC_N_BYTES),
    made: readTime(structure.subarray(AT.made, AT.from)),
    validFrom: readTime(structure.subarray(AT.from, AT.until)),
    validUntil: readTime(structure.subarray(AT.until, AT.type)),
    creator: readCreator(structure.subarray(AT.creator, AT.fascN)),
    ...(signature.length > 0 && { signature }),
  };
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}

function encodeCreator(creator: string): Uint8Array {
  if (!/^[ -~]{1,18}$/.test(creator)) throw new RangeError('a creator of up to 18 characters of ASCII');
  return fromLatin1(creator.padEnd(CREATOR_BYTES, '\0'));
}

function readCreator(value: Uint8Array): string {
  const text = (fromUtf8(value) ?? '\n').replace(/\0+$/, '');
  return /^[ -~]*$/.test(text) ? text : malformed(WHAT, 'a creator that cannot be read');
}

/** Pairs of digits, each as a number of one byte, and `Z` (SP 800-76-2 §9.3). */
function encodeTime(at: UnixSeconds): Uint8Array {
  const pairs = formatTime(at)
    .replaceAll(/[-:TZ]/g, '')
    .match(/../g)!;
  return Uint8Array.of(...pairs.map(Number), 0x5a);
}

function readTime(value: Uint8Array): UnixSeconds {
  const [century, year, month, day, hour, minute, second] = [...value].map((pair) => String(pair).padStart(2, '0'));
  const at = parseTime(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (at === undefined || value[7] !== 0x5a) malformed(WHAT, 'a time that is none');
  return at;
}
