import { equal } from '../core/bytes.ts';
import { readCertificate, type Certificate } from './certificate.ts';

/** An office's letters come from few signers; looking for one among so many takes less than a microsecond. */
const MAX_KEPT = 16;
/** Larger ones are not kept: what strangers send must not fill the memory. */
const MAX_BYTES = 4096;

const kept: Certificate[] = [];
let oldest = 0;

/**
 * As `readCertificate`, but the last ones stay read. Only for a certificate of exactly these bytes is one given, so it says
 * what reading them again would; nothing is judged here. It shares no memory with `encoded`.
 * @throws Refusal `authority/malformed`
 */
export function readKnownCertificate(encoded: Uint8Array): Certificate {
  const known = kept.find((one) => equal(one.encoded, encoded));
  if (known) return known;
  if (encoded.length > MAX_BYTES) return readCertificate(encoded);
  const made = readCertificate(encoded.slice());
  kept[oldest] = made;
  oldest = (oldest + 1) % MAX_KEPT;
  return made;
}
