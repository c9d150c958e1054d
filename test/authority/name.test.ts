import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDer } from '../../src/asn1/read.ts';
import { TAG } from '../../src/asn1/tag.ts';
import { der, oid, printableString, sequence, setOf, utf8String } from '../../src/asn1/write.ts';
import { isDnsName, isEmailAddress } from '../../src/authority/general-name.ts';
import {
  ATTRIBUTE,
  findAttribute,
  formatName,
  isWithin,
  type Name,
  readName,
  sameName,
} from '../../src/authority/name.ts';
import { encodeSubject } from '../../src/authority/subject.ts';
import { isRefusal } from '../../src/core/refusal.ts';

const attribute = (type: string, value: Uint8Array) => setOf(sequence(oid(type), value));
const nameOf = (...rdns: Uint8Array[]): Name => readName(readDer(sequence(...rdns)));
const cn = (text: string) => attribute(ATTRIBUTE.CN, utf8String(text));

test('a subject is read back as it was written', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map((drawn) => drawn.normalize('NFC').trim())
    .filter(
      (drawn) => drawn !== '' && [...drawn].length <= 64 && drawn.isWellFormed() && !/[\p{C}\p{Zl}\p{Zp}]/u.test(drawn),
    );
  fc.assert(
    fc.property(text, text, (organization, commonName) => {
      const name = readName(readDer(encodeSubject({ country: 'MX', organization, commonName })));
      expect(findAttribute(name, ATTRIBUTE.C)).toBe('MX');
      expect(findAttribute(name, ATTRIBUTE.O)).toBe(organization);
      expect(findAttribute(name, ATTRIBUTE.CN)).toBe(commonName);
      expect(findAttribute(name, ATTRIBUTE.OU)).toBeUndefined();
    }),
  );
});

describe('two names', () => {
  test('are the same but for case, runs of spaces and string type', () => {
    expect(sameName(nameOf(cn('José  PÉREZ ')), nameOf(cn('josé pérez')))).toBe(true);
    expect(sameName(nameOf(cn('Ana')), nameOf(attribute(ATTRIBUTE.CN, printableString('ANA'))))).toBe(true);
  });

  test('differ in a letter, an accent, an attribute or an order', () => {
    expect(sameName(nameOf(cn('Jose')), nameOf(cn('José')))).toBe(false);
    expect(sameName(nameOf(cn('Ana')), nameOf(cn('Ana'), cn('Ana')))).toBe(false);
    expect(sameName(nameOf(cn('a'), cn('b')), nameOf(cn('b'), cn('a')))).toBe(false);
    expect(sameName(nameOf(cn('Ana')), nameOf(attribute(ATTRIBUTE.O, utf8String('Ana'))))).toBe(false);
  });

  test('lie one within the other by whole attributes', () => {
    expect(isWithin(nameOf(cn('a'), cn('b')), nameOf(cn('A')))).toBe(true);
    expect(isWithin(nameOf(cn('a')), nameOf(cn('a'), cn('b')))).toBe(false);
    expect(isWithin(nameOf(cn('ab')), nameOf(cn('a')))).toBe(false);
  });
});

test('what people are shown cannot hide marks or borders', () => {
  expect(formatName(nameOf(cn('Ana, O=Otra\u202e')))).toBe('CN=Ana\\, O\\=Otra\\u{202e}');
});

test.each([
  ['an empty relative name', sequence(der(TAG.set))],
  ['more than 64 of them', sequence(...Array<Uint8Array>(65).fill(cn('a')))],
  ['an attribute without a value', sequence(setOf(sequence(oid(ATTRIBUTE.CN))))],
  [
    'a set out of order',
    sequence(der(TAG.set, sequence(oid('2.5.4.10'), utf8String('a')), sequence(oid('2.5.4.3'), utf8String('a')))),
  ],
])('refuses %s', (_, encoded) => {
  let code: string | undefined;
  try {
    readName(readDer(encoded));
  } catch (error) {
    if (isRefusal(error)) code = error.code;
  }
  expect(code).toBe('asn1/malformed');
});

test('a value of an unknown type is compared by its bytes', () => {
  const odd = attribute(ATTRIBUTE.CN, der(TAG.octetString, Uint8Array.of(1)));
  expect(formatName(nameOf(odd))).toBe('CN=#040101');
  expect(sameName(nameOf(odd), nameOf(odd))).toBe(true);
});

test.each([
  ['a.example', true],
  ['*.a.example', true],
  ['xn--nand-hqa.mx', true],
  ['*', false],
  ['a.*.example', false],
  ['a*.example', false],
  ['-a.example', false],
  ['a-.example', false],
  ['a..example', false],
  ['.example', false],
  ['a.example.', false],
  ['a_b.example', false],
  ['8.8.8.8', false],
  ['', false],
  [`${'a'.repeat(64)}.example`, false],
  [`${'a.'.repeat(130)}a`, false],
])('%s as a host: %s', (text, good) => expect(isDnsName(text)).toBe(good));

test.each([
  ['ana@a.example', true],
  ['ana.ruiz+x@a.example', true],
  ['ana@localhost', true],
  ['ana', false],
  ['@a.example', false],
  ['ana@', false],
  ['ana@*.example', false],
  ['a na@a.example', false],
  ['ana..ruiz@a.example', false],
  ['"ana"@a.example', false],
  [`${'a'.repeat(65)}@a.example`, false],
  ['ana@b@a.example', false],
])('%s as an address: %s', (text, good) => expect(isEmailAddress(text)).toBe(good));
