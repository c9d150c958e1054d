import { equal, fromHex } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TagCode } from './code.ts';
import { getKeyVersion, getVersion, readSignature, type TagVersion } from './commands.ts';
import { FACTORY_KEY, type KeyNumber, type TagKeys } from './keys.ts';
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

export type KeyState = 'factory' | 'new';

/** Which of its two possible keys stands in each place. */
export type KeyStates = readonly [KeyState, KeyState, KeyState, KeyState, KeyState];

export interface ReadKeys {
  readonly states: KeyStates;
  /** Of key 0, tried last: it goes on from here. */
  readonly session: TagSession;
}

/** Key 0 last: its session is what changes the others. */
const ORDER: readonly KeyNumber[] = [1, 2, 3, 4, 0];

/**
 * Finds out which key stands in each place, by proof. Each of the two is tried once, in a fixed order: by the version that
 * the tag tells, first the one that is likelier. A tag counts failures, and locks a key in the end: nothing is tried again.
 * @throws Refusal `tag/foreign-key` at the first place that holds neither; else as `authenticateFirst`
 */
export async function readTagKeys(deps: TagDeps, uid: TagUid, keys: TagKeys, keyVersion: number): Promise<ReadKeys> {
  await selectApplication(deps.channel);
  const versions = new Map<KeyNumber, number | undefined>();
  for (const number of ORDER) versions.set(number, await getKeyVersion(deps.channel, number));
  const states: KeyState[] = [];
  let session: TagSession | undefined;
  for (const number of ORDER) {
    const likely: readonly KeyState[] = versions.get(number) === keyVersion ? ['new', 'factory'] : ['factory', 'new'];
    for (const state of likely) {
      session = await authenticateFirst(deps, number, state === 'new' ? keys[number] : FACTORY_KEY);
      if (!session) continue;
      states[number] = state;
      break;
    }
    if (!session) {
      const facts = { uid: formatTagUid(uid), key: number };
      throw new Refusal<TagCode>('tag/foreign-key', `key ${number} is neither of the factory nor of the batch`, facts);
    }
  }
  return { states: states as unknown as KeyStates, session: session! };
}
