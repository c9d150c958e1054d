import { expect, test } from 'vitest';
import { phoneOf } from '../../src/directory/contact.ts';

test.each([
  ['55 1234 5678', '55 1234 5678'],
  [' (55) 1234-5678  extensión 12 ', '(55) 1234-5678 ext. 12'],
  ['+52 55 1234 5678', '+52 55 1234 5678'],
  ['911', '911'],
  ['*0311', '*0311'],
])('a telephone has ten digits, prefixes and an extension, or is short: %j', (typed, read) => {
  expect(phoneOf(typed)).toBe(read);
});

test.each(['5555 0000', '1234', '0311', '55 1234 567', '1'.repeat(16), 'ext. 12', '55 1234 5678 y 79', '5.52452E+09'])(
  'is no telephone: %j',
  (typed) => {
    expect(phoneOf(typed)).toBeUndefined();
  },
);
