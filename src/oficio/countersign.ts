/** A further official signs a letter that another one signed. */
import { readCertificate } from '../authority/certificate.ts';
import { concat, equal, toHex } from '../core/bytes.ts';
import type { SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { Credential } from '../credential/credential.ts';
import { mentionOfficial } from '../directory/mention.ts';
import { parseOfficialId } from '../directory/official.ts';
import type { LogCode } from '../log/code.ts';
import { issuerKeyId, LeafKind } from '../log/leaf.ts';
import type { Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import { newSealId } from '../seal/make.ts';
import { completeSignature } from '../signature/complete.ts';
import type { Prepared } from '../signature/prepare.ts';
import { checkCountersigned, refuseIncomparable } from './check-countersigned.ts';
import { checkVersions } from './check-versions.ts';
import { chooseSigner, isWanted, refuseKeyElsewhere, sameSigner, type SigningCredential } from './choose-signer.ts';
import {
  claimOfCountersignature,
  encodeCountersignedRecord,
  intentOfCountersignature,
  MAX_COUNTERSIGNATURES,
  type Countersignature,
  type CountersignatureId,
  type Countersignatures,
  type CountersignIntent,
} from './countersignature.ts';
import { refuseTooLong } from './complete.ts';
import { layOutCountersignature } from './lay-out-countersignature.ts';
import { letterAlgorithmOf } from './letter-algorithm.ts';
import type { Oficio, OficioCode, OficioId } from './oficio.ts';
import { refuseAlarm } from './refuse-alarm.ts';
import type { SignHalvesDeps, SignOficioDeps } from './sign.ts';
import type { FindVoid } from './void.ts';

/** What both halves of countersigning need, whoever has the key. */
export interface CountersignHalvesDeps extends Omit<SignHalvesDeps, 'sealSigner' | 'letterhead' | 'allowHttp'> {
  /** By the log. */
  countersignaturesOf(oficio: Oficio): Promise<Countersignatures>;
  readonly findVoid: FindVoid;
}

export type CountersignDeps = CountersignHalvesDeps & Pick<SignOficioDeps, 'credentialSigner' | 'gate'>;

/** What somebody asks to have countersigned. */
export interface CountersignRequest {
  readonly id: OficioId;
  /** The official who countersigns. */
  readonly signerId: string;
  /** SHA-256 of the file that they have of it: one of the versions that were recorded. */
  readonly fileDigest?: Uint8Array;
}

/** A letter with the signature that was asked for. */
export interface CountersignedOficio {
  readonly oficio: Oficio;
  readonly countersignature: Countersignature;
  /** They had countersigned it before: nothing new came to be. */
  readonly repeated: boolean;
}

/** One that was recorded, and whose signature is to be made now. */
export interface OpenCountersignature {
  readonly registered: Versioned<Oficio>;
  readonly intent: CountersignIntent;
  /** The newest version of the file that we recorded. */
  readonly base: Uint8Array;
  readonly credential: SigningCredential;
  readonly prepared: Prepared;
}

/** A letter, and what the log tells of those who countersigned it. */
export interface CountersignedSoFar {
  readonly registered: Versioned<Oficio>;
  readonly countersignatures: Countersignatures;
  /** The newest version of its file. */
  readonly file: Uint8Array;
  /** How long each version is, the oldest first: it is so much of the newest. */
  readonly lengths: readonly number[];
}

/** How long what was begun is gone on with: older, its time would no longer be that of the signature. */
const MAX_WAIT_SECONDS = 86_400;
/** A clock that is set meanwhile may differ by as much. */
const CLOCK_SKEW_SECONDS = 300;

/**
 * Nothing is signed over what the log does not know.
 * @throws Refusal `oficio/not-found`, `oficio/not-signed`; `log/corrupt`
 */
export async function readSigned(deps: CountersignHalvesDeps, id: OficioId): Promise<CountersignedSoFar> {
  const registered = await deps.store.find(id);
  if (!registered) throw new Refusal<OficioCode>('oficio/not-found', 'no such letter', { found: id });
  const { folio, intentLeaf, signedLeaf } = registered.record;
  if (signedLeaf === undefined) throw new Refusal<OficioCode>('oficio/not-signed', 'not signed yet', { folio });
  const countersignatures = await deps.countersignaturesOf(registered.record);
  const { byteRangeDigest, certificateDigest } = registered.record;
  const signed = [
    { leaf: signedLeaf, byteRangeDigest: byteRangeDigest!, certificateDigest: certificateDigest! },
    ...countersignatures.made.map((one) => ({ ...one, leaf: one.signedLeaf, claim: claimOfCountersignature(one) })),
  ];
  const parts = [await documentOf(deps, intentLeaf)];
  for (const { leaf } of signed) parts.push(await documentOf(deps, leaf));
  const lengths = signed.map((_, i) => parts.slice(0, i + 2).reduce((sum, { length }) => sum + length, 0));
  const file = concat(...parts);
  const recorded = signed.map((one, i) => ({ ...one, length: lengths[i]! }));
  await checkVersions(deps, file, recorded);
  return { registered, countersignatures, file, lengths };
}

async function documentOf({ store }: CountersignHalvesDeps, index: number): Promise<Uint8Array> {
  const document = await store.findDocument(index);
  if (document) return document;
  const facts = { noun: 'document', key: String(index), index };
  throw new Refusal<LogCode>('log/corrupt', `the file of entry ${index} is gone`, facts);
}

/**
 * The letter stands, and so does all that its file shows as ours.
 * @throws Refusal `oficio/not-in-force` (facts `folio`, `state`); as `refuseAlarm`
 */
export async function refuseNotInForce(
  deps: CountersignHalvesDeps,
  { registered, file }: CountersignedSoFar,
  at: UnixSeconds,
): Promise<void> {
  const { id, folio } = registered.record;
  const state = (await deps.standingOf(id, at))?.state ?? 'not-registered';
  if (state === 'current') return refuseAlarm(deps.findAlarm, file);
  throw new Refusal<OficioCode>('oficio/not-in-force', `the letter is ${state}`, { folio, state });
}

/** Who countersigned it before is given back as they did, unless it is void by their key: then they may do it anew. */
export async function theirsOf(
  { findVoid }: Pick<CountersignHalvesDeps, 'findVoid'>,
  { registered, countersignatures }: CountersignedSoFar,
  signerId: string,
): Promise<CountersignedOficio | undefined> {
  const theirs = countersignatures.made.filter(({ signer }) => signer.officialId === signerId);
  const spoilt = theirs.length > 0 ? await findVoid(theirs) : new Map<string, number>();
  const countersignature = theirs.findLast(({ id }) => !spoilt.has(id));
  return countersignature && { oficio: registered.record, countersignature, repeated: true };
}

/**
 * Records what is about to be signed, or finds what an earlier try recorded; a letter that they countersigned is given back.
 * @param serial of the certificate whose key signs, on a card; absent: a key that we hold signs
 * @throws Refusal `oficio/not-found`, `oficio/not-signed`, `oficio/another-version`, `oficio/already-signer`, `oficio/not-in-force`,
 *   `oficio/countersigned-by-most`, `oficio/signer-key-unfit`, `oficio/file-too-long`, `signature/not-comparable`; as `chooseSigner`; those of the document
 */
export async function openCountersignature(
  deps: CountersignHalvesDeps,
  { id, signerId, fileDigest }: CountersignRequest,
  serial?: string,
): Promise<OpenCountersignature | CountersignedOficio> {
  const { primitives } = deps;
  const known = await readSigned(deps, id);
  const { record: oficio } = known.registered;
  const { folio } = oficio;
  const { file: base, lengths } = known;
  const digestOf = (length: number): Uint8Array => primitives.digest('SHA-256', base.subarray(0, length));
  if (fileDigest && !lengths.some((length) => equal(digestOf(length), fileDigest))) {
    throw new Refusal<OficioCode>('oficio/another-version', 'a file that was not recorded', { folio });
  }
  const officialId = parseOfficialId(signerId);
  const before = officialId && (await theirsOf(deps, known, officialId));
  if (before) return before;
  if (officialId === oficio.signer.officialId) {
    const facts = { folio, signer: officialId };
    throw new Refusal<OficioCode>('oficio/already-signer', 'they signed the letter itself', facts);
  }
  const at = deps.clock();
  await refuseNotInForce(deps, known, at);
  const { official, credential } = await chooseSigner(deps, signerId, at, serial);
  if (serial !== undefined) letterAlgorithmOf(credential.record.certificate);
  const { made, waiting } = known.countersignatures;
  if (made.length >= MAX_COUNTERSIGNATURES) {
    const facts = { folio, most: MAX_COUNTERSIGNATURES };
    throw new Refusal<OficioCode>('oficio/countersigned-by-most', `${made.length} countersigned it`, facts);
  }
  const { name, post } = official.record;
  const wanted = {
    letter: oficio.id,
    ordinal: made.length + 1,
    baseDigest: digestOf(base.length),
    signer: { officialId: official.record.id, name, post, serial: credential.record.serial },
  };
  const begun = waiting.findLast((one) => isSame(one, wanted) && isFresh(one, at) && isWithin(one, credential.record));
  // What cannot be laid out is refused while nothing is recorded of it.
  const draft = begun ?? {
    ...wanted,
    id: toHex(newSealId(deps.random)) as CountersignatureId,
    at,
    salt: deps.random(32),
  };
  const prepared = layOutCountersignature(deps, draft, base, credential.record.certificate);
  refuseTooLong(deps, oficio, base.length + prepared.appended.length);
  await refuseIncomparable(concat(base, prepared.appended), primitives);
  const intent = begun ?? (await record(deps, draft, oficio, credential.record.certificate));
  return { registered: known.registered, intent, base, credential: credential.record, prepared };
}

type Wanted = Pick<CountersignIntent, 'letter' | 'ordinal' | 'baseDigest' | 'signer'>;

function isSame(one: Wanted, other: Wanted): boolean {
  const [a, b] = [one.signer, other.signer];
  return (
    one.letter === other.letter &&
    one.ordinal === other.ordinal &&
    equal(one.baseDigest, other.baseDigest) &&
    a.officialId === b.officialId &&
    a.serial === b.serial &&
    a.name === b.name &&
    a.post === b.post
  );
}

function isFresh({ at }: CountersignIntent, now: UnixSeconds): boolean {
  return now - MAX_WAIT_SECONDS <= at && at <= now + CLOCK_SKEW_SECONDS;
}

/** A signature from before its certificate, or after it, is told by nobody. */
export function isWithin({ at }: Pick<CountersignIntent, 'at'>, { notBefore, notAfter }: Credential): boolean {
  return notBefore <= at && at <= notAfter;
}

async function record(
  deps: CountersignHalvesDeps,
  draft: Omit<CountersignIntent, 'leaf'>,
  { signedLeaf }: Oficio,
  certificate: Uint8Array,
): Promise<CountersignIntent> {
  const { index } = await deps.ledger.commit({
    leaf: {
      kind: LeafKind.oficioCountersignIntent,
      issuer: issuerKeyId(readCertificate(certificate).key.spki, deps.primitives),
      record: intentOfCountersignature(draft),
      salt: deps.random(32),
      // The act is the signature, which is tagged.
      subjectTag: deps.random(32),
      evidence: deps.evidence,
      ref: signedLeaf!,
    },
    writes: [],
  });
  return { ...draft, leaf: index };
}

/**
 * Whether what was recorded still is what would be signed now: nobody else has countersigned, and the time is near.
 * @throws Refusal `oficio/overtaken`
 */
export function refuseOvertaken(
  deps: CountersignHalvesDeps,
  { registered, countersignatures, file }: CountersignedSoFar,
  { ordinal, baseDigest, ...intent }: CountersignIntent,
): void {
  const isNext = ordinal === countersignatures.made.length + 1;
  const isOnNewest = equal(deps.primitives.digest('SHA-256', file), baseDigest);
  if (isNext && isOnNewest && isFresh({ ordinal, baseDigest, ...intent }, deps.clock())) return;
  const { folio } = registered.record;
  throw new Refusal<OficioCode>('oficio/overtaken', 'the letter has another version by now', { folio });
}

/**
 * The file with a countersignature that was begun, its place full of zeros; once it was made, the newest version. Whoever is to will it
 * makes the digest of its record from these bytes.
 * @throws Refusal `oficio/not-found`, `oficio/overtaken`; as `readSigned`
 */
export async function waitingVersion(
  deps: CountersignHalvesDeps,
  id: OficioId,
  own: CountersignatureId,
): Promise<Uint8Array> {
  const known = await readSigned(deps, id);
  if (known.countersignatures.made.some((one) => one.id === own)) return known.file;
  const intent = known.countersignatures.waiting.find((one) => one.id === own);
  const certificate = intent && (await deps.credentials.find(intent.signer.serial))?.record.certificate;
  if (!certificate) throw new Refusal<OficioCode>('oficio/not-found', 'no such countersignature', { found: own });
  refuseOvertaken(deps, known, intent);
  return concat(known.file, layOutCountersignature(deps, intent, known.file, certificate).appended);
}

/** What was made with the key of a countersigner. */
export interface ValueOfCountersigner {
  /** Over `prepared.toBeSigned`; ECDSA: raw `r || s`. */
  readonly signature: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
}

/** What its leaf will commit to: all but the signature is known before. */
function madeOf(
  { primitives }: Pick<CountersignHalvesDeps, 'primitives'>,
  { intent, credential: { certificate }, prepared }: Pick<OpenCountersignature, 'intent' | 'credential' | 'prepared'>,
  signature: Uint8Array,
): Omit<Countersignature, 'signedLeaf'> {
  const certificateDigest = primitives.digest('SHA-256', certificate);
  return { ...intent, byteRangeDigest: prepared.digest, certificateDigest, signature };
}

/**
 * Puts the signature in its place, reads the result as a stranger would, and commits the outcome, unless the letter has ended or got
 * another signature meanwhile.
 * @throws Refusal `oficio/own-check-failed`; as `sameSigner`; `log/stale`: all is to be looked at anew
 */
export async function completeCountersignature(
  deps: CountersignHalvesDeps,
  { registered, intent, base, credential, prepared }: OpenCountersignature,
  { signature, algorithm }: ValueOfCountersigner,
): Promise<CountersignedOficio> {
  const { primitives } = deps;
  const { certificate } = credential;
  const certificates = [certificate, ...deps.signerChain];
  const appended = completeSignature(prepared, { signature, algorithm, certificates });
  await checkCountersigned(deps, { base, certificate, claimed: intent, prepared }, concat(base, appended));
  const made = madeOf(deps, { intent, credential, prepared }, signature);
  const { record: oficio, version } = registered;
  const { official, credential: own } = await sameSigner(
    deps,
    { signer: intent.signer, sealedAt: intent.at },
    deps.clock(),
  );
  const mention = mentionOfficial(official, primitives);
  const { index } = await deps.ledger.commit({
    leaf: {
      kind: LeafKind.oficioCountersigned,
      issuer: issuerKeyId(readCertificate(certificate).key.spki, primitives),
      record: encodeCountersignedRecord(made),
      salt: intent.salt,
      subjectTag: mention.subjectTag,
      evidence: deps.evidence,
      ref: intent.leaf,
    },
    // A revocation in between makes this commit stale; so does an end of the letter, or another signature on it.
    held: [{ put: 'credential', key: own.record.serial, ifVersion: own.version }],
    writes: [
      { put: 'oficio', key: oficio.id, record: oficio, ifVersion: version, leafAs: 'countersignedLeaf' },
      mention.write,
    ],
    document: appended,
  });
  return {
    oficio: { ...oficio, countersignedLeaf: index },
    countersignature: { ...made, signedLeaf: index },
    repeated: false,
  };
}

/**
 * Countersigns a letter with a key that we hold. Stopped anywhere, the same request goes on; who countersigned it before gets it back
 * as they did.
 * @throws Refusal as `openCountersignature`, `completeCountersignature`; `oficio/signer-key-elsewhere`
 */
export function countersignOficio(deps: CountersignDeps, request: CountersignRequest): Promise<CountersignedOficio> {
  return untilFresh(async () => {
    const open = await openCountersignature(deps, request);
    if ('countersignature' in open) return open;
    const { credential, prepared } = open;
    if (!isWanted(credential, 'held')) refuseKeyElsewhere(credential.officialId, credential);
    const record = encodeCountersignedRecord(madeOf(deps, open, new Uint8Array()));
    const scope = { unit: open.registered.record.unit, official: open.intent.signer.officialId };
    await deps.gate({ kind: LeafKind.oficioCountersigned, record, scope });
    const signer = await deps.credentialSigner(credential);
    const signature = await signer.sign(prepared.toBeSigned);
    return completeCountersignature(deps, open, { signature, algorithm: signer.algorithm });
  });
}
