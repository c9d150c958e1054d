import { assertedBy } from '../../src/access/people.ts';
import { drawPersonId, type PersonId } from '../../src/access/person.ts';
import type { AssertedBy, SignedAssertion } from '../../src/access/evidence.ts';
import type { Role, RoleGrant } from '../../src/access/role.ts';
import type { Caller } from '../../src/access/rule.ts';
import { openUnlock } from '../../src/adapters/keys/unlock.ts';
import type { KeyEncryption } from '../../src/adapters/keys/encryption.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { ask, challengeFor, enact, type ApprovalDeps, type PendingAct } from '../../src/approval/ask.ts';
import { openServices } from '../../src/compose.ts';
import type { Config } from '../../src/config.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { unixSeconds, type CalendarDay, type UnixSeconds } from '../../src/core/time.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { Services } from '../../src/services.ts';
import { SoftAuthenticator } from '../doubles/soft-authenticator.ts';
import { ANA } from './custodians.ts';
import { installProduction, removeInstallation } from './production.ts';

export const ORIGIN = 'https://verifica.example.mx';
export const RP_ID = 'verifica.example.mx';

/** Somebody with a passkey in hand. */
export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly passkey: SoftAuthenticator;
}

export function somebody(name: string, id: PersonId = drawPersonId(systemRandom)): Person {
  const passkey = new SoftAuthenticator(ORIGIN);
  passkey.create({
    rp: { id: RP_ID },
    user: { id: toBase64Url(fromHex(id)!) },
    challenge: toBase64Url(systemRandom(32)),
    pubKeyCredParams: [{ alg: -7 }],
  });
  return { id, name, passkey };
}

/** An installation that is not of development, with its founders, and the people whom they approve. */
export class ProductionOffice {
  readonly config: Config;
  readonly founders: readonly [Person, Person];
  readonly encryption: KeyEncryption;
  readonly services: Services;
  /** What time it is for the service: an hour later, a day later. */
  readonly time: { laterSeconds: number };
  #isOpen = true;

  private constructor(
    config: Config,
    founders: readonly [Person, Person],
    encryption: KeyEncryption,
    services: Services,
    time: { laterSeconds: number },
  ) {
    this.config = config;
    this.founders = founders;
    this.encryption = encryption;
    this.services = services;
    this.time = time;
  }

  static async make(more: Pick<Config, 'mail'> = {}): Promise<ProductionOffice> {
    const founders = [somebody('Ana Pérez'), somebody('Luis Ríos')] as const;
    const installed = await installProduction({
      origin: ORIGIN,
      founders: founders.map(({ id, name, passkey }) => ({
        person: fromHex(id)!,
        name,
        key: passkey.passkeys[0]!.spki,
      })),
    });
    const config = { ...installed, ...more };
    const encryption = await openUnlock(config.keysFolder, ANA.passphrase);
    const time = { laterSeconds: 0 };
    const clock = (): UnixSeconds => unixSeconds(systemClock() + time.laterSeconds);
    const services = await openServices(config, clock, encryption);
    return new ProductionOffice(config, founders, encryption, services, time);
  }

  /** As who acts, and with which roles, by the log. */
  async callerOf(person: Person): Promise<Caller> {
    const founder = this.founders.indexOf(person);
    if (founder >= 0) return { by: { founder }, grants: [{ role: 'approver', from: '2026-01-01' as CalendarDay }] };
    const known = (await this.services.access.findPerson(person.id))!;
    return { by: (await this.#byOf(person))!, grants: known.grants };
  }

  async #byOf(person: Person): Promise<AssertedBy | undefined> {
    const founder = this.founders.indexOf(person);
    if (founder >= 0) return { founder };
    const known = await this.services.access.findPerson(person.id);
    return known && assertedBy(known, person.passkey.passkeys[0]!.id);
  }

  get approval(): ApprovalDeps {
    return this.services.approvals;
  }

  async assert(pending: PendingAct, people: readonly Person[]): Promise<readonly SignedAssertion[]> {
    const challenge = toBase64Url(challengeFor(pending, nodePrimitives));
    const assertions: SignedAssertion[] = [];
    for (const person of people) {
      const by = (await this.#byOf(person)) ?? { enrolment: 0, roles: 0 };
      assertions.push({ by, ...person.passkey.get({ challenge, rpId: RP_ID }).assertion });
    }
    return assertions;
  }

  /** Does `work` as the first of `people`, whom all of them authorise. */
  async act<T>(people: readonly [Person, ...Person[]], work: () => Promise<T>): Promise<T> {
    const outcome = await ask(this.approval, await this.callerOf(people[0]), work);
    if ('done' in outcome) return outcome.done;
    const { pending } = outcome;
    const [waiting] = pending.waiting ?? [];
    const rest = waiting
      ? () => this.services.signWaiting(waiting.letter as never, waiting.sealText, waiting.signature)
      : work;
    return enact(this.approval, pending, await this.assert(pending, people), rest as () => Promise<T>);
  }

  /** Enrols somebody with these roles, by two who may approve. */
  async enrol(
    name: string,
    roles: readonly Role[],
    by: readonly [Person, Person] = this.founders,
    official?: OfficialId,
  ): Promise<Person> {
    const person = somebody(name);
    const { id: credentialId, spki: key } = person.passkey.passkeys[0]!;
    const { access } = this.services;
    await this.act(by, () =>
      access.enrolPasskey({ person: person.id, name, key, credentialId, ...(official && { official }) }),
    );
    const grants: RoleGrant[] = roles.map((role) => ({ role, from: '2026-01-01' as CalendarDay }));
    await this.act(by, () => access.setRoles(person.id, grants));
    return person;
  }

  /** The folder stays: somebody else may open it. */
  close(): void {
    if (this.#isOpen) this.services.close();
    this.#isOpen = false;
  }

  remove(): void {
    this.close();
    removeInstallation(this.config);
  }
}
