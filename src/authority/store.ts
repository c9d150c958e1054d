import type { Put, Versioned } from '../log/ledger.ts';
import type { Authority, CertifiedKeyId } from './authority.ts';

/** A charter as published; its row's key is its number in ten digits. */
export interface CharterRow {
  readonly number: number;
  readonly charter: Uint8Array;
}

/** Authorities stand under their ids. */
export type AuthorityWrite = Put<'authority', Authority<CertifiedKeyId>> | Put<'charter', CharterRow>;

export function charterKey(number: number): string {
  return String(number).padStart(10, '0');
}

/**
 * Reads the authorities. Each call sees every act that was committed before it; calls may run at once. All throw the
 * outages of the ledger.
 */
export interface AuthorityStore {
  findAuthority<Id extends CertifiedKeyId>(id: Id): Promise<Versioned<Authority<Id>> | undefined>;
  /** In the order root, credentials, letters; at most three. */
  listAuthorities(): Promise<readonly Versioned<Authority>[]>;
  /** The one with the greatest number. */
  latestCharter(): Promise<CharterRow | undefined>;
}
