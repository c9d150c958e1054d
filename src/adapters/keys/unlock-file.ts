import { scrypt } from 'node:crypto';
import { fromBase64, toBase64 } from '../../core/base64.ts';
import { fromHex } from '../../core/bytes.ts';
import { encodeCbor } from '../../core/cbor.ts';
import type { Random } from '../../core/random.ts';
import { damagedKey } from '../key-folder.ts';
import { KEK_BYTES, KeyEncryption, kekIdOf } from './encryption.ts';
import { GCM_NONCE_BYTES, GCM_TAG_BYTES, openGcm } from './gcm.ts';

// `unlock.json`, version 1: docs/formats/keys.md.

export const UNLOCK_FILE = 'unlock.json';
export const MOST_SLOTS = 16;

/** Cost of scrypt (RFC 7914): N is a power of two; it takes `128 · N · r` bytes. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and a third of a second a try. */
export const SCRYPT: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
const SALT_BYTES = 16;
const LEAST_N = 2 ** 15;
const LEAST_R = 8;
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_P = 4;

/** The key-encryption key, sealed under the passphrase of one custodian. */
export interface Slot extends ScryptCost {
  readonly custodian: string;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly wrapped: Uint8Array;
}

export interface UnlockFile {
  readonly kekId: string;
  readonly slots: readonly Slot[];
}

/** No file may make us take more memory or time than this, nor make a stolen one cheap to try. */
export function isBearable({ n, r, p }: ScryptCost): boolean {
  const whole = [n, r, p].every((value) => Number.isSafeInteger(value) && value > 0);
  const isPower = Number.isInteger(Math.log2(n));
  return whole && isPower && n >= LEAST_N && r >= LEAST_R && 128 * n * r <= MOST_BYTES && p <= MOST_P;
}

const MOST_NAME = 64;

/** One line that a person reads as it stands: NFC, no spaces around it, nothing invisible. */
export function isCustodian(name: string): boolean {
  const length = [...name].length;
  const seen = name.isWellFormed() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name);
  return seen && length > 0 && length <= MOST_NAME && name === name.normalize('NFC').trim();
}

function additionalOf(kekId: string, { custodian, n, r, p }: Omit<Slot, 'wrapped'>): Uint8Array {
  return encodeCbor(['cotejo unlock', 1, fromHex(kekId)!, custodian, n, r, p]);
}

/** Costs memory and time: one at a time. */
async function stretched(
  passphrase: Uint8Array,
  { n, r, p, salt }: ScryptCost & Pick<Slot, 'salt'>,
): Promise<Uint8Array> {
  const maxmem = 128 * n * r + 128 * r * (p + 4);
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEK_BYTES, { N: n, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** @param passphrase in its one spelling (`canonicalPassphrase`) */
export async function makeSlot(
  encryption: KeyEncryption,
  custodian: string,
  passphrase: Uint8Array,
  random: Random,
  cost: ScryptCost,
): Promise<Slot> {
  const open = { custodian, ...cost, salt: random(SALT_BYTES), nonce: random(GCM_NONCE_BYTES) };
  const key = await stretched(passphrase, open);
  try {
    return { ...open, wrapped: encryption.wrap(key, open.nonce, additionalOf(encryption.kekId, open)) };
  } finally {
    key.fill(0);
  }
}

/** What the passphrase opens, whoever's it is; a wrong one is tried at every slot. */
export async function openSlots(
  { kekId, slots }: UnlockFile,
  passphrase: Uint8Array,
): Promise<KeyEncryption | undefined> {
  for (const slot of slots) {
    const key = await stretched(passphrase, slot);
    const kek = openGcm(key, slot.nonce, slot.wrapped, additionalOf(kekId, slot));
    key.fill(0);
    if (kek && kekIdOf(kek) === kekId) return new KeyEncryption(kek);
    kek?.fill(0);
  }
  return undefined;
}

/** As it lies in the folder, byte by byte: nothing else is read. */
export function formatUnlock({ kekId, slots }: UnlockFile): string {
  const file = {
    cotejoUnlock: 1,
    kekId,
    slots: slots.map(({ custodian, n, r, p, salt, nonce, wrapped }) => ({
      ...{ custodian, kdf: 'scrypt', n, r, p },
      ...{ salt: toBase64(salt), nonce: toBase64(nonce), wrapped: toBase64(wrapped) },
    })),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function damaged(what: string): never {
  return damagedKey(UNLOCK_FILE, what);
}

function bytesOf(text: unknown, length: number): Uint8Array {
  const bytes = typeof text === 'string' ? fromBase64(text) : undefined;
  return bytes?.length === length ? bytes : damaged(`not base64 of ${length} bytes`);
}

function slotOf(value: unknown): Slot {
  const slot = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { custodian, n, r, p } = slot;
  if (typeof custodian !== 'string' || !isCustodian(custodian)) damaged('not the name of a custodian');
  const cost = { n, r, p } as ScryptCost;
  if (!isBearable(cost)) damaged('parameters of scrypt out of bounds');
  return {
    custodian,
    ...cost,
    salt: bytesOf(slot['salt'], SALT_BYTES),
    nonce: bytesOf(slot['nonce'], GCM_NONCE_BYTES),
    wrapped: bytesOf(slot['wrapped'], KEK_BYTES + GCM_TAG_BYTES),
  };
}

/** @throws Refusal `keys/damaged` unless it is exactly what `formatUnlock` would write */
export function parseUnlock(text: string): UnlockFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damaged('not JSON');
  }
  const { cotejoUnlock, kekId, slots } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (cotejoUnlock !== 1) damaged('not of version 1');
  if (typeof kekId !== 'string' || !/^[0-9a-f]{16}$/.test(kekId)) damaged('not the id of a key');
  if (!Array.isArray(slots) || slots.length === 0 || slots.length > MOST_SLOTS) damaged(`not 1 to ${MOST_SLOTS} slots`);
  const file: UnlockFile = { kekId, slots: (slots as readonly unknown[]).map(slotOf) };
  if (new Set(file.slots.map(({ custodian }) => custodian)).size < slots.length) damaged('two custodians of one name');
  // Members that we do not know, a second one of the same name, another order: nobody of ours wrote it.
  return formatUnlock(file) === text ? file : damaged('not as it is written');
}
