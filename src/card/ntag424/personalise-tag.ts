import { Refusal } from '../../core/refusal.ts';
import type { TagCode } from './code.ts';
import { changeFileSettings, FILE, getFileSettings } from './commands.ts';
import { sameSettings, type FileSettings } from './file-settings.ts';
import { FACTORY_KEY, KEY_OF, type KeyNumber } from './keys.ts';
import { expectUid, proveTag, type ProvenTap, type TagPlan } from './prove-tag.ts';
import { findFactoryKeys, identifyTag, readTagKeys, type FoundKeys, type KeyStates } from './read-tag.ts';
import type { TagSession } from './session.ts';
import { sunTemplate, type TagBatch } from './sun.ts';
import { formatTagUid, type TagUid } from './uid.ts';
import { changeKeys, perform, refuseUnfitKeys, writeFile, type VersionedKeys, type WritingDeps } from './write-tag.ts';

/** What lies there, before any key of ours is asked for. */
export interface FoundTag {
  readonly uid: TagUid;
  /** Whether it says that all of its keys are the factory's. */
  readonly isBlank: boolean;
}

/** What a tag is to be. */
export interface PersonaliseRequest extends VersionedKeys {
  /** `https://host`, with an optional path prefix. */
  readonly origin: string;
  readonly batch: TagBatch;
}

export interface PersonaliseOptions {
  /** Whose signature makes a tag genuine: NXP's unless told. */
  readonly makerKey?: Uint8Array;
  /** Also writes a tag whose number its maker did not sign. */
  readonly acceptNotGenuine?: boolean;
}

/** With the last address that was read to prove it: whoever holds the masters checks it, and counts none up to it as a tap. */
export interface PersonalisedTag extends ProvenTap {
  readonly uid: TagUid;
  readonly isGenuine: boolean;
  /** Of the keys that it proved. */
  readonly keyVersion: number;
  /** Whether anything was changed; a tag that was done before is only proven. */
  readonly changed: boolean;
}

/**
 * Gives a tag its address and its keys, and proves it. May be called again at any time, after any interruption: what
 * stands in the tag is read, never assumed, and goes on from there. The order lets it: the file while anybody may write
 * it, its settings, keys 1 to 4, and key 0 last, so that until then everything can be changed with a key that is known.
 *
 * ChangeKey tells a key to whatever holds the session, and a number and its signature can be copied. So a tag that says it
 * is blank has to be given keys that nothing was told before, and any other proves key 1 of those that it is given
 * before it is told, or has written, anything.
 * @param assign what the tag is to be: of a blank one another version each time it is asked
 * @throws Refusal `tag/not-genuine`, `tag/foreign-key`, `tag/other-version`, `tag/locked`, `tag/other-address`,
 * `tag/proof-failed`, and what `assign`, `identifyTag`, `readTagKeys` and the commands refuse
 * @throws Outage as the channel does: call it again
 */
export async function personaliseTag(
  deps: WritingDeps,
  assign: (found: FoundTag) => Promise<PersonaliseRequest>,
  { makerKey, acceptNotGenuine = false }: PersonaliseOptions = {},
): Promise<PersonalisedTag> {
  const { uid, isGenuine } = await identifyTag(deps, makerKey);
  if (!isGenuine && !acceptNotGenuine) refuse('tag/not-genuine', uid, 'its maker did not sign the number of the tag');
  const found = await findFactoryKeys(deps);
  // Before its number is recorded as that of a tag of ours.
  if (found.session) await expectUid(found.session, uid);
  const request = await assign({ uid, isBlank: found.isBlank });
  refuseUnfitKeys(request);
  const { origin, batch, keys, keyVersion } = request;
  // Before the tag is changed: an address may be too long.
  const plan: TagPlan = { uid, origin, batch, template: sunTemplate(origin, batch), keys };
  refuseWithoutFirstKey(uid, found);
  const { states, session } = await readTagKeys(deps, uid, found, request);
  await expectUid(session, uid);
  const wrote = await writeAddress(deps, session, plan, states);
  const isDone = (number: KeyNumber): boolean => states[number] === 'new';
  const changed = await changeKeys(deps, session, uid, {
    from: () => FACTORY_KEY,
    to: (number) => ({ key: keys[number], version: keyVersion }),
    isDone,
  });
  const proven = await proveTag(deps, plan);
  return { uid, isGenuine, keyVersion, changed: wrote || changed, ...proven };
}

/**
 * Not blank, and without the key that is changed first: no tag of ours that was torn off is like that. Key 2 proves nothing: it
 * is that of the batch.
 */
function refuseWithoutFirstKey(uid: TagUid, { isBlank, isFactory }: FoundKeys): void {
  if (isBlank || !isFactory[KEY_OF.fileRead]) return;
  const facts = { uid: formatTagUid(uid), key: isFactory.indexOf(false) };
  throw new Refusal<TagCode>('tag/foreign-key', 'keys were given to it, and not the first one', facts);
}

async function writeAddress(
  deps: WritingDeps,
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

function refuse(code: TagCode, uid: TagUid, message: string): never {
  throw new Refusal<TagCode>(code, message, { uid: formatTagUid(uid) });
}
