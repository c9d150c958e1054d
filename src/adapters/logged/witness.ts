import { cardGuidOf } from '../../authority/card-name.ts';
import { readCertificate, readCertificateBody } from '../../authority/certificate.ts';
import { equal, toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { unixSeconds, type UnixSeconds } from '../../core/time.ts';
import { kindOfBody } from '../../credential/body.ts';
import {
  AUTHORITY_OF,
  REVOCATION_REASONS,
  type Credential,
  type RevocationReason,
} from '../../credential/credential.ts';
import { voidFromRecord } from '../../credential/replay.ts';
import { intentRecord } from '../../credential/record.ts';
import type { Official } from '../../directory/official.ts';
import { mandateOfRecord, officialOfRecord, type RecordedMandate } from '../../directory/replay.ts';
import { isActOf, mayBeAbout } from '../../log/act-shape.ts';
import { readRecord } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Reference } from '../../log/remembered.ts';
import { holdsOfRow, openedLeaf, vouchesFor, type VouchingLog } from '../../log/vouch.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import { claimsOf, intentRecord as letterIntent } from '../../oficio/register.ts';
import { encodeClaims } from '../../seal/seal.ts';
import type { WitnessLog } from './first-leaves.ts';
import { subjectOf } from './subject.ts';

/*
 * What the log says where somebody may have edited rows: a few look-ups for one question, not an audit. Leaves come from
 * what this process has itself read and hashed, so a changed entry or a lying index is refused, not believed.
 */

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst'>;
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
    else if (
      record &&
      isActOf(act.kind, record) &&
      isOfficialOrOther(record) &&
      (await isOfItsNoun(log, record, index, primitives))
    ) {
      told.push({ ...act, record });
    }
  }
  return told;
}

/** What says something of an official says all that we write. */
function isOfficialOrOther(record: readonly CborValue[]): boolean {
  const [, act] = record;
  return typeof act !== 'string' || !act.startsWith('official/') || officialOfRecord(record) !== undefined;
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
  return !own || (own.noun === named.noun && own.key === named.key);
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

/**
 * Whether the leaf of the letter's intent commits to all that its row says of it. The signature's leaf names the
 * intent's, so that a row cannot choose another.
 */
export async function agreesWithIntent(log: Log, oficio: Oficio, primitives: Commitments): Promise<boolean> {
  const { signedLeaf, intentLeaf } = oficio;
  const signed = signedLeaf === undefined ? undefined : await log.leaf(signedLeaf);
  // A leaf that is not there is for the verifier to find out.
  if (signed && signed.ref !== intentLeaf) return false;
  const record = (): Uint8Array => letterIntent(oficio, encodeClaims(claimsOf(oficio)));
  return (await log.isFirst(intentLeaf)) && vouchesFor(log, intentLeaf, LeafKind.oficioIntent, record, primitives);
}

/** The letter with the signature that the log has of it, or without one, whatever its row says of that. */
export async function withLoggedSignature(log: Log, oficio: Oficio, primitives: Commitments): Promise<Oficio> {
  const { signedLeaf: _, state, ...draft } = oficio;
  const isEnded = state === 'cancelled' || state === 'replaced';
  const leaf = await firstOutcome(log, oficio.intentLeaf, LeafKind.oficioSigned, primitives);
  if (leaf === undefined) return { ...draft, state: isEnded ? state : 'sealed' };
  const letter: Oficio = { ...draft, signedLeaf: leaf, state: isEnded ? state : 'signed' };
  const [, , , , byteRangeDigest, certificateDigest] = (await openedRecord(log, leaf, primitives)) ?? [];
  const salt = (await log.opening(leaf))?.salt;
  if (!(byteRangeDigest instanceof Uint8Array && certificateDigest instanceof Uint8Array && salt)) return letter;
  return { ...letter, salt, byteRangeDigest, certificateDigest };
}

/** The end of a letter as the log has it, and what its record tells, where that can still be read. */
export interface LoggedEnd {
  readonly state: 'cancelled' | 'replaced';
  readonly at?: UnixSeconds;
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
  const [, , , at, , replacedBy] = end.record ?? [];
  return {
    state: end.kind === LeafKind.oficioCancelled ? 'cancelled' : 'replaced',
    ...(typeof at === 'number' && { at: unixSeconds(at) }),
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
  let status: LoggedStatus | undefined;
  for (const { index, kind, record } of await actsAbout(log, leaf, primitives)) {
    if (index >= (before ?? Infinity)) break;
    const time = record?.[4];
    const at = typeof time === 'number' ? { at: unixSeconds(time) } : {};
    if (kind === LeafKind.credentialResumed) {
      // What lifts a suspension has to be read; what makes it graver counts unread.
      if (record && status?.state === 'suspended') status = undefined;
      continue;
    }
    if (kind === LeafKind.credentialSuspended) status ??= { state: 'suspended', leaf: index, ...at };
    if (kind !== LeafKind.credentialRevoked) continue;
    const reason = Object.entries(REVOCATION_REASONS).find(([, number]) => number === record?.[5])?.[0];
    // A revocation whose opening is gone voids everything: who erased it may have had a reason.
    const from = record ? (voidFromRecord(record, serial) ?? index) : 0;
    status = {
      state: 'revoked',
      leaf: index,
      ...at,
      ...(reason !== undefined && { reason: reason as RevocationReason }),
      voidFrom: Math.min(from, status?.voidFrom ?? Infinity),
    };
  }
  return status;
}

/**
 * Whether the leaf that the row names is the one that issued this serial number to this person, of this kind: it is the first
 * that refers to the intent, which commits to them.
 */
export async function isIssuedAsRecorded(log: Log, credential: Credential, primitives: Commitments): Promise<boolean> {
  const { issuedLeaf, intentLeaf } = credential;
  const first = await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives);
  if (issuedLeaf === undefined || issuedLeaf !== first) return false;
  return isPreparedAsRecorded(log, credential, primitives);
}

/**
 * Whether the certificate is the one whose body was recorded, under its own number: another's counts for nobody. What it is
 * for, and whether its key is on a card, is in its body.
 */
function isCertificateOf({ certificate, serial, tbs, kind, authority, card, keyPlace }: Credential): boolean {
  return holdsOfRow(() => {
    const read = certificate ? readCertificate(certificate) : readCertificateBody(tbs);
    const isOnCard = cardGuidOf(read) !== undefined;
    return (
      toHex(read.serial.bytes) === serial &&
      equal(read.tbs, tbs) &&
      kind === kindOfBody(read, authority) &&
      isOnCard === (card !== undefined) &&
      isOnCard === (keyPlace === 'card')
    );
  });
}

/** Whether the leaf that the row names prepared this credential, as the row has it. */
export async function isPreparedAsRecorded(
  log: Log,
  credential: Credential,
  primitives: Commitments,
): Promise<boolean> {
  const { intentLeaf, authority, kind } = credential;
  if (authority !== AUTHORITY_OF[kind] || !isCertificateOf(credential)) return false;
  if (!(await log.isFirst(intentLeaf))) return false;
  return vouchesFor(log, intentLeaf, LeafKind.credentialIntent, () => intentRecord(credential), primitives);
}

/** The leaf that tells last, before leaf `before`, how an official stands; undefined where none registered them by then. */
export async function lastOfOfficial(
  log: Log,
  { registeredLeaf }: Pick<Official, 'registeredLeaf'>,
  primitives: Commitments,
  before: number = Infinity,
): Promise<{ readonly leaf: number; readonly isEnd: boolean } | undefined> {
  const isRegistration = (await log.leaf(registeredLeaf))?.kind === LeafKind.officialRegistered;
  if (registeredLeaf >= before || !isRegistration || !(await log.isFirst(registeredLeaf))) return undefined;
  const acts = (await toldAbout(log, registeredLeaf, primitives)).filter(({ index }) => index < before);
  // The last one: an end may be said again until its day has come. A change does not bring anybody back.
  const end = acts.findLast(({ kind }) => kind === LeafKind.officialEnded);
  const last = end ?? acts.findLast(({ kind }) => kind === LeafKind.officialChanged);
  return { leaf: last?.index ?? registeredLeaf, isEnd: end !== undefined };
}

/**
 * From when to when an official holds the post, as the last leaf about them has it: a row may be made to last longer.
 * `ended` where only that it ended is known, undefined where nothing vouches for the row.
 */
export async function loggedMandate(
  log: Log,
  official: Pick<Official, 'id' | 'registeredLeaf'>,
  primitives: Commitments,
): Promise<RecordedMandate | 'ended' | undefined> {
  const last = await lastOfOfficial(log, official, primitives);
  const record = last && (await openedRecord(log, last.leaf, primitives));
  const mandate = record && mandateOfRecord(record);
  if (!mandate) return last?.isEnd ? 'ended' : undefined;
  return mandate.id === official.id ? mandate : undefined;
}
