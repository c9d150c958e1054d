import type { DataCode } from './adapters/data-code.ts';
import { sqlAuthorities } from './adapters/sql/authorities.ts';
import { sqlInstitution } from './adapters/sql/institution.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import { openCharter, type ReadCharter } from './authority/charter.ts';
import type { CharterRow } from './authority/store.ts';
import type { Config, ConfigCode } from './config.ts';
import { isRefusal, Refusal } from './core/refusal.ts';
import type { Institution } from './directory/institution.ts';
import type { InstallationCode } from './ports.ts';

/** What an installation says of itself, before anything is composed. */
export interface Installed extends ReadCharter {
  readonly institution: Institution;
  readonly charterRow: CharterRow;
}

/**
 * The newest charter and the institution, as their rows say: what they have to be, the log tells (`checkInstitution`).
 * @throws Refusal `installation/none`, `config/origin-differs`, `data/charter-damaged`
 */
export async function readInstalled(
  config: Pick<Config, 'dataFolder' | 'origin'>,
  data: SqliteData,
): Promise<Installed> {
  const institution = await sqlInstitution(data);
  const charterRow = await sqlAuthorities(data).latestCharter();
  if (!institution || !charterRow) {
    throw new Refusal<InstallationCode>('installation/none', 'no installation in the data folder', {
      folder: config.dataFolder,
    });
  }
  const read = storedCharter(charterRow);
  const { origin } = read.charter;
  if (config.origin !== undefined && config.origin !== origin) {
    const facts = { found: config.origin, expected: origin };
    throw new Refusal<ConfigCode>('config/origin-differs', 'another origin than the charter', facts);
  }
  return { ...read, institution, charterRow };
}

/** @throws Refusal `data/charter-damaged` */
function storedCharter({ charter }: Partial<CharterRow>): ReadCharter {
  try {
    if (charter instanceof Uint8Array) return openCharter(charter);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new Refusal<DataCode>('data/charter-damaged', error.message, { reason: error.code });
  }
  throw new Refusal<DataCode>('data/charter-damaged', 'the row of the charter holds no bytes');
}
