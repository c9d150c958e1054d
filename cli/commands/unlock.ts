import { setTimeout } from 'node:timers/promises';
import { UNLOCK_PATH } from '../../src/http/staff/locked-app.ts';
import { ApiProblem } from '../client.ts';
import { EXIT, UsageError, type Command } from '../command.ts';
import { findService } from '../connect.ts';
import { askPassphrase, withPrompt } from '../unlock-keys.ts';

const INSTALLATION = '/api/v1/staff/installation';
const MOST_SECONDS = 120;
const TURN_MS = 200;

function nothingToUnlock(): UsageError {
  return new UsageError({
    es: 'ningún servicio de esta instalación espera la contraseña: arránquelo con ./cotejo serve',
    en: 'no service of this installation waits for a passphrase: start it with ./cotejo serve',
  });
}

export const unlock: Command = {
  name: 'unlock',
  summary: {
    es: 'da la contraseña de las llaves al servicio que la espera (se pregunta, no se ve)',
    en: 'gives the passphrase of the keys to the service that waits for it (it is asked for, and not shown)',
  },
  async run({ screen, config }) {
    const isLocked = async (): Promise<boolean | undefined> => {
      const service = await findService(config);
      if (!service) return undefined;
      try {
        await service.get(INSTALLATION);
        return false;
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'keys/locked') return true;
        throw error;
      } finally {
        await service.close();
      }
    };
    const found = await isLocked();
    if (found === undefined) throw nothingToUnlock();
    if (found) {
      await withPrompt(screen, (prompt) =>
        askPassphrase(screen, prompt, async (passphrase) => {
          const service = await findService(config);
          if (!service) throw nothingToUnlock();
          try {
            await service.postBytes(UNLOCK_PATH, passphrase, 'application/octet-stream');
          } finally {
            await service.close();
          }
        }),
      );
      screen.progress(screen.say({ es: 'Arrancando…', en: 'Starting…' }));
      for (let waited = 0; (await isLocked()) !== false && waited < MOST_SECONDS * 1000; waited += TURN_MS) {
        await setTimeout(TURN_MS);
      }
    }
    screen.progressDone();
    if (screen.json) screen.data({ unlocked: true, already: !found });
    const told = found
      ? { es: 'Llaves abiertas: el servicio atiende', en: 'Keys unlocked: the service answers' }
      : { es: 'Las llaves ya estaban abiertas', en: 'The keys were unlocked already' };
    screen.line(`${screen.paint('good', '✓')} ${screen.say(told)}`);
    return EXIT.done;
  },
};
