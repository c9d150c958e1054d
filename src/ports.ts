import { databaseExists } from './adapters/data-access.ts';
import { FileSecrets } from './adapters/file-secrets.ts';
import { FileKeys } from './adapters/keys.ts';
import { nodePrimitives } from './adapters/primitives.ts';
import { sqliteLedger } from './adapters/sql/ledger.ts';
import { openSqlite, type SqliteData } from './adapters/sqlite.ts';
import { systemClock, systemRandom } from './adapters/system.ts';
import type { Config } from './config.ts';
import { Refusal } from './core/refusal.ts';
import type { Random } from './core/random.ts';
import type { Clock } from './core/time.ts';
import type { Ledger } from './log/ledger.ts';

export type InstallationCode =
  /** There is no installation in the data folder: `init` makes one. */
  'installation/none';

export type Keys = Pick<FileKeys, 'get' | 'findOrGenerate'>;
export type Secrets = Pick<FileSecrets, 'get' | 'findOrMake' | 'list'>;

/** What an installation holds of the machine: everything else is composed from these. */
export interface Ports {
  readonly data: SqliteData;
  /** Writes into `data`. */
  readonly ledger: Ledger;
  /** The keys by name; `development` is what the charter in `data` says of the installation. */
  openKeys(development: boolean): Keys;
  /** Masters of the keys of cards, likewise. */
  openSecrets(development: boolean): Secrets;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The database and key folder of `config`, and the system's time and randomness: one process at a time.
 * @throws Refusal `installation/none`, `data/not-permitted`; Refusal and Outage of the database, `data/in-use` among them
 */
export function openPorts(config: Config, clock: Clock = systemClock): Ports {
  if (!databaseExists(config.databaseFile)) {
    throw new Refusal<InstallationCode>('installation/none', 'no installation in the data folder', {
      folder: config.dataFolder,
    });
  }
  const data = openSqlite(config.databaseFile);
  return {
    data,
    ledger: sqliteLedger(data, nodePrimitives),
    openKeys: (development) => new FileKeys(config.keysFolder, { development }),
    openSecrets: (development) => new FileSecrets(config.keysFolder, { development }),
    clock,
    random: systemRandom,
  };
}
