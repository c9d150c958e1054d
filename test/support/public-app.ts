import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { publicApp, type PublicApp, type PublicAppOptions } from '../../src/http/app.ts';
import type { PublicDeps } from '../../src/http/deps.ts';
import { jsonTelemetry } from '../../src/http/telemetry.ts';
import type { Services } from '../../src/services.ts';

export interface AppUnderTest {
  readonly app: PublicApp;
  /** What telemetry wrote, one object a line. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** The public service over an installation, without a socket; nothing is limited unless a test says so. */
export function appOver(
  services: Services,
  options: PublicAppOptions = {},
  changes: Partial<PublicDeps> = {},
): AppUnderTest {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const telemetry = jsonTelemetry(services.clock, (line) => lines.push(JSON.parse(line)));
  const unlimited = { burst: 1_000_000, secondsEach: 1 };
  const origin = services.charter.origin;
  const deps = { ...services, origin, random: systemRandom, primitives: nodePrimitives, telemetry, ...changes };
  return { app: publicApp(deps, { lookups: unlimited, uploads: unlimited, ...options }), lines };
}
