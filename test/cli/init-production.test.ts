import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placeOf, rootOf, type FoundingPlace } from '../support/founding-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { atTerminal, type Step } from '../support/terminal-session.ts';

const folder = temporaryFolder();
const DRAWN = /[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}/g;
const missing = process.platform === 'linux' ? undefined : 'script(1) of util-linux is not there';

async function init(steps: readonly Step[], place: FoundingPlace): ReturnType<typeof atTerminal> {
  const words = ['init', '--root-media-same-disk', ...place.media.flatMap((medium) => ['--root-media', medium])];
  return atTerminal(place.dataFolder, words, steps, place.env);
}

const PEOPLE: readonly Step[] = [
  ['Full name of founder 1:', 'Ana Fundadora\n'],
  ['Full name of founder 2:', 'Luis Fundador\n'],
  ["Who keeps the passphrase of the service's keys", 'Ana Pérez\n'],
];
/** Copied from the paper, in small letters. */
const copied: Step = ['Type it as you copied it', (seen) => `${seen.match(DRAWN)!.at(-1)!.toLowerCase()}\n`];

test.skipIf(missing)(
  'tells what it takes, asks who founds, has three passphrases copied, and leaves nothing at Ctrl+C (skipped without script)',
  { timeout: 60_000 },
  async () => {
    const place = await placeOf(mkdtempSync(join(folder, 'one-')));
    const steps: Step[] = [
      ...PEOPLE,
      ['do we begin?', 'y\n'],
      copied,
      ['Type it as you copied it', 'something else\n'],
      ['Once more.', ''],
      copied,
      copied,
      ['2. Luis Fundador', ''],
      ['Type "yes" when all have compared', '\x03'],
    ];
    const { seen, status } = await init(steps, place);
    expect(status).toBe(130);
    expect(seen.indexOf('two removable media')).toBeLessThan(seen.indexOf('Full name'));
    expect(new Set(seen.match(DRAWN))).toHaveProperty('size', 4);
    expect(seen.match(/https:\/\/verifica\.alcaldia\.example\/oficina\/fundacion\/[0-9a-z]{26}/g)).toHaveLength(2);
    expect(readdirSync(rootOf(place)).toSorted()).toEqual(['institucion.json', 'memoria-a', 'memoria-b']);
    for (const medium of place.media) expect(readdirSync(medium)).toEqual([]);
    expect(readFileSync(place.env['COTEJO_INSTITUTION']!, 'utf8')).not.toMatch(DRAWN);
  },
);

test.skipIf(missing)('does nothing where nobody says that all is there (skipped without script)', async () => {
  const place = await placeOf(mkdtempSync(join(folder, 'one-')));
  const { status } = await init([...PEOPLE, ['do we begin?', 'n\n']], place);
  expect(status).toBe(4);
  expect(readdirSync(rootOf(place)).toSorted()).toEqual(['institucion.json', 'memoria-a', 'memoria-b']);
});
