import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyEncryption } from '../../../src/adapters/keys/encryption.ts';
import { formatUnlock, parseUnlock } from '../../../src/adapters/keys/unlock-file.ts';
import {
  addSlot,
  createUnlock,
  hasUnlock,
  listCustodians,
  openUnlock,
  removeSlot,
} from '../../../src/adapters/keys/unlock.ts';
import { toBase64 } from '../../../src/core/base64.ts';
import { utf8 } from '../../../src/core/bytes.ts';
import { ANA, CHEAP, custodian, LUIS, PASSPHRASES } from '../../support/custodians.ts';
import { codeOf } from '../../support/refuses.ts';

let parent: string;
let folder: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'cotejo-unlock-'));
  folder = join(parent, 'keys');
  path = join(folder, 'unlock.json');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const LONG = Boolean(process.env['COTEJO_LONG']);
const create = (...more: (typeof ANA)[]): Promise<KeyEncryption> => createUnlock(folder, [ANA, ...more], CHEAP);
const file = (): string => readFileSync(path, 'utf8');

test('every custodian opens the same key, and nobody else does', async () => {
  const { kekId } = await create(LUIS);
  for (const { passphrase } of [ANA, LUIS]) expect((await openUnlock(folder, passphrase)).kekId).toBe(kekId);
  for (const wrong of ['la ceiba de Coyoacán florece tarda', '', 'corta', 'x'.repeat(4000)]) {
    const refused = openUnlock(folder, utf8(wrong));
    await expect(refused, wrong.slice(0, 40)).rejects.toMatchObject({ code: 'keys/passphrase-wrong', facts: {} });
  }
  expect(await listCustodians(folder)).toEqual(['Ana Pérez', 'Luis Ríos']);
});

test('costs what docs/formats/keys.md says, unless told otherwise', async () => {
  await createUnlock(folder, [ANA]);
  expect(parseUnlock(file()).slots).toMatchObject([{ n: 2 ** 17, r: 8, p: 1 }]);
});

test('is of the owner alone, with nothing beside it, and never made twice', async () => {
  await create();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['unlock.json']);
  await expect(create()).rejects.toMatchObject({ code: 'keys/exists' });
  expect(await hasUnlock(folder)).toBe(true);
  expect(await hasUnlock(parent)).toBe(false);
  const empty = join(parent, 'empty');
  await expect(openUnlock(empty, ANA.passphrase)).rejects.toMatchObject({
    code: 'keys/not-found',
    facts: { name: 'unlock.json' },
  });
});

test.skipIf(process.platform === 'win32')(
  'is refused where others may read it, or its folder (skipped on Windows, which has no modes)',
  async () => {
    await create();
    chmodSync(path, 0o604);
    await expect(openUnlock(folder, ANA.passphrase)).rejects.toMatchObject({ code: 'keys/permissions' });
    chmodSync(path, 0o600);
    chmodSync(folder, 0o710);
    await expect(openUnlock(folder, ANA.passphrase)).rejects.toMatchObject({ code: 'keys/permissions' });
    // A removable medium may know no modes: whoever opens one says so.
    await openUnlock(folder, ANA.passphrase, { acceptOpenModes: true });
  },
);

describe('custodians', () => {
  test('come and go; the key stays', async () => {
    const encryption = await create();
    await addSlot(folder, encryption, LUIS, CHEAP);
    expect((await openUnlock(folder, LUIS.passphrase)).kekId).toBe(encryption.kekId);
    await removeSlot(folder, encryption, ' Ana Pérez'.normalize('NFD'));
    expect(await listCustodians(folder)).toEqual(['Luis Ríos']);
    await expect(openUnlock(folder, ANA.passphrase)).rejects.toMatchObject({ code: 'keys/passphrase-wrong' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['unlock.json', 'unlock.json.lock']);
  });

  test('the last one stays, and nobody else is taken away', async () => {
    const encryption = await create();
    const before = file();
    await expect(removeSlot(folder, encryption, 'Ana Pérez')).rejects.toMatchObject({ code: 'keys/custodian-last' });
    await expect(removeSlot(folder, encryption, 'Luis Ríos')).rejects.toMatchObject({ code: 'keys/custodian-unknown' });
    expect(file()).toBe(before);
  });

  test('have one name each, that a person can read, and a good passphrase', async () => {
    const encryption = await create();
    const add = (name: string, passphrase: string = PASSPHRASES.luis): Promise<void> =>
      addSlot(folder, encryption, custodian(name, passphrase), CHEAP);
    await expect(add('Ana Pérez'.normalize('NFD'))).rejects.toMatchObject({ code: 'keys/custodian-exists' });
    for (const name of ['', '  ', 'a\nb', 'a\u202eb', 'a\u200bb', '\ud800', 'x'.repeat(65)]) {
      await expect(add(name), JSON.stringify(name)).rejects.toMatchObject({ code: 'keys/custodian-name' });
    }
    await expect(add('Luis Ríos', 'quince letras x')).rejects.toMatchObject({
      code: 'keys/passphrase-weak',
      facts: { least: 16, most: 128 },
    });
    const two = createUnlock(join(parent, 'other'), [ANA, ANA], CHEAP);
    await expect(two).rejects.toMatchObject({ code: 'keys/custodian-exists' });
    expect(existsSync(join(parent, 'other'))).toBe(false);
  });

  test('are sixteen at most', async () => {
    const encryption = await create();
    const [slot] = parseUnlock(file()).slots;
    const slots = Array.from({ length: 16 }, (_, i) => ({ ...slot!, custodian: `Persona ${i}` }));
    writeFileSync(path, formatUnlock({ kekId: encryption.kekId, slots }));
    await expect(addSlot(folder, encryption, LUIS, CHEAP)).rejects.toMatchObject({ code: 'keys/custodian-many' });
    const more = formatUnlock({ kekId: encryption.kekId, slots: [...slots, slot!] });
    expect(codeOf(() => parseUnlock(more))).toBe('keys/damaged');
  });

  test('of another folder are not put here', async () => {
    const encryption = await create();
    const other = await createUnlock(join(parent, 'other'), [LUIS], CHEAP);
    await expect(addSlot(folder, other, LUIS, CHEAP)).rejects.toMatchObject({ code: 'keys/other-encryption' });
    await expect(removeSlot(folder, other, 'Ana Pérez')).rejects.toMatchObject({ code: 'keys/other-encryption' });
    expect((await openUnlock(folder, ANA.passphrase)).kekId).toBe(encryption.kekId);
  });

  test('added by several processes at once are all there', { timeout: 60_000 }, async () => {
    await create();
    const script = `
      const { addSlot, openUnlock } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/keys/unlock.ts'))});
      const { CHEAP, custodian, ANA } = await import(${JSON.stringify(join(import.meta.dirname, '../../support/custodians.ts'))});
      const folder = ${JSON.stringify(folder)};
      const encryption = await openUnlock(folder, ANA.passphrase);
      for (const n of [1, 2]) await addSlot(folder, encryption, custodian(process.argv[1] + n, 'contraseña ' + process.argv[1] + n), CHEAP);`;
    const run = async (name: string): Promise<unknown> => {
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, name],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      );
      return (await once(child, 'exit'))[0];
    };
    expect(await Promise.all(['Persona A', 'Persona B', 'Persona C'].map(run))).toEqual([0, 0, 0]);
    const names = ['A', 'B', 'C'].flatMap((one) => [1, 2].map((n) => `Persona ${one}${n}`));
    expect((await listCustodians(folder)).toSorted()).toEqual(['Ana Pérez', ...names].toSorted());
    await openUnlock(folder, utf8('contraseña Persona C2'));
  });
});

describe('refuses a file', () => {
  test('that is cut at any byte, or has one more', async () => {
    await create();
    const whole = file();
    for (let end = 0; end < whole.length; end++) {
      expect(
        codeOf(() => parseUnlock(whole.slice(0, end))),
        `${end}`,
      ).toBe('keys/damaged');
    }
    expect(codeOf(() => parseUnlock(`${whole}\n`))).toBe('keys/damaged');
  });

  test('of which one character was changed: it is damaged, or opens for nobody', { timeout: 120_000 }, async () => {
    await create();
    const whole = file();
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.constantFrom(...'0123456789abcdefABCXYZ+/= "\n{}'),
        async (at, character) => {
          fc.pre(whole[at] !== character);
          const changed = `${whole.slice(0, at)}${character}${whole.slice(at + 1)}`;
          writeFileSync(path, changed);
          const code = await openUnlock(folder, ANA.passphrase).then(
            () => 'opened',
            (error: { code?: string }) => error.code,
          );
          expect(['keys/damaged', 'keys/passphrase-wrong']).toContain(code);
        },
      ),
      { numRuns: LONG ? 1500 : 50 },
    );
  });

  const WEAK = [
    ['half of the least N', { n: 2 ** 14 }],
    ['an N that is no power of two', { n: 2 ** 17 + 1 }],
    ['more than 256 MiB', { n: 2 ** 19 }],
    ['more than 256 MiB by r', { n: 2 ** 17, r: 17 }],
    ['a small r', { r: 1 }],
    ['a p that takes long', { p: 5 }],
    ['a p of nothing', { p: 0 }],
    ['half a p', { p: 1.5 }],
    ['an N in words', { n: '131072' }],
    ['another function', { kdf: 'pbkdf2' }],
    ['a short salt', { salt: toBase64(new Uint8Array(15)) }],
    ['a short nonce', { nonce: toBase64(new Uint8Array(8)) }],
    ['a wrapped key without its tag', { wrapped: toBase64(new Uint8Array(32)) }],
    ['a custodian without a name', { custodian: '' }],
    ['a member that we do not know', { more: 1 }],
  ] as const;
  test.each(WEAK)('whose slot has %s', async (_, change) => {
    await create();
    const parsed = JSON.parse(file()) as { slots: object[] };
    parsed.slots[0] = { ...parsed.slots[0], ...change };
    writeFileSync(path, `${JSON.stringify(parsed, undefined, 2)}\n`);
    await expect(openUnlock(folder, ANA.passphrase)).rejects.toMatchObject({ code: 'keys/damaged' });
  });

  test('of 0 slots, of another version, with another order, or of two custodians of one name', async () => {
    await create();
    const parsed = JSON.parse(file()) as { kekId: string; slots: object[] };
    const { slots } = parsed;
    for (const bad of [
      { ...parsed, slots: [] },
      { ...parsed, slots: [...slots, ...slots] },
      { ...parsed, cotejoUnlock: 2 },
      { ...parsed, kekId: 'AAAAAAAAAAAAAAAA' },
      { slots, kekId: parsed.kekId, cotejoUnlock: 1 },
      null,
      [],
      7,
    ]) {
      expect(codeOf(() => parseUnlock(`${JSON.stringify(bad, undefined, 2)}\n`))).toBe('keys/damaged');
    }
  });

  test('whose slot was put under another name, cost or key', async () => {
    const encryption = await create(LUIS);
    const { kekId, slots } = parseUnlock(file());
    const [ana] = slots;
    for (const bad of [
      { kekId, slots: [{ ...ana!, custodian: 'Otra Persona' }] },
      { kekId, slots: [{ ...ana!, p: 2 }] },
      { kekId: '0'.repeat(16), slots: [ana!] },
      { kekId, slots: [{ ...ana!, wrapped: slots[1]!.wrapped }] },
    ]) {
      writeFileSync(path, formatUnlock(bad));
      await expect(openUnlock(folder, ANA.passphrase)).rejects.toMatchObject({ code: 'keys/passphrase-wrong' });
    }
    encryption.close();
  });
});

test('what is open shows its id alone, and nothing once it is closed', async () => {
  const encryption = await create();
  const shown = inspect(encryption, { showHidden: true, depth: 9 }) + JSON.stringify(encryption);
  expect(shown).toContain(encryption.kekId);
  expect(shown).not.toMatch(/[0-9a-f]{17}|Uint8Array/);
  encryption.close();
  expect(() => encryption.derive('cotejo key seal')).toThrow('wiped');
});
