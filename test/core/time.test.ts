import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dayInMexicoCity,
  formatMexicoCityTime,
  formatTime,
  parseDay,
  parseTime,
  startOfDay,
  unixSeconds,
} from '../../src/core/time.ts';

const LAST = 253402300799;
const anyTime = fc.integer({ min: 86_400, max: LAST }).map(unixSeconds);

describe('time', () => {
  test('is written in RFC 3339 and read back', () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        expect(parseTime(formatTime(at))).toBe(at);
        expect(parseTime(formatMexicoCityTime(at))).toBe(at);
        expect(parseDay(dayInMexicoCity(at))).toBe(dayInMexicoCity(at));
      }),
    );
  });

  test.each([
    ['2026-11-21T18:00:00Z', 1795284000],
    ['2026-11-21T12:00:00-06:00', 1795284000],
    ['2026-11-21T18:00:00.999Z', 1795284000],
    ['2024-02-29T00:00:00Z', 1709164800],
    ['9999-12-31T23:59:59Z', LAST],
  ])('reads %s', (text, seconds) => {
    expect(parseTime(text)).toBe(seconds);
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T23:60:00Z',
    '2026-11-21T23:59:60Z',
    '2026-11-21T18:00:00+99:99',
    '2026-11-21T18:00:00',
    '2026-11-21 18:00:00Z',
    '2026-11-21T18:00Z',
    '2026-11-21T18:00:00z',
    '2026-11-21T18:00:00Z\n',
    '21/11/2026',
    '1969-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-10:00',
    '',
  ])('does not read %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test.each(['2026-02-30', '2026-2-3', '26-02-03', '2026-02-03 ', '2026/02/03', ''])('knows no day %j', (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  test.each([-1, 1.5, Number.NaN, LAST + 1])('is not %s', (value) => {
    expect(() => unixSeconds(value)).toThrow(RangeError);
  });

  test('begins a day at midnight in Mexico City', () => {
    const start = startOfDay(parseDay('2026-11-21')!);
    expect(formatMexicoCityTime(start)).toBe('2026-11-21T00:00:00-06:00');
    expect(dayInMexicoCity(unixSeconds(start - 1))).toBe('2026-11-20');
  });
});
