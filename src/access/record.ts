import { fromHex, toHex } from '../core/bytes.ts';
import { decodeCbor, encodeCbor, type CborValue } from '../core/cbor.ts';
import { isRefusal } from '../core/refusal.ts';
import { isTime, type UnixSeconds } from '../core/time.ts';
import { parseOfficialId } from '../directory/official.ts';
import { PERSON_ID_BYTES, type Enrolment, type PersonId } from './person.ts';
import { MAX_GRANTS, readGrant, type RoleGrant } from './role.ts';

/*
 * What the leaves of access commit to (docs/formats/evidence.md). Whoever judges an act reads these, also from a register
 * that lies: each is one deterministic encoding, and what is not exactly that says nothing.
 */

export const MAX_NAME = 160;
const MAX_KEY_BYTES = 1100;
const MIN_CREDENTIAL_ID = 16;
const MAX_CREDENTIAL_ID = 1023;

/** Why somebody, or one passkey, acts no more. */
export const ACCESS_END_REASONS = ['left', 'dismissed', 'lost', 'stolen', 'replaced', 'mistake'] as const;
export type AccessEndReason = (typeof ACCESS_END_REASONS)[number];

export function enrolledRecord({ person, name, official, key, credentialId }: Enrolment): Uint8Array {
  return encodeCbor([1, 'access/enrolled', fromHex(person)!, name, official ?? null, key, credentialId]);
}

export function rolesRecord(person: PersonId, grants: readonly RoleGrant[]): Uint8Array {
  const items = grants.map(({ role, unit, from, until }) => [role, unit ?? null, from, until ?? null]);
  return encodeCbor([1, 'access/roles-set', fromHex(person)!, items]);
}

/** `scope`: one passkey (that of the leaf that it refers to), or all of the person. */
export interface AccessEnd {
  readonly person: PersonId;
  readonly scope: 'passkey' | 'person';
  readonly at: UnixSeconds;
  readonly reason: AccessEndReason;
}

export function accessEndedRecord({ person, scope, at, reason }: AccessEnd): Uint8Array {
  return encodeCbor([1, 'access/ended', fromHex(person)!, scope, at, reason]);
}

/** The items after version and name, where the record is such an act with so many of them. */
function itemsOf(record: Uint8Array, act: string, count: number): readonly CborValue[] | undefined {
  try {
    const value = decodeCbor(record, { maxDepth: 3, maxItems: 8 * MAX_GRANTS });
    if (!Array.isArray(value)) return undefined;
    const [version, name, ...items] = value as readonly CborValue[];
    return version === 1 && name === act && items.length === count ? items : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function personOf(value: CborValue | undefined): PersonId | undefined {
  return value instanceof Uint8Array && value.length === PERSON_ID_BYTES ? (toHex(value) as PersonId) : undefined;
}

function isBytes(value: CborValue | undefined, least: number, most: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= least && value.length <= most;
}

/** `undefined` for what is no enrolment as we write it. */
export function readEnrolled(record: Uint8Array): Enrolment | undefined {
  const [person, name, official, key, credentialId] = itemsOf(record, 'access/enrolled', 5) ?? [];
  const id = personOf(person);
  const who = typeof official === 'string' ? parseOfficialId(official) : undefined;
  if (id === undefined || typeof name !== 'string' || name === '' || name.length > MAX_NAME) return undefined;
  if (official !== null && (who === undefined || who !== official)) return undefined;
  if (!isBytes(key, 1, MAX_KEY_BYTES) || !isBytes(credentialId, MIN_CREDENTIAL_ID, MAX_CREDENTIAL_ID)) return undefined;
  return { person: id, name, ...(who !== undefined && { official: who }), key, credentialId };
}

export function readRoles(
  record: Uint8Array,
): { readonly person: PersonId; readonly grants: readonly RoleGrant[] } | undefined {
  const [person, list] = itemsOf(record, 'access/roles-set', 2) ?? [];
  const id = personOf(person);
  if (id === undefined || !Array.isArray(list) || list.length > MAX_GRANTS) return undefined;
  const grants: RoleGrant[] = [];
  for (const item of list as readonly CborValue[]) {
    if (!Array.isArray(item) || item.length !== 4) return undefined;
    const [role, unit, from, until] = item as readonly CborValue[];
    const text = (value: CborValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
    if ([unit, until].some((value) => value !== null && typeof value !== 'string')) return undefined;
    const grant = readGrant({ role: text(role) ?? '', unit: text(unit), from: text(from) ?? '', until: text(until) });
    if (!grant) return undefined;
    grants.push(grant);
  }
  return { person: id, grants };
}

export function readAccessEnd(record: Uint8Array): AccessEnd | undefined {
  const [person, scope, at, reason] = itemsOf(record, 'access/ended', 4) ?? [];
  const id = personOf(person);
  const why = ACCESS_END_REASONS.find((one) => one === reason);
  if (id === undefined || why === undefined || typeof at !== 'number' || !isTime(at)) return undefined;
  return scope === 'passkey' || scope === 'person' ? { person: id, scope, at, reason: why } : undefined;
}
