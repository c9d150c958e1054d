import { equal } from '../core/bytes.ts';
import type { Random } from '../core/random.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { LeafKind } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import type { DirectoryCode } from './code.ts';
import { unitRecord } from './record.ts';
import type { ActBy } from './register.ts';
import type { DirectoryStore, DirectoryWrite } from './store.ts';
import {
  changedUnit,
  MAX_UNIT_DEPTH,
  parseUnitCode,
  unitOf,
  type Unit,
  type UnitChange,
  type UnitCode,
} from './unit.ts';

export interface SetUnitDeps {
  /** Refuses a row that somebody edited. */
  readonly store: Pick<DirectoryStore, 'findUnit'>;
  /** The version of the row, whatever it says: for setting all of an edited one anew. Absent where none can be edited. */
  readonly versionOfUnit?: (code: UnitCode) => number | undefined;
  readonly ledger: Ledger<DirectoryWrite>;
  readonly random: Random;
}

/**
 * Adds a unit, or corrects what is said of it; what is not said stays: one leaf.
 * @throws Refusal with the code of the first thing wrong with the unit
 * @throws Refusal 'directory/text-missing' for a new unit without name or `coveredSince`
 * @throws Refusal 'directory/unit-unknown' for a parent that is not there, 'directory/unit-circular'
 * @throws Refusal 'directory/unchanged', 'log/stale'
 * @throws Refusal as the store does of a row that somebody edited, unless every field is given: that mends it
 */
export async function setUnit(deps: SetUnitDeps, request: { unit: UnitChange; by: ActBy }): Promise<Unit> {
  const { store, ledger, random } = deps;
  const code = parseUnitCode(request.unit.code);
  const { before, version } = await findBefore(deps, request.unit, code);
  const unit = unitOf(changedUnit(request.unit, before));
  await checkAncestors(store, unit);
  const record = unitRecord(unit);
  if (before && equal(record, unitRecord(before))) {
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
    writes: [{ put: 'unit', key: unit.code, record: unit, ifVersion: version }],
  });
  return unit;
}

const FIELDS: readonly (keyof UnitChange)[] = ['name', 'coveredSince', 'phone', 'address', 'parent'];

/** What a correction leaves as it is goes into the log: never out of a row of which the log says something else. */
async function findBefore(
  { store, versionOfUnit }: SetUnitDeps,
  change: UnitChange,
  code: UnitCode | undefined,
): Promise<{ readonly before?: Unit; readonly version: number }> {
  if (code === undefined) return { version: 0 };
  try {
    const found = await store.findUnit(code);
    return found ? { before: found.record, version: found.version } : { version: 0 };
  } catch (error) {
    const version = versionOfUnit?.(code);
    if (!isRefusal(error) || version === undefined) throw error;
    if (FIELDS.some((field) => change[field] === undefined)) throw error;
    return { version };
  }
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
