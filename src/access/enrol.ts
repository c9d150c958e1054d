import { equal, toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Clock } from '../core/time.ts';
import { mandateAt, type Official, type OfficialId } from '../directory/official.ts';
import { foldText, readEntered } from '../directory/text.ts';
import { LeafKind, NO_EVIDENCE, NO_ISSUER, type LeafDraft } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import type { AccessCode } from './code.ts';
import { passkeyOf, type Person } from './people.ts';
import type { Enrolment, Founder, PersonId } from './person.ts';
import { accessEndedRecord, enrolledRecord, MAX_NAME, rolesRecord, type AccessEnd } from './record.ts';
import { MAX_GRANTS, readGrant, type RoleGrant } from './role.ts';
import type { AccessStore, AccessWrite } from './store.ts';

export interface AccessDeps {
  readonly store: AccessStore;
  readonly directory: { findOfficial(id: OfficialId): Promise<Versioned<Official> | undefined> };
  readonly ledger: Ledger<AccessWrite>;
  readonly founders: readonly Pick<Founder, 'person' | 'name' | 'key'>[];
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/**
 * Enrols a passkey of somebody: one leaf, which two approvers authorise. A repeated call finds what the first one did.
 * @throws Refusal `access/name`; `access/credential-in-use` where the passkey is somebody else's, or ended; `access/other-person` where the person has another id already; `access/no-mandate` for an
 *   official who is not in office; `access/person-ended`
 */
export async function enrolPasskey(deps: AccessDeps, enrolment: Enrolment): Promise<Person> {
  const { store, ledger, primitives } = deps;
  const name = readEntered(enrolment.name, { max: MAX_NAME });
  if (!('text' in name) || name.text !== enrolment.name) refuse('access/name', 'a name that cannot be read');
  const { credentialId, key, person, official } = enrolment;
  const holder = await store.findByCredential(credentialId);
  if (holder) {
    const passkey = passkeyOf(holder, credentialId);
    const isRepeated = holder.id === person && passkey?.endedLeaf === undefined && equal(passkey!.key, key);
    if (isRepeated && holder.endedLeaf === undefined) return holder;
    refuse('access/credential-in-use', 'the passkey is enrolled already');
  }
  await refuseTwin(deps, enrolment);
  const known = await store.findPerson(person);
  if (known?.endedLeaf !== undefined) refuse('access/person-ended', 'their access ended');
  if (known && (known.name !== enrolment.name || known.official !== official)) {
    refuse('access/other-person', 'a further passkey under another name or post');
  }
  if (official !== undefined) await refuseOutOfOffice(deps, official);
  const digest = primitives.digest('SHA-256', credentialId);
  const first = known?.passkeys[0]?.enrolledLeaf;
  await ledger.commit({
    leaf: leafAbout(deps, LeafKind.accessEnrolled, enrolledRecord(enrolment), first),
    writes: [
      {
        put: 'attempt',
        key: `access/passkey/${toHex(digest)}`,
        record: { requestDigest: digest, made: person },
        ifVersion: 0,
      },
    ],
  });
  return found(deps, person);
}

/** One human, one person: else two of them would be four eyes. What the log can tell is asked here; the rest, by two who approve. */
async function refuseTwin({ store, founders }: AccessDeps, { person, name, official, key }: Enrolment): Promise<void> {
  const people = (await store.listPeople()).filter(({ endedLeaf }) => endedLeaf === undefined);
  const hasKey = (one: { readonly key: Uint8Array }): boolean => equal(one.key, key);
  const isTwin =
    founders.some((one) => one.person !== person && (foldText(one.name) === foldText(name) || hasKey(one))) ||
    people.some(({ id, official: post, passkeys }) => {
      const isSame = (official !== undefined && post === official) || passkeys.some(hasKey);
      return id !== person && isSame;
    });
  if (isTwin) refuse('access/other-person', 'somebody who has another id already');
}

/** @throws Refusal `access/no-mandate` */
export async function refuseOutOfOffice(
  { directory, clock }: Pick<AccessDeps, 'directory' | 'clock'>,
  id: OfficialId,
): Promise<void> {
  const official = await directory.findOfficial(id);
  const mandate = official && mandateAt(official.record, clock());
  if (mandate !== 'current') {
    const facts = { official: id, mandate: mandate ?? 'none' };
    throw new Refusal<AccessCode>('access/no-mandate', `mandate ${facts.mandate}`, facts);
  }
}

/**
 * Gives somebody these roles, and takes all others: one leaf, which two approvers authorise.
 * @throws Refusal `access/person-unknown`, `access/person-ended`, `access/roles`
 */
export async function setRoles(deps: AccessDeps, id: PersonId, grants: readonly RoleGrant[]): Promise<Person> {
  const person = await standing(deps, id);
  if (grants.length > MAX_GRANTS || !grants.every(readGrant)) refuse('access/roles', 'not roles as they are written');
  await deps.ledger.commit({
    leaf: leafAbout(deps, LeafKind.accessRolesSet, rolesRecord(id, grants), person.passkeys[0]!.enrolledLeaf),
    writes: [],
  });
  return found(deps, id);
}

/** What ends, and why; `credentialId` where it is one passkey. */
export interface AccessEnding extends Pick<AccessEnd, 'scope' | 'reason'> {
  readonly credentialId?: Uint8Array;
}

/**
 * Ends one passkey of somebody, or all that they may do: at once, and for good.
 * @throws Refusal `access/person-unknown`, `access/person-ended`, `access/passkey-unknown`
 */
export async function endAccess(
  deps: AccessDeps,
  id: PersonId,
  { scope, reason, credentialId }: AccessEnding,
): Promise<Person> {
  const person = await standing(deps, id);
  const passkey = scope === 'person' ? person.passkeys[0] : credentialId && passkeyOf(person, credentialId);
  if (!passkey) refuse('access/passkey-unknown', 'they have no such passkey');
  if (passkey.endedLeaf !== undefined && scope === 'passkey') return person;
  const record = accessEndedRecord({ person: id, scope, at: deps.clock(), reason });
  await deps.ledger.commit({ leaf: leafAbout(deps, LeafKind.accessEnded, record, passkey.enrolledLeaf), writes: [] });
  return found(deps, id);
}

function leafAbout({ random }: AccessDeps, kind: LeafKind, record: Uint8Array, ref?: number): LeafDraft {
  const drawn = { salt: random(32), subjectTag: random(32) };
  return { kind, issuer: NO_ISSUER, record, ...drawn, evidence: NO_EVIDENCE, ...(ref !== undefined && { ref }) };
}

async function standing({ store }: AccessDeps, id: PersonId): Promise<Person> {
  const person = await store.findPerson(id);
  if (!person) refuse('access/person-unknown', 'nobody of that id is enrolled');
  if (person.endedLeaf !== undefined) refuse('access/person-ended', 'their access ended');
  return person;
}

async function found({ store }: AccessDeps, id: PersonId): Promise<Person> {
  const person = await store.findPerson(id);
  if (!person) throw new Error('somebody who was enrolled is not among the people of the log');
  return person;
}

function refuse(code: AccessCode, message: string): never {
  throw new Refusal<AccessCode>(code, message);
}
