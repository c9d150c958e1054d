import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openUnlock } from '../../src/adapters/keys/unlock.ts';
import type { Config } from '../../src/config.ts';
import { toBase64, toBase64Url } from '../../src/core/base64.ts';
import { toHex, utf8 } from '../../src/core/bytes.ts';
import { cotejo, json, LAUNCHED, MAIN, type ErrorDocument } from '../support/command-line.ts';
import { ANA, LUIS, PASSPHRASES } from '../support/custodians.ts';
import { until } from '../support/driver-processes.ts';
import { missingJudge } from '../support/judges.ts';
import { installProduction, removeInstallation } from '../support/production.ts';
import { atTerminal } from '../support/terminal-session.ts';

let config: Config;
let data: string;
beforeAll(async () => {
  config = await installProduction();
  data = config.dataFolder;
}, 60_000);
afterAll(() => removeInstallation(config));

const QUESTION = 'Passphrase of the keys (not shown): ';
const enter = (passphrase: string): string => `${passphrase}\r`;
const codeOf = (words: readonly string[], env = {}): string =>
  json<ErrorDocument>(cotejo(data, [...words, '--json'], env)).error.code;

test('what opens the data is refused where nobody can be asked; what opens nothing is not', () => {
  const refused = cotejo(data, ['unit', 'list', '--lang', 'en']);
  expect(refused.status).toBe(75);
  expect(refused.stderr).toContain('keys/locked');
  expect(codeOf(['unit', 'list'])).toBe('keys/locked');
  const listed = json<{ files: { name: string; isEncrypted: boolean }[]; custodians: string[] }>(
    cotejo(data, ['key', 'list', '--json']),
  );
  expect(listed.custodians).toEqual(['Ana Pérez', 'Luis Ríos']);
  expect(listed.files.map(({ name }) => name)).toContain('seal');
  expect(listed.files.every(({ isEncrypted }) => isEncrypted)).toBe(true);
  expect(cotejo(data, ['unlock', '--lang', 'en'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('serve'),
  });
});

test('systemd may hand the passphrase over in a file of the owner alone', { timeout: 60_000 }, () => {
  const credentials = join(dirname(data), 'credentials');
  mkdirSync(credentials, { recursive: true });
  const file = join(credentials, 'cotejo-passphrase');
  const env = { CREDENTIALS_DIRECTORY: credentials };
  expect(codeOf(['unit', 'list'], env)).toBe('keys/locked');
  writeFileSync(file, `${PASSPHRASES.ana}\n`, { mode: 0o600 });
  expect(cotejo(data, ['unit', 'list'], env)).toMatchObject({ status: 0 });
  writeFileSync(file, 'another passphrase, but a long one');
  expect(codeOf(['unit', 'list'], env)).toBe('keys/passphrase-wrong');
  rmSync(file);
  writeFileSync(file, PASSPHRASES.ana, { mode: 0o604 });
  expect(codeOf(['unit', 'list'], env)).toBe('keys/permissions');
});

test(
  'a backup is checked with the passphrase of a custodian, which comes by standard input',
  { timeout: 60_000 },
  () => {
    const to = join(dirname(data), 'backup');
    expect(codeOf(['key', 'backup', '--to', join(data, 'x')])).toBe('keys/backup-inside');
    expect(cotejo(data, ['key', 'backup', '--to', to]).status).toBe(0);
    expect(codeOf(['key', 'backup', '--to', to])).toBe('keys/backup-occupied');
    expect(readdirSync(to)).toContain('unlock.json');
    rmSync(join(to, 'seal.key.pem'));
    const missing = cotejo(data, ['key', 'check-backup', to, '--lang', 'en'], {}, `${PASSPHRASES.luis}\n`);
    expect(missing.stdout).toContain('seal.key.pem: is missing');
    expect(missing.status).toBe(1);
    cpSync(join(config.keysFolder, 'seal.key.pem'), join(to, 'seal.key.pem'));
    expect(cotejo(data, ['key', 'check-backup', to], {}, `${PASSPHRASES.luis}\n`).status).toBe(0);
    expect(cotejo(data, ['key', 'check-backup', to], {}, 'no es la contraseña\n').status).toBe(4);
  },
);

const missing = missingJudge('script');

describe.skipIf(missing)(`at a terminal ${missing ?? ''}`, { timeout: 90_000 }, () => {
  test('a command asks for the passphrase, three times at most, and shows nothing of it', async () => {
    const right = await atTerminal(
      data,
      ['unit', 'list'],
      [
        [QUESTION, enter('no es la contraseña')],
        ['does not open', enter(PASSPHRASES.luis)],
      ],
    );
    expect(right.status).toBe(0);
    const wrong = await atTerminal(
      data,
      ['unit', 'list'],
      [
        [QUESTION, enter('no es la contraseña 1')],
        [QUESTION, enter('no es la contraseña 2')],
        [QUESTION, enter('no es la contraseña 3')],
      ],
    );
    expect(wrong.status).toBe(4);
    expect(wrong.seen).toContain('keys/passphrase-wrong');
    for (const { seen } of [right, wrong]) expect(seen).not.toMatch(/colibr|contrase/);
  });

  test('the service asks as well, and serves', async () => {
    const served = await atTerminal(
      data,
      ['serve'],
      [
        [QUESTION, enter(PASSPHRASES.ana)],
        ['Ctrl+C to stop', '\x03'],
      ],
    );
    expect(served.status).toBe(0);
    expect(served.seen).not.toMatch(/ceiba|"locked"/);
  });

  test('a custodian is added with a passphrase that Cotejo draws, and removed', async () => {
    let drawn = '';
    const added = await atTerminal(
      data,
      ['key', 'custodian', 'add', 'Eva Luz'],
      [
        [QUESTION, enter(PASSPHRASES.ana)],
        [
          'Type it as you copied it',
          (seen) => {
            drawn = /[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}/.exec(seen)![0];
            return enter(drawn.toLowerCase());
          },
        ],
      ],
    );
    expect(added.status).toBe(0);
    // Shown once, and wiped from the screen.
    expect(added.seen.split(drawn)).toHaveLength(2);
    expect(added.seen).toContain('\x1b[5A\r\x1b[J');
    await openUnlock(config.keysFolder, utf8(drawn));
    expect(codeOf(['key', 'custodian', 'add', 'Eva Luz'])).toBe('keys/custodian-exists');
    const removed = cotejo(data, ['key', 'custodian', 'remove', 'Eva Luz'], {}, `${drawn}\n`);
    expect(removed.status).toBe(0);
    await expect(openUnlock(config.keysFolder, utf8(drawn))).rejects.toMatchObject({ code: 'keys/passphrase-wrong' });
  });

  test('a passphrase that was not typed back as it was shown changes nothing', async () => {
    const before = readFileSync(join(config.keysFolder, 'unlock.json'), 'utf8');
    const declined = await atTerminal(
      data,
      ['key', 'custodian', 'add', 'Eva Luz'],
      [
        [QUESTION, enter(PASSPHRASES.ana)],
        ['Type it as you copied it', enter('AAAAA-BBBBB-CCCCC-DDDDD-EEEEE')],
      ],
    );
    expect(declined.status).toBe(4);
    expect(readFileSync(join(config.keysFolder, 'unlock.json'), 'utf8')).toBe(before);
  });
});

test(
  'a locked service is unlocked from another terminal, and nothing anywhere shows passphrase or key',
  { timeout: 120_000 },
  async () => {
    const env = { ...LAUNCHED, COTEJO_DATA: data, COTEJO_LISTEN: '127.0.0.1:0' };
    const service = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'serve', '--lang', 'en'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    for (const output of [service.stdout, service.stderr])
      output.on('data', (part: Buffer) => void (told += String(part)));
    const ended = once(service, 'close');
    try {
      await until(() => told.includes('"locked"'), 'the locked service');
      expect(told).toContain('./cotejo unlock');
      const waiting = cotejo(data, ['unit', 'list', '--lang', 'en']);
      expect([waiting.status, waiting.stderr]).toEqual([75, expect.stringContaining('keys/locked')]);
      const wrong = cotejo(data, ['unlock'], {}, 'no es la contraseña\n');
      expect([wrong.status, wrong.stderr]).toEqual([4, expect.stringContaining('keys/passphrase-wrong')]);
      const right = cotejo(data, ['unlock', '--lang', 'en'], {}, `${PASSPHRASES.luis}\n`);
      expect([right.status, right.stdout]).toEqual([0, expect.stringContaining('Keys unlocked')]);
      const command =
        readFileSync(`/proc/${service.pid}/cmdline`, 'utf8') + readFileSync(`/proc/${service.pid}/environ`, 'utf8');
      expect(cotejo(data, ['unit', 'list']).status).toBe(0);
      expect(cotejo(data, ['unlock', '--lang', 'en']).stdout).toContain('already');
      const all = [told, command, ...[waiting, wrong, right].map(({ stdout, stderr }) => stdout + stderr)].join('\n');
      for (const canary of await canaries()) expect(all).not.toContain(canary);
      // Neither the log nor the database nor any file of the folder.
      for (const file of readdirSync(data, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
        const bytes = readFileSync(join(file.parentPath, file.name));
        for (const canary of await canaries()) expect(bytes.includes(canary), file.name).toBe(false);
      }
    } finally {
      service.kill();
      await ended;
    }
  },
);

/** Passphrases, and what follows from the key that they open, in every spelling that a program might print. */
async function canaries(): Promise<readonly string[]> {
  const encryption = await openUnlock(config.keysFolder, LUIS.passphrase);
  const derived = ['cotejo key seal', 'cotejo key-mac'].map((purpose) => encryption.derive(purpose));
  encryption.close();
  return [ANA.passphrase, LUIS.passphrase, ...derived].flatMap((secret) => [
    Buffer.from(secret).toString('latin1'),
    Buffer.from(secret).toString('utf8'),
    ...[toHex(secret), toBase64(secret), toBase64Url(secret)].map((text) => text.slice(0, 24)),
  ]);
}
