import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { LeafKind, subjectTag, type Evidence, type KeyId8, type LeafDraft } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import type { DirectoryCode } from './code.ts';
import { officialFields, type OfficialInput } from './fields.ts';
import { drawOfficialId, identityOf, type Official, type OfficialId } from './official.ts';
import { photoPixels, photoRef, type Photo } from './photo.ts';
import { officialRecord, type OfficialAct } from './record.ts';
import type { DirectoryStore, DirectoryWrite } from './store.ts';

/** Who acts and on what authority: what every leaf names. */
export interface ActBy {
  readonly issuer: KeyId8;
  readonly evidence: Evidence;
}

export interface DirectoryDeps {
  readonly store: DirectoryStore;
  readonly ledger: Ledger<DirectoryWrite>;
  readonly primitives: Pick<Primitives, 'digest' | 'hmac'>;
  readonly random: Random;
}

export interface RegisterRequest {
  readonly input: OfficialInput;
  readonly photo?: Photo;
  /** The earlier record of somebody who comes back or changes post; it must have ended. */
  readonly supersedes?: OfficialId;
  readonly by: ActBy;
}

const LEAF_KIND = {
  'official/registered': LeafKind.officialRegistered,
  'official/changed': LeafKind.officialChanged,
  'official/ended': LeafKind.officialEnded,
} as const;

/** The leaf of `act`, after which `official` stands as given. */
export function officialLeaf(
  { primitives, random }: Pick<DirectoryDeps, 'primitives' | 'random'>,
  act: OfficialAct,
  official: Official,
  by: ActBy,
): LeafDraft {
  return {
    kind: LEAF_KIND[act],
    issuer: by.issuer,
    record: officialRecord(act, official, primitives),
    salt: random(32),
    subjectTag: subjectTag(official.subjectKey, official.acts, primitives),
    evidence: by.evidence,
    ...(act !== 'official/registered' && { ref: official.registeredLeaf }),
  };
}

/** A drawn id is taken once in a million directories: more often than this, something else is wrong. */
const MAX_DRAWS = 4;

/**
 * Enters an official into the directory: one leaf.
 * @throws Refusal with the code of the first field that is not acceptable
 * @throws Refusal 'directory/unit-unknown'
 * @throws Refusal 'directory/official-already-registered' when the same name holds the same post in the same unit
 * @throws Refusal 'directory/superseded-not-ended' when the record that it supersedes is still in its post
 */
export async function registerOfficial(deps: DirectoryDeps, request: RegisterRequest): Promise<Official> {
  const { store, ledger, random } = deps;
  const fields = officialFields(request.input);
  if (!(await store.findUnit(fields.unit))) {
    throw new Refusal<DirectoryCode>('directory/unit-unknown', `no unit ${fields.unit}`, { unit: fields.unit });
  }
  const same = (await store.findByIdentity(identityOf(fields))).find(({ record }) => !record.ended);
  if (same) {
    const facts = { official: same.record.id };
    throw new Refusal<DirectoryCode>('directory/official-already-registered', `already registered`, facts);
  }
  if (request.supersedes !== undefined) await mustHaveEnded(store, request.supersedes);

  for (let draw = 1; ; draw++) {
    const official: Official = {
      ...fields,
      id: drawOfficialId(random),
      ...(request.photo && { photo: photoRef(request.photo) }),
      ...(request.supersedes !== undefined && { supersedes: request.supersedes }),
      subjectKey: random(32),
      acts: 1,
      registeredLeaf: -1,
    };
    const writes: DirectoryWrite[] = [
      { put: 'official', key: official.id, record: official, ifVersion: 0, leafAs: 'registeredLeaf' },
    ];
    if (request.photo) {
      writes.push({ put: 'photo', key: official.id, record: photoPixels(request.photo), ifVersion: 0 });
    }
    try {
      const leaf = officialLeaf(deps, 'official/registered', official, request.by);
      const { index } = await ledger.commit({ leaf, writes });
      return { ...official, registeredLeaf: index };
    } catch (error) {
      const idTaken = isRefusal(error, 'log/stale') && (await store.findOfficial(official.id)) !== undefined;
      if (!idTaken || draw === MAX_DRAWS) throw error;
    }
  }
}

async function mustHaveEnded(store: DirectoryStore, id: OfficialId): Promise<void> {
  const earlier = await store.findOfficial(id);
  if (!earlier) throw new Refusal<DirectoryCode>('directory/official-unknown', `no official ${id}`, { official: id });
  if (!earlier.record.ended) {
    const facts = { official: id };
    throw new Refusal<DirectoryCode>('directory/superseded-not-ended', `${id} has not ended`, facts);
  }
}
