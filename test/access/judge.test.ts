import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AssertedBy } from '../../src/access/evidence.ts';
import type { ActFinding, AuthorisedAct } from '../../src/access/judge.ts';
import { drawPersonId } from '../../src/access/person.ts';
import { enrolledRecord, rolesRecord } from '../../src/access/record.ts';
import { REQUIREMENTS } from '../../src/access/requirement.ts';
import { ROLES, type Role, type RoleGrant } from '../../src/access/role.ts';
import { encodeCbor } from '../../src/core/cbor.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import { LeafKind, NO_EVIDENCE, type Evidence } from '../../src/log/leaf.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { UnitCode } from '../../src/directory/unit.ts';
import { AccessWorld, AT, type Holder, type Said } from '../support/access-world.ts';

const LONG = Boolean(process.env['COTEJO_LONG']);
let world: AccessWorld;
let founders: readonly Holder[];
let hr: Holder;
let approver: Holder;
let signer: Holder;

const CREDENTIAL = encodeCbor([
  1,
  'credential/intent',
  'oficios',
  new Uint8Array(16),
  'ABCD1234',
  new Uint8Array(9),
  4,
]);
const LETTER = encodeCbor([1, 'oficio/signed', ...[8, 32, 32, 32].map((length) => new Uint8Array(length))]);

beforeAll(async () => {
  world = new AccessWorld();
  founders = world.founders.map(({ holder }) => holder);
  hr = await world.enrol(['hr'], founders);
  approver = await world.enrol(['approver'], founders);
  signer = await world.enrol(['signer'], founders, 'ABCD1234');
});

async function judged(
  kind: LeafKind,
  record: Uint8Array,
  by: readonly Holder[],
  said: Said = {},
  over: Partial<AuthorisedAct> = {},
): Promise<ActFinding> {
  const evidence = await world.evidence(record, by, said);
  return world.judge({ index: world.leaves.length, kind, record, evidence, ...over });
}

const no = (why: string): object => ({ outcome: 'unauthorised', why });

describe('an act', () => {
  test('counts with the assertions of the people it needs, whose enrolment leads to the founders', async () => {
    const finding = await judged(LeafKind.credentialIntent, CREDENTIAL, [hr, approver]);
    expect(finding).toMatchObject({ outcome: 'authorised', at: AT });
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [approver, hr])).toMatchObject({
      outcome: 'authorised',
    });
    const letter = await judged(LeafKind.oficioSigned, LETTER, [signer]);
    expect(letter).toMatchObject({ by: [{ person: signer.person, official: 'ABCD1234' }] });
  });

  test('counts by an approver whom enrolled approvers approved, and not by one whom nobody did', async () => {
    const second = await world.enrol(['approver'], [approver, founders[0]!]);
    const third = await world.enrol(['approver'], [second, approver]);
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [hr, third])).toMatchObject({ outcome: 'authorised' });
    const own = await world.enrol(['approver', 'hr'], [hr, signer]);
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [hr, own])).toEqual(no('enrolment'));
    const alone = await world.enrol(['approver'], [approver]);
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [hr, alone])).toEqual(no('enrolment'));
  });

  test('that gives somebody access does not count by their own word, unless they are a founder', async () => {
    const second = await world.enrol(['approver'], [approver, founders[0]!]);
    const third = await world.enrol(['approver'], [approver, founders[0]!]);
    const grants = (['approver', 'hr'] as const).map((role) => ({ role, from: '2026-01-01' as CalendarDay }));
    const roles = rolesRecord(second.person, grants);
    const passkey = enrolledRecord({
      ...{ person: second.person, name: 'Otra', key: third.key },
      credentialId: new Uint8Array(16).fill(7),
    });
    for (const [kind, record] of [
      [LeafKind.accessRolesSet, roles],
      [LeafKind.accessEnrolled, passkey],
    ] as const) {
      expect(await judged(kind, record, [second, third])).toEqual(no('role'));
      expect(await judged(kind, record, [founders[0]!, second])).toEqual(no('role'));
      expect(await judged(kind, record, [approver, third])).toMatchObject({ outcome: 'authorised' });
    }
    const twin = enrolledRecord({
      ...{ person: drawPersonId(systemRandom), name: 'Otra', official: 'ABCD1234' as OfficialId, key: third.key },
      credentialId: new Uint8Array(16).fill(8),
    });
    const theirs = await world.enrol(['approver'], founders, 'ABCD1234');
    expect(await judged(LeafKind.accessEnrolled, twin, [third, theirs]), 'the same post').toEqual(no('role'));
    const own = rolesRecord(founders[0]!.person, grants);
    expect(await judged(LeafKind.accessRolesSet, own, [...founders])).toMatchObject({ outcome: 'authorised' });
  });

  test('is not of founders whom the charter does not name', async () => {
    const others = new AccessWorld();
    const forged = await others.enrol(
      ['approver'],
      others.founders.map(({ holder }) => holder),
    );
    const record = CREDENTIAL;
    const evidence = await others.evidence(record, [await others.enrol(['hr'], [forged, forged]), forged]);
    const act = { index: others.leaves.length, kind: LeafKind.credentialIntent, record, evidence };
    expect(await others.judge(act)).toEqual(no('enrolment'));
    const mine = await others.enrol(
      ['hr'],
      others.founders.map(({ holder }) => holder),
    );
    const genuine = { ...act, index: others.leaves.length, evidence: await others.evidence(record, [mine, forged]) };
    expect(await others.judge(genuine)).toMatchObject({ outcome: 'authorised' });
    expect(await others.judge(genuine, { founders: world.founders })).toEqual(no('enrolment'));
  });

  test('needs two people where two are asked for: one with two passkeys is one', async () => {
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [hr])).toEqual(no('role'));
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [hr, hr])).toEqual(no('role'));
    const both = await world.enrol(['hr', 'approver'], founders);
    const passkey = both.authenticator.passkeys[0]!;
    const enrolment = enrolledRecord({ person: both.person, name: 'Persona', key: hr.key, credentialId: passkey.id });
    const again = await world.append(
      LeafKind.accessEnrolled,
      enrolment,
      founders,
      (both.by as { enrolment: number }).enrolment,
    );
    const twin: Holder = {
      ...hr,
      person: both.person,
      by: { enrolment: again, roles: (both.by as { roles: number }).roles },
    };
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [both, approver])).toMatchObject({
      outcome: 'authorised',
    });
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [both, twin])).toEqual(no('role'));
  });

  test('is not authorised by more people than it needs, nor by a founder in an everyday role', async () => {
    expect(await judged(LeafKind.oficioSigned, LETTER, [signer, approver])).toEqual(no('role'));
    expect(await judged(LeafKind.officialRegistered, LETTER, [founders[0]!])).toEqual(no('role'));
    expect(await judged(LeafKind.credentialIntent, CREDENTIAL, [hr, founders[1]!])).toMatchObject({
      outcome: 'authorised',
    });
  });

  test('needs a role that holds on the day of the statement', async () => {
    const day = (text: string): CalendarDay => text as CalendarDay;
    const grant = (from: string, until?: string): RoleGrant => ({
      role: 'signer',
      unit: 'AC/DGG' as UnitCode,
      from: day(from),
      ...(until !== undefined && { until: day(until) }),
    });
    for (const [given, outcome] of [
      [grant('2026-11-21'), 'authorised'],
      [grant('2026-11-22'), 'unauthorised'],
      [grant('2026-01-01', '2026-11-21'), 'authorised'],
      [grant('2026-01-01', '2026-11-20'), 'unauthorised'],
    ] as const) {
      expect(await judged(LeafKind.oficioSigned, LETTER, [await world.enrol([given], founders)])).toMatchObject({
        outcome,
      });
    }
  });

  test('is not authorised by an assertion about anything else', async () => {
    const other = encodeCbor([1, 'oficio/signed', ...[8, 32, 32, 32].map((length) => new Uint8Array(length).fill(1))]);
    const evidence = await world.evidence(other, [signer]);
    const act = { index: world.leaves.length, kind: LeafKind.oficioSigned, record: LETTER, evidence };
    expect(await world.judge(act)).toEqual(no('other-act'));
    for (const statement of [{ action: 'oficio/cancelled' }, { count: 2 }, { target: new Uint8Array(32) }]) {
      expect(await judged(LeafKind.oficioSigned, LETTER, [signer], { statement })).toEqual(no('assertion'));
    }
  });

  test('of a batch is authorised by its place in it, and by no other', async () => {
    const others = Array.from({ length: 4 }, (_, i) => encodeCbor([1, 'oficio/signed', new Uint8Array(8).fill(i + 1)]));
    const kind = LeafKind.oficioSigned;
    expect(await judged(kind, LETTER, [signer], { others })).toMatchObject({ outcome: 'authorised' });
    const evidence = await world.evidence(LETTER, [signer], { others });
    const elsewhere = { index: world.leaves.length, kind, record: others[0]!, evidence };
    expect(await world.judge(elsewhere)).toEqual(no('other-act'));
  });

  test('does not come before the log that was seen when it was authorised', async () => {
    const statement = { size: world.leaves.length };
    expect(await judged(LeafKind.oficioSigned, LETTER, [signer], { statement })).toMatchObject({
      outcome: 'authorised',
    });
    const later = { size: world.leaves.length + 1 };
    expect(await judged(LeafKind.oficioSigned, LETTER, [signer], { statement: later })).toEqual(no('checkpoint'));
  });

  test('is not authorised by who was enrolled or got the role only afterwards', async () => {
    const { by } = signer;
    if ('founder' in by) throw new Error('not a founder');
    for (const index of [by.enrolment, by.roles]) {
      expect(await judged(LeafKind.oficioSigned, LETTER, [signer], {}, { index })).toEqual(no('unknown-person'));
    }
  });

  test('is not authorised with the roles of somebody else, or a leaf of another kind', async () => {
    const of = (who: Holder): { enrolment: number; roles: number } => who.by as { enrolment: number; roles: number };
    for (const by of [
      { enrolment: of(hr).enrolment, roles: of(signer).roles },
      { enrolment: of(signer).roles, roles: of(signer).enrolment },
      { enrolment: 0, roles: of(signer).roles },
      { enrolment: 9999, roles: of(signer).roles },
    ] satisfies AssertedBy[]) {
      expect(await judged(LeafKind.oficioSigned, LETTER, [{ ...hr, by }])).toEqual(no('unknown-person'));
    }
  });

  test('is not authorised after an end, where the whole log tells', async () => {
    const ended = async (): Promise<boolean> => true;
    const evidence = await world.evidence(LETTER, [signer]);
    const act = { index: world.leaves.length, kind: LeafKind.oficioSigned, record: LETTER, evidence };
    expect(await world.judge(act, { hasChanged: ended })).toEqual(no('ended'));
    expect(await world.judge(act, { hasChanged: async () => false })).toMatchObject({ outcome: 'authorised' });
  });

  test('of a founder counts until the charter retired them', async () => {
    const late = world.founders.map((founder, i) =>
      i === 0 ? { ...founder, retiredFrom: world.leaves.length } : founder,
    );
    const evidence = await world.evidence(CREDENTIAL, [hr, founders[0]!]);
    const act = { index: world.leaves.length, kind: LeafKind.credentialIntent, record: CREDENTIAL, evidence };
    expect(await world.judge(act, { founders: late })).toEqual(no('unknown-person'));
    expect(await world.judge({ ...act, index: act.index - 1 }, { founders: late })).toMatchObject({
      outcome: 'authorised',
    });
  });

  test.each([
    ['on an impostor’s page', { origin: 'https://verifica.example.mx.evil.example' }],
    ['in a frame', { crossOrigin: true }],
    ['without the person being verified', { userVerified: false }],
    ['for another host', { rpId: 'example.mx' }],
    ['at a registration', { type: 'webauthn.create' }],
    ['over another challenge', { challenge: new Uint8Array(32) }],
  ] as const)('is not authorised by an assertion made %s', async (_, slips) => {
    expect(await judged(LeafKind.oficioSigned, LETTER, [signer], { slips })).toEqual(no('assertion'));
  });

  test('is not authorised with any bit of its evidence changed', { timeout: 120_000 }, async () => {
    const { kind, bytes } = await world.evidence(CREDENTIAL, [hr, approver]);
    const act = { index: world.leaves.length, kind: LeafKind.credentialIntent, record: CREDENTIAL };
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const finding = await world.judge({ ...act, evidence: { kind, bytes: flipped } });
        expect(finding.outcome).toBe('unauthorised');
      }),
      { numRuns: LONG ? 20_000 : 500 },
    );
  });

  test('without evidence, or with one that is not of assertions, is nobody’s', async () => {
    const act = { index: world.leaves.length, kind: LeafKind.oficioSigned, record: LETTER };
    const some: readonly Evidence[] = [
      NO_EVIDENCE,
      { kind: 2, bytes: new Uint8Array() },
      { kind: 3, bytes: new Uint8Array(9) },
    ];
    for (const evidence of some) expect(await world.judge({ ...act, evidence })).toEqual(no('no-evidence'));
    expect(await world.judge({ ...act, evidence: { kind: 1, bytes: new Uint8Array(50) } })).toEqual(no('malformed'));
  });
});

describe('enrolments', () => {
  test('that lead in a long row are somebody’s trap', async () => {
    const deep = new AccessWorld();
    let pair = deep.founders.map(({ holder }) => holder);
    for (let i = 0; i < 9; i++) pair = [await deep.enrol(['approver'], pair), await deep.enrol(['approver'], pair)];
    const record = CREDENTIAL;
    const act = { kind: LeafKind.credentialIntent, record, index: deep.leaves.length };
    const clerk = await deep.enrol(
      ['hr'],
      deep.founders.map(({ holder }) => holder),
    );
    const evidence = await deep.evidence(record, [clerk, pair[0]!]);
    expect(await deep.judge({ ...act, index: deep.leaves.length, evidence })).toEqual(no('enrolment'));
  });

  test('need two approvers, whatever is enrolled', async () => {
    const record = rolesRecord(hr.person, []);
    for (const by of [
      [hr, signer],
      [hr, approver],
      [approver, approver],
    ]) {
      expect(await judged(LeafKind.accessRolesSet, record, by)).toEqual(no('role'));
    }
    expect(await judged(LeafKind.accessRolesSet, record, [approver, founders[1]!])).toMatchObject({
      outcome: 'authorised',
    });
  });
});

describe('every role × every act', () => {
  test('counts exactly where the table says so', async () => {
    const holders = new Map<Role, Holder>();
    for (const role of ROLES) holders.set(role, await world.enrol([role], founders));
    const second = await world.enrol(['approver'], founders);
    for (const kind of Object.values(LeafKind)) {
      const requirement = REQUIREMENTS[kind];
      const record = encodeCbor([1, 'some/act', kind]);
      for (const a of ROLES) {
        const finding = await judged(kind, record, [holders.get(a)!]);
        const isAsked = requirement.by === 'asserted' || requirement.by === 'withdrawn';
        const alone = isAsked && requirement.slots.length === 1 && requirement.slots[0].roles.includes(a);
        expect([kind, a, finding.outcome]).toEqual([kind, a, alone ? 'authorised' : 'unauthorised']);
        for (const b of ROLES) {
          const other = a === b && b === 'approver' ? second : holders.get(b)!;
          const both = await judged(kind, record, [holders.get(a)!, other]);
          const slots = isAsked ? requirement.slots : [];
          const fits = (x: Role, y: Role): boolean => slots[0]!.roles.includes(x) && slots[1]!.roles.includes(y);
          const isTwo = slots.length === 2 && (fits(a, b) || fits(b, a)) && (a !== b || b === 'approver');
          expect([kind, a, b, both.outcome]).toEqual([kind, a, b, isTwo ? 'authorised' : 'unauthorised']);
        }
      }
    }
  });
});
