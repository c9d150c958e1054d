import { parseArgs } from 'node:util';
import { benchInstallation } from './installation.ts';
import { signingJob, sizeJob, verifyingJobs, type Job } from './jobs.ts';
import { interleave, type Figures } from './measure.ts';
import { officeFigures } from './office.ts';

/*
 * `npm run bench`: what a letter costs, beside others that do the same, in processor time (docs/performance.md).
 */

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Math.max(1, Number.parseInt(values.rounds, 10) || 7);

interface Result {
  readonly title: string;
  readonly figures: readonly Figures[];
}

function formatMicroseconds(value: number): string {
  return value >= 10_000 ? `${(value / 1000).toFixed(1)} ms` : `${value.toFixed(0)} µs`;
}

function print({ title, figures }: Result): void {
  const [ours] = figures;
  console.log(`\n${title}`);
  console.log(
    `${''.padEnd(46)}${'× ours'.padStart(8)}${'CPU'.padStart(12)}${'from'.padStart(12)}${'to'.padStart(12)}${'passed'.padStart(12)}`,
  );
  for (const { name, cpu, range, wall } of figures) {
    const ratio = cpu / ours!.cpu;
    const shown = ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);
    const columns = [cpu, ...range, wall].map((value) => formatMicroseconds(value).padStart(12));
    console.log(`${name.padEnd(46)}${shown.padStart(8)}${columns.join('')}`);
  }
}

const installation = await benchInstallation();
try {
  const jobs: readonly (readonly [name: string, make: () => Promise<readonly Job[]>])[] = [
    ['signing', async () => [await signingJob(installation)]],
    ['verifying', async () => verifyingJobs(installation)],
    ['size', async () => [sizeJob(installation)]],
  ];
  const results: Result[] = [];
  if (!values.json) {
    console.log(
      `Processor time of one operation, warm; the median of ${rounds} rounds by turns. Figures of one run compare`,
    );
    console.log('with each other, never with those of another run or machine.');
  }
  for (const [name, make] of jobs) {
    if (values.only !== '' && values.only !== name) continue;
    for (const job of await make()) {
      const result = { title: job.title, figures: await interleave(job.contestants, rounds) };
      results.push(result);
      if (!values.json) print(result);
    }
  }
  if (values.only === '' || values.only === 'office') {
    const result = { title: 'A letter of two pages in the office', figures: await officeFigures(rounds) };
    results.push(result);
    if (!values.json) print(result);
  }
  if (values.json) console.log(JSON.stringify({ node: process.version, rounds, results }, undefined, 2));
} finally {
  installation.close();
}
