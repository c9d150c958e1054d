import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificateBody } from '../authority/certificate.ts';
import { toHex } from '../core/bytes.ts';
import type { CborValue } from '../core/cbor.ts';
import type { LeafSubject } from '../log/claim.ts';
import { isDishonest } from '../log/vouch.ts';
import { kindOfBody } from './body.ts';
import { REVOCATION_REASONS } from './credential.ts';

interface Holder {
  readonly serial: string;
  readonly authority: CborValue | undefined;
  readonly officialId: CborValue | undefined;
  /** GUID of the card that its certificate names, in hexadecimal. */
  readonly card: string | undefined;
}

/** A credential that those before it did not allow. */
export interface CertifiedFault extends LeafSubject {
  /** `key`: its key was another's, or had been in other hands. `slot`: its card had another one for the same slot. */
  readonly field: 'key' | 'slot';
}

/**
 * The keys that were certified, and which of them were revoked or reported stolen, as the leaves of a log tell it one after
 * another: one key serves one person in one purpose, on one card or none, and nobody once it was in other hands; a slot of a card has one
 * that is not revoked.
 */
export class CertifiedKeys {
  /** By the public key in hexadecimal. */
  readonly #holders = new Map<string, Holder[]>();
  readonly #stolen = new Set<string>();
  /** Serial numbers: the last of each slot of each card. */
  readonly #inSlots = new Map<string, string>();
  readonly #revoked = new Set<string>();
  #isRevokedUnread = false;

  /**
   * Adds what the next leaf commits to, an intent or a revocation; anything else, and what we never wrote, says nothing.
   * What of a credential was not allowed by then.
   */
  add(record: readonly CborValue[]): readonly CertifiedFault[] {
    try {
      if (record[1] === 'credential/intent') return this.#certify(record);
      if (record[1] === 'credential/revoked') this.#revoke(record);
      return [];
    } catch (error) {
      if (isDishonest(error)) return [];
      throw error;
    }
  }

  /** A revocation whose record is gone may have been of any: from then on no slot is said to have two. */
  addUnreadRevocation(): void {
    this.#isRevokedUnread = true;
  }

  #revoke([, , , number, , reason]: readonly CborValue[]): void {
    const serial = toHex(number as Uint8Array);
    this.#revoked.add(serial);
    if (reason === REVOCATION_REASONS.keyCompromise) this.#stolen.add(serial);
  }

  #certify([, , authority, number, officialId, tbs]: readonly CborValue[]): readonly CertifiedFault[] {
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
    const isSecond = card !== undefined && this.#isSecond(`${card} ${kindOfBody(body, authority as string)}`, serial);
    const fault = (field: CertifiedFault['field']): CertifiedFault => ({ noun: 'credential', key: serial, field });
    return [...(isClash ? [fault('key')] : []), ...(isSecond ? [fault('slot')] : [])];
  }

  /** The office revokes what a slot had before it certifies another key for it. */
  #isSecond(slot: string, serial: string): boolean {
    const before = this.#inSlots.get(slot);
    this.#inSlots.set(slot, serial);
    return before !== undefined && !this.#revoked.has(before) && !this.#isRevokedUnread;
  }
}
