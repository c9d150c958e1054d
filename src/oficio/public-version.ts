import type { Brand } from '../core/brand.ts';
import { fromHex, toHex } from '../core/bytes.ts';
import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { isTime, type UnixSeconds } from '../core/time.ts';
import type { OficioId } from './oficio.ts';

/** Hexadecimal of a random 64-bit number: sixteen digits. */
export type PublicVersionId = Brand<string, 'PublicVersionId'>;

/** What the leaf of a public version says. */
export interface PublicVersionRecord {
  readonly letter: OficioId;
  readonly id: PublicVersionId;
  /** When it was registered. */
  readonly at: UnixSeconds;
  /** SHA-256 of the whole file. */
  readonly sha256: Uint8Array;
  /** Bytes of the file. */
  readonly length: number;
  readonly pages: number;
  /** Norm and resolution of the committee by which parts are blacked out: published, never a name. */
  readonly ground: string;
  /** The one whose place it took. */
  readonly replaces?: PublicVersionId;
}

/**
 * A *versión pública* (Ley General de Transparencia y Acceso a la Información Pública): a letter in which the parts that are not
 * public were blacked out. A copy for reading; the letter is what was signed.
 */
export interface PublicVersion extends PublicVersionRecord {
  /** The unit of the letter. */
  readonly unit: string;
  readonly leaf: number;
  /** The leaf of the one that took its place. */
  readonly replacedLeaf?: number;
  /** That it is published no longer, and why. */
  readonly withdrawn?: { readonly at: UnixSeconds; readonly reason: string };
  readonly withdrawnLeaf?: number;
}

/** What became of one. */
export type PublicVersionState = 'current' | 'replaced' | 'withdrawn';

export function stateOfVersion({
  replacedLeaf,
  withdrawnLeaf,
}: Pick<PublicVersion, 'replacedLeaf' | 'withdrawnLeaf'>): PublicVersionState {
  if (withdrawnLeaf !== undefined) return 'withdrawn';
  return replacedLeaf === undefined ? 'current' : 'replaced';
}

/** What a leaf `oficio/public-version` commits to. */
export function publicVersionRecord(version: PublicVersionRecord): Uint8Array {
  const { letter, id, at, sha256, length, pages, ground, replaces } = version;
  const before = replaces === undefined ? null : fromHex(replaces)!;
  const ids = [fromHex(letter)!, fromHex(id)!] as const;
  return encodeCbor([1, 'oficio/public-version', ...ids, at, sha256, length, pages, ground, before]);
}

/** `undefined` for a record that we never wrote. */
export function readPublicVersion([
  ,
  act,
  letter,
  id,
  at,
  sha256,
  length,
  pages,
  ground,
  replaces,
]: readonly CborValue[]): PublicVersionRecord | undefined {
  if (act !== 'oficio/public-version' || !isId(letter) || !isId(id)) return undefined;
  if (typeof at !== 'number' || !isTime(at) || !(sha256 instanceof Uint8Array) || sha256.length !== 32) {
    return undefined;
  }
  if (typeof length !== 'number' || typeof pages !== 'number' || typeof ground !== 'string') return undefined;
  if (replaces !== null && !isId(replaces)) return undefined;
  return {
    letter: toHex(letter) as OficioId,
    id: toHex(id) as PublicVersionId,
    ...{ at, sha256, length, pages, ground },
    ...(replaces && { replaces: toHex(replaces) as PublicVersionId }),
  };
}

/** What a leaf `oficio/public-version-withdrawn` says. */
export interface Withdrawal {
  readonly letter: OficioId;
  readonly id: PublicVersionId;
  readonly at: UnixSeconds;
  readonly reason: string;
}

export function withdrawalRecord({ letter, id, at, reason }: Withdrawal): Uint8Array {
  return encodeCbor([1, 'oficio/public-version-withdrawn', fromHex(letter)!, fromHex(id)!, at, reason]);
}

/** `undefined` for a record that we never wrote. */
export function readWithdrawal([, act, letter, id, at, reason]: readonly CborValue[]): Withdrawal | undefined {
  if (act !== 'oficio/public-version-withdrawn' || !isId(letter) || !isId(id)) return undefined;
  if (typeof at !== 'number' || !isTime(at) || typeof reason !== 'string') return undefined;
  return { letter: toHex(letter) as OficioId, id: toHex(id) as PublicVersionId, at, reason };
}

function isId(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 8;
}
