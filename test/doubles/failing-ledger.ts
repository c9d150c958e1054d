import { Outage } from '../../src/core/refusal.ts';
import type { LogOutageCode } from '../../src/log/code.ts';
import type { Ledger } from '../../src/log/ledger.ts';

/**
 * `ledger`, which stops at the `at`-th commit (from 1): `before` it stores anything, or `after` it has stored all and
 * only the answer is lost. From then on it works.
 */
export function failingLedger(ledger: Ledger, at: number, when: 'before' | 'after'): Ledger {
  let calls = 0;
  const lost = new Outage<LogOutageCode>('log/unavailable', `injected ${when} commit ${at}`);
  return {
    async commit(act) {
      const stops = ++calls === at;
      if (stops && when === 'before') throw lost;
      const committed = await ledger.commit(act);
      if (stops) throw lost;
      return committed;
    },
  };
}
