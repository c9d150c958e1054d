import { decodeCbor } from '../core/cbor.ts';
import { isRefusal } from '../core/refusal.ts';

/** What the authenticator says of itself and its user (WebAuthn L3 §6.1). Bytes are views into the input. */
export interface AuthenticatorData {
  readonly rpIdHash: Uint8Array;
  /** Somebody touched it. */
  readonly isUserPresent: boolean;
  /** It knew them, by a PIN, finger or face. */
  readonly isUserVerified: boolean;
  /** The key may leave the device for others of the same person: a synced passkey. */
  readonly isBackupEligible: boolean;
  /** It has left it. */
  readonly isBackedUp: boolean;
  readonly hasAttestedCredential: boolean;
  readonly hasExtensions: boolean;
  readonly signCount: number;
  /** What follows the part that all have. */
  readonly rest: Uint8Array;
}

const FIXED_BYTES = 37;

const FLAG = { UP: 0x01, UV: 0x04, BE: 0x08, BS: 0x10, AT: 0x40, ED: 0x80 } as const;

/** The part that all have; `undefined` when it is cut short. Reserved flags are left to whoever gives them a meaning. */
export function readAuthenticatorData(bytes: Uint8Array): AuthenticatorData | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  const flags = bytes[32]!;
  return {
    rpIdHash: bytes.subarray(0, 32),
    isUserPresent: (flags & FLAG.UP) !== 0,
    isUserVerified: (flags & FLAG.UV) !== 0,
    isBackupEligible: (flags & FLAG.BE) !== 0,
    isBackedUp: (flags & FLAG.BS) !== 0,
    hasAttestedCredential: (flags & FLAG.AT) !== 0,
    hasExtensions: (flags & FLAG.ED) !== 0,
    signCount: new DataView(bytes.buffer, bytes.byteOffset + 33).getUint32(0),
    rest: bytes.subarray(FIXED_BYTES),
  };
}

/** A map of extension identifiers (§9), in the one encoding that CTAP 2 allows its authenticators (§8). */
function isExtensionMap(bytes: Uint8Array): boolean {
  try {
    const map = decodeCbor(bytes, { maxDepth: 4, maxItems: 64 });
    return map instanceof Map && [...map.keys()].every((name) => typeof name === 'string');
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Whether after the fixed part stands what the flags of an assertion say, and nothing else. */
export function endsAsAssertion({ hasAttestedCredential, hasExtensions, rest }: AuthenticatorData): boolean {
  // §6.1: MUST NOT be in an assertion. What a registration signs must not pass for one.
  if (hasAttestedCredential) return false;
  return hasExtensions ? isExtensionMap(rest) : rest.length === 0;
}
