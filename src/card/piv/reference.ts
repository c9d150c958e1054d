/** Names of SP 800-73-5 Part 1 §5 (key references) and SP 800-78-5 §6.2 (algorithm identifiers). */

/** 9A authentication, 9C signature (PIN before each use), 9D key management, 9E card authentication (no PIN). */
export type Slot = '9A' | '9C' | '9D' | '9E';

export const SLOTS: readonly Slot[] = ['9A', '9C', '9D', '9E'];

export const KEY_REFERENCE: Readonly<Record<Slot, number>> = { '9A': 0x9a, '9C': 0x9c, '9D': 0x9d, '9E': 0x9e };

/** The PIV application's own PIN, and the key that unblocks it. */
export const PIN_REFERENCE = 0x80;
export const PUK_REFERENCE = 0x81;
export const MANAGEMENT_REFERENCE = 0x9b;

export type KeyAlgorithm = 'P-256' | 'P-384' | 'RSA-2048';

export const KEY_ALGORITHM: Readonly<Record<KeyAlgorithm, number>> = { 'RSA-2048': 0x07, 'P-256': 0x11, 'P-384': 0x14 };

export function keyAlgorithmOf(identifier: number): KeyAlgorithm | undefined {
  return entryOf(KEY_ALGORITHM, identifier);
}

/** SP 800-78-5 has 3DES no more; cards in the shops still leave the factory with it. */
export type ManagementAlgorithm = '3DES' | 'AES-128' | 'AES-192' | 'AES-256';

interface BlockCipher {
  readonly identifier: number;
  readonly keyBytes: number;
  readonly blockBytes: number;
}

/** In the order in which a card is asked for them: the strongest first. */
export const MANAGEMENT_ALGORITHM: Readonly<Record<ManagementAlgorithm, BlockCipher>> = {
  'AES-256': { identifier: 0x0c, keyBytes: 32, blockBytes: 16 },
  'AES-192': { identifier: 0x0a, keyBytes: 24, blockBytes: 16 },
  'AES-128': { identifier: 0x08, keyBytes: 16, blockBytes: 16 },
  '3DES': { identifier: 0x03, keyBytes: 24, blockBytes: 8 },
};

export const MANAGEMENT_ALGORITHMS: readonly ManagementAlgorithm[] = ['AES-256', 'AES-192', 'AES-128', '3DES'];

/** 00 stands for the default of the time of SP 800-73-1: 3DES. */
export function managementAlgorithmOf(identifier: number): ManagementAlgorithm | undefined {
  if (identifier === 0) return '3DES';
  return MANAGEMENT_ALGORITHMS.find((name) => MANAGEMENT_ALGORITHM[name].identifier === identifier);
}

function entryOf<Name extends string>(table: Readonly<Record<Name, number>>, value: number): Name | undefined {
  return (Object.keys(table) as Name[]).find((name) => table[name] === value);
}
