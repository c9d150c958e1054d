/**
 * The walls of the project, as tables that can be read. Every import of every source is checked against them: static,
 * dynamic, re-exported, and imports of types alone. A row may name folders that are not there yet.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSource, type Source } from './support/sources.ts';

const root = join(import.meta.dirname, '..');

// ---- Who may import whom -------------------------------------------------------------------------------------------

const FORMATS = ['core', 'asn1', 'pdf'];
const REGISTER = [...FORMATS, 'log', 'directory'];
const TRUST = [...FORMATS, 'log', 'authority', 'revocation', 'timestamp'];
const DOMAIN = [
  ...['core', 'asn1', 'pdf', 'log', 'directory', 'authority', 'revocation', 'timestamp', 'credential', 'card', 'seal'],
  ...['badge', 'signature', 'oficio', 'approval', 'access', 'personal', 'notice', 'report', 'statistics', 'verifier'],
];

/** Folder (or file directly below `src`), and the folders that it may import beside itself. Nobody imports `test`. */
const WALLS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  asn1: ['core'],
  pdf: ['core'],
  log: FORMATS,
  directory: [...FORMATS, 'log'],
  authority: [...FORMATS, 'log'],
  revocation: [...REGISTER, 'authority'],
  timestamp: [...REGISTER, 'authority'],
  credential: [...REGISTER, 'authority', 'revocation', 'timestamp'],
  card: [...REGISTER, 'authority', 'revocation', 'timestamp', 'credential'],
  seal: TRUST,
  // What is printed on a card: drawn as the seal is.
  badge: [...TRUST, 'directory', 'credential', 'card', 'seal'],
  signature: TRUST,
  oficio: [...TRUST, 'directory', 'credential', 'seal', 'signature'],
  approval: ['core', 'log', 'directory', 'access'],
  access: ['core', 'asn1', 'log', 'directory'],
  // Until when what is kept, and of whom: says it of what the folders before it keep.
  personal: ['core', 'log', 'directory', 'access', 'approval', 'oficio'],
  // Who is told what by mail.
  notice: ['core', 'log', 'directory', 'access', 'approval'],
  report: ['core', 'log', 'directory'],
  statistics: ['core', 'log', 'directory'],
  // Reads only: what it may reach is checked below, file by file.
  verifier: [...TRUST, 'directory', 'access', 'credential', 'card', 'seal', 'signature', 'oficio'],
  // What people read, by code: whoever declares a code is imported for its types alone.
  texts: [...DOMAIN, 'adapters', 'config.ts'],
  // The two never meet; the entry points compose them.
  http: [...DOMAIN, 'config.ts', 'texts', 'verifier-web'],
  adapters: [...DOMAIN, 'config.ts'],
  'config.ts': ['core', 'directory', 'notice'],
  'publications.ts': DOMAIN,
  'verdicts.ts': [...DOMAIN, 'adapters', 'publications.ts'],
  'card-office.ts': DOMAIN,
  'installed.ts': [...DOMAIN, 'adapters', 'config.ts', 'ports.ts'],
  'compose-access.ts': [...DOMAIN, 'adapters'],
  'compose-cards.ts': [...DOMAIN, 'adapters', 'card-office.ts', 'ports.ts', 'publications.ts', 'verdicts.ts'],
  'compose-distinctives.ts': [...DOMAIN, 'adapters', 'verdicts.ts'],
  'compose-leaving.ts': DOMAIN,
  'compose-lists.ts': DOMAIN,
  'compose-audit.ts': [...DOMAIN, 'adapters', 'services.ts'],
  'compose-beside.ts': [...DOMAIN, 'adapters', 'compose-public-versions.ts'],
  'compose-public-versions.ts': [...DOMAIN, 'adapters'],
  'compose-notices.ts': [...DOMAIN, 'adapters', 'texts'],
  'compose-signing.ts': [...DOMAIN, 'services.ts'],
  'ports.ts': [...DOMAIN, 'adapters', 'compose-access.ts', 'config.ts'],
  'services.ts': [...DOMAIN, 'adapters', 'compose-access.ts', 'compose-lists.ts', 'publications.ts', 'verdicts.ts'],
  'compose.ts': [
    ...DOMAIN,
    ...['compose-access.ts', 'compose-audit.ts', 'compose-cards.ts', 'compose-distinctives.ts', 'compose-leaving.ts'],
    ...['compose-lists.ts', 'compose-notices.ts', 'compose-beside.ts', 'compose-signing.ts'],
    ...['adapters', 'config.ts', 'installed.ts', 'ports.ts', 'publications.ts', 'services.ts', 'verdicts.ts', 'texts'],
  ],
  'public-server.ts': ['core', 'adapters', 'http', 'config.ts'],
  // Reads the sources that browsers run.
  'page-modules.ts': ['http'],
  'founding.ts': [...DOMAIN, 'adapters', 'http', 'config.ts', 'page-modules.ts', 'public-server.ts'],
  'locked.ts': ['core', 'adapters', 'http', 'config.ts'],
  'node.ts': [
    ...[...DOMAIN, 'adapters', 'http', 'config.ts', 'compose.ts', 'locked.ts', 'ports.ts'],
    ...['page-modules.ts', 'public-server.ts', 'services.ts'],
  ],
  'worker.ts': [...DOMAIN, 'adapters', 'http', 'config.ts', 'compose.ts', 'services.ts'],
  'verifier-web': ['core', 'verifier', 'report'],
  // Soft cards make certificates and DER signatures, as chips do.
  hardware: ['core', 'asn1', 'card'],
  'keys-dev': [...DOMAIN, 'adapters'],
  cli: [
    ...[...DOMAIN, 'adapters', 'http', 'config.ts', 'compose.ts', 'services.ts', 'publications.ts', 'node.ts'],
    ...['founding.ts', 'public-server.ts', 'worker.ts', 'texts', 'verifier-web', 'hardware', 'keys-dev'],
  ],
};

/** What a folder may import for its types alone: nothing of it is there at run time. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = {
  texts: ['adapters', 'config.ts'],
};

/** Within a folder: who holds a card's reader, and who decides about cards, know each other by the port alone (`src/card/office.ts`). */
const APART: readonly (readonly [string, string])[] = [
  ['src/card/station/', 'src/card/office/'],
  ['src/card/office/', 'src/card/station/'],
];

/** A library has one home: where it may be imported. Tests may import any. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  'node:': [
    ...['src/adapters/', 'src/node.ts', 'src/public-server.ts', 'src/page-modules.ts'],
    ...['hardware/', 'cli/', 'keys-dev/'],
  ],
  // Only to make the paths in the settings absolute.
  'node:path': [
    'src/adapters/',
    'src/node.ts',
    'src/page-modules.ts',
    'hardware/',
    'cli/',
    'keys-dev/',
    'src/config.ts',
  ],
  hono: ['src/http/', 'src/node.ts', 'src/worker.ts'],
  '@hono/node-server': ['src/http/', 'src/public-server.ts'],
  zod: ['src/http/', 'src/config.ts'],
  '@noble/hashes': ['src/http/client/'],
  kysely: ['src/adapters/sql/', 'src/adapters/sqlite.ts', 'src/adapters/postgres.ts', 'src/adapters/d1.ts'],
  pkijs: ['src/signature/', 'src/timestamp/', 'src/revocation/'],
  nodemailer: ['src/adapters/mail/'],
  'node-forge': ['src/adapters/keys/', 'src/adapters/keys.ts'],
  'pdfjs-dist': ['src/http/client/'],
  'pdf-lib': ['src/seal/', 'src/oficio/'],
  qrcode: ['cli/'],
  qr: ['src/seal/', 'src/adapters/'],
  sharp: ['src/adapters/'],
  'csv-parse': ['src/adapters/', 'cli/'],
  '@simplewebauthn/server': ['src/access/'],
  'nfc-pcsc': ['hardware/pcsc/'],
  'pcsc-mini': ['hardware/pcsc/'],
  vitest: ['cli/run-tests.ts'],
};

/** What the verifier's entrance must not reach by any path: it runs in a browser, and it only reads. */
const NOT_IN_THE_VERIFIER = {
  libraries: [
    'node:',
    'hono',
    'zod',
    'kysely',
    'sharp',
    '@peculiar/x509',
    'reflect-metadata',
    '@simplewebauthn/server',
  ],
  // Stores, and use cases: a use case is what ends in the ledger.
  files: /\/store\.ts$|^src\/log\/ledger\.ts$/,
};

/** The present and chance have one source. */
const AMBIENT_HOME = ['src/adapters/system.ts'];
const STOPWATCH_HOME = ['src/adapters/', 'src/http/', 'src/node.ts', 'cli/', 'hardware/'];
const RANDOM_IMPORTS = ['randomBytes', 'randomUUID', 'randomInt', 'randomFillSync', 'webcrypto'];

const MOST_LINES = 400;
/** Tables that a program wrote: nobody reads them line by line. */
const GENERATED: readonly string[] = [];

// ---- The judge -----------------------------------------------------------------------------------------------------

type Sources = ReadonlyMap<string, Source>;

function folderOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'src' && second ? second : (first ?? path);
}

function isIn(path: string, homes: readonly string[]): boolean {
  return homes.some((home) => path === home || (home.endsWith('/') && path.startsWith(home)));
}

/** The file that a relative import names, or the package that any other does (`node:` for all of Node). */
function targetOf(from: string, specifier: string): { readonly file: string } | { readonly library: string } {
  if (specifier.startsWith('.')) return { file: posix.join(posix.dirname(from), specifier) };
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return { library: 'node:' };
  return { library: specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/') };
}

function breaches(sources: Sources): readonly string[] {
  const found: string[] = [];
  for (const { path, imports, ambient, skips, lines } of sources.values()) {
    const folder = folderOf(path);
    const inTest = folder === 'test';
    const breach = (line: number, what: string): number => found.push(`${path}:${line} ${what}`);
    const allowed = WALLS[folder];
    if (!allowed && !inTest) breach(1, `${folder} has no row in the table of walls`);
    for (const { specifier, names, typeOnly, line } of imports) {
      if (inTest) continue;
      if (specifier === undefined) {
        breach(line, 'imports what only running it can tell');
        continue;
      }
      const target = targetOf(path, specifier);
      if ('library' in target) {
        const homes = HOMES[specifier] ?? HOMES[target.library];
        if (!homes) breach(line, `imports ${target.library}, which has no home`);
        else if (!isIn(path, homes)) breach(line, `imports ${specifier} outside its home`);
        const random = target.library === 'node:' && names.some((name) => RANDOM_IMPORTS.includes(name));
        if (random && !isIn(path, AMBIENT_HOME)) breach(line, 'takes randomness from its surroundings');
      } else {
        const other = folderOf(target.file);
        if (other !== folder && !allowed?.includes(other)) breach(line, `${folder} imports ${other}`);
        const isOver = APART.some(([from, to]) => path.startsWith(from) && target.file.startsWith(to));
        if (isOver) breach(line, `imports ${target.file}, from which it is kept apart`);
        const more = !typeOnly && TYPES_ONLY[folder]?.includes(other);
        if (more) breach(line, `${folder} imports more than types of ${other}`);
      }
    }
    for (const { name, line } of ambient) {
      const homes = name === 'performance.now' ? [...AMBIENT_HOME, ...STOPWATCH_HOME] : AMBIENT_HOME;
      if (!inTest && !isIn(path, homes)) breach(line, `takes ${name} from its surroundings`);
    }
    for (const { call, saysWhy, line } of skips) {
      if (inTest && !saysWhy) breach(line, `${call} without a reason in the note or the name`);
    }
    if (lines > MOST_LINES && !GENERATED.includes(path)) breach(MOST_LINES, `has ${lines} lines: split it by meaning`);
  }
  return found;
}

/** Everything that is wrong within reach of the verifier, with the way that leads there. */
function breachesOfTheVerifier(sources: Sources): readonly string[] {
  const found: string[] = [];
  const entrance = 'src/verifier/index.ts';
  const ways = new Map<string, readonly string[]>([[entrance, [entrance]]]);
  for (const [path, way] of ways) {
    if (NOT_IN_THE_VERIFIER.files.test(path)) found.push(way.join(' → '));
    for (const { specifier } of sources.get(path)?.imports ?? []) {
      const target = targetOf(path, specifier ?? '');
      if ('library' in target) {
        if (NOT_IN_THE_VERIFIER.libraries.includes(target.library)) found.push([...way, specifier].join(' → '));
      } else if (!ways.has(target.file)) ways.set(target.file, [...way, target.file]);
    }
  }
  return found;
}

function sourcesOf(files: Readonly<Record<string, string>>): Sources {
  return new Map(Object.entries(files).map(([path, text]) => [path, readSource(path, text)]));
}

// ---- The project ---------------------------------------------------------------------------------------------------

const paths = globSync('{src,cli,hardware,keys-dev,verifier-web,test}/**/*.{ts,mjs}', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !path.includes('/node_modules/'))
  .toSorted();
const project = sourcesOf(Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

describe('the project', () => {
  test('keeps its walls and laws', () => {
    expect(breaches(project)).toEqual([]);
  });

  test('lets the verifier reach nothing that writes, and nothing that a browser lacks', () => {
    expect(breachesOfTheVerifier(project)).toEqual([]);
  });

  test('imports only files that exist', () => {
    const missing = [...project.values()].flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier }) => {
        const target = targetOf(path, specifier ?? 'computed');
        return 'file' in target && !existsSync(join(root, target.file)) ? [`${path} → ${specifier}`] : [];
      }),
    );
    expect(missing).toEqual([]);
  });

  test('explains every dependency, with its home, and none that it does not have', () => {
    const page = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
    const explained = [...page.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]!).toSorted();
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    expect(explained).toEqual(Object.keys(all).toSorted());
    expect(Object.keys(manifest.dependencies).filter((name) => !(name in HOMES))).toEqual([]);
  });
});

describe('the table of walls', () => {
  test('has no cycle', () => {
    const settled = new Set<string>();
    for (let before = -1; before < settled.size;) {
      before = settled.size;
      for (const [folder, allowed] of Object.entries(WALLS)) {
        if (allowed.every((other) => settled.has(other))) settled.add(folder);
      }
    }
    expect(Object.keys(WALLS).filter((folder) => !settled.has(folder))).toEqual([]);
  });

  test('keeps http and adapters apart, and throwaway keys with the command line', () => {
    expect(WALLS['http']).not.toContain('adapters');
    expect(WALLS['adapters']).not.toContain('http');
    expect(Object.keys(WALLS).filter((folder) => WALLS[folder]!.includes('keys-dev'))).toEqual(['cli']);
  });
});

describe('a wall can fail:', () => {
  const FORMS = [
    ['static', "import { a } from '../oficio/x.ts';"],
    ['for types alone', "import type { A } from '../oficio/x.ts';"],
    ['for its effects', "import '../oficio/x.ts';"],
    ['re-exported', "export * from '../oficio/x.ts';"],
    ['re-exported by name', "export { a } from '../oficio/x.ts';"],
    ['dynamic', "const a = await import('../oficio/x.ts');"],
    ['inside a type', "type A = import('../oficio/x.ts').A;"],
  ] as const;
  test.for(FORMS)('an import %s', ([, text]) => {
    expect(breaches(sourcesOf({ 'src/core/a.ts': text }))).toEqual(['src/core/a.ts:1 core imports oficio']);
  });

  const BREACHES = [
    ['src/http/a.ts', "import '../adapters/system.ts';", 'http imports adapters'],
    ['src/adapters/a.ts', "import '../http/app.ts';", 'adapters imports http'],
    [
      'src/card/station/a.ts',
      "import type { A } from '../office/x.ts';",
      'imports src/card/office/x.ts, from which it is kept apart',
    ],
    ['src/services.ts', "import '../keys-dev/keys.ts';", 'services.ts imports keys-dev'],
    ['src/texts/a.ts', "import { a } from '../adapters/x.ts';", 'texts imports more than types of adapters'],
    ['cli/a.ts', "import '../test/doubles/x.ts';", 'cli imports test'],
    ['src/helpers/a.ts', '', 'helpers has no row in the table of walls'],
    ['src/log/a.ts', "import { join } from 'node:path';", 'imports node:path outside its home'],
    ['src/log/a.ts', "import { join } from 'path';", 'imports path outside its home'],
    ['src/http/a.ts', "import { sql } from 'kysely';", 'imports kysely outside its home'],
    ['src/http/a.ts', "import x from 'left-pad/x';", 'imports left-pad, which has no home'],
    ['src/http/a.ts', 'const a = await import(name);', 'imports what only running it can tell'],
    ['src/core/a.ts', 'const now = Date.now();', 'takes Date from its surroundings'],
    ['src/core/a.ts', 'const now = new Date();', 'takes Date from its surroundings'],
    ['src/core/a.ts', 'const now = performance.now();', 'takes performance.now from its surroundings'],
    ['cli/a.ts', 'const a = Math.random();', 'takes Math.random from its surroundings'],
    ['src/core/a.ts', 'crypto.getRandomValues(a);', 'takes getRandomValues from its surroundings'],
    ['cli/a.ts', "import { randomBytes } from 'node:crypto';", 'takes randomness from its surroundings'],
    ['test/a.test.ts', "test.skip('x', () => {});", 'test.skip without a reason in the note or the name'],
    ['test/a.test.ts', "test.skipIf(x)('y', () => {});", 'test.skipIf without a reason in the note or the name'],
    ['test/a.test.ts', 'context.skip(!x);', 'context.skip without a reason in the note or the name'],
  ] as const;
  test.for(BREACHES)('%s with %s', ([path, text, what]) => {
    expect(breaches(sourcesOf({ [path]: text }))).toEqual([`${path}:1 ${what}`]);
  });

  test('a file that grew too long', () => {
    expect(breaches(sourcesOf({ 'src/core/a.ts': '\n'.repeat(401) }))).toHaveLength(1);
    expect(breaches(sourcesOf({ 'src/core/a.ts': '\n'.repeat(400) }))).toEqual([]);
  });

  test('a store behind two innocent files', () => {
    const files = {
      'src/verifier/index.ts': "export * from './a.ts';",
      'src/verifier/a.ts': "import '../directory/official.ts';",
      'src/directory/official.ts': "import type { X } from './store.ts'; import { z } from 'zod';",
    };
    const way = 'src/verifier/index.ts → src/verifier/a.ts → src/directory/official.ts';
    expect(breachesOfTheVerifier(sourcesOf(files))).toEqual([`${way} → zod`, `${way} → src/directory/store.ts`]);
  });

  const ALLOWED = [
    ['src/core/a.ts', "// import '../oficio/x.ts'\nconst a = \"import '../http/x.ts'\";"],
    ['src/core/a.ts', 'const day = new Date(at * 1000).toISOString();'],
    ['src/texts/a.ts', "import type { A } from '../adapters/x.ts'; export type { B } from '../config.ts';"],
    ['src/adapters/system.ts', "import { randomBytes } from 'node:crypto'; Date.now();"],
    ['src/http/a.ts', "import { Hono } from 'hono'; import { verify } from '../verifier/index.ts';"],
    ['test/a.test.ts', "describe.skipIf(missing)(`openssl ${missing ?? ''}`, () => {});"],
    ['test/a.test.ts', "test.skipIf(x)('agrees with y (skipped where y is absent)', () => {});"],
    ['test/a.test.ts', "context.skip(!x, 'no openssl'); context.skip('no openssl'); Date.now();"],
  ] as const;
  test.for(ALLOWED)('but not for %s with %s', ([path, text]) => {
    expect(breaches(sourcesOf({ [path]: text }))).toEqual([]);
  });
});
