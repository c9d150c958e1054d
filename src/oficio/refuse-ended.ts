import { toHex } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { PdfDict } from '../pdf/object.ts';
import type { SealOrigin } from '../seal/address.ts';
import { sealInSignature } from '../seal/in-signature.ts';
import type { OficioCode, OficioId } from './oficio.ts';
import type { OficioStore } from './store.ts';

/**
 * A file counts as long as every letter of ours in it does: one with a letter that has ended would be signed in vain.
 * `signatures`: the dictionaries of those that it has already.
 * @throws Refusal `oficio/earlier-ended` (facts `folio`, `state`)
 */
export async function refuseEnded(
  store: Pick<OficioStore, 'find'>,
  origin: SealOrigin,
  signatures: readonly PdfDict[],
  at: UnixSeconds,
): Promise<void> {
  for (const signature of signatures) {
    const seal = sealInSignature(signature, { origins: [origin] });
    const found = seal && (await store.find(toHex(seal.claims.id) as OficioId))?.record;
    if (!found) continue;
    const isOver = found.expires !== undefined && found.expires < at;
    if (found.state === 'signed' && !isOver) continue;
    const state = found.state === 'signed' ? 'expired' : found.state;
    const facts = { folio: found.folio, state };
    throw new Refusal<OficioCode>('oficio/earlier-ended', `the file has the letter ${found.folio}: ${state}`, facts);
  }
}
