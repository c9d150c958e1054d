import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { BROKEN, DICT, END, HEX, LITERAL, NAME, NUMBER, Operators, operator } from '../../src/pdf/operators.ts';

function read(text: string): Operators {
  return new Operators(fromLatin1(text));
}

/** What is between the marks of an operand. */
function text(ops: Operators, operand: number): string {
  return String.fromCharCode(...ops.bytes.subarray(ops.value[operand]!, ops.stop[operand]!));
}

describe('operands', () => {
  test('any decimal number is read as it is written, to a millionth', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.constantFrom('', '+', '0'), (value, before) => {
        const written = value.toFixed(6);
        const ops = read(`${value < 0 || written.startsWith('-') ? '' : before}${written} w`);
        expect(ops.next()).toBe(operator('w'));
        expect(ops.kind[0]).toBe(NUMBER);
        expect(Math.abs(ops.value[0]! - Number(written))).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
      }),
    );
  });

  test.each([
    ['.5', 0.5],
    ['-.25', -0.25],
    ['7.', 7],
    ['+3', 3],
    ['0.00000000000000000001', 0],
    ['12-3', 12],
    ['4294967296', 4294967296],
  ])('%s is a number', (written, value) => {
    const ops = read(`${written} w`);
    ops.next();
    expect(ops.count).toBe(1);
    expect(ops.value[0]).toBeCloseTo(value, 9);
  });

  test('strings, names and dictionaries are left where they stand', () => {
    const ops = read(String.raw`(a\)b(c)) <0A 0b> /N#41me <</MCID 7/X(>>)/Y<</Z 1>>>> BDC`);
    expect(ops.next()).toBe(operator('BDC'));
    expect([...ops.kind.subarray(0, ops.count)]).toEqual([LITERAL, HEX, NAME, DICT]);
    expect(text(ops, 0)).toBe(String.raw`a\)b(c)`);
    expect(text(ops, 1)).toBe('0A 0b');
    expect(ops.name(2)).toBe('NAme');
    expect(ops.integerIn(3, 'MCID')).toBe(7);
    expect(ops.integerIn(3, 'MC')).toBeUndefined();
  });

  test('arrays are given flat', () => {
    const ops = read('[(a)-120(b)] TJ');
    expect(ops.next()).toBe(operator('TJ'));
    expect([...ops.kind.subarray(0, ops.count)]).toEqual([LITERAL, NUMBER, LITERAL]);
  });
});

describe('operators', () => {
  test('come one after another, comments and constants between them', () => {
    const ops = read("q% not Q\nQ true false null (x)' f*");
    expect([ops.next(), ops.next(), ops.next(), ops.next()]).toEqual(['q', 'Q', "'", 'f*'].map(operator));
    expect([ops.next(), ops.next()]).toEqual([END, END]);
  });

  test('the data of an inline image are not read as operators', () => {
    const ops = read('BI /W 7 /H 1 /BPC 8 /CS /G ID q \x80 EI\x81 EI Q');
    expect([ops.next(), ops.next(), ops.next(), ops.next()]).toEqual([
      operator('BI'),
      operator('ID'),
      operator('Q'),
      END,
    ]);
  });

  test.each([
    '(open',
    '<0a',
    '<</A 1',
    ') q',
    '{ q',
    '[1 2 w',
    '[q]',
    '] 0 d',
    '<</A[>>]',
    '<</A(]>>',
    'BI /W 1 ID no end',
    'ID x EI',
    'EI',
    'BI q',
    'BI /W 1',
    `${'1 '.repeat(300_000)}w`,
  ])('content that is none is said to be broken (%#)', (content) => {
    const ops = read(content);
    let op = ops.next();
    for (let steps = 0; op !== BROKEN && op !== END && steps < 10; steps++) op = ops.next();
    expect(op).toBe(BROKEN);
  });

  test('a dictionary ends behind what it holds', () => {
    const ops = read('/Span <</ActualText<FEFF0041>>> BDC /P <</A[<</B(>>)>>[<41>]]%>>\n/MCID 7>> BDC');
    expect(ops.next()).toBe(operator('BDC'));
    expect([ops.next(), ops.integerIn(1, 'MCID'), ops.next()]).toEqual([operator('BDC'), 7, END]);
  });

  test('any bytes come to an end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const ops = new Operators(bytes);
        let steps = 0;
        for (let op = ops.next(); op !== END && op !== BROKEN; op = ops.next()) steps++;
        expect(steps).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
