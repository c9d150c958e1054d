import { Refusal } from '../../core/refusal.ts';
import { mayBeAbout } from '../../log/act-shape.ts';
import { readRecord } from '../../log/record.ts';
import type { LogCode } from '../../log/code.ts';
import type { Ledger, LogReader } from '../../log/ledger.ts';
import { isOurAct } from './witness.ts';

/**
 * `ledger`, that takes no leaf which nobody would read as an act: one of another form than its kind, or about a leaf that such an act is
 * never about. It would be in the log for good, and whoever did it would be told that it is done.
 */
export function actsAlone(ledger: Ledger, log: Pick<LogReader, 'leaf'>): Ledger {
  return {
    async commit(act) {
      const { kind, ref, record } = act.leaf;
      const about = ref === undefined ? undefined : await log.leaf(ref);
      if (isOurAct(kind, readRecord(record) ?? []) && mayBeAbout(kind, about?.kind)) return ledger.commit(act);
      throw new Refusal<LogCode>('log/corrupt', `a leaf of kind ${kind} that would be of no act`, {
        ...(ref !== undefined && { index: ref }),
      });
    },
  };
}
