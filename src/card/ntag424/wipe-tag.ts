import { equal } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TagCode } from './code.ts';
import { changeFileSettings, FILE, getFileSettings, readData } from './commands.ts';
import { sameSettings, type FileSettings } from './file-settings.ts';
import { FACTORY_KEY, KEY_NUMBERS, KEY_OF, type KeyNumber } from './keys.ts';
import { selectApplication } from './native.ts';
import { expectUid } from './prove-tag.ts';
import { findFactoryKeys, identifyTag, readTagKeys } from './read-tag.ts';
import { authenticateFirst } from './session.ts';
import { formatTagUid, type TagUid } from './uid.ts';
import { changeKeys, perform, refuseUnfitKeys, writeFile, type VersionedKeys, type WritingDeps } from './write-tag.ts';

/** Of the NDEF file as delivered (NT4H2421Gx §8.2.3.2). */
const DELIVERED: FileSettings = {
  mode: 'plain',
  rights: { read: 'free', write: 'free', readWrite: 'free', change: KEY_OF.master },
};
const EMPTY = new Uint8Array(256);

/**
 * Takes a tag of ours back to how it was delivered: empty, open, with the factory's keys. May be called again after any
 * interruption, as key 0 is changed last. It counts its taps anew afterwards: whoever writes it again gives it keys of
 * another version, or addresses that somebody kept would be new.
 *
 * ChangeKey to a key that everybody knows tells the old one, so each is taken away only after it was proven.
 * @param request of the card that the tag was part of
 * @param proven called once the tag has proven its keys, and may be wiped, before anything is changed
 * @throws Refusal `tag/foreign-key`, `tag/other-version`, `tag/locked`, `tag/proof-failed`, and what `identifyTag`, the
 * commands and `proven` refuse
 * @throws Outage as the channel does: call it again
 */
export async function wipeTag(
  deps: WritingDeps,
  request: VersionedKeys & { readonly uid: TagUid },
  proven?: () => Promise<void>,
): Promise<TagUid> {
  const { uid, keys } = request;
  refuseUnfitKeys(request);
  const { uid: there } = await identifyTag(deps);
  if (!equal(there, uid)) throw new Refusal<TagCode>('tag/exchanged', 'another tag', { uid: formatTagUid(uid) });
  const { states, session } = await readTagKeys(deps, uid, await findFactoryKeys(deps), request);
  await expectUid(session, uid);
  const found = await getFileSettings(session, FILE.ndef);
  const isDelivered = sameSettings(found, DELIVERED);
  if (!isDelivered && found.rights.change !== KEY_OF.master) {
    throw new Refusal<TagCode>('tag/locked', 'key 0 may not change the file', { uid: formatTagUid(uid) });
  }
  await proven?.();
  if (!isDelivered) {
    const change = async (): Promise<void> => changeFileSettings(session, FILE.ndef, DELIVERED);
    await perform(deps, { uid, name: 'change-settings' }, change);
  }
  await writeFile(deps, session, uid, { ...DELIVERED, size: found.size }, EMPTY);
  await changeKeys(deps, session, uid, {
    from: (number) => keys[number],
    to: () => ({ key: FACTORY_KEY, version: 0 }),
    isDone: (number: KeyNumber) => states[number] === 'factory',
  });
  await proveEmpty(deps, uid);
  return uid;
}

async function proveEmpty(deps: WritingDeps, uid: TagUid): Promise<void> {
  await selectApplication(deps.channel);
  for (const number of KEY_NUMBERS) {
    const session = await authenticateFirst(deps, number, FACTORY_KEY);
    if (!session) failed(uid, `the factory's key ${number} does not work`);
    if (number !== KEY_OF.master) continue;
    await expectUid(session, uid);
    const settings = await getFileSettings(session, FILE.ndef);
    const file = await readData(session, FILE.ndef, 'plain', 0, EMPTY.length);
    if (!sameSettings(settings, DELIVERED) || !equal(file, EMPTY)) failed(uid, 'the file is not empty');
  }
}

function failed(uid: TagUid, found: string): never {
  const facts = { uid: formatTagUid(uid), found };
  throw new Refusal<TagCode>('tag/proof-failed', `the tag was wiped and fails its proof: ${found}`, facts);
}
