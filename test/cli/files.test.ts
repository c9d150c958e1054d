import { lstatSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { checkOutput, readInput, writeOutput } from '../../cli/files.ts';
import { MAX_FILE_BYTES } from '../../src/verifier/index.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const bytes = new Uint8Array([1, 2, 3]);

describe('an output', () => {
  test('replaces a file, and a link to one, whole', async () => {
    writeFileSync(`${folder}/target`, 'before');
    symlinkSync('target', `${folder}/link`);
    await writeOutput(`${folder}/link`, bytes);
    expect(lstatSync(`${folder}/link`).isFile()).toBe(true);
    expect(readFileSync(`${folder}/target`, 'utf8')).toBe('before');
    await writeOutput(`${folder}/target`, bytes);
    expect(new Uint8Array(readFileSync(`${folder}/target`))).toEqual(bytes);
  });

  test('never replaces a socket, a folder or a device', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`${folder}/socket`, resolve));
    mkdirSync(`${folder}/inner`);
    symlinkSync('/dev/null', `${folder}/device`);
    for (const name of ['socket', 'inner', 'device']) {
      expect(await codeOfAct(() => writeOutput(`${folder}/${name}`, bytes))).toBe('file/not-a-file');
      expect(await codeOfAct(() => checkOutput(`${folder}/${name}`))).toBe('file/not-a-file');
    }
    expect(lstatSync(`${folder}/socket`).isSocket()).toBe(true);
    expect(lstatSync(`${folder}/device`).isSymbolicLink()).toBe(true);
    server.close();
  });
});

test('an output whose name is as long as names can be is written, and a longer one is refused before anything is done', async () => {
  const longest = `${folder}/${'n'.repeat(251)}.pdf`;
  await checkOutput(longest);
  await writeOutput(longest, bytes);
  expect(new Uint8Array(readFileSync(longest))).toEqual(bytes);
  const tooLong = checkOutput(`${folder}/${'n'.repeat(252)}.pdf`);
  await expect(tooLong).rejects.toMatchObject({ code: 'file/unwritable' });
});

test('an input that the public service would not read is refused before it is read', async () => {
  writeFileSync(`${folder}/huge.pdf`, '');
  truncateSync(`${folder}/huge.pdf`, MAX_FILE_BYTES + 1);
  expect(await codeOfAct(() => readInput(`${folder}/huge.pdf`))).toBe('file/too-large');
});
