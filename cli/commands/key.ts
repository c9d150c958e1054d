import { backUpKeys, checkBackup, type BackupFinding } from '../../src/adapters/keys/backup.ts';
import { listKeyFiles } from '../../src/adapters/keys/listing.ts';
import {
  addSlot,
  checkNewCustodian,
  hasUnlock,
  listCustodians,
  openUnlock,
  removeSlot,
} from '../../src/adapters/keys/unlock.ts';
import { EXIT, oneOf, UsageError, type Command, type Text } from '../command.ts';
import { chosenPassphrase, drawnPassphrase, needTerminal } from '../new-passphrase.ts';
import { askPassphrase, withPrompt } from '../unlock-keys.ts';
import { ceremony } from './key-ceremony.ts';

const IN_CLEAR: Text = {
  es: '! Estas llaves están EN CLARO: son de una instalación de prueba. Quien tenga los archivos tiene las llaves.',
  en: '! These keys lie IN CLEAR: they are of a test installation. Whoever has the files has the keys.',
};

const list: Command = {
  name: 'key list',
  summary: {
    es: 'muestra las llaves de la instalación y quién las custodia; no abre ninguna',
    en: 'shows the keys of the installation and who keeps them; opens none',
  },
  async run({ screen, config: { keysFolder } }) {
    const files = await listKeyFiles(keysFolder);
    const custodians = (await hasUnlock(keysFolder)) ? await listCustodians(keysFolder) : [];
    if (screen.json) screen.data({ files, custodians });
    const [yes, no] = [screen.say({ es: 'sí', en: 'yes' }), screen.say({ es: 'NO', en: 'NO' })];
    screen.table(
      [
        screen.say({ es: 'NOMBRE', en: 'NAME' }),
        screen.say({ es: 'TIPO', en: 'KIND' }),
        screen.say({ es: 'IDENTIFICADOR', en: 'ID' }),
        screen.say({ es: 'CIFRADA', en: 'ENCRYPTED' }),
      ],
      files.map(({ name, kind, keyId, isEncrypted }) => [
        name,
        kind ?? screen.say({ es: 'secreto de tarjetas', en: 'secret of cards' }),
        keyId ?? '',
        isEncrypted ? yes : no,
      ]),
    );
    if (custodians.length > 0) {
      screen.line();
      screen.line(screen.say({ es: 'Pueden abrirlas, cada quien a solas:', en: 'Who can open them, each alone:' }));
      for (const name of custodians) screen.line(`  ${name}`);
    }
    return EXIT.done;
  },
};

const ACTIONS = {
  add: { es: 'podrá abrir las llaves', en: 'will be able to open the keys' },
  remove: { es: 'ya no podrá abrirlas', en: 'will not be able to open them any more' },
} as const;

const custodian: Command = {
  name: 'key custodian',
  summary: {
    es: 'da de alta o quita a quien puede abrir las llaves (add, remove)',
    en: 'adds or removes who can open the keys (add, remove)',
  },
  positionals: { es: 'add|remove NOMBRE', en: 'add|remove NAME' },
  minPositionals: 2,
  options: {
    own: {
      type: 'boolean',
      help: {
        es: 'con add: la persona elige su contraseña, en vez de que Cotejo la genere',
        en: 'with add: they choose their passphrase, instead of Cotejo drawing one',
      },
    },
  },
  async run({ given, screen, config: { keysFolder } }) {
    const [word = '', name = ''] = given.positionals;
    const action = oneOf('custodian', word, ACTIONS);
    const own = given.flag('own');
    if (own && action === 'remove') throw new UsageError({ es: '--own va con add', en: '--own goes with add' });
    if (action === 'add') await checkNewCustodian(keysFolder, name);
    await withPrompt(screen, async (prompt) => {
      if (action === 'add' && !own) needTerminal(prompt);
      const encryption = await askPassphrase(screen, prompt, (typed) => openUnlock(keysFolder, typed));
      try {
        if (action === 'remove') await removeSlot(keysFolder, encryption, name);
        else {
          const passphrase = own ? await chosenPassphrase(prompt) : await drawnPassphrase(screen, prompt);
          await addSlot(keysFolder, encryption, { name, passphrase }).finally(() => passphrase.fill(0));
        }
      } finally {
        encryption.close();
      }
    });
    if (screen.json) screen.data({ custodians: await listCustodians(keysFolder) });
    screen.line(`${screen.paint('good', '✓')} ${name}: ${screen.say(ACTIONS[action])}`);
    if (action === 'remove') screen.note(screen.say(OLD_COPIES));
    return EXIT.done;
  },
};

const OLD_COPIES: Text = {
  es: 'Los respaldos hechos antes todavía se abren con su contraseña: haga uno nuevo y destruya los anteriores.',
  en: 'Backups that were made before still open with their passphrase: make a new one and destroy those.',
};

const backup: Command = {
  name: 'key backup',
  summary: {
    es: 'copia las llaves cifradas y unlock.json a otra carpeta, y coteja la copia',
    en: 'copies the encrypted keys and unlock.json to another folder, and compares the copy',
  },
  options: {
    to: {
      type: 'string',
      required: true,
      value: { es: 'CARPETA', en: 'FOLDER' },
      help: { es: 'carpeta nueva o vacía, en otro disco', en: 'new or empty folder, on another disk' },
    },
  },
  async run({ given, screen, config }) {
    const to = given.need('to');
    const files = await backUpKeys(config, to);
    const isClear = !(await hasUnlock(config.keysFolder));
    if (screen.json) screen.data({ folder: to, files, inClear: isClear });
    screen.line(
      `${screen.paint('good', '✓')} ${screen.say({
        es: `${files.length} archivos copiados y cotejados en ${to}`,
        en: `${files.length} files copied and compared in ${to}`,
      })}`,
    );
    if (isClear) screen.note(screen.paint('wait', screen.say(IN_CLEAR)));
    return EXIT.done;
  },
};

const PROBLEMS: Readonly<Record<BackupFinding['problem'], Text>> = {
  missing: { es: 'falta', en: 'is missing' },
  damaged: { es: 'está dañado', en: 'is damaged' },
  other: { es: 'no es la llave de esta instalación', en: 'is not the key of this installation' },
};

const check: Command = {
  name: 'key check-backup',
  summary: {
    es: 'abre un respaldo de las llaves con su contraseña y coteja que esté completo',
    en: 'opens a backup of the keys with its passphrase and checks that it is complete',
  },
  positionals: { es: 'CARPETA', en: 'FOLDER' },
  minPositionals: 1,
  async run({ given, screen, config: { keysFolder } }) {
    const folder = given.positionals[0]!;
    const isEncrypted = await hasUnlock(keysFolder);
    const encryption = isEncrypted
      ? await withPrompt(screen, (prompt) =>
          askPassphrase(screen, prompt, (typed) => openUnlock(folder, typed, { acceptOpenModes: true })),
        )
      : undefined;
    const { files, findings } = await checkBackup(keysFolder, folder, encryption);
    encryption?.close();
    const sound = findings.length === 0;
    if (screen.json) screen.data({ sound, files, findings, inClear: !isEncrypted });
    screen.line(
      sound
        ? `${screen.paint('good', '✓')} ${screen.say({ es: `El respaldo está completo: ${files} archivos`, en: `The backup is complete: ${files} files` })}`
        : `${screen.paint('bad', '✗')} ${screen.say({ es: 'El respaldo NO sirve completo', en: 'The backup is NOT whole' })}`,
    );
    for (const { file, problem } of findings) screen.line(`  ${file}: ${screen.say(PROBLEMS[problem])}`);
    if (!isEncrypted) screen.note(screen.paint('wait', screen.say(IN_CLEAR)));
    return sound ? EXIT.done : EXIT.invalid;
  },
};

export const keyCommands: readonly Command[] = [list, custodian, backup, check, ceremony];
