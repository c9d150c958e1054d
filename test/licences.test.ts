import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
}

/** docs/decisions/0001-licence.md */
const ANYWHERE = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'ISC', 'MIT-0', '(MIT OR Apache-2.0)'];
const IN_DEVELOPMENT = [
  ...ANYWHERE,
  ...['MPL-2.0', 'BlueOak-1.0.0', 'CC0-1.0', 'Python-2.0', '(MIT AND Zlib)', '(BSD-3-Clause OR GPL-2.0)'],
];
/** libvips, loaded as a shared library of its own. */
const DYNAMICALLY_LINKED = /^node_modules\/@img\/sharp-/;

test('no dependency has a licence that contradicts ours', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const refused = Object.entries(lock.packages).flatMap(([path, { license = 'none', dev }]) => {
    if (path === '' || (dev ? IN_DEVELOPMENT : ANYWHERE).includes(license)) return [];
    return DYNAMICALLY_LINKED.test(path) && license.includes('LGPL-3.0-or-later') ? [] : [`${path}: ${license}`];
  });
  expect(refused).toEqual([]);
});
