import { readCertificate, type Certificate } from '../authority/certificate.ts';
import { validateChain, type ChainResult } from '../authority/chain.ts';
import { USAGE } from '../authority/extension.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { Knowledge } from './knowledge.ts';

/** As many of the certificates that a signature brings are looked at. */
const MOST_ENCLOSED = 16;

/** Letters outlive certificates: the chain is judged when the letter was sealed, whose order the log proves. */
export function chainOf(
  certificate: Certificate,
  enclosed: readonly Uint8Array[],
  when: UnixSeconds,
  knowledge: Knowledge,
  primitives: Primitives,
): Promise<ChainResult> {
  const { charter } = knowledge.trust;
  return validateChain(
    {
      certificate,
      intermediates: [...charter.authorities, ...enclosed.slice(0, MOST_ENCLOSED)].flatMap(readable),
      anchors: [readCertificate(charter.root)],
      at: when,
      requiredEku: USAGE.documentSigning,
    },
    primitives,
  );
}

/** None, or the one. */
export function readable(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)];
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
