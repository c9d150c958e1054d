import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { withFaults } from '../../../hardware/faults.ts';
import { fileJournal } from '../../../hardware/journal-file.ts';
import { factoryState, type SoftPivState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { Journal, JournalLine } from '../../../src/card/station/journal.ts';
import { provisionCard } from '../../../src/card/station/provision.ts';
import { encodeCertificate } from '../../../src/card/piv/certificate.ts';
import { generateKey } from '../../../src/card/piv/keys.ts';
import { authenticateManagement } from '../../../src/card/piv/management.ts';
import { writeObject } from '../../../src/card/piv/objects.ts';
import { octetString, sequence } from '../../../src/asn1/write.ts';
import { encodeObject } from '../../../src/card/tlv.ts';
import { concat, fromHex, toHex } from '../../../src/core/bytes.ts';
import { Outage, Refusal } from '../../../src/core/refusal.ts';
import { fakeOffice, type FakeOffice } from '../../support/fake-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { listening, managementDeps, openCard, putIn } from '../../support/soft-cards.ts';
import { processorTime } from '../../support/processor-time.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  expectNothingWrong,
  expectWhole,
  insertCard,
  memoryJournal,
  people,
  photoOf,
  PIN,
  provision,
  stationOf,
} from './station-kit.ts';

const PERSONALITIES = ['yubikey', 'pivapplet', 'bare'] as const;
/** PUT DATA, SET MANAGEMENT KEY, GENERATE, CHANGE REFERENCE DATA, RESET RETRY COUNTER. */
const CHANGING = [0xdb, 0xff, 0x47, 0x24, 0x2c];

describe.each(PERSONALITIES)('with a %s card', { timeout: 120_000 }, (personality) => {
  test('every command that changes it stands in the journal before it is sent', async () => {
    const office = fakeOffice({ photo: photoOf(400) });
    const journal = memoryJournal();
    const chip = insertCard(factoryState(systemRandom), { personality });
    let changes = 0;
    const watched: CardChannel = {
      ...chip,
      transmit(command) {
        if (CHANGING.includes(command[1]!)) {
          changes++;
          expect(journal.lines.at(-1)?.phase).toBe('intent');
        }
        return chip.transmit(command);
      },
    };
    await provision(stationOf(office, journal), watched);
    expect(changes).toBeGreaterThan(20);
    // And what was begun was ended.
    const counts = Map.groupBy(journal.lines, ({ phase }) => phase);
    expect(counts.get('done')).toHaveLength(counts.get('intent')!.length);
  });

  test('no secret is in journal or errors, whatever the card does', async () => {
    const count = (await told(personality)).length;
    for (const fault of [{ kind: 'die' }, { kind: 'pull' }, { kind: 'lie', bytes: Uint8Array.of(0x90, 0) }] as const) {
      for (let at = 0; at < count; at++) {
        const [office, journal, state] = [fakeOffice(), memoryJournal(), factoryState(systemRandom)];
        const chip = withFaults(insertCard(state, { personality }), [{ ...fault, at, when: 'after' }]);
        const failure: unknown = await provision(stationOf(office, journal), chip).catch((error: unknown) => error);
        await expectNoSecret(office, inspect([failure, journal.lines], { depth: 20, maxStringLength: null }));
      }
    }
  });

  test('a PIN that was blocked before is replaced with the PUK', async () => {
    const [office, state] = [fakeOffice(), factoryState(systemRandom)];
    state.pin.triesLeft = 0;
    expectWhole(office, state, await provision(stationOf(office), insertCard(state, { personality })));
  });

  test('a foreign management key is tried once, and nothing is registered or written', async () => {
    const [office, state] = [fakeOffice(), factoryState(systemRandom)];
    state.managementKey.value = '7a'.repeat(24);
    const before = structuredClone(state);
    const chip = listening(insertCard(state, { personality }));
    expect(await codeOfAct(() => provision(stationOf(office), chip))).toBe('card/foreign-secret');
    expect(answers(chip.told)).toBe(1);
    expect(state).toEqual(before);
    expect(office.cards.size).toBe(0);
  });

  test('a card of ours with a foreign management key is given each of two once', async () => {
    const { office, state } = await interrupted(personality);
    state.managementKey = { algorithm: 'AES-256', value: '7a'.repeat(32) };
    const chip = listening(insertCard(state, { personality }));
    expect(await codeOfAct(() => provision(stationOf(office), chip))).toBe('card/foreign-secret');
    expect(answers(chip.told)).toBe(2);
  });

  test('a foreign PUK is never given its last try, over any number of inserts', async () => {
    const { station, state } = await interrupted(personality);
    state.puk.value = '39'.repeat(8);
    for (const code of ['card/foreign-secret', 'card/foreign-secret', 'card/puk-last-try', 'card/puk-last-try']) {
      expect(await codeOfAct(() => provision(station, insertCard(state, { personality })))).toBe(code);
    }
    expect(state.puk.triesLeft).toBe(1);
  });

  test('of a PUK whose answers are lost, no more than two tries are spent, over any number of inserts', async () => {
    for (const puk of ['39'.repeat(8), undefined]) {
      const { station, state } = await interrupted(personality);
      const own = state.puk.value;
      state.puk.value = puk ?? own;
      const codes: (string | undefined)[] = [];
      for (let insert = 0; insert < 4; insert++) {
        const chip = insertCard(state, { personality });
        // Pulled as soon as it has executed the first command that spends a try.
        const torn: CardChannel = {
          ...chip,
          async transmit(command) {
            const answer = await chip.transmit(command);
            if (command[1] === 0x2c || command[1] === 0x24) throw new Outage('card/removed', 'torn');
            return answer;
          },
        };
        codes.push(await codeOfOutage(() => provision(station, torn)));
      }
      // A chip that says how many tries it has left is believed.
      const isTold = personality !== 'bare' && puk === undefined;
      const after = isTold ? 'card/removed' : 'card/puk-last-try';
      expect(codes).toEqual(['card/removed', 'card/removed', after, after]);
      expect(state.puk.triesLeft).toBe(puk === undefined ? 3 : 1);
    }
  });

  test('a key that somebody made in a slot meanwhile is found, and its slot done again', async () => {
    const { office, station, state, proven } = await interrupted(personality);
    await replaceKey(office, state, '9A');
    const journal = memoryJournal();
    await provision({ ...station, journal }, insertCard(state, { personality }));
    expect(office.issued.find(({ serial }) => serial === proven)).toMatchObject({ isRevoked: true });
    expectNothingWrong(office, state);
    // Revoked before anything else was done in that slot.
    const steps = journal.lines.filter(({ of, phase }) => of === '9A' && phase === 'done').map(({ step }) => step);
    expect(steps).toEqual(['discard', 'generate-key', 'certify', 'prove']);
  });

  test('that says it made another key than it did is found out', async () => {
    const [{ keys }, office, state] = [await strangerWithKeys(), fakeOffice(), factoryState(systemRandom)];
    const at = (await told(personality)).findIndex((one) => one[1] === 0x47);
    const bytes = concat(encodeObject(0x7f49, fromHex(keys['9e']!.publicKey)!), Uint8Array.of(0x90, 0));
    const chip = withFaults(insertCard(state, { personality }), [{ kind: 'lie', bytes, at, when: 'after' }]);
    const found = personality === 'yubikey' ? 'card/attests-another-key' : 'card/signature-wrong';
    expect(await codeOfAct(() => provision(stationOf(office), chip))).toBe(found);
    expect(office.issued).toEqual([]);
  });

  test('a card that is exchanged at any APDU is never taken for the first', async () => {
    const count = (await told(personality)).length;
    for (let at = 1; at < count; at++) {
      const [office, state, other] = [fakeOffice(), factoryState(systemRandom), factoryState(systemRandom)];
      const [chip, second] = [insertCard(state, { personality }), insertCard(other, { personality })];
      const before = structuredClone(other);
      let sent = 0;
      const swapped: CardChannel = {
        ...chip,
        transmit: (command) => (sent++ < at ? chip : second).transmit(command),
      };
      await expect(provision(stationOf(office), swapped), `APDU ${at}`).rejects.toThrow();
      expectNothingWrong(office, state);
      expect(other).toEqual(before);
      expect([...office.cards.values()].some((card) => card.state === 'active')).toBe(false);
    }
  });
});

describe('a station', () => {
  test('overwrites no card that somebody else filled, torn or not', async () => {
    for (const length of [undefined, 100]) {
      const { state, channel } = await openCard();
      await writeObject(channel, 'certificate-9C', encodeCertificate(sequence(octetString(systemRandom(300)))));
      if (length !== undefined) state.objects['5fc10a'] = state.objects['5fc10a']!.slice(0, length);
      const before = structuredClone(state);
      expect(await codeOfAct(() => provision(stationOf(fakeOffice()), insertCard(state)))).toBe('card/not-blank');
      expect(state).toEqual(before);
    }
  });

  test.each([
    ['key', (card: SoftPivState, other: SoftPivState) => (card.keys['9e'] = other.keys['9e']!)],
    ['identifier', (card: SoftPivState, other: SoftPivState) => (card.objects['5fc102'] = other.objects['5fc102']!)],
  ])('finds out that the %s of a card is another one than before', async (_, exchange) => {
    const [office, state, other] = [fakeOffice(), factoryState(systemRandom), await strangerWithKeys()];
    const journal = memoryJournal();
    const watched: Journal = {
      ...journal,
      async append(line) {
        await journal.append(line);
        if (line.step === 'prove' && line.of === '9C' && line.phase === 'done') exchange(state, other);
      },
    };
    expect(await codeOfAct(() => provision(stationOf(office, watched), insertCard(state)))).toBe('card/exchanged');
  });

  test('gives nobody the card of somebody else, begun or done', async () => {
    const { office, station, state } = await interrupted('yubikey');
    const ofBeto = (): Promise<unknown> => provision(station, insertCard(state), office.beto);
    expect(await codeOfAct(ofBeto)).toBe('card/of-another');
    await provision(station, insertCard(state));
    expect(await codeOfAct(ofBeto)).toBe('card/of-another');
  });

  test('makes no second card of a person beside one that is begun, or active', async () => {
    const { office, station, state } = await interrupted('yubikey');
    const another = (): Promise<unknown> => provision(station, insertCard(factoryState(systemRandom)));
    expect(await codeOfAct(another)).toBe('card/begun-elsewhere');
    await provision(station, insertCard(state));
    expect(await codeOfAct(another)).toBe('card/has-one');
    expect(office.cards.size).toBe(1);
  });

  test('takes the key for letters from a card whose person came under reserve while it was made', async () => {
    const { office, station, state } = await interrupted('yubikey');
    const signer = office.issued.find(({ slot }) => slot === '9C')!;
    expect([signer.isProven, signer.isRevoked]).toEqual([true, false]);
    office.slots = ['9A', '9E'];
    const { chip, card } = await provision(station, insertCard(state));
    expect(card.state).toBe('active');
    expect(Object.keys(chip!.slots).toSorted()).toEqual(['9A', '9E']);
    expect(signer.isRevoked).toBe(true);
    // The certificate of 9C.
    expect(state.objects['5fc10a']).toBeUndefined();
  });

  test('makes no body of a card whose key another station was told, also not at the same moment', async () => {
    const [office, states] = [fakeOffice(), [factoryState(systemRandom), factoryState(systemRandom)] as const];
    const early = pausing(({ step }) => step === 'set-pin');
    const first = provision(stationOf(office, early.journal), insertCard(states[0]));
    await early.paused;
    expect(await codeOfAct(() => provision(stationOf(office), insertCard(states[1])))).toBe('card/begun-elsewhere');
    early.goOn();
    expectWhole(office, states[0], await first);
    const [shared, chips] = [fakeOffice(), [factoryState(systemRandom), factoryState(systemRandom)] as const];
    await shared.register({ officialId: shared.ana, idempotencyKey: 'before both' });
    const both = chips.map(() => pausing(({ step, of }) => step === 'write-object' && of === 'chuid'));
    const made = chips.map((chip, i) => provision(stationOf(shared, both[i]!.journal), insertCard(chip)));
    for (const { paused, goOn } of both) await paused.then(goOn);
    const ended = await Promise.allSettled(made);
    const refused = ended.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Refusal).code] : []));
    expect(new Set(refused)).toEqual(new Set(['card/begun-elsewhere']));
    const { managementKey } = factoryState(systemRandom);
    expect(chips.map((chip) => chip.managementKey)).toContainEqual(managementKey);
  });

  test('does nothing more to a card that was ended', async () => {
    const { office, station, state } = await interrupted('yubikey');
    const [card] = office.cards.values();
    await office.end({ number: card!.number, reason: 'lost' });
    expect(await codeOfAct(() => provision(station, insertCard(state)))).toBe('card/ended');
  });

  test('works for a person at one reader at a time', async () => {
    const station = stationOf(fakeOffice());
    const first = provision(station, insertCard(factoryState(systemRandom)));
    const second = codeOfAct(() => provision(station, insertCard(factoryState(systemRandom))));
    expect(await second).toBe('card/busy');
    await first;
  });

  test.each(['111111', '123456', '987654', '890123', '12345678', '12345', '１２３４５６', 'abcdef'])(
    'takes no PIN that everybody tries first, or that is none: %s',
    async (pin) => {
      const [office, state] = [fakeOffice(), factoryState(systemRandom)];
      const before = structuredClone(state);
      const act = (): Promise<unknown> =>
        provisionCard(stationOf(office), office.ana, { chip: insertCard(state) }, people(pin));
      expect(await codeOfAct(act)).toMatch(/^card\/pin-(too-simple|malformed)$/);
      expect(state).toEqual(before);
    },
  );

  test('declines a photo that no card can hold before anything is written', async () => {
    for (const photo of [photoOf(13_000), photoOf(400).with(0, 0)]) {
      const [office, state] = [fakeOffice({ photo }), factoryState(systemRandom)];
      const before = structuredClone(state);
      expect(await codeOfAct(() => provision(stationOf(office), insertCard(state)))).toMatch(
        /^card\/(photo-unfit|too-large)$/,
      );
      expect(state).toEqual(before);
    }
  });

  test('lets no card go that says it has a secret of the factory', async () => {
    const commands = await told('yubikey');
    const at = commands.findLastIndex((one) => one[1] === 0xf7 && one[3] === 0x81);
    const bytes = Uint8Array.of(1, 1, 0xff, 5, 1, 1, 6, 2, 3, 3, 0x90, 0);
    const [office, state] = [fakeOffice(), factoryState(systemRandom)];
    const chip = withFaults(insertCard(state), [{ kind: 'lie', bytes, at, when: 'after' }]);
    expect(await codeOfAct(() => provision(stationOf(office), chip))).toBe('card/factory-secret');
    expect([...office.cards.values()].map((card) => card.state)).toEqual(['registered']);
  });

  test('adds less than a twentieth to the time that a card takes', async () => {
    const journal = fileJournal(temporaryFolder());
    const chip = insertCard(factoryState(systemRandom));
    let [within, count] = [0, 0];
    const timed: CardChannel = {
      ...chip,
      async transmit(command) {
        let answer: Uint8Array | undefined;
        within += await processorTime(async () => (answer = await chip.transmit(command)));
        count++;
        return answer!;
      },
    };
    const office = fakeOffice({ photo: photoOf(8192) });
    const spent = await processorTime(() => provision(stationOf(office, journal), timed));
    // A bare APDU takes a card some 38 ms.
    expect((spent - within) / (38 * count)).toBeLessThan(0.05);
  });
});

/** A journal that stands still before the first line that `isHere`, until it is told to go on. */
function pausing(isHere: (line: JournalLine) => boolean) {
  const inner = memoryJournal();
  const [paused, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waiting: { readonly isIt: (line: JournalLine) => boolean; readonly resolve: () => void }[] = [];
  const journal: Journal = {
    ...inner,
    async append(line) {
      if (isHere(line)) {
        paused.resolve();
        await going.promise;
      }
      await inner.append(line);
      for (const { isIt, resolve } of waiting) if (isIt(line)) resolve();
    },
  };
  const until = (isIt: (line: JournalLine) => boolean): Promise<void> =>
    new Promise((resolve) => void waiting.push({ isIt, resolve }));
  return { journal, until, paused: paused.promise, goOn: going.resolve };
}

/** A card whose keys are made and proven, and that was pulled before the rest. */
async function interrupted(personality: (typeof PERSONALITIES)[number]) {
  const [office, state] = [fakeOffice(), factoryState(systemRandom)];
  const station = stationOf(office);
  const commands = await told(personality);
  const at = commands.findLastIndex((one) => one[1] === 0xdb && toHex(one).includes('5c035fc109'));
  const chip = withFaults(insertCard(state, { personality }), [{ kind: 'pull', at, when: 'before' }]);
  await expect(provision(station, chip)).rejects.toMatchObject({ code: 'card/removed' });
  const proven = office.issued.find(({ slot, isProven }) => slot === '9A' && isProven)!.serial;
  return { office, station, state, proven };
}

/** A card of another office. */
async function strangerWithKeys(): Promise<SoftPivState> {
  const state = factoryState(systemRandom);
  await provision(stationOf(fakeOffice()), insertCard(state));
  return state;
}

async function codeOfOutage(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof Outage || error instanceof Refusal) return error.code;
    throw error;
  }
}

async function told(personality: (typeof PERSONALITIES)[number]): Promise<readonly Uint8Array[]> {
  const channel = listening(insertCard(factoryState(systemRandom), { personality }));
  await provision(stationOf(fakeOffice()), channel);
  return channel.told;
}

/** How many answers to a challenge of the management key were given. */
function answers(commands: readonly Uint8Array[]): number {
  return commands.filter((one) => one[1] === 0x87 && one[3] === 0x9b && one.length > 10).length;
}

async function replaceKey(office: FakeOffice, state: SoftPivState, slot: '9A'): Promise<void> {
  const [card] = office.cards.values();
  const { managementKey } = office.secretsOf(card!.number);
  const channel = await putIn(state);
  await authenticateManagement(channel, managementKey(state.managementKey.algorithm), managementDeps);
  await generateKey(channel, slot, 'P-256');
}

async function expectNoSecret(office: FakeOffice, text: string): Promise<void> {
  const secrets = [PIN];
  for (const { number } of office.cards.values()) {
    const { puk, managementKey } = office.secretsOf(number);
    const key = managementKey('AES-256');
    secrets.push(puk, toHex(key), Buffer.from(key).toString('base64'), [...key].slice(0, 12).join(', '));
  }
  secrets.push(Buffer.from(PIN).toString('hex'), [...Buffer.from(PIN)].join(', '));
  for (const secret of secrets) expect(text).not.toContain(secret);
}
