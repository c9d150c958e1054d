import { describe, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../../../src/adapters/system.ts';
import { composeServices } from '../../../src/compose.ts';
import { encodeCbor, type CborValue } from '../../../src/core/cbor.ts';
import { dayInMexicoCity, unixSeconds, type CalendarDay } from '../../../src/core/time.ts';
import {
  drawDistinctiveNumber,
  EVIDENCE_KINDS,
  type Distinctive,
} from '../../../src/directory/distinctive/distinctive.ts';
import type { Official } from '../../../src/directory/official.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { Services } from '../../../src/services.ts';
import { whileErased } from '../../support/erased-openings.ts';
import { plainLeaf } from '../../support/acts.ts';
import { issueTo, newcomer, openOffice } from '../../support/office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { makeCard } from '../../support/soft-slots.ts';
import { editsOf, recordIn, rowsOf, setRow } from '../../support/row-edits.ts';

/*
 * Whoever may write to the database file gives nobody a distinctive, lets none count for longer, and brings none back that was
 * withdrawn.
 */

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services, ports, config } = office;
const { database } = ports.data;
let salted = 0;

const dayAhead = (days: number): CalendarDay => dayInMexicoCity(unixSeconds(systemClock() + days * 86_400));
const UNTIL = dayAhead(200);

function grantTo({ id }: Official, all: Services = services): Promise<Distinctive> {
  const evidence = EVIDENCE_KINDS.map((kind) => ({ kind, until: UNTIL }));
  return all.distinctives.grant({ officialId: id, evidence, idempotencyKey: `grant ${salted++}` });
}

async function append(kind: LeafKind, ref: number | undefined, record: readonly CborValue[]): Promise<number> {
  const leaf = plainLeaf(`leaf ${salted++}`, { kind, record: encodeCbor(record), ...(ref !== undefined && { ref }) });
  return (await ports.ledger.commit({ leaf, writes: [] })).index;
}

async function copyOf(index: number, ref: number | undefined): Promise<number> {
  const leaf = (await services.log.leaf(index))!;
  const { record, salt } = (await services.log.opening(index))!;
  const draft = { kind: leaf.kind, record, salt, ...(ref !== undefined && { ref }) };
  return (await ports.ledger.commit({ leaf: plainLeaf(`copy ${salted++}`, draft), writes: [] })).index;
}

const without = <Result>(index: number, act: () => Promise<Result>): Promise<Result> =>
  whileErased(database, index, act);

/** In this process, and in one that has read none of it yet. */
async function both(check: (all: Services) => Promise<void>): Promise<void> {
  await check(services);
  await check(await composeServices(config, ports));
}

const findings = async (key: string): Promise<readonly object[]> =>
  (await services.auditLog()).register.findings.filter((finding) => finding.key === key);

const stateOf = async (all: Services, { number }: Distinctive): Promise<string> =>
  (await all.verifyBadge(number)).state;

/** What is said of the person's distinctive beside their credential. */
async function lineOf(all: Services, serial: string): Promise<unknown> {
  const { subject } = await all.verifyCredential(serial);
  return subject.kind === 'credential' ? subject.distinctive : undefined;
}

describe('a distinctive is what its leaves say,', () => {
  test('whatever somebody makes of any field of its row, and although the row is gone', async () => {
    const official = await newcomer(office);
    const granted = await grantTo(official);
    const withdrawn = await services.distinctives.withdraw({
      number: (await grantTo(await newcomer(office))).number,
      reason: 'conduct',
    });
    const rows = rowsOf(database, 'distinctive');
    let edited = 0;
    for (const row of rows.filter(({ key }) => key === granted.number || key === withdrawn.number)) {
      const one = row.key === granted.number ? granted : withdrawn;
      for (const edit of editsOf(row, rows)) {
        edited++;
        setRow(database, 'distinctive', row, edit.record);
        const told = await composeServices(config, ports);
        const label = `${row.key} ${edit.name}`;
        expect(await told.distinctives.find(one.number), label).toEqual(one);
        expect(await stateOf(told, one), label).toBe(one === granted ? 'current' : 'revoked');
        expect(await findings(row.key), label).not.toEqual([]);
        setRow(database, 'distinctive', row, recordIn(row));
      }
    }
    expect(edited).toBeGreaterThan(20);
    expect(await findings(granted.number)).toEqual([]);
    database.prepare('DELETE FROM distinctive WHERE key = ?').run(granted.number);
    await both(async (all) => expect(await stateOf(all, granted)).toBe('current'));
    expect(await findings(granted.number)).toContainEqual(expect.objectContaining({ problem: 'leaf-without-row' }));
    await services.distinctives.withdraw({ number: granted.number, reason: 'conduct' });
    await both(async (all) => expect(await stateOf(all, granted)).toBe('revoked'));
    // The act has made the row anew.
    expect(await findings(granted.number)).toEqual([]);
  });

  test('and a row without a leaf is nobody’s', async () => {
    const granted = await grantTo(await newcomer(office));
    const { record } = database.prepare('SELECT record FROM distinctive WHERE key = ?').get(granted.number)!;
    const number = '46E7M3T5TE4D';
    const forged = String(record).replace(granted.number, number);
    database.prepare('INSERT INTO distinctive (key, record, version) VALUES (?, ?, 1)').run(number, forged);
    await both(async (all) => {
      expect((await all.verifyBadge(number)).state).toBe('not-found');
      expect((await all.distinctives.list()).map((one) => one.number)).not.toContain(number);
    });
    expect(await findings(number)).toContainEqual(expect.objectContaining({ problem: 'row-without-leaf' }));
    database.prepare('DELETE FROM distinctive WHERE key = ?').run(number);
  });

  test('and no edited row of its person keeps it from being withdrawn', async () => {
    const official = await newcomer(office);
    const granted = await grantTo(official);
    const [row] = rowsOf(database, 'official').filter(({ key }) => key === official.id);
    setRow(database, 'official', row!, { ...recordIn(row!), powers: ['Otra'] });
    expect(await codeOfAct(() => grantTo(official))).toBe('log/corrupt');
    await services.distinctives.withdraw({ number: granted.number, reason: 'conduct' });
    await both(async (all) => expect(await stateOf(all, granted)).toBe('revoked'));
    setRow(database, 'official', row!, recordIn(row!));
  });
});

async function appendCard(number: string, { id }: Official): Promise<void> {
  const now = systemClock();
  const guid = systemRandom(16);
  guid[6] = (guid[6]! & 0x0f) | 0x40;
  guid[8] = (guid[8]! & 0x3f) | 0x80;
  const index = await append(LeafKind.cardRegistered, undefined, [1, 'card/registered', number, id, guid, UNTIL, now]);
  await append(LeafKind.cardActivated, index, [1, 'card/activated', number, now, null, null, null, []]);
}

async function appendGrant(number: string, { id }: Official): Promise<void> {
  const days = EVIDENCE_KINDS.map((kind) => [kind, UNTIL, null]);
  const record = [1, 'distinctive/granted', number, id, UNTIL, systemClock(), days];
  await append(LeafKind.distinctiveGranted, undefined, record);
}

test('does not count again because a record is gone that may have been of the suspended credential of its holder', async () => {
  const person = await newcomer(office);
  const { serial } = await issueTo(services, person, 'staff');
  const { intentLeaf: others } = await issueTo(services, await newcomer(office), 'staff');
  const signer = await issueTo(services, person, 'signer');
  const distinctive = await grantTo(person);
  await services.suspendCredential(signer.serial);
  const states: string[] = [];
  for (const leaf of [others, signer.intentLeaf]) {
    await without(leaf, () =>
      both(async (all) => {
        states.push(await stateOf(all, distinctive).catch((error: unknown) => (error as { code: string }).code));
        expect(await lineOf(all, serial).catch(() => undefined)).toBeUndefined();
      }),
    );
  }
  for (const state of states) expect(['suspended', 'log/opening-missing']).toContain(state);
  await services.resumeCredential(signer.serial);
  await both(async (all) => expect(await stateOf(all, distinctive)).toBe('current'));
});

test('keeps its number although somebody registers a card with it, and a card although somebody grants it', async () => {
  const [ana, beto] = [await newcomer(office), await newcomer(office)];
  const granted = await grantTo(ana);
  const { card } = await makeCard(services, await newcomer(office));
  await appendCard(granted.number, beto);
  await appendGrant(card.number, beto);
  await both(async (all) => {
    const answers = [await all.verifyBadge(granted.number), await all.verifyTyped(granted.number)];
    for (const { state, subject } of answers) {
      expect([state, subject]).toMatchObject(['current', { kind: 'distinctive', officialId: ana.id }]);
    }
    expect((await all.verifyBadge(card.number)).subject).toMatchObject({
      kind: 'credential',
      officialId: card.officialId,
    });
    expect(await all.cards.find({ number: granted.number })).toBeUndefined();
    expect(await all.distinctives.list()).not.toContainEqual(expect.objectContaining({ officialId: beto.id }));
  });
  const unknown = { problem: 'leaf-without-row', noun: 'card' };
  expect(await findings(granted.number)).toMatchObject([unknown, unknown]);
});

test('keeps its number also behind a record that nobody can read any more, and so does a card', async () => {
  const [gone, granted] = [await grantTo(await newcomer(office)), await grantTo(await newcomer(office))];
  const goneCard = (await makeCard(services, await newcomer(office))).card;
  const { card } = await makeCard(services, await newcomer(office));
  const beto = await newcomer(office);
  await appendCard(granted.number, beto);
  await appendGrant(card.number, beto);
  await without(gone.grantedLeaf, async () => {
    const fresh = await composeServices(config, ports);
    expect(await codeOfAct(() => fresh.verifyBadge(granted.number))).toBe('log/opening-missing');
    const later = await composeServices(config, ports);
    await without(granted.grantedLeaf, async () => void (await later.verifyBadge(granted.number)));
    // What was put back since counts again.
    expect(await codeOfAct(() => later.verifyBadge(granted.number))).toBe('log/opening-missing');
  });
  await without(goneCard.registeredLeaf, async () => {
    const fresh = await composeServices(config, ports);
    expect(await codeOfAct(() => fresh.verifyBadge(card.number))).toBe('log/opening-missing');
  });
});

test('answers although nobody can read any more what a card was registered for, and a card although it is so of a distinctive', async () => {
  const { card } = await makeCard(services, await newcomer(office));
  const granted = await grantTo(await newcomer(office));
  const other = await grantTo(await newcomer(office));
  await without(card.registeredLeaf, async () => {
    const fresh = await composeServices(config, ports);
    expect(await stateOf(fresh, granted)).toBe('current');
    expect((await fresh.verifyTyped(granted.number)).state).toBe('current');
    expect(await codeOfAct(() => fresh.verifyBadge(card.number))).toBe('log/opening-missing');
  });
  await without(other.grantedLeaf, async () => {
    const fresh = await composeServices(config, ports);
    expect((await fresh.verifyBadge(card.number)).state).toBe('current');
    expect(await codeOfAct(() => fresh.verifyBadge(other.number))).toBe('log/opening-missing');
  });
});

describe('a withdrawn one does not come back', () => {
  test('by copies of its leaf, nor by a leaf that somebody appended', async () => {
    const official = await newcomer(office);
    const { serial } = await issueTo(services, official, 'staff');
    const granted = await grantTo(official);
    await services.distinctives.withdraw({ number: granted.number, reason: 'conduct' });
    await copyOf(granted.grantedLeaf, undefined);
    const other = await newcomer(office);
    const { number, until, grantedAt } = granted;
    const evidence = EVIDENCE_KINDS.map((kind) => [kind, until, null]);
    const late = dayAhead(201);
    const drawn = Array.from({ length: 4 }, () => drawDistinctiveNumber(systemRandom));
    for (const record of [
      // The same number again, of the same person and of another.
      [1, 'distinctive/granted', number, official.id, until, grantedAt, evidence],
      [1, 'distinctive/granted', number, other.id, until, grantedAt, evidence],
      // Without one kind of evidence, with one twice, for longer than the evidence, of nobody.
      [1, 'distinctive/granted', drawn[0]!, official.id, until, grantedAt, evidence.slice(1)],
      [1, 'distinctive/granted', drawn[1]!, official.id, until, grantedAt, [evidence[0]!, evidence[0]!, evidence[2]!]],
      [1, 'distinctive/granted', drawn[2]!, official.id, late, grantedAt, evidence],
      [1, 'distinctive/granted', drawn[3]!, 'x', until, grantedAt, evidence],
    ]) {
      await append(LeafKind.distinctiveGranted, undefined, record);
    }
    await both(async (all) => {
      expect(await stateOf(all, granted)).toBe('revoked');
      for (const forged of drawn) expect((await all.verifyBadge(forged)).state).toBe('not-found');
      expect(await lineOf(all, serial)).toMatchObject({ state: 'revoked' });
      expect(await all.distinctives.listOf(other.id)).toEqual([]);
      expect(await all.distinctives.listOf(official.id)).toHaveLength(1);
    });
    expect((await services.auditLog()).sound).toBe(false);
  });

  test('once nobody can read its withdrawal, nor that of the one that took its place', async () => {
    const official = await newcomer(office);
    const { serial } = await issueTo(services, official, 'staff');
    const first = await grantTo(official);
    const second = await grantTo(official);
    const { withdrawnLeaf } = await services.distinctives.withdraw({ number: second.number, reason: 'conduct' });
    await without(withdrawnLeaf!, async () =>
      both(async (all) => {
        expect(await stateOf(all, second)).toBe('revoked');
        expect(await lineOf(all, serial)).toEqual({ state: 'revoked' });
      }),
    );
    // Whoever erases that it was granted, so that the one before would be the last, brings that back no more.
    await without(second.grantedLeaf, async () => {
      const fresh = await composeServices(config, ports);
      expect(await stateOf(fresh, first)).toBe('replaced');
      expect(await lineOf(fresh, serial)).toBeUndefined();
      expect(await codeOfAct(() => grantTo(official, fresh))).toBe('log/opening-missing');
      // Withdrawing goes on.
      expect((await fresh.distinctives.withdraw({ number: first.number, reason: 'conduct' })).withdrawn?.reason).toBe(
        'renewed',
      );
    });
  });

  test.each<[string, (number: string) => readonly CborValue[]]>([
    ['a withdrawal of another', () => [1, 'distinctive/withdrawn', '46E7M3T5TE4D', 1, 'conduct']],
    ['a withdrawal for no reason of ours', (number) => [1, 'distinctive/withdrawn', number, 1, 'bored']],
  ])('and %s says nothing', async (_, record) => {
    const granted = await grantTo(await newcomer(office));
    await append(LeafKind.distinctiveWithdrawn, granted.grantedLeaf, record(granted.number));
    await both(async (all) => expect(await stateOf(all, granted)).toBe('current'));
  });
});
