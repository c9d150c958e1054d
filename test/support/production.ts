import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { devInstitution } from '../../keys-dev/institution.ts';
import { install, KEY_KINDS, type InstallationRole } from '../../src/adapters/install.ts';
import { FileKeys, generateKey, type StoredKey } from '../../src/adapters/keys.ts';
import { createUnlock } from '../../src/adapters/keys/unlock.ts';
import type { CharterFounder } from '../../src/authority/charter.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { ANA, CHEAP, LUIS } from './custodians.ts';

/** An arc that is not the one of development installations, and that nobody was given. */
const ARC = '1.3.6.1.4.1.99999.7';

/**
 * The data of an installation that is not of development, whose keys lie encrypted for two custodians: as a ceremony leaves it,
 * but for the root's key, which is there too.
 */
export async function installProduction({
  origin = 'https://cotejo.example.org',
  founders,
}: { readonly origin?: string; readonly founders?: readonly CharterFounder[] } = {}): Promise<Config> {
  const folder = join(mkdtempSync(join(tmpdir(), 'cotejo-prod-')), 'data');
  const config = readConfig({ COTEJO_DATA: folder, COTEJO_LISTEN: '127.0.0.1:0' }, folder);
  const founder = async (name: string, byte: number): Promise<CharterFounder> => {
    const { signer } = await generateKey('P-256');
    return { person: new Uint8Array(16).fill(byte), name, key: signer.spki };
  };
  await install({
    dataFolder: folder,
    databaseName: 'cotejo.sqlite',
    institution: { ...devInstitution, policyArc: ARC },
    country: 'MX',
    origin,
    founders: founders ?? [await founder('Ana Pérez', 1), await founder('Luis Ríos', 2)],
    async makeKeys(keysFolder) {
      const encryption = await createUnlock(keysFolder, [ANA, LUIS], CHEAP);
      const keys = new FileKeys(keysFolder, { encryption });
      const made: [string, StoredKey][] = [];
      for (const [role, kind] of Object.entries(KEY_KINDS)) made.push([role, await keys.generate(role, kind)]);
      return Object.fromEntries(made) as Record<InstallationRole, StoredKey>;
    },
  });
  return config;
}

export function removeInstallation({ dataFolder }: Pick<Config, 'dataFolder'>): void {
  rmSync(dirname(dataFolder), { recursive: true, force: true });
}
