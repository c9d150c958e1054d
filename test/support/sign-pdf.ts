import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat } from '../../src/core/bytes.ts';
import { unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { beginUpdate, type PdfUpdate } from '../../src/pdf/update.ts';
import { completeSignature } from '../../src/signature/complete.ts';
import {
  finishPreparation,
  freeFieldName,
  prepareSignature,
  type Prepared,
  type SignaturePlace,
} from '../../src/signature/prepare.ts';
import type { ThrowawayChain } from './throwaway-chain.ts';

/** 2026-11-21T18:00:00Z. */
export const SIGNED_AT: UnixSeconds = unixSeconds(1795284000);

/** Who signs: certificate and issuers first, and the key. */
export type SigningChain = Pick<ThrowawayChain, 'certificates' | 'signer'>;

export interface SigningOptions extends Partial<SignaturePlace> {
  /** Adds more to the update before the signature. */
  readonly stamp?: (update: PdfUpdate) => void;
}

export function preparePdf(original: Uint8Array, chain: SigningChain, options: SigningOptions = {}): Prepared {
  const doc = openPdf(original, primitives);
  const update = beginUpdate(doc);
  options.stamp?.(update);
  const { stamp: _, ...place } = options;
  const fieldName = freeFieldName(doc, 'Cotejo');
  const placed = prepareSignature(update, { page: 0, fieldName, at: SIGNED_AT, ...place });
  const { algorithm } = chain.signer;
  const digestAlgorithm = 'digest' in algorithm ? algorithm.digest : 'SHA-256';
  return finishPreparation(update, placed, { certificate: chain.certificates[0], digestAlgorithm }, primitives);
}

/** The signed document. */
export async function signPdf(
  original: Uint8Array,
  chain: SigningChain,
  options: SigningOptions = {},
): Promise<Uint8Array> {
  const prepared = preparePdf(original, chain, options);
  const signature = await chain.signer.sign(prepared.toBeSigned);
  const { algorithm } = chain.signer;
  return concat(original, completeSignature(prepared, { signature, algorithm, certificates: chain.certificates }));
}
