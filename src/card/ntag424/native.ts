import { Refusal } from '../../core/refusal.ts';
import { exchange, STATUS, type Response } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import type { CardCode } from '../code.ts';

/** Commands of the NTAG 424 DNA itself (NT4H2421Gx §10.2). */
export const INS = {
  authenticateFirst: 0x71,
  authenticateNonFirst: 0x77,
  additionalFrame: 0xaf,
  changeFileSettings: 0x5f,
  changeKey: 0xc4,
  getCardUid: 0x51,
  getFileCounters: 0xf6,
  getFileSettings: 0xf5,
  getKeyVersion: 0x64,
  getVersion: 0x60,
  readData: 0xad,
  readSignature: 0x3c,
  writeData: 0x8d,
} as const;

/** Status of the native commands, SW1 91 (§10.2, table 23). */
export const NATIVE = {
  done: 0x9100,
  additionalFrame: 0x91af,
  /** Read_Sig of a real tag answers so (AN12196 table 30). */
  doneSignature: 0x9190,
  commandNotFound: 0x911c,
  integrity: 0x911e,
  noSuchKey: 0x9140,
  length: 0x917e,
  permissionDenied: 0x919d,
  parameter: 0x919e,
  authenticationDelay: 0x91ad,
  authentication: 0x91ae,
  boundary: 0x91be,
  commandAborted: 0x91ca,
  fileNotFound: 0x91f0,
} as const;

/** A native command wrapped as an APDU (§8.4): class 90, always with Le. The status is for the caller to judge. */
export async function sendNative(channel: CardChannel, ins: number, data: Uint8Array): Promise<Response> {
  return exchange(channel, { cla: 0x90, ins, p1: 0, p2: 0, data, expectsData: true });
}

/** The data of a native response with this status. @throws Refusal `card/declined` for any other */
export function expectNative({ data, status }: Response, step: string, expected: number = NATIVE.done): Uint8Array {
  return status === expected ? data : declined(step, status);
}

export function declined(step: string, status: number): never {
  const facts = { step, status: status.toString(16).padStart(4, '0') };
  throw new Refusal<CardCode>('card/declined', `${step}: the tag answers ${facts.status}`, facts);
}

export function malformed(step: string, found: string): never {
  throw new Refusal<CardCode>('card/malformed', `${step}: ${found}`, { step, found });
}

/** @throws Refusal `card/malformed` unless the answer has exactly `length` bytes */
export function expectLength(data: Uint8Array, length: number, step: string): Uint8Array {
  return data.length === length ? data : malformed(step, `${data.length} bytes, expected ${length}`);
}

// ---- ISO/IEC 7816-4 (§10.9) ---------------------------------------------------------------------------------------

/** The application with the three files (NFC Forum Type 4 Tag §5.1.3). */
const NDEF_APPLICATION = Uint8Array.of(0xd2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01);

export const FILE_ID = { capabilities: 0xe103, ndef: 0xe104, proprietary: 0xe105 } as const;

/** Selects the application. Whatever was authenticated is over. @throws Refusal `card/declined` */
export async function selectApplication(channel: CardChannel): Promise<void> {
  const command = { ins: 0xa4, p1: 0x04, p2: 0x0c, data: NDEF_APPLICATION };
  expectIso(await exchange(channel, command), 'select');
}

/** Selects a file of the application by its identifier. @throws Refusal `card/declined` */
export async function selectFile(channel: CardChannel, id: number): Promise<void> {
  const data = Uint8Array.of(id >> 8, id & 0xff);
  expectIso(await exchange(channel, { ins: 0xa4, p1: 0x00, p2: 0x0c, data }), 'select-file');
}

/**
 * `length` bytes (1 to 255) of the selected file, as any phone reads it: what a tap mirrors stands in it.
 * @throws Refusal `card/declined`, `card/malformed` for another number of bytes
 */
export async function readBinary(channel: CardChannel, offset: number, length: number): Promise<Uint8Array> {
  if (length < 1 || length > 255 || offset > 0x7fff) throw new RangeError(`${length} bytes at ${offset}`);
  const command = { ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, expectsData: true, expectedLength: length };
  return expectLength(expectIso(await exchange(channel, command), 'read-binary'), length, 'read-binary');
}

/** Writes at most 255 bytes into the selected file, where anybody may. @throws Refusal `card/declined` */
export async function updateBinary(channel: CardChannel, offset: number, data: Uint8Array): Promise<void> {
  if (data.length > 255 || offset > 0x7fff) throw new RangeError(`${data.length} bytes at ${offset}`);
  expectIso(await exchange(channel, { ins: 0xd6, p1: offset >> 8, p2: offset & 0xff, data }), 'update-binary');
}

function expectIso({ data, status }: Response, step: string): Uint8Array {
  return status === STATUS.done ? data : declined(step, status);
}
