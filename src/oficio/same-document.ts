import type { UnixSeconds } from '../core/time.ts';
import type { Oficio } from './oficio.ts';
import type { OficioStore } from './store.ts';
import type { FindVoid } from './void.ts';

/**
 * Letters of the same document that were signed before this one, which may not be signed yet, and are in force at `at`, the earliest
 * first: two folios for one document are a mistake more often than a wish, but nobody else can tell.
 */
export async function earlierInForce(
  store: Pick<OficioStore, 'listByDocument'>,
  { id, inputDigest, signedLeaf }: Oficio,
  at: UnixSeconds,
  findVoid: FindVoid,
): Promise<readonly Oficio[]> {
  const same = await store.listByDocument(inputDigest);
  const earlier = same
    .filter((one) => one.id !== id && one.state === 'signed' && !(one.expires !== undefined && one.expires <= at))
    .filter((one) => one.signedLeaf !== undefined && (signedLeaf === undefined || one.signedLeaf < signedLeaf))
    .toSorted((a, b) => a.signedLeaf! - b.signedLeaf!);
  const spoilt = await findVoid(earlier);
  return earlier.filter((one) => !spoilt.has(one.id));
}
