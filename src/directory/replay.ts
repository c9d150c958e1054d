import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { parseDay } from '../core/time.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import { END_REASONS, type Ended, type Official } from './official.ts';
import { officialRecord, unitRecord, type OfficialAct } from './record.ts';
import type { Unit } from './unit.ts';

const OFFICIAL = [
  ...['id', 'subjectKey', 'acts', 'name', 'post', 'unit', 'powers', 'mayAsk', 'neverAsks', 'validFrom', 'validUntil'],
  ...['publication', 'contact', 'photo', 'ended', 'supersedes'],
];
const UNIT = ['code', 'name', 'coveredSince', 'phone', 'address', 'parent'];

/** The last leaf about an official, as the log has it. */
export interface LastAct {
  readonly leaf: number;
  readonly kind: LeafKind;
}

/** What the row of an official says; `last` is the last leaf that refers to the registration, if there is one. */
export function officialClaims(
  official: Official,
  last: LastAct | undefined,
  primitives: Pick<Primitives, 'digest'>,
): RowClaims {
  const { registeredLeaf } = official;
  const claim = (leaf: number, kind: LeafKind, act: OfficialAct, open: readonly string[]): ClaimedAct => ({
    field: act === 'official/registered' ? 'registeredLeaf' : 'lastLeaf',
    leaf,
    kind,
    ...(act !== 'official/registered' && { ref: registeredLeaf }),
    record: officialRecord(act, official, primitives),
    items: OFFICIAL,
    open,
  });
  // Acts of credentials and letters count as well, so that a leaf of the directory tells an earlier number.
  const acts = [
    claim(
      registeredLeaf,
      LeafKind.officialRegistered,
      'official/registered',
      last ? OFFICIAL.filter((item) => item !== 'id' && item !== 'subjectKey') : ['acts'],
    ),
  ];
  if (last) {
    const isEnd = last.kind === LeafKind.officialEnded;
    const kind = isEnd ? LeafKind.officialEnded : LeafKind.officialChanged;
    acts.push(claim(last.leaf, kind, isEnd ? 'official/ended' : 'official/changed', ['acts']));
  }
  return { acts, fields: { ended: (official.ended !== undefined) === (last?.kind === LeafKind.officialEnded) } };
}

/** What the row of a unit says, with the leaf that set it last. */
export function unitClaims(unit: Unit, leaf: number): RowClaims {
  return { acts: [{ field: 'leaf', leaf, kind: LeafKind.unitSet, record: unitRecord(unit), items: UNIT }], fields: {} };
}

/** Whose row an opened leaf of this folder is about. */
export function directorySubject(record: readonly CborValue[]): LeafSubject | undefined {
  const [, act, key] = record;
  if (typeof act !== 'string' || typeof key !== 'string') return undefined;
  if (act.startsWith('official/')) return { noun: 'official', key };
  return act === 'unit/set' ? { noun: 'unit', key } : undefined;
}

/** How somebody's time ended, from the record of `official/ended`. */
export function endedOfRecord(record: readonly CborValue[]): Ended | undefined {
  const ended = record[2 + OFFICIAL.indexOf('ended')];
  if (record[1] !== 'official/ended' || !Array.isArray(ended)) return undefined;
  const [on, reason] = ended as readonly CborValue[];
  const day = typeof on === 'string' ? parseDay(on) : undefined;
  const known = END_REASONS.find((one) => one === reason);
  return day !== undefined && known !== undefined ? { on: day, reason: known } : undefined;
}
