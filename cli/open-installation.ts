import { openServices } from '../src/compose.ts';
import type { KeyEncryption } from '../src/adapters/keys/encryption.ts';
import type { Config } from '../src/config.ts';
import { staffApp } from '../src/http/staff/app.ts';
import type { Services } from '../src/services.ts';
import { Client } from './client.ts';

/** The data themselves, which nothing else holds meanwhile. @throws Refusal `installation/none`; Outage `data/in-use`, `keys/locked` */
export async function openInstallation(config: Config, unlocked?: KeyEncryption): Promise<Client> {
  const services = await openServices(config, undefined, unlocked);
  const app = staffApp(services, (error) => {
    if (process.env['COTEJO_DEBUG']) process.stderr.write(`${error.stack}\n`);
  });
  return new Client(
    async (request) => app.fetch(request),
    () => closeWithCheckpoint(services),
  );
}

/**
 * Closes the data, and signs the head of the log before where acts were committed meanwhile: no service does it, and an
 * act that no checkpoint covers could be taken away again. A command that committed nothing does not read the log for it.
 */
async function closeWithCheckpoint(services: Services): Promise<void> {
  try {
    if (services.hasCommitted()) await services.publishCheckpoint();
  } finally {
    services.close();
  }
}
