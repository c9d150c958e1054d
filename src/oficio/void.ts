import type { Oficio } from './oficio.ts';

/** What is asked of a letter, or of a countersignature. */
export type SignedWith = Pick<Oficio, 'signedLeaf' | 'signer'> & { readonly id: string };

/**
 * Of these letters or countersignatures those that do not count because of their signer's key, each with the leaf from which the key's acts
 * are void. What the log says of the key decides, as in the answer to whoever scans the letter.
 */
export type FindVoid = (signed: readonly SignedWith[]) => Promise<ReadonlyMap<string, number>>;
