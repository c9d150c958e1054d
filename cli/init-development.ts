import { basename } from 'node:path';
import { devInstitution } from '../keys-dev/institution.ts';
import { storeDevKeys } from '../keys-dev/make.ts';
import { install } from '../src/adapters/install.ts';
import { FileKeys } from '../src/adapters/keys.ts';
import { readInstitution, type Config } from '../src/config.ts';
import { readInput } from './files.ts';

/** A development installation with throwaway keys, in the data folder. */
export async function initDevelopment(
  config: Config,
): Promise<{ readonly origin: string; readonly institution: string }> {
  const { host, port } = config.listen;
  const origin = config.origin ?? `http://${host}:${port}`;
  const institution = config.institutionFile
    ? readInstitution(await readInput(config.institutionFile, 1_000_000))
    : devInstitution;
  await install({
    dataFolder: config.dataFolder,
    databaseName: basename(config.databaseFile),
    institution: { ...institution, policyArc: devInstitution.policyArc },
    country: 'MX',
    origin,
    makeKeys: (folder) => storeDevKeys(new FileKeys(folder, { development: true })),
  });
  return { origin, institution: institution.name };
}
