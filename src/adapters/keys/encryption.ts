import { createHash, hkdfSync } from 'node:crypto';
import { toHex, utf8 } from '../../core/bytes.ts';
import { sealGcm } from './gcm.ts';

export const KEK_BYTES = 32;

/** What a key-encryption key is called in files: first 8 bytes of SHA-256 of a prefix and the key, hexadecimal. */
export function kekIdOf(kek: Uint8Array): string {
  const hash = createHash('sha256').update(utf8('cotejo kek id')).update(kek);
  return toHex(new Uint8Array(hash.digest()).subarray(0, 8));
}

/**
 * The key under which the keys of an installation lie encrypted, in this process's memory. It is never given out: what is
 * derived from it is, for one purpose each. Printing it shows its id alone.
 */
export class KeyEncryption {
  readonly kekId: string;
  readonly #kek: Uint8Array;
  #isClosed = false;

  /** @param kek 32 random bytes, which are this object's from here on: it wipes them */
  constructor(kek: Uint8Array) {
    this.#kek = kek;
    this.kekId = kekIdOf(kek);
  }

  #open(): Uint8Array {
    if (this.#isClosed) throw new Error('the key-encryption key was wiped');
    return this.#kek;
  }

  /** 32 bytes for one purpose: HKDF-SHA256 without salt (RFC 5869). Two purposes never have the same name. */
  derive(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#open(), new Uint8Array(), utf8(purpose), KEK_BYTES));
  }

  /** The key-encryption key itself, sealed for a custodian. */
  wrap(key: Uint8Array, nonce: Uint8Array, additional: Uint8Array): Uint8Array {
    return sealGcm(key, nonce, this.#open(), additional);
  }

  /** Wipes it: nothing is opened any more. */
  close(): void {
    this.#isClosed = true;
    this.#kek.fill(0);
  }
}
