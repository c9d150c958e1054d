import { loggedPublicVersions, loggedPublicVersionStore } from './adapters/logged/public-versions.ts';
import { sqlPublicVersions } from './adapters/sql/public-versions.ts';
import type { WitnessLog } from './adapters/logged/first-leaves.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import { stateOfVersion } from './oficio/public-version.ts';
import type { PublicVersionOffice } from './oficio/public-version-store.ts';
import {
  registerPublicVersion,
  withdrawPublicVersion,
  type PublicVersionDeps,
} from './oficio/register-public-version.ts';
import type { ReceptionOffice } from './oficio/reception-store.ts';
import type { OficioStore } from './oficio/store.ts';
import { MAX_FILE_BYTES } from './verifier/index.ts';

interface PublicVersionParts extends Omit<PublicVersionDeps, 'store' | 'listReceptions' | 'maxFileBytes' | 'oficios'> {
  readonly data: SqliteData;
  readonly log: WitnessLog;
  readonly oficios: Pick<OficioStore, 'find'>;
  /** As the log has it. */
  readonly findDocument: OficioStore['findDocument'];
  readonly receptions: Pick<ReceptionOffice, 'listOf'>;
}

/** Public versions of letters: registering, withdrawing, and the file that is published. */
export function composePublicVersions(parts: PublicVersionParts): PublicVersionOffice {
  const { data, log, primitives, receptions, oficios } = parts;
  const rows = sqlPublicVersions(data);
  const store = loggedPublicVersionStore(rows, log, primitives);
  const deps: PublicVersionDeps = {
    ...parts,
    store,
    listReceptions: (letter) => receptions.listOf(letter),
    maxFileBytes: MAX_FILE_BYTES,
  };
  return {
    register: (request) => registerPublicVersion(deps, request),
    withdraw: (request) => withdrawPublicVersion(deps, request),
    listOf: async (letter) => (await store.listOf(letter)).map(({ record }) => record),
    async findPublished(id) {
      const row = await rows.find(id);
      const letter = row && (await oficios.find(row.record.letter));
      const all = letter ? await loggedPublicVersions(log, letter.record, primitives, { acceptUnread: true }) : [];
      const told = all.find((one) => one.id === id);
      return told && stateOfVersion(told) === 'current' ? parts.findDocument(told.leaf) : undefined;
    },
  };
}
