import type { Oficio, OficioId } from './oficio.ts';

/**
 * Of these letters those that do not count because of their signer's key, each with the leaf from which the key's acts
 * are void. What the log says of the key decides, as in the answer to whoever scans the letter.
 */
export type FindVoid = (letters: readonly Oficio[]) => Promise<ReadonlyMap<OficioId, number>>;
