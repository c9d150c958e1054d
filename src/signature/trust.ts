import { readCertificate, type Certificate } from '../authority/certificate.ts';
import { validateChain, type ChainRequest, type ChainResult } from '../authority/chain.ts';
import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Clock } from '../core/time.ts';

/** Whether a signer is one of ours: `enclosed` are the other certificates that its signature brings. */
export type Trust = (certificate: Certificate, enclosed: readonly Uint8Array[]) => Promise<ChainResult>;

/** Answers that are kept: an office's letters come from few signers. */
const MAX_KEPT = 256;

/**
 * Asks for a chain as `request` says, with the enclosed certificates as further intermediates. Answers are kept, so make a
 * new one whenever the time or the lists move on.
 */
export function trustByChain(
  request: Omit<ChainRequest, 'certificate'>,
  primitives: Pick<Primitives, 'digest' | 'verify'>,
): Trust {
  const kept = new Map<string, Promise<ChainResult>>();
  return (certificate, enclosed) => {
    const name = toHex(primitives.digest('SHA-256', certificate.encoded, ...enclosed));
    const known = kept.get(name);
    if (known) return known;
    const intermediates = [...request.intermediates, ...enclosed.flatMap(readOrNothing)];
    const result = validateChain({ ...request, certificate, intermediates }, primitives);
    if (kept.size === MAX_KEPT) kept.delete(kept.keys().next().value!);
    kept.set(name, result);
    return result;
  };
}

/**
 * The trust that `make` gives for the present, kept for `seconds`. Who does not pass is asked about once more at the
 * present: a certificate that was issued meanwhile was not yet valid when the kept one was made.
 */
export function renewedTrust(make: () => Trust, clock: Clock, seconds: number): Trust {
  let kept = { madeAt: clock(), ask: make() };
  return async (certificate, enclosed) => {
    if (clock() >= kept.madeAt + seconds) kept = { madeAt: clock(), ask: make() };
    for (;;) {
      const asked = kept;
      const result = await asked.ask(certificate, enclosed);
      if (result.outcome === 'pass' || clock() === asked.madeAt) return result;
      // Another question may have renewed it meanwhile.
      if (kept === asked) kept = { madeAt: clock(), ask: make() };
    }
  };
}

function readOrNothing(encoded: Uint8Array): Certificate[] {
  try {
    return [readCertificate(encoded)];
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
