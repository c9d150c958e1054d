import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatCardNumber } from '../../src/card/card.ts';
import { json, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { registerCard } from '../support/soft-slots.ts';

let installation: Installation;
let data: string;
let folder: string;
let number: string;

beforeAll(async () => {
  installation = await makeInstallation();
  const { services, config } = installation;
  number = formatCardNumber((await registerCard(services, await installation.register())).number);
  data = config.dataFolder;
  folder = mkdtempSync(join(data, '..', 'out-'));
  installation.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  installation.remove();
});

describe('card badge', () => {
  test('writes the PDF, however the number is typed, and replaces another file only where it is told to', () => {
    const out = join(folder, 'credencial.pdf');
    const typed = number.toLowerCase().replaceAll('-', ' ');
    const done = cotejo(data, ['card', 'badge', typed, '-o', out, '--json']);
    expect(done.status, done.stderr).toBe(0);
    const pdf = readFileSync(out);
    expect(json(done)).toEqual({ number, path: out, bytes: pdf.length });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');

    writeFileSync(out, 'something else');
    const refused = cotejo(data, ['card', 'badge', number, '-o', out, '--json']);
    expect([refused.status, json<ErrorDocument>(refused).error.code]).toEqual([4, 'file/would-replace']);
    const told = cotejo(data, ['card', 'badge', number, '-o', out, '--overwrite']);
    expect([told.status, told.stdout]).toEqual([0, '']);
    expect(told.stderr).toContain('100 %');
    expect(readFileSync(out).equals(pdf)).toBe(true);
  });

  test('what its QR says is a card to verify: it is being made, so it does not count yet', () => {
    const address = `HTTP://LOCALHOST:8080/B/${number.replaceAll('-', '')}`;
    const done = cotejo(data, ['verify', address]);
    expect(done.status).toBe(1);
    expect(done.stdout).toContain('not-yet-valid');
    expect(done.stdout).toMatch(new RegExp(`Tarjeta +${number}`));
  });

  test('declines a number of no card, and leaves no file', () => {
    const out = join(folder, 'nadie.pdf');
    const done = cotejo(data, ['card', 'badge', '0000-0000-0001', '-o', out, '--json']);
    expect([done.status, json<ErrorDocument>(done).error.code]).toEqual([4, 'card/not-found']);
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});
