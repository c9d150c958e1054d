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

/** The letters whose seals stand in these signatures: they may be ours. */
export function lettersIn(signatures: readonly PdfDict[], origin: SealOrigin): readonly OficioId[] {
  const seals = signatures.flatMap((signature) => sealInSignature(signature, { origins: [origin] }) ?? []);
  return seals.map(({ claims }) => toHex(claims.id) as OficioId);
}

/**
 * Nothing is signed over a letter that has ended, or that never counted: readers of PDFs show both signatures alike, and only our page
 * tells which letter counts.
 * @param draft of the letter that has taken its folio and waits for its signature
 * @throws Refusal `oficio/earlier-ended` (facts `folio`, `state`, `draft`)
 */
export async function refuseEnded(
  standingOf: FindStanding,
  letters: readonly OficioId[],
  at: UnixSeconds,
  draft?: Folio,
): Promise<void> {
  for (const id of letters) {
    const found = await standingOf(id, at);
    if (!found || found.state === 'current') continue;
    const { folio, state } = found;
    const facts = { folio, state, ...(draft !== undefined && { draft }) };
    throw new Refusal<OficioCode>('oficio/earlier-ended', `the file has the letter ${folio}: ${state}`, facts);
  }
}
