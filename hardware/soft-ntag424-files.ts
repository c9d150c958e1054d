/** Files of a soft tag: who may read and write them, mirrors, settings, and the ISO commands (NT4H2421Gx §8.2.3, §10.7 to §10.9). */
import { concat, fromHex, toHex } from '../src/core/bytes.ts';
import { decodeFileSettings, type Access, type FileState } from '../src/card/ntag424/file-settings.ts';
import type { CommMode } from '../src/card/ntag424/messaging.ts';
import { NATIVE } from '../src/card/ntag424/native.ts';
import { mirrored } from './soft-ntag424-mirror.ts';
import { decline, ISO, keepSettings, settingsOf, type SoftFile, type SoftTag } from './soft-ntag424-state.ts';

const APPLICATION = 'd2760000850101';
const MOST_READS = 0xffffff;
const NOTHING = new Uint8Array();

export function fileAt({ power, state }: SoftTag, number: number): SoftFile {
  if (!power.isSelected) decline(NATIVE.permissionDenied);
  return state.files[number - 1] ?? decline(NATIVE.fileNotFound);
}

/** How data of a file travel, by its rights (§8.2.3.5). */
export function modeOf(tag: SoftTag, number: number, access: 'read' | 'write'): CommMode {
  const { mode, rights } = settingsOf(fileAt(tag, number));
  const granted: readonly Access[] = [rights[access], rights.readWrite];
  const { session } = tag.power;
  if (session && granted.some((right) => right === session.keyNumber)) return mode;
  if (granted.includes('free')) return 'plain';
  return decline(granted.every((right) => right === 'never') ? NATIVE.permissionDenied : NATIVE.authentication);
}

/** The file as it is read: with mirrors where nobody is authenticated, and one more read counted at its first part (§9.3.1). */
function viewOf(tag: SoftTag, number: number, kind: 'iso' | 'native'): Uint8Array {
  const { power, state } = tag;
  const file = state.files[number - 1]!;
  const { sdm } = settingsOf(file);
  if (!sdm || power.session) return fromHex(file.content)!;
  if (power.reading?.kind === kind) return power.reading.view;
  if (state.counter >= (sdm.counterLimit ?? MOST_READS)) {
    decline(kind === 'iso' ? ISO.notSatisfied : NATIVE.permissionDenied);
  }
  if (sdm.mirrorsCounter) state.counter++;
  power.reading = { kind, view: mirrored(tag, state, sdm) };
  return power.reading.view;
}

function write(file: SoftFile, offset: number, data: Uint8Array): void {
  const content = fromHex(file.content)!;
  content.set(data, offset);
  file.content = toHex(content);
}

export function needKey({ power }: SoftTag, access: Access): void {
  if (access === 'never') decline(NATIVE.permissionDenied);
  if (access !== 'free' && power.session?.keyNumber !== access) decline(NATIVE.authentication);
}

function placeIn(header: Uint8Array): { readonly offset: number; readonly length: number } {
  return {
    offset: header[1]! | (header[2]! << 8) | (header[3]! << 16),
    length: header[4]! | (header[5]! << 8) | (header[6]! << 16),
  };
}

export function readData(tag: SoftTag, header: Uint8Array): Uint8Array {
  const { offset, length } = placeIn(header);
  const { size } = settingsOf(fileAt(tag, header[0]!));
  if (offset >= size || offset + length > size) decline(NATIVE.boundary);
  return viewOf(tag, header[0]!, 'native').slice(offset, length === 0 ? size : offset + length);
}

export function writeData(tag: SoftTag, header: Uint8Array, data: Uint8Array): Uint8Array {
  const { offset, length } = placeIn(header);
  if (length === 0 || length !== data.length) decline(NATIVE.length);
  const file = fileAt(tag, header[0]!);
  if (offset + length > settingsOf(file).size) decline(NATIVE.boundary);
  write(file, offset, data);
  return NOTHING;
}

export function changeSettings(tag: SoftTag, number: number, data: Uint8Array): Uint8Array {
  const file = fileAt(tag, number);
  const before = settingsOf(file);
  needKey(tag, before.rights.change);
  const after = readSettings(before.size, data);
  if (after.sdm && number !== 2) decline(NATIVE.permissionDenied);
  if (!mirrorsFit(after)) decline(NATIVE.parameter);
  if (after.sdm && !before.sdm) tag.state.counter = 0;
  keepSettings(file, after);
  return NOTHING;
}

function readSettings(size: number, data: Uint8Array): FileState {
  try {
    const kept = Uint8Array.of(size & 0xff, (size >> 8) & 0xff, size >> 16);
    return decodeFileSettings(concat(Uint8Array.of(0), data.subarray(0, 3), kept, data.subarray(3)));
  } catch {
    return decline(NATIVE.parameter);
  }
}

/** Places lie inside of the file, in their order, and not on one another (§10.7.1, table 71). */
function mirrorsFit({ sdm, size }: FileState): boolean {
  if (!sdm) return true;
  const { metaRead, fileRead, piccOffset, macOffset, macInputOffset, enciphered } = sdm;
  if (metaRead !== 'never' && !sdm.mirrorsUid && !sdm.mirrorsCounter) return false;
  if (metaRead === 'never' && sdm.mirrorsUid) return false;
  if (sdm.counterRead !== 'never' && !sdm.mirrorsCounter) return false;
  const fields: [number, number][] = [];
  if (sdm.uidOffset !== undefined) fields.push([sdm.uidOffset, 14]);
  if (sdm.counterOffset !== undefined && sdm.counterOffset !== 0xffffff) fields.push([sdm.counterOffset, 6]);
  if (piccOffset !== undefined) fields.push([piccOffset, 32]);
  if (enciphered) {
    if (!sdm.mirrorsUid || !sdm.mirrorsCounter || enciphered.length % 32 !== 0 || enciphered.length === 0) return false;
    if (enciphered.offset < macInputOffset! || enciphered.offset + enciphered.length > macOffset!) return false;
    fields.push([enciphered.offset, enciphered.length]);
  }
  if (fileRead !== 'never') {
    if (macInputOffset! > macOffset!) return false;
    fields.push([macOffset!, 16]);
  }
  const ordered = fields.toSorted(([a], [b]) => a - b);
  return ordered.every(([at, length], index) => at + length <= (ordered[index + 1]?.[0] ?? size));
}

// ---- ISO/IEC 7816-4 -----------------------------------------------------------------------------------------------

/** SELECT, READ BINARY and UPDATE BINARY: never in a session. */
export function isoCommand(tag: SoftTag, apdu: Uint8Array): Uint8Array {
  const [ins, p1, p2] = [apdu[1]!, apdu[2]!, apdu[3]!];
  const data = apdu.subarray(5, 5 + (apdu[4] ?? 0));
  if (ins === 0xa4) return select(tag, p1, toHex(data));
  if (ins !== 0xb0 && ins !== 0xd6) decline(ISO.notSupported);
  const { power, state } = tag;
  if (power.session) decline(ISO.notSatisfied);
  // Selection by short identifiers is not there.
  if ((p1 & 0x80) !== 0) decline(ISO.wrongParameters);
  if (!power.isSelected || power.file === undefined) decline(ISO.noFile);
  const file = state.files[power.file - 1]!;
  const { rights, size } = settingsOf(file);
  const offset = (p1 << 8) | p2;
  if (rights[ins === 0xb0 ? 'read' : 'write'] !== 'free' && rights.readWrite !== 'free') decline(ISO.notSatisfied);
  if (offset >= size) decline(ISO.wrongParameters);
  if (ins === 0xb0) return viewOf(tag, power.file, 'iso').slice(offset, offset + (apdu[4] || 256));
  if (data.length === 0 || data.length !== apdu[4] || offset + data.length > size) decline(ISO.wrongLength);
  write(file, offset, data);
  return NOTHING;
}

/** Selecting the application ends what was authenticated. */
function select({ power }: SoftTag, p1: number, data: string): Uint8Array {
  if (p1 === 0x04 && data === APPLICATION) {
    power.isSelected = true;
    power.file = undefined;
    power.session = undefined;
    return NOTHING;
  }
  const number = { e103: 1, e104: 2, e105: 3 }[data];
  if ((p1 !== 0x00 && p1 !== 0x02) || !number || !power.isSelected) decline(ISO.notFound);
  power.file = number;
  return NOTHING;
}
