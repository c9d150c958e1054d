import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { overSocket } from '../../cli/connect.ts';
import { openUnlock } from '../../src/adapters/keys/unlock.ts';
import type { Config } from '../../src/config.ts';
import { openServices } from '../../src/compose.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { UNLOCK_PATH } from '../../src/http/staff/locked-app.ts';
import { serveInstallation, StoppedWhileLocked, type Service } from '../../src/node.ts';
import { ANA, LUIS, PASSPHRASES } from '../support/custodians.ts';
import { until } from '../support/driver-processes.ts';
import { installProduction, removeInstallation } from '../support/production.ts';

let config: Config;
const cleanUp: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  config = await installProduction();
}, 60_000);
afterAll(() => removeInstallation(config));
afterEach(async () => {
  for (const act of cleanUp.splice(0).toReversed()) await act();
});

interface Beginning {
  readonly service: Promise<Service>;
  readonly lines: string[];
  ask(path: string, body?: Uint8Array): Promise<{ status: number; text: string }>;
}

async function begin(): Promise<Beginning> {
  const lines: string[] = [];
  let isLocked = false;
  const service = serveInstallation(config, {
    writeTelemetry: (line) => void lines.push(line),
    onLocked: () => (isLocked = true),
  });
  cleanUp.push(() =>
    service.then(
      (begun) => begun.stop(),
      () => {},
    ),
  );
  await until(() => isLocked && existsSync(config.socketFile), 'the locked service');
  const transport = overSocket(config.socketFile);
  return {
    service,
    lines,
    async ask(path, body) {
      const request = new Request(`http://cotejo.local${path}`, body ? { method: 'POST', body: body.slice() } : {});
      const response = await transport(request);
      return { status: response.status, text: await response.text() };
    },
  };
}

test('no installation outside development opens without a passphrase', async () => {
  await expect(openServices(config)).rejects.toMatchObject({ code: 'keys/locked' });
  await expect(serveInstallation(config, { stopAtSignals: false })).rejects.toMatchObject({ code: 'keys/locked' });
  // The data are free again.
  const unlocked = await openUnlock(config.keysFolder, LUIS.passphrase);
  const services = await openServices(config, undefined, unlocked);
  expect(services.dev).toBe(false);
  services.close();
});

test('a locked service answers its socket alone, and goes on with the passphrase of any custodian', async () => {
  const { service, lines, ask } = await begin();
  const refused = await ask('/api/v1/staff/installation');
  expect([refused.status, JSON.parse(refused.text)]).toMatchObject([503, { code: 'keys/locked', facts: {} }]);
  expect((await ask('/api/v1/staff/units', utf8('{}'))).status).toBe(503);
  // Nobody else takes the data meanwhile.
  await expect(openServices(config)).rejects.toMatchObject({ code: 'data/in-use' });
  const wrong = ['la ceiba de Coyoacán florece', 'x', '', 'y'.repeat(500)].map((one) => ask(UNLOCK_PATH, utf8(one)));
  const answers = await Promise.all(wrong);
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(JSON.parse(answers[0]!.text)).toMatchObject({ status: 403, code: 'keys/passphrase-wrong', facts: {} });
  expect((await ask(UNLOCK_PATH, new Uint8Array(5000))).status).toBe(413);
  const { status, text } = await ask(UNLOCK_PATH, utf8(` ${PASSPHRASES.ana}\n`));
  expect([status, text]).toEqual([200, '{"unlocked":true}']);
  const { address } = await service;
  expect((await ask('/api/v1/staff/installation')).text).toContain('"dev":false');
  expect((await fetch(`http://127.0.0.1:${address.port}/readyz`)).status).toBe(200);
  const notices = lines.map((line) => (JSON.parse(line) as { event?: string }).event).filter((event) => event);
  expect(notices).toEqual(['locked', ...wrong.map(() => 'unlock/refused'), 'unlocked', 'started']);
  expect(lines.join('\n')).not.toContain('ceiba');
});

test('two custodians at once open it once', async () => {
  const { service, ask } = await begin();
  const both = await Promise.all([ask(UNLOCK_PATH, ANA.passphrase), ask(UNLOCK_PATH, LUIS.passphrase)]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  await service;
});

test('a locked service stops when it is told to, and frees the data', async () => {
  const { service } = await begin();
  process.emit('SIGTERM');
  await expect(service).rejects.toBeInstanceOf(StoppedWhileLocked);
  expect(existsSync(config.socketFile)).toBe(false);
  await expect(openServices(config)).rejects.toMatchObject({ code: 'keys/locked' });
});

test('a damaged unlock.json is told as what it is', async () => {
  const { ask } = await begin();
  const path = join(config.keysFolder, 'unlock.json');
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, whole.slice(1));
  try {
    const answer = await ask(UNLOCK_PATH, ANA.passphrase);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'keys/damaged', facts: { name: 'unlock.json' } });
  } finally {
    writeFileSync(path, whole);
    process.emit('SIGTERM');
  }
});
