import { equal } from '../../core/bytes.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import type { TagCode } from './code.ts';
import {
  changeFileSettings,
  changeKey,
  changeMasterKey,
  dataMode,
  FILE,
  getFileSettings,
  readData,
  writeData,
} from './commands.ts';
import { encodeFileSettings, type FileSettings, type FileState } from './file-settings.ts';
import { FACTORY_KEY, KEY_OF, type KeyNumber, type TagKeys } from './keys.ts';
import { expectUid, proveTag, type TagPlan } from './prove-tag.ts';
import { identifyTag, readTagKeys, type KeyStates } from './read-tag.ts';
import type { TagDeps, TagSession } from './session.ts';
import { sunTemplate, type TagBatch } from './sun.ts';
import { formatTagUid, type TagUid } from './uid.ts';

/** A command that changes the tag: it is about to be sent, was done, was declined, or nobody knows. */
export interface TagStep {
  readonly uid: TagUid;
  readonly name: 'write-file' | 'open-settings' | 'change-settings' | 'change-key';
  /** Of `change-key`. */
  readonly key?: KeyNumber;
  readonly phase: 'intent' | 'done' | 'declined' | 'unknown';
}

export interface PersonaliseDeps extends TagDeps {
  /** Makes a step durable. The tag is told nothing before the intent is. */
  readonly step: (step: TagStep) => Promise<void>;
  /** The keys of this tag (`tagKeys`), where the masters are: always the same, or a tag that is torn off is lost. */
  readonly keysOf: (uid: TagUid) => Promise<TagKeys>;
}

export interface PersonaliseRequest {
  /** `https://host`, with an optional path prefix. */
  readonly origin: string;
  readonly batch: TagBatch;
  /** Version that the new keys carry: 1 to 255. */
  readonly keyVersion: number;
}

export interface PersonaliseOptions {
  /** Whose signature makes a tag genuine: NXP's unless told. */
  readonly makerKey?: Uint8Array;
  /** Also writes a tag whose number its maker did not sign. */
  readonly acceptNotGenuine?: boolean;
}

export interface PersonalisedTag {
  readonly uid: TagUid;
  readonly isGenuine: boolean;
  /** Of the last address that was read to prove it: no address up to it may count as a tap. */
  readonly counter: number;
  /** Whether anything was changed; a tag that was done before is only proven. */
  readonly changed: boolean;
}

/**
 * Gives a tag its address and its keys, and proves it. May be called again at any time, after any interruption: what
 * stands in the tag is read, never assumed, and goes on from there. The order lets it: the file while anybody may write
 * it, its settings, keys 1 to 4, and key 0 last, so that until then everything can be changed with a key that is known.
 * @throws Refusal `tag/not-genuine`, `tag/foreign-key`, `tag/locked`, `tag/other-address`, `tag/proof-failed`, and what
 * `identifyTag`, `readTagKeys` and the commands refuse
 * @throws Outage as the channel does: call it again
 */
export async function personaliseTag(
  deps: PersonaliseDeps,
  { origin, batch, keyVersion }: PersonaliseRequest,
  { makerKey, acceptNotGenuine = false }: PersonaliseOptions = {},
): Promise<PersonalisedTag> {
  if (!Number.isInteger(keyVersion) || keyVersion < 1 || keyVersion > 255) throw new RangeError('version of a key');
  // Before the tag is touched: an address may be too long.
  const template = sunTemplate(origin, batch);
  const tag = await identifyTag(deps, makerKey);
  const { uid, isGenuine } = tag;
  if (!isGenuine && !acceptNotGenuine) refuse('tag/not-genuine', uid, 'its maker did not sign the number of the tag');
  const plan: TagPlan = { uid, origin, batch, template, keys: sound(await deps.keysOf(uid)) };
  const { states, session } = await readTagKeys(deps, uid, plan.keys, keyVersion);
  await expectUid(session, uid);
  const wrote = await writeAddress(deps, session, plan, states);
  const changed = await changeKeys(deps, session, plan, states, keyVersion);
  const counter = await proveTag(deps, plan);
  return { uid, isGenuine, counter, changed: wrote || changed };
}

/** A tag with the factory's key in a place would look as if it were new there. */
function sound(keys: TagKeys): TagKeys {
  const isUnfit = keys.some((key) => key.length !== FACTORY_KEY.length || equal(key, FACTORY_KEY));
  if (keys.length !== 5 || isUnfit) throw new RangeError('keys that no tag may be given');
  return keys;
}

function sameSettings(a: FileSettings, b: FileSettings): boolean {
  return equal(encodeFileSettings(a), encodeFileSettings(b));
}

async function writeAddress(
  deps: PersonaliseDeps,
  session: TagSession,
  { uid, template }: TagPlan,
  states: KeyStates,
): Promise<boolean> {
  const { file, settings } = template;
  const found = await getFileSettings(session, FILE.ndef);
  const isSet = sameSettings(found, settings);
  if (!isSet) {
    // Turned on anew, the mirrors would count from 0 under the same key: addresses seen before would count as new.
    if (states[KEY_OF.fileRead] === 'new') refuse('tag/other-address', uid, 'its keys are set, its address is another');
    if (found.rights.change !== KEY_OF.master) refuse('tag/locked', uid, 'key 0 may not change the file');
  }
  let wrote = await writeFile(deps, session, uid, found, file);
  if (wrote === 'not-allowed') {
    const open: FileSettings = { mode: 'plain', rights: settings.rights };
    await perform(deps, { uid, name: 'open-settings' }, async () => changeFileSettings(session, FILE.ndef, open));
    wrote = await writeFile(deps, session, uid, { ...open, size: found.size }, file);
  }
  if (isSet) return wrote === 'written';
  await perform(deps, { uid, name: 'change-settings' }, async () => changeFileSettings(session, FILE.ndef, settings));
  return true;
}

/** Writes the file unless it stands there already. */
async function writeFile(
  deps: PersonaliseDeps,
  session: TagSession,
  uid: TagUid,
  settings: FileState,
  file: Uint8Array,
): Promise<'written' | 'unchanged' | 'not-allowed'> {
  const reading = dataMode(settings, session.keyNumber, 'read');
  const writing = dataMode(settings, session.keyNumber, 'write');
  if (reading === undefined || writing === undefined) return 'not-allowed';
  if (equal(await readData(session, FILE.ndef, reading, 0, file.length), file)) return 'unchanged';
  const write = async (): Promise<void> => writeData(session, FILE.ndef, writing, 0, file);
  await perform(deps, { uid, name: 'write-file' }, write);
  return 'written';
}

async function changeKeys(
  deps: PersonaliseDeps,
  session: TagSession,
  { uid, keys }: TagPlan,
  states: KeyStates,
  version: number,
): Promise<boolean> {
  let changed = false;
  for (const key of [1, 2, 3, 4] as const) {
    if (states[key] === 'new') continue;
    const next = { key: keys[key], version };
    await perform(deps, { uid, name: 'change-key', key }, async () => changeKey(session, key, FACTORY_KEY, next));
    changed = true;
  }
  if (states[0] === 'new') return changed;
  const next = { key: keys[0], version };
  await perform(deps, { uid, name: 'change-key', key: 0 }, async () => changeMasterKey(session, next));
  return true;
}

/** The intent before, the outcome after. Only a tag that answers with another status is known not to have done it. */
async function perform(deps: PersonaliseDeps, step: Omit<TagStep, 'phase'>, act: () => Promise<void>): Promise<void> {
  await deps.step({ ...step, phase: 'intent' });
  try {
    await act();
  } catch (error) {
    await deps.step({ ...step, phase: isRefusal(error, 'card/declined') ? 'declined' : 'unknown' });
    throw error;
  }
  await deps.step({ ...step, phase: 'done' });
}

function refuse(code: TagCode, uid: TagUid, message: string): never {
  throw new Refusal<TagCode>(code, message, { uid: formatTagUid(uid) });
}
