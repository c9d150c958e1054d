import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Founding } from '../../src/access/founding.ts';
import { foundInstallation, type Founded, type FoundRequest } from '../../src/adapters/founding/found.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import type { RegistrationResponse } from '../../src/access/registration.ts';
import type { CharterFounder } from '../../src/authority/charter.ts';
import { readConfig, type Config } from '../../src/config.ts';
import type { Clock } from '../../src/core/time.ts';
import { devInstitution } from '../../keys-dev/institution.ts';
import { SoftAuthenticator, type Slips } from '../doubles/soft-authenticator.ts';
import { CHEAP, custodian } from './custodians.ts';
import { REAL_ARC } from './founded.ts';

export const FOUNDING_ORIGIN = 'https://verifica.alcaldia.example';
export const NAMES = ['Ana Fundadora', 'Luis Fundador'] as const;

/** Passphrases of the keys and of the two media. */
export const WORDS = {
  keys: 'la ceiba de Coyoacán florece tarde',
  mediumA: 'siete colibríes sobre el Ajusco',
  mediumB: 'nadie vende elotes a medianoche',
} as const;

export function newFounding(clock: Clock = systemClock, names: readonly string[] = NAMES): Founding {
  const deps = { clock, random: systemRandom, primitives: nodePrimitives };
  return new Founding(deps, { origin: FOUNDING_ORIGIN, institution: devInstitution.name, names });
}

/** A passkey made for whoever used this ticket. */
export async function makePasskey(
  founding: Founding,
  session: string,
  device: SoftAuthenticator = new SoftAuthenticator(FOUNDING_ORIGIN),
  slips: Slips = {},
): Promise<RegistrationResponse> {
  return device.create((await founding.options(session)) as never, slips) as RegistrationResponse;
}

/** Two people with their passkeys, as the charter will have them. */
export async function twoFounders(): Promise<readonly CharterFounder[]> {
  const founding = newFounding();
  for (const ticket of founding.tickets) {
    const session = founding.open(ticket);
    await founding.register(session, await makePasskey(founding, session));
  }
  return founding.close(founding.seats.map(({ fingerprint }) => fingerprint!))!;
}

/** Folders as two media are mounted, and a data folder that is not there yet. */
export function placesIn(folder: string): { readonly config: Config; readonly media: readonly [string, string] } {
  const media = [join(folder, 'memoria-a'), join(folder, 'memoria-b')] as const;
  for (const medium of media) mkdirSync(medium, { recursive: true });
  const env = { COTEJO_DATA: join(folder, 'data'), COTEJO_ORIGIN: FOUNDING_ORIGIN, COTEJO_LISTEN: '127.0.0.1:0' };
  return { config: readConfig(env, folder), media };
}

/** Founds what `placesIn` names, with cheap passphrases. */
export async function foundIn(
  { config, media }: ReturnType<typeof placesIn>,
  more: Partial<FoundRequest> = {},
): Promise<Founded> {
  return foundInstallation({
    ...{ dataFolder: config.dataFolder, databaseName: 'cotejo.sqlite', country: 'MX', origin: FOUNDING_ORIGIN },
    institution: { ...devInstitution, policyArc: REAL_ARC },
    founders: await twoFounders(),
    custodian: custodian('Ana Pérez', WORDS.keys),
    media: [
      { folder: media[0], custodian: custodian('memoria 1', WORDS.mediumA) },
      { folder: media[1], custodian: custodian('memoria 2', WORDS.mediumB) },
    ],
    readMe: (keyId) => `raíz ${keyId}\n`,
    unlock: CHEAP,
    ...more,
  });
}
