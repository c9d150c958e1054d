import { equal } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { TagCode } from './code.ts';
import { dataMode, FILE, getCardUid, getFileSettings, readData } from './commands.ts';
import { sameSettings } from './file-settings.ts';
import { FACTORY_KEY, KEY_NUMBERS, KEY_OF, type TagKeys } from './keys.ts';
import { selectApplication } from './native.ts';
import { readNdefAddress } from './ndef.ts';
import { authenticateFirst, type TagDeps, type TagSession } from './session.ts';
import type { SunTemplate, TagBatch } from './sun.ts';
import { checkTapMac, openPicc, readTapAddress } from './tap-address.ts';
import { formatTagUid, type TagUid } from './uid.ts';

/** What a tag of ours has to show. */
export interface TagPlan {
  readonly uid: TagUid;
  readonly origin: string;
  readonly batch: TagBatch;
  readonly template: SunTemplate;
  readonly keys: TagKeys;
}

/** What a phone would have opened. */
export interface ProvenTap {
  readonly address: string;
  readonly counter: number;
}

/**
 * Proves a personalised tag, without writing: each new key works and no factory key does; number, file and settings are
 * those of the plan; two reads as a phone's give addresses whose MACs are right, with counters that grow.
 * @returns the last of them: no address up to its counter was made for anybody
 * @throws Refusal `tag/proof-failed` (`found`), `tag/exchanged`; else as the commands do
 */
export async function proveTag(deps: TagDeps, plan: TagPlan): Promise<ProvenTap> {
  await selectApplication(deps.channel);
  for (const number of KEY_NUMBERS) {
    // One failure before each success: the tag never counts two in a row.
    if (await authenticateFirst(deps, number, FACTORY_KEY)) failed(plan, `factory key ${number} works`);
    const session = await authenticateFirst(deps, number, plan.keys[number]);
    if (!session) failed(plan, `key ${number} does not work`);
    if (number === KEY_OF.master) await proveFile(session, plan);
  }
  const first = await proveTap(deps, plan);
  const second = await proveTap(deps, plan);
  if (second.counter <= first.counter) failed(plan, 'the counter does not grow');
  return second;
}

async function proveFile(session: TagSession, { uid, template }: TagPlan): Promise<void> {
  await expectUid(session, uid);
  const settings = await getFileSettings(session, FILE.ndef);
  if (!sameSettings(settings, template.settings)) failed({ uid }, 'other settings of the file');
  const mode = dataMode(settings, KEY_OF.master, 'read')!;
  if (!equal(await readData(session, FILE.ndef, mode, 0, template.file.length), template.file)) {
    failed({ uid }, 'another file');
  }
}

/** @throws Refusal `tag/exchanged` unless the tag in this session has the number */
export async function expectUid(session: TagSession, uid: TagUid): Promise<void> {
  if (equal(await getCardUid(session), uid)) return;
  throw new Refusal<TagCode>('tag/exchanged', 'another tag than before', { uid: formatTagUid(uid) });
}

/** Reads as a phone does, and judges as the service does. */
async function proveTap(deps: TagDeps, plan: TagPlan): Promise<ProvenTap> {
  const { keys, origin, batch, uid } = plan;
  const address = (await readNdefAddress(deps.channel)) ?? '';
  const parts = readTapAddress(address, [origin]);
  if (parts?.batch !== batch) failed(plan, 'the address is of another form');
  const tap = openPicc(deps.ciphers, keys[KEY_OF.metaRead], parts.picc);
  if (!tap || !equal(tap.uid, uid)) failed(plan, 'the address is of another tag');
  if (!checkTapMac(deps.ciphers, keys[KEY_OF.fileRead], tap, parts.mac))
    failed(plan, 'the MAC of the address is wrong');
  return { address, counter: tap.counter };
}

function failed({ uid }: Pick<TagPlan, 'uid'>, found: string): never {
  const facts = { uid: formatTagUid(uid), found };
  throw new Refusal<TagCode>('tag/proof-failed', `the tag was written and fails its proof: ${found}`, facts);
}
