import { equal } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { parseDay, type CalendarDay } from '../core/time.ts';
import type { ClaimedAct, LeafSubject, RowClaims } from '../log/claim.ts';
import { readRecord } from '../log/record.ts';
import { LeafKind } from '../log/leaf.ts';
import type { Contact } from './contact.ts';
import { END_REASONS, parseOfficialId, type Ended, type Official, type OfficialId } from './official.ts';
import type { PhotoRef } from './photo.ts';
import { officialRecord, unitRecord, type OfficialAct } from './record.ts';
import { parseUnitCode, type Unit, type UnitCode } from './unit.ts';

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
  const record = unitRecord(unit);
  const told = unitOfRecord(readRecord(record) ?? []);
  const acts = [{ field: 'leaf', leaf, kind: LeafKind.unitSet, record, items: UNIT }];
  return { acts, fields: {}, ...(told && { told }) };
}

/** Whose row an opened leaf of this folder is about. */
export function directorySubject(record: readonly CborValue[]): LeafSubject | undefined {
  const [, act, key] = record;
  if (typeof act !== 'string' || typeof key !== 'string') return undefined;
  if (act.startsWith('official/')) return { noun: 'official', key };
  if (act.startsWith('distinctive/')) return { noun: 'distinctive', key };
  return act === 'unit/set' ? { noun: 'unit', key } : undefined;
}

/** What the record of a leaf about an official tells: all but the key under which their leaves are tagged, of which it has the hash. */
export type RecordedOfficial = Omit<Official, 'subjectKey' | 'registeredLeaf' | 'photo'> & {
  /** SHA-256. */
  readonly subjectKeyHash: Uint8Array;
  readonly photo?: Omit<PhotoRef, 'sourceSha256'>;
};

const HASH_BYTES = 32;

function hashOf(value: CborValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length === HASH_BYTES ? value : undefined;
}

function textOf(value: CborValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: CborValue | undefined): readonly string[] | undefined {
  const texts = listOf(value);
  return texts?.every((text) => typeof text === 'string') ? texts : undefined;
}

function listOf(value: CborValue | undefined, length?: number): readonly CborValue[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list: readonly CborValue[] = value;
  return length === undefined || list.length === length ? list : undefined;
}

function dayOf(value: CborValue | undefined): CalendarDay | undefined {
  return typeof value === 'string' ? parseDay(value) : undefined;
}

function countOf(value: CborValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function idOf(value: CborValue | undefined): OfficialId | undefined {
  return typeof value === 'string' && parseOfficialId(value) === value ? (value as OfficialId) : undefined;
}

function unitOf(value: CborValue | undefined): UnitCode | undefined {
  return typeof value === 'string' && parseUnitCode(value) === value ? (value as UnitCode) : undefined;
}

/** What may be absent: as `read` has it, `{}` for null, undefined for what we never wrote. */
function optional<Field extends string, Value>(
  field: Field,
  value: CborValue | undefined,
  read: (value: CborValue | undefined) => Value | undefined,
): { readonly [Key in Field]?: Value } | undefined {
  if (value === null) return {};
  const found = read(value);
  return found === undefined ? undefined : ({ [field]: found } as { readonly [Key in Field]?: Value });
}

function contactOf(value: CborValue | undefined): { readonly contact?: Contact } | undefined {
  const [phone, mail] = listOf(value, 2) ?? [];
  const found = allOf(optional('phone', phone, textOf), optional('mail', mail, textOf));
  return found && (Object.keys(found).length === 0 ? {} : { contact: found });
}

function photoOf(value: CborValue | undefined): RecordedOfficial['photo'] | undefined {
  const [first, second, ...size] = listOf(value, 4) ?? [];
  const [sha256, thumbnailSha256] = [hashOf(first), hashOf(second)];
  const [width, height] = size.map(countOf);
  if (!sha256 || !thumbnailSha256 || width === undefined || height === undefined) return undefined;
  return { sha256, thumbnailSha256, width, height };
}

function endOf(value: CborValue | undefined): Ended | undefined {
  const [day, why] = listOf(value, 2) ?? [];
  const on = dayOf(day);
  const reason = END_REASONS.find((one) => one === why);
  return on === undefined || reason === undefined ? undefined : { on, reason };
}

/** All of them as one; undefined where one is. */
function allOf<Parts extends readonly (object | undefined)[]>(
  ...parts: Parts
): Intersection<NonNullable<Parts[number]>> | undefined {
  return parts.includes(undefined) ? undefined : (Object.assign({}, ...parts) as never);
}

type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/**
 * What the record of a registration, change or end says of an official. Strict: undefined for a record that we never wrote, of
 * which one item is missing, too much, or of another form.
 */
export function officialOfRecord(record: readonly CborValue[]): RecordedOfficial | undefined {
  const [version, act] = record;
  if (version !== 1 || typeof act !== 'string' || !act.startsWith('official/')) return undefined;
  if (record.length !== 2 + OFFICIAL.length) return undefined;
  const item = (name: string): CborValue | undefined => record[2 + OFFICIAL.indexOf(name)];
  const [id, subjectKeyHash, acts] = [idOf(item('id')), hashOf(item('subjectKey')), countOf(item('acts'))];
  const [name, post, unit] = [textOf(item('name')), textOf(item('post')), unitOf(item('unit'))];
  const [powers, mayAsk, neverAsks] = ['powers', 'mayAsk', 'neverAsks'].map((list) => textsOf(item(list)));
  const validFrom = dayOf(item('validFrom'));
  const rest = allOf(
    optional('validUntil', item('validUntil'), dayOf),
    optional('legalGround', item('publication'), textOf),
    contactOf(item('contact')),
    optional('photo', item('photo'), photoOf),
    optional('ended', item('ended'), endOf),
    optional('supersedes', item('supersedes'), idOf),
  );
  if (id === undefined || !subjectKeyHash || acts === undefined) return undefined;
  if (name === undefined || post === undefined || unit === undefined) return undefined;
  if (!powers || !mayAsk || !neverAsks || validFrom === undefined || !rest) return undefined;
  const { legalGround, ...present } = rest;
  // No office ends anybody before they began.
  if (present.ended && present.ended.on < validFrom) return undefined;
  return {
    ...{ id, subjectKeyHash, acts, name, post, unit, powers, mayAsk, neverAsks, validFrom },
    ...present,
    publication: legalGround === undefined ? { state: 'public' } : { state: 'reserved', legalGround },
  };
}

/**
 * The official as `recorded`, with what no leaf holds as the row has it: the key, which its leaf knows by its hash, how many
 * acts there were since, the leaf of the registration, and the hash of the file that the photo came as.
 * `undefined` where the row is of somebody else, or lacks one of them.
 */
export function officialAsRecorded(
  { subjectKeyHash, photo, ...told }: RecordedOfficial,
  row: Official,
  { digest }: Pick<Primitives, 'digest'>,
): Official | undefined {
  const { subjectKey, acts, registeredLeaf } = row;
  if (told.id !== row.id || !(subjectKey instanceof Uint8Array)) return undefined;
  if (!equal(digest('SHA-256', subjectKey), subjectKeyHash)) return undefined;
  // Letters and credentials count as acts too, and leave the record alone.
  if (!Number.isSafeInteger(acts) || acts < told.acts) return undefined;
  const source = row.photo?.sourceSha256;
  // Without it, the same file counts for another one.
  const sourceSha256 =
    source instanceof Uint8Array && source.length === HASH_BYTES ? source : new Uint8Array(HASH_BYTES);
  return { ...told, ...(photo && { photo: { ...photo, sourceSha256 } }), subjectKey, acts, registeredLeaf };
}

/** The unit in the record of a leaf; undefined for a record that we never wrote. */
export function unitOfRecord(record: readonly CborValue[]): Unit | undefined {
  const [version, act, ...items] = record;
  if (version !== 1 || act !== 'unit/set' || items.length !== UNIT.length) return undefined;
  const [code, name, since, phone, address, parent] = items;
  const [own, text, coveredSince] = [unitOf(code), textOf(name), dayOf(since)];
  const rest = allOf(
    optional('phone', phone, textOf),
    optional('address', address, textOf),
    optional('parent', parent, unitOf),
  );
  if (own === undefined || text === undefined || coveredSince === undefined || !rest) return undefined;
  return { code: own, name: text, coveredSince, ...rest };
}
