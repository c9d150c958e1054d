import { expect, test } from 'vitest';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { sameSpelling } from '../../src/pdf/spelling.ts';

const alike = (a: string, b: string): boolean =>
  sameSpelling({ bytes: fromLatin1(a), at: 0 }, { bytes: fromLatin1(b), at: 0 });

test.each([
  ['<</A 1/B[(x) 2 0 R]/C<</D/E>>>>', '<< /C << /D /E >> /B [ (x) 2 0 R ] /A 1 >>'],
  ['[0 0 612 792]', '[0.0 0.0 612.00 792]'],
  ['(a\\050b)', '(a\\(b)'],
  ['(abc)', '<616263>'],
  ['/A#20B', '/A#20B'],
  ['7 0 R', '7  0\nR'],
  ['-.5', '-0.5'],
  ['<</A 5>> stream', '<</A 5>>\nstream'],
])('%s is written like %s', (a, b) => expect(alike(a, b)).toBe(true));

test.each([
  ['<</Rotate 180>>', '<</Rotate 180.0>>'],
  ['[54 /a]', '[54.0 /a]'],
  ['54', '054'],
  ['54', '+54'],
  ['(a\nb)', '(a\rb)'],
  ['<</A 1>>', '<</A 1/B 2>>'],
  ['[1 0 R 2 0 R]', '[1 0 R]'],
  ['7 0 R', '7.0 0 R'],
  ['true', 'false'],
  ['(open', '(open'],
  ['<</A', '<</A'],
])('%s is not written like %s', (a, b) => expect(alike(a, b)).toBe(false));
