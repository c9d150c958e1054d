import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig, type Config } from '../../src/config.ts';
import { parseMailAddress } from '../../src/directory/contact.ts';
import type { PersonId } from '../../src/access/person.ts';
import { serveInstallation, type Service } from '../../src/node.ts';
import { installDevelopment } from '../support/installation.ts';
import { MailServer } from '../support/mail-server.ts';
import { codeOfAct } from '../support/refuses.ts';

const PERSON = '0123456789abcdef0123456789abcdef' as PersonId;
const PASSWORD = 'muy-secreta';
const LOGIN = { user: 'avisos', password: PASSWORD };
const address = (who: string) => parseMailAddress(`${who}@alcaldia.example`)!;

let folder: string;
let config: Config;
let server: MailServer;
const lines: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cotejo-mail-'));
  server = await MailServer.start({ login: LOGIN });
  writeFileSync(join(folder, 'smtp'), `smtp://avisos:${PASSWORD}@127.0.0.1:${server.port}\n`);
  const env = { COTEJO_SMTP_URL: 'file:smtp', COTEJO_MAIL_FROM: 'avisos@alcaldia.example' };
  config = { ...(await installDevelopment()), mail: readConfig(env, folder).mail! };
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
  rmSync(dirname(config.dataFolder), { recursive: true });
});

function serve(mail = config.mail): Promise<Service> {
  const { mail: _, ...rest } = config;
  const writeTelemetry = (line: string): void => void lines.push(line);
  return serveInstallation({ ...rest, ...(mail && { mail }) }, { writeTelemetry, stopAtSignals: false });
}

/** Somebody gets another address, of which the one before is told. */
async function change({ services }: Service, from: string, to: string): Promise<void> {
  await services.notices.setAddress(PERSON, address(from), 'operator');
  await services.notices.setAddress(PERSON, address(to), 'operator');
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(holds()).toBe(true);
}

test('a service sends by itself, and what it was stopped before is sent by the next one', async () => {
  const first = await serve();
  await change(first, 'uno', 'dos');
  await until(() => server.taken.length === 1);
  expect([server.taken[0]!.to, server.taken[0]!.user]).toEqual([['uno@alcaldia.example'], 'avisos']);
  server.taken.length = 0;
  server.faults.push({ at: 'broken' });
  await change(first, 'tres', 'cuatro');
  await until(() => lines.some((line) => line.includes('"mail-waits"')));
  await first.stop();
  const waiting = lines.filter((line) => line.includes('"mail-waits"')).map((line) => JSON.parse(line) as object);
  expect(waiting).toMatchObject([{ kind: 'notice', event: 'mail-waits', reason: 'connection' }]);
  expect(server.taken).toEqual([]);
  const second = await serve();
  await until(() => server.taken.length === 1);
  await second.stop();
  // Two addresses were changed, in one second: the server broke at either, and the other one is not made to wait.
  expect([['dos@alcaldia.example'], ['tres@alcaldia.example']]).toContainEqual(server.taken[0]!.to);
});

test('telemetry has neither address nor password, whatever the server answers', async () => {
  const service = await serve();
  server.faults.push({ at: 'recipient', reply: 550 });
  await change(service, 'cinco', 'seis');
  await until(() => lines.some((line) => line.includes('"notice-failed"')));
  await service.stop();
  const failed = lines.find((line) => line.includes('"notice-failed"'));
  expect(JSON.parse(failed!)).toMatchObject({ kind: 'notice', about: 'address', reason: 'recipient', reply: 550 });
  expect(lines.join('')).not.toMatch(/alcaldia\.example|muy-secreta|mailbox/);
});

test('a service says whether it sends anything', async () => {
  lines.length = 0;
  await (await serve()).stop();
  const { mail: _, ...without } = config;
  const writeTelemetry = (line: string): void => void lines.push(line);
  await (await serveInstallation(without, { writeTelemetry, stopAtSignals: false })).stop();
  const started = lines.filter((line) => line.includes('"started"'));
  expect(started.map((line) => /"mail":"(on|off)"/.exec(line)?.[1])).toEqual(['on', 'off']);
});

test('a file that holds no address of a server is told by its name, never by what it holds', async () => {
  writeFileSync(join(folder, 'wrong'), `smtp//avisos:${PASSWORD}`);
  for (const file of ['wrong', 'absent']) {
    const mail = { server: { file: join(folder, file) }, from: address('avisos') };
    expect(await codeOfAct(() => serve(mail))).toBe('config/malformed');
    const said = await serve(mail).catch((error: unknown) => JSON.stringify([error, String(error)]));
    expect(said).not.toContain(PASSWORD);
  }
});
