/** What a counter without network remembers between two cards. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openForCounter } from '../../cli/cards/counter.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { bundleAge, openCardBundle } from '../../src/card/bundle.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { json, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { makeCard } from '../support/soft-slots.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const temporary = temporaryFolder();
const path = (name: string): string => join(temporary, name);
let office: Installation;
let other: Installation;
/** Ahead of the machine's clock. */
let ahead = 0;

beforeAll(async () => {
  office = await makeInstallation({ clock: () => unixSeconds(systemClock() + ahead) });
  await makeCard(office.services, await office.register());
  other = await makeInstallation();
  writeFileSync(path('raiz.cer'), office.services.charter.root);
  writeFileSync(path('otra.cer'), other.services.charter.root);
  writeFileSync(path('old'), await office.services.toldCards.bundle());
  ahead = 60;
  writeFileSync(path('new'), await office.services.toldCards.bundle());
  writeFileSync(path('theirs'), await other.services.toldCards.bundle());
});
afterAll(() => {
  office.remove();
  other.remove();
});

function openAt(counter: string, bundle: string, root?: string): Promise<unknown> {
  const given = root === undefined ? {} : { root: path(root) };
  return openForCounter({ bundle: path(bundle), dataFolder: path(counter), clock: systemClock, ...given });
}

test('it wants the root once, and goes by that one ever after', async () => {
  await expect(openAt('first', 'new')).rejects.toThrow('--root');
  expect(existsSync(path('first.counter.json'))).toBe(false);
  expect(await codeOfAct(() => openAt('first', 'theirs', 'raiz.cer'))).toBe('card/bundle-untrusted');
  expect(existsSync(path('first.counter.json'))).toBe(false);
  await openAt('first', 'new', 'raiz.cer');
  await openAt('first', 'new');
  expect(await codeOfAct(() => openAt('first', 'theirs'))).toBe('card/bundle-untrusted');
  expect(await codeOfAct(() => openAt('first', 'theirs', 'otra.cer'))).toBe('card/root-differs');
});

test('another file in place of the root, as the list, is told to be no certificate, however large it is', async () => {
  writeFileSync(path('large'), new Uint8Array(1_000_000));
  for (const name of ['new', 'large'])
    await expect(openAt('root', 'raiz.cer', name)).rejects.toThrow('is not a certificate');
});

test('a list older than one that it has used is refused, whoever brings it; the newest serves again', async () => {
  await openAt('second', 'old', 'raiz.cer');
  await openAt('second', 'new');
  expect(await codeOfAct(() => openAt('second', 'old'))).toBe('card/bundle-older');
  await openAt('second', 'new');
});

test('a list of a time that has not come is not what later ones are held to, nor is its root', async () => {
  ahead = 3 * 86_400;
  writeFileSync(path('ahead'), await office.services.toldCards.bundle());
  ahead = 60;
  await openAt('sixth', 'ahead', 'raiz.cer');
  expect(existsSync(path('sixth.counter.json'))).toBe(false);
  await openAt('sixth', 'old', 'raiz.cer');
  await openAt('sixth', 'ahead');
  await openAt('sixth', 'new');
  expect(await codeOfAct(() => openAt('sixth', 'old'))).toBe('card/bundle-older');
});

test('a list of the third day is as of that day, although the lists of revocations in it are older', async () => {
  ahead = 3 * 86_400;
  const later = await office.services.toldCards.bundle();
  const { key } = readCertificate(office.services.charter.root);
  const { madeAt, statusAsOf, staleFrom, crls } = await openCardBundle(later, key.spki, nodePrimitives);
  expect(madeAt - statusAsOf).toBeLessThan(120);
  expect(madeAt - Math.min(...crls.map(({ thisUpdate }) => thisUpdate))).toBeGreaterThan(86_400);
  expect(bundleAge({ madeAt, staleFrom }, madeAt)).toBe('fresh');
});

test('what is noted and cannot be understood is never taken for nothing', async () => {
  await openAt('third', 'new', 'raiz.cer');
  const notes = path('third.counter.json');
  const good = readFileSync(notes, 'utf8');
  for (const damaged of ['', '{}', good.slice(0, -20), good.replace('"version":1', '"version":2'), 'null']) {
    writeFileSync(notes, damaged);
    expect(await codeOfAct(() => openAt('third', 'old', 'raiz.cer')), damaged).toBe('card/counter-notes-damaged');
  }
});

test('a file that is no certificate is no root, and one that is no list no list', async () => {
  await expect(openAt('fourth', 'new', 'old')).rejects.toThrow('old');
  expect(await codeOfAct(() => openAt('fourth', 'raiz.cer', 'raiz.cer'))).toBe('card/bundle-malformed');
});

test('the options of a counter go together', () => {
  for (const words of [['--offline'], ['--bundle', 'x'], ['--root', 'x'], ['--offline', '--root', 'x']]) {
    const done = cotejo(path('fifth'), ['card', 'verify', ...words, '--json']);
    expect([done.status, json<ErrorDocument>(done).error.code], words.join(' ')).toEqual([2, 'usage']);
  }
});
