import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromLatin1, utf8 } from '../../src/core/bytes.ts';
import { fileOfForm } from '../../src/http/multipart.ts';

const TYPE = 'multipart/form-data; boundary=x-9';
const head = (name: string, more = '; filename="a.pdf"') =>
  `--x-9\r\nContent-Disposition: form-data; name="${name}"${more}\r\nContent-Type: application/pdf\r\n\r\n`;

/** Milliseconds of the fastest of three. */
function fastest(act: () => unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const started = performance.now();
    act();
    return performance.now() - started;
  });
  return Math.min(...times);
}

describe('the file of a form', () => {
  test('is found whatever its bytes are, as browsers and other programs send it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.string(), async (bytes, note) => {
        const form = new FormData();
        form.set('nota', note);
        form.set('pdf', new File([new Uint8Array(bytes)], `${note}.pdf`));
        const sent = new Response(form);
        const body = new Uint8Array(await sent.clone().arrayBuffer());
        expect(fileOfForm(body, sent.headers.get('content-type')!, 'pdf')).toEqual(new Uint8Array(bytes));
        expect(fileOfForm(body, sent.headers.get('content-type')!, 'nota')).toBeUndefined();
      }),
    );
  });

  test('may hold what looks like its boundary', () => {
    const data = '\r\n--x-8\r\n--x-\r--x-9 \r\n-';
    const body = fromLatin1(`${head('pdf')}${data}\r\n--x-9--\r\n`);
    expect(fileOfForm(body, TYPE, 'pdf')).toEqual(fromLatin1(data));
    expect(fileOfForm(body, 'multipart/form-data; charset=utf-8; boundary="x-9"', 'pdf')).toEqual(fromLatin1(data));
  });

  test.each([
    ['another boundary', 'multipart/form-data; boundary=y', `${head('pdf')}abc\r\n--x-9--`],
    ['no boundary', 'multipart/form-data', `${head('pdf')}abc\r\n--x-9--`],
    ['an end that is missing', TYPE, `${head('pdf')}abc`],
    ['text before it', TYPE, `abc${head('pdf')}abc\r\n--x-9--`],
    ['a part without a name', TYPE, '--x-9\r\nContent-Type: text/plain\r\n\r\nabc\r\n--x-9--'],
    ['too many parts', TYPE, `${`${head('a')}b\r\n`.repeat(64)}${head('pdf')}abc\r\n--x-9--`],
    ['nothing', TYPE, ''],
  ])('is none with %s', (_, type, text) => {
    expect(fileOfForm(fromLatin1(text), type, 'pdf')).toBeUndefined();
  });

  test.each([
    ['half a million parts', concat(utf8(`${head('a')}b\r\n`.repeat(250_000)), utf8('--x-9--'))],
    ['a header without an end', concat(utf8('--x-9\r\nA: '), new Uint8Array(25_000_000).fill(97))],
    ['ends of lines alone', concat(utf8(head('pdf')), new Uint8Array(25_000_000).fill(13))],
    ['many beginnings of the boundary', concat(utf8(head('pdf')), utf8('\r\n--x-'.repeat(3_500_000)))],
  ])('is looked for in one pass: %s', (_, body) => {
    const onePass = fastest(() => body.reduce((sum, byte) => (sum * 31 + byte) | 0, 0));
    expect(fastest(() => fileOfForm(body, TYPE, 'pdf'))).toBeLessThan(20 * onePass);
  });
});
