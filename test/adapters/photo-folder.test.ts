import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openPhotoFolder } from '../../src/adapters/photo-folder.ts';
import { fromUtf8 } from '../../src/core/bytes.ts';
import { codeOfAct } from '../support/refuses.ts';

const place = mkdtempSync(join(tmpdir(), 'cotejo-photos-'));
const folder = join(place, 'lista');
mkdirSync(join(folder, 'fotos'), { recursive: true });
writeFileSync(join(place, 'secreto.jpg'), 'secreto');
writeFileSync(join(folder, 'ana.jpg'), 'ana');
writeFileSync(join(folder, 'fotos', 'José Peña.JPG'.normalize('NFD')), 'pepe');
symlinkSync(join(place, 'secreto.jpg'), join(folder, 'fuera.jpg'));
symlinkSync(place, join(folder, 'arriba'));
symlinkSync('ana.jpg', join(folder, 'dentro.jpg'));
symlinkSync('vuelta.jpg', join(folder, 'vuelta.jpg'));
const makePipe = 'mkfifo';
execFileSync(makePipe, [join(folder, 'tubo.jpg')]);
writeFileSync(join(folder, 'enorme.jpg'), '');
const plug = createServer().listen(join(folder, 'enchufe.jpg'));
truncateSync(join(folder, 'enorme.jpg'), 16_000_000);
afterAll(() => {
  plug.close();
  rmSync(place, { recursive: true });
});

const read = openPhotoFolder(folder);

describe('the photos beside a list', () => {
  test.each([
    ['ana.jpg', 'ana'],
    ['./ana.jpg', 'ana'],
    ['ANA.JPG', 'ana'],
    ['dentro.jpg', 'ana'],
    ['fotos\\José Peña.jpg', 'pepe'],
    ['fotos/josé peña.jpg', 'pepe'],
  ])('are found by the name that an office writes: %s', async (name, text) => {
    expect(fromUtf8(await read(name))).toBe(text);
  });

  test.each([
    ['directory/photo-outside-folder', '../secreto.jpg'],
    ['directory/photo-outside-folder', 'fotos/../../secreto.jpg'],
    ['directory/photo-outside-folder', 'fotos\\..\\..\\secreto.jpg'],
    ['directory/photo-outside-folder', join(place, 'secreto.jpg')],
    ['directory/photo-outside-folder', '\\\\servidor\\fotos\\ana.jpg'],
    ['directory/photo-outside-folder', 'C:\\fotos\\ana.jpg'],
    ['directory/photo-outside-folder', '~/ana.jpg'],
    ['directory/photo-outside-folder', 'ana.jpg\0.png'],
    ['directory/photo-outside-folder', 'fuera.jpg'],
    ['directory/photo-outside-folder', 'arriba/secreto.jpg'],
    ['directory/photo-outside-folder', 'x'.repeat(300)],
    ['directory/photo-missing', 'nadie.jpg'],
    ['directory/photo-missing', 'nadie/ana.jpg'],
    ['directory/photo-missing', 'ana.jpg/ana.jpg'],
    ['directory/photo-missing', 'vuelta.jpg'],
    ['directory/photo-missing', 'fotos'],
    ['directory/photo-missing', 'tubo.jpg'],
    ['directory/photo-missing', '.'],
    ['directory/photo-too-large', 'enorme.jpg'],
    // Of one file that cannot be opened only its row is refused.
    ['directory/photo-unreadable', 'enchufe.jpg'],
  ])('%s: %s', async (code, name) => {
    expect(await codeOfAct(() => read(name))).toBe(code);
  });
});
