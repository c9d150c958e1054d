import { toHex } from '../core/bytes.ts';
import type { OfficialId } from '../directory/official.ts';
import type { AssertedBy } from './evidence.ts';
import type { Enrolment, PersonId } from './person.ts';
import type { AccessEnd } from './record.ts';
import type { RoleGrant } from './role.ts';

/** A passkey of somebody. */
export interface Passkey extends Pick<Enrolment, 'key' | 'credentialId'> {
  readonly enrolledLeaf: number;
  /** The leaf from which it counts no more. */
  readonly endedLeaf?: number;
}

/** Somebody who works here, as the log tells: all that people of their time approved, and nothing else. */
export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly official?: OfficialId;
  /** In the order of their enrolment; the first is the one that all further leaves are about. */
  readonly passkeys: readonly Passkey[];
  readonly grants: readonly RoleGrant[];
  /** The leaf that set them; absent until somebody did. */
  readonly rolesLeaf?: number;
  /** The leaf that ended all of it. */
  readonly endedLeaf?: number;
}

/** What people are told by, one leaf after another. */
export type PersonAct =
  | { readonly act: 'enrolled'; readonly index: number; readonly enrolment: Enrolment }
  | {
      readonly act: 'roles-set';
      readonly index: number;
      readonly person: PersonId;
      readonly grants: readonly RoleGrant[];
    }
  /** Set by a leaf that nobody can read any more: nothing, until somebody sets them again. */
  | { readonly act: 'roles-unread'; readonly index: number; readonly enrolledLeaf: number }
  /** `end` is absent where nobody can read it any more: then it ended everything. */
  | { readonly act: 'ended'; readonly index: number; readonly enrolledLeaf: number; readonly end?: AccessEnd };

/** The people after one more act; the map is changed. */
export function tellPerson(people: Map<PersonId, Person>, act: PersonAct): void {
  if (act.act === 'enrolled') {
    const { person: id, name, official, key, credentialId } = act.enrolment;
    const known = people.get(id);
    const passkey: Passkey = { key, credentialId, enrolledLeaf: act.index };
    if (known) people.set(id, { ...known, passkeys: [...known.passkeys, passkey] });
    else people.set(id, { id, name, ...(official && { official }), passkeys: [passkey], grants: [] });
    return;
  }
  const known =
    act.act === 'roles-set'
      ? people.get(act.person)
      : [...people.values()].find(({ passkeys }) => passkeys.some((one) => one.enrolledLeaf === act.enrolledLeaf));
  if (!known) return;
  if (act.act === 'roles-set' || act.act === 'roles-unread') {
    const grants = act.act === 'roles-set' ? act.grants : [];
    people.set(known.id, { ...known, grants, rolesLeaf: act.index });
  } else if (act.end?.scope === 'passkey') {
    const passkeys = known.passkeys.map((one) =>
      one.enrolledLeaf === act.enrolledLeaf && one.endedLeaf === undefined ? { ...one, endedLeaf: act.index } : one,
    );
    people.set(known.id, { ...known, passkeys });
  } else {
    people.set(known.id, { ...known, endedLeaf: known.endedLeaf ?? act.index });
  }
}

/** By what a passkey of theirs authorises now; `undefined` where it does not, or nobody gave them roles. */
export function assertedBy(person: Person, credentialId: Uint8Array): AssertedBy | undefined {
  const passkey = passkeyOf(person, credentialId);
  if (!passkey || passkey.endedLeaf !== undefined || person.endedLeaf !== undefined) return undefined;
  return person.rolesLeaf === undefined ? undefined : { enrolment: passkey.enrolledLeaf, roles: person.rolesLeaf };
}

export function passkeyOf({ passkeys }: Person, credentialId: Uint8Array): Passkey | undefined {
  const wanted = toHex(credentialId);
  return passkeys.find((one) => toHex(one.credentialId) === wanted);
}
