import { foundersOf } from './access/person.ts';
import { relyingPartyOf } from './access/relying-party.ts';
import { gateOf, openGate, ruledLedger, type AccessRuleDeps, type Gate } from './access/rule.ts';
import type { ActingContext } from './adapters/acting.ts';
import { accessLeaf, hasAccessChanged } from './adapters/logged/access.ts';
import type { Charter } from './authority/charter.ts';
import type { Primitives } from './core/primitives.ts';
import type { Clock } from './core/time.ts';
import type { Ledger, LogReader } from './log/ledger.ts';

export interface ComposeAccessDeps {
  readonly ledger: Ledger;
  readonly charter: Charter;
  readonly dev: boolean;
  readonly log: LogReader;
  readonly acting: ActingContext;
  readonly clock: Clock;
  readonly primitives: Primitives;
}

/** The ledger through which every act goes: outside development none is committed without the evidence that it needs. */
export function composeAccess(deps: ComposeAccessDeps): { readonly ledger: Ledger; readonly gate: Gate } {
  const { ledger, charter, dev, log, acting, clock, primitives } = deps;
  if (dev) return { ledger, gate: openGate };
  const rule: AccessRuleDeps = {
    founders: foundersOf(charter.founders),
    relyingParty: relyingPartyOf([charter.origin, ...charter.formerOrigins]),
    accessLeaf: (index) => accessLeaf(log, index, primitives),
    hasChanged: (by, before) => hasAccessChanged(log, { ...by, before }, primitives),
    nextIndex: () => log.size(),
    granted: (record) => acting.current()?.granted?.(record),
    caller: () => acting.current()?.caller,
    clock,
    primitives,
  };
  return { ledger: ruledLedger(ledger, rule), gate: gateOf(rule) };
}
