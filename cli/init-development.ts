import { basename } from 'node:path';
import { devInstitution } from '../keys-dev/institution.ts';
import { storeDevKeys } from '../keys-dev/make.ts';
import { install } from '../src/adapters/install.ts';
import { FileKeys } from '../src/adapters/keys.ts';
import { readInstitution, type Config, type ConfigCode } from '../src/config.ts';
import { Refusal } from '../src/core/refusal.ts';
import { makingFolder } from './data-folder.ts';
import { readInput } from './files.ts';

/**
 * Where the service will listen, as an address that others can open: it stands in every seal for ever.
 * @throws Refusal `config/origin-missing` for all addresses of the machine, any port, or an address that no seal takes
 */
function originOf({ host, port }: Config['listen']): string {
  const isEverywhere = /^[0.]+$/.test(host);
  if (isEverywhere || host.includes(':') || port === 0) {
    const facts = { found: `${host}:${port}` };
    throw new Refusal<ConfigCode>('config/origin-missing', 'nobody can open the address listened on', facts);
  }
  return `http://${host}:${port}`;
}

/** A development installation with throwaway keys, in the data folder. */
export async function initDevelopment(
  config: Config,
): Promise<{ readonly origin: string; readonly institution: string }> {
  const origin = config.origin ?? originOf(config.listen);
  const institution = config.institutionFile
    ? readInstitution(await readInput(config.institutionFile, 1_000_000))
    : devInstitution;
  await makingFolder(config.dataFolder, () =>
    install({
      dataFolder: config.dataFolder,
      databaseName: basename(config.databaseFile),
      institution: { ...institution, policyArc: devInstitution.policyArc },
      country: 'MX',
      origin,
      founders: [],
      makeKeys: (folder) => storeDevKeys(new FileKeys(folder, { development: true })),
    }),
  );
  return { origin, institution: institution.name };
}
