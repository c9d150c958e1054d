import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { pdfName, type PdfDict, type PdfRef } from '../../src/pdf/object.ts';
import { pdfRaw, withWritable, writableDict } from '../../src/pdf/serialise.ts';
import { letter, PdfBuilder } from '../pdf/build.ts';
import { first, kindsOf, updated } from '../support/changed-pdf.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';

/*
 * What is saved after a signature and shows one thing to a reader that follows the tables as we do, and another to one that
 * cuts numbers, takes free for used, ignores a stream beside a table, or rebuilds the table by searching the file.
 */

const missing = missingJudge('openssl');
const CONTENT = 4;
const FORGED = '0 0 612 792 re f';

interface Row {
  readonly number: number;
  readonly offset: number;
  readonly state?: 'n' | 'f';
}

/** A save by hand: objects as they are written, rows of its table besides theirs, entries of its trailer. */
function saved(
  signed: Uint8Array,
  {
    objects = {},
    rows = () => [],
    trailer = () => '',
    size,
  }: {
    readonly objects?: Readonly<Record<number, string>>;
    readonly rows?: (offsets: ReadonlyMap<number, number>) => readonly Row[];
    readonly trailer?: (offsets: ReadonlyMap<number, number>) => string;
    readonly size?: number;
  },
): Uint8Array {
  const { revisions, size: known } = openPdf(signed, primitives);
  const offsets = new Map<number, number>();
  let text = '';
  for (const [number, body] of Object.entries(objects)) {
    offsets.set(Number(number), signed.length + text.length);
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const listed = [...offsets].map(([number, offset]): Row => ({ number, offset }));
  const table = [...listed, ...rows(offsets)].map(
    ({ number, offset, state = 'n' }) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 ${state} \n`,
  );
  const at = signed.length + text.length;
  const highest = Math.max(known - 1, ...offsets.keys());
  const entries = `/Root 1 0 R/Prev ${revisions[0]!.startxref}/Size ${size ?? highest + 1}${trailer(offsets)}`;
  const shown = table.length === 0 ? '0 0\n' : table.join('');
  return concat(signed, fromLatin1(`${text}xref\n${shown}trailer\n<<${entries}>>\nstartxref\n${at}\n%%EOF\n`));
}

/** A cross-reference stream of 32-bit offsets. */
function xrefStream(rows: readonly (readonly [number: number, kind: number, offset: number])[], more = ''): string {
  const data = rows.map(([, kind, offset]) =>
    String.fromCharCode(kind, (offset >>> 24) & 255, (offset >>> 16) & 255, (offset >>> 8) & 255, offset & 255, 0),
  );
  const index = rows.map(([number]) => `${number} 1`).join(' ');
  const dict = `/Type/XRef/W[1 4 1]/Size 99/Index[${index}]/Root 1 0 R${more}/Length ${6 * rows.length}`;
  return `<<${dict}>>\nstream\n${data.join('')}\nendstream`;
}

const streamOf = (data: string): string => `<</Length ${data.length}>>\nstream\n${data}\nendstream`;

describe.skipIf(missing)(`after a signature ${missing ?? ''}`, () => {
  let chain: ThrowawayChain;
  let signed: Uint8Array;
  beforeAll(async () => {
    chain = makeThrowawayChain();
    signed = await signPdf(letter('BT /F1 18 Tf ET'), chain, { rect: [50, 50, 200, 100] });
  });
  afterAll(() => chain.remove());

  const judged = async (pdf: Uint8Array): Promise<string> => kindsOf(await first(pdf));
  /** What readers may understand in different ways. */
  const doubtIn = async (pdf: Uint8Array): Promise<string | undefined> =>
    (await first(pdf)).changes.map(({ detail }) => detail).find((detail) => detail.startsWith('readers may show'));
  const placeOf = (number: number): number => {
    const entry = openPdf(signed, primitives).xrefEntry(number);
    return entry?.kind === 'offset' ? entry.offset : expect.fail('not in a table');
  };
  test('a save by hand that changes nothing leaves the letter intact', async () => {
    expect(await judged(saved(signed, {}))).toBe('intact');
  });

  test('a reference of another generation, or of a number that some readers cut, is forbidden', async () => {
    const referring = (to: string): Uint8Array => saved(signed, { objects: { 300: '(x)', 301: `[${to}]` } });
    expect(await doubtIn(referring('300 0 R'))).toBeUndefined();
    expect(await doubtIn(referring('300 1 R'))).toBeDefined();
    expect(await doubtIn(referring(`${2 ** 32 + 300} 0 R`))).toBeDefined();
  });

  test('a reference to what a save took away is forbidden', async () => {
    const away = saved(signed, { objects: { 90: '(x)' } });
    const gone = saved(away, { objects: { 91: '[90 0 R]' }, rows: () => [{ number: 90, offset: 0, state: 'f' }] });
    expect(await doubtIn(gone)).toBeDefined();
  });

  test.each([
    ['free in the table and used in the stream', 'f', [CONTENT, 1]],
    ['used in the table and free in the stream', 'n', [CONTENT, 0]],
    ['only in the stream', undefined, [CONTENT, 1]],
  ] as const)('an object %s beside it is forbidden', async (_, state, [number, kind]) => {
    const at = placeOf(number);
    const pdf = saved(signed, {
      objects: { 90: xrefStream([[number, kind, kind === 1 ? at : 0]]) },
      rows: () => (state === undefined ? [] : [{ number, offset: state === 'n' ? at : 0, state }]),
      trailer: (offsets) => `/XRefStm ${offsets.get(90)}`,
    });
    expect(await doubtIn(pdf)).toBeDefined();
  });

  test('a stream beside a table that goes on to another table is forbidden', async () => {
    const hidden = saved(signed, { objects: { 90: '(x)' } });
    const pdf = saved(hidden, {
      objects: { 91: xrefStream([[91, 1, 0]], '/Prev 9') },
      trailer: (offsets) => `/XRefStm ${offsets.get(91)}`,
    });
    expect(await doubtIn(pdf)).toBeDefined();
  });

  test('an offset that comes back into the file when it is cut to 32 bits is forbidden', async () => {
    const rows = (): Row[] => [{ number: CONTENT, offset: placeOf(CONTENT) + 2 ** 32 }];
    expect(await judged(saved(signed, { rows }))).toContain('forbidden-changes');
  });

  test('an object that stands where it stood before another save brought it is forbidden', async () => {
    const evil = saved(signed, { objects: { [CONTENT]: streamOf(FORGED) } });
    const back = saved(evil, { rows: () => [{ number: CONTENT, offset: placeOf(CONTENT) }] });
    expect(await doubtIn(back)).toBeDefined();
  });

  test('object 0 is never in use', async () => {
    const rows = (): Row[] => [{ number: 0, offset: placeOf(CONTENT) }];
    expect(await doubtIn(saved(signed, { rows }))).toBeDefined();
  });

  test.each(['%x\n', '\0', '\f', '\n\n', ' \n '])('between startxref and its number stands no %j', async (between) => {
    const text = toLatin1(saved(signed, { objects: { 90: '(x)' } }));
    const at = text.lastIndexOf('startxref\n') + 'startxref'.length;
    expect(await doubtIn(fromLatin1(`${text.slice(0, at)}\n${between}${text.slice(at + 1)}`))).toBeDefined();
  });

  test('an object stream holds nothing that stands nowhere in the table', async () => {
    const data = `91 0 ${CONTENT} 4 (x) (${FORGED})`;
    const body = `<</Type/ObjStm/N 2/First ${data.indexOf('(x)')}/Length ${data.length}>>\nstream\n${data}\nendstream`;
    expect(await doubtIn(saved(signed, { objects: { 90: body } }))).toBeDefined();
  });

  test.each([
    ['a whole number as a real one', '<</Rotate 180.0/', '<</Rotate 180/'],
    ['another end of line in a string', '(a\nb)', '(a\rb)'],
  ])('%s is another object', async (_, before, after) => {
    const body = before.startsWith('(') ? `[${before}]` : `${before}X 1>>`;
    const draft = new PdfBuilder().letter('BT ET', '/PieceInfo 6 0 R').object(6, body);
    draft.table();
    const own = await signPdf(draft.done(), chain, {});
    const again = body.replace(before, after);
    expect(await judged(saved(own, { objects: { 6: body } }))).not.toContain('forbidden');
    expect(await judged(saved(own, { objects: { 6: again } }))).toContain('forbidden-changes');
  });

  test('a size that leaves out what older saves have is forbidden', async () => {
    expect(await doubtIn(saved(signed, { size: 1 }))).toBeDefined();
  });

  test.each([
    ['an object in the data of a stream', streamOf(`x\n${CONTENT} 0 obj\n<</Length 3>>stream\n${FORGED}`), ''],
    ['an object with white space that only C knows', `(x ${CONTENT}\v0\vobj ${FORGED})`, ''],
    ['an object with white space that only JavaScript knows', `(x ${CONTENT}\xa00\xa0obj ${FORGED})`, ''],
    ['an object without spaces in a string', `(x ${CONTENT} 0obj ${FORGED})`, ''],
    ['an object in the trailer', '(x)', `/Note(\n${CONTENT} 0 obj ${FORGED} )`],
    ['a trailer in a string', '(trailer <</Root 90 0 R>>)', ''],
    ['a trailer behind a comment', '(trailer%x\n<</Root 90 0 R>>)', ''],
    ['a trailer behind what some readers skip', '(trailer\xff<</Root 90 0 R>>)', ''],
    ['an object with a sign before its generation', `(x ${CONTENT} +0 obj ${FORGED})`, ''],
    ['an object behind a long comment', `(x ${CONTENT} %${'x'.repeat(1200)}\n0 obj ${FORGED})`, ''],
    ['an object with comments between its words', `(x ${CONTENT}%x\n0 %\r\nobj ${FORGED})`, ''],
    ['a startxref in the data of a stream', streamOf('startxref\n9\n'), ''],
  ])('%s is forbidden', async (_, object, trailer) => {
    const pdf = saved(signed, { objects: { 90: object }, trailer: () => trailer });
    expect(await doubtIn(pdf)).toBeDefined();
  });

  test.each([
    ['an object to which nothing leads', { objects: { 90: '(nobody)' } }],
    ['a second catalog', { objects: { 90: '<</Type/Catalog/Pages 91 0 R>>', 91: '<</Kids[]>>' } }],
    ['a trailer in an array', { objects: { 90: '[7<</Root<</Type/Catalog>>>>]' } }],
    ['a table that none is', { objects: { 90: xrefStream([[91, 1, 0]]) } }],
    ['an unknown entry of the trailer', { trailer: (): string => '/Root2 1 0 R' }],
    ['a known one that leads somewhere', { objects: { 90: '(x)' }, trailer: (): string => '/ID[90 0 R 90 0 R]' }],
  ])('%s is forbidden in a later save', async (_, save) => {
    expect(await judged(saved(signed, save))).toBe('forbidden-changes ambiguous');
  });

  test.each([
    ['a name that one reader ends earlier', '/Root\xff90\xff0\xffR/X/Z(a)'],
    ['the same with another byte', '/Root\x8090 1'],
    ['a control character', '/A\x01(a)'],
  ])('%s is forbidden', async (_, trailer) => {
    expect(await doubtIn(saved(signed, { trailer: () => trailer }))).toContain('name-bytes');
  });

  test.each([
    ['xref%x\n', /xref\n/],
    ['xref 90 1\n', /xref\n90 1\n/],
    ['xref\n90%x\n1\n', /xref\n90 1\n/],
    ['xref\n90  1\n', /xref\n90 1\n/],
    ['xref\n090 1\n', /xref\n90 1\n/],
    ['xref\n90 1%x\n', /xref\n90 1\n/],
    ['trailer%x\n<<', /trailer\n<</],
    ['xref\n99 0\n90 1\n', /xref\n90 1\n/],
    ['xref\n2147483648 0\n90 1\n', /xref\n90 1\n/],
    ['xref\n%x\n90 1\n', /xref\n90 1\n/],
    ['xref\n\0\n90 1\n', /xref\n90 1\n/],
    ['xref\n\n90 1\n', /xref\n90 1\n/],
    ['xref\n90 1\n\0', /xref\n90 1\n/],
    ['xref\n90 1\n\n', /xref\n90 1\n/],
    ['trailer\0<<', /trailer\n<</],
    [`xref${' '.repeat(300)}\n90 1\n`, /xref\n90 1\n/],
    ['Size 8400000', /Size \d+/],
    ['Size 9999999999', /Size \d+/],
    ['9\0 0 obj', /90 0 obj/],
    ['90  0 obj', /90 0 obj/],
  ])('another form of a table, a header or a value is forbidden: %j', async (form, plain) => {
    const text = toLatin1(saved(signed, { objects: { 90: '(x)' } }));
    const at = text.lastIndexOf('90 0 obj');
    expect(text.slice(at)).toMatch(plain);
    expect(await doubtIn(fromLatin1(text.slice(0, at) + text.slice(at).replace(plain, form)))).toBeDefined();
  });

  test.each(['['.repeat(40) + ']'.repeat(40), `${'0'.repeat(60)}1`, '4294967296', '-2147483648.5'])(
    'a value that some readers cut is forbidden: %s',
    async (value) => {
      expect(await doubtIn(saved(signed, { objects: { 90: value } }))).toMatch(/number-form|nesting/);
    },
  );

  test('white space behind the end of the file is no change, unless there is much of it', async () => {
    expect(await judged(concat(signed, fromLatin1('\r\n \n')))).toBe('intact');
    for (const more of [' '.repeat(1500), '\0'])
      expect(await judged(concat(signed, fromLatin1(more)))).toBe('forbidden-changes appended-bytes');
  });

  test.each(['Size', 'Prev'])('/%s as a real number is forbidden', async (key) => {
    const text = toLatin1(saved(signed, {}));
    const at = text.lastIndexOf(`/${key} `);
    const pdf = text.slice(0, at) + text.slice(at).replace(/^(\/\w+ \d+)/, '$1.0');
    expect(await doubtIn(fromLatin1(pdf))).toContain('number-form');
  });

  test.each(['W[1.0 4 1]', 'Size 99.0', 'Index[90.0 1]'])(
    'a cross-reference stream of /%s is forbidden',
    async (entry) => {
      const draft = new PdfBuilder().letter();
      draft.tableStream(5);
      const behind = await signPdf(draft.done(), chain);
      const { revisions } = openPdf(behind, primitives);
      const body = xrefStream([[90, 1, behind.length]], `/Prev ${revisions[0]!.startxref}`);
      const key = /^\w+/.exec(entry)![0];
      const odd = body.replace(new RegExp(`/${key}(\\[[^\\]]*\\]| \\d+)`), `/${entry}`);
      const pdf = concat(behind, fromLatin1(`90 0 obj\n${odd}\nendobj\nstartxref\n${behind.length}\n%%EOF\n`));
      expect(await doubtIn(pdf)).toContain('number-form');
      const plain = concat(behind, fromLatin1(`90 0 obj\n${body}\nendobj\nstartxref\n${behind.length}\n%%EOF\n`));
      expect(await doubtIn(plain)).toBeUndefined();
    },
  );

  test('a list of annotations that is none is forbidden', async () => {
    const pdf = updated(signed, (update, doc) => {
      const { ref, dict } = doc.pages()[0]!;
      const annotation = update.add(writableDict({ Subtype: pdfName('Stamp') }));
      update.put(ref, withWritable(dict, { Annots: annotation }));
    });
    expect(await judged(pdf)).toContain('forbidden-changes annotation');
  });

  test.each([
    ['a place behind a reference to nothing', '/Rect 305 0 R'],
    ['a place of too few numbers', '/Rect[0 0 612]'],
    ['a place beyond all pages', '/Rect[0 0 4294967908 792]'],
  ])('a second signature with %s is forbidden', async (_, place) => {
    const second = await signPdf(signed, chain, {});
    const pdf = updated(second, (update, doc) => {
      const page = doc.pages()[0]!;
      const widgets = (page.dict.entries.get('Annots') as { items: readonly PdfRef[] }).items;
      const widget = widgets.at(-1)!;
      const text = withWritable(doc.get(widget) as PdfDict, { Rect: pdfRaw(fromLatin1(place.slice(5))) });
      update.put(widget, text);
    });
    expect(await judged(pdf)).toContain('forbidden-changes');
  });
});
