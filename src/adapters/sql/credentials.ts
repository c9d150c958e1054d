import type { Credential } from '../../credential/credential.ts';
import type { CredentialStore } from '../../credential/store.ts';
import { attempts, credentials } from './nouns.ts';
import { findRecord, listRecords, type ReadOptions } from './record-table.ts';
import { findPlace } from './places.ts';
import type { Reader } from './statements.ts';

const MAX_OF_ONE_KEY = 16;

export function sqlCredentials(db: Reader, options: ReadOptions = {}): CredentialStore {
  const records = (rows: readonly { readonly record: Credential }[]): Credential[] => rows.map(({ record }) => record);
  return {
    find: (serial) => findRecord(db, credentials, serial, options),
    async list({ officialId, kind, state, after, limit }) {
      const where = {
        ...(officialId !== undefined && { official: officialId }),
        ...(kind !== undefined && { kind }),
        ...(state !== undefined && { state }),
      };
      return records(
        await listRecords(db, credentials, { where, limit, ...(after !== undefined && { after }), ...options }),
      );
    },
    async findByKey(keyHash) {
      return records(
        await listRecords(db, credentials, { where: { key_hash: keyHash }, limit: MAX_OF_ONE_KEY, ...options }),
      );
    },
    async findAttempt(key) {
      return (await findRecord(db, attempts, key))?.record;
    },
    findPlace: (list, index) => findPlace(db, list, index),
  };
}
