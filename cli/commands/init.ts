import { dirname, join } from 'node:path';
import { withoutSecrets, type ConfigCode } from '../../src/config.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import { EXIT, type Command } from '../command.ts';

function elsewhere(variable: string, found: string): Refusal<ConfigCode> {
  const facts = { variable, found: withoutSecrets(found), form: 'inside-data' };
  return new Refusal<ConfigCode>('config/malformed', 'init makes database and keys inside the data folder', facts);
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
    if (dirname(config.databaseFile) !== config.dataFolder) {
      throw elsewhere('COTEJO_DATABASE_URL', `sqlite:${config.databaseFile}`);
    }
    if (config.keysFolder !== join(config.dataFolder, 'keys'))
      throw elsewhere('COTEJO_KEYS', `file:${config.keysFolder}`);
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
