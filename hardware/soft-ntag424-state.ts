import { concat, fromHex, toHex } from '../src/core/bytes.ts';
import type { BlockCiphers } from '../src/core/block-ciphers.ts';
import type { Random } from '../src/core/random.ts';
import { decodeFileSettings, encodeFileSettings, type FileState } from '../src/card/ntag424/file-settings.ts';
import type { Messaging } from '../src/card/ntag424/messaging.ts';

/** How often a key was tried in vain (NT4H2421Gx §9.2, AN12196 §7.4). */
export interface SoftFailures {
  /** In a row. */
  sequence: number;
  /** In all; ten less with every success. */
  total: number;
  /** Attempts that were put off since the last failure. */
  delayed: number;
}

export interface SoftFile {
  /** Hexadecimal, as all bytes here. */
  content: string;
  /** As GetFileSettings answers. */
  settings: string;
}

/** What a soft tag keeps without power: plain values, so that it can be stored, copied and put in again. */
export interface SoftTagState {
  uid: string;
  /** `r ‖ s` of the maker, 56 bytes. */
  signature: string;
  keys: string[];
  versions: number[];
  failures: SoftFailures[];
  /** Files 1, 2 and 3. */
  files: SoftFile[];
  /** SDMReadCtr. */
  counter: number;
}

const CAPABILITIES = '001720010000ff0406e104010000000506e10500808283';
const padded = (hex: string, bytes: number): string => hex.padEnd(2 * bytes, '0');

/** As tags come from the factory (§8.2.3): all keys zero, the NDEF file empty and open to everybody. */
export function factoryTag(uid: Uint8Array, signature: Uint8Array = new Uint8Array(56)): SoftTagState {
  return {
    uid: toHex(uid),
    signature: toHex(signature),
    keys: Array.from({ length: 5 }, () => '00'.repeat(16)),
    versions: [0, 0, 0, 0, 0],
    failures: Array.from({ length: 5 }, () => ({ sequence: 0, total: 0, delayed: 0 })),
    files: [
      { content: padded(CAPABILITIES, 32), settings: '000000e0200000' },
      { content: padded('', 256), settings: '0000e0ee000100' },
      { content: padded('007e', 128), settings: '00033023800000' },
    ],
    counter: 0,
  };
}

export function settingsOf(file: SoftFile): FileState {
  return decodeFileSettings(fromHex(file.settings)!);
}

/** Kept as they are answered: kind, option, rights, size, then the mirrors. */
export function keepSettings(file: SoftFile, settings: FileState): void {
  const encoded = encodeFileSettings(settings);
  const size = Uint8Array.of(settings.size & 0xff, (settings.size >> 8) & 0xff, settings.size >> 16);
  file.settings = toHex(concat(Uint8Array.of(0), encoded.subarray(0, 3), size, encoded.subarray(3)));
}

/** What a soft tag is made of. */
export interface SoftTagDeps {
  readonly ciphers: BlockCiphers;
  readonly random: Random;
}

/** What is lost with the power. */
export interface Power {
  isSelected: boolean;
  /** Number of the selected file. */
  file: number | undefined;
  session: { messaging: Messaging; readonly keyNumber: number } | undefined;
  /** Between the two halves of an authentication. */
  handshake: { readonly keyNumber: number; readonly rndB: Uint8Array; readonly before?: Messaging } | undefined;
  versionParts: number;
  /** A read that goes on, of one kind of command: its view of the file. */
  reading: { readonly kind: 'iso' | 'native'; readonly view: Uint8Array } | undefined;
}

export interface SoftTag extends SoftTagDeps {
  readonly state: SoftTagState;
  readonly power: Power;
  /** Failures in a row after which it delays. */
  readonly failuresBeforeDelay: number;
}

/** SW1 and SW2 of the ISO commands (§10.9). */
export const ISO = {
  wrongLength: 0x6700,
  notSatisfied: 0x6982,
  noFile: 0x6985,
  notFound: 0x6a82,
  wrongParameters: 0x6a86,
  notSupported: 0x6d00,
  wrongClass: 0x6e00,
} as const;

/** Ends a command with this status. */
export class Declined extends Error {
  readonly status: number;
  constructor(status: number) {
    super(status.toString(16));
    this.status = status;
  }
}

export function decline(status: number): never {
  throw new Declined(status);
}
