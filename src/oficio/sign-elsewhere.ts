/** The two halves of a letter whose key is on a card: what it has to sign, and what is made of its signature. */
import { readCertificate } from '../authority/certificate.ts';
import { concat, equal } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { SerialNumber } from '../credential/credential.ts';
import type { LogCode } from '../log/code.ts';
import type { Versioned } from '../log/ledger.ts';
import { findSeal, verifySealSignature } from '../seal/open.ts';
import { encodeClaims } from '../seal/seal.ts';
import { sameSigner, type SigningCredential } from './choose-signer.ts';
import type { OfferedLetter } from './check-prepared.ts';
import { completeOficio, expectSigned, signedDocument, type CompleteDeps } from './complete.ts';
import { inspectDocument } from './inspect.ts';
import type { Oficio, OficioCode, OficioId } from './oficio.ts';
import { layOutOficio, prepareOficio, type PreparedOficio } from './prepare.ts';
import { checkDraft, claimsOf } from './register.ts';
import { refuseBelow } from './refuse-below.ts';
import type { OficioRequest } from './request.ts';
import { letterAlgorithmOf } from './letter-algorithm.ts';
import {
  expectWilled,
  openLetter,
  sealOf,
  signPrepared,
  type OpenLetter,
  type SealedOficio,
  type SignHalvesDeps,
  type SignOficioDeps,
} from './sign.ts';

/** What came back for a letter that waited. */
export interface SignatureElsewhere {
  /** The text of the seal with which it was prepared. */
  readonly sealText: string;
  /** Over its signed attributes (`Prepared.toBeSigned`); ECDSA: raw `r || s`. */
  readonly signature: Uint8Array;
}

/**
 * The first half: registers the letter, seals it, and says what its key has to sign; the letter is a draft (`not-yet-signed`) then,
 * however long that takes. Nothing is kept of it but the register: the second half makes it again, so that nobody can put anything
 * else in its place, and a service that stopped in between goes on. With the same key an earlier try is gone on with, with its
 * folio; a finished letter is returned as it was signed.
 * @throws Refusal as `openLetter`; `oficio/signer-key-unfit`
 */
export async function prepareElsewhere(
  deps: SignHalvesDeps,
  request: OficioRequest & { readonly serial: string },
  idempotencyKey: string,
): Promise<OfferedLetter | SealedOficio> {
  // Before a folio is taken for it.
  const named = (await deps.credentials.find(request.serial as SerialNumber))?.record.certificate;
  if (named) letterAlgorithmOf(named);
  const letter = await openLetter(deps, request, idempotencyKey);
  if ('document' in letter) return letter;
  const { registered, inspected, credential } = letter;
  return offer(deps, { registered, inspected, credential });
}

/** A draft that can be sealed: how it was registered, its document, and whose certificate signs it. */
type OpenDraft = Pick<OpenLetter, 'registered' | 'inspected' | 'credential' | 'seal'> & { readonly input: Uint8Array };

async function offer(
  deps: SignHalvesDeps,
  { registered, inspected, credential }: Pick<OpenDraft, 'registered' | 'inspected' | 'credential'>,
): Promise<OfferedLetter> {
  const { certificate } = credential;
  const { sealText, prepared } = await prepareOficio(deps, registered, inspected, certificate);
  const { texts: _, ...letterhead } = deps.letterhead;
  const { signerChain } = deps;
  const { toBeSigned } = prepared;
  return { letter: registered.record, sealText, certificate, signerChain, letterhead, toBeSigned };
}

/**
 * The first half again, of a draft that waits for the card with this certificate: sealed anew from the document that is kept with it.
 * @throws Refusal `oficio/not-found`, `oficio/prepared-for-another`; as `prepareElsewhere`
 */
export async function prepareDraft(
  deps: SignHalvesDeps,
  id: OficioId,
  serial: string,
): Promise<OfferedLetter | SealedOficio> {
  const draft = await openDraft(deps, id);
  if ('document' in draft) return draft;
  const { folio, signer } = draft.registered.record;
  if (signer.serial === serial) return offer(deps, draft);
  const facts = { folio, serial: signer.serial };
  throw new Refusal<OficioCode>('oficio/prepared-for-another', 'prepared for another certificate', facts);
}

/** The document of a draft, as it was given. @throws Refusal `oficio/not-found`, `log/corrupt` */
export async function draftDocument(
  deps: Pick<CompleteDeps, 'store' | 'primitives'>,
  id: OficioId,
): Promise<Uint8Array> {
  return inputOf(deps, (await getLetter(deps, id)).record);
}

/** A letter that was sealed and waits for its signature, laid out again as it was then. */
interface WaitingLetter {
  readonly input: Uint8Array;
  readonly prepared: PreparedOficio;
  readonly credential: SigningCredential;
  readonly seal: SealedOficio['seal'];
}

/** Once it is signed, it is returned as it was. @throws Refusal as `completeElsewhere` */
async function openWaiting(
  deps: SignHalvesDeps,
  id: OficioId,
  sealText: string,
): Promise<WaitingLetter | SealedOficio> {
  const found = await getLetter(deps, id);
  const oficio = found.record;
  const { place } = oficio;
  const input = await inputOf(deps, oficio);
  const inspected = await inspectDocument(input, place, deps.primitives);
  const seal = sealOf(inspected, place);
  if (oficio.state !== 'sealed') {
    return { oficio, document: await signedDocument(deps, expectSigned(oficio), input), seal };
  }
  const { placement, signatures } = inspected;
  await checkDraft(deps, oficio, { pages: placement.pages, signatures });
  const { record: credential } = (await sameSigner(deps, oficio, deps.clock())).credential;
  const bytes = await sealBytes(deps, oficio, sealText);
  const laidOut = layOutOficio(deps, oficio, inspected, credential.certificate, bytes);
  return { input, prepared: { registered: found, ...laidOut }, credential, seal };
}

/**
 * The second half: the signature is looked at, put in its place, and the letter completed as any other. Once it is signed, it is
 * returned as it was, whatever comes back for it.
 * @throws Refusal `oficio/not-found`, `oficio/already-cancelled`, `oficio/seal-not-of-letter`, `oficio/signature-wrong`, `log/corrupt`;
 * those of `sameSigner`, when mandate or credential ended meanwhile; what the gate throws: the signature is kept with what waits then; as
 * `completeOficio`
 */
export async function completeElsewhere(
  deps: SignHalvesDeps & Pick<SignOficioDeps, 'gate'>,
  id: OficioId,
  { sealText, signature }: SignatureElsewhere,
): Promise<SealedOficio> {
  const waiting = await openWaiting(deps, id, sealText);
  if ('document' in waiting) return waiting;
  const { input, prepared, credential, seal } = waiting;
  const { certificate } = credential;
  const algorithm = letterAlgorithmOf(certificate);
  const { spki } = readCertificate(certificate).key;
  if (!(await deps.primitives.verify(algorithm, spki, prepared.prepared.toBeSigned, signature))) {
    const { folio } = prepared.registered.record;
    throw new Refusal<OficioCode>('oficio/signature-wrong', 'not a signature over this letter', { folio });
  }
  await expectWilled(deps, { ...prepared, sealText }, certificate, signature);
  const certificates = [certificate, ...deps.signerChain];
  const value = { signature, algorithm, certificates, spki };
  return { ...(await completeOficio(deps, input, prepared, value)), seal };
}

/**
 * The second half once its owner willed the letter as it was sealed, with a key that we hold, or with the signature that their card made:
 * nobody can put another one in its place.
 * @throws Refusal as `completeElsewhere`, `signPrepared`
 */
export async function signWaiting(
  deps: SignOficioDeps,
  id: OficioId,
  sealText: string,
  signature?: Uint8Array,
): Promise<SealedOficio> {
  if (signature) return completeElsewhere(deps, id, { sealText, signature });
  const waiting = await openWaiting(deps, id, sealText);
  if ('document' in waiting) return waiting;
  const { input, prepared, credential, seal } = waiting;
  return { ...(await signPrepared(deps, input, prepared, credential)), seal };
}

/**
 * Seals a draft again from the document that is kept with it, and goes on as `signOficio` does: its signer did not get to it in time, or
 * declined. Once it is signed, it is returned as it was.
 * @throws Refusal `oficio/not-found`; as `signOficio`
 */
export async function signDraft(deps: SignOficioDeps, id: OficioId): Promise<SealedOficio> {
  const draft = await openDraft(deps, id);
  if ('document' in draft) return draft;
  const { registered, inspected, credential, input, seal } = draft;
  const prepared = await prepareOficio(deps, registered, inspected, credential.certificate);
  return { ...(await signPrepared(deps, input, prepared, credential)), seal };
}

async function openDraft(deps: SignHalvesDeps, id: OficioId): Promise<OpenDraft | SealedOficio> {
  const registered = await getLetter(deps, id);
  const oficio = registered.record;
  const input = await inputOf(deps, oficio);
  const inspected = await inspectDocument(input, oficio.place, deps.primitives);
  const seal = sealOf(inspected, oficio.place);
  if (oficio.state !== 'sealed') {
    return { oficio, document: await signedDocument(deps, expectSigned(oficio), input), seal };
  }
  const { placement, signatures } = inspected;
  await checkDraft(deps, oficio, { pages: placement.pages, signatures });
  await refuseBelow(deps, { document: input, signatures }, deps.clock(), oficio.folio);
  const { record: credential } = (await sameSigner(deps, oficio, deps.clock())).credential;
  return { registered, inspected, credential, input, seal };
}

/**
 * The file of a letter that waits, with everything that its signature will cover, which is zeros still; once it is signed, as it was
 * signed. Whoever is to will it makes the digest of its record from these bytes.
 * @throws Refusal as `completeElsewhere`
 */
export async function waitingDocument(deps: SignHalvesDeps, id: OficioId, sealText: string): Promise<Uint8Array> {
  const waiting = await openWaiting(deps, id, sealText);
  return 'document' in waiting ? waiting.document : concat(waiting.input, waiting.prepared.prepared.appended);
}

async function getLetter({ store }: Pick<CompleteDeps, 'store'>, id: OficioId): Promise<Versioned<Oficio>> {
  const found = await store.find(id);
  if (found) return found;
  throw new Refusal<OficioCode>('oficio/not-found', 'no such letter', { found: id });
}

/** The document with which the letter was registered. */
async function inputOf(
  { store, primitives }: Pick<CompleteDeps, 'store' | 'primitives'>,
  { folio, intentLeaf, inputDigest }: Oficio,
): Promise<Uint8Array> {
  const input = await store.findDocument(intentLeaf);
  if (input && equal(primitives.digest('SHA-256', input), inputDigest)) return input;
  const facts = { folio, index: intentLeaf };
  throw new Refusal<LogCode>('log/corrupt', 'the document of the letter is gone, or another one', facts);
}

/** The seal's bytes: only what our own key made for this very letter is put into it. */
async function sealBytes(
  { origin, sealSpki, primitives }: Pick<CompleteDeps, 'origin' | 'sealSpki' | 'primitives'>,
  oficio: Oficio,
  sealText: string,
): Promise<Uint8Array> {
  const seal = findSeal(sealText, { origins: [origin] });
  if (!seal || !equal(encodeClaims(seal.claims), encodeClaims(claimsOf(oficio)))) {
    return notOfLetter(oficio, 'the seal of another letter');
  }
  if (!(await verifySealSignature(seal, sealSpki, primitives))) notOfLetter(oficio, "not the seal key's signature");
  return seal.bytes;
}

function notOfLetter({ folio }: Oficio, message: string): never {
  throw new Refusal<OficioCode>('oficio/seal-not-of-letter', message, { folio });
}
