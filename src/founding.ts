import { nodePrimitives } from './adapters/primitives.ts';
import { systemClock } from './adapters/system.ts';
import type { Founding } from './access/founding.ts';
import type { Config } from './config.ts';
import { FOUNDING_PATH, foundingApp } from './http/founding/app.ts';
import { jsonTelemetry } from './http/telemetry.ts';
import { pageModules } from './page-modules.ts';
import { listenPublicly, serverOf } from './public-server.ts';

/** The page of the founders, while it is there. */
export interface FoundingService {
  readonly address: { readonly host: string; readonly port: number };
  /** The address of each founder by now, in order. */
  addresses(): readonly string[];
  close(): Promise<void>;
}

/**
 * Serves the founding page where the service will listen, behind the institution's TLS proxy; everybody else is told to come later.
 * @throws Outage `http/address-in-use`, `http/address-unavailable`
 */
export async function serveFounding(
  founding: Founding,
  listen: Config['listen'],
  writeTelemetry: (line: string) => void,
): Promise<FoundingService> {
  const telemetry = jsonTelemetry(systemClock, writeTelemetry);
  const app = foundingApp({
    founding,
    modules: pageModules(['founding']),
    primitives: nodePrimitives,
    telemetry,
  });
  const server = serverOf(app.fetch);
  const address = await listenPublicly(server, listen);
  return {
    address,
    addresses: () => founding.tickets.map((ticket) => `${founding.origin}${FOUNDING_PATH}/${ticket}`),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Whoever has the page open has their answers already.
      server.closeAllConnections();
      await closed;
    },
  };
}
