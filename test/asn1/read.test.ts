import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DerCursor,
  open,
  readAll,
  readBitString,
  readBoolean,
  readDer,
  readIntegerBytes,
  readNamedBits,
  readNull,
  readOid,
  readSetOf,
  readSmallInteger,
  readText,
  readTime,
} from '../../src/asn1/read.ts';
import { contextTag, TAG } from '../../src/asn1/tag.ts';
import {
  bitString,
  boolean,
  der,
  enumerated,
  generalizedTime,
  ia5String,
  integer,
  namedBits,
  octetString,
  oid,
  printableString,
  sequence,
  sequenceOf,
  setOf,
  time,
  utf8String,
} from '../../src/asn1/write.ts';
import { fromHex, utf8 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { unixSeconds } from '../../src/core/time.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', ''))!;

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
  return undefined;
}

describe('what was written is read back', () => {
  test('bytes, whatever their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (bytes) => {
        expect(readDer(octetString(bytes), TAG.octetString).contents).toEqual(bytes);
        expect(readBitString(readDer(bitString(bytes)))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
    for (const length of [0, 127, 128, 255, 256, 65_535, 65_536, (1 << 24) - 1]) {
      expect(readDer(octetString(new Uint8Array(length))).contents.length).toBe(length);
    }
  });

  test('integers', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 65_535 }), (low, high) => {
        const value = high * 2 ** 31 + low;
        expect(readSmallInteger(readDer(integer(value)))).toBe(value);
      }),
    );
    expect(integer(0)).toEqual(hex('02 01 00'));
    expect(integer(128)).toEqual(hex('02 02 00 80'));
    expect(integer(hex('00 00 7f'))).toEqual(hex('02 01 7f'));
    expect(integer(new Uint8Array(0))).toEqual(hex('02 01 00'));
  });

  test('object identifiers', () => {
    const arc = fc.nat({ max: 2 ** 31 - 1 });
    const dotted = fc.oneof(
      fc.tuple(fc.constantFrom(0, 1), fc.nat({ max: 39 }), arc),
      fc.tuple(fc.constant(2), arc, arc),
    );
    fc.assert(
      fc.property(dotted, (arcs) => {
        expect(readOid(readDer(oid(arcs.join('.'))))).toBe(arcs.join('.'));
      }),
    );
    expect(oid('2.999.1')).toEqual(hex('06 03 88 37 01'));
    expect(readOid(readDer(oid(`1.3.${2 ** 49 - 81}`)))).toBe(`1.3.${2 ** 49 - 81}`);
  });

  test('named bits, without trailing zeros', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 40 })), (bits) => {
        expect(readNamedBits(readDer(namedBits(...bits)))).toEqual(new Set(bits));
      }),
    );
    expect(namedBits(5, 6)).toEqual(hex('03 02 01 06'));
    expect(namedBits()).toEqual(hex('03 01 00'));
  });

  test('times, in the form of their year', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 117 }), (low, high) => {
        const at = unixSeconds(Math.min(high * 2 ** 31 + low, 253402300799));
        expect(readTime(readDer(time(at)))).toBe(at);
        expect(readTime(readDer(generalizedTime(at)))).toBe(at);
      }),
    );
    expect(readDer(time(unixSeconds(Date.UTC(2049, 11, 31, 23, 59, 59) / 1000))).tag).toBe(TAG.utcTime);
    expect(readDer(time(unixSeconds(Date.UTC(2050, 0, 1) / 1000))).tag).toBe(TAG.generalizedTime);
  });

  test('text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(text.isWellFormed());
        expect(readText(readDer(utf8String(text)))).toBe(text);
      }),
    );
    expect(readText(readDer(printableString('Ana (2)')))).toBe('Ana (2)');
    expect(readText(readDer(ia5String('a@b.mx')))).toBe('a@b.mx');
  });

  test('sets, in the order of their encodings', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 4 })), (items) => {
        const set = readDer(setOf(...items.map(octetString)));
        expect(
          readSetOf(set)
            .map(({ contents }) => contents)
            .toSorted(),
        ).toEqual(items.toSorted());
      }),
    );
  });

  test('lists of any length', () => {
    const list = sequenceOf(Array.from({ length: 300_000 }, () => boolean(true)));
    const cursor = open(readDer(list));
    let count = 0;
    for (; !cursor.done; count++) cursor.next(TAG.boolean);
    expect(count).toBe(300_000);
  });
});

describe('the writer refuses', () => {
  test.each([
    ['a negative integer', () => integer(-1)],
    ['an unsafe integer', () => integer(2 ** 53)],
    ['a fraction', () => integer(1.5)],
    ['an enumeration beyond 127', () => enumerated(128)],
    ['text outside PrintableString', () => printableString('ñ')],
    ['an asterisk in PrintableString', () => printableString('*')],
    ['text outside ASCII', () => ia5String('ñ')],
    ['an identifier of one arc', () => oid('1')],
    ['a top arc of 3', () => oid('3.1')],
    ['a second arc of 40 below 0', () => oid('0.40')],
    ['a leading zero', () => oid('1.02')],
    ['an arc beyond 2^49', () => oid(`1.2.${2 ** 49}`)],
    ['an identifier of 70 arcs', () => oid(Array(70).fill(1).join('.'))],
    ['a high tag number', () => contextTag(31)],
  ])('%s', (_, work) => expect(work).toThrow(RangeError));
});

describe('the reader refuses', () => {
  test.each([
    ['nothing', ''],
    ['an identifier alone', '04'],
    ['a length that is cut short', '04 82 01'],
    ['contents that are cut short', '04 02 00'],
    ['bytes after the end', '05 00 00'],
    ['an indefinite length', '30 80 00 00'],
    ['an end of contents', '00 00'],
    ['a long form for a short length', '04 81 01 00'],
    ['a length with a leading zero', `04 82 00 80 ${'00'.repeat(128)}`],
    ['a length of five octets', '04 85 00 00 00 00 01 00'],
    ['a length beyond 16 MiB', '04 84 7f ff ff ff'],
    ['a reserved length', '04 ff'],
    ['a high tag number', '1f 81 00 00'],
  ])('%s', (_, text) => expect(codeOf(() => readDer(hex(text)))).toBe('asn1/malformed'));

  test.each([
    ['an empty integer', '02 00', readIntegerBytes],
    ['an integer longer than needed', '02 02 00 7f', readIntegerBytes],
    ['a negative integer longer than needed', '02 02 ff 80', readIntegerBytes],
    ['a negative number', '02 01 ff', readSmallInteger],
    ['a number beyond 2^48', '02 07 01 00 00 00 00 00 00', readSmallInteger],
    ['a boolean of 1', '01 01 01', readBoolean],
    ['a boolean of two octets', '01 02 ff ff', readBoolean],
    ['a boolean without octets', '01 00', readBoolean],
    ['a NULL with contents', '05 01 00', readNull],
    ['a bit string without its count', '03 00', readBitString],
    ['a bit string with unused bits', '03 02 01 80', readBitString],
    ['a constructed octet string', '24 04 04 02 00 00', (value: ReturnType<typeof readDer>) => open(value, 0x04)],
    ['named bits with trailing zeros', '03 02 00 06', readNamedBits],
    ['named bits with bits in the unused part', '03 02 01 07', readNamedBits],
    ['more than 7 unused bits', '03 02 08 00', readNamedBits],
    ['unused bits of nothing', '03 01 01', readNamedBits],
    ['an identifier without arcs', '06 00', readOid],
    ['an arc that does not end', '06 02 2a 86', readOid],
    ['an arc with leading zeros', '06 03 2a 80 01', readOid],
    ['an arc beyond bounds', '06 09 2a ff ff ff ff ff ff ff 7f', readOid],
    ['text that is not UTF-8', '0c 02 c3 28', readText],
    ['a surrogate in UTF-8', '0c 03 ed a0 80', readText],
    ['text outside PrintableString', '13 01 23', readText],
    ['text outside ASCII', '16 01 80', readText],
    ['half a character', '1e 01 00', readText],
    ['an unpaired surrogate', '1e 02 d8 00', readText],
    ['text of an unknown type', '04 01 41', readText],
  ])('%s', (_, text, read) => {
    expect(codeOf(() => (read as (value: unknown) => unknown)(readDer(hex(text))))).toBe('asn1/malformed');
  });

  test.each([
    ['no seconds', TAG.utcTime, '2611211800Z'],
    ['an offset', TAG.utcTime, '261121180000-0600'],
    ['a fraction', TAG.generalizedTime, '20261121180000.5Z'],
    ['no zone', TAG.generalizedTime, '20261121180000'],
    ['30 February', TAG.generalizedTime, '20260230000000Z'],
    ['29 February of 2100', TAG.generalizedTime, '21000229000000Z'],
    ['month 13', TAG.utcTime, '261321180000Z'],
    ['hour 24', TAG.utcTime, '261121240000Z'],
    ['second 60', TAG.utcTime, '261231235960Z'],
    ['a year before 1970', TAG.generalizedTime, '19691231235959Z'],
    ['digits of another script', TAG.utf8String, '２６1121180000Z'],
    ['the other type', TAG.utcTime, '20261121180000Z'],
    ['the other type, short', TAG.generalizedTime, '261121180000Z'],
  ])('a time with %s', (_, tag, text) => {
    expect(codeOf(() => readTime(readDer(der(tag, utf8(text)))))).toBe('asn1/malformed');
  });

  test('another tag than expected', () => {
    expect(codeOf(() => readDer(sequence(), TAG.set))).toBe('asn1/malformed');
    expect(codeOf(() => open(readDer(octetString(new Uint8Array(0)))))).toBe('asn1/malformed');
  });

  test('an element too many, and too many elements', () => {
    const cursor = new DerCursor(boolean(true));
    expect(codeOf(() => cursor.end())).toBe('asn1/malformed');
    expect(codeOf(() => readAll(readDer(sequence(integer(1), integer(2))), TAG.sequence, 1))).toBe('asn1/malformed');
    const empty = new DerCursor(new Uint8Array(0));
    expect(codeOf(() => empty.next())).toBe('asn1/malformed');
  });

  test('a set out of order', () => {
    const items = [integer(2), integer(1)];
    expect(codeOf(() => readSetOf(readDer(der(TAG.set, ...items))))).toBe('asn1/malformed');
  });

  test('any bytes with nothing but its own refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const found = codeOf(() => {
          const value = readDer(bytes);
          for (const read of [readOid, readTime, readNamedBits, readText, readSetOf]) codeOf(() => read(value));
        });
        expect([undefined, 'asn1/malformed']).toContain(found);
      }),
      { numRuns: 2000 },
    );
  });
});

test('one value has one encoding: what is read is written the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 12 }), (bytes) => {
      let value: ReturnType<typeof readDer> | undefined;
      if (codeOf(() => (value = readDer(bytes))) !== undefined || !value) return;
      expect(der(value.tag, value.contents)).toEqual(bytes);
    }),
    { numRuns: 5000 },
  );
});
