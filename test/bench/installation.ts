import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devInstitution } from '../../keys-dev/institution.ts';
import { storeDevKeys } from '../../keys-dev/make.ts';
import { install } from '../../src/adapters/install.ts';
import { FileKeys } from '../../src/adapters/keys.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import { readConfig } from '../../src/config.ts';
import { openServices } from '../../src/compose.ts';
import type { Services } from '../../src/services.ts';

/** A whole development installation on this machine's disk, with one official who may sign. */
export interface BenchInstallation {
  readonly services: Services;
  readonly signerId: OfficialId;
  /** What signing used: its DER, and the file of its key. */
  readonly signer: { readonly certificate: Uint8Array; readonly keyName: string };
  readonly keysFolder: string;
  /** DER of the authority that issued it. */
  readonly issuer: Uint8Array;
  readonly root: Uint8Array;
  close(): void;
}

export async function benchInstallation(): Promise<BenchInstallation> {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-bench-'));
  const config = readConfig({ COTEJO_DATA: join(folder, 'data'), COTEJO_ORIGIN: 'https://verifica.example' }, folder);
  await install({
    dataFolder: config.dataFolder,
    databaseName: 'cotejo.sqlite',
    institution: devInstitution,
    country: 'MX',
    origin: config.origin!,
    founders: [],
    makeKeys: (keys) => storeDevKeys(new FileKeys(keys, { development: true })),
  });
  const services = await openServices(config);
  await services.setUnit({ code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01' });
  await services.setUnit({
    code: 'AE/DGG',
    name: 'Dirección General de Gobierno',
    coveredSince: '2026-01-01',
    parent: 'AE',
  });
  const { id } = await services.registerOfficial({
    input: {
      name: 'Lucía Nuñez Güereña',
      post: 'Directora General de Gobierno',
      unit: 'AE/DGG',
      validFrom: '2024-10-01',
      powers: ['Suscribir los oficios de su dirección'],
      mayAsk: ['Identificación oficial'],
      neverAsks: ['Dinero en efectivo'],
    },
  });
  const credential = await services.issueCredential({
    officialId: id,
    kind: 'signer',
    days: 365,
    idempotencyKey: 'bench',
  });
  return {
    services,
    signerId: id,
    signer: { certificate: credential.certificate!, keyName: credential.keyName! },
    keysFolder: config.keysFolder,
    issuer: services.charter.authorities.at(-1)!,
    root: services.charter.root,
    close() {
      services.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
