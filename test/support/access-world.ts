import { createHash } from 'node:crypto';
import { batchOf } from '../../src/access/batch.ts';
import { challengeOf, type Statement } from '../../src/access/statement.ts';
import type { AssertedBy, SignedAssertion } from '../../src/access/evidence.ts';
import {
  judgeAct,
  type AccessLeaf,
  type ActFinding,
  type AuthorisedAct,
  type JudgeDeps,
} from '../../src/access/judge.ts';
import { drawPersonId, type Enrolment, type Founder, type PersonId } from '../../src/access/person.ts';
import { accessEndedRecord, enrolledRecord, rolesRecord, type AccessEnd } from '../../src/access/record.ts';
import { relyingPartyOf } from '../../src/access/relying-party.ts';
import type { Role, RoleGrant } from '../../src/access/role.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import { unixSeconds, type CalendarDay, type UnixSeconds } from '../../src/core/time.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { readRecord } from '../../src/log/record.ts';
import { LeafKind, NO_EVIDENCE, type Evidence } from '../../src/log/leaf.ts';
import { SoftAuthenticator, type Slips } from '../doubles/soft-authenticator.ts';

export const ADDRESS = 'https://verifica.example.mx/cotejo';
const ORIGIN = 'https://verifica.example.mx';
const RP_ID = 'verifica.example.mx';
export const AT: UnixSeconds = unixSeconds(1795284000);

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

/** Somebody with a passkey in hand, whoever the log says they are. */
export interface Holder {
  readonly by: AssertedBy;
  readonly person: PersonId;
  readonly authenticator: SoftAuthenticator;
  readonly key: Uint8Array;
}

export interface Said {
  readonly slips?: Slips;
  readonly statement?: Partial<Statement>;
  /** Other records that are authorised with it, and where it stands among them. */
  readonly others?: readonly Uint8Array[];
}

/** Founders, people and the leaves of access, in memory, with passkeys that are programs. */
export class AccessWorld {
  readonly founders: (Founder & { readonly holder: Holder })[] = [];
  /** The first is the charter's: whoever authorises has seen a checkpoint. */
  readonly leaves: AccessLeaf[] = [
    { kind: LeafKind.charterPublished, record: new Uint8Array([0x80]), evidence: NO_EVIDENCE, ref: undefined },
  ];

  constructor(founders = 2) {
    for (let i = 0; i < founders; i++) {
      const holder = this.#holder({ founder: i });
      this.founders.push({ person: holder.person, name: `Fundadora ${i}`, key: holder.key, holder });
    }
  }

  #holder(by: AssertedBy): Holder {
    const authenticator = new SoftAuthenticator(ORIGIN);
    authenticator.create({
      rp: { id: RP_ID },
      user: { id: toBase64Url(sha256('user')) },
      challenge: toBase64Url(sha256('registration')),
      pubKeyCredParams: [{ alg: -7 }],
    });
    const person = drawPersonId(systemRandom);
    return { by, person, authenticator, key: authenticator.passkeys[0]!.spki };
  }

  deps(over: Partial<JudgeDeps> = {}): JudgeDeps {
    return {
      founders: this.founders,
      relyingParty: relyingPartyOf([ADDRESS]),
      accessLeaf: async (index) => this.leaves[index],
      primitives: nodePrimitives,
      ...over,
    };
  }

  judge(act: AuthorisedAct, over: Partial<JudgeDeps> = {}): Promise<ActFinding> {
    return judgeAct(act, this.deps(over));
  }

  /** Evidence that `holders` authorised this record. */
  async evidence(record: Uint8Array, holders: readonly Holder[], said: Said = {}): Promise<Evidence> {
    const records = [record, ...(said.others ?? [])];
    const batch = await batchOf(records, nodePrimitives);
    const action = readRecord(record)?.[1];
    if (typeof action !== 'string') throw new Error('not a record');
    const root = sha256('a checkpoint');
    const key = sha256('a key').subarray(0, 16);
    const rest = { key, at: AT, size: 1, root, ...said.statement };
    const challenge = challengeOf({ action, count: batch.count, target: batch.target, ...rest }, nodePrimitives);
    const assertions: SignedAssertion[] = holders.map(({ by, authenticator }) => {
      const options = { challenge: toBase64Url(challenge), rpId: RP_ID };
      return { by, ...authenticator.get(options, said.slips).assertion };
    });
    return batch.evidenceOf(0, rest, assertions);
  }

  /** Appends a leaf of access, authorised by these. */
  async append(kind: LeafKind, record: Uint8Array, by: readonly Holder[], ref?: number): Promise<number> {
    const evidence = await this.evidence(record, by);
    return this.leaves.push({ kind, record, evidence, ref }) - 1;
  }

  /** A person with roles, whom `by` approved. */
  async enrol(roles: readonly (Role | RoleGrant)[], by: readonly Holder[], official?: string): Promise<Holder> {
    const holder = this.#holder({ founder: 0 });
    const { person, key } = holder;
    const credentialId = holder.authenticator.passkeys[0]!.id;
    const who: Enrolment = {
      person,
      name: 'Persona',
      key,
      credentialId,
      ...(official && { official: official as OfficialId }),
    };
    const enrolment = await this.append(LeafKind.accessEnrolled, enrolledRecord(who), by);
    const grants = roles.map((role) => (typeof role === 'string' ? { role, from: '2026-01-01' as CalendarDay } : role));
    const given = await this.append(LeafKind.accessRolesSet, rolesRecord(person, grants), by, enrolment);
    return { ...holder, by: { enrolment, roles: given } };
  }

  async end(of: Holder, end: Omit<AccessEnd, 'person' | 'at'>, by: Holder): Promise<number> {
    if ('founder' in of.by) throw new Error('a founder ends by charter');
    const record = accessEndedRecord({ person: of.person, at: AT, ...end });
    return this.append(LeafKind.accessEnded, record, [by], of.by.enrolment);
  }
}
