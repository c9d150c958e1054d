import { announcement } from '../announcement.ts';
import { EXIT, type Command, type Context, type Text } from '../command.ts';

const LOCKED: Text = {
  es: 'Las llaves están cifradas: el servicio espera la contraseña. Désela con ./cotejo unlock',
  en: 'The keys are encrypted: the service waits for the passphrase. Give it with ./cotejo unlock',
};

/** Serves until it is told to stop (SIGINT, SIGTERM, SIGHUP). */
export async function serveUntilStopped({ config, screen }: Pick<Context, 'config' | 'screen'>): Promise<void> {
  // Only here: every other command starts faster without the service.
  const { serveInstallation, StoppedWhileLocked } = await import('../../src/node.ts');
  const { unlockKeys } = await import('../unlock-keys.ts');
  const unlocked = await unlockKeys(config, screen);
  const onLocked = (): void => screen.note(screen.say(LOCKED));
  const service = await serveInstallation(config, { onLocked, ...(unlocked && { unlocked }) }).catch(
    (error: unknown) => {
      if (error instanceof StoppedWhileLocked) return undefined;
      throw error;
    },
  );
  if (!service) return;
  screen.note(screen.say(announcement(service)));
  await service.stopped;
}

export const serve: Command = {
  name: 'serve',
  summary: { es: 'sirve la página, la API y el acceso local', en: 'serves the page, the API and the local socket' },
  async run(context) {
    await serveUntilStopped(context);
    return EXIT.done;
  },
};
