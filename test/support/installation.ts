import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devInstitution } from '../../keys-dev/institution.ts';
import { storeDevKeys } from '../../keys-dev/make.ts';
import { install } from '../../src/adapters/install.ts';
import { FileKeys } from '../../src/adapters/keys.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { readConfig, type Config } from '../../src/config.ts';
import type { Clock } from '../../src/core/time.ts';
import type { Credential } from '../../src/credential/credential.ts';
import type { OfficialInput } from '../../src/directory/fields.ts';
import type { Official } from '../../src/directory/official.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import { openServices } from '../../src/compose.ts';
import type { Services } from '../../src/services.ts';
import { letter } from '../pdf/build.ts';

/** An installation of a fictitious borough in a folder of its own, and what tests begin with. */
export interface Installation {
  readonly config: Config;
  readonly services: Services;
  /** Registers an official of the one unit; a name of their own unless it is given. */
  register(input?: Partial<OfficialInput>, withPhoto?: boolean): Promise<Official>;
  issue(official: Official, kind?: Credential['kind']): Promise<Credential>;
  /** Signs a letter as the one signer: a page with a line of text unless a document is given. */
  sign(request?: Partial<OficioRequest>): Promise<SignedOficio>;
  /** Another service may hold the data from here on; the folder stays. */
  close(): void;
  /** Closes, and takes the folder away. */
  remove(): void;
}

export interface InstallationOptions {
  readonly origin?: string;
  readonly clock?: Clock;
  /** Where the data folder is made: a long path, for instance. */
  readonly within?: string;
}

export const UNIT = 'AE/DGG/SCI';
export const SIGNER_NAME = 'Rosalba Ixtlilco Peñaloza';
export const SUBJECT = 'Requerimiento de licencia de la calle Durango';

/** A portrait of nobody, as HR would hand it in. */
export function portrait(): Uint8Array {
  return new Uint8Array(readFileSync(join(import.meta.dirname, '../../keys-dev/photos/persona-1.jpg')));
}

/** The data of a new development installation: keys, authorities, charter, empty register. */
export async function installDevelopment(options: InstallationOptions = {}): Promise<Config> {
  const folder = join(mkdtempSync(join(options.within ?? tmpdir(), 'cotejo-inst-')), 'data');
  const origin = options.origin ?? 'http://localhost:8080';
  const config = readConfig({ COTEJO_DATA: folder, COTEJO_LISTEN: '127.0.0.1:0', COTEJO_ORIGIN: origin }, folder);
  await install({
    dataFolder: folder,
    databaseName: 'cotejo.sqlite',
    institution: devInstitution,
    country: 'MX',
    origin,
    founders: [],
    makeKeys: (keysFolder) => storeDevKeys(new FileKeys(keysFolder, { development: true })),
  });
  return config;
}

/** An installation with one unit and one signer. */
export async function makeInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const clock = options.clock ?? systemClock;
  const config = await installDevelopment(options);
  const services = await openServices(config, clock);
  const coveredSince = '2026-01-01';
  await services.setUnit({ code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince });
  await services.setUnit({
    code: UNIT,
    name: 'Subdirección de Control de Ingresos',
    coveredSince,
    parent: 'AE',
    phone: '55 1111 2222 ext. 4012',
  });
  let made = 0;
  const register: Installation['register'] = async (input = {}, withPhoto = false) => {
    const photo = withPhoto ? await services.readPhoto(portrait()) : undefined;
    const fields: OfficialInput = {
      name: `Persona de Prueba ${String.fromCodePoint(65 + made++)}`,
      post: 'Inspectora de mercados',
      unit: UNIT,
      powers: ['Revisar licencias de mercados', 'Levantar actas de visita'],
      mayAsk: ['La licencia del local'],
      neverAsks: ['Dinero en efectivo'],
      validFrom: '2026-01-16',
      ...input,
    };
    return services.registerOfficial({ input: fields, ...(photo && { photo }) });
  };
  const issue: Installation['issue'] = (official, kind = 'staff') =>
    services.issueCredential({
      officialId: official.id,
      kind,
      days: 300,
      idempotencyKey: `${official.id}/${kind}`,
    });
  const signer = await register({ name: SIGNER_NAME, post: 'Subdirectora de Control de Ingresos' });
  await issue(signer, 'signer');
  let letters = 0;
  let open = true;
  const close = (): void => {
    if (open) services.close();
    open = false;
  };
  return {
    config,
    services,
    register,
    issue,
    sign: (request = {}) =>
      services.signOficio(
        {
          document: letter('BT ET'),
          signerId: signer.id,
          type: 'requerimiento',
          amount: 0,
          subject: SUBJECT,
          ...request,
        },
        `letter ${letters++}`,
      ),
    close,
    remove() {
      close();
      rmSync(join(config.dataFolder, '..'), { recursive: true, force: true });
    },
  };
}
