import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { parseDay, type CalendarDay } from '../core/time.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { LeafKind } from '../log/leaf.ts';
import type { ProfileFields } from './profile.ts';
import { END_REASONS, type Ended, type Official, type OfficialId } from './official.ts';
import { officialRecord, unitRecord, type OfficialAct } from './record.ts';
import type { Unit, UnitCode } from './unit.ts';

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

/** From when to when somebody holds a post, as a leaf about them has it. */
export type RecordedMandate = Pick<Official, 'id' | 'validFrom' | 'validUntil' | 'ended'>;

function itemsOf(record: readonly CborValue[]): (name: string) => CborValue | undefined {
  return (name) => record[2 + OFFICIAL.indexOf(name)];
}

/** An official as a leaf about them has it: all that letters and credentials say of the person. */
export type RecordedOfficial = RecordedMandate & ProfileFields;

/** What the record of a registration, change or end says of an official; undefined for a record that we never wrote. */
export function officialOfRecord(record: readonly CborValue[]): RecordedOfficial | undefined {
  const mandate = mandateOfRecord(record);
  const item = itemsOf(record);
  const [name, post, unit] = ['name', 'post', 'unit'].map(item);
  const [powers, mayAsk, neverAsks] = ['powers', 'mayAsk', 'neverAsks'].map((list) => textsOf(item(list)));
  const ground = item('publication');
  const photo = item('photo');
  if (!mandate || typeof name !== 'string' || typeof post !== 'string' || typeof unit !== 'string') return undefined;
  if (!powers || !mayAsk || !neverAsks || (ground !== null && typeof ground !== 'string')) return undefined;
  const [sha256, thumbnailSha256] = Array.isArray(photo) ? (photo as readonly CborValue[]) : [];
  const isPhoto = sha256 instanceof Uint8Array && thumbnailSha256 instanceof Uint8Array;
  if (photo !== null && !isPhoto) return undefined;
  return {
    ...mandate,
    name,
    post,
    unit: unit as UnitCode,
    powers,
    mayAsk,
    neverAsks,
    publication: ground === null ? { state: 'public' } : { state: 'reserved', legalGround: ground },
    ...(isPhoto && { photo: { sha256, thumbnailSha256 } }),
  };
}

function textsOf(value: CborValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts: readonly CborValue[] = value;
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

/** The mandate in the record of a registration, change or end; undefined for a record that we never wrote. */
export function mandateOfRecord(record: readonly CborValue[]): RecordedMandate | undefined {
  const item = itemsOf(record);
  const day = (value: CborValue | undefined): CalendarDay | undefined =>
    typeof value === 'string' ? parseDay(value) : undefined;
  const act = record[1];
  const [id, from, until, ended] = ['id', 'validFrom', 'validUntil', 'ended'].map(item);
  const validFrom = day(from);
  const validUntil = day(until);
  if (typeof act !== 'string' || !act.startsWith('official/') || typeof id !== 'string') return undefined;
  if (validFrom === undefined || (until !== null && validUntil === undefined)) return undefined;
  const [on, reason] = Array.isArray(ended) ? (ended as readonly CborValue[]) : [];
  const end = { on: day(on), reason: END_REASONS.find((one) => one === reason) };
  if (ended !== null && (end.on === undefined || end.reason === undefined)) return undefined;
  // No office ends anybody before they began.
  if (end.on !== undefined && end.on < validFrom) return undefined;
  return {
    id: id as OfficialId,
    validFrom,
    ...(validUntil !== undefined && { validUntil }),
    ...(ended !== null && { ended: end as Ended }),
  };
}
