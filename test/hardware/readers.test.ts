/** One suite for every library that reaches readers, on a real pcscd with virtual readers. The numbers are those of the traps. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DRIVERS } from '../../hardware/pcsc/driver.ts';
import { openReaders, type Readers } from '../../hardware/pcsc/readers.ts';
import { outage, startDriver } from '../../hardware/pcsc/supervisor.ts';
import { insertVirtualCard, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { exchange } from '../../src/card/apdu.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { concat } from '../../src/core/bytes.ts';
import { missingJudge } from '../support/judges.ts';
import { ATR, DONE, median, outageOf, PING, ScriptedCard } from '../support/scripted-card.ts';
import { driverProcesses, isAlive, until } from '../support/driver-processes.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';

const OTHER_ATR = Uint8Array.of(0x3b, 0x81, 0x80, 0x01, 0x31, 0x30);
const HARDWARE = new URL('../../hardware/pcsc', import.meta.url).href;
/** So long a card that says nothing is waited for. */
const MUTE_MS = 3_000;
const never = new Promise<never>(() => {});

const noPcscd = missingPcscd();

// What is waited for comes within a second; a machine that does much else may take its time.
describe.each(DRIVERS)('%s', { timeout: 120_000 }, (driver) => {
  const missing = noPcscd ?? missingDriver(driver);

  describe.skipIf(missing)(`on pcscd ${missing ?? ''}`, () => {
    let pcscd: Pcscd;
    let readers: Readers;
    const cards = new Set<VirtualCard>();
    const channels = new Set<CardChannel>();

    beforeAll(async () => {
      pcscd = await startPcscd();
      readers = await openReaders({ driver, socket: pcscd.socket });
    });
    afterEach(async () => {
      for (const channel of channels) await channel.close();
      for (const card of cards) await card.pull();
      channels.clear();
      cards.clear();
      await until(() => readers.list().every(({ hasCard }) => !hasCard), 'all cards gone');
    });
    afterAll(async () => {
      readers.close();
      await pcscd.remove();
    });

    const name = (slot: number): string => pcscd.readers[slot]!.name;
    const hasCard = (slot: number): boolean => readers.list().some((one) => one.name === name(slot) && one.hasCard);

    async function insert(slot: number, card: ScriptedCard, answerWithinMs?: number): Promise<VirtualCard> {
      const inserted = await insertVirtualCard({
        powerUp: card.powerUp,
        port: pcscd.readers[slot]!.port,
        ...(answerWithinMs !== undefined && { answerWithinMs }),
      });
      cards.add(inserted);
      await until(() => hasCard(slot), `a card in reader ${slot}`);
      return inserted;
    }

    async function connect(slot: number, deadline?: number): Promise<CardChannel> {
      const options = deadline === undefined ? {} : { deadlineOf: () => deadline };
      const channel = await readers.connect(name(slot), options);
      channels.add(channel);
      return channel;
    }

    test('tells of every reader, and of the card in each', async () => {
      expect(readers.driver).toBe(driver);
      expect(readers.list()).toEqual(pcscd.readers.map((reader) => ({ name: reader.name, hasCard: false })));
      let changes = 0;
      const stop = readers.onChange(() => void changes++);
      const card = await insert(2, new ScriptedCard(undefined, OTHER_ATR));
      // pcsc-mini tells of no answer to reset before one connects.
      const atr = driver === 'nfc-pcsc' ? OTHER_ATR : undefined;
      expect(readers.list()[2]).toEqual({ name: name(2), hasCard: true, ...(atr && { atr }) });
      await card.pull();
      await until(() => !hasCard(2), 'the card gone');
      stop();
      expect(changes).toBe(2);
    });

    test('powers a card down when it is let go, and up when it is taken again', async () => {
      const card = new ScriptedCard();
      await insert(0, card);
      const first = await connect(0);
      expect(first.atr).toEqual(ATR);
      expect(await first.transmit(PING)).toEqual(DONE);
      await expect(Promise.all([first.transmit(PING), first.transmit(PING)])).rejects.toThrow('one command at a time');
      await first.close();
      await first.close();
      await expect(first.transmit(PING)).rejects.toThrow('let go');
      const before = card.powered;
      expect((await connect(0)).atr).toEqual(ATR);
      expect(card.powered).toBeGreaterThan(before);
    });

    test('1: waits for a service that is not there, or does not answer, and then finds it', async () => {
      const absent = await openReaders({ driver, socket: `${pcscd.socket}.none` });
      expect(absent.serviceAnswers()).toBe(false);
      expect(absent.list()).toEqual([]);
      expect(await outageOf(() => absent.connect(name(0)))).toBe('card/no-service');
      absent.close();

      pcscd.signal('SIGSTOP');
      try {
        const started = performance.now();
        const late = await openReaders({ driver, socket: pcscd.socket });
        expect(performance.now() - started).toBeLessThan(10_000);
        expect(late.serviceAnswers()).toBe(false);
        pcscd.signal('SIGCONT');
        await until(() => late.list().length === 4, 'the readers');
        late.close();
      } finally {
        pcscd.signal('SIGCONT');
      }
    });

    test('1: a library that spins without a service is killed in time', async () => {
      const process = await startDriver(driver, { socket: `${pcscd.socket}.none` });
      expect(await outageOf(() => process.ask({ act: 'watch' }, 1_000, 'card/no-service'))).toBe('card/no-service');
      process.kill(outage('card/reader-gone', 'the test is over'));
    });

    test('2: a card that is pulled while it works is removed, whatever length came back', async () => {
      const scripted = new ScriptedCard(() => never);
      const card = await insert(0, scripted);
      const channel = await connect(0);
      const answer = outageOf(() => channel.transmit(PING));
      await until(() => scripted.told.length > 0, 'the card at work');
      await card.pull();
      expect(await answer).toBe('card/removed');
      // What it did last is unknown, so it does nothing more.
      expect(await outageOf(() => channel.transmit(PING))).toBe('card/removed');
    });

    test('2: so is one that is pulled between commands, and a reader without a card', async () => {
      const card = await insert(0, new ScriptedCard());
      const channel = await connect(0);
      await card.pull();
      await until(() => !hasCard(0), 'the card gone');
      expect(await outageOf(() => channel.transmit(PING))).toBe('card/removed');
      expect(await outageOf(() => connect(0))).toBe('card/removed');
      expect(await outageOf(() => readers.connect('no such reader'))).toBe('card/reader-gone');
      await insert(0, new ScriptedCard());
      expect(await (await connect(0)).transmit(PING)).toEqual(DONE);
    });

    test('3, 4: a card that is held is in use for everybody else, here and in other programs', async () => {
      await insert(0, new ScriptedCard());
      const others = await openReaders({ driver, socket: pcscd.socket });
      const channel = await connect(0);
      expect(await outageOf(() => connect(0))).toBe('card/in-use');
      expect(await outageOf(() => others.connect(name(0)))).toBe('card/in-use');
      await channel.close();
      const theirs = await others.connect(name(0));
      expect(await outageOf(() => connect(0))).toBe('card/in-use');
      await theirs.close();
      expect(await (await connect(0)).transmit(PING)).toEqual(DONE);
      others.close();
    });

    const noOpenSc = missingJudge('opensc-tool');
    test.skipIf(noOpenSc)(`4: OpenSC speaks to a card only when we do not hold it ${noOpenSc ?? ''}`, async () => {
      await insert(0, new ScriptedCard());
      // Not waited for in this thread: the card is in it.
      const ask = async (): Promise<string> => {
        const env = { ...process.env, PCSCLITE_CSOCK_NAME: pcscd.socket };
        const args = ['--reader', name(0), '--card-driver', 'default', '--send-apdu', '00:01:00:00'];
        const child = spawn('opensc-tool', args, { env, timeout: 20_000 });
        let text = '';
        for (const output of [child.stdout, child.stderr])
          output.on('data', (part: Buffer) => void (text += String(part)));
        await once(child, 'close');
        return text;
      };
      const channel = await connect(0);
      expect(await ask()).not.toContain('SW1=0x90');
      await channel.close();
      expect(await ask()).toContain('SW1=0x90');
    });

    test('5: a card that nobody asked for is told nothing, and ends nothing', async () => {
      const ignored = new ScriptedCard(() => Uint8Array.of(0x6f, 0x00), Uint8Array.from([...ATR.slice(0, 4), 0x4f]));
      await insert(0, new ScriptedCard());
      const channel = await connect(0);
      const card = await insert(1, ignored);
      for (let i = 0; i < 5; i++) expect(await channel.transmit(PING)).toEqual(DONE);
      await card.pull();
      await until(() => !hasCard(1), 'the card gone');
      expect(ignored.told).toEqual([]);
      expect(await channel.transmit(PING)).toEqual(DONE);
    });

    test('7, 8: a mute, an absent and a hostile card cost their own readers, and a fourth nothing', async () => {
      await insert(0, new ScriptedCard(() => never));
      await insert(2, new ScriptedCard());
      await insert(3, new ScriptedCard(() => new Uint8Array(60_000).fill(0x61)));
      const mute = await connect(0, MUTE_MS);
      const other = await connect(2);
      const hostile = await connect(3);
      const before = await median(other);
      const started = performance.now();
      let isOver = false;
      const answer = outageOf(() => mute.transmit(PING)).finally(() => (isOver = true));
      const worst = [
        async () => expect(await outageOf(() => connect(1))).toBe('card/removed'),
        async () => expect(await hostile.transmit(PING)).toHaveLength(60_000),
      ].map(async (act) => {
        while (!isOver) await act();
      });
      const meanwhile = await median(other);
      expect(await answer).toBe('card/mute');
      await Promise.all(worst);
      expect(performance.now() - started).toBeLessThan(2 * MUTE_MS);
      // It would wait as long as the mute one.
      expect(meanwhile - before).toBeLessThan(MUTE_MS / 3);
      // The service still waits for it: what is held there is not "another program".
      expect(await outageOf(() => connect(0))).toBe('card/mute');
      expect(await other.transmit(PING)).toEqual(DONE);

      for (const card of cards) await card.pull();
      await until(() => readers.list().every(({ hasCard }) => !hasCard), 'the cards gone');
      await insert(0, new ScriptedCard());
      expect(await (await connect(0)).transmit(PING)).toEqual(DONE);
    });

    test('9, 13: the longest responses and extended commands arrive whole', async () => {
      const long = Uint8Array.from({ length: 60_000 }, (_, i) => i % 251);
      const card = new ScriptedCard((command) => concat(long.subarray(0, command[2]! === 1 ? 60_000 : 256), DONE));
      await insert(0, card);
      const channel = await connect(0);
      expect(await channel.transmit(Uint8Array.of(0, 0xb0, 0, 0, 0))).toEqual(concat(long.subarray(0, 256), DONE));
      const extended = concat(Uint8Array.of(0, 0xb0, 1, 0, 0, 8, 0), long.subarray(0, 2_048), Uint8Array.of(0, 0));
      expect(await channel.transmit(extended)).toEqual(concat(long, DONE));
      expect(card.told.at(-1)).toEqual(extended);
    });

    test('13: a long command goes in a chain, and a long answer comes in parts', async () => {
      const data = Uint8Array.from({ length: 700 }, (_, i) => i & 0xff);
      let left = data;
      const card = new ScriptedCard((command) => {
        if ((command[0]! & 0x10) !== 0) return DONE;
        const part = left.subarray(0, 256);
        left = left.subarray(256);
        return concat(part, left.length > 0 ? Uint8Array.of(0x61, Math.min(left.length, 256) & 0xff) : DONE);
      });
      await insert(0, card);
      const command = { ins: 0xcb, p1: 0x3f, p2: 0xff, data, expectsData: true };
      expect(await exchange(await connect(0), command)).toEqual({ data, status: 0x9000 });
      expect(card.told.map((one) => one[1])).toEqual([0xcb, 0xcb, 0xcb, 0xc0, 0xc0]);
    });

    test('11: a card swapped faster than the service looks never answers for the first', async () => {
      const card = await insert(0, new ScriptedCard());
      const channel = await connect(0);
      expect(await channel.transmit(PING)).toEqual(DONE);
      await card.pull();
      const second = new ScriptedCard(undefined, OTHER_ATR);
      cards.add(await insertVirtualCard({ powerUp: second.powerUp, port: pcscd.readers[0]!.port }));
      // Whatever it says, it is not that it did what it was told.
      expect(await channel.transmit(PING).catch(() => undefined)).not.toEqual(DONE);
      await channel.close();
      expect((await connect(0)).atr).toEqual(OTHER_ATR);
    });

    test('6: a service that dies ends what is under way; when it is back, so are the readers', async () => {
      const scripted = new ScriptedCard(() => never);
      await insert(0, scripted);
      const channel = await connect(0);
      const answer = outageOf(() => channel.transmit(PING));
      await until(() => scripted.told.length > 0, 'the card at work');
      await pcscd.kill();
      expect(await answer).toBe('card/no-service');
      await until(() => readers.list().length === 0, 'an empty list');
      expect(await outageOf(() => readers.connect(name(0)))).toBe('card/no-service');
      await pcscd.start();
      await until(() => readers.list().length === 4, 'the readers');
      await insert(0, new ScriptedCard());
      expect(await (await connect(0)).transmit(PING)).toEqual(DONE);
    });

    test('a process that dies costs its own reader one command, and another nothing', async () => {
      await insert(1, new ScriptedCard());
      const other = await connect(1);
      // A reader that had no process yet: so its own is the new one.
      const slow = new ScriptedCard(() => never);
      await insert(3, slow);
      const known = driverProcesses();
      const channel = await connect(3);
      const [its, ...more] = driverProcesses().filter((pid) => !known.includes(pid));
      expect(more).toEqual([]);
      const answer = outageOf(() => channel.transmit(PING));
      await until(() => slow.told.length > 0, 'the card at work');
      process.kill(its!, 'SIGKILL');
      expect(await answer).toBe('card/reader-gone');
      expect(await other.transmit(PING)).toEqual(DONE);
    });

    // The second without a service: nfc-pcsc spins in its constructor then, and hears nothing.
    test.each([
      ['it looks', ''],
      ['it hangs', '.none'],
    ])('no process outlives what opened it, while %s', async (_, absent) => {
      const script = `
        const { openReaders } = await import('${HARDWARE}/readers.ts');
        const { startDriver } = await import('${HARDWARE}/supervisor.ts');
        (await openReaders({ driver: '${driver}', socket: '${pcscd.socket}' })).close();
        const held = await startDriver('${driver}', { socket: '${pcscd.socket}${absent}' });
        held.ask({ act: 'watch' }, 60_000, 'card/no-service').catch(() => {});
        setTimeout(() => console.log('open'), 300);
        setTimeout(() => {}, 60_000);`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const [its, ...others] = driverProcesses(child.pid);
      expect(others).toEqual([]);
      child.kill('SIGKILL');
      await until(() => !isAlive(its!), 'the process of the driver to end');
    });
  });
});
