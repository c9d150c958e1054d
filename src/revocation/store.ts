import type { AuthorityId } from '../authority/authority.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { Put, Versioned } from '../log/ledger.ts';
import type { RevokedEntry } from './crl.ts';
import type { StatusListName } from './lists.ts';
import type { Status } from './status-list.ts';

/** The newest complete list of an authority. `prepared`: recorded, and it may have been signed. */
export interface CrlRow {
  readonly authority: AuthorityId;
  readonly number: number;
  readonly state: 'prepared' | 'published';
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** Exact body, DER. */
  readonly tbs: Uint8Array;
  /** The signed list, DER, once it is published; where its key is not at hand, until then the one before. */
  readonly crl?: Uint8Array;
  readonly intentLeaf: number;
  readonly publishedLeaf?: number;
}

export type RevocationWrite = Put<'crl', CrlRow>;

/** A place in a status list that is not valid. */
export type StatusEntry = readonly [index: number, status: Exclude<Status, 'valid'>];

/**
 * Reads what the published lists say. Each call sees every act that was committed before it; calls may run at once. All
 * throw the outages of the ledger.
 */
export interface RevocationStore {
  /** Certificates of this authority that are revoked or suspended now. */
  revokedCertificates(authority: AuthorityId): Promise<readonly RevokedEntry[]>;
  /** Places of this status list that are not valid now. */
  statusEntries(list: StatusListName): Promise<readonly StatusEntry[]>;
  findCrl(authority: AuthorityId): Promise<Versioned<CrlRow> | undefined>;
}
