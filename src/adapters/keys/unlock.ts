import { Refusal } from '../../core/refusal.ts';
import { KeyFolder, type KeyFolderOptions } from '../key-folder.ts';
import type { KeysCode } from '../keys-code.ts';
import { systemRandom } from '../system.ts';
import { KEK_BYTES, KeyEncryption } from './encryption.ts';
import { canonicalPassphrase } from './passphrase.ts';
import { otherEncryption } from './protection.ts';
import {
  formatUnlock,
  isBearable,
  isCustodian,
  makeSlot,
  MOST_SLOTS,
  openSlots,
  parseUnlock,
  SCRYPT,
  UNLOCK_FILE,
  type ScryptCost,
  type UnlockFile,
} from './unlock-file.ts';

/** Somebody who can open the keys of an installation alone. */
export interface Custodian {
  readonly name: string;
  /** UTF-8, as it was typed. Whoever made it wipes it. */
  readonly passphrase: Uint8Array;
}

export interface UnlockOptions extends KeyFolderOptions {
  /** Of new slots, within the bounds of the format. */
  readonly scrypt?: ScryptCost;
}

function named(typed: string): string {
  const name = typed.normalize('NFC').trim();
  if (isCustodian(name)) return name;
  throw new Refusal<KeysCode>('keys/custodian-name', 'not the name of a custodian');
}

function refuseTooMany(count: number): void {
  if (count <= MOST_SLOTS) return;
  throw new Refusal<KeysCode>('keys/custodian-many', `more than ${MOST_SLOTS} custodians`, { most: MOST_SLOTS });
}

function refuseSame(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new Refusal<KeysCode>('keys/custodian-exists', 'a custodian of this name is there', { custodian: twice });
}

async function slotFor(
  encryption: KeyEncryption,
  { name, passphrase }: Custodian,
  { scrypt = SCRYPT }: UnlockOptions,
): ReturnType<typeof makeSlot> {
  if (!isBearable(scrypt)) throw new RangeError('parameters of scrypt out of bounds');
  const canonical = canonicalPassphrase(passphrase);
  try {
    return await makeSlot(encryption, named(name), canonical, systemRandom, scrypt);
  } finally {
    canonical.fill(0);
  }
}

/**
 * Draws the key under which the keys of a folder will lie encrypted, and writes the file from which each custodian opens it.
 * Durable before it resolves.
 * @throws Refusal `keys/exists`, `keys/passphrase-weak`, `keys/custodian-name`, `keys/custodian-exists`, `keys/custodian-many`
 * @throws Outage `keys/unavailable`
 */
export async function createUnlock(
  folder: string,
  custodians: readonly [Custodian, ...Custodian[]],
  options: UnlockOptions = {},
): Promise<KeyEncryption> {
  refuseTooMany(custodians.length);
  refuseSame(custodians.map(({ name }) => named(name)));
  const encryption = new KeyEncryption(systemRandom(KEK_BYTES));
  try {
    const slots = [];
    for (const custodian of custodians) slots.push(await slotFor(encryption, custodian, options));
    await new KeyFolder(folder, options).write(UNLOCK_FILE, formatUnlock({ kekId: encryption.kekId, slots }));
    return encryption;
  } catch (error) {
    encryption.close();
    throw error;
  }
}

async function readUnlock(folder: KeyFolder): Promise<UnlockFile> {
  const text = await folder.read(UNLOCK_FILE, UNLOCK_FILE);
  if (text !== undefined) return parseUnlock(text);
  throw new Refusal<KeysCode>('keys/not-found', `no ${UNLOCK_FILE}`, { name: UNLOCK_FILE });
}

/**
 * Whether keys of this folder are encrypted, as far as its files say; nothing is opened.
 * @throws Refusal `keys/permissions`; Outage `keys/unavailable`
 */
export async function hasUnlock(folder: string): Promise<boolean> {
  return (await new KeyFolder(folder).read(UNLOCK_FILE, UNLOCK_FILE)) !== undefined;
}

/**
 * Opens the key-encryption key of a folder. Whoever gets it closes it. A wrong passphrase takes the same time, whatever it is.
 * @param passphrase UTF-8 as it was typed; wiped by whoever made it
 * @throws Refusal `keys/passphrase-wrong`, which tells of no custodian; `keys/not-found` without such a file, `keys/damaged`
 * @throws Outage `keys/unavailable`
 */
export async function openUnlock(
  folder: string,
  passphrase: Uint8Array,
  options: KeyFolderOptions = {},
): Promise<KeyEncryption> {
  const file = await readUnlock(new KeyFolder(folder, options));
  let canonical: Uint8Array;
  try {
    canonical = canonicalPassphrase(passphrase);
  } catch {
    // Nobody was given one that is too short: it is wrong, as any other.
    throw wrongPassphrase();
  }
  try {
    const encryption = await openSlots(file, canonical);
    if (encryption) return encryption;
  } finally {
    canonical.fill(0);
  }
  throw wrongPassphrase();
}

function wrongPassphrase(): Refusal {
  return new Refusal<KeysCode>('keys/passphrase-wrong', 'the passphrase opens nothing');
}

/** The names of those who can open the folder. @throws Refusal `keys/not-found`, `keys/damaged` */
export async function listCustodians(folder: string, options: KeyFolderOptions = {}): Promise<readonly string[]> {
  const { slots } = await readUnlock(new KeyFolder(folder, options));
  return slots.map(({ custodian }) => custodian);
}

/**
 * Whether one more custodian of this name may be added, before anybody is asked for anything.
 * @throws Refusal `keys/custodian-name`, `keys/custodian-exists`, `keys/custodian-many`, `keys/not-found`, `keys/damaged`
 */
export async function checkNewCustodian(folder: string, name: string): Promise<void> {
  const names = [...(await listCustodians(folder)), named(name)];
  refuseTooMany(names.length);
  refuseSame(names);
}

/** One change at a time, also of several processes; whoever stops in between leaves the file as it was. */
function changing(keys: KeyFolder, encryption: KeyEncryption, change: (file: UnlockFile) => UnlockFile): Promise<void> {
  return keys.replacing(UNLOCK_FILE, async () => {
    const file = await readUnlock(keys);
    if (file.kekId !== encryption.kekId) otherEncryption(UNLOCK_FILE);
    return formatUnlock(change(file));
  });
}

/**
 * Lets one more person open the folder. Durable before it resolves.
 * @throws Refusal `keys/custodian-exists`, `keys/custodian-name`, `keys/custodian-many`, `keys/passphrase-weak`,
 *   `keys/other-encryption`, `keys/damaged`
 * @throws Outage `keys/unavailable`
 */
export async function addSlot(
  folder: string,
  encryption: KeyEncryption,
  custodian: Custodian,
  options: UnlockOptions = {},
): Promise<void> {
  const slot = await slotFor(encryption, custodian, options);
  await changing(new KeyFolder(folder, options), encryption, ({ kekId, slots }) => {
    refuseTooMany(slots.length + 1);
    refuseSame([...slots.map((one) => one.custodian), slot.custodian]);
    return { kekId, slots: [...slots, slot] };
  });
}

/**
 * Takes a custodian's slot away, never the last one. Copies of the file that were made before still open with the passphrase.
 * @throws Refusal `keys/custodian-unknown`, `keys/custodian-last`, `keys/other-encryption`, `keys/damaged`
 * @throws Outage `keys/unavailable`
 */
export async function removeSlot(
  folder: string,
  encryption: KeyEncryption,
  typed: string,
  options: KeyFolderOptions = {},
): Promise<void> {
  const name = typed.normalize('NFC').trim();
  await changing(new KeyFolder(folder, options), encryption, ({ kekId, slots }) => {
    const left = slots.filter(({ custodian }) => custodian !== name);
    if (left.length === slots.length) throw new Refusal<KeysCode>('keys/custodian-unknown', 'no such custodian');
    if (left.length === 0) throw new Refusal<KeysCode>('keys/custodian-last', 'nobody could open the keys any more');
    return { kekId, slots: left };
  });
}
