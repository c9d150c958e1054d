import { dirname, join } from 'node:path';
import { withoutSecrets, type ConfigCode } from '../../src/config.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { EXIT, UsageError, type Command, type Given } from '../command.ts';

function elsewhere(variable: string, found: string): Refusal<ConfigCode> {
  const facts = { variable, found: withoutSecrets(found), form: 'inside-data' };
  return new Refusal<ConfigCode>('config/malformed', 'init makes database and keys inside the data folder', facts);
}

const OF_FOUNDING = ['founder', 'custodian', 'root-media', 'root-media-same-disk', 'own'];

function refuseFoundingOptions(given: Given): void {
  const superfluous = OF_FOUNDING.find((name) => given.texts(name).length > 0);
  if (superfluous === undefined) return;
  throw new UsageError({
    es: `--${superfluous} no va con --dev: nadie funda una instalación de prueba`,
    en: `--${superfluous} does not go with --dev: nobody founds a test installation`,
  });
}

export const init: Command = {
  name: 'init',
  summary: {
    es: 'funda una instalación, con dos personas y dos memorias (--dev: una de prueba, con llaves desechables)',
    en: 'founds an installation, with two people and two media (--dev: one for tests, with throwaway keys)',
  },
  options: {
    dev: {
      type: 'boolean',
      help: {
        es: 'instalación de prueba: nada de lo que firme vale',
        en: 'test installation: nothing it signs counts',
      },
    },
    founder: {
      type: 'string',
      multiple: true,
      value: { es: 'NOMBRE', en: 'NAME' },
      help: { es: 'una persona fundadora; se indica de 2 a 16 veces', en: 'a founder; given 2 to 16 times' },
    },
    custodian: {
      type: 'string',
      value: { es: 'NOMBRE', en: 'NAME' },
      help: {
        es: 'quién custodia la contraseña de las llaves del servicio',
        en: "who keeps the passphrase of the service's keys",
      },
    },
    'root-media': {
      type: 'string',
      multiple: true,
      value: { es: 'CARPETA', en: 'FOLDER' },
      help: {
        es: 'dónde está conectada una memoria para la raíz; se indica 2 veces',
        en: 'where a medium for the root is mounted; given twice',
      },
    },
    'root-media-same-disk': {
      type: 'boolean',
      help: {
        es: 'acepta las dos memorias en el disco de los datos: sólo para ensayos',
        en: 'accepts both media on the disk of the data: for rehearsals only',
      },
    },
    own: {
      type: 'boolean',
      help: {
        es: 'cada quien elige su contraseña, en vez de que Cotejo la genere',
        en: 'everybody chooses their passphrase, instead of Cotejo drawing one',
      },
    },
  },
  async run({ given, screen, config }) {
    if (dirname(config.databaseFile) !== config.dataFolder) {
      throw elsewhere('COTEJO_DATABASE_URL', `sqlite:${config.databaseFile}`);
    }
    if (config.keysFolder !== join(config.dataFolder, 'keys'))
      throw elsewhere('COTEJO_KEYS', `file:${config.keysFolder}`);
    if (!given.flag('dev')) {
      await (await import('../init-production.ts')).initProduction(given, screen, config);
      return EXIT.done;
    }
    refuseFoundingOptions(given);
    screen.progress(screen.say({ es: 'Creando llaves y autoridades…', en: 'Making keys and authorities…' }));
    const { initDevelopment } = await import('../init-development.ts');
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
