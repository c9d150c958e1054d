import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/security/asvs.md');

/** The levels of the requirements of each section of ASVS 5.0.0 (CC BY-SA 4.0, github.com/OWASP/ASVS), in their order. */
const LEVELS: Readonly<Record<string, string>> = {
  '1.1': '22',
  '1.2': '1111122223',
  '1.3': '112222222223',
  '1.4': '222',
  '1.5': '123',
  '2.1': '122',
  '2.2': '112',
  '2.3': '12223',
  '2.4': '23',
  '3.1': '3',
  '3.2': '113',
  '3.3': '12223',
  '3.4': '11222233',
  '3.5': '11122333',
  '3.6': '3',
  '3.7': '22333',
  '4.1': '12233',
  '4.2': '23333',
  '4.3': '22',
  '4.4': '1222',
  '5.1': '2',
  '5.2': '112333',
  '5.3': '113',
  '5.4': '222',
  '6.1': '122',
  '6.2': '111111112222',
  '6.3': '11223333',
  '6.4': '112233',
  '6.5': '22222333',
  '6.6': '2223',
  '6.7': '33',
  '6.8': '2222',
  '7.1': '222',
  '7.2': '1111',
  '7.3': '22',
  '7.4': '11222',
  '7.5': '223',
  '7.6': '22',
  '8.1': '1233',
  '8.2': '1123',
  '8.3': '133',
  '8.4': '23',
  '9.1': '111',
  '9.2': '1222',
  '10.1': '22',
  '10.2': '223',
  '10.3': '22223',
  '10.4': '1111122222233333',
  '10.5': '22222',
  '10.6': '22',
  '10.7': '222',
  '11.1': '2233',
  '11.2': '22233',
  '11.3': '11233',
  '11.4': '1222',
  '11.5': '23',
  '11.6': '23',
  '11.7': '33',
  '12.1': '12233',
  '12.2': '11',
  '12.3': '22223',
  '13.1': '2333',
  '13.2': '222223',
  '13.3': '2233',
  '13.4': '1222233',
  '14.1': '22',
  '14.2': '12223333',
  '14.3': '122',
  '15.1': '12233',
  '15.2': '12233',
  '15.3': '1222222',
  '15.4': '3333',
  '16.1': '2',
  '16.2': '22222',
  '16.3': '2222',
  '16.4': '222',
  '16.5': '2223',
  '17.1': '23',
  '17.2': '22223333',
  '17.3': '22',
};

const expected = Object.entries(LEVELS).flatMap(([section, levels]) =>
  [...levels].flatMap((level, i) => (level === '3' ? [] : [{ id: `${section}.${i + 1}`, level }])),
);

interface Row {
  readonly id: string;
  readonly level: string;
  readonly state: string;
  readonly shown: string;
}

const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => /^\| \d+\.\d+\.\d+ /.test(line))
  .map((line) => {
    const [id = '', level = '', , state = '', shown = ''] = line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim());
    return { id, level, state, shown };
  });

const FILE = /`([\w./-]+\/[\w.-]+|[\w-]+\.(?:json|ts))`/g;

/** Files that are named in backticks; tests by name follow theirs in “ ”. */
function evidenceOf(text: string): readonly { readonly file: string; readonly names: readonly string[] }[] {
  const files = [...text.matchAll(FILE)].filter(([, path]) => /\.(?:ts|md|json)$/.test(path!));
  return files.map((found, i) => {
    const until = files[i + 1]?.index ?? text.length;
    const after = /^(?:: |, | (?=“))?((?:“[^”]+”(?:, )?)*)/.exec(text.slice(found.index + found[0].length, until))![1]!;
    return { file: found[1]!, names: [...after.matchAll(/“([^”]+)”/g)].map(([, name]) => name!) };
  });
}

describe('the page of ASVS 5.0', () => {
  test('has each requirement of levels 1 and 2 once, in its order', () => {
    expect(rows.map(({ id, level }) => ({ id, level }))).toEqual(expected);
  });

  test('says of each that it is met, with evidence; why it does not apply; or how grave what is missing is', () => {
    const wrong = rows.filter(({ state, shown }) => {
      if (state === 'met') return evidenceOf(shown).length === 0;
      if (state === 'gap') return !/^(?:Low|Medium|High)(?:\.|, of the institution[.:]) ?\S/.test(shown);
      return state !== 'not applicable' || shown.length < 6;
    });
    expect(wrong).toEqual([]);
  });

  test('names only files and tests that there are', () => {
    const cited = evidenceOf(page);
    const absent = cited.flatMap(({ file, names }) => {
      if (!existsSync(join(root, file))) return [file];
      const text = read(file);
      return names.filter((name) => !text.includes(name)).map((name) => `${file}: ${name}`);
    });
    expect(absent).toEqual([]);
    // Every name in quotation marks of a test belongs to a file.
    const named = rows.flatMap(({ shown }) => evidenceOf(shown).flatMap(({ names }) => names));
    expect(named.length).toBeGreaterThan(150);
  });

  test('counts what it says', () => {
    const of = (state: string): number => rows.filter((row) => row.state === state).length;
    const counted = `Of ${rows.length}: ${of('met')} met, ${of('not applicable')} not applicable, ${of('gap')} gaps.`;
    expect(page).toContain(counted);
    for (const grave of ['High', 'Medium', 'Low']) {
      const ids = rows.filter(({ state, shown }) => state === 'gap' && shown.startsWith(grave)).map(({ id }) => id);
      expect(page).toContain(`- **${grave}**: ${ids.join(', ')}`);
    }
  });
});

/** What reaches out: clients of Node, and those of the web. A server listens. */
const CLIENTS: readonly RegExp[] = [
  /import (?!type)[^;]*\bfrom 'node:(?:https|http2|tls|dgram|dns|dns\/promises)'/,
  /import (?!type)[^;]*\b(?:request|get|Agent|ClientRequest)\b[^;]*\bfrom 'node:http'/,
  /import (?!type)[^;]*\b(?:connect|createConnection|(?<!type )Socket)\b[^;]*\bfrom 'node:net'/,
  /(?<![.\w])fetch\(/,
  /new (?:WebSocket|EventSource|XMLHttpRequest)\b/,
  /import (?!type)[^;]*\bfrom 'nodemailer'/,
];

test('the service speaks to nobody but the mail server of the setting', () => {
  // What a browser runs asks the service that it came from (`connect-src 'self'`).
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.startsWith('src/http/client/'));
  expect(files.length).toBeGreaterThan(300);
  expect(files.filter((file) => CLIENTS.some((client) => client.test(read(file))))).toEqual([
    'src/adapters/mail/smtp.ts',
  ]);
});
