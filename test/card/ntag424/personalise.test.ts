import { describe, expect, test } from 'vitest';
import { nodeBlockCiphers as ciphers } from '../../../src/adapters/block-ciphers.ts';
import { readNdefAddress } from '../../../src/card/ntag424/ndef.ts';
import { checkTapMac, openPicc, readTapAddress } from '../../../src/card/ntag424/tap-address.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { Outage, Refusal } from '../../../src/core/refusal.ts';
import { codeOfAct } from '../../support/refuses.ts';
import {
  BATCH,
  insert,
  KEY_VERSION,
  journal,
  KEYS,
  keysAreKnown,
  keysAreOurs,
  MASTERS,
  NEVER,
  newTag,
  ORIGIN,
  personalise,
  pulledAt,
  UID,
  wipe,
} from './tag-kit.ts';

/** As the service judges what a phone reads. */
async function tap(state: ReturnType<typeof newTag>): Promise<number> {
  const address = readTapAddress((await readNdefAddress(insert(state, 5)))!, [ORIGIN])!;
  expect(address.batch).toBe(BATCH);
  const opened = openPicc(ciphers, MASTERS.metaRead, address.picc)!;
  expect(toHex(opened.uid)).toBe(toHex(UID));
  expect(checkTapMac(ciphers, KEYS[1], opened, address.mac)).toBe(true);
  return opened.counter;
}

const EXPECTED_STEPS = [
  'write-file',
  'change-settings',
  'change-key 1',
  'change-key 2',
  'change-key 3',
  'change-key 4',
  'change-key 0',
];

describe('a tag from the factory', () => {
  test('is written, given its keys with key 0 last, and proven', async () => {
    const state = newTag();
    const { steps, step } = journal();
    const done = await personalise(insert(state), { step });
    expect(done).toMatchObject({ isGenuine: true, changed: true });
    expect(keysAreOurs(state)).toBe(true);
    const names = steps.map(({ name, key, phase }) => `${name}${key === undefined ? '' : ` ${key}`}: ${phase}`);
    expect(names).toEqual(EXPECTED_STEPS.flatMap((name) => [`${name}: intent`, `${name}: done`]));
    expect(readTapAddress(done.address, [ORIGIN])).toBeDefined();
    expect(await tap(state)).toBe(done.counter + 1);
  });

  test('is done in few commands, without a failure that it would count in a row', async () => {
    const state = newTag();
    const channel = pulledAt(insert(state), NEVER, 'before');
    await personalise(channel);
    expect(channel.count).toBeLessThanOrEqual(65);
    expect(state.failures.map(({ sequence }) => sequence)).toEqual([0, 0, 0, 0, 0]);
  });

  test('is only proven the second time', async () => {
    const state = newTag();
    const first = await personalise(insert(state));
    const { steps, step } = journal();
    const channel = insert(state);
    let failures = 0;
    const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
      const answer = await channel.transmit(command);
      if (toHex(answer) === '91ae') failures++;
      return answer;
    };
    const second = await personalise({ ...channel, transmit }, { step });
    expect(second.changed).toBe(false);
    // Those of the factory, one by one: before ours are asked for, and in the proof. Ours follow each.
    expect(failures).toBe(2 * 5);
    expect(state.failures.map(({ sequence }) => sequence)).toEqual([0, 0, 0, 0, 0]);
    expect(second.counter).toBeGreaterThan(first.counter);
    expect(steps).toEqual([]);
  });

  test('is told nothing before the journal has the intent', async () => {
    for (let line = 0; line < 2 * EXPECTED_STEPS.length; line++) {
      const state = newTag();
      let count = 0;
      const dead = { step: async () => (count++ === line ? Promise.reject(new Error('killed')) : undefined) };
      const before = JSON.stringify(state);
      await expect(personalise(insert(state), dead)).rejects.toThrow('killed');
      if (line === 0) expect({ ...JSON.parse(before), failures: [] }).toEqual({ ...state, failures: [] });
      expect(keysAreKnown(state)).toBe(true);
      await personalise(insert(state));
      expect(keysAreOurs(state)).toBe(true);
    }
  });
});

describe('a tag that is pulled', () => {
  test('at any command, before or after it, ends proven at the next insert, its keys known at all times', async () => {
    const whole = pulledAt(insert(newTag()), NEVER, 'before');
    await personalise(whole);
    for (let index = 0; index < whole.count; index++) {
      for (const when of ['before', 'after'] as const) {
        const state = newTag();
        const { steps, step } = journal();
        await expect(personalise(pulledAt(insert(state), index, when), { step })).rejects.toBeInstanceOf(Outage);
        expect(keysAreKnown(state), `${index} ${when}`).toBe(true);
        // What was begun is told as unknown, never as done or declined.
        const last = steps.at(-1);
        if (last) expect(['done', 'unknown']).toContain(last.phase);
        await personalise(insert(state));
        expect(keysAreOurs(state), `${index} ${when}`).toBe(true);
        expect(await tap(state)).toBeGreaterThan(0);
      }
    }
  });

  test('again and again, ends proven', async () => {
    for (let run = 1; run <= 8; run++) {
      const state = newTag();
      let inserts = 0;
      for (let isDone = false; !isDone; inserts++) {
        const index = (run * 7 + inserts * 11) % (20 + inserts * 5);
        const channel = pulledAt(insert(state, inserts + 1), index, inserts % 2 ? 'before' : 'after');
        isDone = await personalise(channel).then(
          () => true,
          (error: unknown) => (error instanceof Outage ? false : Promise.reject(error as Error)),
        );
        expect(keysAreKnown(state)).toBe(true);
      }
      expect(keysAreOurs(state)).toBe(true);
      expect(inserts).toBeLessThan(100);
    }
  });
});

describe('a tag is declined', () => {
  test('with a foreign key in any place, and is told nothing', async () => {
    for (let number = 0; number < 5; number++) {
      const state = newTag();
      state.keys[number] = '11'.repeat(16);
      const { steps, step } = journal();
      await expect(personalise(insert(state), { step })).rejects.toMatchObject({
        code: 'tag/foreign-key',
        facts: { key: number },
      });
      expect(steps).toEqual([]);
      // The factory's key, and ours where it is the first that a tag of ours has.
      const tried = number === 1 ? 2 : 1;
      expect(state.failures.map(({ sequence }) => sequence)[number]).toBe(tried);
      expect(state.failures.reduce((sum, { total }) => sum + total, 0)).toBe(tried);
    }
  });

  test('whose number nobody signed, unless that is accepted', async () => {
    const state = newTag();
    state.signature = '00'.repeat(56);
    expect(await codeOfAct(async () => personalise(insert(state)))).toBe('tag/not-genuine');
    expect(state.keys[0]).toBe('00'.repeat(16));
    expect(await personalise(insert(state), journal(), { acceptNotGenuine: true })).toMatchObject({ isGenuine: false });
  });

  test('that hides its number', async () => {
    const state = newTag();
    state.uid = '00'.repeat(7);
    expect(await codeOfAct(async () => personalise(insert(state)))).toBe('tag/random-uid');
  });

  test('whose capability container was rewritten', async () => {
    const state = newTag();
    state.files[0]!.content = '00'.repeat(32);
    expect(await codeOfAct(async () => personalise(insert(state)))).toBe('tag/not-ndef');
  });

  test('that holds our keys and another address, or may not be changed', async () => {
    const state = newTag();
    await personalise(insert(state));
    const other = { origin: 'https://otra.example' };
    expect(await codeOfAct(async () => personalise(insert(state), journal(), other))).toBe('tag/other-address');
    const locked = newTag();
    locked.files[1]!.settings = '0000efee000100';
    expect(await codeOfAct(async () => personalise(insert(locked)))).toBe('tag/locked');
  });

  test('while it delays, and is done when it no longer does', async () => {
    const state = newTag();
    state.failures[2] = { sequence: 51, total: 51, delayed: 0 };
    // Pulling it does not help: the count survives.
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await codeOfAct(async () => personalise(insert(state)))).toBe('tag/delayed');
    }
    await personalise(insert(state));
    const dead = newTag();
    dead.failures[2]!.total = 1000;
    expect(await codeOfAct(async () => personalise(insert(dead)))).toBe('tag/key-locked');
  });

  test('where no card is an NTAG 424 DNA', async () => {
    const other = { ...insert(newTag()), transmit: async () => Uint8Array.of(0x6e, 0x00) };
    expect(await codeOfAct(async () => personalise(other))).toBe('tag/other-kind');
  });
});

describe('a tag that somebody used', () => {
  test('is opened with key 0 where its file may not be written', async () => {
    const state = newTag();
    state.files[1]!.settings = '000010e1000100';
    const { steps, step } = journal();
    await personalise(insert(state), { step });
    expect(steps.map(({ name }) => name)).toContain('open-settings');
    expect(await tap(state)).toBeGreaterThan(0);
  });

  test('holds the new address instead of the old one, whatever protects the file', async () => {
    for (const settings of ['000000e0000100', '000100e0000100', '00030000000100']) {
      const state = newTag();
      state.files[1]!.settings = settings;
      state.files[1]!.content = 'ff'.repeat(256);
      await personalise(insert(state));
      expect(await tap(state), settings).toBeGreaterThan(0);
    }
  });
});

test('a tag that answers with a wrong MAC is believed in nothing, and what it did is unknown', async () => {
  const state = newTag();
  const channel = insert(state);
  const lying = {
    ...channel,
    async transmit(command: Uint8Array) {
      const answer = await channel.transmit(command);
      if (command[1] === 0xc4) answer[0]! ^= 1;
      return answer;
    },
  };
  const { steps, step } = journal();
  await expect(personalise(lying, { step })).rejects.toMatchObject({ code: 'tag/not-proven' });
  expect(steps.at(-1)).toMatchObject({ name: 'change-key', key: 1, phase: 'unknown' });
  await personalise(insert(state));
  expect(keysAreOurs(state)).toBe(true);
});

describe('a tag that was written', () => {
  /** Answers the read of the second tap with what `change` makes of it, and of the first one. */
  async function secondTap(change: (second: Uint8Array, first: Uint8Array) => Uint8Array): Promise<string> {
    const channel = insert(newTag());
    const read: Uint8Array[] = [];
    const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
      const answer = await channel.transmit(command);
      if (command[1] !== 0xb0 || command[3] !== 2) return answer;
      read.push(answer);
      return read.length === 1 ? answer : change(answer, read[0]!);
    };
    return codeOfAct(async () => personalise({ ...channel, transmit }));
  }

  test('fails its proof with an address that it gave before, or whose MAC is wrong', async () => {
    expect(await secondTap((_, first) => first)).toBe('tag/proof-failed');
    // The last digit of the MAC, in front of the status.
    const wrong = (second: Uint8Array): Uint8Array => second.with(-3, second.at(-3) === 0x30 ? 0x31 : 0x30);
    expect(await secondTap(wrong)).toBe('tag/proof-failed');
  });

  test('does not lend its keys to another that takes its place, at whatever command', async () => {
    const codes: string[] = [];
    for (let swap = 1; swap < 60; swap++) {
      const other = newTag();
      other.uid = '04aabbccddeeff';
      const [first, second] = [insert(newTag()), insert(other)];
      let count = 0;
      const transmit = async (command: Uint8Array): Promise<Uint8Array> =>
        (count++ < swap ? first : second).transmit(command);
      codes.push(await codeOfAct(async () => personalise({ ...first, transmit })));
      expect(
        other.keys.every((key) => key === '00'.repeat(16)),
        `swapped at ${swap}`,
      ).toBe(true);
    }
    // Right behind its identification, all keys of the other would have been the factory's as well.
    expect(codes).toContain('tag/exchanged');
  });
});

describe('a tag that is wiped', () => {
  test('is as it was delivered, pulled at any command or not', async () => {
    const done = newTag();
    await personalise(insert(done));
    const ours = JSON.stringify(done);
    const whole = pulledAt(insert(done), NEVER, 'before');
    const { steps, step } = journal();
    await wipe(whole, { step });
    const { counter, failures, ...delivered } = newTag();
    expect(done).toMatchObject(delivered);
    expect([counter, failures.length]).toEqual([0, 5]);
    expect(steps.at(-1)).toMatchObject({ name: 'change-key', key: 0, phase: 'done' });
    for (let index = 0; index < whole.count; index++) {
      const state = JSON.parse(ours) as ReturnType<typeof newTag>;
      await expect(wipe(pulledAt(insert(state), index, index % 2 ? 'before' : 'after'))).rejects.toBeInstanceOf(Outage);
      expect(keysAreKnown(state)).toBe(true);
      await wipe(insert(state));
      expect(state, String(index)).toMatchObject(delivered);
    }
  });

  test('gets keys of another version, under which no address of before counts', async () => {
    const state = newTag();
    await personalise(insert(state));
    const before = readTapAddress((await readNdefAddress(insert(state)))!, [ORIGIN])!;
    await wipe(insert(state));
    expect(await readNdefAddress(insert(state))).toBeUndefined();
    await personalise(insert(state), journal(), { keyVersion: KEY_VERSION + 1 });
    const tapped = openPicc(ciphers, MASTERS.metaRead, before.picc)!;
    const now = fromHex(state.keys[1]!)!;
    expect(checkTapMac(ciphers, KEYS[1], tapped, before.mac)).toBe(true);
    expect(checkTapMac(ciphers, now, tapped, before.mac)).toBe(false);
  });

  test('stays what it is where it is not ours', async () => {
    const state = newTag();
    state.keys[0] = '11'.repeat(16);
    expect(await codeOfAct(async () => wipe(insert(state)))).toBe('tag/foreign-key');
  });
});

describe('answers that anybody may give', () => {
  /** One answer of the whole flow, changed as `change` says. */
  async function disturbed(index: number, change: (answer: Uint8Array) => Uint8Array) {
    const state = newTag();
    const channel = insert(state);
    let count = 0;
    const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
      const answer = await channel.transmit(command);
      return count++ === index ? change(answer) : answer;
    };
    const told: string[] = [];
    const step = async (one: object): Promise<void> => void told.push(JSON.stringify(one));
    try {
      await personalise({ ...channel, transmit }, { step });
      // What was changed told nothing: it is as it should be.
      expect(keysAreOurs(state)).toBe(true);
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof Outage)) throw error;
      told.push(error.message, JSON.stringify(error.facts), error.stack ?? '');
      expect(error.cause).toBeUndefined();
    }
    expect(keysAreKnown(state)).toBe(true);
    return told.join('\n');
  }

  const SECRETS = [...KEYS, ...Object.values(MASTERS)].flatMap((key) => [
    toHex(key),
    Buffer.from(key).toString('base64'),
    [...key].join(','),
  ]);

  test('end in a refusal, an outage or a proven tag, and no key is ever told', async () => {
    let seed = 12_345;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let run = 0; run < 250; run++) {
      const told = await disturbed(next(62), (answer) => {
        const changed = answer.slice();
        const kind = next(5);
        if (kind === 0) return changed.subarray(0, next(changed.length + 1));
        if (kind === 1) return Uint8Array.from({ length: next(300) }, () => next(256));
        if (kind === 2) return Uint8Array.from([...changed, next(256)]);
        if (kind === 3)
          changed.set([0x91, [0xaf, 0xae, 0xad, 0x9d, 0x00, 0x1e][next(6)]!], Math.max(0, changed.length - 2));
        else changed[next(changed.length)]! ^= 1 << next(8);
        return changed;
      });
      for (const secret of SECRETS) expect(told.toLowerCase()).not.toContain(secret.toLowerCase());
    }
  });
});

test('what the tag keeps can be written down and put in again', async () => {
  const state = JSON.parse(JSON.stringify(newTag())) as ReturnType<typeof newTag>;
  await personalise(insert(state));
  const again = JSON.parse(JSON.stringify(state)) as ReturnType<typeof newTag>;
  expect(await tap(again)).toBe(await tap(state));
  expect(fromHex(again.uid)).toEqual(new Uint8Array(UID));
});
