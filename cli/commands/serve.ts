import { announcement } from '../announcement.ts';
import { EXIT, type Command, type Context } from '../command.ts';

/** Serves until it is told to stop (SIGINT, SIGTERM, SIGHUP). */
export async function serveUntilStopped({ config, screen }: Pick<Context, 'config' | 'screen'>): Promise<void> {
  // Only here: every other command starts faster without the service.
  const { serveInstallation } = await import('../../src/node.ts');
  const service = await serveInstallation(config);
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
