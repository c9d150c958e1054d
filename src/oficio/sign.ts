import { fromHex } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import type { Credential } from '../credential/credential.ts';
import { LeafKind, type LeafDraft } from '../log/leaf.ts';
import type { Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import type { SealCode } from '../seal/code.ts';
import type { SealPlacement } from '../seal/placement.ts';
import { isWanted, refuseKeyElsewhere, sameSigner, type SigningCredential } from './choose-signer.ts';
import { completeOficio, expectSigned, signedDocument, type CompleteDeps, type SignedOficio } from './complete.ts';
import { coversInk, inspectDocument, type InspectedDocument } from './inspect.ts';
import type { GivenPlace, Oficio, OficioCode } from './oficio.ts';
import { prepareOficio, type PreparedOficio, type PrepareOficioDeps } from './prepare.ts';
import { registerOficio, type RegisterDeps } from './register.ts';
import type { OficioRequest } from './request.ts';
import { encodeSignedRecord } from './signed-record.ts';

/** What both halves of signing need, whoever has the key. */
export interface SignHalvesDeps extends RegisterDeps, CompleteDeps, PrepareOficioDeps {
  /** DER of the authority that issued signers' certificates, and what else belongs into the chain; not the root. */
  readonly signerChain: readonly Uint8Array[];
}

export interface SignOficioDeps extends SignHalvesDeps {
  /** The server-held key of a signer's credential. */
  credentialSigner(credential: Credential): Promise<Signer>;
  /**
   * Asked before a key that we hold is used, or the signature of a card: whether its owner willed exactly this. `waiting`: the letter that goes on from there.
   * @throws what keeps it from being signed now
   */
  gate(
    act: Pick<LeafDraft, 'kind' | 'record'> & { readonly scope: { readonly unit: string; readonly official: string } },
    waiting?: { readonly letter: string; readonly sealText: string; readonly signature?: Uint8Array },
  ): Promise<void>;
}

/** A signed letter, and where in it the seal is. */
export interface SealedOficio extends SignedOficio {
  /** Page of the seal, from 1; `appended`: it was added for the seal, because no page had room. */
  readonly seal: Pick<SealPlacement, 'page' | 'appended'> & {
    /** It lies over something printed, where a person chose its place. */
    readonly covers: boolean;
  };
}

/** A registered letter that lacks its signature, and whose certificate is to sign it. */
export interface OpenLetter {
  readonly registered: Versioned<Oficio>;
  readonly inspected: InspectedDocument;
  readonly credential: SigningCredential;
  readonly seal: SealedOficio['seal'];
}

/** Where the seal comes to lie. */
export function sealOf(inspected: InspectedDocument, place: GivenPlace | undefined): SealedOficio['seal'] {
  const { page, appended } = inspected.placement;
  return { page, appended, covers: place !== undefined && coversInk(inspected) };
}

/**
 * Registers a letter, or finds what an earlier try registered; one that is signed is given back as it was.
 * @throws Refusal as `inspectDocument`, `registerOficio`, `sameSigner`; `seal/covers`; `oficio/already-cancelled`; `oficio/prepared-for-another`
 *   where an earlier try was for another certificate
 */
export async function openLetter(
  deps: SignHalvesDeps,
  request: OficioRequest,
  idempotencyKey: string,
): Promise<OpenLetter | SealedOficio> {
  const inspected = await inspectDocument(request.document, request.place, deps.primitives);
  const { placement, signatures } = inspected;
  const seal = sealOf(inspected, request.place);
  if (request.keepClear === true && seal.covers) {
    throw new Refusal<SealCode>('seal/covers', 'the seal would lie over something printed', { page: seal.page });
  }
  const registered = await untilFresh(() =>
    registerOficio(deps, request, idempotencyKey, { pages: placement.pages, signatures }),
  );
  const oficio = registered.record;
  if (oficio.state !== 'sealed') {
    return { oficio, document: await signedDocument(deps, expectSigned(oficio), request.document), seal };
  }
  const { folio, signer } = oficio;
  if (request.serial !== undefined && signer.serial !== request.serial) {
    const facts = { folio, serial: signer.serial };
    throw new Refusal<OficioCode>('oficio/prepared-for-another', 'prepared for another certificate', facts);
  }
  const { record: credential } = (await sameSigner(deps, oficio, deps.clock())).credential;
  return { registered, inspected, credential, seal };
}

/**
 * Seals and signs a letter with a key that we hold: registers it, prepares it, signs, checks, commits. Stopped anywhere,
 * a retry with the same key goes on with the same folio and id; a finished letter is returned as it was signed.
 * @throws Refusal of each step; what was registered keeps its folio
 */
export async function signOficio(
  deps: SignOficioDeps,
  request: OficioRequest,
  idempotencyKey: string,
): Promise<SealedOficio> {
  const letter = await openLetter(deps, request, idempotencyKey);
  if ('document' in letter) return letter;
  const { registered, inspected, credential, seal } = letter;
  if (!isWanted(credential, 'held')) refuseKeyElsewhere(credential.officialId, credential);
  const prepared = await prepareOficio(deps, registered, inspected, credential.certificate);
  return { ...(await signPrepared(deps, request.document, prepared, credential)), seal };
}

/**
 * Signs a letter that was laid out, with a key that we hold, and completes it.
 * @throws Refusal `oficio/signer-key-elsewhere`; what the gate throws; as `completeOficio`
 */
export async function signPrepared(
  deps: SignOficioDeps,
  input: Uint8Array,
  prepared: PreparedOficio,
  credential: SigningCredential,
): Promise<SignedOficio> {
  if (!isWanted(credential, 'held')) refuseKeyElsewhere(credential.officialId, credential);
  const { certificate } = credential;
  await expectWilled(deps, prepared, certificate);
  const signer = await deps.credentialSigner(credential);
  return completeOficio(deps, input, prepared, {
    signature: await signer.sign(prepared.prepared.toBeSigned),
    algorithm: signer.algorithm,
    certificates: [certificate, ...deps.signerChain],
    spki: signer.spki,
  });
}

/**
 * That its owner willed the letter as it was laid out.
 * @param signature of a card, which is kept with the letter while that is waited for
 * @throws what the gate throws
 */
export async function expectWilled(
  deps: Pick<SignOficioDeps, 'primitives' | 'gate'>,
  prepared: PreparedOficio,
  certificate: Uint8Array,
  signature?: Uint8Array,
): Promise<void> {
  const record = willedRecord(deps, prepared, certificate);
  const { sealText, registered } = prepared;
  const { id: letter, unit, signer: whose } = registered.record;
  const scope = { unit, official: whose.officialId };
  const waiting = { letter, sealText, ...(signature && { signature }) };
  await deps.gate({ kind: LeafKind.oficioSigned, record, scope }, waiting);
}

/** What its leaf will commit to: known before the key signs. */
function willedRecord(
  { primitives }: Pick<SignHalvesDeps, 'primitives'>,
  { registered, prepared }: PreparedOficio,
  certificate: Uint8Array,
): Uint8Array {
  const { id, inputDigest } = registered.record;
  const certificateDigest = primitives.digest('SHA-256', certificate);
  return encodeSignedRecord({ id: fromHex(id)!, inputDigest, byteRangeDigest: prepared.digest, certificateDigest });
}
