import { EvidenceKind } from '../../access/evidence.ts';
import { judgeAct, type JudgeDeps } from '../../access/judge.ts';
import { tellPerson, type Person, type PersonAct } from '../../access/people.ts';
import type { PersonId } from '../../access/person.ts';
import { readAccessEnd, readEnrolled, readRoles } from '../../access/record.ts';
import type { AccessStore } from '../../access/store.ts';
import { toHex } from '../../core/bytes.ts';
import { takingTurns } from '../../core/turns.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { accessLeaf } from './access.ts';

const KINDS: readonly LeafKind[] = [LeafKind.accessEnrolled, LeafKind.accessRolesSet, LeafKind.accessEnded];

export interface PeopleDeps {
  readonly log: Pick<LogReader, 'leaf' | 'opening' | 'referring' | 'ofKinds'>;
  readonly judge: JudgeDeps;
  /** The development policy: an act without evidence counts. */
  readonly dev: boolean;
}

/**
 * The people as the log tells them, each leaf read once. An enrolment or roles that nobody who may authorised were appended by
 * somebody who has the database: they say nothing.
 */
export function loggedPeople({ log, judge, dev }: PeopleDeps): AccessStore {
  const people = new Map<PersonId, Person>();
  let next = 0;
  const inTurn = takingTurns();

  const actAt = async (index: number): Promise<PersonAct | undefined> => {
    const leaf = await log.leaf(index);
    const opened = await accessLeaf(log, index, judge.primitives);
    if (leaf?.kind === LeafKind.accessEnded && leaf.ref !== undefined) {
      const end = opened && readAccessEnd(opened.record);
      return { act: 'ended', index, enrolledLeaf: leaf.ref, ...(end && { end }) };
    }
    if (!opened) {
      const isRoles = leaf?.kind === LeafKind.accessRolesSet && leaf.ref !== undefined;
      return isRoles ? { act: 'roles-unread', index, enrolledLeaf: leaf.ref } : undefined;
    }
    const isWilled = dev && opened.evidence.kind === EvidenceKind.none;
    if (!isWilled && (await judgeAct({ ...opened, index }, judge)).outcome !== 'authorised') return undefined;
    const enrolment = opened.kind === LeafKind.accessEnrolled ? readEnrolled(opened.record) : undefined;
    if (enrolment) return { act: 'enrolled', index, enrolment };
    const roles = readRoles(opened.record);
    return roles && { act: 'roles-set', index, ...roles };
  };

  const told = (): Promise<ReadonlyMap<PersonId, Person>> =>
    inTurn(async () => {
      for (const index of await log.ofKinds(KINDS, next)) {
        const act = await actAt(index);
        if (act) tellPerson(people, act);
        next = index + 1;
      }
      return people;
    });

  return {
    findPerson: async (id) => (await told()).get(id),
    async findByCredential(credentialId) {
      const wanted = toHex(credentialId);
      const all = [...(await told()).values()];
      return all.find(({ passkeys }) => passkeys.some((one) => toHex(one.credentialId) === wanted));
    },
    listPeople: async () => [...(await told()).values()],
  };
}
