import type { ViteUserConfig } from 'vitest/config';

/** Browser and judge suites are part of it: they skip themselves, with the reason, where their program is missing. */
const config: ViteUserConfig = {
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
};

export default config;
