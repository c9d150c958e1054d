import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { checkRootMedia, clearMedium } from '../../../src/adapters/founding/root-media.ts';
import { findRootOn, openRootKey } from '../../../src/adapters/founding/root-on-medium.ts';
import { Client } from '../../../cli/client.ts';
import { overSocket } from '../../../cli/connect.ts';
import { FileKeys } from '../../../src/adapters/keys.ts';
import { openUnlock } from '../../../src/adapters/keys/unlock.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { AUTHORITY_IDS } from '../../../src/authority/authority.ts';
import { openTrustList } from '../../../src/authority/trust-list.ts';
import { readCertificate } from '../../../src/authority/certificate.ts';
import { openServices } from '../../../src/compose.ts';
import { toBase64 } from '../../../src/core/base64.ts';
import { utf8 } from '../../../src/core/bytes.ts';
import { serveInstallation } from '../../../src/node.ts';
import { readCrl } from '../../../src/revocation/crl.ts';
import type { Services } from '../../../src/services.ts';
import { foundIn, NAMES, placesIn, WORDS } from '../../support/founding-day.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const newPlaces = (): ReturnType<typeof placesIn> => placesIn(mkdtempSync(join(folder, 'one-')));

async function serving<Result>(
  { config }: ReturnType<typeof placesIn>,
  use: (services: Services) => Promise<Result>,
): Promise<Result> {
  const unlocked = await openUnlock(config.keysFolder, utf8(WORDS.keys));
  const services = await openServices(config, undefined, unlocked);
  try {
    return await use(services);
  } finally {
    services.close();
    unlocked.close();
  }
}

const filesBelow = (path: string): readonly string[] => readdirSync(path, { recursive: true }).map(String).toSorted();

describe('an installation that was founded', () => {
  const places = newPlaces();
  const founded = foundIn(places);
  const pem = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${toBase64(der)}\n-----END CERTIFICATE-----\n`;

  test('counts: two founders in a charter that its root signed, and no mark of development', async () => {
    const { charter } = await founded;
    await serving(places, async ({ dev, publications }) => {
      expect(dev).toBe(false);
      const root = readCertificate(charter.root).key.spki;
      const trust = await openTrustList(await publications.trustList(), root, nodePrimitives);
      expect(trust).toMatchObject({ dev: false });
      expect(trust.charter.founders.map(({ name }) => name)).toEqual(NAMES);
    });
  });

  test('has its root key on the two media alone, each encrypted under its own passphrase', async () => {
    const { charter, rootKeyId } = await founded;
    expect(filesBelow(places.config.dataFolder).filter((name) => name.includes('raiz'))).toEqual([]);
    for (const [i, medium] of places.media.entries()) {
      expect(readdirSync(medium)).toEqual([`cotejo-raiz-${rootKeyId}`]);
      const root = await findRootOn(medium, charter.root);
      const signer = await openRootKey(root, utf8([WORDS.mediumA, WORDS.mediumB][i]!));
      expect(signer.spki).toEqual(readCertificate(charter.root).key.spki);
      for (const wrong of [WORDS.keys, [WORDS.mediumB, WORDS.mediumA][i]!]) {
        expect(await codeOfAct(() => openRootKey(root, utf8(wrong)))).toBe('keys/passphrase-wrong');
      }
      for (const name of filesBelow(root.folder)) expect(statSync(join(root.folder, name)).mode & 0o077).toBe(0);
      expect(filesBelow(root.folder)).toEqual(['LEAME.txt', 'carta.cbor', 'raiz.cer', 'raiz.key.pem', 'unlock.json']);
    }
  });

  test('serves every list, keeps an audit sound, and certifies what signs cards, without the root', async () => {
    await serving(places, async (services) => {
      for (const id of AUTHORITY_IDS) readCrl(await services.publishCrl(id));
      await services.publishCheckpoint();
      expect(await services.auditLog()).toMatchObject({ sound: true });
    });
  });

  test('is judged by openssl: both authorities below the root, and the list of the root by its key', async () => {
    const { charter } = await founded;
    const crl = await serving(places, (services) => services.publishCrl('raiz'));
    const file = (name: string, content: string | Uint8Array): string => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const root = file('root.pem', pem(charter.root));
    const list = file('root.crl', execFileSync('openssl', ['crl', '-inform', 'DER'], { input: crl }));
    for (const [i, der] of charter.authorities.entries()) {
      const authority = file(`authority-${i}.pem`, pem(der));
      const given = ['-x509_strict', '-crl_check', '-CRLfile', list, '-CAfile', root];
      expect(execFileSync('openssl', ['verify', ...given, authority], { encoding: 'utf8' })).toContain('OK');
    }
  });

  test('renews the list of its root from either medium', async () => {
    const { charter } = await founded;
    for (const [i, medium] of places.media.entries()) {
      await serving(places, async ({ rootCrl, publishCrl }) => {
        const before = readCrl(await publishCrl('raiz'));
        const { tbs } = await rootCrl.prepare();
        const root = await openRootKey(
          await findRootOn(medium, charter.root),
          utf8([WORDS.mediumA, WORDS.mediumB][i]!),
        );
        await rootCrl.complete(await root.sign(tbs));
        expect(readCrl(await publishCrl('raiz')).number > before.number).toBe(true);
      });
    }
  });

  test('is not taken for another: a medium without its root, or with another one, signs nothing', async () => {
    const { charter, rootKeyId } = await founded;
    const [other, none] = [newPlaces(), newPlaces()];
    await foundIn(other);
    expect(await codeOfAct(() => findRootOn(none.media[0], charter.root))).toBe('founding/medium-without-root');
    expect(await codeOfAct(() => findRootOn(other.media[0], charter.root))).toBe('founding/medium-of-another');
    const own = join(places.media[0], `cotejo-raiz-${rootKeyId}`);
    expect((await findRootOn(own, charter.root)).keyId, 'the folder itself').toBe(rootKeyId);
  });

  test('is opened by nobody without its passphrase', async () => {
    const { keysFolder } = places.config;
    expect(await codeOfAct(() => openUnlock(keysFolder, utf8(WORDS.mediumA)))).toBe('keys/passphrase-wrong');
    await expect(openServices(places.config)).rejects.toMatchObject({ code: 'keys/locked' });
    const inClear = new FileKeys(keysFolder, { development: true });
    expect(await codeOfAct(() => inClear.get('seal'))).toBe('keys/encrypted');
  });
});

describe('a service whose root is in a safe', () => {
  afterEach(() => void vi.useRealTimers());

  /** What telemetry told of one that was founded so many days ago, until it is up; and the status of its root's list. */
  async function servedAfter(days: number): Promise<readonly [told: readonly unknown[], list: number, others: number]> {
    const places = newPlaces();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - days * 86_400_000 });
    await foundIn(places);
    vi.useRealTimers();
    const unlocked = await openUnlock(places.config.keysFolder, utf8(WORDS.keys));
    const lines: Readonly<Record<string, unknown>>[] = [];
    const writeTelemetry = (line: string): void => void lines.push(JSON.parse(line));
    const service = await serveInstallation(places.config, { writeTelemetry, stopAtSignals: false, unlocked });
    const [list, other] = await Promise.all(
      ['raiz', 'oficios'].map((id) => fetch(`http://127.0.0.1:${service.address.port}/crl/${id}.crl`)),
    );
    const asked = new Client(overSocket(places.config.socketFile), async () => {});
    const lists = await asked.get<{ authority: string; ended?: string }[]>('/api/v1/staff/revocation');
    expect(lists.map(({ authority, ended }) => [authority, ended !== undefined])).toEqual([
      ['raiz', list!.status !== 200],
      ['credenciales', false],
      ['oficios', false],
    ]);
    await service.stop();
    const told = lines.filter(({ event, code }) => event === 'root-list-ends' || code === 'revocation/root-list-over');
    return [told, list!.status, other!.status];
  }

  test('says nothing of its list while there is time', async () => {
    expect(await servedAfter(300)).toEqual([[], 200, 200]);
  });

  test('tells from 60 days before that its list ends', async () => {
    const [told, ...lists] = await servedAfter(307);
    expect(told).toMatchObject([{ kind: 'notice', event: 'root-list-ends', days: 58 }]);
    expect(lists).toEqual([200, 200]);
  });

  test('begins all the same when it ended, with every other list, and tells', async () => {
    const [told, ...lists] = await servedAfter(367);
    expect(told.length).toBeGreaterThan(0);
    expect(lists).toEqual([503, 200]);
  });
});

describe('a founding that fails', () => {
  test.each([
    ['keys and a medium', { keys: WORDS.mediumA }],
    ['both media', { mediumB: WORDS.mediumA }],
  ])('refuses one passphrase for %s, before anything is made', async (_, change) => {
    const places = newPlaces();
    const words = { ...WORDS, ...change };
    const named = (name: string, passphrase: string): { name: string; passphrase: Uint8Array } => ({
      name,
      passphrase: utf8(passphrase),
    });
    const act = foundIn(places, {
      custodian: named('Ana', words.keys),
      media: [
        { folder: places.media[0], custodian: named('memoria 1', words.mediumA) },
        { folder: places.media[1], custodian: named('memoria 2', words.mediumB) },
      ],
    });
    expect(await codeOfAct(() => act)).toBe('founding/passphrase-repeated');
    expect(filesBelow(join(places.config.dataFolder, '..'))).toEqual(['memoria-a', 'memoria-b']);
  });

  test('at its last step leaves nothing, neither in the data folder nor on the media', async () => {
    const places = newPlaces();
    const onStep = (step: string): void => {
      if (step === 'placing') throw new Error('a stop');
    };
    await expect(foundIn(places, { onStep })).rejects.toThrow('a stop');
    expect(filesBelow(join(places.config.dataFolder, '..'))).toEqual(['memoria-a', 'memoria-b']);
    await foundIn(places);
    expect(existsSync(places.config.databaseFile)).toBe(true);
  });

  test('has its leftover on a medium taken away at the next try, and never a root that was founded with', async () => {
    const places = newPlaces();
    const { rootKeyId } = await foundIn(places);
    const [medium] = places.media;
    const left = join(medium, 'cotejo-raiz-0011223344556677');
    mkdirSync(left);
    writeFileSync(join(left, 'raiz.key.pem'), 'cut');
    const { removed, kept } = await clearMedium(medium);
    expect([removed, kept].map((roots) => roots.map(({ keyId }) => keyId))).toEqual([
      ['0011223344556677'],
      [rootKeyId],
    ]);
    expect(readdirSync(medium)).toEqual([`cotejo-raiz-${rootKeyId}`]);
  });
});

/** Why there are no disks of our own; undefined where there are. */
function mountDisks(): string | undefined {
  try {
    for (const [name, size] of [
      ['disk-a', '4m'],
      ['disk-b', '4m'],
      ['disk-full', '64k'],
      ['disk-protected', '4m,ro'],
    ] as const) {
      const path = join(folder, name);
      mkdirSync(path);
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'cotejo-test', path], { stdio: 'pipe' });
      afterAll(() => execFileSync('umount', ['--lazy', path]));
    }
    return undefined;
  } catch {
    return 'file systems can only be mounted by root';
  }
}
const noDisks = process.platform === 'linux' ? mountDisks() : 'needs tmpfs';

describe('the media of the root', () => {
  const data = join(folder, 'data-of-media');
  const [a, b, inside] = ['a', 'b', 'a/inside'].map((name) => join(folder, 'media', name)) as [string, string, string];
  for (const path of [a, b, inside]) mkdirSync(path, { recursive: true });

  test('are two folders, and neither lies in the other or with the data, whatever is accepted', async () => {
    const options = { acceptSameDisk: true };
    await checkRootMedia([a, b], data, options);
    for (const pair of [
      [a, a],
      [a, inside],
      [inside, a],
    ]) {
      expect(await codeOfAct(() => checkRootMedia(pair, data, options))).toBe('founding/media-same-disk');
    }
    expect(await codeOfAct(() => checkRootMedia([inside, b], a, options))).toBe('founding/media-same-disk');
    for (const path of [join(folder, 'none'), import.meta.filename]) {
      expect(await codeOfAct(() => checkRootMedia([a, path], data, options))).toBe('founding/medium-not-a-folder');
    }
    expect(readdirSync(b)).toEqual([]);
  });

  test('are on disks of their own, unless it is a rehearsal', async () => {
    expect(await codeOfAct(() => checkRootMedia([a, b], data))).toBe('founding/media-same-disk');
  });

  test.skipIf(noDisks)('pass on two disks beside that of the data (skipped: only root mounts them)', async () => {
    const disk = (name: string): string => join(folder, name);
    await checkRootMedia([disk('disk-a'), disk('disk-b')], data);
    expect(await codeOfAct(() => checkRootMedia([disk('disk-a'), b], data))).toBe('founding/media-same-disk');
    const onOne = ['disk-a/x', 'disk-a/y'].map(disk);
    for (const path of onOne) mkdirSync(path);
    expect(await codeOfAct(() => checkRootMedia(onOne, data))).toBe('founding/media-same-disk');
    for (const [name, reason] of [
      ['disk-full', 'ENOSPC'],
      ['disk-protected', 'EROFS'],
    ]) {
      const facts = { path: disk(name!), reason };
      await expect(checkRootMedia([disk('disk-a'), disk(name!)], data)).rejects.toMatchObject({
        ...{ name: 'Outage', code: 'founding/medium-unwritable', facts },
      });
    }
    expect(readFileSync('/proc/mounts', 'utf8')).toContain('disk-full');
  });
});
