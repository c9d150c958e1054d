import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';

/** Folders whose tests leave nothing behind in their process: they share it, as loading the modules anew for each file costs most of their time. */
const TOGETHER: readonly string[] = [
  'access',
  'adapters',
  'approval',
  'asn1',
  'authority',
  'badge',
  'card',
  'cli',
  'contracts',
  'core',
  'credential',
  'directory',
  'http',
  'log',
  'notice',
  'oficio',
  'pdf',
  'personal',
  'revocation',
  'seal',
  'signature',
  'texts',
  'verifier',
];

/** Files there that put other modules, another clock or other loaders of pictures in place of those of the process, or measure it. */
const APART: readonly string[] = [
  'test/adapters/founding/found.test.ts',
  'test/cli/card-inspect.test.ts',
  'test/cli/card-verify.test.ts',
  'test/cli/station/pace.test.ts',
  'test/seal/qr.test.ts',
  'test/verifier/signed-over-alarm.test.ts',
];

const filesOf = (folders: readonly string[]): string[] => folders.map((folder) => `test/${folder}/**/*.test.ts`);
const others = readdirSync(join(import.meta.dirname, 'test'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'bench' && !TOGETHER.includes(entry.name))
  .map(({ name }) => name);

/** Browser and judge suites are part of it: they skip themselves, with the reason, where their program is missing. */
const config: ViteUserConfig = {
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'together', include: filesOf(TOGETHER), exclude: [...APART], isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/*.test.ts', ...filesOf(others), ...APART] } },
    ],
  },
};

export default config;
