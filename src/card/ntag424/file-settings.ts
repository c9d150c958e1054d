import { concat, equal } from '../../core/bytes.ts';
import type { KeyNumber } from './keys.ts';
import type { CommMode } from './messaging.ts';
import { malformed } from './native.ts';

/** Who may: whoever proves that key, everybody, or nobody. */
export type Access = KeyNumber | 'free' | 'never';

/** §8.2.3.3. */
export interface AccessRights {
  readonly read: Access;
  readonly write: Access;
  readonly readWrite: Access;
  /** Of these settings. */
  readonly change: Access;
}

/**
 * What the file mirrors to whoever reads it without authentication (Secure Dynamic Messaging, §9.3). Offsets are of bytes
 * in the file, 0 to 16,777,215. Which of them there are follows from the rights: §10.7.1.
 */
export interface SdmSettings {
  readonly mirrorsUid: boolean;
  readonly mirrorsCounter: boolean;
  /** The key that enciphers the two; `free`: in the clear; `never`: not at all. */
  readonly metaRead: Access;
  /** The key of the MAC. */
  readonly fileRead: KeyNumber | 'never';
  /** Who may ask for the counter. */
  readonly counterRead: Access;
  /** Of two digits a byte, where `metaRead` is `free`. */
  readonly uidOffset?: number;
  readonly counterOffset?: number;
  /** Of 32 digits, where `metaRead` is a key. */
  readonly piccOffset?: number;
  /** Where `fileRead` is a key: the MAC is made from there to `macOffset`, and stands there in 16 digits. */
  readonly macInputOffset?: number;
  readonly macOffset?: number;
  /** A part of the file that is enciphered. */
  readonly enciphered?: { readonly offset: number; readonly length: number };
  /** The counter at which the file falls silent. */
  readonly counterLimit?: number;
}

export interface FileSettings {
  readonly mode: CommMode;
  readonly rights: AccessRights;
  readonly sdm?: SdmSettings;
}

const MODES: readonly (readonly [CommMode, number])[] = [
  ['plain', 0],
  ['mac', 1],
  ['full', 3],
];
const SDM = 0x40;
const UID = 0x80;
const COUNTER = 0x40;
const LIMIT = 0x20;
const ENCIPHERED = 0x10;
const ASCII = 0x01;

/** As ChangeFileSettings takes them, behind the number of the file. */
export function encodeFileSettings({ mode, rights, sdm }: FileSettings): Uint8Array {
  const option = MODES.find(([name]) => name === mode)![1] | (sdm ? SDM : 0);
  const head = Uint8Array.of(option, ...encodeRights(rights));
  return sdm ? concat(head, encodeSdm(sdm)) : head;
}

export function sameSettings(a: FileSettings, b: FileSettings): boolean {
  return equal(encodeFileSettings(a), encodeFileSettings(b));
}

function encodeRights({ read, write, readWrite, change }: AccessRights): readonly [number, number] {
  return [(nibble(readWrite) << 4) | nibble(change), (nibble(read) << 4) | nibble(write)];
}

function nibble(access: Access): number {
  return access === 'free' ? 0xe : access === 'never' ? 0xf : access;
}

function encodeSdm(sdm: SdmSettings): Uint8Array {
  const { enciphered, counterLimit } = sdm;
  const options =
    (sdm.mirrorsUid ? UID : 0) |
    (sdm.mirrorsCounter ? COUNTER : 0) |
    (counterLimit === undefined ? 0 : LIMIT) |
    (enciphered ? ENCIPHERED : 0) |
    ASCII;
  const rights = [0xf0 | nibble(sdm.counterRead), (nibble(sdm.metaRead) << 4) | nibble(sdm.fileRead)];
  const places = offsets(options, sdm.metaRead, sdm.fileRead).map((name) => low24(placeOf(sdm, name)));
  return concat(Uint8Array.of(options, ...rights), ...places);
}

const PLACES = ['uid', 'counter', 'picc', 'macInput', 'encOffset', 'encLength', 'mac', 'limit'] as const;
type Place = (typeof PLACES)[number];

/** The numbers that follow the rights, in their order (§10.7.1, table 69). */
function offsets(options: number, metaRead: Access, fileRead: Access): readonly Place[] {
  const macs = fileRead !== 'never';
  const there: Readonly<Record<Place, boolean>> = {
    uid: (options & UID) !== 0 && metaRead === 'free',
    counter: (options & COUNTER) !== 0 && metaRead === 'free',
    picc: typeof metaRead === 'number',
    macInput: macs,
    encOffset: macs && (options & ENCIPHERED) !== 0,
    encLength: macs && (options & ENCIPHERED) !== 0,
    mac: macs,
    limit: (options & LIMIT) !== 0,
  };
  return PLACES.filter((name) => there[name]);
}

function placeOf(sdm: SdmSettings, name: Place): number {
  const value = {
    uid: sdm.uidOffset,
    counter: sdm.counterOffset,
    picc: sdm.piccOffset,
    macInput: sdm.macInputOffset,
    encOffset: sdm.enciphered?.offset,
    encLength: sdm.enciphered?.length,
    mac: sdm.macOffset,
    limit: sdm.counterLimit,
  }[name];
  if (value === undefined || value < 0 || value > 0xffffff) throw new RangeError(`settings of a file without ${name}`);
  return value;
}

function low24(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, value >> 16);
}

// ---- Reading ------------------------------------------------------------------------------------------------------

const STEP = 'file-settings';

/** The settings, and the size of the file in bytes. */
export interface FileState extends FileSettings {
  readonly size: number;
}

/** What GetFileSettings answers. Bits that stand for nothing have to be as they are set at delivery. @throws Refusal `card/malformed` */
export function decodeFileSettings(bytes: Uint8Array): FileState {
  if (bytes.length < 7) malformed(STEP, 'cut short');
  if (bytes[0] !== 0) malformed(STEP, 'a kind of file that is none');
  const option = bytes[1]!;
  const mode = MODES.find(([, value]) => value === (option & 0x03))?.[0];
  if (mode === undefined || (option & ~(SDM | 0x03)) !== 0) malformed(STEP, 'options that are none');
  const [second, first] = [bytes[2]!, bytes[3]!];
  const rights = {
    read: readAccess(first >> 4),
    write: readAccess(first & 0xf),
    readWrite: readAccess(second >> 4),
    change: readAccess(second & 0xf),
  };
  const size = read24(bytes, 4);
  if ((option & SDM) !== 0) return { mode, rights, size, sdm: decodeSdm(bytes.subarray(7), size) };
  if (bytes.length !== 7) malformed(STEP, 'bytes behind the end');
  return { mode, rights, size };
}

function readAccess(value: number): Access {
  if (value <= 4) return value as KeyNumber;
  return value === 0xe ? 'free' : value === 0xf ? 'never' : malformed(STEP, 'a right of no key');
}

function read24(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

function decodeSdm(bytes: Uint8Array, size: number): SdmSettings {
  if (bytes.length < 3) malformed(STEP, 'cut short');
  const options = bytes[0]!;
  if ((options & 0x0f) !== ASCII || bytes[1]! >> 4 !== 0xf) malformed(STEP, 'options that are none');
  const metaRead = readAccess(bytes[2]! >> 4);
  const fileRead = readAccess(bytes[2]! & 0xf);
  if (fileRead === 'free') malformed(STEP, 'a MAC of no key');
  const names = offsets(options, metaRead, fileRead);
  if (bytes.length !== 3 + 3 * names.length) malformed(STEP, 'another number of offsets');
  const at = new Map(names.map((name, index) => [name, read24(bytes, 3 + 3 * index)]));
  for (const [name, value] of at) {
    // A counter that is counted and not mirrored has the offset FFFFFF.
    const free = name === 'limit' || (name === 'counter' && value === 0xffffff);
    if (!free && value > size) malformed(STEP, 'an offset outside of the file');
  }
  const optional = <Name extends string>(key: Name, place: Place): Partial<Record<Name, number>> => {
    const value = at.get(place);
    return (value === undefined ? {} : { [key]: value }) as Partial<Record<Name, number>>;
  };
  const [offset, length] = [at.get('encOffset'), at.get('encLength')];
  return {
    mirrorsUid: (options & UID) !== 0,
    mirrorsCounter: (options & COUNTER) !== 0,
    metaRead,
    fileRead,
    counterRead: readAccess(bytes[1]! & 0xf),
    ...optional('uidOffset', 'uid'),
    ...optional('counterOffset', 'counter'),
    ...optional('piccOffset', 'picc'),
    ...optional('macInputOffset', 'macInput'),
    ...optional('macOffset', 'mac'),
    ...(offset === undefined || length === undefined ? {} : { enciphered: { offset, length } }),
    ...optional('counterLimit', 'limit'),
  };
}
