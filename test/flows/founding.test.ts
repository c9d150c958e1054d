import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openUnlock } from '../../src/adapters/keys/unlock.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { openTrustList } from '../../src/authority/trust-list.ts';
import { openServices } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { serveInstallation } from '../../src/node.ts';
import { readCrl } from '../../src/revocation/crl.ts';
import { cotejo, json, runAside, LAUNCHED, MAIN, type ErrorDocument } from '../support/command-line.ts';
import { NAMES, WORDS } from '../support/founding-day.ts';
import { FoundingRun, placeOf, rootOf, TYPED, wordsOf, type FoundingPlace } from '../support/founding-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** More moments at which the ceremony is killed. */
const LONG = Boolean(process.env['COTEJO_LONG']);

const folder = temporaryFolder();
const newPlace = (): Promise<FoundingPlace> => placeOf(mkdtempSync(join(folder, 'one-')));

const running: FoundingRun[] = [];
afterEach(async () => {
  for (const run of running.splice(0)) await run.kill();
});

function begin(place: FoundingPlace, words?: readonly string[]): FoundingRun {
  const run = new FoundingRun(place, words);
  running.push(run);
  return run;
}

/** What is in the data folder and on the media. */
const left = (place: FoundingPlace): readonly string[] =>
  readdirSync(rootOf(place), { recursive: true })
    .map(String)
    .filter((name) => name !== 'institucion.json');

async function foundWhole(place: FoundingPlace): Promise<FoundingRun> {
  const run = begin(place);
  run.type(...TYPED);
  const shown: string[] = [];
  for (const i of NAMES.keys()) shown.push(await run.make(await run.open(i + 1)));
  for (const [i, fingerprint] of shown.entries()) {
    expect((await run.event(({ event, founder }) => event === 'made' && founder === i + 1)).fingerprint).toBe(
      fingerprint,
    );
  }
  run.type('sí');
  expect([await run.ended, run.stderr]).toEqual([0, expect.stringContaining('REAL')]);
  return run;
}

describe('./cotejo init', { timeout: 180_000 }, () => {
  test('founds an installation with two people, and it serves after a restart, without its root', async () => {
    const place = await newPlace();
    const run = await foundWhole(place);
    const { rootKeyId } = run.events.at(-1)!;
    expect(run.events.map(({ event }) => event)).toEqual([
      'invited',
      'invited',
      'opened',
      'made',
      'opened',
      'made',
      'founded',
    ]);
    for (const word of Object.values(WORDS)) expect(run.stderr + JSON.stringify(run.events)).not.toContain(word);
    for (const medium of place.media) {
      expect(readdirSync(medium)).toEqual([`cotejo-raiz-${rootKeyId}`]);
      expect(readFileSync(join(medium, `cotejo-raiz-${rootKeyId}`, 'LEAME.txt'), 'utf8')).toContain(rootKeyId);
    }
    const config = readConfig({ COTEJO_DATA: place.dataFolder, COTEJO_LISTEN: '127.0.0.1:0' }, folder);
    const unlocked = await openUnlock(config.keysFolder, utf8(WORDS.keys));
    const service = await serveInstallation(config, { writeTelemetry: () => {}, stopAtSignals: false, unlocked });
    try {
      const at = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${service.address.port}${path}`);
      expect((await at('/readyz')).status).toBe(200);
      const root = readCertificate(new Uint8Array(await (await at('/ca/raiz.cer')).arrayBuffer())).key.spki;
      const trust = await openTrustList(
        new Uint8Array(await (await at('/trust-list')).arrayBuffer()),
        root,
        nodePrimitives,
      );
      expect([trust.dev, trust.charter.founders.map(({ name }) => name)]).toEqual([false, NAMES]);
      for (const id of ['raiz', 'credenciales', 'oficios']) expect((await at(`/crl/${id}.crl`)).status).toBe(200);
      const before = readCrl(await service.services.publishCrl('raiz'));
      // Beside the running service, with one of the media.
      const words = ['key', 'ceremony', '--json', '--root-media', place.media[1]];
      const renewed = await runAside(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], {
        env: { ...LAUNCHED, COTEJO_DATA: place.dataFolder },
        input: `${WORDS.mediumB}\n`,
      });
      expect([renewed.status, json(renewed)]).toMatchObject([0, { authority: 'raiz', entries: 0 }]);
      expect(readCrl(await service.services.publishCrl('raiz')).number > before.number).toBe(true);
      const wrong = await runAside(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], {
        env: { ...LAUNCHED, COTEJO_DATA: place.dataFolder },
        input: `${WORDS.keys}\n`,
      });
      expect(json<ErrorDocument>(wrong).error.code).toBe('keys/passphrase-wrong');
    } finally {
      await service.stop();
    }
    const again = cotejo(place.dataFolder, wordsOf(place), place.env);
    expect([again.status, json<ErrorDocument>(again).error.code]).toEqual([4, 'installation/exists']);
  });

  test('confirms only what stands on the terminal, and gives a founder another address', async () => {
    const place = await newPlace();
    const run = begin(place);
    run.type(...TYPED);
    const first = await run.open(1);
    await run.make(first);
    run.type('sí');
    // Of the other nothing is there yet.
    await expect.poll(() => run.stderr).toContain('Todavía no');
    run.type('2');
    await expect
      .poll(() => run.events.filter(({ founder, event }) => founder === 2 && event === 'invited'))
      .toHaveLength(2);
    const [before, now] = run.events.flatMap(({ founder, address }) =>
      founder === 2 && address ? [new URL(address).pathname] : [],
    );
    expect((await run.browse(before!, '')).status).toBe(404);
    const opened = await run.browse(now!, '');
    await run.make(opened.headers.get('set-cookie')!.split(';')[0]!);
    run.type('sí');
    expect(await run.ended).toBe(0);
  });

  test.each<[string, (run: FoundingRun) => Promise<void>]>([
    ['before anything is typed', async () => {}],
    [
      'when everybody is invited',
      async (run) => {
        run.type(...TYPED);
        await run.invitation(2);
      },
    ],
    [
      'when one founder has a passkey',
      async (run) => {
        run.type(...TYPED);
        await run.make(await run.open(1));
      },
    ],
    [
      'when all have and nobody confirmed',
      async (run) => {
        run.type(...TYPED);
        for (const i of [1, 2]) await run.make(await run.open(i));
        await run.event(({ event, founder }) => event === 'made' && founder === 2);
      },
    ],
  ])('leaves nothing where it is killed %s', async (_, until) => {
    const place = await newPlace();
    const run = begin(place);
    await until(run);
    await run.kill();
    expect(left(place)).toEqual(['memoria-a', 'memoria-b']);
  });

  test('leaves nothing or a whole installation wherever the ceremony is killed, and the next try goes through', async () => {
    const seen = new Set<string>();
    for (const wait of LONG ? [0, 250, 500, 700, 900, 1500] : [0, 900]) {
      const place = await newPlace();
      const run = begin(place);
      run.type(...TYPED);
      for (const i of [1, 2]) await run.make(await run.open(i));
      await run.event(({ event, founder }) => event === 'made' && founder === 2);
      run.type('sí');
      await new Promise((resolve) => setTimeout(resolve, wait));
      await run.kill();
      const isThere = existsSync(place.dataFolder);
      seen.add(isThere ? 'whole' : 'nothing');
      if (!isThere) await foundWhole(place);
      const config = readConfig({ COTEJO_DATA: place.dataFolder }, folder);
      const unlocked = await openUnlock(config.keysFolder, utf8(WORDS.keys));
      const services = await openServices(config, undefined, unlocked);
      expect(await services.auditLog()).toMatchObject({ sound: true });
      services.close();
      // What stands on the media belongs to an installation, or says that it does not.
      for (const medium of place.media) {
        for (const name of readdirSync(medium)) expect(existsSync(join(medium, name, 'carta.cbor'))).toBe(true);
      }
    }
    expect(seen).toContain('nothing');
  }, 240_000);
});

describe('a founding is refused before anybody waits for it', () => {
  const refused = async (
    change: (place: FoundingPlace, words: string[]) => readonly string[] | void,
    env: Readonly<Record<string, string>> = {},
    input = '',
  ): Promise<readonly [number, string]> => {
    const place = await newPlace();
    const words = [...wordsOf(place)];
    const given = change(place, words) ?? words;
    const done = cotejo(place.dataFolder, given, { ...place.env, ...env }, input);
    expect(left(place)).toEqual(['memoria-a', 'memoria-b']);
    return [done.status, json<ErrorDocument>(done).error.code];
  };
  const without = (words: readonly string[], name: string, values = 1): readonly string[] => {
    const at = words.indexOf(name);
    return [...words.slice(0, at), ...words.slice(at + 1 + values)];
  };

  test('at an address where no passkeys are made', async () => {
    expect(await refused(() => {}, { COTEJO_ORIGIN: 'http://verifica.alcaldia.example' })).toEqual([
      2,
      'founding/origin',
    ]);
    expect(await refused(() => {}, { COTEJO_ORIGIN: 'https://10.1.2.3' })).toEqual([2, 'founding/origin']);
  });

  test('under an arc of nobody, or without the file of the institution', async () => {
    const underTest = (place: FoundingPlace): void => {
      const file = place.env['COTEJO_INSTITUTION']!;
      writeFileSync(file, readFileSync(file, 'utf8').replace(/1\.3\.6[0-9.]+/, '2.999.7'));
    };
    expect(await refused(underTest)).toEqual([2, 'founding/arc']);
  });

  test('by one person, or one person twice', async () => {
    expect(await refused((_, words) => without(words, '--founder'))).toEqual([2, 'founding/founders']);
    expect(await refused((_, words) => [...words, '--founder', NAMES[0]])).toEqual([2, 'founding/founders']);
  });

  test('on media that are on the disk of the data, unless it is a rehearsal', async () => {
    expect(await refused((_, words) => without(words, '--root-media-same-disk', 0))).toEqual([
      2,
      'founding/media-same-disk',
    ]);
  });

  test('on one medium, or one that is not there', async () => {
    expect(await refused((_, words) => without(words, '--root-media'))).toEqual([2, 'usage']);
    expect(
      await refused(({ media }, words) => words.map((word) => (word === media[1] ? `${word}-none` : word))),
    ).toEqual([2, 'founding/medium-not-a-folder']);
  });

  test('with a passphrase that is too short, typed differently, or used for two things', async () => {
    const typed = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
    expect(await refused(() => {}, {}, typed('corta', 'corta'))).toEqual([2, 'keys/passphrase-weak']);
    expect(await refused(() => {}, {}, typed(WORDS.keys, WORDS.mediumA))).toEqual([4, 'declined']);
    expect(await refused(() => {}, {}, typed(WORDS.keys, WORDS.keys, WORDS.keys, WORDS.keys))).toEqual([
      2,
      'founding/passphrase-repeated',
    ]);
  });

  test('where nobody answers any more', async () => {
    expect(await refused(() => {}, {}, '')).toEqual([2, 'usage']);
  });
});
