import { equal, fromHex } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TagCode } from './code.ts';
import { getKeyVersion, getVersion, readSignature, type TagVersion } from './commands.ts';
import { FACTORY_KEY, KEY_OF, type KeyNumber, type TagKeys } from './keys.ts';
import { FILE_ID, readBinary, selectApplication, selectFile } from './native.ts';
import { isGenuine, NXP_NTAG424_KEY } from './originality.ts';
import { authenticateFirst, type TagDeps, type TagSession } from './session.ts';
import { formatTagUid, type TagUid } from './uid.ts';

export interface IdentifiedTag extends TagVersion {
  /** Of the maker, over the number: `r ‖ s`, 56 bytes. */
  readonly signature: Uint8Array;
  /** Whether the maker of the chip signed its number. */
  readonly isGenuine: boolean;
}

/** Length, version, greatest lengths, and the two files: as delivered (§8.2.3.2). */
const CAPABILITIES = fromHex('001720010000ff0406e104010000000506e10500808283')!;

/**
 * Says which tag lies there, without any key. It has the files of a tag from the factory, so that phones find what is
 * written. @throws Refusal `tag/other-kind`, `tag/random-uid`, `tag/not-ndef`, `card/declined`, `card/malformed`
 */
export async function identifyTag(
  { channel }: Pick<TagDeps, 'channel'>,
  makerKey: Uint8Array = NXP_NTAG424_KEY,
): Promise<IdentifiedTag> {
  const version = await getVersion(channel);
  const signature = await readSignature(channel);
  await selectApplication(channel);
  await selectFile(channel, FILE_ID.capabilities);
  const capabilities = await readBinary(channel, 0, CAPABILITIES.length);
  if (!equal(capabilities, CAPABILITIES)) {
    throw new Refusal<TagCode>('tag/not-ndef', 'the capability container is not as delivered');
  }
  return { ...version, signature, isGenuine: isGenuine(version.uid, signature, makerKey) };
}

/** Key 0 last: its session is what changes the others. */
const ORDER: readonly KeyNumber[] = [1, 2, 3, 4, KEY_OF.master];

/** Where a tag holds the key of the factory. */
export interface FoundKeys {
  /** By number. */
  readonly isFactory: readonly boolean[];
  /** All of them: nothing that we ever gave it, or all of it was taken back. */
  readonly isBlank: boolean;
  /** Of key 0, where it is the factory's. */
  readonly session?: TagSession;
}

/**
 * Finds out, without any key of ours, which places hold the factory's: each is tried once. It is what a tag says of itself:
 * one that somebody made may say what it likes. A tag counts failures, and locks a key in the end: nothing is tried again.
 * @throws as `authenticateFirst`
 */
export async function findFactoryKeys(deps: TagDeps): Promise<FoundKeys> {
  await selectApplication(deps.channel);
  const isFactory: boolean[] = [];
  let session: TagSession | undefined;
  for (const number of ORDER) {
    session = await authenticateFirst(deps, number, FACTORY_KEY);
    isFactory[number] = session !== undefined;
  }
  return { isFactory, isBlank: isFactory.every(Boolean), ...(session && { session }) };
}

export type KeyState = 'factory' | 'new';

/** Which of its two possible keys stands in each place. */
export type KeyStates = readonly [KeyState, KeyState, KeyState, KeyState, KeyState];

export interface ReadKeys {
  readonly states: KeyStates;
  /** Of key 0, tried last: it goes on from here. */
  readonly session: TagSession;
}

/**
 * Has the tag prove our key in each place that does not hold the factory's, key 1 first: nothing is told to it, and nothing
 * written, before it has proven all of them.
 * @throws Refusal `tag/other-version`, `tag/foreign-key` at the first place that holds neither; else as `authenticateFirst`
 */
export async function readTagKeys(
  deps: TagDeps,
  uid: TagUid,
  { isFactory, isBlank, session: begun }: FoundKeys,
  { keys, keyVersion }: { readonly keys: TagKeys; readonly keyVersion: number },
): Promise<ReadKeys> {
  const states = isFactory.map((is): KeyState => (is ? 'factory' : 'new')) as unknown as KeyStates;
  if (isBlank && begun) return { states, session: begun };
  for (const number of ORDER) {
    if (isFactory[number] && number !== KEY_OF.master) continue;
    const session = await authenticateFirst(deps, number, isFactory[number] ? FACTORY_KEY : keys[number]);
    if (!session) return refuseKey(deps, uid, number, keyVersion);
    if (number === KEY_OF.master) return { states, session };
  }
  throw new Error('key 0 comes last');
}

async function refuseKey({ channel }: TagDeps, uid: TagUid, key: KeyNumber, expected: number): Promise<never> {
  const found = await getKeyVersion(channel, key);
  const facts = { uid: formatTagUid(uid), key };
  if (found !== undefined && found > 0 && found !== expected) {
    const message = `key ${key} is of version ${found}, expected ${expected}`;
    throw new Refusal<TagCode>('tag/other-version', message, { ...facts, found, expected });
  }
  throw new Refusal<TagCode>('tag/foreign-key', `key ${key} is neither of the factory nor of the batch`, facts);
}
