import { isRefusal } from '../../core/refusal.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { CheckpointStore, LogReader, StoredCheckpoint } from '../../log/ledger.ts';
import { proveEntry } from '../../log/prove.ts';
import type { Register } from '../../verifier/index.ts';
import type { JudgeDeps } from '../../access/judge.ts';

export interface ShownLeavesDeps {
  readonly log: LogReader;
  /** What the whole log tells of access. */
  readonly judge: Pick<JudgeDeps, 'hasChanged' | 'wasUsed'>;
  readonly checkpoints: CheckpointStore;
  publishCheckpoint(): Promise<StoredCheckpoint>;
  readonly primitives: Primitives;
}

/** Leaves as anybody is shown them: with a proof, and with what they commit to. */
export function shownLeaves(
  deps: ShownLeavesDeps,
): Pick<Register, 'leaf' | 'opening' | 'hasAccessChanged' | 'wasUsed'> {
  const { log, judge } = deps;
  return {
    async leaf(index) {
      await deps.publishCheckpoint();
      const [entry] = await log.entries(index, index + 1);
      if (!entry) return undefined;
      try {
        return { entry: entry.entry, proof: await proveEntry(deps, index) };
      } catch (error) {
        if (isRefusal(error, 'log/not-yet-published')) return undefined;
        throw error;
      }
    },
    opening: (index) => log.opening(index),
    hasAccessChanged: async ({ before, ...by }) => (await judge.hasChanged?.(by, before)) ?? false,
    wasUsed: async (act) => (await judge.wasUsed?.(act)) ?? false,
  };
}
