import { dayInMexicoCity, formatLocalTime, parseTime } from '../src/core/time.ts';

/**
 * A time of the API as people read it: the day in Mexico City, which is the one on seals. What is no time stays as it is.
 */
export function localDay(time: string): string {
  const at = parseTime(time);
  return at === undefined ? time : dayInMexicoCity(at);
}

/** Day and hour in Mexico City, with the offset that tells so. */
export function localTime(time: string | undefined): string | undefined {
  const at = time === undefined ? undefined : parseTime(time);
  return at === undefined ? time : `${formatLocalTime(at)} (UTC−6)`;
}
