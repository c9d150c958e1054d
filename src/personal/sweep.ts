import type { UnixSeconds } from '../core/time.ts';
import type { RetentionId } from './retention.ts';

/** Erases what one line of the table says that nobody keeps any longer. */
export interface SweepStep {
  readonly line: RetentionId;
  /** How many are due. */
  due(at: UnixSeconds): Promise<number>;
  /** Erases at most `most` of them, each wholly or not at all: stopped in between, the next sweep goes on. */
  erase(at: UnixSeconds, most: number): Promise<SweptLine>;
}

/** What could not be erased, because its row is not what the log says of it, stays due and is counted. */
export interface SweptLine {
  readonly erased: number;
  readonly failed: number;
}

export interface SweepReport {
  readonly at: UnixSeconds;
  /** Nothing was erased: only counted. */
  readonly isTrial: boolean;
  /** Whether something that is due was left for the next sweep. */
  readonly isBounded: boolean;
  readonly lines: readonly (SweptLine & { readonly line: RetentionId; readonly due: number })[];
}

/** Of each line in one sweep: some minutes' work at most, after years in which nobody swept. */
export const MOST_SWEPT = 1000;

/** Numbers alone: nothing of a person is told. */
export async function sweep(
  steps: readonly SweepStep[],
  at: UnixSeconds,
  { isTrial, most = MOST_SWEPT }: { readonly isTrial: boolean; readonly most?: number },
): Promise<SweepReport> {
  const lines: SweepReport['lines'][number][] = [];
  for (const step of steps) {
    const due = await step.due(at);
    const swept = isTrial || due === 0 ? { erased: 0, failed: 0 } : await step.erase(at, most);
    lines.push({ line: step.line, due, ...swept });
  }
  const isBounded = !isTrial && lines.some(({ due, erased, failed }) => due > erased + failed);
  return { at, isTrial, isBounded, lines };
}
