import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, fromLatin1 } from '../../src/core/bytes.ts';
import { composite, openType, trueType } from './font-build.ts';
import { composed, type FontParts, found, NONSYMBOLIC, simple, SYMBOLIC } from './font-letters.ts';
import { code, compact, type CompactParts, number, type1, type1Bar, type Type1Parts } from './postscript-font-build.ts';

describe('compact fonts', () => {
  const TYPE1C = { key: 'FontFile3', subtype: 'Type1' };
  const shown = (parts: CompactParts, font: FontParts = {}): string | undefined =>
    found(simple(compact(parts), { ...TYPE1C, ...font }));

  test('with one glyph for each name', () => {
    expect(shown({})).toBeUndefined();
    expect(shown({ charset: ['A', 'one', 'A'] })).toBe('glyphs');
    expect(shown({}, { encoding: '/Encoding<</Differences[65/three]>>' })).toBeUndefined();
    expect(shown({}, { encoding: '/Encoding<</Differences[65/four]>>' })).toBe('glyphs');
    expect(shown({}, { encoding: '/Encoding<</Differences[65/.notdef]>>' })).toBe('glyphs');
    expect(shown({}, { text: '(B)' })).toBe('glyphs');
  });

  test('whose own names of codes count only for symbols', () => {
    const parts = { codes: [66, 65, 67] };
    expect(shown(parts, { encoding: '', flags: SYMBOLIC })).toBeUndefined();
    expect(shown(parts, { encoding: '', flags: NONSYMBOLIC })).toBe('glyphs');
    expect(shown(parts, { encoding: '', flags: SYMBOLIC + NONSYMBOLIC })).toBe('glyphs');
    expect(shown({ codes: [65, 65, 67] }, { encoding: '', flags: SYMBOLIC })).toBe('glyphs');
  });

  const DOT = number(0);
  const callsFirst = [...number(-107), 10];
  test.each([
    ['a routine', [...DOT, ...DOT, 21, ...callsFirst, 14]],
    ['nothing', [14]],
    ['a width before nothing', [...number(5), 14]],
    ['a mask of nine hints', [...Array.from({ length: 18 }, () => DOT).flat(), 18, 19, 0, 0, ...DOT, ...DOT, 21, 14]],
  ])('are read to their end: %s', (_, program) => {
    const routines = [code(number(9), number(9), 5, 11)];
    expect(shown({ programs: { 2: code(program) }, routines })).toBeUndefined();
  });

  test('may be made of two others', () => {
    const programs = { 2: code(DOT, DOT, number(65), number(66), 14) };
    const charset = ['A', 'C', 'B'];
    expect(shown({ charset, programs }, { text: '(C)' })).toBeUndefined();
    expect(shown({ charset: ['A', 'C', 'D'], programs }, { text: '(C)' })).toBe('glyphs');
    expect(shown({ charset: ['C', 'A', 'B'], programs: { ...programs, 1: programs[2] } }, { text: '(C)' })).toBe(
      'glyphs',
    );
  });

  test.each([
    ['no end', [...DOT, ...DOT, 21]],
    ['too few numbers', [...DOT, ...DOT, 21, ...DOT, 5, 14]],
    ['too many', [...DOT, ...DOT, ...DOT, ...DOT, 21, 14]],
    ['no beginning', [...DOT, ...DOT, 5, 14]],
    ['an operator that nobody knows', [...DOT, ...DOT, 21, 2, 14]],
    ['arithmetic', [...DOT, ...DOT, 12, 10, ...DOT, 21, 14]],
    ['no routine', [...number(-100), 10, 14]],
    ['a number that breaks off', [...DOT, ...DOT, 21, 28, 0]],
    ['itself without end', [...number(-106), 10, 14]],
    ['glyphs that it has not', [...DOT, ...DOT, ...number(65), ...number(67), 14]],
  ])('and not: %s', (_, program) => {
    const routines = [code(11), code(number(-106), 10, 11)];
    expect(shown({ programs: { 2: code(program) }, routines })).toBe('glyphs');
  });

  test.each([
    ['cut short', compact().subarray(0, -20)],
    ['with offsets of no size', compact().with(3, 9)],
    ['of another version', compact().with(0, 2)],
    ['with a key given twice', compact({ top: [...DOT, 15] })],
    ['of another scale', compact({ top: [...number(1), ...DOT, ...DOT, ...number(1), ...DOT, ...DOT, 12, 7] })],
    ['without anything of its own', compact({ privateDict: code() })],
    ['of lines in the place of areas', compact({ top: [...number(2), 12, 5] })],
    ['of Type 1 programs', compact({ top: [...number(1), 12, 6] })],
    ['with a TrueType font inside', trueType()],
  ])('and no file that is %s', (_, font) => expect(found(simple(font, TYPE1C))).toBe('glyphs'));

  test('of numbers, which stand for one glyph each, wherever the font is', () => {
    const of = (charset: readonly number[], text: string, font?: Uint8Array): string | undefined =>
      found(composed(font ?? compact({ charset }), '', text, 'FontFile3', font ? 'OpenType' : 'CIDFontType0C'));
    expect(of([7, 5, 6], '<0005>')).toBeUndefined();
    expect(of([7, 5, 6], '<0002>')).toBe('glyphs');
    expect(of([7, 5, 5], '<0007>')).toBe('glyphs');
    const within = (charset: readonly number[]): Uint8Array => openType(compact({ charset }), charset.length + 1);
    expect(of([1, 2, 3], '<0002>', within([1, 2, 3]))).toBeUndefined();
    // Some take the number for that of the glyph.
    expect(of([2, 1, 3], '<0002>', within([2, 1, 3]))).toBe('glyphs');
    expect(found(composed(compact(), '', '<0002>', 'FontFile3'))).toBeUndefined();
    expect(found(composed(compact(), '', '<0004>', 'FontFile3'))).toBe('glyphs');
  });
});

describe('Type 1 fonts', () => {
  const shown = (parts: Type1Parts, font: FontParts = {}): string | undefined => {
    const { program, clearLength } = type1(parts);
    return found(simple(program, { key: 'FontFile', subtype: 'Type1', clearLength, ...font }));
  };
  const OWN = '/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\ndup 65 /B put\nreadonly def';
  const bars = (...names: readonly string[]): Type1Parts => ({
    glyphs: names.map((name, i) => [name, type1Bar(100 + 100 * i)]),
  });

  test('with one glyph for each name', () => {
    expect(shown({})).toBeUndefined();
    expect(shown({ encoding: OWN }, { encoding: '', flags: SYMBOLIC })).toBeUndefined();
    expect(shown({ encoding: OWN }, { encoding: '', flags: NONSYMBOLIC })).toBe('glyphs');
    expect(shown({}, { text: '(C)' })).toBe('glyphs');
    expect(shown(bars('.notdef', 'A', 'A'))).toBe('glyphs');
  });

  test.each([
    ['another encoding behind the first', { clear: `${OWN}\n` }],
    ['one in a comment before it', { encoding: `%${OWN.replaceAll('\n', ' ')}\n/Encoding StandardEncoding def` }],
    ['one in a string alone', { encoding: '/Notice (/Encoding StandardEncoding def) def' }],
    ['one that is worked out', { encoding: '/Encoding StandardEncoding dup 65 /B put def' }],
    ['a code named twice', { encoding: OWN.replace('readonly', 'dup 65 /A put\nreadonly') }],
    ['more glyphs behind the first', { hidden: '2 index /CharStrings 1 dict dup begin\n/A 4 RD xxxx ND\nend\n' }],
    ['an encoding among them', { hidden: '/Encoding StandardEncoding def\n' }],
    ['a byte that is no word', { clear: '/Foo \xff def\n' }],
    ['an entry that does not end', { clear: '/Foo 1\n' }],
    ['something to run', { clear: '/Foo 1 def pop\n' }],
    ['another type', { clear: '/FontType 3 def\n' }],
    ['lines in the place of areas', { clear: '/PaintType 2 def\n' }],
    ['widths by program', { clear: '/Metrics 1 dict dup begin /A 900 def end def\n' }],
    ['two masters', { clear: '/WeightVector [0.5 0.5] def\n' }],
  ] as readonly (readonly [string, Type1Parts])[])('and not: %s', (_, parts) => expect(shown(parts)).toBe('glyphs'));

  test('are read to their end', () => {
    const glyph = (program: Uint8Array): string | undefined =>
      shown({
        glyphs: [
          ['.notdef', type1Bar(100)],
          ['A', program],
        ],
      });
    expect(glyph(type1Bar(300))).toBeUndefined();
    expect(glyph(type1Bar(300).subarray(0, -1))).toBe('glyphs');
    expect(glyph(type1Bar(300).subarray(11))).toBe('glyphs');
    expect(glyph(concat(type1Bar(300).subarray(0, -1), code(15, 14)))).toBe('glyphs');
    const { program, clearLength } = type1();
    const font = { key: 'FontFile', subtype: 'Type1' };
    expect(found(simple(program, { ...font, clearLength: clearLength + 1 }))).toBe('glyphs');
    // What some cannot load, they draw with a font of their own.
    expect(found(simple(concat(fromLatin1('%!Other'), program.subarray(7)), { ...font, clearLength }))).toBe('glyphs');
    expect(found(simple(program.subarray(0, -20), { ...font, clearLength }))).toBe('glyphs');
    expect(found(simple(program.subarray(0, -120), { ...font, clearLength }))).toBe('glyphs');
  });
});

test('hostile bytes in a font are a finding, or nothing, and never another fault', () => {
  const maps = [
    { platform: 1, encoding: 0, format: 0 as const, glyphs: { 65: 2 } },
    { platform: 3, encoding: 1, glyphs: { 65: 2 } },
    { platform: 3, encoding: 10, format: 12 as const, glyphs: { 65: 2 } },
  ];
  const { program, clearLength } = type1();
  const fonts: readonly (readonly [Uint8Array, (font: Uint8Array) => Uint8Array])[] = [
    [
      trueType({ maps, names: ['.notdef', 'a', 'A'], glyphs: 3, outlines: { 2: composite(1) } }),
      (font) => simple(font),
    ],
    [
      compact({ codes: [66, 65, 67], routines: [code(11)] }),
      (font) => simple(font, { key: 'FontFile3', subtype: 'Type1' }),
    ],
    [compact({ charset: [7, 2, 6] }), (font) => composed(font, '', '<0002>', 'FontFile3')],
    [openType(compact({ charset: [1, 2, 3] }), 4), (font) => composed(font, '', '<0002>', 'FontFile3', 'OpenType')],
    [program, (font) => simple(font, { key: 'FontFile', subtype: 'Type1', clearLength })],
  ];
  for (const [font, letter] of fonts) {
    expect(found(letter(font))).toBeUndefined();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(font.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(font.length),
        (changes, length) => {
          const bytes = font.slice(0, length % 3 === 0 ? length : font.length);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          expect(found(letter(bytes)) ?? 'glyphs').toBe('glyphs');
        },
      ),
      { numRuns: 300 },
    );
  }
});
