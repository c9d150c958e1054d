import { toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isSame } from '../../core/same.ts';
import { unixSeconds, type UnixSeconds } from '../../core/time.ts';
import { REVOCATION_REASONS, type RevocationReason } from '../../credential/credential.ts';
import { voidFromRecord } from '../../credential/replay.ts';
import type { Official } from '../../directory/official.ts';
import { officialOfRecord, type RecordedOfficial } from '../../directory/replay.ts';
import { isActOf, mayBeAbout } from '../../log/act-shape.ts';
import { readRecord } from '../../log/record.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Reference } from '../../log/remembered.ts';
import { openedLeaf, openingMissing, type VouchingLog } from '../../log/vouch.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import type { WitnessLog } from './first-leaves.ts';
import { subjectOf } from './subject.ts';

/*
 * What the log says where somebody may have edited rows: a few look-ups for one question, not an audit. Leaves come from
 * what this process has itself read and hashed, so a changed entry or a lying index is refused, not believed.
 */

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;
type Commitments = Pick<Primitives, 'hmac'>;

/** The record of a leaf, if it is kept and is what the leaf commits to. */
export async function openedRecord(
  log: VouchingLog,
  index: number,
  primitives: Commitments,
): Promise<readonly CborValue[] | undefined> {
  const opened = await openedLeaf(log, index, primitives);
  return opened && readRecord(opened.record);
}

/** A leaf about another one, and its record where that is still kept. */
export interface ToldAct extends Reference {
  readonly record?: readonly CborValue[];
}

/**
 * The leaves that are about leaf `index`, in order. One whose record is gone counts unread: who erased it may have had a
 * reason. One that opens to something else than an act of its kind was appended by somebody else, and says nothing.
 */
export async function toldAbout(log: Log, index: number, primitives: Commitments): Promise<readonly ToldAct[]> {
  const about = await log.leaf(index);
  const told: ToldAct[] = [];
  for (const act of await log.referring(index)) {
    if (!mayBeAbout(act.kind, about?.kind)) continue;
    const opened = await openedLeaf(log, act.index, primitives);
    const record = opened && readRecord(opened.record);
    if (!opened) told.push(act);
    else if (record && isOurAct(act.kind, record) && (await isOfItsNoun(log, record, index, primitives))) {
      told.push({ ...act, record });
    }
  }
  return told;
}

/** The kinds of leaves about officials. */
export const OFFICIAL_KINDS: readonly LeafKind[] = [
  LeafKind.officialRegistered,
  LeafKind.officialChanged,
  LeafKind.officialEnded,
];

/** Whether we write such a record into leaves of this kind: of an official, with all that is said of one. */
export function isOurAct(kind: LeafKind, record: readonly CborValue[]): boolean {
  const isOfficial = OFFICIAL_KINDS.includes(kind);
  return isActOf(kind, record) && (!isOfficial || officialOfRecord(record) !== undefined);
}

/** Whether a record that names its noun names the one that leaf `index`, which it is about, is of. */
async function isOfItsNoun(
  log: Log,
  record: readonly CborValue[],
  index: number,
  primitives: Commitments,
): Promise<boolean> {
  const named = subjectOf(record);
  if (!named) return true;
  const about = await log.leaf(index);
  const first = about?.kind === LeafKind.credentialIssued ? about.ref : index;
  const recorded = first === undefined ? undefined : await openedRecord(log, first, primitives);
  const own = recorded && subjectOf(recorded);
  // Of what was erased, or is of nobody, nothing is known.
  return !own || isSame(own.of ?? own, named.of ?? named);
}

/** The first leaf of this kind about leaf `index`: later ones were appended by somebody else, and shake off nothing. */
export async function firstOutcome(
  log: Log,
  index: number,
  kind: LeafKind,
  primitives: Commitments,
): Promise<number | undefined> {
  return (await toldAbout(log, index, primitives)).find((act) => act.kind === kind)?.index;
}

/** The letter with the signature that the log has of it, or without one, whatever its row says of that; ends apart. */
export async function withLoggedSignature(log: Log, oficio: Oficio, primitives: Commitments): Promise<Oficio> {
  const { signedLeaf: _, byteRangeDigest: _range, certificateDigest: _certificate, ...draft } = oficio;
  const leaf = await firstOutcome(log, oficio.intentLeaf, LeafKind.oficioSigned, primitives);
  if (leaf === undefined) return { ...draft, state: 'sealed' };
  const letter: Oficio = { ...draft, signedLeaf: leaf, state: 'signed' };
  const [, , , , byteRangeDigest, certificateDigest] = (await openedRecord(log, leaf, primitives)) ?? [];
  const salt = (await log.opening(leaf))?.salt;
  if (!(byteRangeDigest instanceof Uint8Array && certificateDigest instanceof Uint8Array && salt)) return letter;
  return { ...letter, salt, byteRangeDigest, certificateDigest };
}

/** The end of a letter as the log has it, and what its record tells, where that can still be read. */
export interface LoggedEnd {
  readonly state: 'cancelled' | 'replaced';
  /** The leaf that says so. */
  readonly leaf: number;
  readonly at?: UnixSeconds;
  readonly reason?: string;
  /** Id of the letter that replaces it. */
  readonly replacedBy?: string;
}

/** An end refers to the signature, that of a draft to the intent; which of them exist is not for the row to say. */
export async function loggedEnd(
  log: Log,
  { intentLeaf }: Pick<Oficio, 'intentLeaf'>,
  primitives: Commitments,
): Promise<LoggedEnd | undefined> {
  const acts = [...(await toldAbout(log, intentLeaf, primitives))];
  for (const { index, kind } of [...acts]) {
    if (kind === LeafKind.oficioSigned) acts.push(...(await toldAbout(log, index, primitives)));
  }
  acts.sort((a, b) => a.index - b.index);
  const end = acts.find(({ kind }) => kind === LeafKind.oficioCancelled || kind === LeafKind.oficioReplaced);
  if (!end) return undefined;
  const [, , , at, reason, replacedBy] = end.record ?? [];
  return {
    state: end.kind === LeafKind.oficioCancelled ? 'cancelled' : 'replaced',
    leaf: end.index,
    ...(typeof at === 'number' && { at: unixSeconds(at) }),
    ...(typeof reason === 'string' && { reason }),
    ...(replacedBy instanceof Uint8Array && { replacedBy: toHex(replacedBy) }),
  };
}

/** The status of a credential as the log has it. */
export interface LoggedStatus {
  readonly state: 'revoked' | 'suspended';
  /** The leaf that said so last. */
  readonly leaf: number;
  readonly at?: UnixSeconds;
  readonly reason?: RevocationReason;
  /** From which leaf on acts with the key are void; only of a revoked one. */
  readonly voidFrom?: number;
  /** From which leaf on the key was in other hands, where a revocation says so. */
  readonly compromisedFrom?: number;
  /**
   * A leaf that nobody can read any more: a resumption of what is `suspended`, which counts or does not; a revocation, which may have
   * said of acts before it that they are void.
   */
  readonly unread?: number;
}

/**
 * The leaves that refer to an intent or to an outcome of it, in order: what is only prepared is revoked by its intent,
 * and no second outcome shakes off what was said of the first.
 */
async function actsAbout(log: Log, leaf: number, primitives: Commitments): Promise<readonly ToldAct[]> {
  const own = await log.leaf(leaf);
  const intent = own?.kind === LeafKind.credentialIssued && own.ref !== undefined ? own.ref : leaf;
  const acts = [...(await toldAbout(log, intent, primitives))];
  for (const { index, kind } of [...acts]) {
    if (kind === LeafKind.credentialIssued) acts.push(...(await toldAbout(log, index, primitives)));
  }
  return acts.toSorted((a, b) => a.index - b.index);
}

/**
 * @param leaf that of its issuance or intent: acts about it refer to either
 * @param before what was said from this leaf on is left out
 */
export async function loggedStatus(
  log: Log,
  leaf: number,
  serial: string,
  primitives: Commitments,
  before?: number,
): Promise<LoggedStatus | undefined> {
  return (await loggedStanding(log, leaf, serial, primitives, before)).status;
}

/** The same with the leaf that changed it last: also one that resumed it. */
export async function loggedStanding(
  log: Log,
  leaf: number,
  serial: string,
  primitives: Commitments,
  before: number = Infinity,
): Promise<{ readonly status?: LoggedStatus; readonly leaf?: number }> {
  let status: LoggedStatus | undefined;
  let last: number | undefined;
  for (const { index, kind, record } of await actsAbout(log, leaf, primitives)) {
    if (index >= before) break;
    if (kind === LeafKind.credentialIssued) continue;
    const next = statusAfter(status, index, kind, record, serial);
    if (next === status) continue;
    status = next;
    last = index;
  }
  return { ...(status && { status }), ...(last !== undefined && { leaf: last }) };
}

/** What makes a status graver counts unread, from its leaf on; what lifts one, or reaches back, has to be read. */
function statusAfter(
  status: LoggedStatus | undefined,
  leaf: number,
  kind: LeafKind,
  record: readonly CborValue[] | undefined,
  serial: string,
): LoggedStatus | undefined {
  if (kind === LeafKind.credentialResumed) {
    if (status?.state !== 'suspended') return status;
    return record ? undefined : { ...status, unread: status.unread ?? leaf };
  }
  const time = record?.[4];
  const at = typeof time === 'number' ? { at: unixSeconds(time) } : {};
  if (kind === LeafKind.credentialSuspended) {
    // Resumed or not in between, it is suspended now.
    const isNew = !status || (status.state === 'suspended' && status.unread !== undefined);
    return isNew ? { state: 'suspended', leaf, ...at } : status;
  }
  if (kind !== LeafKind.credentialRevoked) return status;
  const reason = Object.entries(REVOCATION_REASONS).find(([, number]) => number === record?.[5])?.[0];
  const compromised = record && voidFromRecord(record, serial);
  const unread = (status?.state === 'revoked' ? status.unread : undefined) ?? (record ? undefined : leaf);
  const stolen = Math.min(compromised ?? Infinity, status?.compromisedFrom ?? Infinity);
  return {
    state: 'revoked',
    leaf,
    ...at,
    ...(reason !== undefined && { reason: reason as RevocationReason }),
    voidFrom: Math.min(compromised ?? leaf, status?.voidFrom ?? Infinity),
    ...(stolen !== Infinity && { compromisedFrom: stolen }),
    ...(unread !== undefined && { unread }),
  };
}

/**
 * Whether a status suspends, of which nobody is told that it does where its resumption may only have been erased.
 * @throws Refusal `log/opening-missing`
 */
export function isSuspended(status: LoggedStatus | undefined): boolean {
  if (status?.state !== 'suspended') return false;
  return status.unread === undefined || openingMissing(status.unread);
}

/**
 * The leaf that tells last, before leaf `before`, how an official stands, and its record; undefined where none registered them by
 * then. A change does not bring anybody back, and no end is put off once its day has come.
 */
export async function lastOfOfficial(
  log: Log,
  { registeredLeaf }: Pick<Official, 'registeredLeaf'>,
  primitives: Commitments,
  before: number = Infinity,
): Promise<LastOfOfficial | undefined> {
  const isRegistration = (await log.leaf(registeredLeaf))?.kind === LeafKind.officialRegistered;
  if (registeredLeaf >= before || !isRegistration || !(await log.isFirst(registeredLeaf))) return undefined;
  const acts = (await toldAbout(log, registeredLeaf, primitives)).filter(({ index }) => index < before);
  let end: LastOfOfficial | undefined;
  for (const act of acts) if (act.kind === LeafKind.officialEnded) end = await laterEnd(log, end, endOf(act));
  if (end) return end;
  const change = acts.findLast(({ kind }) => kind === LeafKind.officialChanged);
  const record = change ? change.record : await openedRecord(log, registeredLeaf, primitives);
  const recorded = record && officialOfRecord(record);
  return { leaf: change?.index ?? registeredLeaf, isEnd: false, ...(recorded && { recorded }) };
}

/** What an official is by the last leaf about them; without `recorded` where nobody can read it any more. */
export interface LastOfOfficial {
  readonly leaf: number;
  readonly isEnd: boolean;
  readonly recorded?: RecordedOfficial;
}

function endOf({ index, record }: ToldAct): LastOfOfficial {
  const recorded = record && officialOfRecord(record);
  return { leaf: index, isEnd: true, ...(recorded && { recorded }) };
}

/**
 * Of two ends that were said one after the other the one that counts: until its day has come, an end may be said again. Of two of which
 * one cannot be read any more nobody knows which.
 */
async function laterEnd(log: Log, first: LastOfOfficial | undefined, second: LastOfOfficial): Promise<LastOfOfficial> {
  const [before, after] = [first?.recorded?.ended?.on, second.recorded?.ended?.on];
  if (first && before === undefined) return first;
  if (!first || before === undefined || after === undefined || after <= before) return second;
  return (await log.hasCome(before, second.leaf)) ? first : second;
}
