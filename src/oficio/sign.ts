import { Refusal } from '../core/refusal.ts';
import type { Signer } from '../core/signer.ts';
import { completeOficio, signedDocument, type CompleteDeps, type SignedOficio } from './complete.ts';
import type { Credential } from '../credential/credential.ts';
import { sameSigner } from './choose-signer.ts';
import { coversInk, inspectDocument } from './inspect.ts';
import type { OficioCode } from './oficio.ts';
import { prepareOficio, type PrepareOficioDeps } from './prepare.ts';
import { registerOficio, type RegisterDeps } from './register.ts';
import type { OficioRequest } from './request.ts';
import type { SealPlacement } from '../seal/placement.ts';
import { untilFresh } from '../log/retry.ts';

export interface SignOficioDeps extends RegisterDeps, CompleteDeps, PrepareOficioDeps {
  /** The server-held key of a signer's credential. */
  credentialSigner(credential: Credential): Promise<Signer>;
  /** DER of the authority that issued signers' certificates, and what else belongs into the chain; not the root. */
  readonly signerChain: readonly Uint8Array[];
}

/** A signed letter, and where in it the seal is. */
export interface SealedOficio extends SignedOficio {
  /** Page of the seal, from 1; `appended`: it was added for the seal, because no page had room. */
  readonly seal: Pick<SealPlacement, 'page' | 'appended'> & {
    /** It lies over something printed, where a person chose its place. */
    readonly covers: boolean;
  };
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
  const inspected = await inspectDocument(request.document, request.place, deps.primitives);
  const { placement, signatures } = inspected;
  const covers = request.place !== undefined && coversInk(inspected);
  const seal = { page: placement.page, appended: placement.appended, covers };
  const registered = await untilFresh(() =>
    registerOficio(deps, request, idempotencyKey, { pages: placement.pages, signatures }),
  );
  const oficio = registered.record;
  if (oficio.state !== 'sealed' && oficio.signedLeaf === undefined) {
    const facts = { folio: oficio.folio, state: oficio.state };
    throw new Refusal<OficioCode>('oficio/already-cancelled', 'cancelled before it was signed', facts);
  }
  if (oficio.state !== 'sealed') {
    return { oficio, document: await signedDocument(deps, oficio, request.document), seal };
  }
  const { record: credential } = (await sameSigner(deps, oficio, deps.clock())).credential;
  const { certificate } = credential;
  const prepared = await prepareOficio(deps, registered, inspected, certificate);
  const signer = await deps.credentialSigner(credential);
  const signature = await signer.sign(prepared.prepared.toBeSigned);
  const signed = await completeOficio(deps, request.document, prepared, {
    signature,
    algorithm: signer.algorithm,
    certificates: [certificate, ...deps.signerChain],
    spki: signer.spki,
  });
  return { ...signed, seal };
}
