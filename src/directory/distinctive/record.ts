import { encodeCbor } from '../../core/cbor.ts';
import type { Distinctive } from './distinctive.ts';

/* What the leaves of a distinctive commit to: docs/formats/directory-records.md. */

export function grantedRecord({ number, officialId, until, grantedAt, evidence }: Distinctive): Uint8Array {
  const told = evidence.map((one) => [one.kind, one.until, one.reference ?? null]);
  return encodeCbor([1, 'distinctive/granted', number, officialId, until, grantedAt, told]);
}

/** @throws TypeError for one that was not withdrawn */
export function withdrawnRecord({ number, withdrawn }: Distinctive): Uint8Array {
  return encodeCbor([1, 'distinctive/withdrawn', number, withdrawn!.at, withdrawn!.reason]);
}
