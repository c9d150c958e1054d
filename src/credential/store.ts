import { Refusal } from '../core/refusal.ts';
import type { AttemptStore, AttemptWrite } from '../log/attempt.ts';
import type { LogCode } from '../log/code.ts';
import type { Put, Versioned } from '../log/ledger.ts';
import type { PlaceStore, PlaceWrite } from '../revocation/place.ts';
import type { Official } from '../directory/official.ts';
import type { Credential, CredentialKind, CredentialState } from './credential.ts';

export type CredentialWrite = Put<'credential', Credential> | AttemptWrite | PlaceWrite | Put<'official', Official>;

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
export interface CredentialStore extends AttemptStore, PlaceStore {
  find(serial: string): Promise<Versioned<Credential> | undefined>;
  /** In the order of their serial numbers. */
  list(query: CredentialQuery): Promise<readonly Credential[]>;
  /** Whether a credential of another person, or a revoked one, has this key: hexadecimal SHA-256 of the SPKI. */
  findByKey(keyHash: string): Promise<readonly Credential[]>;
}

/**
 * A credential of which the log tells. Where its row is gone nobody may go on as if there were none: once it is put back it is what
 * it was.
 * @throws Refusal `log/corrupt`, whose facts name the row, where it is gone
 */
export async function getRecorded(
  store: Pick<CredentialStore, 'find'>,
  serial: string,
): Promise<Versioned<Credential>> {
  const found = await store.find(serial);
  if (found) return found;
  const facts = { noun: 'credential', key: serial };
  throw new Refusal<LogCode>('log/corrupt', `the row of credential ${serial}, which the log has, is gone`, facts);
}
