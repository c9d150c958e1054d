import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DRIVERS } from '../../hardware/pcsc/driver.ts';
import { insertVirtualCard, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { softNtag424 } from '../../hardware/soft-ntag424.ts';
import { factoryState, padded, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { INS } from '../../src/card/ntag424/native.ts';
import type { Official } from '../../src/directory/official.ts';
import { realTag } from '../card/ntag424/tag-kit.ts';
import { insertCard } from '../card/station/station-kit.ts';
import { until } from '../support/driver-processes.ts';
import { LAUNCHED, MAIN } from '../support/command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';
import { managementDeps } from '../support/soft-cards.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PIN = '90817263';
const noPcscd = missingPcscd();
const driver = DRIVERS.find((one) => missingDriver(one) === undefined);
const LONG = Boolean(process.env['COTEJO_LONG']);
const BRIEF = LONG ? '' : '(only in the long tests)';
const missing = noPcscd ?? (driver ? undefined : 'no library for card readers loads');

interface Line {
  readonly outcome?: string;
  readonly officialId?: string;
  readonly number?: string;
  readonly error?: { readonly code: string };
  readonly line?: number;
  readonly summary?: Readonly<Record<string, unknown>> & { readonly report: string };
}

describe.skipIf(missing)(`card station over pcscd ${missing ?? ''}`, { timeout: 300_000 }, () => {
  let pcscd: Pcscd;
  let office: Installation;
  let people: readonly Official[];
  let tagged: Official;
  const temporary = temporaryFolder();
  const list = join(temporary, 'lista.csv');
  const ofWaiting = join(temporary, 'espera.csv');
  const ofStopped = join(temporary, 'detenido.csv');
  const ofOne = join(temporary, 'una.csv');
  const tagList = join(temporary, 'con-etiqueta.csv');
  const inserted = new Map<number, VirtualCard>();
  const states = [0, 1, 2].map(() => factoryState(systemRandom));
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    pcscd = await startPcscd();
    office = await makeInstallation();
    people = [
      await office.register({ name: 'Ana Pérez Núñez' }, true),
      await office.register({ name: 'Beto Ruiz' }, true),
      await office.register({ name: 'Carla Ek Pech' }),
    ];
    const late = await office.register({ name: 'Elsa Ucán' });
    writeFileSync(ofOne, `clave\n${late.id}\n`);
    const waiting = await office.register({ name: 'Fidel Uc' });
    writeFileSync(ofWaiting, `clave\n${waiting.id}\n`);
    const stopped = await office.register({ name: 'Gabriela Uc' });
    writeFileSync(ofStopped, `clave\n${stopped.id}\n`);
    tagged = await office.register({ name: 'Dora Chi Uc' });
    writeFileSync(tagList, `clave\n${tagged.id}\n`);
    // As a spreadsheet of an office makes it, with a line that names nobody.
    const lines = [
      'nombre;Clave',
      ...people.map(({ id, name }) => `${name};${id.toLowerCase()}`),
      'Nadie;00000000',
      '',
    ];
    writeFileSync(list, Buffer.from(lines.join('\r\n'), 'latin1'));
    office.close();
  });
  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    for (const slot of [...inserted.keys()]) await pull(slot);
  });
  afterAll(async () => {
    await pcscd.remove();
    office.remove();
  });

  async function put<State = SoftPivState>(
    slot: number,
    state: State,
    open: (state: State) => CardChannel = insertCard as never,
  ): Promise<void> {
    inserted.set(slot, await insertVirtualCard({ powerUp: () => open(state), port: pcscd.readers[slot]!.port }));
  }

  async function pull(slot: number): Promise<void> {
    await inserted.get(slot)?.pull();
    inserted.delete(slot);
  }

  function run(words: readonly string[]): { readonly child: ChildProcess; readonly said: () => string } {
    const env = {
      ...LAUNCHED,
      COTEJO_DATA: office.config.dataFolder,
      COTEJO_LISTEN: '127.0.0.1:0',
      COTEJO_CARD_DRIVER: driver!,
      PCSCLITE_CSOCK_NAME: pcscd.socket,
      HOME: temporary,
    };
    const args = ['--disable-warning=ExperimentalWarning', MAIN, ...words];
    const child = spawn(process.execPath, args, { env, timeout: 240_000 });
    running.push(child);
    let said = '';
    child.stderr.on('data', (part: Buffer) => void (said += String(part)));
    return { child, said: () => said };
  }

  /** What it says comes line by line. */
  function start(words: readonly string[]): {
    readonly child: ChildProcess;
    readonly lines: Line[];
    readonly said: () => string;
    readonly type: (...lines: readonly string[]) => void;
    readonly over: Promise<number | null>;
  } {
    const { child, said } = run(['card', 'station', '--json', ...words]);
    const lines: Line[] = [];
    let rest = '';
    child.stdout!.on('data', (part: Buffer) => {
      const parts = (rest + String(part)).split('\n');
      rest = parts.pop()!;
      lines.push(...parts.map((text) => JSON.parse(text) as Line));
    });
    child.stdin!.on('error', () => {});
    return {
      ...{ child, lines, said },
      type: (...typed) => void child.stdin!.write(typed.map((line) => `${line}\n`).join('')),
      over: once(child, 'close').then(([status]) => status as number | null),
    };
  }

  test('makes the cards of a list at two readers; killed in the middle of one, it goes on; each PIN stays with its card', async () => {
    const first = start(['--list', list]);
    await until(() => first.said().includes('Ctrl+C'), 'it is open', 30_000);
    await put(0, states[0]!);
    first.type('s', PIN, PIN);
    await until(() => first.lines.some(({ outcome }) => outcome === 'ready'), 'the first card', 60_000);
    expect(first.lines).toMatchObject([
      { line: 5, outcome: 'refused', error: { code: 'directory/official-unknown' } },
      { outcome: 'ready', officialId: people[0]!.id },
    ]);
    // The second one is being written when the power fails.
    let sent = 0;
    await put(1, states[1]!, (state) => {
      const channel = insertCard(state);
      return {
        ...channel,
        async transmit(command) {
          if (++sent === 80) first.child.kill('SIGKILL');
          return channel.transmit(command);
        },
      };
    });
    first.type('s', PIN, PIN);
    await first.over;
    await pull(0);
    await pull(1);

    const second = start(['--list', list, '--report', join(temporary, 'informe.csv')]);
    await until(() => second.said().includes('Ctrl+C'), 'it is open again', 30_000);
    expect(second.said()).toContain('1 ya tiene tarjeta');
    expect(second.said()).toContain('1 con su tarjeta a medias');
    // A blank card is for the third person: the second has one, which goes on at the other reader.
    await put(1, states[2]!);
    second.type('s', PIN, PIN);
    await until(() => second.lines.some(({ outcome }) => outcome === 'ready'), 'the third card', 60_000);
    await put(0, states[1]!);
    second.type('s', PIN, PIN);
    const status = await second.over;
    expect(status, second.said()).toBe(4);
    expect(second.lines.slice(1)).toMatchObject([
      { outcome: 'awaited', officialId: people[1]!.id },
      { outcome: 'ready', officialId: people[2]!.id },
      { outcome: 'ready', officialId: people[1]!.id },
      { summary: { total: 3, done: 3, waiting: 0, made: 2 } },
    ]);
    expect(states.map(({ pin }) => pin.value)).toEqual(states.map(() => padded(PIN)));
    const report = readFileSync(join(temporary, 'informe.csv'), 'utf8');
    expect(report).toContain(`${people[1]!.id},Beto Ruiz,`);
    expect(report).toContain('00000000,,,,renglón 5 de la lista,');
    const journal = join(office.config.dataFolder, 'card-journal');
    const written = readdirSync(journal).map((name) => readFileSync(join(journal, name), 'utf8'));
    expect(written).toHaveLength(3);
    const all = [...written, report, first.said(), second.said(), JSON.stringify([first.lines, second.lines])].join('');
    expect(all).not.toContain(PIN);
  });

  // Chip and tag torn at one reader: test/flows/tag-at-a-reader.test.ts.
  test.skipIf(!LONG)(
    `with tags: a card goes to the other reader when its chip is done, torn there once, and both are one card ${BRIEF}`,
    async () => {
      const station = start(['--list', tagList, '--parts', 'both']);
      const [chip, tag] = [factoryState(systemRandom), realTag(1)];
      await until(() => station.said().includes('Ctrl+C'), 'it is open', 30_000);
      let changed = 0;
      for (const tornAt of [2, Infinity]) {
        const before = station.said().length;
        await put(0, chip);
        if (tornAt === 2) station.type('s', PIN, PIN);
        await until(() => station.said().slice(before).includes('Pase ahora ESTA tarjeta'), 'its turn', 60_000);
        await pull(0);
        await put(1, tag, (state) => {
          const channel = softNtag424(managementDeps, state);
          return {
            ...channel,
            async transmit(command) {
              const answer = await channel.transmit(command);
              if (command[1] === INS.changeKey && ++changed === tornAt) await inserted.get(1)!.pull();
              return answer;
            },
          };
        });
        await until(() => station.lines.length > (tornAt === 2 ? 0 : 1), 'it tells what came of it', 60_000);
        await pull(1);
      }
      expect(await station.over, station.said()).toBe(0);
      expect(station.lines).toMatchObject([
        { outcome: 'failed', error: { code: 'card/removed' } },
        { outcome: 'ready', officialId: tagged.id },
        { summary: { total: 1, done: 1 } },
      ]);
      expect([...tag.keys, ...tag.versions]).not.toContain('00'.repeat(16));
      expect(tag.versions).toEqual([1, 1, 1, 1, 1]);
      expect(chip.pin.value).toBe(padded(PIN));
    },
  );

  test('ends where there is nobody to make a card for, and where standard input does', async () => {
    const nobody = start(['--unit', 'AE/DGG/SCI', '--list', list]);
    expect(await nobody.over).toBe(2);
    const all = start(['--list', list]);
    expect(await all.over).toBe(4);
    expect(all.lines.at(-1)).toMatchObject({ summary: { total: 3, done: 3 } });
    // The signer of the installation has no card yet.
    const left = start(['--unit', 'AE']);
    await until(() => left.said().includes('Ctrl+C'), 'it is open', 30_000);
    await put(0, factoryState(systemRandom));
    await until(() => left.said().includes('¿Es'), 'it asks', 30_000);
    left.child.stdin!.end();
    expect(await left.over).toBe(2);
  });

  test('asks on its page with --web, whose address stands on the terminal alone, and ends from there', async () => {
    const station = start(['--unit', 'AE', '--web']);
    await until(() => station.said().includes('http://127.0.0.1:'), 'it tells its address', 30_000);
    const address = new URL(/http:\/\/127\.0\.0\.1:\d+\/#\S+/.exec(station.said())![0]);
    const post = (path: string, body: object, token = ''): Promise<Response> =>
      fetch(new URL(path, address), {
        method: 'POST',
        headers: { origin: address.origin, 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
    const opened = await post('/open', { code: address.hash.slice(1) });
    const { token } = (await opened.json()) as { readonly token: string };
    expect(readFileSync(`/proc/${station.child.pid}/cmdline`, 'utf8')).not.toContain(address.hash.slice(1));
    const board = await fetch(new URL('/board', address), { headers: { authorization: `Bearer ${token}` } });
    const reader = board.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(JSON.parse((await reader.read()).value!)).toMatchObject({ done: 0, ended: false });
    expect((await post('/stop', {}, token)).status).toBe(200);
    expect(await station.over).toBe(0);
    let last = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) last = part.value;
    expect(JSON.parse(last.trim().split('\n').at(-1)!)).toMatchObject({ ended: true });
  });

  test('ends at Ctrl+C within seconds where the service is mute in the middle of a card, and says which one goes on', async () => {
    const serve = run(['serve']);
    await until(() => serve.said().includes('http'), 'it serves', 30_000);
    const station = start(['--list', ofOne]);
    await until(() => station.said().includes('Ctrl+C'), 'it is open', 30_000);
    let sent = 0;
    await put(0, factoryState(systemRandom), (card) => {
      const channel = insertCard(card);
      return {
        ...channel,
        async transmit(command) {
          if (++sent === 40) serve.child.kill('SIGSTOP');
          return channel.transmit(command);
        },
      };
    });
    station.type('s', PIN, PIN);
    await until(() => sent >= 40, 'it is being written', 30_000);
    const began = performance.now();
    station.child.kill('SIGINT');
    expect(await station.over, station.said()).toBe(130);
    expect(performance.now() - began).toBeLessThan(5_000);
    serve.child.kill('SIGCONT');
    const { summary } = station.lines.at(-1)!;
    expect(summary).toMatchObject({ begun: 1, interrupted: true, halfMade: [{ name: 'Elsa Ucán' }] });
    const [{ number }] = summary!['halfMade'] as [{ number: string }];

    const again = start(['--list', ofOne]);
    await until(() => again.said().includes('Ctrl+C'), 'it is open again', 30_000);
    expect(again.lines).toMatchObject([{ outcome: 'awaited', number }]);
    again.type('s', PIN, PIN);
    expect(await again.over, again.said()).toBe(0);
    expect(again.lines[1]).toMatchObject({ outcome: 'ready', number });
  });

  test('goes on by itself with the card that lies there once a service is back that stopped while it was written', async () => {
    const serve = async (): Promise<ChildProcess> => {
      const { child, said } = run(['serve']);
      await until(() => said().includes('http'), 'it serves', 30_000);
      return child;
    };
    const service = await serve();
    const station = start(['--list', ofStopped]);
    await until(() => station.said().includes('Ctrl+C'), 'it is open', 30_000);
    let sent = 0;
    await put(0, factoryState(systemRandom), (card) => {
      const channel = insertCard(card);
      return {
        ...channel,
        async transmit(command) {
          if (++sent === 60) {
            service.kill('SIGTERM');
            await once(service, 'close');
          }
          return channel.transmit(command);
        },
      };
    });
    station.type('s', PIN, PIN);
    await until(() => station.lines.length > 0, 'it is told', 60_000);
    expect(station.lines).toMatchObject([
      { outcome: 'failed', name: 'Gabriela Uc', number: expect.any(String), error: { code: 'http/unavailable' } },
    ]);
    await serve();
    expect(await station.over, station.said()).toBe(0);
    const [{ number }, ...rest] = station.lines as [Line, ...Line[]];
    expect(rest).toMatchObject([{ outcome: 'ready', number }, { summary: { done: 1, made: 1 } }]);
    expect(station.said()).toContain('Deje puesta la tarjeta');
  });

  test('says at once that the card service is down, at the start and at work, and goes on when it is back', async () => {
    await pcscd.kill();
    const refused = start(['--list', ofWaiting]);
    expect(await refused.over, refused.said()).toBe(75);
    expect(refused.said()).toMatch(/systemctl start pcscd[^]*card\/no-service/);
    expect(refused.said()).not.toMatch(/conecte uno|Meta una tarjeta/);
    await pcscd.start();
    const { child, over, said } = start(['--list', ofWaiting]);
    await until(() => said().includes('Ctrl+C'), 'it is open', 30_000);
    await pcscd.kill();
    await until(() => said().includes('card/no-service'), 'that it is down', 15_000);
    expect(said()).not.toMatch(/desconectado|unplugged/);
    await pcscd.start();
    await until(() => said().includes('funciona otra vez'), 'that it is back', 30_000);
    child.kill('SIGINT');
    expect(await over).toBe(130);
  });
});
