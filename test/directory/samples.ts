import { systemRandom } from '../../src/adapters/system.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { parseTime, type UnixSeconds } from '../../src/core/time.ts';
import type { ActBy, DirectoryDeps } from '../../src/directory/register.ts';
import { setUnit } from '../../src/directory/set-unit.ts';
import type { OfficialInput } from '../../src/directory/fields.ts';
import type { Photo } from '../../src/directory/photo.ts';
import { NO_EVIDENCE, NO_ISSUER } from '../../src/log/leaf.ts';
import { MemoryDirectory } from '../doubles/directory.ts';

export const by: ActBy = { issuer: NO_ISSUER, evidence: NO_EVIDENCE };

export const at = (text: string): UnixSeconds => parseTime(text)!;

/** An official of a fictitious alcaldía. */
export const someone: OfficialInput = {
  name: 'María de la O. Núñez Gómez',
  post: 'Inspectora de mercados',
  unit: 'AF/DGG/SCI',
  powers: ['Revisar licencias de mercados', 'Levantar actas de visita'],
  mayAsk: ['La licencia del local'],
  neverAsks: ['Dinero'],
  validFrom: '2026-01-16',
  validUntil: '2027-09-30',
  phone: '55 2452 3110 ext. 4012',
  mail: 'mercados@alcaldia.example',
};

const hash = (text: string): Uint8Array => nodePrimitives.digest('SHA-256', utf8(text));

export const photo: Photo = {
  jpeg: utf8('master'),
  sha256: hash('master'),
  width: 480,
  height: 600,
  thumbnail: utf8('small'),
  thumbnailSha256: hash('small'),
  sourceSha256: hash('source'),
};

export interface Directory extends DirectoryDeps {
  readonly memory: MemoryDirectory;
}

/** An empty directory with one unit below another. */
export async function directory(): Promise<Directory> {
  const memory = new MemoryDirectory();
  const deps = { store: memory, ledger: memory, memory, primitives: nodePrimitives, random: systemRandom };
  const coveredSince = '2026-01-01';
  await setUnit(deps, { unit: { code: 'AF', name: 'Alcaldía Ficticia', coveredSince }, by });
  await setUnit(deps, { unit: { code: 'AF/DGG/SCI', name: 'Control interno', coveredSince, parent: 'AF' }, by });
  return deps;
}
