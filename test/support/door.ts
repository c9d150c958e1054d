import type { CardLoginDeps, LoginCard } from '../../src/access/card-login.ts';
import type { InvitationDeps } from '../../src/access/invitation.ts';
import { askLogin, logIn, type Login, type LoginAnswer } from '../../src/access/login.ts';
import type { EnrolmentDeps } from '../../src/access/pending-enrolment.ts';
import { tellPerson, type Person, type PersonAct } from '../../src/access/people.ts';
import { drawPersonId, type Founder, type PersonId } from '../../src/access/person.ts';
import { relyingPartyOf } from '../../src/access/relying-party.ts';
import type { TokenDeps } from '../../src/access/program-token.ts';
import type { Role } from '../../src/access/role.ts';
import { whoAsks, type LoggedIn } from '../../src/access/session.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import { unixSeconds, type CalendarDay, type UnixSeconds } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { memoryPassing } from '../doubles/passing.ts';
import { SoftAuthenticator, type Slips } from '../doubles/soft-authenticator.ts';

export const ORIGIN = 'https://verifica.alcaldia.example';
export const RP_ID = 'verifica.alcaldia.example';
export const FROM = { browser: 'Firefox', network: '192.0.2' };

/** The door of an office in memory, with the people whom a test puts into its log. */
export class Door {
  now: UnixSeconds = unixSeconds(1_796_000_000);
  readonly founders: Founder[] = [];
  readonly officials: Map<string, Official> = new Map();
  readonly cards: Map<string, LoginCard> = new Map();
  readonly #people = new Map<PersonId, Person>();
  #index = 10;

  readonly deps: CardLoginDeps & TokenDeps & EnrolmentDeps & InvitationDeps = {
    sessions: memoryPassing(),
    challenges: memoryPassing(),
    counts: memoryPassing(),
    invitations: memoryPassing(),
    pending: memoryPassing(),
    devices: memoryPassing(),
    tokens: memoryPassing(),
    founders: this.founders,
    people: {
      findPerson: async (id) => this.#people.get(id),
      findByCredential: async (id) =>
        [...this.#people.values()].find(({ passkeys }) =>
          passkeys.some(({ credentialId }) => toHex(credentialId) === toHex(id)),
        ),
      listPeople: async () => [...this.#people.values()],
    },
    directory: {
      findOfficial: async (id) => {
        const record = this.officials.get(id);
        return record && { record, version: 1 };
      },
    },
    loginCard: async (serial) => this.cards.get(serial),
    relyingParty: relyingPartyOf([ORIGIN]),
    origin: ORIGIN,
    institution: 'Alcaldía',
    nextIndex: async () => this.#index,
    clock: () => this.now,
    random: systemRandom,
    primitives: nodePrimitives,
  };

  wait(seconds: number): void {
    this.now = unixSeconds(this.now + seconds);
  }

  /** A leaf about somebody. @returns its index */
  tell(act: PersonAct extends infer One ? (One extends PersonAct ? Omit<One, 'index'> : never) : never): number {
    const index = this.#index++;
    tellPerson(this.#people, { ...act, index } as PersonAct);
    return index;
  }

  founder(name = 'Ana Fundadora'): SoftAuthenticator {
    const person = drawPersonId(systemRandom);
    const device = deviceOf(person);
    this.founders.push({ person, name, key: device.passkeys[0]!.spki });
    return device;
  }

  /** Somebody with these roles; none: their roles are not set yet. */
  person(roles: readonly Role[], name = 'Clara Ruiz'): { readonly id: PersonId; readonly device: SoftAuthenticator } {
    const id = drawPersonId(systemRandom);
    const device = deviceOf(id);
    this.addPasskey(id, name, device);
    if (roles.length > 0) this.setRoles(id, roles);
    return { id, device };
  }

  addPasskey(person: PersonId, name: string, device: SoftAuthenticator): number {
    const { id: credentialId, spki: key } = device.passkeys.at(-1)!;
    return this.tell({ act: 'enrolled', enrolment: { person, name, key, credentialId } });
  }

  setRoles(person: PersonId, roles: readonly Role[]): void {
    const grants = roles.map((role) => ({ role, from: '2026-01-01' as CalendarDay }));
    this.tell({ act: 'roles-set', person, grants });
  }

  /** What a passkey answers to a question. */
  answer(device: SoftAuthenticator, challenge: Uint8Array, slips: Slips = {}): LoginAnswer {
    const { assertion } = device.get({ challenge: toBase64Url(challenge), rpId: RP_ID }, slips);
    const { id, userHandle } = device.passkeys.at(-1)!;
    return { ...assertion, credentialId: id, ...(userHandle && { userHandle }) };
  }

  async logIn(device: SoftAuthenticator, slips: Slips = {}): Promise<Login> {
    const { secret, challenge } = await askLogin(this.deps);
    return logIn(this.deps, secret, this.answer(device, challenge, slips), FROM);
  }

  async loggedIn(device: SoftAuthenticator): Promise<LoggedIn> {
    return whoAsks(this.deps, (await this.logIn(device)).secret);
  }
}

/** A device with a passkey for somebody. */
export function deviceOf(person: PersonId): SoftAuthenticator {
  const device = new SoftAuthenticator(ORIGIN);
  device.create({
    rp: { id: RP_ID },
    user: { id: toBase64Url(fromHex(person)!) },
    challenge: toBase64Url(systemRandom(32)),
    pubKeyCredParams: [{ alg: -7 }],
  });
  return device;
}
