import { equal } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { CalendarDay } from '../core/time.ts';
import type { Versioned } from '../log/ledger.ts';
import type { DirectoryCode } from './code.ts';
import { inputOf, officialFields, type OfficialInput } from './fields.ts';
import { identityOf, type Official, type OfficialId } from './official.ts';
import { photoPixels, photoRef, type Photo } from './photo.ts';
import { officialRecord } from './record.ts';
import { officialLeaf, type ActBy, type DirectoryDeps } from './register.ts';
import type { DirectoryStore, DirectoryWrite } from './store.ts';

export interface ChangeRequest {
  readonly id: OfficialId;
  /** What is different; an empty text removes what may be absent. */
  readonly changes: Partial<OfficialInput>;
  /** Another photo, or null to remove it. */
  readonly photo?: Photo | null;
  readonly by: ActBy;
}

/**
 * Changes what the directory says of an official in office: one leaf. Credentials bind the profile as it was: whoever
 * calls this decides whether they are issued anew.
 * @throws Refusal 'directory/official-unknown', 'directory/official-ended', 'directory/unit-unknown'
 * @throws Refusal 'directory/unchanged' when nothing would be different
 * @throws Refusal 'directory/official-already-registered' when the new name, unit and post are somebody else's
 * @throws Refusal 'log/stale' when somebody else changed the record meanwhile
 */
export async function changeOfficial(deps: DirectoryDeps, request: ChangeRequest): Promise<Official> {
  const { store, ledger, primitives } = deps;
  const { record: before, version } = await findInOffice(store, request.id);
  const fields = officialFields({ ...inputOf(before), ...request.changes });
  if (fields.unit !== before.unit && !(await store.findUnit(fields.unit))) {
    throw new Refusal<DirectoryCode>('directory/unit-unknown', `no unit ${fields.unit}`, { unit: fields.unit });
  }
  const { id, supersedes, subjectKey, acts, registeredLeaf } = before;
  const photo =
    request.photo === undefined ? before.photo : request.photo === null ? undefined : photoRef(request.photo);
  const after: Official = {
    ...fields,
    id,
    ...(photo && { photo }),
    ...(supersedes !== undefined && { supersedes }),
    subjectKey,
    acts: acts + 1,
    registeredLeaf,
  };
  const said = (official: Official): Uint8Array => officialRecord('official/changed', official, primitives);
  if (equal(said({ ...after, acts }), said(before))) {
    throw new Refusal<DirectoryCode>('directory/unchanged', `nothing of ${id} would change`, { official: id });
  }
  if (identityOf(after) !== identityOf(before)) await mustBeFree(store, after);

  const writes: DirectoryWrite[] = [{ put: 'official', key: id, record: after, ifVersion: version }];
  if (request.photo !== undefined) {
    const row = await store.findPhoto(id);
    const record = request.photo === null ? {} : photoPixels(request.photo);
    if (row || request.photo) writes.push({ put: 'photo', key: id, record, ifVersion: row?.version ?? 0 });
  }
  await ledger.commit({ leaf: officialLeaf(deps, 'official/changed', after, request.by), writes });
  return after;
}

/**
 * The official, unless an end is recorded, for whatever day or for one up to `until`.
 * @throws Refusal 'directory/official-unknown', 'directory/official-ended'
 */
export async function findInOffice(
  store: DirectoryStore,
  id: OfficialId,
  until?: CalendarDay,
): Promise<Versioned<Official>> {
  const found = await store.findOfficial(id);
  if (!found) throw new Refusal<DirectoryCode>('directory/official-unknown', `no official ${id}`, { official: id });
  const { ended } = found.record;
  if (ended && (until === undefined || ended.on <= until)) {
    const facts = { official: id, on: ended.on };
    throw new Refusal<DirectoryCode>('directory/official-ended', `${id} ends on ${facts.on}`, facts);
  }
  return found;
}

async function mustBeFree(store: DirectoryStore, official: Official): Promise<void> {
  const others = await store.findByIdentity(identityOf(official));
  const other = others.find(({ record }) => !record.ended && record.id !== official.id);
  if (other) {
    const facts = { official: other.record.id };
    throw new Refusal<DirectoryCode>('directory/official-already-registered', 'somebody else holds this post', facts);
  }
}
