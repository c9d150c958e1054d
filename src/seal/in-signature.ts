import { toLatin1 } from '../core/bytes.ts';
import { isPdf, type PdfDict } from '../pdf/object.ts';
import { findSeal, type OpenedSeal, type SealPlaces } from './open.ts';

/** Entries of a signature dictionary: the text of the seal, and the salt of the leaf of the signature. */
export const SEAL_ENTRY = 'Cotejo.Seal';
export const SALT_ENTRY = 'Cotejo.Salt';

const MAX_BYTES = 1000;

/** The seal that a signature carries, not yet verified; `undefined` where there is none that can be read. */
export function sealInSignature({ entries }: PdfDict, places: SealPlaces): OpenedSeal | undefined {
  const text = entries.get(SEAL_ENTRY);
  if (!isPdf(text, 'string') || text.bytes.length > MAX_BYTES) return undefined;
  return findSeal(toLatin1(text.bytes), places);
}
