import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificateBody } from '../authority/certificate.ts';
import { toHex } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { LeafSubject } from '../log/claim.ts';
import { isDishonest } from '../log/vouch.ts';
import { REVOCATION_REASONS } from './credential.ts';

interface Holder {
  readonly serial: string;
  readonly authority: CborValue | undefined;
  readonly officialId: CborValue | undefined;
  /** GUID of the card that its certificate names, in hexadecimal. */
  readonly card: string | undefined;
}

/**
 * The keys that were certified, and which of them were reported stolen, as the leaves of a log tell it one after
 * another: one key serves one person in one purpose, on one card or none, and nobody once it was in other hands.
 */
export class CertifiedKeys {
  /** By the public key in hexadecimal. */
  readonly #holders = new Map<string, Holder[]>();
  readonly #stolen = new Set<string>();

  /**
   * Adds what the next leaf commits to, an intent or a revocation; anything else, and what we never wrote, says nothing.
   * The credential that was not allowed by then, if it was not.
   */
  add(record: readonly CborValue[]): LeafSubject | undefined {
    try {
      if (record[1] === 'credential/intent') return this.#certify(record);
      const isTheft = record[1] === 'credential/revoked' && record[5] === REVOCATION_REASONS.keyCompromise;
      if (isTheft) this.#stolen.add(toHex(record[3] as Uint8Array));
      return undefined;
    } catch (error) {
      if (isDishonest(error)) return undefined;
      throw error;
    }
  }

  #certify([, , authority, number, officialId, tbs]: readonly CborValue[]): LeafSubject | undefined {
    const serial = toHex(number as Uint8Array);
    const body = readCertificateBody(tbs as Uint8Array);
    const key = toHex(body.key.spki);
    const guid = cardGuidOf(body);
    const card = guid && toHex(guid);
    const earlier = this.#holders.get(key) ?? [];
    this.#holders.set(key, [...earlier, { serial, authority, officialId, card }]);
    const isClash = earlier.some(
      (one) =>
        one.officialId !== officialId ||
        one.authority !== authority ||
        one.card !== card ||
        this.#stolen.has(one.serial),
    );
    return isClash ? { noun: 'credential', key: serial } : undefined;
  }
}
