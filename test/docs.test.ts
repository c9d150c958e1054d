import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMON_OPTIONS } from '../cli/arguments.ts';
import { allCommands } from '../cli/commands/index.ts';
import { VERDICT_OF_STATE } from '../src/core/verdict.ts';
import { OFICIO_TYPES } from '../src/oficio/type.ts';
import { STATUS_OF } from '../src/http/problem-status.ts';
import { isCode } from '../src/texts/problems.ts';

const root = join(import.meta.dirname, '..');
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root });

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** What GitHub makes of a heading. */
function anchorsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

describe('the documentation', () => {
  test('leads only to files and headings that are there', () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
        if (/^https?:/.test(target!)) return [];
        const [path, anchor] = target!.split('#');
        const file = path ? join(dirname(page), path) : page;
        const there =
          existsSync(join(root, file)) && (anchor === undefined || anchorsOf(file).includes(decodeURI(anchor)));
        return there ? [] : [`${page}: ${target}`];
      }),
    );
    expect(dead).toEqual([]);
  });

  test('has every page of docs/ in an index', () => {
    const indexes = read('docs/README.md') + read('docs/decisions/README.md');
    const missing = pages.filter((page) => page.startsWith('docs/') && !page.endsWith('README.md'));
    expect(missing.filter((page) => !indexes.includes(page.replace(/^docs\/(?:decisions\/)?/, '')))).toEqual([]);
  });

  test('names every command and every option', async () => {
    const page = read('docs/cli.md');
    const missing = (await allCommands()).flatMap(({ name, options }) => {
      const [noun, verb] = name.split(' ');
      // `unit set … · unit list`, `credential list … · show SERIAL`
      const named = page.includes(name) || new RegExp(`^### .*\`${noun} .*\`${verb}\\b`, 'm').test(page);
      const unnamed = Object.keys({ ...options, ...COMMON_OPTIONS }).filter((option) => !page.includes(`--${option}`));
      return [...(named ? [] : [name]), ...unnamed.map((option) => `${name} --${option}`)];
    });
    expect(missing).toEqual([]);
  });

  test.each([
    ['docs/es/oficios.md', /^(?:oficio|file|pdf)\//],
    ['docs/operating.md', /^(?:data|keys|config|installation)\//],
  ])('%s names every code of its folders', (page, folders) => {
    const codes = Object.keys(STATUS_OF).filter((code) => folders.test(code));
    expect(codes.filter((code) => !read(page).includes(`\`${code}\``))).toEqual([]);
  });

  test.each(['docs/verdicts.md', 'docs/es/veredictos.md'])('explains every state of this release in %s', (page) => {
    const ofCards = ['replayed', 'plain-tag', 'unknown-tag'];
    const text = read(page);
    const states = Object.keys(VERDICT_OF_STATE).filter((state) => !ofCards.includes(state) && state !== 'unconfirmed');
    expect(states.filter((state) => !text.includes(`\`${state}\``))).toEqual([]);
  });

  test('names every type of letter', () => {
    const text = read('docs/es/oficios.md');
    expect(Object.keys(OFICIO_TYPES).filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
  });

  test.each(['oficios', 'credenciales', 'directorio'])(
    'explains only refusals that there are in docs/es/%s.md',
    (name) => {
      const cited = [...read(`docs/es/${name}.md`).matchAll(/`([a-z]+\/[a-z0-9-]+)`/g)].map(([, code]) => code!);
      expect(cited.length).toBeGreaterThan(5);
      expect(cited.filter((code) => !isCode(code))).toEqual([]);
    },
  );
});
