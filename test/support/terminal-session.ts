import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LAUNCHED, MAIN } from './command-line.ts';
import { until } from './driver-processes.ts';

/** What is shown, and what is typed then; a function is given all that was seen so far. */
export type Step = readonly [shown: string, typed: string | ((seen: string) => string)];

/**
 * The command line at a terminal of its own (`script`), typed into step by step; each waits until its text was shown after the
 * step before.
 * @returns all that the terminal showed, and how the command ended
 */
export async function atTerminal(
  dataFolder: string,
  words: readonly string[],
  steps: readonly Step[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly seen: string; readonly status: number }> {
  const quoted = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN, ...words]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');
  // Ctrl+C is for the program: no shell stands between.
  const env = {
    ...LAUNCHED,
    COTEJO_DATA: dataFolder,
    COTEJO_LISTEN: '127.0.0.1:0',
    LANG: 'en_US.UTF-8',
    NO_COLOR: '1',
    ...more,
  };
  const child = spawn('script', ['-qec', `exec ${quoted}`, '/dev/null'], { env });
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => void (seen += part));
  const ended = once(child, 'close');
  let from = 0;
  for (const [shown, typed] of steps) {
    await until(() => seen.includes(shown, from), `${shown}, after: ${seen}`);
    from = seen.length;
    child.stdin.write(typeof typed === 'string' ? typed : typed(seen));
  }
  const [status] = (await ended) as [number];
  child.stdin.end();
  return { seen, status };
}
