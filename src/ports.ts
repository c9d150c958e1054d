import { databaseExists } from './adapters/data-access.ts';
import { FileSecrets } from './adapters/file-secrets.ts';
import type { KeysCode } from './adapters/keys-code.ts';
import { FileKeys } from './adapters/keys.ts';
import type { KeyEncryption } from './adapters/keys/encryption.ts';
import type { Protection } from './adapters/keys/protection.ts';
import { nodePrimitives } from './adapters/primitives.ts';
import { sqliteLedger } from './adapters/sql/ledger.ts';
import { openSqlite, type SqliteData } from './adapters/sqlite.ts';
import { openMail } from './adapters/mail/open.ts';
import { systemClock, systemRandom } from './adapters/system.ts';
import { composeAccess } from './compose-access.ts';
import type { Config } from './config.ts';
import { Outage, Refusal } from './core/refusal.ts';
import type { Random } from './core/random.ts';
import type { Clock } from './core/time.ts';
import type { Ledger } from './log/ledger.ts';
import type { Mailer } from './notice/mailer.ts';

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
  /**
   * The keys by name; `development` is what the charter in `data` says of the installation.
   * @throws Outage `keys/locked` where they lie encrypted and nobody gave a passphrase
   */
  openKeys(development: boolean): Keys;
  /** Masters of the keys of cards, likewise. */
  openSecrets(development: boolean): Secrets;
  /** By what rule acts are committed. */
  readonly access: typeof composeAccess;
  /** Absent: nobody is told anything by mail. */
  readonly mailer?: Mailer;
  readonly clock: Clock;
  readonly random: Random;
}

/** What opens the key folder of `config`. @param unlocked under what it lies encrypted, where a passphrase was given */
export function keyPorts(
  { keysFolder }: Pick<Config, 'keysFolder'>,
  unlocked?: KeyEncryption,
): Pick<Ports, 'openKeys' | 'openSecrets'> {
  const protection = (development: boolean): Protection => {
    if (development) return { development };
    if (unlocked) return { encryption: unlocked };
    throw new Outage<KeysCode>('keys/locked', 'the keys are encrypted, and no passphrase was given');
  };
  return {
    openKeys: (development) => new FileKeys(keysFolder, protection(development)),
    openSecrets: (development) => new FileSecrets(keysFolder, protection(development)),
  };
}

/**
 * The database and key folder of `config`, and the system's time and randomness: one process at a time.
 * @param unlocked what its keys lie encrypted under; one of development needs none
 * @throws Refusal `installation/none`, `data/not-permitted`; Refusal and Outage of the database, `data/in-use` among them
 */
export function openPorts(config: Config, clock: Clock = systemClock, unlocked?: KeyEncryption): Ports {
  if (!databaseExists(config.databaseFile)) {
    throw new Refusal<InstallationCode>('installation/none', 'no installation in the data folder', {
      folder: config.dataFolder,
    });
  }
  const mailer = config.mail && openMail(config.mail);
  const data = openSqlite(config.databaseFile);
  return {
    data,
    ...(mailer && { mailer }),
    ledger: sqliteLedger(data, nodePrimitives),
    ...keyPorts(config, unlocked),
    access: composeAccess,
    clock,
    random: systemRandom,
  };
}
