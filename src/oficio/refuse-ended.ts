import { toHex } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import type { PdfDict } from '../pdf/object.ts';
import type { SealOrigin } from '../seal/address.ts';
import { sealInSignature } from '../seal/in-signature.ts';
import type { Folio } from './folio.ts';
import type { OficioCode, OficioId } from './oficio.ts';

/** How a letter stands at `at`, as whoever scans it is told; `undefined` where it is none of ours. */
export type FindStanding = (
  id: OficioId,
  at: UnixSeconds,
) => Promise<{ readonly folio: Folio; readonly state: State } | undefined>;

/**
 * Nothing is signed over a letter that has ended, or that never counted: readers of PDFs show both signatures alike, and only our page
 * tells which letter counts. `signatures`: the dictionaries of those that it has already.
 * @throws Refusal `oficio/earlier-ended` (facts `folio`, `state`)
 */
export async function refuseEnded(
  standingOf: FindStanding,
  origin: SealOrigin,
  signatures: readonly PdfDict[],
  at: UnixSeconds,
): Promise<void> {
  for (const signature of signatures) {
    const seal = sealInSignature(signature, { origins: [origin] });
    const found = seal && (await standingOf(toHex(seal.claims.id) as OficioId, at));
    if (!found || found.state === 'current') continue;
    const { folio, state } = found;
    const facts = { folio, state };
    throw new Refusal<OficioCode>('oficio/earlier-ended', `the file has the letter ${folio}: ${state}`, facts);
  }
}
