/** The two halves of a countersignature whose key is on a card. */
import { readCertificate } from '../authority/certificate.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { untilFresh } from '../log/retry.ts';
import {
  completeCountersignature,
  isWithin,
  openCountersignature,
  readSigned,
  refuseNotInForce,
  refuseOvertaken,
  theirsOf,
  type CountersignedOficio,
  type CountersignHalvesDeps,
  type CountersignRequest,
} from './countersign.ts';
import type { CountersignatureId, CountersignIntent } from './countersignature.ts';
import { sameSigner } from './choose-signer.ts';
import { layOutCountersignature } from './lay-out-countersignature.ts';
import type { Folio } from './folio.ts';
import { letterAlgorithmOf } from './letter-algorithm.ts';
import type { Oficio, OficioCode, OficioId } from './oficio.ts';

/** What a service says of a countersignature that it has prepared: with the file, everything from which its bytes follow. */
export interface OfferedCountersignature {
  readonly oficio: Oficio;
  readonly intent: CountersignIntent;
  /** DER: of the signer, and the rest of its chain. */
  readonly certificate: Uint8Array;
  readonly signerChain: readonly Uint8Array[];
  /** What it wants signed. */
  readonly toBeSigned: Uint8Array;
}

/**
 * The first half: records what is about to be signed, and says what the key of the certificate with this number has to sign. Nothing is
 * kept of it but the record: the second half makes it again.
 * @throws Refusal as `openCountersignature`
 */
export async function prepareCountersignature(
  deps: CountersignHalvesDeps,
  { serial, ...request }: CountersignRequest & { readonly serial: string },
): Promise<OfferedCountersignature | CountersignedOficio> {
  const open = await openCountersignature(deps, request, serial);
  if ('countersignature' in open) return open;
  const { registered, intent, credential, prepared } = open;
  const { signerChain } = deps;
  const { toBeSigned } = prepared;
  return { oficio: registered.record, intent, certificate: credential.certificate, signerChain, toBeSigned };
}

/**
 * The second half. Once they countersigned, it is given back as it was, whatever comes for it.
 * @throws Refusal `oficio/not-found`, `oficio/overtaken`, `oficio/signature-wrong`; as `refuseNotInForce`, `sameSigner`
 */
export function completeCountersignedElsewhere(
  deps: CountersignHalvesDeps,
  letter: OficioId,
  id: CountersignatureId,
  signature: Uint8Array,
): Promise<CountersignedOficio> {
  return untilFresh(async () => {
    const known = await readSigned(deps, letter);
    const { registered, countersignatures, file: base } = known;
    const { folio } = registered.record;
    const { made, waiting } = countersignatures;
    const intent = [...made, ...waiting].find((one) => one.id === id);
    if (!intent) throw new Refusal<OficioCode>('oficio/not-found', 'nothing waits under this number', { found: id });
    const before = await theirsOf(deps, known, intent.signer.officialId);
    if (before) return before;
    refuseOvertaken(deps, known, intent);
    const at = deps.clock();
    await refuseNotInForce(deps, known, at);
    const { signer, at: sealedAt } = intent;
    const { record: credential } = (await sameSigner(deps, { signer, sealedAt }, at).catch(asOvertaken(folio)))
      .credential;
    if (!isWithin(intent, credential))
      throw new Refusal<OficioCode>('oficio/overtaken', 'another certificate', { folio });
    const { certificate } = credential;
    const prepared = layOutCountersignature(deps, intent, base, certificate);
    const algorithm = letterAlgorithmOf(certificate);
    const { spki } = readCertificate(certificate).key;
    if (!(await deps.primitives.verify(algorithm, spki, prepared.toBeSigned, signature))) {
      throw new Refusal<OficioCode>('oficio/signature-wrong', 'not a signature over this letter', { folio });
    }
    return completeCountersignature(deps, { registered, intent, base, credential, prepared }, { signature, algorithm });
  });
}

/** Who is called otherwise by now is asked to sign as they are called now. */
function asOvertaken(folio: Folio): (error: unknown) => never {
  return (error) => {
    if (!isRefusal(error, 'oficio/signer-changed')) throw error;
    throw new Refusal<OficioCode>('oficio/overtaken', 'name or post changed', { folio });
  };
}
