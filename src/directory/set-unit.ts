import { equal } from '../core/bytes.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { LeafKind } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import type { DirectoryCode } from './code.ts';
import { unitRecord } from './record.ts';
import type { ActBy } from './register.ts';
import type { DirectoryStore, DirectoryWrite } from './store.ts';
import { changedUnit, MAX_UNIT_DEPTH, parseUnitCode, unitOf, type Unit, type UnitChange } from './unit.ts';

export interface SetUnitDeps {
  readonly store: Pick<DirectoryStore, 'findUnit'>;
  readonly ledger: Ledger<DirectoryWrite>;
  readonly random: Random;
}

/**
 * Adds a unit, or corrects what is said of it; what is not said stays: one leaf.
 * @throws Refusal with the code of the first thing wrong with the unit
 * @throws Refusal 'directory/text-missing' for a new unit without name or `coveredSince`
 * @throws Refusal 'directory/unit-unknown' for a parent that is not there, 'directory/unit-circular'
 * @throws Refusal 'directory/unchanged', 'log/stale'
 */
export async function setUnit(deps: SetUnitDeps, request: { unit: UnitChange; by: ActBy }): Promise<Unit> {
  const { store, ledger, random } = deps;
  const code = parseUnitCode(request.unit.code);
  const before = code === undefined ? undefined : await store.findUnit(code);
  const unit = unitOf(changedUnit(request.unit, before?.record));
  await checkAncestors(store, unit);
  const record = unitRecord(unit);
  if (before && equal(record, unitRecord(before.record))) {
    throw new Refusal<DirectoryCode>('directory/unchanged', `nothing of ${unit.code} would change`, {
      unit: unit.code,
    });
  }
  await ledger.commit({
    leaf: {
      kind: LeafKind.unitSet,
      issuer: request.by.issuer,
      record,
      salt: random(32),
      // A unit is nobody: the tag says nothing.
      subjectTag: random(32),
      evidence: request.by.evidence,
    },
    writes: [{ put: 'unit', key: unit.code, record: unit, ifVersion: before?.version ?? 0 }],
  });
  return unit;
}

async function checkAncestors(store: SetUnitDeps['store'], unit: Unit): Promise<void> {
  let code = unit.parent;
  for (let depth = 2; code !== undefined; depth++) {
    if (code === unit.code || depth > MAX_UNIT_DEPTH) {
      throw new Refusal<DirectoryCode>('directory/unit-circular', `${unit.code} would stand above itself or too deep`);
    }
    const parent = await store.findUnit(code);
    if (!parent) throw new Refusal<DirectoryCode>('directory/unit-unknown', `no unit ${code}`, { unit: code });
    code = parent.record.parent;
  }
}
