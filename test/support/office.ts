import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { people, units } from '../../cli/demo/cast.ts';
import type { Config } from '../../src/config.ts';
import type { Clock } from '../../src/core/time.ts';
import type { Credential, CredentialKind } from '../../src/credential/credential.ts';
import type { OfficialInput } from '../../src/directory/fields.ts';
import type { Official } from '../../src/directory/official.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import { openPorts, type Ports } from '../../src/ports.ts';
import { composeServices } from '../../src/compose.ts';
import type { Services } from '../../src/services.ts';
import { installDevelopment } from './installation.ts';
import { codeOfAct } from './refuses.ts';

const SAMPLES = join(import.meta.dirname, '..', 'samples');

/** The files that every letter test signs. */
export const sampleNames: readonly string[] = readdirSync(SAMPLES)
  .filter((name) => name.endsWith('.pdf'))
  .toSorted();

export function sample(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(SAMPLES, name)));
}

/** The letter that most tests sign. */
export const TWO_PAGES: Uint8Array = sample('oficio-2-paginas.pdf');

export const OFFICE_ORIGIN = 'https://verifica.alcaldia.example';

/** What is open of an installation, down to its ports: SQL on its database, its keys, its clock. */
export interface Opened {
  readonly config: Config;
  readonly ports: Ports;
  readonly services: Services;
}

export interface OpenOptions {
  readonly clock?: Clock;
  /** Puts doubles in the place of real ports. */
  readonly replace?: (ports: Ports) => Ports;
}

/** Opens what lies in the data folder; whoever calls closes the services. */
export async function openData(config: Config, { clock, replace }: OpenOptions = {}): Promise<Opened> {
  const real = openPorts(config, clock);
  const ports = replace?.(real) ?? real;
  return { config, ports, services: await composeServices(config, ports) };
}

/** Units and people of the demonstration: a director, the subdirector below her, an inspector below both. */
export interface Staff {
  readonly director: Official;
  readonly subdirector: Official;
  readonly inspector: Official;
}

export async function appoint(services: Services): Promise<Staff> {
  for (const unit of units) await services.setUnit(unit);
  const appointed: Official[] = [];
  for (const { official } of people) appointed.push(await services.registerOfficial({ input: official }));
  const [director, subdirector, inspector] = appointed as [Official, Official, Official];
  return { director, subdirector, inspector };
}

export function issueTo(services: Services, official: Official, kind: CredentialKind): Promise<Credential> {
  return services.issueCredential({ officialId: official.id, kind, days: 365, idempotencyKey: randomUUID() });
}

/** A letter of this official that asks for nothing. */
export function letterOf(official: Official, document: Uint8Array, more: Partial<OficioRequest> = {}): OficioRequest {
  return { document, signerId: official.id, type: 'oficio', amount: 0, subject: 'Documento de prueba', ...more };
}

export interface Office extends Opened, Staff {
  /** The credentials with which director and subdirector sign. */
  readonly signer: Credential;
  readonly otherSigner: Credential;
  /** Signs as the director. */
  sign(document?: Uint8Array, more?: Partial<OficioRequest>): Promise<SignedOficio>;
}

/** A new installation whose director and subdirector can sign; gone when the calling file's tests are over. */
export async function openOffice(options: OpenOptions = {}): Promise<Office> {
  const config = await installDevelopment({ origin: OFFICE_ORIGIN });
  const opened = await openData(config, options);
  const { services } = opened;
  afterAll(() => {
    services.close();
    rmSync(dirname(config.dataFolder), { recursive: true, force: true });
  });
  const staff = await appoint(services);
  return {
    ...opened,
    ...staff,
    signer: await issueTo(services, staff.director, 'signer'),
    otherSigner: await issueTo(services, staff.subdirector, 'signer'),
    sign: (document = TWO_PAGES, more = {}) =>
      services.signOficio(letterOf(staff.director, document, more), randomUUID()),
  };
}

let newcomers = 0;

/** Somebody new in the unit of the director. */
export function newcomer({ services, director }: Office, more: Partial<OfficialInput> = {}): Promise<Official> {
  return services.registerOfficial({
    input: {
      ...{ name: `Persona Número ${++newcomers}`, post: 'Verificadora', unit: director.unit, powers: ['Verificar'] },
      ...{ mayAsk: ['Identificación'], neverAsks: ['Dinero'], validFrom: '2026-01-16', ...more },
    },
  });
}

/** The code of the refusal, of an act that took nothing: no leaf, no folio. */
export async function refusedForNothing(services: Services, act: () => Promise<unknown>): Promise<string> {
  const taken = async (): Promise<unknown> => [(await services.log.head()).size, await services.oficios.listSeries()];
  const before = await taken();
  const code = await codeOfAct(act);
  expect(await taken()).toEqual(before);
  return code;
}
