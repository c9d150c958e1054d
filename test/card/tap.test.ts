import { beforeAll, describe, expect, test } from 'vitest';
import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import { sqlTapCounters } from '../../src/adapters/sql/tap-counters.ts';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import type { BlockCiphers } from '../../src/core/block-ciphers.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { Outage } from '../../src/core/refusal.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { parseTagBatch } from '../../src/card/ntag424/sun.ts';
import { readTapAddress, readTapPath, tapPathIn, type TapAddress } from '../../src/card/ntag424/tap-address.ts';
import { judgeTap, type JudgedTap, type JudgeTapDeps, type TapCounters } from '../../src/card/tap.ts';
import { forger } from '../support/forged-taps.ts';
import { CARD, memoryCounters, TAP_KEYS, tagRegister, tapping } from '../support/tapped.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { BATCH, insert, KEY_VERSION, newTag, ORIGIN, personalise, pulledAt, UID, wipe } from './ntag424/tag-kit.ts';

const LONG = Boolean(process.env['COTEJO_LONG']);
const FORGED = LONG ? 1_000_000 : 10_000;
const folder = temporaryFolder();

const UNKNOWN_TAP: JudgedTap = { outcome: 'unknown' };
const accepted = { outcome: 'accepted', skipped: expect.any(Number), card: CARD };
const replayed: JudgedTap = { outcome: 'replayed', card: CARD };

function judging(changes: Partial<JudgeTapDeps> = {}): (address: string) => Promise<JudgedTap> {
  const deps = {
    ...{ tags: tagRegister(), keys: TAP_KEYS, counters: memoryCounters(), ciphers: nodeBlockCiphers },
    pause: async () => {},
    ...changes,
  };
  return (text) => judgeTap(deps, readTapAddress(text, [ORIGIN]));
}

let tap: () => Promise<string>;
/** Addresses that a tag gave, one after another. */
const given: string[] = [];
beforeAll(async () => {
  tap = await tapping(ORIGIN);
  for (let i = 0; i < 20; i++) given.push(await tap());
});

describe('a tap', () => {
  test('is accepted once, and says which card it was', async () => {
    const judge = judging();
    for (const address of given) {
      expect(await judge(address)).toEqual(accepted);
      expect(await judge(address)).toEqual(replayed);
    }
  });

  test('does not count once a later one was used', async () => {
    const judge = judging();
    expect(await judge(given[3]!)).toEqual(accepted);
    for (const address of given.slice(0, 4)) expect(await judge(address)).toEqual(replayed);
    expect(await judge(given[9]!)).toEqual(accepted);
  });

  test('of a tag that the register does not have, or has in another batch, is unknown', async () => {
    const tags = tagRegister();
    const [[uid, tag]] = [...tags.tags] as [[string, typeof tags.tags extends Map<string, infer Tag> ? Tag : never]];
    tags.tags.set(uid, { ...tag, batch: parseTagBatch('7K3N')! });
    expect(await judging({ tags })(given[0]!)).toEqual(UNKNOWN_TAP);
    tags.tags.clear();
    expect(await judging({ tags })(given[0]!)).toEqual(UNKNOWN_TAP);
  });

  test('of before the tag was wiped is unknown, and its count begins anew under the next version', async () => {
    const tags = tagRegister();
    const judge = judging({ tags });
    const state = newTag();
    await personalise(insert(state));
    const kept = [];
    for (let i = 0; i < 5; i++) kept.push((await readNdefAddress(insert(state, i)))!);
    expect(await judge(kept[3]!)).toEqual(accepted);
    await wipe(insert(state));
    await personalise(insert(state), undefined, { keyVersion: KEY_VERSION + 1 });
    const [uid, tag] = [...tags.tags][0]!;
    tags.tags.set(uid, { ...tag, keyVersion: KEY_VERSION + 1 });
    expect(await judge(kept[4]!)).toEqual(UNKNOWN_TAP);
    expect(await judge((await readNdefAddress(insert(state)))!)).toEqual(accepted);
  });

  test('of a tag that was pulled while it was written is none of ours, or counts once', async () => {
    const whole = pulledAt(insert(newTag()), Number.POSITIVE_INFINITY, 'before');
    await personalise(whole);
    for (let index = 0; index < whole.count; index++) {
      const state = newTag();
      await personalise(pulledAt(insert(state), index, index % 2 ? 'before' : 'after')).catch(() => {});
      const judge = judging();
      const address = await readNdefAddress(insert(state)).catch(() => undefined);
      const first = address === undefined ? UNKNOWN_TAP : await judge(address);
      if (first.outcome !== 'unknown') expect([first, await judge(address!)]).toEqual([accepted, replayed]);
    }
  });
});

test(`of ${FORGED} forged, changed or repeated addresses none is accepted, or touches a counter`, async () => {
  const counters = memoryCounters();
  const judge = judging({ counters });
  for (const address of given) await judge(address);
  const before = [...counters.last];
  const forge = forger(given);
  for (let run = 0; run < FORGED; run++) {
    const forged = forge();
    const { outcome } = await judge(forged);
    expect(outcome, forged).toBe(given.includes(forged) ? 'replayed' : 'unknown');
  }
  expect([...counters.last]).toEqual(before);
}, 1_800_000);

test('whatever is wrong with a tap, as much is done to find it out', async () => {
  const done: string[] = [];
  const noting = <Part extends object>(part: Part): Part =>
    Object.fromEntries(
      Object.entries(part).map(([name, act]: [string, (...given: never[]) => unknown]) => [
        name,
        (...args: never[]) => (done.push(name), act(...args)),
      ]),
    ) as Part;
  const { findTags, expectReadTags } = tagRegister();
  const judge = judging({
    tags: { ...noting({ findTags }), expectReadTags },
    keys: noting(TAP_KEYS),
    ciphers: noting<BlockCiphers>(nodeBlockCiphers),
  });
  const [, picc, mac] = /\/([0-9A-F]{32})\/([0-9A-F]{16})$/.exec(given[0]!)!;
  const steps = async (path: string): Promise<string> => {
    done.length = 0;
    expect(await judge(`${ORIGIN}/c/${path}`)).toEqual(UNKNOWN_TAP);
    return done.join(' ');
  };
  const ours = new Set([
    await steps(`7K3N/${picc}/${mac}`),
    await steps(`${BATCH}/${'0'.repeat(32)}/${mac}`),
    await steps(`${BATCH}/${picc}/${'0'.repeat(16)}`),
  ]);
  expect([...ours]).toEqual([expect.stringContaining('metaReadKey aesCbcDecrypt findTags fileReadKey')]);
});

test('whatever is wrong with a tap, the answer is as late; to a good one nobody has to wait', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const judge = judging({ pause: () => promise });
  expect((await judge(given[0]!)).outcome).toBe('accepted');
  expect((await judge(given[0]!)).outcome).toBe('replayed');
  const answered: string[] = [];
  const wrong = [
    given[1]!.replace(BATCH, '7K3N'),
    given[1]!.slice(0, -1),
    `${given[1]!.slice(0, -16)}${'0'.repeat(16)}`,
  ];
  const answers = wrong.map(async (address) => answered.push((await judge(address)).outcome));
  await new Promise((done) => setTimeout(done, 100));
  expect(answered).toEqual([]);
  resolve();
  await Promise.all(answers);
  expect(answered).toEqual(['unknown', 'unknown', 'unknown']);
});

describe('counters', () => {
  const counted = (counters: TapCounters, counter: number, version = KEY_VERSION): Promise<string> =>
    counters.advance(UID, version, counter).then(({ outcome }) => outcome);

  test('grow, by tag and version of its keys, in the database as in memory', async () => {
    const data = openSqlite(':memory:');
    for (const counters of [sqlTapCounters(data), memoryCounters()]) {
      const uses = [];
      for (const counter of [0, 0, 7, 6, 7, 8, 0xffffff, 9]) uses.push(await counted(counters, counter));
      const [yes, no] = ['accepted', 'replayed'];
      expect(uses).toEqual([yes, no, yes, no, no, yes, yes, no]);
      expect([await counted(counters, 3, KEY_VERSION + 1), await counted(counters, 0xffffff)]).toEqual([yes, no]);
    }
  });

  test('tell how many taps before nobody used', async () => {
    const data = openSqlite(':memory:');
    for (const counters of [sqlTapCounters(data), memoryCounters()]) {
      const skipped = [];
      for (const counter of [4, 5, 9, 9, 10]) skipped.push(await counters.advance(UID, KEY_VERSION, counter));
      expect(skipped.slice(1)).toEqual([
        { outcome: 'accepted', skipped: 0 },
        { outcome: 'accepted', skipped: 3 },
        { outcome: 'replayed' },
        { outcome: 'accepted', skipped: 0 },
      ]);
    }
  });

  test('are kept, and nobody lowers them or takes them away', async () => {
    const file = `${folder}/counters.sqlite`;
    const data = openSqlite(file);
    expect(await counted(sqlTapCounters(data), 41)).toBe('accepted');
    for (const sql of ['UPDATE tap_counter SET counter = 3', 'DELETE FROM tap_counter']) {
      expect(() => data.transaction(() => data.database.exec(sql))).toThrow(/a tap counter is never|only grows/);
    }
    data.close();
    const again = openSqlite(file);
    expect([await counted(sqlTapCounters(again), 41), await counted(sqlTapCounters(again), 42)]).toEqual([
      'replayed',
      'accepted',
    ]);
    again.close();
  });

  test('of 10,000 uses of one address at once accept one', async () => {
    const data = openSqlite(`${folder}/at-once.sqlite`);
    const judge = judging({ counters: sqlTapCounters(data) });
    const uses = await Promise.all(Array.from({ length: 10_000 }, () => judge(given[0]!)));
    expect(uses.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(uses.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(9_999);
    data.close();
  });

  test('that fail accept nothing: a tap whose use was stored without an answer is used', async () => {
    const counters = memoryCounters();
    const failing: TapCounters = {
      async advance(...use) {
        await counters.advance(...use);
        throw new Outage('log/unavailable', 'the answer was lost');
      },
    };
    await expect(judging({ counters: failing })(given[0]!)).rejects.toBeInstanceOf(Outage);
    expect(await judging({ counters })(given[0]!)).toEqual(replayed);
    expect(await judging({ counters })(given[1]!)).toEqual(accepted);
  });
});

test('an address is read below our origins alone, in its one spelling', () => {
  const path = given[0]!.slice(`${ORIGIN}/c/`.length);
  expect(tapPathIn(given[0]!, ['https://antes.example', ORIGIN])).toBe(path);
  for (const other of [
    given[0]!.toUpperCase(),
    ` ${given[0]!}`,
    `${ORIGIN}.example/c/${path}`,
    `${ORIGIN}/b/${path}`,
  ]) {
    expect(tapPathIn(other, [ORIGIN])).toBeUndefined();
  }
  const [batch, picc, mac] = path.split('/') as [string, string, string];
  const parts: TapAddress = { batch: parseTagBatch(batch)!, picc: fromHex(picc)!, mac: fromHex(mac)! };
  expect(readTapPath(path)).toEqual(parts);
});
