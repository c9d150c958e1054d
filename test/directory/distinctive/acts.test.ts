import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { dayInMexicoCity, unixSeconds, type CalendarDay } from '../../../src/core/time.ts';
import {
  EVIDENCE_KINDS,
  formatDistinctiveNumber,
  PERSONAL_REASONS,
  type Distinctive,
} from '../../../src/directory/distinctive/distinctive.ts';
import type { EvidenceInput, GrantRequest } from '../../../src/directory/distinctive/grant.ts';
import type { Official } from '../../../src/directory/official.ts';
import { readRecord } from '../../../src/log/record.ts';
import { LeafKind, subjectTag } from '../../../src/log/leaf.ts';
import { issueTo, newcomer, openOffice, refusedForNothing } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { makeCard } from '../../support/soft-slots.ts';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services } = office;
const { distinctives } = services;

const dayAhead = (days: number): CalendarDay => dayInMexicoCity(unixSeconds(services.clock() + days * 86_400));

/** Passed: the exam for 300 days, the analysis for 200, the training for 100. */
function evidence(...changes: readonly Partial<EvidenceInput>[]): readonly EvidenceInput[] {
  return EVIDENCE_KINDS.map((kind, i) => ({ kind, until: dayAhead([300, 200, 100][i]!), ...changes[i] }));
}

function grantTo({ id }: Pick<Official, 'id'>, more: Partial<GrantRequest> = {}): Promise<Distinctive> {
  return distinctives.grant({ officialId: id, evidence: evidence(), idempotencyKey: randomUUID(), ...more });
}

async function stateOf({ number }: Distinctive): Promise<string> {
  return (await services.verifyBadge(number)).state;
}

async function inForce({ id }: Official): Promise<readonly string[]> {
  const all = await distinctives.listOf(id);
  return all.flatMap(({ number, withdrawnLeaf }) => (withdrawnLeaf === undefined ? [number] : []));
}

describe('granting', () => {
  test('ends with the first of the evidence, earlier where the mandate does, and earlier where that is asked for', async () => {
    const official = await newcomer(office);
    expect(await grantTo(official)).toMatchObject({ until: dayAhead(100), officialId: official.id });
    expect(await grantTo(await newcomer(office), { until: dayAhead(5) })).toMatchObject({ until: dayAhead(5) });
    const leaving = await newcomer(office, { validUntil: dayAhead(40) });
    expect(await grantTo(leaving)).toMatchObject({ until: dayAhead(40) });
    // The last day counts whole.
    const today = await grantTo(await newcomer(office), { until: dayAhead(0) });
    expect(await stateOf(today)).toBe('current');
  });

  test('is one leaf, which the person finds, with what the evidence is, until when, and no result', async () => {
    const official = await newcomer(office);
    const granted = await grantTo(official, { evidence: evidence({ reference: 'C3/2026-0117' }) });
    const leaf = (await services.log.leaf(granted.grantedLeaf))!;
    expect([leaf.kind, leaf.ref]).toEqual([LeafKind.distinctiveGranted, undefined]);
    const { acts } = (await services.directory.findOfficial(official.id))!.record;
    expect(leaf.subjectTag).toEqual(subjectTag(official.subjectKey, acts, nodePrimitives));
    expect(readRecord((await services.log.opening(granted.grantedLeaf))!.record)).toEqual([
      ...[1, 'distinctive/granted', granted.number, official.id, dayAhead(100), granted.grantedAt],
      [
        ['trust-exam', dayAhead(300), 'C3/2026-0117'],
        ['link-analysis', dayAhead(200), null],
        ['training', dayAhead(100), null],
      ],
    ]);
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test.each<[string, string, () => Partial<GrantRequest>]>([
    ['without one kind', 'distinctive/evidence-missing', () => ({ evidence: evidence().slice(1) })],
    ['with none', 'distinctive/evidence-missing', () => ({ evidence: [] })],
    ['with a kind twice', 'distinctive/evidence-repeated', () => ({ evidence: [...evidence(), evidence()[0]!] })],
    ['with another kind', 'distinctive/evidence-unknown', () => ({ evidence: evidence({ kind: 'horoscope' }) })],
    ['that ended yesterday', 'distinctive/evidence-expired', () => ({ evidence: evidence({ until: dayAhead(-1) }) })],
    ['for ten years', 'distinctive/evidence-too-late', () => ({ evidence: evidence({ until: dayAhead(3650) }) })],
    ['until no day', 'directory/day-malformed', () => ({ evidence: evidence({ until: '2027-02-30' }) })],
    [
      'with a result',
      'distinctive/evidence-reference',
      () => ({ evidence: evidence({ reference: 'apto con reservas' }) }),
    ],
    ['with an RFC', 'directory/personal-key', () => ({ evidence: evidence({ reference: 'GODE561231GR8' }) })],
    ['for longer than it', 'distinctive/until', () => ({ until: dayAhead(101) })],
    ['until yesterday', 'distinctive/until', () => ({ until: dayAhead(-1) })],
    ['until no day', 'directory/day-malformed', () => ({ until: 'mañana' })],
  ])('on evidence %s is refused (%s), and does nothing', async (_, code, more) => {
    const official = await newcomer(office);
    const present = await grantTo(official);
    expect(await refusedForNothing(services, () => grantTo(official, more()))).toBe(code);
    // Nor does it take away what they have.
    expect(await stateOf(present)).toBe('current');
  });

  test('is for nobody without a mandate today', async () => {
    const gone = await newcomer(office);
    await services.endOfficial({ id: gone.id, reason: 'resigned' });
    const coming = await newcomer(office, { validFrom: dayAhead(10) });
    for (const one of [gone, coming]) {
      expect(await refusedForNothing(services, () => grantTo(one))).toBe('distinctive/no-mandate');
    }
    expect(await codeOfAct(() => grantTo({ id: '00000000' as never }))).toBe('directory/official-unknown');
  });

  test('with the same key answers as before, also when it was withdrawn; of another request it is refused', async () => {
    const official = await newcomer(office);
    const idempotencyKey = randomUUID();
    const granted = await grantTo(official, { idempotencyKey });
    expect(await refuseNothing(() => grantTo(official, { idempotencyKey }))).toEqual(granted);
    const other = { idempotencyKey, until: dayAhead(3) };
    expect(await codeOfAct(() => grantTo(official, other))).toBe('log/retry-differs');
    const withdrawn = await distinctives.withdraw({ number: granted.number, reason: 'conduct' });
    expect(await refuseNothing(() => grantTo(official, { idempotencyKey }))).toEqual(withdrawn);
  });

  test('without a key does nothing where that is in force already, and grants anew where it is not', async () => {
    const { id } = await newcomer(office);
    const request = { officialId: id, evidence: evidence() };
    const granted = await distinctives.grant(request);
    expect(await refuseNothing(() => distinctives.grant(request))).toEqual(granted);
    const renewed = await distinctives.grant({ ...request, evidence: evidence({}, {}, { until: dayAhead(150) }) });
    expect(renewed.until).toBe(dayAhead(150));
    await distinctives.withdraw({ number: renewed.number, reason: 'lost' });
    expect((await distinctives.grant(request)).number).not.toBe(granted.number);
  });

  test('anew replaces the one before, and of many at once one is left', async () => {
    const official = await newcomer(office);
    const first = await grantTo(official);
    const second = await grantTo(official);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['replaced', 'current']);
    const many = await Promise.all(Array.from({ length: 8 }, () => grantTo(official)));
    const [left, ...more] = await inForce(official);
    expect(more).toEqual([]);
    const states = await Promise.all(many.map(async (one) => [one.number, await stateOf(one)]));
    expect(states.filter(([number]) => number !== left).every(([, state]) => state === 'replaced')).toBe(true);
    expect((await services.auditLog()).sound).toBe(true);
  });
});

test('a retry that overlaps the first try, however little later it begins, withdraws nothing', async () => {
  for (let later = 0; later < 100; later++) {
    const official = await newcomer(office);
    const idempotencyKey = randomUUID();
    const first = grantTo(official, { idempotencyKey });
    for (let i = 0; i < later; i++) await Promise.resolve();
    const [one, two] = await Promise.all([first, grantTo(official, { idempotencyKey })]);
    expect([two.number, await inForce(official)], `${later} turns later`).toEqual([one.number, [one.number]]);
  }
});

/** What `act` answers, where it adds no leaf. */
async function refuseNothing<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  const { size } = await services.log.head();
  const answer = await act();
  expect((await services.log.head()).size).toBe(size);
  return answer;
}

describe('withdrawing', () => {
  test.each(PERSONAL_REASONS)('counts at once and for good (%s); its first reason stays', async (reason) => {
    const granted = await grantTo(await newcomer(office));
    const withdrawn = await distinctives.withdraw({ number: granted.number, reason });
    expect(await stateOf(granted)).toBe('revoked');
    const again = await distinctives.withdraw({ number: granted.number, reason: 'mistake' });
    expect(again).toEqual(withdrawn);
    expect((await services.auditLog()).register.findings).toEqual([]);
  });

  test('is for the reasons that people have: `renewed` is none of them', async () => {
    const { number } = await grantTo(await newcomer(office));
    for (const reason of ['renewed', 'bored', '']) {
      expect(await refusedForNothing(services, async () => distinctives.withdraw({ number, reason }))).toBe(
        'distinctive/reason-unknown',
      );
    }
    const nobodys = '46E7M3T5TE4D' as Distinctive['number'];
    expect(await codeOfAct(() => distinctives.withdraw({ number: nobodys, reason: 'lost' }))).toBe(
      'distinctive/not-found',
    );
  });

  test('leaves room for another one, which does not bring it back', async () => {
    const official = await newcomer(office);
    const granted = await grantTo(official);
    await distinctives.withdraw({ number: granted.number, reason: 'stolen' });
    const next = await grantTo(official);
    expect([await stateOf(granted), await stateOf(next)]).toEqual(['revoked', 'current']);
  });
});

describe('a distinctive counts while', () => {
  test('its last day is not over', async () => {
    const granted = await grantTo(await newcomer(office));
    ahead = 101 * 86_400;
    expect(await stateOf(granted)).toBe('expired');
    ahead = 0;
    expect(await stateOf(granted)).toBe('current');
  });

  test('its person works here: who left is told first, unless it was stolen', async () => {
    const official = await newcomer(office);
    const granted = await grantTo(official);
    const stolen = await newcomer(office);
    const theirs = await grantTo(stolen);
    await distinctives.withdraw({ number: theirs.number, reason: 'stolen' });
    for (const { id } of [official, stolen]) await services.endOfficial({ id, reason: 'dismissed' });
    expect([await stateOf(granted), await stateOf(theirs)]).toEqual(['ended', 'revoked']);
    const { subject } = await services.verifyBadge(granted.number);
    expect(subject).not.toHaveProperty('name');
  });

  test('no credential of its person is suspended', async () => {
    const official = await newcomer(office);
    const { serial } = await issueTo(services, official, 'staff');
    const granted = await grantTo(official);
    await services.suspendCredential(serial);
    expect(await stateOf(granted)).toBe('suspended');
    await services.resumeCredential(serial);
    expect(await stateOf(granted)).toBe('current');
    await services.suspendCredential(serial);
    await services.revokeCredential(serial, { reason: 'superseded' });
    expect(await stateOf(granted)).toBe('current');
  });
});

describe('beside a credential, a card, a tap', () => {
  test('a line tells of who works here that it is in force, or was taken from them; of plastic that was lost nothing', async () => {
    const official = await newcomer(office);
    const { card, slots } = await makeCard(services, official);
    const { serial } = slots['9A'];
    const lines = async (): Promise<readonly unknown[]> => {
      const answers = [await services.verifyCredential(serial), await services.verifyBadge(card.number)];
      return answers.map(({ subject }) => (subject.kind === 'credential' ? subject.distinctive : 'of what?'));
    };
    const twice = (line: unknown): readonly unknown[] => [line, line];
    expect(await lines()).toEqual(twice(undefined));
    const granted = await grantTo(official);
    expect(await lines()).toEqual(twice({ state: 'current', until: granted.until }));
    await distinctives.withdraw({ number: granted.number, reason: 'lost' });
    expect(await lines()).toEqual(twice(undefined));
    const { number } = await grantTo(official);
    await distinctives.withdraw({ number, reason: 'conduct' });
    expect(await lines()).toEqual(twice({ state: 'revoked', withdrawnOn: dayAhead(0) }));
    const last = await grantTo(official);
    expect(await lines()).toEqual(twice({ state: 'current', until: last.until }));
    // Another credential of theirs is looked into.
    const under = await issueTo(services, official, 'staff');
    await services.suspendCredential(under.serial);
    expect(await lines()).toEqual(twice(undefined));
    await services.revokeCredential(under.serial, { reason: 'superseded' });
    expect(await lines()).toEqual(twice({ state: 'current', until: last.until }));
    // It ends by itself, and is no shame then.
    ahead = 101 * 86_400;
    expect(await lines()).toEqual(twice(undefined));
    ahead = 0;
    // Of who is not well known otherwise nothing is said.
    await services.suspendCredential(serial);
    expect(await lines()).toEqual(twice(undefined));
    await services.resumeCredential(serial);
    await services.endOfficial({ id: official.id, reason: 'dismissed' });
    expect(await lines()).toEqual(twice(undefined));
  });
});

describe('the number of a distinctive', () => {
  test('is answered for wherever that of a card is, and by no plain tag', async () => {
    const granted = await grantTo(await newcomer(office));
    const typed = formatDistinctiveNumber(granted.number).toLowerCase();
    const { origin } = services.charter;
    for (const text of [typed, `${origin}/b/${granted.number}`, `${origin.toUpperCase()}/B/${granted.number}`]) {
      const { state, subject } = await services.verifyTyped(text);
      expect([state, subject.kind], text).toEqual(['current', 'distinctive']);
    }
    expect((await services.verifyTap(granted.number)).answer.state).toBe('unknown-tag');
  });
});
