import type { UnixSeconds } from '../core/time.ts';

/** A letter as the origin's register tells it to the verifier. Digests and salts are bytes, ids hexadecimal. */
export interface RegisteredLetter {
  readonly id: string;
  readonly folio: string;
  readonly unit: string;
  readonly type: number;
  /** Centavos; 0 = asks for no money. */
  readonly amount: number;
  readonly subject: string;
  readonly state: 'sealed' | 'signed' | 'cancelled' | 'replaced';
  readonly sealedAt: UnixSeconds;
  readonly endedAt?: UnixSeconds;
  readonly replacedBy?: string;
  readonly signer: {
    readonly officialId: string;
    readonly name: string;
    readonly post: string;
    readonly serial: string;
  };
  /** Leaf index from which acts with the signer's key are void. */
  readonly signerCompromisedFrom?: number;
  readonly inputDigest: Uint8Array;
  readonly signed?: {
    readonly leaf: number;
    readonly salt: Uint8Array;
    readonly byteRangeDigest: Uint8Array;
    readonly certificateDigest: Uint8Array;
  };
}

/** A certificate as the origin's register tells it. */
export interface RegisteredCredential {
  readonly serial: string;
  readonly kind: 'staff' | 'signer';
  readonly state: 'prepared' | 'issued' | 'suspended' | 'revoked';
  /** DER; absent until it is issued. */
  readonly certificate?: Uint8Array;
  /** The profile that the certificate binds, deterministic CBOR. */
  readonly profile: Uint8Array;
  readonly statusAt?: UnixSeconds;
  readonly revocationReason?: string;
  readonly issued?: { readonly leaf: number; readonly salt: Uint8Array; readonly record: Uint8Array };
  readonly official: {
    readonly id: string;
    readonly mandate: 'current' | 'not-yet' | 'expired' | 'ended';
    readonly endedOn?: string;
  };
}

/** Proof that a leaf stands in the log: the entry, its inclusion proof, and the signed checkpoint it leads to. */
export interface LeafProof {
  readonly entry: Uint8Array;
  readonly proof: readonly Uint8Array[];
  /** The C2SP checkpoint, a signed note. */
  readonly checkpoint: string;
}

/**
 * What only the origin can answer. The verifier believes none of it where the log or a signature can show it.
 * Reads may run at once; an absent thing is `undefined`; an outage throws.
 */
export interface Register {
  /** The time up to which the register knows every act. */
  readonly asOf: UnixSeconds;
  letter(id: string): Promise<RegisteredLetter | undefined>;
  letterByFolio(folio: string): Promise<RegisteredLetter | undefined>;
  /** Letters whose random id begins with the 55 bits of a typed code: normally none or one. */
  lettersByCode(code: string): Promise<readonly RegisteredLetter[]>;
  credential(serial: string): Promise<RegisteredCredential | undefined>;
  leaf(index: number): Promise<LeafProof | undefined>;
}
