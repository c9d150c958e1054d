import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { equal, fromHex, toHex } from '../core/bytes.ts';
import { kidOf } from '../core/cose.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { isSame } from '../core/same.ts';
import { dayInMexicoCity, type Clock, type UnixSeconds } from '../core/time.ts';
import { parseOfficialId } from '../directory/official.ts';
import { findEarlier } from '../log/attempt.ts';
import type { LogCode } from '../log/code.ts';
import { issuerKeyId, LeafKind, type Evidence } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { vouchesFor, type VouchingLog } from '../log/vouch.ts';
import type { PdfDict } from '../pdf/object.ts';
import { drawPlace } from '../revocation/place.ts';
import { newSealId, sealPayload } from '../seal/make.ts';
import { sealId, SEAL_DIGEST_BYTES, type SealClaims } from '../seal/seal.ts';
import { typedCodeOf } from '../seal/text.ts';
import { chooseSigner, type ChooseSignerDeps } from './choose-signer.ts';
import { deliveryItem, type KeptOfDelivery } from './delivery.ts';
import { formatFolio, parseFolio } from './folio.ts';
import type { Oficio, OficioId } from './oficio.ts';
import { attemptKey, checkExpiry, digestOfRequest, readSubject, type OficioRequest } from './request.ts';
import { hasTaken } from './series.ts';
import type { OficioStore, OficioWrite } from './store.ts';
import { refuseBelow, type BelowDeps } from './refuse-below.ts';
import { takeDelivery } from './take-delivery.ts';
import { takeFolio } from './take-folio.ts';
import { OFICIO_TYPES } from './type.ts';

export interface RegisterDeps extends ChooseSignerDeps, BelowDeps {
  readonly store: OficioStore;
  readonly ledger: Ledger<OficioWrite>;
  readonly log: VouchingLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Primitives;
  /** SubjectPublicKeyInfo of the key that will seal. */
  readonly sealSpki: Uint8Array;
  readonly evidence: Evidence;
}

/** What inspecting the document told: needed before the seal can state it. */
export interface Inspected {
  /** As printed, an appended one included. */
  readonly pages: number;
  /** The dictionaries of the signatures that it has already. */
  readonly signatures: readonly PdfDict[];
}

function yearOf(at: UnixSeconds): number {
  return Number(dayInMexicoCity(at).slice(0, 4));
}

/** What of a letter its seal states. */
export type ClaimedLetter = Pick<
  Oficio,
  'id' | 'sealedAt' | 'expires' | 'type' | 'folio' | 'inputLength' | 'inputDigest' | 'statusIndex' | 'pages' | 'amount'
>;

/** What the seal of this letter states. */
export function claimsOf(oficio: ClaimedLetter): SealClaims {
  return {
    id: sealId(fromHex(oficio.id)!),
    issuedAt: oficio.sealedAt,
    ...(oficio.expires === undefined ? {} : { expiresAt: oficio.expires }),
    type: OFICIO_TYPES[oficio.type],
    folio: oficio.folio,
    length: oficio.inputLength,
    digest: oficio.inputDigest.slice(0, SEAL_DIGEST_BYTES),
    index: oficio.statusIndex,
    pages: oficio.pages,
    amount: oficio.amount,
  };
}

/** The intent: the exact claims, who is to sign, the declared subject, how the signer is called on every page, and whom it is for. */
export function intentRecord(oficio: Oficio, claims: Uint8Array): Uint8Array {
  const { signer: who, subject, delivery } = oficio;
  const signer: CborValue[] = [who.officialId, fromHex(who.serial)!, subject, who.name, who.post];
  const more = delivery ? [deliveryItem(delivery)] : [];
  return encodeCbor([1, 'oficio/intent', claims, oficio.inputDigest, ...signer, ...more]);
}

/**
 * What is about to be sealed is what was recorded, and what an honest office draws and takes: somebody may have changed the row
 * since, and put a leaf for it into the log. Who signs is asked again when they do.
 * @throws Refusal `log/corrupt`
 */
export async function checkDraft(deps: RegisterDeps, oficio: Oficio, inspected: Inspected): Promise<void> {
  const { log, origin, primitives } = deps;
  const record = (): Uint8Array => intentRecord(oficio, sealPayload(origin, claimsOf(oficio)));
  const isRecorded = await vouchesFor(log, oficio.intentLeaf, LeafKind.oficioIntent, record, primitives);
  const isOfDocument = oficio.pages === inspected.pages && oficio.alreadySigned === inspected.signatures.length > 0;
  if (isRecorded && isOfDocument && (await isDrawn(deps, oficio))) return;
  const facts = { folio: oficio.folio, index: oficio.intentLeaf };
  throw new Refusal<LogCode>('log/corrupt', 'the letter is registered with other facts than its intent', facts);
}

/** A clock that is set meanwhile may differ by as much. */
const CLOCK_SKEW_SECONDS = 300;

/** Whether folio, status place and time are such as were taken for this letter. */
async function isDrawn({ store, credentials, clock }: RegisterDeps, oficio: Oficio): Promise<boolean> {
  const { id, folio, sealedAt, signer, statusIndex } = oficio;
  const { unit, year, number } = parseFolio(folio).parts;
  if (oficio.unit !== unit || oficio.year !== year || oficio.number !== number) return false;
  const series = await store.findSeries(unit, year);
  if (!series || !hasTaken(series.record, number)) return false;
  if ((await store.findPlace('seals', statusIndex)) !== id) return false;
  const begin = (await credentials.find(signer.serial))?.record.notBefore;
  return begin !== undefined && begin <= sealedAt && sealedAt <= clock() + CLOCK_SKEW_SECONDS;
}

/** The one that was asked for; otherwise one of the year in which the letter was sealed. */
function isFolioOf({ folio, year, sealedAt }: Oficio, request: OficioRequest): boolean {
  if (request.folio !== undefined) return folio === formatFolio(parseFolio(request.folio).parts);
  return year === yearOf(sealedAt);
}

/** As far as the letter itself tells it: the key stands for the rest. */
function isDeliveryOf({ delivery }: Oficio, { addressee, visit }: OficioRequest): boolean {
  const shown = addressee && (addressee.isPublic ? 'public' : 'kept');
  const officials = visit && new Set(visit.officials.map((id) => parseOfficialId(id)));
  return (
    delivery?.addressee === shown &&
    delivery?.visit?.from === visit?.from &&
    delivery?.visit?.to === visit?.to &&
    isSame(delivery?.visit?.officials, officials && [...officials])
  );
}

/** A row that says what an earlier try made may have been edited to name another letter: this request never made it. */
function checkMade(oficio: Oficio, request: OficioRequest, inputDigest: Uint8Array): void {
  const isMade =
    equal(oficio.inputDigest, inputDigest) &&
    oficio.inputLength === request.document.length &&
    oficio.signer.officialId === parseOfficialId(request.signerId) &&
    oficio.type === request.type &&
    oficio.amount === request.amount &&
    oficio.subject === readSubject(request.subject) &&
    oficio.expires === request.expires &&
    isDeliveryOf(oficio, request) &&
    isFolioOf(oficio, request);
  if (isMade) return;
  const facts = { folio: oficio.folio, index: oficio.intentLeaf };
  throw new Refusal<LogCode>(
    'log/corrupt',
    'the letter that an earlier try is said to have made is another one',
    facts,
  );
}

/**
 * First act of a letter (law 2): checks who may sign, takes folio, status place and random id, and commits the intent
 * with the document. Nothing is sealed yet. A retry with the same key finds what the first try registered.
 * @throws Refusal of the signer, the folio, the subject, the term; `oficio/earlier-ended`, `oficio/earlier-not-registered`; `seal/too-long`; `log/retry-differs`
 */
export async function registerOficio(
  deps: RegisterDeps,
  request: OficioRequest,
  idempotencyKey: string,
  inspected: Inspected,
): Promise<Versioned<Oficio>> {
  const { store, random, primitives } = deps;
  const inputDigest = primitives.digest('SHA-256', request.document);
  const requestDigest = digestOfRequest(request, inputDigest, primitives);
  const attempt = attemptKey(idempotencyKey);
  const earlier = await findEarlier(store, attempt, requestDigest);
  const { document } = request;
  const below = { document, signatures: inspected.signatures };
  if (earlier !== undefined) {
    const known = await store.find(earlier as OficioId);
    if (!known) throw new Error(`an attempt names the letter ${earlier}, which is not registered`);
    checkMade(known.record, request, inputDigest);
    // What is signed already is given back as it was.
    if (known.record.state === 'sealed') {
      await checkDraft(deps, known.record, inspected);
      // Before anybody is asked for a PIN.
      await refuseBelow(deps, below, deps.clock(), known.record.folio);
    }
    return known;
  }
  const at = deps.clock();
  const subject = readSubject(request.subject);
  checkExpiry(request.expires, at);
  await refuseBelow(deps, below, at);
  const taken = await takeDelivery(deps, request, request.type, at);
  const { official, credential } = await chooseSigner(deps, request.signerId, at, request.serial);
  const folio = await takeFolio(deps, {
    signerUnit: official.record.unit,
    year: yearOf(at),
    ...(request.folio === undefined ? {} : { printed: request.folio }),
  });
  const id = newSealId(random);
  const place = await drawPlace({ random, store }, 'seals', toHex(id));
  const oficio: Oficio = {
    id: toHex(id) as OficioId,
    folio: folio.folio,
    ...folio.parts,
    typedCode: typedCodeOf(id),
    type: request.type,
    amount: request.amount,
    subject,
    ...(request.expires === undefined ? {} : { expires: request.expires }),
    state: 'sealed',
    signer: {
      officialId: official.record.id,
      name: official.record.name,
      post: official.record.post,
      serial: credential.record.serial,
    },
    inputLength: request.document.length,
    inputDigest,
    sealedAt: at,
    pages: inspected.pages,
    alreadySigned: inspected.signatures.length > 0,
    statusIndex: place.record.index,
    sealKid: toHex(kidOf(deps.sealSpki, primitives)),
    ...(request.place === undefined ? {} : { place: request.place }),
    ...(taken && { delivery: taken.delivery }),
    salt: random(32),
    intentLeaf: -1,
  };
  // A seal that does not fit is refused while no folio is taken.
  const claims = sealPayload(deps.origin, claimsOf(oficio));
  const { index } = await deps.ledger.commit({
    leaf: {
      kind: LeafKind.oficioIntent,
      issuer: issuerKeyId(deps.sealSpki, primitives),
      record: intentRecord(oficio, claims),
      salt: random(32),
      // The act is the signature, which is tagged; a draft says nothing about anybody.
      subjectTag: random(32),
      evidence: deps.evidence,
    },
    ...(taken && { held: taken.held }),
    writes: [
      folio.write,
      { put: 'oficio', key: oficio.id, record: oficio, ifVersion: 0, leafAs: 'intentLeaf' },
      { put: 'attempt', key: attempt, record: { requestDigest, made: oficio.id }, ifVersion: 0 },
      ...(taken ? [deliveryWrite(oficio.id, taken.kept)] : []),
      place,
    ],
    document,
  });
  return { record: { ...oficio, intentLeaf: index }, version: 1 };
}

function deliveryWrite(letter: OficioId, kept: KeptOfDelivery): OficioWrite {
  return { put: 'delivery', key: letter, record: { letter, kept }, ifVersion: 0 };
}
