import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { VerdictView } from '../../cli/show-verdict.ts';
import { DRIVERS } from '../../hardware/pcsc/driver.ts';
import { openReaders, type Readers } from '../../hardware/pcsc/readers.ts';
import { insertVirtualCard, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { softNtag424, type SoftTagState } from '../../hardware/soft-ntag424.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { INS } from '../../src/card/ntag424/native.ts';
import type { Official } from '../../src/directory/official.ts';
import { insert, realTag } from '../card/ntag424/tag-kit.ts';
import { json, LAUNCHED, MAIN, runAside, type Done, type ErrorDocument } from '../support/command-line.ts';
import { until } from '../support/driver-processes.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';
import { managementDeps } from '../support/soft-cards.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Until the command's own driver has noticed the tag. */
const WAIT = ['--wait', '10'];
const FACTORY = '00'.repeat(16);
const noPcscd = missingPcscd();

const chosen = DRIVERS.find((driver) => missingDriver(driver) === undefined);
const LONG = Boolean(process.env['COTEJO_LONG']);
/** What drivers do alike is tried with each in `test/hardware/readers.test.ts`. */
const SECOND = '(a second driver only in the long tests)';

interface ToldTag {
  readonly card: { readonly number: string; readonly state: string; readonly tag?: { readonly keyVersion: number } };
}

describe.each(DRIVERS)('over %s', { timeout: 300_000 }, (driver) => {
  const missing = noPcscd ?? missingDriver(driver) ?? (driver === chosen || LONG ? undefined : SECOND);

  describe.skipIf(missing)(`the commands of cards, with a tag on the reader ${missing ?? ''}`, () => {
    let pcscd: Pcscd;
    let readers: Readers;
    let office: Installation;
    let people: readonly Official[];
    let inserted: VirtualCard | undefined;
    let number = '';
    /** Two with one number and signature, which are of a real tag: the commands take those of its maker alone. */
    const [tag, emulator] = [realTag(0), realTag(0)];
    const temporary = temporaryFolder();

    beforeAll(async () => {
      pcscd = await startPcscd();
      readers = await openReaders({ driver, socket: pcscd.socket });
      office = await makeInstallation();
      people = [await office.register({ name: 'Ana Pérez Núñez' }, true), await office.register({ name: 'Beto Ruiz' })];
      // The commands hold the data from here on.
      office.close();
    });
    afterEach(() => pull());
    afterAll(async () => {
      readers.close();
      await pcscd.remove();
      office.remove();
    });

    const hasCard = (): boolean => readers.list()[0]!.hasCard;

    /** @param tornAt taken off the reader when it has changed so many keys */
    async function put(state: SoftTagState, tornAt = Infinity): Promise<void> {
      let changed = 0;
      const powerUp = () => {
        const channel = softNtag424(managementDeps, state);
        return {
          ...channel,
          async transmit(command: Uint8Array) {
            const answer = await channel.transmit(command);
            if (command[1] === INS.changeKey && ++changed === tornAt) await inserted!.pull();
            return answer;
          },
        };
      };
      inserted = await insertVirtualCard({ powerUp, port: pcscd.readers[0]!.port });
      await until(hasCard, 'a tag on the reader');
    }

    async function pull(): Promise<void> {
      await inserted?.pull();
      inserted = undefined;
      await until(() => !hasCard(), 'the tag gone');
    }

    async function cotejo(words: readonly string[], input = ''): Promise<Done> {
      const env = {
        ...LAUNCHED,
        COTEJO_DATA: office.config.dataFolder,
        COTEJO_CARD_DRIVER: driver,
        PCSCLITE_CSOCK_NAME: pcscd.socket,
        HOME: temporary,
      };
      const args = ['--disable-warning=ExperimentalWarning', MAIN, 'card', ...words, '--json'];
      return runAside(process.execPath, args, { env, input });
    }
    const provision = (who = 0): Promise<Done> =>
      cotejo(['provision', '--official', people[who]!.id, '--parts', 'tag', ...WAIT]);
    const codeOf = (done: Done): string => json<ErrorDocument>(done).error.code;
    const factoryKeys = (state: SoftTagState): number => state.keys.filter((key) => key === FACTORY).length;

    test('give it keys and address, torn in the middle, and none that an emulator of it was told before', async () => {
      await put(emulator, 5);
      const told = await provision();
      expect([told.status, codeOf(told)]).toEqual([75, 'card/removed']);
      expect(factoryKeys(emulator)).toBe(0);
      await pull();

      await put(tag, 2);
      const torn = await provision();
      expect([torn.status, codeOf(torn)]).toEqual([75, 'card/removed']);
      expect(factoryKeys(tag)).toBe(3);
      await pull();

      await put(emulator);
      expect(codeOf(await provision())).toBe('tag/other-version');
      await pull();

      await put(tag);
      const done = await provision();
      expect(done.status, done.stderr).toBe(0);
      expect(json(done)).toMatchObject({
        card: { state: 'active', tag: { keyVersion: 2 } },
        tag: { uid: tag.uid.toUpperCase(), isGenuine: true },
      });
      ({ number } = json<ToldTag>(done).card);
      for (const key of [0, 1, 3, 4]) expect(tag.keys[key]).not.toBe(emulator.keys[key]);
    });

    test('verify it, and say of the emulator that it is none of ours', async () => {
      await put(tag);
      const verified = await cotejo(['verify', ...WAIT]);
      expect(verified.status, verified.stderr).toBe(0);
      expect(json(verified)).toMatchObject({ verdict: 'valid', state: 'current', card: { number } });
      await pull();
      emulator.counter = tag.counter + 50;
      expect(await readNdefAddress(insert(emulator))).toContain('/c/');
      await put(emulator);
      const forged = await cotejo(['verify', ...WAIT]);
      expect(forged.status, forged.stderr).toBe(1);
      expect(json(forged)).toMatchObject({ verdict: 'invalid', state: 'unknown-tag' });
      expect(json<VerdictView>(forged).subject).not.toHaveProperty('name');
    });

    test('make it part of another card once it is wiped, torn in the middle, and not before', async () => {
      const ended = await cotejo(['replace', '--official', people[0]!.id, '--reason', 'lost']);
      expect(json<ToldTag>(ended).card.state).toBe('ended');
      await put(tag);
      expect(codeOf(await provision(1))).toBe('card/tag-not-blank');
      await pull();

      await put(tag, 2);
      const torn = await cotejo(['wipe', number, ...WAIT]);
      expect([torn.status, codeOf(torn)]).toEqual([75, 'card/removed']);
      expect(factoryKeys(tag)).toBe(2);
      await pull();

      await put(tag);
      const wiped = await cotejo(['wipe', number, ...WAIT]);
      expect(wiped.status, wiped.stderr).toBe(0);
      expect(json(wiped)).toMatchObject({ wiped: 'tag' });
      expect(factoryKeys(tag)).toBe(5);
      await pull();

      await put(tag);
      const done = await provision(1);
      expect(done.status, done.stderr).toBe(0);
      expect(json(done)).toMatchObject({ card: { state: 'active', tag: { keyVersion: 3 } } });
    });
  });
});
