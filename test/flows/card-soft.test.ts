import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cotejo, json, LAUNCHED, MAIN, runAside, type Done, type ErrorDocument } from '../support/command-line.ts';
import { until } from '../support/driver-processes.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PIN } from '../card/station/station-kit.ts';

/** Stops at each step are tried without processes (test/card/station) and by kill -9 (test/faults/card-kill.test.ts). */
const LONG = Boolean(process.env['COTEJO_LONG']);
const BRIEF = LONG ? '' : '(only in the long tests)';
const missing = missingPcscd() ?? missingDriver('pcsc-mini');

describe.skipIf(missing)(
  `a card that is a program, in the virtual reader ${missing ?? ''}`,
  { timeout: 120_000 },
  () => {
    let pcscd: Pcscd;
    let office: Installation;
    let official: string;
    let stopped: string;
    const folder = temporaryFolder();
    const file = join(folder, 'tarjeta.json');
    const running: ChildProcess[] = [];

    beforeAll(async () => {
      pcscd = await startPcscd();
      office = await makeInstallation();
      official = (await office.register({ name: 'Ana Pérez Núñez' }, true)).id;
      stopped = (await office.register({ name: 'Eva Luz Ríos' }, true)).id;
      office.close();
    });
    afterAll(async () => {
      for (const child of running) child.kill('SIGKILL');
      await pcscd.remove();
      office.remove();
    });

    const surroundings = (): Record<string, string> => ({
      ...LAUNCHED,
      COTEJO_DATA: office.config.dataFolder,
      COTEJO_CARD_DRIVER: 'pcsc-mini',
      PCSCLITE_CSOCK_NAME: pcscd.socket,
      HOME: folder,
    });

    /** What it says, line by line; Enter; and how it ended. */
    async function rehearse(
      name = 'tarjeta.json',
      reader = 0,
    ): Promise<{ readonly said: boolean[]; enter(): void; end(): Promise<number | null> }> {
      const args = [MAIN, 'card', 'soft', join(folder, name), '--port', String(pcscd.readers[reader]!.port), '--json'];
      const child = spawn(process.execPath, args, { env: surroundings() });
      running.push(child);
      const said: boolean[] = [];
      child.stdout.on('data', (part: Buffer) => {
        for (const line of String(part).trim().split('\n'))
          said.push((JSON.parse(line) as { inserted: boolean }).inserted);
      });
      await until(() => said.length === 1, 'the card in the reader');
      return {
        said,
        enter: () => void child.stdin.write('\n'),
        async end() {
          child.kill('SIGINT');
          return ((await once(child, 'close')) as [number | null])[0];
        },
      };
    }

    const ask = (words: readonly string[], input = '', seconds = '10'): Promise<Done> => {
      const args = [MAIN, 'card', ...words, '--json', '--wait', seconds];
      return runAside(process.execPath, args, { env: surroundings(), input });
    };

    test('is made like any other, is out of the reader when it is pulled, and is the same the next day', async () => {
      const one = await rehearse();
      const made = await ask(['provision', '--official', official], `${PIN}\n${PIN}\n`);
      expect(made.status, made.stderr).toBe(0);
      one.enter();
      await until(() => one.said.length === 2, 'the card out of the reader');
      expect(json<ErrorDocument>(await ask(['verify'], '', '1')).error.code).toBe('card/none-in-reader');
      expect([one.said, await one.end()]).toEqual([[true, false], 0]);

      const next = await rehearse();
      expect(json(await ask(['verify']))).toMatchObject({ verdict: 'valid', state: 'current' });
      expect([await next.end(), statSync(file).mode & 0o777]).toEqual([0, 0o600]);
    });

    /** Ctrl+C after the first step on the card: what is told, and how it ended. */
    async function stop(words: readonly string[], input = ''): Promise<ErrorDocument['error']> {
      const args = [MAIN, 'card', ...words, '--json'];
      const child = spawn(process.execPath, args, { env: surroundings() });
      running.push(child);
      let told = '';
      child.stdout.on('data', (part: Buffer) => void (told += String(part)));
      child.stdin.write(input);
      const steps = (): number => {
        const folder = join(office.config.dataFolder, 'card-journal');
        return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      };
      const before = steps();
      await until(() => steps() > before, 'the first step on the card');
      child.kill('SIGINT');
      expect(((await once(child, 'close')) as [number | null])[0]).toBe(130);
      const { error } = JSON.parse(told) as ErrorDocument;
      expect(error.code).toBe('declined');
      return error;
    }

    test.skipIf(!LONG)(
      `a card whose making is stopped is told by its number, and is finished by the same command; so is one that is erased ${BRIEF}`,
      async () => {
        const other = await rehearse('otra.json', 1);
        const again = ['provision', '--official', stopped, '--reader', pcscd.readers[1]!.name];
        const error = await stop(again, `${PIN}\n${PIN}\n`);
        expect(error.what).toMatch(/tarjeta \w{4}-\w{4}-\w{4} no quedó lista/);
        expect(error.what).toContain(`--official ${stopped} --reader '`);

        const made = json<{ readonly card: { readonly number: string; readonly state: string } }>(
          await ask(again, `${PIN}\n${PIN}\n`),
        );
        expect(made.card.state).toBe('active');
        expect(error.what).toContain(made.card.number);

        const wipe = ['wipe', made.card.number, '--reader', pcscd.readers[1]!.name];
        expect((await stop(wipe)).what).toContain('medio borrar');
        expect(json(await ask(wipe))).toMatchObject({ card: { state: 'ended' }, wiped: 'chip' });
        // The first one that was put in keeps the reader.
        const second = [
          'card',
          'soft',
          join(folder, 'tercera.json'),
          '--port',
          String(pcscd.readers[1]!.port),
          '--json',
        ];
        const refused = json<ErrorDocument>(cotejo(office.config.dataFolder, second)).error;
        expect([refused.code, refused.next]).toEqual([
          'card/no-virtual-reader',
          expect.stringContaining('Saque la otra'),
        ]);
        await other.end();
      },
    );

    test('needs a reader, and a file of its own', () => {
      const nobody = cotejo(office.config.dataFolder, ['card', 'soft', file, '--port', '1', '--json']);
      expect([nobody.status, json<ErrorDocument>(nobody).error.code]).toEqual([75, 'card/no-virtual-reader']);
      expect(json<ErrorDocument>(nobody).error.what).toContain('puerto 1 de este equipo');
      const other = cotejo(office.config.dataFolder, ['card', 'soft', MAIN, '--json']);
      expect([other.status, json<ErrorDocument>(other).error.code]).toEqual([2, 'usage']);
    });
  },
);
