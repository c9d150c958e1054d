import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { drawPersonId } from '../../src/access/person.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { Approval } from '../../src/approval/approval.ts';
import { settleAll } from '../../src/approval/settle.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { dayInMexicoCity, type CalendarDay } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import type { UnitCode } from '../../src/directory/unit.ts';
import { ApprovalDesk, said, type Wish } from '../support/approval-desk.ts';
import { ProductionOffice, somebody, type Person } from '../support/production-office.ts';
import { codeOfAct } from '../support/refuses.ts';

let office: ProductionOffice;
let desk: ApprovalDesk;
let hr: Person;
let both: Person;
let approver: Person;
let second: Person;
let clerk: Person;
let official: Official;
let made = 0;

const person = (name: string, unit = 'AE'): Extract<Wish, { register: unknown }> => ({
  register: {
    ...{ name, post: `Jefatura ${++made}`, unit, validFrom: '2026-01-16' },
    ...{ powers: ['Firmar oficios'], mayAsk: [], neverAsks: ['Dinero en efectivo'] },
  },
});
const credential = (to = official.id as string): Wish => ({ issueTo: to, key: `key number ${++made}` });

beforeAll(async () => {
  office = await ProductionOffice.make();
  desk = new ApprovalDesk(office);
  hr = await office.enrol('Rosa Vega', ['hr']);
  both = await office.enrol('Bea Soto', ['hr', 'approver']);
  approver = await office.enrol('Óscar Lara', ['approver']);
  second = await office.enrol('Pía Nava', ['approver']);
  clerk = await office.enrol('Celia Mora', ['clerk']);
  for (const code of ['AE', 'OM']) {
    await office.act([hr], () => office.services.setUnit({ code, name: `Área ${code}`, coveredSince: '2026-01-01' }));
  }
  const input = person('Inés Robles').register;
  official = await office.act([hr], () => office.services.registerOfficial({ input }));
}, 120_000);
afterAll(() => office.remove());
afterEach(() => {
  office.time.laterSeconds = 0;
  desk.breakAt = undefined;
});

const stateOf = async ({ id }: Approval): Promise<string | undefined> =>
  (await desk.deps.approvals.find(id))?.record.state;

describe('a request that waits for people', () => {
  test('is done with the last assertion, in the name of whoever asked, and answers them', async () => {
    const approval = await desk.ask(hr, credential());
    const size = await desk.size();
    const first = await desk.give(approval, hr);
    expect(first.approval).toMatchObject({ state: 'open', assertions: [{ name: 'Rosa Vega' }] });
    expect(await desk.size()).toBe(size);
    const last = await desk.give(approval, approver);
    expect(last.approval.state).toBe('enacted');
    expect(said(last.answer)).toMatchObject({ state: 'issued' });
    expect((await desk.look(approval.id)).answer).toEqual(last.answer);
    expect(await desk.deps.approvals.findBody(approval.id)).toBeUndefined();
  });

  test('is authorised in whatever order its people come', async () => {
    const approval = await desk.ask(clerk, credential());
    await desk.give(approval, both);
    expect((await desk.give(approval, hr)).approval.state).toBe('enacted');
  });

  test('takes no assertion of another approval, over another statement, or of another person', async () => {
    const approval = await desk.ask(hr, credential());
    const other = await desk.ask(hr, credential());
    const give = (answered: ReturnType<ApprovalDesk['signs']>, who = hr): Promise<string | undefined> =>
      codeOfAct(() => desk.give(approval, who, answered));
    expect(await give(desk.signs(other, hr))).toBe('approval/assertion');
    const statement = { ...approval.pending.statement, at: (approval.pending.statement.at + 1) as never };
    const forged = { ...approval, pending: { ...approval.pending, statement } };
    expect(await give(desk.signs(forged, hr))).toBe('approval/assertion');
    expect(await give(desk.signs(approval, approver))).toBe('approval/assertion');
    expect(await give({ ...desk.signs(approval, approver), credentialId: approver.passkey.passkeys[0]!.id })).toBe(
      'approval/assertion',
    );
    expect(await give(desk.signs(approval, hr), clerk)).toBe('approval/assertion');
    const stranger = somebody('Nadie');
    expect(await give(desk.signs(approval, stranger))).toBe('approval/assertion');
    expect((await desk.deps.approvals.find(approval.id))?.record.assertions).toEqual([]);
  });

  test('takes a person once, also where they have both roles', async () => {
    const approval = await desk.ask(both, credential());
    const answered = desk.signs(approval, both);
    await desk.give(approval, both, answered);
    expect(await codeOfAct(() => desk.give(approval, both))).toBe('approval/same-person');
    expect(await codeOfAct(() => desk.give(approval, both, answered))).toBe('approval/same-person');
    expect(await stateOf(approval)).toBe('open');
    expect((await desk.give(approval, approver)).approval.state).toBe('enacted');
  });

  test('is not authorised by whose role is not missing', async () => {
    const approval = await desk.ask(hr, credential());
    expect(await codeOfAct(() => desk.give(approval, clerk))).toBe('approval/not-yours');
    await desk.give(approval, approver);
    expect(await codeOfAct(() => desk.give(approval, second))).toBe('approval/not-yours');
    expect(await codeOfAct(() => desk.give(approval, office.founders[0]))).toBe('approval/not-yours');
    expect(await stateOf(approval)).toBe('open');
  });

  test('is not authorised by somebody of another unit', async () => {
    const grant = { role: 'hr', unit: 'OM' as UnitCode, from: '2026-01-01' as CalendarDay } as const;
    const theirs = await office.enrol('Nora Gil', ['auditor']);
    await office.act(office.founders, () => office.services.access.setRoles(theirs.id, [grant]));
    const approval = await desk.ask(hr, person('Ana Uno', 'AE'));
    expect(await codeOfAct(() => desk.give(approval, theirs))).toBe('approval/not-yours');
    expect(await codeOfAct(() => desk.decline(approval, theirs))).toBe('approval/not-yours');
    const own = await desk.ask(hr, person('Ana Dos', 'OM'));
    expect((await desk.give(own, theirs)).approval.state).toBe('enacted');
    const issued = await desk.ask(hr, credential());
    expect(await codeOfAct(() => desk.give(issued, theirs))).toBe('approval/not-yours');
  });

  test('is not authorised by a role that was over by then, although it held when it was asked for', async () => {
    const lasting = await office.enrol('Gil Mora', ['auditor']);
    const until = dayInMexicoCity(desk.deps.clock());
    const grant = { role: 'approver', from: '2026-01-01' as CalendarDay, until } as const;
    await office.act(office.founders, () => office.services.access.setRoles(lasting.id, [grant]));
    const input = person('Nico Cruz').register;
    const own = await office.act([hr], () => office.services.registerOfficial({ input }));
    const approval = await desk.ask(approver, { enrol: drawPersonId(systemRandom), as: own.id });
    office.time.laterSeconds = 30 * 3600;
    expect(await codeOfAct(() => desk.give(approval, lasting))).toBe('approval/not-yours');
    office.time.laterSeconds = 0;
    expect((await desk.give(approval, lasting)).approval).toMatchObject({
      state: 'open',
      assertions: [{ name: 'Gil Mora' }],
    });
  });

  test('is over after its time, and waits for nobody once it was declined', async () => {
    const approval = await desk.ask(hr, credential());
    await desk.give(approval, hr);
    office.time.laterSeconds = 20 * 3600 + 1;
    expect(await codeOfAct(() => desk.give(approval, approver))).toBe('approval/not-open');
    expect(await stateOf(approval)).toBe('expired');
    office.time.laterSeconds = 0;
    expect(await codeOfAct(() => desk.give(approval, approver))).toBe('approval/not-open');

    const declined = await desk.ask(hr, credential());
    await desk.give(declined, hr);
    expect(await codeOfAct(() => desk.decline(declined, clerk))).toBe('approval/not-yours');
    expect(await desk.decline(declined, approver, 'sin plaza')).toMatchObject({
      state: 'declined',
      end: { by: { name: 'Óscar Lara' }, why: 'sin plaza' },
    });
    expect(await codeOfAct(() => desk.give(declined, second))).toBe('approval/not-open');
    expect(await codeOfAct(() => desk.decline(declined, hr))).toBe('approval/not-open');
  });

  test('is done once, whoever comes at the same time', async () => {
    const approval = await desk.ask(hr, person('Ida Luna'));
    const size = await desk.size();
    desk.done = 0;
    const results = await Promise.allSettled([
      desk.give(approval, hr),
      desk.give(approval, both),
      desk.look(approval.id),
    ]);
    const enacted = results.filter(({ status }) => status === 'fulfilled');
    expect(enacted.length).toBeGreaterThan(0);
    expect(await stateOf(approval)).toBe('enacted');
    expect(await desk.size()).toBe(size + 1);

    const twice = await desk.ask(hr, credential());
    await desk.give(twice, hr);
    const before = await desk.size();
    const given = await Promise.allSettled([desk.give(twice, approver), desk.give(twice, second)]);
    expect(given.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    // The intent, and the certificate.
    expect(await desk.size()).toBe(before + 2);
  });
});

describe('a service that stops between the last assertion and the end', () => {
  test('does it at the next look, where nothing was committed', async () => {
    const approval = await desk.ask(hr, person('Eva Sol'));
    const size = await desk.size();
    desk.breakAt = 'before';
    await expect(desk.give(approval, hr)).rejects.toThrow('stopped before');
    expect(await stateOf(approval)).toBe('open');
    desk.breakAt = undefined;
    await settleAll(desk.deps, desk.perform);
    expect(await desk.look(approval.id)).toMatchObject({ approval: { state: 'enacted' } });
    expect(await desk.size()).toBe(size + 1);
  });

  test('finds what was committed, and does it no second time', async () => {
    const approval = await desk.ask(hr, person('Olga Ríos'));
    const size = await desk.size();
    const stored = desk.deps.approvals;
    const { replace } = stored;
    let isStopped = false;
    // After the commit, before the approval is marked.
    Object.assign(stored, {
      replace: async (...args: Parameters<typeof replace>) => {
        if (args[0].state === 'enacted' && !isStopped) {
          isStopped = true;
          throw new Error('stopped');
        }
        return replace(...args);
      },
    });
    await expect(desk.give(approval, hr)).rejects.toThrow('stopped');
    expect(await stateOf(approval)).toBe('open');
    expect(await desk.size()).toBe(size + 1);
    // Long after its time: what was done was done in time.
    office.time.laterSeconds = 9 * 86_400;
    await settleAll(desk.deps, desk.perform);
    Object.assign(stored, { replace });
    expect(await stateOf(approval)).toBe('enacted');
    expect(await desk.size()).toBe(size + 1);
  });

  test('finishes the second leaf of what was begun', async () => {
    const approval = await desk.ask(hr, credential());
    await desk.give(approval, hr);
    const stored = desk.deps.approvals;
    const { replace } = stored;
    Object.assign(stored, {
      replace: async (...args: Parameters<typeof replace>) => (args[0].state === 'enacted' ? false : replace(...args)),
    });
    await expect(desk.give(approval, approver)).rejects.toMatchObject({ code: 'log/stale' });
    Object.assign(stored, { replace });
    const { answer } = await desk.look(approval.id);
    expect(said(answer)).toMatchObject({ state: 'issued' });
  });
});

describe('what changed since it was asked for', () => {
  test('a body that somebody swapped makes another record: nothing is done', async () => {
    const approval = await desk.ask(hr, person('Gloria Mar'));
    const size = await desk.size();
    const body = utf8(JSON.stringify(person('Mala Persona')));
    swapBody(approval, body);
    const { approval: ended } = await desk.give(approval, hr);
    expect(ended).toMatchObject({ state: 'stale', end: { why: 'access/assertion-needed' } });
    expect(await desk.size()).toBe(size);
  });

  test('an approver whose roles ended in between', async () => {
    const leaving = await office.enrol('Leo Paz', ['approver']);
    const approval = await desk.ask(hr, credential());
    await desk.give(approval, leaving);
    await office.act(office.founders, () => office.services.access.setRoles(leaving.id, []));
    const size = await desk.size();
    expect(await codeOfAct(() => desk.give(approval, hr))).toBe('approval/not-open');
    expect((await desk.look(approval.id)).approval).toMatchObject({
      state: 'stale',
      end: { why: 'access/not-authorised' },
    });
    expect(await desk.size()).toBe(size);
  });

  test('a requester who was dismissed in between', async () => {
    const leaving = await office.enrol('Lía Paz', ['hr']);
    const approval = await desk.ask(leaving, person('Sara Paz'));
    await office.act([hr], () => office.services.access.endAccess(leaving.id, { scope: 'person', reason: 'left' }));
    const size = await desk.size();
    const { approval: ended } = await desk.give(approval, hr);
    expect(ended).toMatchObject({ state: 'stale', end: { why: 'access/person-ended' } });
    expect(await desk.size()).toBe(size);
  });

  test('a mandate that ended since, although it held at the time of the statement', async () => {
    const validUntil = dayInMexicoCity(desk.deps.clock());
    const input = { ...person('Toño Cruz').register, validUntil };
    const leaving = await office.act([hr], () => office.services.registerOfficial({ input }));
    const approval = await desk.ask(approver, { enrol: drawPersonId(systemRandom), as: leaving.id });
    await desk.give(approval, approver);
    const size = await desk.size();
    office.time.laterSeconds = 30 * 3600;
    const { approval: ended } = await desk.give(approval, second);
    expect(ended).toMatchObject({ state: 'stale', end: { why: 'access/no-mandate' } });
    expect(await desk.size()).toBe(size);
  });

  test('somebody who was dismissed since', async () => {
    const input = person('Teo Cruz').register;
    const leaving = await office.act([hr], () => office.services.registerOfficial({ input }));
    const approval = await desk.ask(hr, credential(leaving.id));
    await desk.give(approval, hr);
    await office.act([hr], () => office.services.endOfficial({ id: leaving.id, reason: 'dismissed' }));
    const size = await desk.size();
    const { approval: ended } = await desk.give(approval, approver);
    expect(ended).toMatchObject({ state: 'stale', end: { why: 'credential/no-mandate' } });
    expect(await desk.size()).toBe(size);
  });
});

test('whom somebody dismissed loses what was issued to them at once, by one assertion', async () => {
  const input = person('Tita Cruz').register;
  const leaving = await office.act([hr], () => office.services.registerOfficial({ input }));
  const issued = await desk.ask(hr, credential(leaving.id));
  await desk.give(issued, hr);
  const { serial } = said((await desk.give(issued, approver)).answer) as { serial: string };
  const approval = await desk.ask(hr, { end: leaving.id });
  expect((await desk.give(approval, hr)).approval.state).toBe('enacted');
  expect((await office.services.shown.credential(serial as never))?.record.state).toBe('revoked');
});

function swapBody({ id }: Approval, body: Uint8Array): void {
  const { approvals } = desk.deps;
  const { findBody } = approvals;
  Object.assign(approvals, {
    findBody: async (asked: string) => {
      if (asked === id) return body;
      return findBody(asked as never);
    },
  });
}

test('the seed of an approval is as long as its secrecy asks, and another each time', async () => {
  const [one, two] = [await desk.ask(hr, person('Una Más')), await desk.ask(hr, person('Dos Más'))];
  expect(one.pending.seed).toHaveLength(32);
  expect(one.pending.seed).not.toEqual(two.pending.seed);
  expect(systemRandom(32)).not.toEqual(one.pending.seed);
});
