import type { CborValue } from '../core/cbor.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { unixSeconds, type UnixSeconds } from '../core/time.ts';
import { REVOCATION_REASONS, type Credential, type RevocationReason } from '../credential/credential.ts';
import { voidFromRecord } from '../credential/replay.ts';
import { intentRecord } from '../credential/record.ts';
import type { Ended, Official } from '../directory/official.ts';
import { endedOfRecord } from '../directory/replay.ts';
import { readRecord } from '../log/claim.ts';
import { decodeLeaf, LeafKind, openLeaf, type Leaf } from '../log/leaf.ts';
import type { LogReader } from '../log/ledger.ts';
import type { Oficio } from '../oficio/oficio.ts';
import { claimsOf, intentRecord as letterIntent } from '../oficio/register.ts';
import { encodeClaims } from '../seal/seal.ts';

/*
 * What the log says where somebody may have edited rows: a few look-ups for one question, not an audit. Whoever also edits
 * the log is found by its checkpoints.
 */

type Log = Pick<LogReader, 'entries' | 'opening' | 'referring'>;
type Commitments = Pick<Primitives, 'hmac'>;

async function leafAt(log: Log, index: number): Promise<Leaf | undefined> {
  const [row] = await log.entries(index, index + 1);
  return row && readLeaf(row.entry);
}

function readLeaf(entry: Uint8Array): Leaf | undefined {
  try {
    return decodeLeaf(entry);
  } catch (error) {
    if (isRefusal(error, 'log/leaf-malformed')) return undefined;
    throw error;
  }
}

/** The record of a leaf, if it is kept and is what the leaf commits to. */
async function openedRecord(
  log: Log,
  index: number,
  entry: Uint8Array,
  primitives: Commitments,
): Promise<readonly CborValue[] | undefined> {
  const opening = await log.opening(index);
  const leaf = readLeaf(entry);
  return opening && leaf && openLeaf(leaf, opening, primitives) ? readRecord(opening.record) : undefined;
}

/**
 * Whether the leaf of the letter's intent commits to all that its row says of it. Without its opening nothing vouches for
 * the row any more, so it counts for nothing. The signature's leaf names the intent's, so that a row cannot choose another.
 */
export async function agreesWithIntent(log: Log, oficio: Oficio, primitives: Commitments): Promise<boolean> {
  const { signedLeaf, intentLeaf } = oficio;
  const signed = signedLeaf === undefined ? undefined : await leafAt(log, signedLeaf);
  // A leaf that is not there is for the verifier to find out.
  if (signed && signed.ref !== intentLeaf) return false;
  const leaf = await leafAt(log, intentLeaf);
  if (leaf?.kind !== LeafKind.oficioIntent) return false;
  const opening = await log.opening(intentLeaf);
  if (!opening) return false;
  try {
    const record = letterIntent(oficio, encodeClaims(claimsOf(oficio)));
    return openLeaf(leaf, { record, salt: opening.salt }, primitives);
  } catch (error) {
    // Values that no letter has.
    if (isRefusal(error) || error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
}

/** The end of a letter as the log has it, and when, where that can still be read. */
export interface LoggedEnd {
  readonly state: 'cancelled' | 'replaced';
  readonly at?: UnixSeconds;
}

export async function loggedEnd(log: Log, oficio: Oficio, primitives: Commitments): Promise<LoggedEnd | undefined> {
  for (const { index, entry } of await log.referring(oficio.signedLeaf ?? oficio.intentLeaf)) {
    const kind = readLeaf(entry)?.kind;
    if (kind !== LeafKind.oficioCancelled && kind !== LeafKind.oficioReplaced) continue;
    const at = (await openedRecord(log, index, entry, primitives))?.[3];
    const state = kind === LeafKind.oficioCancelled ? 'cancelled' : 'replaced';
    return { state, ...(typeof at === 'number' && { at: unixSeconds(at) }) };
  }
  return undefined;
}

/** The status of a credential as the log has it. */
export interface LoggedStatus {
  readonly state: 'revoked' | 'suspended';
  readonly at?: UnixSeconds;
  readonly reason?: RevocationReason;
  /** From which leaf on acts with the key are void; only of a revoked one. */
  readonly voidFrom?: number;
}

export async function loggedStatus(
  log: Log,
  credential: Credential,
  primitives: Commitments,
): Promise<LoggedStatus | undefined> {
  let status: LoggedStatus | undefined;
  for (const { index, entry } of await log.referring(credential.issuedLeaf ?? credential.intentLeaf)) {
    const kind = readLeaf(entry)?.kind;
    if (kind === LeafKind.credentialResumed && status?.state === 'suspended') status = undefined;
    if (kind !== LeafKind.credentialSuspended && kind !== LeafKind.credentialRevoked) continue;
    const record = await openedRecord(log, index, entry, primitives);
    const at = typeof record?.[4] === 'number' ? { at: unixSeconds(record[4]) } : {};
    if (kind === LeafKind.credentialSuspended) {
      status ??= { state: 'suspended', ...at };
      continue;
    }
    const reason = Object.entries(REVOCATION_REASONS).find(([, number]) => number === record?.[5])?.[0];
    // A revocation whose opening is gone voids everything: who erased it may have had a reason.
    const from = record ? (voidFromRecord(record, credential.serial) ?? index) : 0;
    status = {
      state: 'revoked',
      ...at,
      ...(reason !== undefined && { reason: reason as RevocationReason }),
      voidFrom: Math.min(from, status?.voidFrom ?? Infinity),
    };
  }
  return status;
}

/**
 * Whether the leaf that the row names issued this serial number to this person: its reference leads to the intent, which
 * commits to both. True also where the intent's opening was erased.
 */
export async function isIssuedAsRecorded(log: Log, credential: Credential, primitives: Commitments): Promise<boolean> {
  const { issuedLeaf, intentLeaf } = credential;
  const issued = issuedLeaf === undefined ? undefined : await leafAt(log, issuedLeaf);
  if (issued?.kind !== LeafKind.credentialIssued || issued.ref !== intentLeaf) return false;
  const intent = await leafAt(log, intentLeaf);
  if (!intent) return false;
  const opening = await log.opening(intentLeaf);
  return !opening || openLeaf(intent, { record: intentRecord(credential), salt: opening.salt }, primitives);
}

/** How the time of an official ended, as the log has it; `unreadable` where only that it ended is known. */
export async function loggedOfficialEnd(
  log: Log,
  official: Official,
  primitives: Commitments,
): Promise<Ended | 'unreadable' | undefined> {
  for (const { index, entry } of await log.referring(official.registeredLeaf)) {
    if (readLeaf(entry)?.kind !== LeafKind.officialEnded) continue;
    const record = await openedRecord(log, index, entry, primitives);
    return (record && endedOfRecord(record)) ?? 'unreadable';
  }
  return undefined;
}
