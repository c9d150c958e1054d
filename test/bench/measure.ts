/** One way of doing a job. */
export interface Contestant {
  readonly name: string;
  /** In one round: so many that a round takes long beside the clock's steps. */
  readonly iterations: number;
  run(): unknown;
}

export interface Figures {
  readonly name: string;
  /** Microseconds of processor time for one operation, all threads of this process: the median of the rounds. */
  readonly cpu: number;
  /** Microseconds that passed: also waiting, and others' work on the same machine. */
  readonly wall: number;
  /** Of `cpu`: the fastest and the slowest round. */
  readonly range: readonly [number, number];
}

interface Round {
  readonly cpu: number;
  readonly wall: number;
}

/** Microseconds of processor time: by then V8 has compiled what it will. Our letters still gain after 5 s. */
const WARM_UP = 10_000_000;

async function round({ run, iterations }: Contestant): Promise<Round> {
  const before = process.cpuUsage();
  const started = performance.now();
  for (let i = 0; i < iterations; i++) await run();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / iterations, wall: (wall * 1000) / iterations };
}

/** The middle value, the lower one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}

/**
 * Measures all of them by turns, round by round, so that whatever else the machine does falls on all alike. Each is warm:
 * it ran a round's work, and at least ten seconds of
 * processor time, before the first round counts.
 */
export async function interleave(contestants: readonly Contestant[], rounds: number): Promise<readonly Figures[]> {
  const done = contestants.map((contestant) => ({ contestant, rounds: [] as Round[] }));
  for (const { contestant } of done) {
    const before = process.cpuUsage();
    do await round(contestant);
    while (process.cpuUsage(before).user < WARM_UP);
  }
  for (let i = 0; i < rounds; i++) {
    for (const one of done) one.rounds.push(await round(one.contestant));
  }
  return done.map(({ contestant, rounds: all }) => {
    const cpu = all.map((one) => one.cpu);
    return {
      name: contestant.name,
      cpu: median(cpu),
      wall: median(all.map((one) => one.wall)),
      range: [Math.min(...cpu), Math.max(...cpu)],
    };
  });
}
