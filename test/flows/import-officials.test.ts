import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openPhotoFolder } from '../../src/adapters/photo-folder.ts';
import { makePictureReaders } from '../../src/adapters/photo.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqlDirectory } from '../../src/adapters/sql/directory.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { importOfficials } from '../../src/directory/import.ts';
import { publicProfile } from '../../src/directory/profile.ts';
import { setUnit } from '../../src/directory/set-unit.ts';
import { publicView } from '../../src/directory/view.ts';
import { at, by } from '../directory/samples.ts';

test('an office hands in a folder with its list and photos, twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-list-'));
  const data = openSqlite(join(folder, 'cotejo.sqlite'));
  try {
    mkdirSync(join(folder, 'fotos'));
    const portrait = sharp({ create: { width: 900, height: 1200, channels: 3, background: '#b48c6e' } });
    writeFileSync(join(folder, 'fotos', 'ana.jpg'), await portrait.jpeg().toBuffer());
    writeFileSync(join(folder, 'fotos', 'luis.jpg'), 'no soy una foto');
    const list = [
      'DIRECTORIO DE LA OFICINA;;;;;',
      'Nombre;Cargo;Unidad;Atribuciones;Fecha de alta;Fotografía',
      'Ana Ríos Peña;Inspectora;AF;Revisar licencias|Levantar actas;16/01/2026;fotos\\ANA.jpg',
      'Luis Soto;Inspector;AF;Revisar licencias;16/01/2026;fotos\\luis.jpg',
      'Íñigo Mar;Inspector;AF;Revisar licencias;16/01/2026;',
    ].join('\r\n');
    const csv = Uint8Array.from(list, (character) => character.charCodeAt(0));

    const deps = {
      store: sqlDirectory(data),
      ledger: sqliteLedger(data, nodePrimitives),
      primitives: nodePrimitives,
      random: systemRandom,
      readPhoto: makePictureReaders().readPhoto,
      photoFolder: openPhotoFolder(folder),
    };
    await setUnit(deps, { unit: { code: 'AF', name: 'Alcaldía Ficticia', coveredSince: '2026-01-01' }, by });

    const first = await importOfficials(deps, { csv, by });
    expect(first).toMatchObject({ encoding: 'windows-1252', delimiter: ';', headerLine: 2, unusedColumns: [] });
    expect(first.rows).toMatchObject([
      { line: 3, outcome: 'registered' },
      { line: 4, outcome: 'refused', problems: [{ code: 'directory/photo-unreadable', column: 'Fotografía' }] },
      { line: 5, outcome: 'registered' },
    ]);
    const again = await importOfficials(deps, { csv, by });
    expect(again.counts).toEqual({ registered: 0, changed: 0, unchanged: 2, refused: 1 });

    const { items } = await deps.store.searchOfficials({ name: 'rios pena', publicOnly: true, limit: 10 });
    const ana = items[0]!;
    const view = publicView(ana, at('2026-11-21T18:00:00Z'));
    expect(view).toMatchObject({ name: 'Ana Ríos Peña', mandate: 'current' });
    const pixels = (await deps.store.findPhoto(ana.id))!.record;
    const profile = publicProfile(ana);
    expect(nodePrimitives.digest('SHA-256', pixels.jpeg!)).toEqual(profile.photo!.sha256);
    expect(nodePrimitives.digest('SHA-256', pixels.thumbnail!)).toEqual(view.photo!.thumbnailSha256);
  } finally {
    data.close();
    rmSync(folder, { recursive: true });
  }
});
