/** What personalising and wiping share: each command that changes a tag stands in a journal before it is sent. */
import { equal } from '../../core/bytes.ts';
import { isRefusal } from '../../core/refusal.ts';
import { changeKey, changeMasterKey, dataMode, FILE, readData, writeData, type NewKey } from './commands.ts';
import type { FileState } from './file-settings.ts';
import { FACTORY_KEY, isKeyVersion, type KeyNumber, type TagKeys } from './keys.ts';
import type { TagDeps, TagSession } from './session.ts';
import type { TagUid } from './uid.ts';

/** A command that changes the tag: it is about to be sent, was done, was declined, or nobody knows. */
export interface TagStep {
  readonly uid: TagUid;
  readonly name: 'write-file' | 'open-settings' | 'change-settings' | 'change-key';
  /** Of `change-key`. */
  readonly key?: KeyNumber;
  readonly phase: 'intent' | 'done' | 'declined' | 'unknown';
}

export interface WritingDeps extends TagDeps {
  /** Makes a step durable. The tag is told nothing before the intent is. */
  readonly step: (step: TagStep) => Promise<void>;
}

/** The keys of a tag (`tagKeys`), from where the masters are. */
export interface VersionedKeys {
  /** That the keys carry: 1 to 255. */
  readonly keyVersion: number;
  readonly keys: TagKeys;
}

/** A tag with the factory's key in a place would look as if it were new there. */
export function refuseUnfitKeys({ keys, keyVersion }: VersionedKeys): void {
  if (!isKeyVersion(keyVersion)) throw new RangeError('a version of no key of ours');
  const isUnfit = keys.some((key) => key.length !== FACTORY_KEY.length || equal(key, FACTORY_KEY));
  if (keys.length !== 5 || isUnfit) throw new RangeError('keys that no tag may be given');
}

/** The intent before, the outcome after. Only a tag that answers with another status is known not to have done it. */
export async function perform(
  deps: WritingDeps,
  step: Omit<TagStep, 'phase'>,
  act: () => Promise<void>,
): Promise<void> {
  await deps.step({ ...step, phase: 'intent' });
  try {
    await act();
  } catch (error) {
    await deps.step({ ...step, phase: isRefusal(error, 'card/declined') ? 'declined' : 'unknown' });
    throw error;
  }
  await deps.step({ ...step, phase: 'done' });
}

/** Writes the NDEF file unless it stands there already. */
export async function writeFile(
  deps: WritingDeps,
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

export interface KeyChange {
  readonly from: (number: KeyNumber) => Uint8Array;
  readonly to: (number: KeyNumber) => NewKey;
  /** Which places hold the new key already. */
  readonly isDone: (number: KeyNumber) => boolean;
}

/** Changes keys 1 to 4, and key 0 last, with which the session ends. @returns whether there was one to change */
export async function changeKeys(
  deps: WritingDeps,
  session: TagSession,
  uid: TagUid,
  { from, to, isDone }: KeyChange,
): Promise<boolean> {
  let changed = false;
  for (const key of [1, 2, 3, 4] as const) {
    if (isDone(key)) continue;
    await perform(deps, { uid, name: 'change-key', key }, async () => changeKey(session, key, from(key), to(key)));
    changed = true;
  }
  if (isDone(0)) return changed;
  await perform(deps, { uid, name: 'change-key', key: 0 }, async () => changeMasterKey(session, to(0)));
  return true;
}
