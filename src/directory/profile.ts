import { encodeCbor, decodeCbor, type CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { parseDay, type CalendarDay } from '../core/time.ts';
import type { DirectoryCode } from './code.ts';
import { FIELD_LIMITS } from './fields.ts';
import { parseOfficialId, type OfficialFields, type OfficialId } from './official.ts';
import { readText } from './text.ts';
import { parseUnitCode, type UnitCode } from './unit.ts';

/** What a credential binds by hash and anybody may read: docs/formats/public-profile.md. */
export interface PublicProfile extends Omit<OfficialFields, 'name' | 'contact'> {
  readonly id: OfficialId;
  /** Absent for a reserved official. */
  readonly name?: string;
  /** SHA-256 of the photo and of its thumbnail; absent without one and for a reserved official. */
  readonly photo?: { readonly sha256: Uint8Array; readonly thumbnailSha256: Uint8Array };
  /** Where the status list speaks of the credential that binds this profile. */
  readonly statusIndex?: number;
}

/** An encoded profile is never larger: 80 texts at their limits. */
export const MAX_PROFILE_BYTES = 120_000;

/** What a profile is made from. */
export type ProfileFields = Omit<OfficialFields, 'contact'> & {
  readonly id: OfficialId;
  readonly photo?: { readonly sha256: Uint8Array; readonly thumbnailSha256: Uint8Array };
};

/** The profile of `official`, for a credential whose status stands at `statusIndex`. */
export function publicProfile(official: ProfileFields, statusIndex?: number): PublicProfile {
  const { id, name, post, unit, powers, mayAsk, neverAsks, validFrom, validUntil, publication, photo } = official;
  const shown = publication.state === 'public';
  return {
    id,
    ...(shown && { name }),
    post,
    unit,
    powers,
    mayAsk,
    neverAsks,
    validFrom,
    ...(validUntil !== undefined && { validUntil }),
    publication,
    ...(shown && photo && { photo: { sha256: photo.sha256, thumbnailSha256: photo.thumbnailSha256 } }),
    ...(statusIndex !== undefined && { statusIndex }),
  };
}

/** The deterministic CBOR whose SHA-256 a certificate carries. */
export function encodeProfile(profile: PublicProfile): Uint8Array {
  return encodeCbor([
    1,
    'official/profile',
    profile.id,
    profile.name ?? null,
    profile.post,
    profile.unit,
    profile.powers,
    profile.mayAsk,
    profile.neverAsks,
    profile.validFrom,
    profile.validUntil ?? null,
    profile.publication.state === 'public' ? null : profile.publication.legalGround,
    profile.photo ? [profile.photo.sha256, profile.photo.thumbnailSha256] : null,
    profile.statusIndex ?? null,
  ]);
}

/** SHA-256 of the encoded profile. */
export function profileHash(primitives: Pick<Primitives, 'digest'>, profile: PublicProfile): Uint8Array {
  return primitives.digest('SHA-256', encodeProfile(profile));
}

function malformed(what: string): never {
  throw new Refusal<DirectoryCode>('directory/profile-malformed', what);
}

function textIn(value: CborValue | undefined, max: number): string {
  if (typeof value !== 'string') malformed('a text is missing');
  const read = readText(value, { max });
  return 'text' in read && read.text === value ? value : malformed('a text that is not in its stored form');
}

function textsIn(value: CborValue | undefined, { items, max }: { items: number; max: number }): readonly string[] {
  if (!Array.isArray(value) || value.length > items) malformed('a list is missing or too long');
  return (value as readonly CborValue[]).map((item) => textIn(item, max));
}

function dayIn(value: CborValue | undefined): CalendarDay {
  return (typeof value === 'string' ? parseDay(value) : undefined) ?? malformed('a day is missing');
}

function hashIn(value: CborValue | undefined): Uint8Array {
  return value instanceof Uint8Array && value.length === 32 ? value : malformed('a photo hash of another length');
}

/**
 * The profile in `bytes`, which have exactly one meaning and one spelling.
 * @throws Refusal 'directory/profile-malformed'
 */
export function decodeProfile(bytes: Uint8Array): PublicProfile {
  if (bytes.length > MAX_PROFILE_BYTES) malformed('too long');
  const value = decoded(bytes);
  if (!Array.isArray(value) || value.length !== 14) malformed('not a profile of version 1');
  const [version, noun, id, name, post, unit, powers, mayAsk, neverAsks, from, until, ground, photo, status] =
    value as readonly CborValue[];
  if (version !== 1 || noun !== 'official/profile') malformed('not a profile of version 1');
  if (typeof id !== 'string' || parseOfficialId(id) !== id) malformed('an id that is none');
  if (typeof unit !== 'string' || parseUnitCode(unit) !== unit) malformed('a unit code that is none');
  if (status !== null && (typeof status !== 'number' || status < 0)) malformed('a status index that is none');
  // Nobody is both named and reserved, or neither.
  if ((name === null) !== (ground !== null)) malformed('named although reserved, or nameless although public');
  if (ground !== null && photo !== null) malformed('a photo of a reserved official');
  if (photo !== null && (!Array.isArray(photo) || photo.length !== 2)) malformed('a photo that is not two hashes');
  const hashes = photo as readonly CborValue[] | null;
  return {
    id: id as OfficialId,
    ...(name !== null && { name: textIn(name, FIELD_LIMITS.name) }),
    post: textIn(post, FIELD_LIMITS.post),
    unit: unit as UnitCode,
    powers: textsIn(powers, FIELD_LIMITS.powers),
    mayAsk: textsIn(mayAsk, FIELD_LIMITS.mayAsk),
    neverAsks: textsIn(neverAsks, FIELD_LIMITS.neverAsks),
    validFrom: dayIn(from),
    ...(until !== null && { validUntil: dayIn(until) }),
    publication:
      ground === null
        ? { state: 'public' }
        : { state: 'reserved', legalGround: textIn(ground, FIELD_LIMITS.legalGround) },
    ...(hashes && { photo: { sha256: hashIn(hashes[0]), thumbnailSha256: hashIn(hashes[1]) } }),
    ...(status !== null && { statusIndex: status as number }),
  };
}

function decoded(bytes: Uint8Array): CborValue {
  try {
    return decodeCbor(bytes, { maxDepth: 3, maxItems: 120 });
  } catch (error) {
    if (error instanceof Refusal) malformed(error.message);
    throw error;
  }
}
