import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCardNumber, type CardNumber } from '../src/card/card.ts';
import type { CardStep, Journal, JournalLine, StepPhase } from '../src/card/station/journal.ts';
import type { StationOutageCode } from '../src/card/station/station-code.ts';
import { Outage } from '../src/core/refusal.ts';
import { unixSeconds } from '../src/core/time.ts';

/**
 * The journal of a station: in `folder`, a file for each card, a line of JSON for each step, on the disk before anything else
 * happens. A line that a power cut tore was followed by nothing: it is passed over. Several programs may write at once.
 */
export function fileJournal(folder: string): Journal {
  const fileOf = (card: CardNumber): string => {
    // It becomes a path: nothing but a number does, whoever named it.
    if (parseCardNumber(card) !== card) throw new TypeError('no card has such a number');
    return join(folder, `${card}.jsonl`);
  };
  return {
    async append(line) {
      const path = fileOf(line.card);
      await attempt(path, async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const file = await open(path, 'a+', 0o600);
        try {
          const isNew = (await file.stat()).size === 0;
          await file.appendFile(`${(await endsTorn(file)) ? '\n' : ''}${JSON.stringify(line)}\n`);
          await file.datasync();
          if (isNew) await syncFolder(folder);
        } finally {
          await file.close();
        }
      });
    },
    async linesOf(card) {
      const path = fileOf(card);
      const text = await attempt(path, () => readFile(path, 'utf8').catch(absent));
      return text.split('\n').flatMap((line) => readLine(line, card) ?? []);
    },
  };
}

function absent(error: unknown): string {
  if (codeOf(error) === 'ENOENT') return '';
  throw error;
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** The name of a new file is on the disk as well. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and writes names down by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const PHASES: readonly string[] = ['intent', 'done', 'declined', 'wrong', 'unknown'] satisfies readonly StepPhase[];

function readLine(text: string, card: CardNumber): JournalLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { at, step, phase, of, serial } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof at !== 'number' || typeof step !== 'string' || typeof phase !== 'string') return undefined;
  if (!PHASES.includes(phase)) return undefined;
  return {
    at: unixSeconds(at),
    card,
    step: step as CardStep,
    phase: phase as StepPhase,
    ...(typeof of === 'string' && { of }),
    ...(typeof serial === 'string' && { serial }),
  };
}

async function attempt<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const reason = codeOf(error);
    const message = `the journal of the station: ${reason}`;
    throw new Outage<StationOutageCode>('card/journal-unwritable', message, { path, reason }, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
