import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { tellFinding } from '../../verifier-web/texts/findings.ts';
import { findingsEs } from '../../verifier-web/texts/findings.es.ts';

const root = join(import.meta.dirname, '../..');

/** The sources that say what a check found. */
const SPEAKERS = [
  'src/verifier/*.ts',
  'src/signature/{byte-range,check-cms,compare-*,revisions,save-roles,signature-widget,signed-revision,verify}.ts',
  'src/pdf/appearance.ts',
  'src/card/check-content.ts',
  'src/authority/{chain,name-constraints,path-rules,policy}.ts',
];

/** Strings with blanks where a source computes something: `leaf {} is in the log`. */
function sentencesIn(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value as unknown[]) visit(item);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as { readonly [property: string]: unknown };
    if (node['type'] === 'Literal' && typeof node['value'] === 'string') found.push(node['value']);
    if (node['type'] === 'TemplateLiteral') {
      found.push((node['quasis'] as { value: { cooked: string } }[]).map(({ value: text }) => text.cooked).join('{}'));
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return found.filter((text) => /[a-z]{2} |\{\} \S/.test(text));
}

/** Made of parts that are chosen from a few: every choice is a sentence. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  'covers {}': ['covers the whole file', 'covers an earlier revision'],
  'object {} {} was changed': ['object 7 of the document was changed', 'object 7 that page 2 uses was changed'],
  'the file {} the seal {}': ['the file links to the seal 0a', 'the file shows the seal 0a'],
  ' (page {})': ['page: an authority without a name (page 7)'],
  '{} at {}': ['suspended at 2026-11-22T00:00:00Z', 'revoked at 2026-11-22T00:00:00Z'],
};
/** Parts of those, and what is only joined from sentences of others. */
const PARTS = new Set(['the whole file', 'an earlier revision', 'of the document', 'that page {} uses', 'links to']);

const said = [
  ...new Set(
    globSync([...SPEAKERS], { cwd: root }).flatMap((file) => sentencesIn(readFileSync(join(root, file), 'utf8'))),
  ),
]
  .filter((text) => !PARTS.has(text))
  .flatMap((text) => CHOICES[text] ?? [text]);

const filled = (text: string): string => text.replaceAll('{}', '17');

describe('what a check found', () => {
  test('is said in Spanish, whichever source says it', () => {
    expect(said.length).toBeGreaterThan(150);
    expect(said.filter((text) => tellFinding(filled(text), 'es') === filled(text))).toEqual([]);
  });

  test('has no sentence that nobody says', () => {
    const shapeOf = (text: string): RegExp =>
      new RegExp(`^${text.replaceAll(/[$()*+.?[\\\]^|]/g, String.raw`\$&`).replaceAll('{}', '.+')}$`);
    const shapes = said.filter((text) => /[a-z]/.test(text)).map(shapeOf);
    const unsaid = Object.keys(findingsEs).filter((text) => {
      const [shape, sample] = [shapeOf(text), filled(text)];
      return (
        text.includes(' ') && !said.some((one) => shape.test(filled(one))) && !shapes.some((one) => one.test(sample))
      );
    });
    expect(unsaid).toEqual([]);
  });

  test('is said with the article and the number that go with it', () => {
    expect(tellFinding('suspended at 2026-11-22T00:00:00Z', 'es')).toMatch(/^suspendida el 2026/);
    expect(tellFinding('a PDF of one page', 'es')).toBe('un PDF de una página');
    expect(tellFinding('a PDF of 3 pages', 'es')).toBe('un PDF de 3 páginas');
  });

  test('keeps every fact, and its place', () => {
    for (const [english, spanish] of Object.entries(findingsEs)) {
      const blanks = english.split('{}').length - 1;
      const places = [...spanish.matchAll(/\{(\d)\}/g)].map(([, place]) => Number(place)).toSorted();
      expect(places, english).toEqual(Array.from({ length: blanks }, (_, i) => i + 1));
      expect(spanish, english).not.toMatch(/\b(the|signed|was|were|with|not)\b/);
    }
  });

  test.each([
    ['leaf 12 is in the log', 'el asiento 12 está en la bitácora'],
    ['certificate 0: is not for 1.3.6.1.5.5.7.3.36', 'certificado 0: no es para 1.3.6.1.5.5.7.3.36'],
    ['annotation: 2 annotations were added (page 3)', 'se agregaron 2 anotaciones (página 3) (annotation)'],
    [
      'Firma: 2: a later signature is of a kind that we cannot judge',
      'Firma: 2: una firma posterior es de un tipo que no podemos juzgar',
    ],
    ['firma: a later signature is altered', 'firma: una firma posterior está alterada'],
    ['Cotejo: a later signature is altered', 'Cotejo: una firma posterior está alterada'],
    ['something that a newer release says', 'something that a newer release says'],
    ['pdf/malformed: an object is cut', 'pdf/malformed'],
    ['constructor', 'constructor'],
  ])('%s', (english, spanish) => {
    expect(tellFinding(english, 'es')).toBe(spanish);
    expect(tellFinding(english, 'en')).toBe(english);
  });

  test('says times as they are in Mexico City, in both languages', () => {
    const detail = 'until 2027-10-01T05:59:59Z';
    expect(tellFinding(detail, 'es')).toBe('hasta 2027-09-30 23:59 (UTC−6)');
    expect(tellFinding(detail, 'en')).toBe('until 2027-09-30 23:59 (UTC−6)');
  });

  test('of a refusal is its code, with what the catalogue says of it', () => {
    const told = tellFinding('too much to compare: pdf/too-large: 9 bytes', 'es', (code) => `(${code})`);
    expect(told).toBe('demasiado para comparar: pdf/too-large: (pdf/too-large)');
  });

  test('is told soon, whatever a stranger’s file puts into it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        expect(typeof tellFinding(`${name}: a later signature is altered`, 'es')).toBe('string');
      }),
    );
    expect(tellFinding('a: '.repeat(199), 'es')).toBe('a: '.repeat(199));
    const long = ': a later signature is of a kind '.repeat(1000);
    expect(tellFinding(long, 'es')).toBe(long);
  });
});
