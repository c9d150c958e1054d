import { basename, dirname, join } from 'node:path';
import { storeDevKeys } from '../../keys-dev/make.ts';
import { devInstitution } from '../../keys-dev/institution.ts';
import { install } from '../../src/adapters/install.ts';
import { FileKeys } from '../../src/adapters/keys.ts';
import { readInstitution, type Config } from '../../src/config.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import { EXIT, type Command } from '../command.ts';
import { readInput } from '../files.ts';

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

export const init: Command = {
  name: 'init',
  summary: {
    es: 'crea la carpeta de datos, la base y las autoridades (--dev: llaves desechables de prueba)',
    en: 'makes the data folder, the database and the authorities (--dev: throwaway test keys)',
  },
  options: {
    dev: {
      type: 'boolean',
      help: {
        es: 'instalación de prueba: nada de lo que firme vale',
        en: 'test installation: nothing it signs counts',
      },
    },
  },
  async run({ given, screen, config }) {
    if (!given.flag('dev')) {
      throw new Refusal<EntryCode>(
        'installation/production-not-yet',
        'this release makes development installations only',
      );
    }
    if (dirname(config.databaseFile) !== config.dataFolder || config.keysFolder !== join(config.dataFolder, 'keys')) {
      throw new Refusal('config/malformed', 'init makes database and keys inside the data folder', {
        variable: 'COTEJO_DATABASE_URL / COTEJO_KEYS',
      });
    }
    screen.progress(screen.say({ es: 'Creando llaves y autoridades…', en: 'Making keys and authorities…' }));
    const { origin, institution } = await initDevelopment(config);
    screen.progressDone();
    if (screen.json) screen.data({ dataFolder: config.dataFolder, origin, institution, dev: true });
    screen.line(
      `${screen.paint('good', '✓')} ${screen.say({
        es: `Instalación de PRUEBA lista en ${config.dataFolder}`,
        en: `TEST installation ready in ${config.dataFolder}`,
      })}`,
    );
    screen.facts([
      [screen.say({ es: 'Institución', en: 'Institution' }), institution],
      [screen.say({ es: 'Dirección', en: 'Address' }), origin],
    ]);
    screen.line(
      screen.say({
        es: 'Siga con: ./cotejo unit set … y ./cotejo official add … (docs/es/primeros-pasos.md)',
        en: 'Next: ./cotejo unit set … and ./cotejo official add … (docs/getting-started.md)',
      }),
    );
    return EXIT.done;
  },
};
