import { concat, toHex } from '../../core/bytes.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import type { CardChannel } from '../channel.ts';
import type { TagCode } from './code.ts';
import { decodeFileSettings, encodeFileSettings, type FileSettings, type FileState } from './file-settings.ts';
import type { KeyNumber } from './keys.ts';
import type { CommMode } from './messaging.ts';
import { declined, expectLength, expectNative, INS, malformed, NATIVE, sendNative } from './native.ts';
import type { TagSession } from './session.ts';
import { parseTagUid, type TagUid } from './uid.ts';

/** The three files of the application (§8.2.3). */
export const FILE = { capabilities: 1, ndef: 2, proprietary: 3 } as const;
export type FileNumber = (typeof FILE)[keyof typeof FILE];

// ---- Without authentication ---------------------------------------------------------------------------------------

export interface TagVersion {
  readonly uid: TagUid;
  /** Hardware and software as the tag says them, 7 bytes each (§10.5.2, tables 54 and 56). */
  readonly hardware: Uint8Array;
  readonly software: Uint8Array;
}

/** Vendor NXP, type NTAG; 256 to 512 bytes; ISO/IEC 14443-4. The sub-type tells antenna and tamper loop. */
function isNtag424(part: Uint8Array): boolean {
  return part[0] === 0x04 && part[1] === 0x04 && part[5] === 0x11 && part[6] === 0x05;
}

/**
 * What the tag is, in three parts (GetVersion, §10.5.2).
 * @throws Refusal `tag/other-kind`, `tag/random-uid`, `card/declined`, `card/malformed`
 */
export async function getVersion(channel: CardChannel): Promise<TagVersion> {
  const step = 'get-version';
  const first = await sendNative(channel, INS.getVersion, new Uint8Array());
  // A PIV card or a bank card does not know the class.
  if (first.status >> 8 !== 0x91) otherKind(first.status.toString(16).padStart(4, '0'));
  const hardware = expectLength(expectNative(first, step, NATIVE.additionalFrame), 7, step).slice();
  const next = async (expected: number) =>
    expectNative(await sendNative(channel, INS.additionalFrame, new Uint8Array()), step, expected);
  const software = expectLength(await next(NATIVE.additionalFrame), 7, step).slice();
  const production = await next(NATIVE.done);
  if (!isNtag424(hardware) || !isNtag424(software)) otherKind(toHex(hardware));
  // 15 where the maker keeps keys for a customer.
  if (production.length !== 14 && production.length !== 15) malformed(step, `${production.length} bytes`);
  const number = production.subarray(0, 7);
  if (number.every((byte) => byte === 0)) {
    throw new Refusal<TagCode>('tag/random-uid', 'the tag hides its number');
  }
  return { uid: parseTagUid(number) ?? malformed(step, 'a number of another maker'), hardware, software };
}

/** By what it answers, as a reader's name says nothing: one that is not fit for use is a tag all the same. */
export async function isTag(channel: CardChannel): Promise<boolean> {
  try {
    await getVersion(channel);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.code === 'tag/random-uid';
  }
}

function otherKind(found: string): never {
  throw new Refusal<TagCode>('tag/other-kind', `not an NTAG 424 DNA: ${found}`, { found });
}

/** The signature of the maker over the number: `r ‖ s`, 56 bytes (Read_Sig, §10.12). Judge it with `isGenuine`. */
export async function readSignature(channel: CardChannel): Promise<Uint8Array> {
  const step = 'read-signature';
  const { data, status } = await sendNative(channel, INS.readSignature, Uint8Array.of(0));
  if (status !== NATIVE.done && status !== NATIVE.doneSignature) declined(step, status);
  return expectLength(data, 56, step).slice();
}

/**
 * The version of a key, 0 at delivery; `undefined` where the tag tells it to nobody. Not proven: a hint which key to try
 * first. @throws Refusal `card/malformed`
 */
export async function getKeyVersion(channel: CardChannel, key: KeyNumber): Promise<number | undefined> {
  const { data, status } = await sendNative(channel, INS.getKeyVersion, Uint8Array.of(key));
  if (status !== NATIVE.done) return undefined;
  return expectLength(data, 1, 'get-key-version')[0]!;
}

// ---- In a session -------------------------------------------------------------------------------------------------

/** The real number of the tag, random numbers or not (GetCardUID, §10.5.3). */
export async function getCardUid(session: TagSession): Promise<TagUid> {
  const step = 'get-card-uid';
  const data = await session.send({ ins: INS.getCardUid, step, mode: 'full' });
  return parseTagUid(data) ?? malformed(step, 'a number that is none');
}

export async function getFileSettings(session: TagSession, file: FileNumber): Promise<FileState> {
  const header = Uint8Array.of(file);
  return decodeFileSettings(
    await session.send({ ins: INS.getFileSettings, step: 'get-file-settings', mode: 'mac', header }),
  );
}

/** Needs the key that may change the settings, which is not `free`. Turning mirrors on sets the counter to 0 (§9.3.1). */
export async function changeFileSettings(session: TagSession, file: FileNumber, settings: FileSettings): Promise<void> {
  const step = 'change-file-settings';
  const data = encodeFileSettings(settings);
  const answer = await session.send({
    ins: INS.changeFileSettings,
    step,
    mode: 'full',
    header: Uint8Array.of(file),
    data,
  });
  expectLength(answer, 0, step);
}

/** Of reads without authentication (GetFileCounters, §10.7.3): 0 to 16,777,215. */
export async function getFileCounter(session: TagSession, file: FileNumber): Promise<number> {
  const step = 'get-file-counters';
  const header = Uint8Array.of(file);
  const data = expectLength(await session.send({ ins: INS.getFileCounters, step, mode: 'full', header }), 5, step);
  return data[0]! | (data[1]! << 8) | (data[2]! << 16);
}

/** How data of a file travel in this session; `undefined` where its rights do not let this key (§8.2.3.5). */
export function dataMode(
  { mode, rights }: FileSettings,
  keyNumber: KeyNumber,
  access: 'read' | 'write',
): CommMode | undefined {
  const granted = [rights[access], rights.readWrite];
  return granted.includes(keyNumber) ? mode : granted.includes('free') ? 'plain' : undefined;
}

/** More does not fit into one frame: a tag torn off in between holds all of a frame or nothing of it (§10.8.2). */
const MOST_DATA = 128;

/** `length` bytes from `offset` on, as they are written: nothing is mirrored in a session. */
export async function readData(
  session: TagSession,
  file: FileNumber,
  mode: CommMode,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const step = 'read-data';
  const parts: Uint8Array[] = [];
  for (let done = 0; done < length; done += MOST_DATA) {
    const count = Math.min(MOST_DATA, length - done);
    const header = place(file, offset + done, count);
    parts.push(expectLength(await session.send({ ins: INS.readData, step, mode, header }), count, step).slice());
  }
  return concat(...parts);
}

/** Writes from the last part to the first, so that the length at the front of a file comes last. */
export async function writeData(
  session: TagSession,
  file: FileNumber,
  mode: CommMode,
  offset: number,
  data: Uint8Array,
): Promise<void> {
  const step = 'write-data';
  const last = Math.max(0, Math.ceil(data.length / MOST_DATA) - 1) * MOST_DATA;
  for (let at = last; at >= 0; at -= MOST_DATA) {
    const part = data.subarray(at, at + MOST_DATA);
    const header = place(file, offset + at, part.length);
    expectLength(await session.send({ ins: INS.writeData, step, mode, header, data: part }), 0, step);
  }
}

function place(file: FileNumber, offset: number, length: number): Uint8Array {
  return Uint8Array.of(file, ...low24(offset), ...low24(length));
}

function low24(value: number): readonly number[] {
  return [value & 0xff, (value >> 8) & 0xff, value >> 16];
}

export interface NewKey {
  readonly key: Uint8Array;
  readonly version: number;
}

/** Changes key 1, 2, 3 or 4 in a session of key 0. The tag declines where `old` is not the key that it holds. */
export async function changeKey(
  session: TagSession,
  number: Exclude<KeyNumber, 0>,
  old: Uint8Array,
  next: NewKey,
): Promise<void> {
  const step = 'change-key';
  const data = changeKeyData(old, next);
  const header = Uint8Array.of(number);
  expectLength(await session.send({ ins: INS.changeKey, step, mode: 'full', header, data }), 0, step);
}

/** Both keys exclusive-ored, version, checksum of the new one: 21 bytes (§10.6.1). */
export function changeKeyData(old: Uint8Array, { key, version }: NewKey): Uint8Array {
  return concat(
    key.map((byte, at) => byte ^ old[at]!),
    Uint8Array.of(version),
    keyChecksum(key),
  );
}

/** Changes key 0 in its own session, which ends with it: the tag answers without a MAC. */
export async function changeMasterKey(session: TagSession, { key, version }: NewKey): Promise<void> {
  const data = concat(key, Uint8Array.of(version));
  await session.sendLast({ ins: INS.changeKey, step: 'change-key', mode: 'full', header: Uint8Array.of(0), data });
}

/** CRC32NK (§10.6.1): CRC-32 of IEEE 802.3 without its last inversion, least significant byte first. */
export function keyChecksum(key: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of key) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return Uint8Array.of(crc & 0xff, (crc >>> 8) & 0xff, (crc >>> 16) & 0xff, crc >>> 24);
}
