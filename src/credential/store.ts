import type { Put, Versioned } from '../log/ledger.ts';
import type { Official } from '../directory/official.ts';
import type { Credential, CredentialKind, CredentialState } from './credential.ts';

/** What a caller's idempotency key stands for: the digest of the request, and what it made. */
export interface Attempt {
  /** SHA-256 of the request: the same key with another request is refused. */
  readonly requestDigest: Uint8Array;
  /** Key of what was made: a serial number, a letter's id. */
  readonly made: string;
}

/** A place in a status list that is taken, and by whom. The row's key is `list/index`. */
export interface StatusPlace {
  readonly list: string;
  readonly index: number;
  readonly subject: string;
}

export type CredentialWrite =
  | Put<'credential', Credential>
  | Put<'attempt', Attempt>
  | Put<'status-place', StatusPlace>
  | Put<'official', Official>;

export interface CredentialQuery {
  readonly officialId?: string;
  readonly kind?: CredentialKind;
  readonly state?: CredentialState;
  /** Serial number to go on after. */
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

/**
 * Reads credentials. Each call sees every act that was committed before it; calls may run at once. All throw the
 * outages of the ledger.
 */
export interface CredentialStore {
  find(serial: string): Promise<Versioned<Credential> | undefined>;
  /** In the order of their serial numbers. */
  list(query: CredentialQuery): Promise<readonly Credential[]>;
  /** Whether a credential of another person, or a revoked one, has this key: hexadecimal SHA-256 of the SPKI. */
  findByKey(keyHash: string): Promise<readonly Credential[]>;
  findAttempt(key: string): Promise<Attempt | undefined>;
  isPlaceTaken(list: string, index: number): Promise<boolean>;
}
