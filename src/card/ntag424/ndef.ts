/** The NDEF file of a Type 4 tag with one web address (NFC Forum Type 4 Tag §5.1.2, NDEF §3, URI Record Type §3.2). */
import { concat, toLatin1, utf8 } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { CardChannel } from '../channel.ts';
import type { TagCode } from './code.ts';
import { FILE_ID, readBinary, selectApplication, selectFile, updateBinary } from './native.ts';

/** Message begins and ends, one short record of a type of the forum. */
const ONE_SHORT_RECORD = 0xd1;
const URI = 'U'.charCodeAt(0);
/** What the first byte of the record stands for. */
const PREFIXES: readonly string[] = ['', 'http://www.', 'https://www.', 'http://', 'https://'];
/** Length of the message (2), record header (3), type (1), prefix (1). */
const OVERHEAD = 7;
/** One short record holds 255 bytes, and the file of an NTAG 424 DNA 256. */
const MOST_FILE = 256;

/** Letters, digits and signs that stand in an address as they are (RFC 3986 §2), and `%`. */
const ADDRESS = /^https?:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]+$/;

export interface UriFile {
  /** The file from its first byte on. */
  readonly bytes: Uint8Array;
  /** Where in the file the character of the address with this index stands. */
  readonly offsetOf: (index: number) => number;
}

/** @throws Refusal `tag/address-too-long`; RangeError for what is no web address */
export function encodeUriFile(address: string): UriFile {
  if (!ADDRESS.test(address)) throw new RangeError('not a web address');
  // `www.` is left in the text, so that an address has one form only.
  const code = address.startsWith('https://') ? 4 : 3;
  const shortened = PREFIXES[code]!.length;
  const text = utf8(address.slice(shortened));
  const most = MOST_FILE - OVERHEAD;
  if (text.length > most) {
    const facts = { length: text.length, most };
    throw new Refusal<TagCode>('tag/address-too-long', `an address of ${text.length} bytes, at most ${most}`, facts);
  }
  const payload = text.length + 1;
  const record = concat(Uint8Array.of(ONE_SHORT_RECORD, 1, payload, URI, code), text);
  const bytes = concat(Uint8Array.of(record.length >> 8, record.length & 0xff), record);
  return { bytes, offsetOf: (index) => OVERHEAD + index - shortened };
}

/**
 * The one address in a file; bytes behind the message do not count. `undefined` for an empty file.
 * @throws Refusal `tag/ndef-malformed`
 */
export function decodeUriFile(file: Uint8Array): string | undefined {
  if (file.length < 2) malformed('a file without a length');
  const length = messageLength(file);
  if (length === 0) return undefined;
  const message = file.subarray(2, 2 + length);
  if (message.length !== length) malformed('a message that is cut short');
  return decodeUriMessage(message);
}

function messageLength(file: Uint8Array): number {
  return (file[0]! << 8) | file[1]!;
}

function decodeUriMessage(message: Uint8Array): string {
  const [header, typeLength, payload, type, code] = message;
  if (header !== ONE_SHORT_RECORD || typeLength !== 1 || type !== URI) malformed('not one address');
  if (payload !== message.length - 4 || payload < 1) malformed('a record of another length');
  const prefix = PREFIXES[code!] ?? malformed('an address of another kind');
  const address = prefix + toLatin1(message.subarray(5));
  if (!ADDRESS.test(address)) malformed('not a web address');
  return address;
}

/**
 * The address as a phone reads it: application, file, length, message. `undefined` where the file is empty. Where a tap is
 * mirrored, each call counts as one. @throws Refusal `tag/ndef-malformed`, `card/declined`, `card/malformed`
 */
export async function readNdefAddress(channel: CardChannel): Promise<string | undefined> {
  await selectApplication(channel);
  await selectFile(channel, FILE_ID.ndef);
  const length = messageLength(await readBinary(channel, 0, 2));
  if (length === 0) return undefined;
  if (length > MOST_FILE - 2) malformed(`a message of ${length} bytes`);
  return decodeUriMessage(await readBinary(channel, 2, length));
}

/**
 * Writes an address that never changes, where anybody may: a plain tag, which proves nothing. Torn off, the file is empty.
 * @throws Refusal `tag/address-too-long`, `card/declined`
 */
export async function writePlainAddress(channel: CardChannel, address: string): Promise<void> {
  const { bytes } = encodeUriFile(address);
  await selectApplication(channel);
  await selectFile(channel, FILE_ID.ndef);
  await updateBinary(channel, 0, new Uint8Array(2));
  const step = 128;
  for (let at = 2; at < bytes.length; at += step) await updateBinary(channel, at, bytes.subarray(at, at + step));
  await updateBinary(channel, 0, bytes.subarray(0, 2));
}

function malformed(found: string): never {
  throw new Refusal<TagCode>('tag/ndef-malformed', `what the tag holds: ${found}`, { found });
}
