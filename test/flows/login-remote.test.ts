import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRemote } from '../../src/config.ts';
import { serveInstallation, type Service } from '../../src/node.ts';
import { json, LAUNCHED, MAIN, type Done } from '../support/command-line.ts';
import { OfficeBrowser, officeOver } from '../support/office-browser.ts';
import { ProductionOffice, RP_ID, type Person } from '../support/production-office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { noCertutil, tlsProxy, type TlsProxy } from '../support/tls-proxy.ts';

const folder = temporaryFolder();
const HOME = join(folder, 'somebody');
const LOGINS = join(HOME, '.config/cotejo/logins.json');
const UNIT = ['unit', 'set', 'AE', '--name', 'Alcaldía de Ejemplo', '--since', '2026-01-01'];

describe.skipIf(noCertutil)(
  `the command line before a service elsewhere ${noCertutil ?? ''}`,
  { timeout: 120_000 },
  () => {
    let office: ProductionOffice;
    let hr: Person;
    let service: Service;
    let proxy: TlsProxy;
    let remote: string;
    let browser: OfficeBrowser;

    beforeAll(async () => {
      mkdirSync(HOME);
      office = await ProductionOffice.make();
      hr = await office.enrol('Hilda Rojas', ['hr']);
      office.close();
      const quiet = { stopAtSignals: false, writeTelemetry: () => {} };
      service = await serveInstallation(
        { ...office.config, listen: { host: '127.0.0.1', port: 0 } },
        { ...quiet, unlocked: office.encryption },
      );
      proxy = await tlsProxy(folder, 'localhost', service.address.port);
      remote = `https://localhost:${proxy.port}`;
      browser = new OfficeBrowser(officeOver(service.services));
      expect((await browser.logIn(hr)).status).toBe(200);
    }, 60_000);
    afterAll(async () => {
      await proxy.close();
      await service.stop();
      office.remove();
    });

    interface Running {
      readonly child: ChildProcess;
      readonly done: Promise<Done>;
      /** Waits until the messages say it. */
      told(pattern: RegExp): Promise<string>;
    }

    /** A process with a home of its own, on a machine without an installation. */
    function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
      const own = { HOME, COTEJO_DATA: join(folder, 'no-data'), NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], {
        env: { ...LAUNCHED, ...own, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (part: Buffer) => void (stdout += String(part)));
      child.stderr.on('data', (part: Buffer) => void (stderr += String(part)));
      const done = once(child, 'close').then(([status]) => ({
        status: (status as number | null) ?? -1,
        stdout,
        stderr,
      }));
      const told = async (pattern: RegExp): Promise<string> => {
        for (;;) {
          const found = pattern.exec(stderr);
          if (found) return found[1] ?? found[0];
          const more = await Promise.race([once(child.stderr, 'data').then(() => true), done.then(() => false)]);
          if (!more && !pattern.test(stderr)) return expect.fail(`it ended without: ${pattern}\n${stderr}`);
        }
      };
      return { child, done, told };
    }

    const at = (words: readonly string[], more: Record<string, string> = {}): Running =>
      run([...words, '--json'], { COTEJO_REMOTE: remote, ...more });

    async function confirm(path: string, person: Person, by: OfficeBrowser = browser): Promise<void> {
      const shown = await by.get(path.replace('/oficina/solicitudes', '/api/v1/staff/approvals'));
      const said = await shown.text();
      const challenge = /data-challenge="([\w-]+)"|"challenge":"([\w-]+)"/.exec(said)!.slice(1).find(Boolean)!;
      const answer = await by.post(`${path}/confirmar`, person.passkey.get({ challenge, rpId: RP_ID }).json);
      expect(answer.status).toBe(200);
    }

    test('logs in with a code, waits for what people confirm, and logs out', async () => {
      const before = await at(['unit', 'list']).done;
      expect([before.status, json(before)]).toMatchObject([4, { error: { code: 'remote/login-needed' } }]);

      const login = run(['login', '--remote', remote]);
      const code = await login.told(/ {2}([0-9A-Z]{4}-[0-9A-Z]{4})\n/);
      const answer = await browser.submit('/oficina/dispositivo', { code });
      await confirm(answer.headers.get('location')!, hr);
      const { status, stdout, stderr } = await login.done;
      expect([status, stdout]).toEqual([0, expect.stringContaining('Hilda Rojas')]);
      const { token } = (JSON.parse(readFileSync(LOGINS, 'utf8')) as { logins: Record<string, { token: string }> })
        .logins[remote]!;
      expect([statSync(LOGINS).mode & 0o777, statSync(join(HOME, '.config/cotejo')).mode & 0o777]).toEqual([
        0o600, 0o700,
      ]);
      expect(stdout + stderr).not.toContain(token);

      const listed = await at(['unit', 'list']).done;
      expect(listed).toMatchObject({ status: 0 });
      // The service that was logged in at last, where no installation is on this machine.
      expect((await run(['unit', 'list']).done).status).toBe(0);

      const setting = at(UNIT);
      const page = new URL(await setting.told(/(https:\/\/\S+\/oficina\/solicitudes\/[0-9a-f]{32})/)).pathname;
      await confirm(page, hr);
      const set = await setting.done;
      expect([set.status, json(set)]).toMatchObject([0, { code: 'AE' }]);

      const noWait = await at([...UNIT.slice(0, 3), '--name', 'Otro nombre', '--since', '2026-01-01', '--no-wait'])
        .done;
      const { approval } = json<{ approval: { id: string } }>(noWait);
      expect(noWait.status).toBe(3);
      const declining = at([...UNIT.slice(0, 3), '--name', 'Tercer nombre', '--since', '2026-01-01']);
      const other = /[0-9a-f]{32}$/.exec(await declining.told(/(\/solicitudes\/[0-9a-f]{32})/))![0];
      for (const id of [approval.id, other]) {
        expect(await at(['approval', 'decline', id, '--why', 'Está mal escrito']).done).toMatchObject({ status: 0 });
      }
      const declined = await declining.done;
      expect([declined.status, json(declined)]).toMatchObject([4, { error: { code: 'approval/not-open' } }]);
      const approve = await at(['approval', 'approve', other]).done;
      expect(json(approve)).toMatchObject({
        address: expect.stringMatching(new RegExp(`/solicitudes/${other}$`)) as string,
      });

      chmodSync(LOGINS, 0o644);
      const loose = await at(['unit', 'list']).done;
      expect([loose.status, json(loose)]).toMatchObject([4, { error: { code: 'remote/login-file' } }]);
      chmodSync(LOGINS, 0o600);

      expect(await at(['logout']).done).toMatchObject({ status: 0 });
      expect(existsSync(LOGINS)).toBe(false);
      const over = await fetch(`http://127.0.0.1:${service.address.port}/api/v1/staff/units`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(over.status).toBe(401);
    });

    test('tells nothing to a service whose certificate nobody vouches for, whatever the environment says', async () => {
      const lax = { NODE_EXTRA_CA_CERTS: '', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      const asked = await at(['login'], lax).done;
      expect([asked.status, json(asked)]).toMatchObject([75, { error: { code: 'http/unavailable' } }]);
    });

    test('asks nobody but over https, and shows no password of an address', async () => {
      const asked = await run(['login', '--remote', 'https://user:secret@localhost', '--json']).done;
      expect([asked.status, json(asked)]).toMatchObject([2, { error: { code: 'remote/not-https' } }]);
      expect(asked.stdout + asked.stderr).not.toContain('secret');
      for (const other of ['http://localhost:8080', 'localhost', 'ftp://x']) expect(parseRemote(other)).toBeUndefined();
    });

    test('ends at once for whoever refuses in the browser', async () => {
      const login = at(['login']);
      const code = await login.told(/ {2}([0-9A-Z]{4}-[0-9A-Z]{4})\n/);
      const page = (await browser.submit('/oficina/dispositivo', { code })).headers.get('location')!;
      expect((await browser.submit(`${page}/rechazar`, {})).status).toBe(303);
      const done = await login.done;
      expect([done.status, json(done)]).toMatchObject([4, { error: { code: 'remote/refused' } }]);
    });
  },
);
