import { Refusal } from '../../core/refusal.ts';
import type { TagCode } from './code.ts';
import { changeFileSettings, FILE, getFileSettings } from './commands.ts';
import { sameSettings, type FileSettings } from './file-settings.ts';
import { FACTORY_KEY, KEY_OF, type KeyNumber } from './keys.ts';
import { expectUid, proveTag, type ProvenTap, type TagPlan } from './prove-tag.ts';
import { identifyTag, readTagKeys, type KeyStates } from './read-tag.ts';
import type { TagSession } from './session.ts';
import { sunTemplate, type TagBatch } from './sun.ts';
import { formatTagUid, type TagUid } from './uid.ts';
import { changeKeys, keysOf, perform, writeFile, type WritingDeps } from './write-tag.ts';

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

/** With the last address that was read to prove it: whoever holds the masters checks it, and counts none up to it as a tap. */
export interface PersonalisedTag extends ProvenTap {
  readonly uid: TagUid;
  readonly isGenuine: boolean;
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
  deps: WritingDeps,
  { origin, batch, keyVersion }: PersonaliseRequest,
  { makerKey, acceptNotGenuine = false }: PersonaliseOptions = {},
): Promise<PersonalisedTag> {
  // Before the tag is touched: an address may be too long.
  const template = sunTemplate(origin, batch);
  const tag = await identifyTag(deps, makerKey);
  const { uid, isGenuine } = tag;
  if (!isGenuine && !acceptNotGenuine) refuse('tag/not-genuine', uid, 'its maker did not sign the number of the tag');
  const plan: TagPlan = { uid, origin, batch, template, keys: await keysOf(deps, uid, keyVersion) };
  const { states, session } = await readTagKeys(deps, uid, plan.keys, keyVersion);
  await expectUid(session, uid);
  const wrote = await writeAddress(deps, session, plan, states);
  const isDone = (number: KeyNumber): boolean => states[number] === 'new';
  const changed = await changeKeys(deps, session, uid, {
    from: () => FACTORY_KEY,
    to: (number) => ({ key: plan.keys[number], version: keyVersion }),
    isDone,
  });
  const proven = await proveTag(deps, plan);
  return { uid, isGenuine, changed: wrote || changed, ...proven };
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
