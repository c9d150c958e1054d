import type { BlockCiphers } from '../../core/block-ciphers.ts';
import { concat, utf8 } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { fileReadKey, tagKeys, type TagKeys } from '../ntag424/keys.ts';
import { parseTagBatch, type TagBatch } from '../ntag424/sun.ts';
import type { TagUid } from '../ntag424/uid.ts';
import type { ManagementKeys } from '../office.ts';
import { FACTORY_PUK } from '../piv/factory.ts';
import { MANAGEMENT_ALGORITHM, type ManagementAlgorithm } from '../piv/reference.ts';

/**
 * Where the masters of card keys lie: random bytes by name, made when they are first asked for, and the same ones ever after;
 * `mastersOf` lets none be made anew.
 * Calls may run at once. Throws the refusals and outages of the keys, in which no secret stands.
 */
export interface SecretStore {
  findOrMake(name: string, bytes: number): Promise<Uint8Array>;
  /** @throws Refusal `keys/not-found` */
  get(name: string): Promise<Uint8Array>;
  /** The names that begin so, in order. */
  list(beginning: string): Promise<readonly string[]>;
}

/**
 * `store`, which makes masters only while no card has been registered: made anew later, in place of a lost one, they would open
 * no card that there is, and the loss would be noticed when it can no longer be mended.
 */
export function mastersOf(store: SecretStore, hasCards: () => Promise<boolean>): SecretStore {
  return {
    get: (name) => store.get(name),
    list: (beginning) => store.list(beginning),
    findOrMake: async (name, bytes) => ((await hasCards()) ? store.get(name) : store.findOrMake(name, bytes)),
  };
}

/** What opens one chip. */
export interface CardAccess {
  readonly managementKey: ManagementKeys;
  /** Eight digits. */
  readonly puk: string;
}

/** The keys of cards and tags. All are derived, so that a card which was torn off is never lost; none is logged or kept. */
export interface CardSecrets {
  /** Has every master by now: asked before a card is registered, so that none is first looked for when a card needs it. */
  prepare(): Promise<void>;
  /** @param guid 16 bytes */
  access(guid: Uint8Array): Promise<CardAccess>;
  tagKeys(batch: TagBatch, uid: TagUid, version: number): Promise<TagKeys>;
  /** Key 2 of a batch of ours: what opens a tap. From memory: a batch that is none takes no longer. */
  metaReadKey(batch: TagBatch): Promise<Uint8Array | undefined>;
  /** Key 1 of a tag: what made the MAC of a tap. */
  fileReadKey(uid: TagUid, version: number): Promise<Uint8Array>;
  /** The batch that new tags belong to. */
  presentBatch(): Promise<TagBatch>;
}

type Hmac = Pick<Primitives, 'hmac'>;

/**
 * Key derivation in counter mode with HMAC-SHA256 (NIST SP 800-108r1 §4.1): counter and length as 32 bits, big-endian, a zero
 * between label and context.
 */
export function deriveKey(
  { hmac }: Hmac,
  master: Uint8Array,
  label: string,
  context: Uint8Array,
  bytes: number,
): Uint8Array {
  const uint32 = (value: number): Uint8Array =>
    Uint8Array.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
  const fixed = concat(utf8(label), Uint8Array.of(0), context, uint32(bytes * 8));
  const blocks: Uint8Array[] = [];
  for (let counter = 1; blocks.length * 32 < bytes; counter++) blocks.push(hmac(master, uint32(counter), fixed));
  return concat(...blocks).slice(0, bytes);
}

/** DES leaves the last bit of each byte for odd parity; some cards look at it. */
function withOddParity(key: Uint8Array): Uint8Array {
  return key.map((byte) => {
    const ones = [...(byte >> 1).toString(2)].filter((bit) => bit === '1').length;
    return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
  });
}

/** Another one for each algorithm: a card that is moved to a stronger one does not keep what the weaker may have given away. */
export function managementKeyOf(
  primitives: Hmac,
  master: Uint8Array,
  guid: Uint8Array,
  algorithm: ManagementAlgorithm,
): Uint8Array {
  const { keyBytes } = MANAGEMENT_ALGORITHM[algorithm];
  const key = deriveKey(primitives, master, `cotejo card management ${algorithm}`, guid, keyBytes);
  return algorithm === '3DES' ? withOddParity(key) : key;
}

const PUK_DIGITS = 8;

/** Eight digits, never those of the factory. */
export function pukOf(primitives: Hmac, master: Uint8Array, guid: Uint8Array): string {
  for (let attempt = 0; ; attempt++) {
    // Twice as many bits as a number of eight digits has: no digit is noticeably likelier.
    const bytes = deriveKey(primitives, master, 'cotejo card puk', concat(guid, Uint8Array.of(attempt)), 8);
    const number = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0) % 10n ** BigInt(PUK_DIGITS);
    const puk = number.toString().padStart(PUK_DIGITS, '0');
    if (puk !== FACTORY_PUK) return puk;
  }
}

const MASTER_BYTES = 32;
const TAG_KEY_BYTES = 16;
const BATCH = 'tag-batch-';
/** They are numbered, so that the newest is the last by name. */
const FIRST_BATCH = parseTagBatch('0001')!;

/** The keys that follow from the masters in `store`. */
export function cardSecrets(store: SecretStore, ciphers: BlockCiphers, primitives: Hmac): CardSecrets {
  const administration = (): Promise<Uint8Array> => store.findOrMake('tag-administration', TAG_KEY_BYTES);
  const taps = (): Promise<Uint8Array> => store.findOrMake('tag-taps', TAG_KEY_BYTES);
  const known = new Map<TagBatch, Uint8Array>();
  let reading: Promise<void> | undefined;
  const readBatches = (): Promise<void> => {
    reading ??= (async () => {
      for (const name of await store.list(BATCH)) {
        const batch = parseTagBatch(name.slice(BATCH.length));
        if (batch !== undefined) known.set(batch, await store.get(name));
      }
    })();
    reading.catch(() => (reading = undefined));
    return reading;
  };
  const management = (): Promise<Uint8Array> => store.findOrMake('card-management', MASTER_BYTES);
  const presentBatch = async (): Promise<TagBatch> => {
    await readBatches();
    const newest = [...known.keys()].toSorted().at(-1) ?? FIRST_BATCH;
    if (!known.has(newest)) known.set(newest, await store.findOrMake(BATCH + newest, TAG_KEY_BYTES));
    return newest;
  };
  return {
    async prepare() {
      await management();
      await administration();
      await taps();
      await presentBatch();
    },
    async access(guid) {
      const master = await management();
      return {
        managementKey: (algorithm) => managementKeyOf(primitives, master, guid, algorithm),
        puk: pukOf(primitives, master, guid),
      };
    },
    async tagKeys(batch, uid, version) {
      const metaRead = await store.get(BATCH + batch);
      const masters = { administration: await administration(), fileRead: await taps(), metaRead };
      return tagKeys(ciphers, masters, uid, version);
    },
    async metaReadKey(batch) {
      await readBatches();
      return known.get(batch);
    },
    async fileReadKey(uid, version) {
      return fileReadKey(ciphers, await taps(), uid, version);
    },
    presentBatch,
  };
}
