import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { devInstitution } from '../../keys-dev/institution.ts';
import { makeDevKeys, type DevKeys } from '../../keys-dev/make.ts';
import { install } from '../../src/adapters/install.ts';
import type { SoftwareKey } from '../../src/adapters/keys.ts';
import type { CharterFounder } from '../../src/authority/charter.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { Ports } from '../../src/ports.ts';
import { OFFICE_ORIGIN, openData, type Opened, type OpenOptions } from './office.ts';

/** IANA's arc for documentation: under the example arc nothing but development stands. */
export const REAL_ARC = '1.3.6.1.4.1.32473';

/** An installation that is none of development, and its keys in memory alone: the root's with whoever made it. */
export interface Founded {
  readonly config: Config;
  readonly keys: DevKeys<SoftwareKey>;
  open(options?: OpenOptions): Promise<Opened>;
}

function founder(name: string): CharterFounder {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  return { person: new Uint8Array(randomBytes(16)), name, key };
}

/** Founds an installation in a folder below `folder`. */
export async function found(folder: string): Promise<Founded> {
  const dataFolder = join(folder, 'data');
  const config = readConfig({ COTEJO_DATA: dataFolder, COTEJO_LISTEN: '127.0.0.1:0' }, folder);
  const keys = await makeDevKeys();
  await install({
    ...{ dataFolder, databaseName: 'cotejo.sqlite', country: 'MX', origin: OFFICE_ORIGIN },
    institution: { ...devInstitution, policyArc: REAL_ARC },
    founders: [founder('Ana Fundadora'), founder('Luis Fundador')],
    makeKeys: async () => keys,
  });
  return { config, keys, open: (options) => openData(config, { ...options, replace: withKeys(keys) }) };
}

/** Every key but the root's, which is in a safe. */
function withKeys(keys: DevKeys<SoftwareKey>): (ports: Ports) => Ports {
  const served = new Map<string, SoftwareKey>(Object.entries(keys).filter(([role]) => role !== 'raiz'));
  const get = async (name: string): Promise<SoftwareKey & { readonly name: string }> => {
    const key = served.get(name);
    if (!key) throw new Refusal('keys/not-found', `no key ${name}`, { name });
    return { name, ...key };
  };
  return (ports) => ({
    ...ports,
    openKeys: () => ({ get, findOrGenerate: get }),
    openSecrets: () => ports.openSecrets(true),
  });
}
