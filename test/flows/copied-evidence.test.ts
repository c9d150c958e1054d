import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssertedBy } from '../../src/access/evidence.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { composeServices, openServices } from '../../src/compose.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import type { UnitCode } from '../../src/directory/unit.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { openPorts } from '../../src/ports.ts';
import type { Services } from '../../src/services.ts';
import { forgedEvidence, seize, type Forge } from '../support/attacker.ts';
import { TWO_PAGES } from '../support/office.ts';
import { ProductionOffice, type Person } from '../support/production-office.ts';
import { codeOfAct } from '../support/refuses.ts';

/* Genuine evidence, and nobody's assertion: what whoever has the database does with what people authorised once. */

const UNIT = 'AE';
let office: ProductionOffice;
let director: Official;
let serial: string;
let signer: Person;
let clerk: Person;
let signerBy: Extract<AssertedBy, { enrolment: number }>;
let clerkBy: Extract<AssertedBy, { enrolment: number }>;
let resumed: number;

type Enrolled = Extract<AssertedBy, { enrolment: number }>;

beforeAll(async () => {
  office = await ProductionOffice.make();
  const { services, founders } = office;
  const hr = await office.enrol('Rosa Vega', ['hr']);
  await office.act([hr], () => services.setUnit({ code: UNIT, name: 'Alcaldía', coveredSince: '2026-01-01' }));
  const input = { name: 'Inés Robles', post: 'Directora', unit: UNIT, validFrom: '2026-01-16' };
  director = await office.act([hr], () =>
    services.registerOfficial({ input: { ...input, powers: ['Firmar'], mayAsk: [], neverAsks: ['Dinero'] } }),
  );
  signer = await office.enrol('Inés Robles', ['signer'], founders, director.id);
  signerBy = (await office.callerOf(signer)).by as Enrolled;
  const request = { officialId: director.id, kind: 'signer', days: 300, idempotencyKey: 'for the director' } as const;
  ({ serial } = await office.act([hr, founders[0]], () => services.issueCredential(request)));
  await office.act([hr], () => services.suspendCredential(serial));
  await office.act([hr, founders[0]], () => services.resumeCredential(serial));
  resumed = (await services.log.ofKinds([LeafKind.credentialResumed])).at(-1)!;
  clerk = await office.enrol('Celia Mora', ['approver', 'hr'], founders);
  clerkBy = (await office.callerOf(clerk)).by as Enrolled;
  const less = [{ role: 'clerk', from: '2026-01-01' as CalendarDay }] as const;
  await office.act(founders, () => services.access.setRoles(clerk.id, less));
  office.close();
}, 120_000);

afterAll(() => office.remove());

const open = (): Promise<Services> => openServices(office.config, systemClock, office.encryption);

/** The same leaf once more, or about another one. */
async function copyOf(index: number, about: 'same' | 'none' = 'same'): Promise<number> {
  const ports = openPorts(office.config, systemClock, office.encryption);
  const services = await composeServices(office.config, ports);
  const { kind, issuer, subjectTag, ref } = (await services.log.leaf(index))!;
  const { record, salt, evidence } = (await services.log.opening(index))!;
  const told = about === 'same' && ref !== undefined ? { ref } : {};
  const leaf = { kind, issuer, subjectTag, record, salt, evidence: evidence!, ...told };
  const { index: at } = await ports.ledger.commit({ leaf, writes: [] });
  services.close();
  return at;
}

describe('what people authorised once', () => {
  test('does not count again by a copy of its leaf', async () => {
    const before = await open();
    await before.suspendCredential(serial);
    before.close();
    const copy = await copyOf(resumed);
    const services = await open();
    expect(await services.verifyCredential(serial)).toMatchObject({ state: 'suspended' });
    const { sound, register } = await services.auditLog();
    expect(sound).toBe(false);
    expect(register.findings).toContainEqual(expect.objectContaining({ problem: 'act-not-authorised', leaf: copy }));
    services.close();
  });

  test('gives nobody back the roles that were taken from them', async () => {
    await copyOf(clerkBy.roles);
    const services = await open();
    expect((await services.access.findPerson(clerk.id))!.grants.map(({ role }) => role)).toEqual(['clerk']);
    const caller = { by: clerkBy, grants: [{ role: 'hr', from: '2026-01-01' as CalendarDay }] } as const;
    const act = () => services.setUnit({ code: 'BB', name: 'Unidad B', coveredSince: '2026-01-01' });
    expect(await codeOfAct(() => services.acting.during({ caller }, act))).toBe('access/assertion-needed');
    services.close();
  });

  test('brings no passkey back that ended, by a copy of its enrolment', async () => {
    const before = await open();
    await before.access.endAccess(signer.id, { scope: 'person', reason: 'dismissed' });
    before.close();
    const copy = await copyOf(signerBy.enrolment, 'none');
    for (const enrolment of [copy, signerBy.enrolment]) {
      const helper = { by: { ...signerBy, enrolment }, passkey: signer.passkey };
      const forge: Forge = async ({ kind, record }) =>
        kind === LeafKind.oficioSigned ? forgedEvidence(record, [helper]) : undefined;
      const seized = await seize(office, forge);
      await seized.resumeCredential(serial).catch(() => undefined);
      const letter = { document: TWO_PAGES, signerId: director.id, type: 'oficio', amount: 0, subject: 'x' } as const;
      const signing = seized.signOficio(letter, `by ${enrolment}`);
      const signed = await signing.catch(() => undefined);
      const answer = signed && (await seized.verifyPdf(signed.document));
      seized.close();
      expect(answer?.verdict ?? 'invalid').toBe('invalid');
    }
  });
});

describe('two people', () => {
  test('are not one official, or one key, under two ids, nor a founder beside themselves', async () => {
    const services = await open();
    const { founders } = office;
    const enrol = (person: Person, key: Uint8Array, official?: Official) => () =>
      services.access.enrolPasskey({
        ...{ person: person.id, name: person.name, key, credentialId: person.passkey.passkeys[0]!.id },
        ...(official && { official: official.id }),
      });
    const { somebody } = await import('../support/production-office.ts');
    const other = somebody('Otra Persona');
    const own = other.passkey.passkeys[0]!.spki;
    const refused: readonly (() => Promise<unknown>)[] = [
      enrol(other, clerk.passkey.passkeys[0]!.spki),
      enrol(other, founders[0].passkey.passkeys[0]!.spki),
      enrol({ ...other, name: founders[0].name }, own),
    ];
    for (const act of refused) expect(await codeOfAct(act)).toBe('access/other-person');
    services.close();
  });

  test('who may approve in one unit decide nothing about who works here', async () => {
    const services = await open();
    const unit = 'AE/ZZ' as UnitCode;
    const some = { role: 'approver', from: '2026-01-01' as CalendarDay, unit } as const;
    Object.assign(office, { services });
    const pair: Person[] = [];
    for (const name of ['Paz Uno', 'Paz Dos']) {
      const person = await office.enrol(name, []);
      await office.act(office.founders, () => services.access.setRoles(person.id, [some]));
      pair.push(person);
    }
    const own = [{ role: 'hr', from: '2026-01-01' as CalendarDay }] as const;
    const act = () => office.act([pair[0]!, pair[1]!], () => services.access.setRoles(clerk.id, own));
    expect(await codeOfAct(act)).toBe('access/not-authorised');
    services.close();
  });
});
