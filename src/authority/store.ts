import type { Put, Versioned } from '../log/ledger.ts';
import type { Authority, AuthorityId } from './authority.ts';

/** Under the authority's id. */
export type AuthorityWrite = Put<'authority', Authority>;

/**
 * Reads the authorities. Each call sees every act that was committed before it; calls may run at once. All throw the
 * outages of the ledger.
 */
export interface AuthorityStore {
  findAuthority(id: AuthorityId): Promise<Versioned<Authority> | undefined>;
  /** In the order root, credentials, letters; at most three. */
  listAuthorities(): Promise<readonly Versioned<Authority>[]>;
}
