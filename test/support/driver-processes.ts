import { readdirSync, readFileSync } from 'node:fs';

export async function until(holds: () => boolean, what: string, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Numbers of the processes that hold a driver for `parent`. */
export function driverProcesses(parent: number = process.pid): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        const status = readFileSync(`/proc/${entry}/status`, 'utf8');
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
        return status.includes(`\nPPid:\t${parent}\n`) && command.includes('driver-process.ts');
      } catch {
        // It has ended meanwhile.
        return false;
      }
    })
    .map(Number);
}

/** Whether there is such a process still. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
