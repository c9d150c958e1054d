import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { pdfArray, pdfDict, pdfName, pdfRef, pdfString, type PdfObject } from '../../src/pdf/object.ts';
import { ObjectParser, parseObject } from '../../src/pdf/parse.ts';
import { serialise, type Writable } from '../../src/pdf/serialise.ts';
import { codeOf } from '../support/refuses.ts';

const parse = (text: string): PdfObject => parseObject(fromLatin1(text));
const text = (object: PdfObject): string => {
  if (typeof object !== 'object' || object?.type !== 'string') throw new Error('not a string');
  return toLatin1(object.bytes);
};

describe('numbers', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['+17', 17],
    ['-98', -98],
    ['34.5', 34.5],
    ['-3.62', -3.62],
    ['4.', 4],
    ['-.002', -0.002],
    ['00012', 12],
    ['0.1', 0.1],
    ['123456789012345678', 123456789012345678],
    ['0.00000000000000000000000000001', 1e-29],
    ['3.14159265358979323846', 3.141592653589793],
  ])('%s is read exactly', (written, value) => expect(parse(written)).toBe(value));

  test.each(['', '-', '+', '.', '--5', '1e5', '0x10', '5-3', '1.2.3', '1.#INF'])('refuses %j', (written) => {
    expect(codeOf(() => parse(written))).toBe('pdf/malformed');
  });
});

describe('names', () => {
  test.each([
    ['/Name1', 'Name1'],
    ['/', ''],
    ['/A;Name_With-Various***Characters?', 'A;Name_With-Various***Characters?'],
    ['/Lime#20Green', 'Lime Green'],
    ['/The_Key_of_F#23_Minor', 'The_Key_of_F#_Minor'],
    ['/A#42', 'AB'],
    ['/Not#hex', 'Not#hex'],
  ])('%s', (written, name) => expect(parse(written)).toEqual(pdfName(name)));

  test('refuses a zero byte and a name without end', () => {
    expect(codeOf(() => parse('/A#00'))).toBe('pdf/malformed');
    expect(codeOf(() => parse(`/${'a'.repeat(2000)}`))).toBe('pdf/malformed');
  });

  test('names whose hashes meet are told apart', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-z0-9]{0,4}$/), { maxLength: 3000 }), (names) => {
        for (const name of names) expect(parse(`/${name}`)).toEqual(pdfName(name));
      }),
      { numRuns: 3 },
    );
  });
});

describe('strings', () => {
  test.each([
    ['()', ''],
    ['(a (balanced (pair)) b)', 'a (balanced (pair)) b'],
    ['(\\(\\)\\\\\\n\\r\\t\\b\\f)', '()\\\n\r\t\b\f'],
    ['(a\\\nb\\\r\nc)', 'abc'],
    ['(a\rb\r\nc)', 'a\nb\nc'],
    ['(\\0053)', '\x053'],
    ['(\\053)', '+'],
    ['(\\53)', '+'],
    ['(\\q)', 'q'],
    ['(\\777)', '\xff'],
    ['<48656C6c6F>', 'Hello'],
    ['<48 65\n6C>', 'Hel'],
    ['<901FA>', '\x90\x1f\xa0'],
    ['<>', ''],
  ])('%j', (written, value) => expect(text(parse(written))).toBe(value));

  test.each(['(', '(\\', '(a(b)', '<4', '<4G>', '(a\\)'])('refuses %j', (written) => {
    expect(codeOf(() => parse(written))).toBe('pdf/malformed');
  });
});

describe('arrays, dictionaries, references', () => {
  test('one reference is not three numbers, and three numbers are not a reference', () => {
    expect(parse('[1 0 R 2 0 3 0 R 7]')).toEqual(pdfArray(pdfRef(1), 2, 0, pdfRef(3), 7));
    expect(parse('[1 0 RG]'.replace('RG', '4'))).toEqual(pdfArray(1, 0, 4));
    expect(parse('[1 %comment\n 0 R]')).toEqual(pdfArray(pdfRef(1)));
    expect(parse('[-1 0]')).toEqual(pdfArray(-1, 0));
  });

  test('constants and dictionaries', () => {
    expect(parse('<</A true/B false/C null/D<</E[]>>/F(x)>>')).toEqual(
      pdfDict({ A: true, B: false, C: null, D: pdfDict({ E: pdfArray() }), F: pdfString(fromLatin1('x')) }),
    );
  });

  test('a duplicate key is found, and the last one counts', () => {
    const parser = new ObjectParser(fromLatin1('<</A 1/A 2>>'), 0, 12);
    expect(parser.object()).toEqual(pdfDict({ A: 2 }));
    expect(parser.finding).toBe('duplicate-key');
  });

  test('a letter hidden behind an escape in a name is found; an escape that is needed is not', () => {
    const finding = (written: string) => {
      const parser = new ObjectParser(fromLatin1(written), 0, written.length);
      parser.object();
      return parser.finding;
    };
    expect(finding('/Con#74ents')).toBe('name-escape');
    expect(finding('/Times#20New#20Roman')).toBeUndefined();
    expect(finding('/AB#2BFont')).toBeUndefined();
  });

  test.each(['[', '[1', '<<', '<</A>>', '<</A 1', '<<1 2>>', ']', '>>', 'nul', 'truex', '1 0 obj', '[1] 2'])(
    'refuses %j',
    (written) => expect(codeOf(() => parse(written))).toBe('pdf/malformed'),
  );

  test('nesting and size have limits', () => {
    expect(codeOf(() => parse('['.repeat(100_000)))).toBe('pdf/malformed');
    expect(codeOf(() => parse('<</A'.repeat(100_000)))).toBe('pdf/malformed');
    expect(codeOf(() => parse(`[${'[]'.repeat(600_000)}]`))).toBe('pdf/too-large');
    expect(parse(`${'['.repeat(60)}${']'.repeat(60)}`)).toBeDefined();
  });
});

describe('writing', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  const latin = fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 20 });
  const number = fc
    .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.float({ noNaN: true }))
    .filter((value) => Number.isFinite(value))
    .map((value) => (value === 0 ? 0 : value));
  const { object } = fc.letrec<{ object: PdfObject }>((tie) => ({
    object: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, false),
      number,
      latin.map((codes) => pdfName(String.fromCharCode(...codes))),
      fc.tuple(bytes, fc.boolean()).map(([value, hex]) => pdfString(value, hex)),
      fc.tuple(fc.nat(8_000_000), fc.nat(65535)).map(([of, generation]) => pdfRef(of, generation)),
      fc.array(tie('object'), { maxLength: 6 }).map((items) => pdfArray(...items)),
      fc.array(fc.tuple(latin, tie('object')), { maxLength: 6 }).map((entries): PdfObject => ({
        type: 'dict',
        entries: new Map(entries.map(([codes, value]) => [String.fromCharCode(...codes), value])),
      })),
    ),
  }));

  test('what is written reads back as the same object', () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(parseObject(serialise(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-1e-10, '-0.0000000001'],
    [-1.25e22, '-12500000000000000000000'],
    [612, '612'],
    [0.1, '0.1'],
  ])('%d has no exponent', (value, written) => expect(toLatin1(serialise(value))).toBe(written));

  test('strings, names and dictionaries in the shortest plain form', () => {
    const dict: Writable = pdfDict({
      'A B': pdfString(fromLatin1('a(b)\\\r')),
      N: pdfName('x/y#'),
      H: pdfString(Uint8Array.of(1, 255), true),
    });
    expect(toLatin1(serialise(dict))).toBe('<</A#20B (a\\(b\\)\\\\\\r)/N /x#2fy#23/H <01ff>>>');
  });

  test('what PDF cannot carry is a mistake of ours', () => {
    expect(() => serialise(Number.NaN)).toThrow(RangeError);
    expect(() => serialise(pdfName('a\u0100'))).toThrow(RangeError);
  });
});
