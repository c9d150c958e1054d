import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import { writeOutput } from '../files.ts';
import { reportKind, type ReportKind } from './report.ts';

/** Where the report goes: as it was asked for, or to a file of its own in the data folder. */
export async function chooseReport(
  asked: string | undefined,
  { dataFolder, began }: { readonly dataFolder: string; readonly began: UnixSeconds },
): Promise<string> {
  if (asked !== undefined) return asked;
  const folder = join(dataFolder, 'card-reports');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${formatTime(began).replaceAll(':', '')}-${process.pid}.csv`);
}

/** A report that is whole after each card, so that a power cut loses none. */
export class ReportFile {
  readonly path: string;
  readonly kind: ReportKind;
  #writing: Promise<void> = Promise.resolve();
  #fault: unknown;

  constructor(path: string) {
    this.path = path;
    this.kind = reportKind(path);
  }

  write(text: string): void {
    this.#writing = this.#writing
      .then(async () => {
        await writeOutput(this.path, new TextEncoder().encode(text));
        this.#fault = undefined;
      })
      .catch((error: unknown) => {
        this.#fault = error;
      });
  }

  /** When all was written. @returns why the last one was not */
  async written(): Promise<unknown> {
    await this.#writing;
    return this.#fault;
  }
}
