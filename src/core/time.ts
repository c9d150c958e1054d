import type { Brand } from './brand.ts';

/** Whole seconds since 1970-01-01T00:00:00Z. */
export type UnixSeconds = Brand<number, 'UnixSeconds'>;

/** A calendar day as `YYYY-MM-DD`, without a zone: what an appointment or a letter says. */
export type CalendarDay = Brand<string, 'CalendarDay'>;

/** The present. The only implementation outside tests is `adapters/system.ts`. */
export type Clock = () => UnixSeconds;

/** Resolves once so many milliseconds went by. The only implementation outside tests is `adapters/system.ts`. */
export type Pause = (milliseconds: number) => Promise<void>;

/**
 * Seconds that went by, for what is kept for a time: they never fall. A clock that is set counts as time that went by,
 * forward or back, so that nothing made before the step outlives its time by it.
 */
export function elapsedBy(clock: Clock): Clock {
  let before = clock();
  let elapsed = 0;
  return () => {
    const now = clock();
    elapsed += Math.abs(now - before);
    before = now;
    return elapsed as UnixSeconds;
  };
}

const YEAR_9999 = 253402300799;

/** @throws RangeError unless `value` is a whole number from 0 to the end of the year 9999 */
export function unixSeconds(value: number): UnixSeconds {
  if (!isTime(value)) throw new RangeError(`not a time in whole seconds: ${value}`);
  return value;
}

export function isTime(value: number): value is UnixSeconds {
  return Number.isSafeInteger(value) && value >= 0 && value <= YEAR_9999;
}

/** `2026-11-21T18:00:00Z` (RFC 3339, always UTC, no fraction). */
export function formatTime(at: UnixSeconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}

/** The time that an RFC 3339 text names, or `undefined` when it is not one. */
export function parseTime(text: string): UnixSeconds | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  // The engine rolls 30 February over into March, and takes 24:00 for the next day.
  if (parseDay(text.slice(0, 10)) === undefined || text.slice(11, 13) === '24') return undefined;
  const seconds = Math.floor(Date.parse(text) / 1000);
  return seconds >= 0 && seconds <= YEAR_9999 ? unixSeconds(seconds) : undefined;
}

/** The day that `YYYY-MM-DD` names, or `undefined` when there is no such day. */
export function parseDay(text: string): CalendarDay | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return undefined;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return date.toISOString().slice(0, 10) === text ? (text as CalendarDay) : undefined;
}

/**
 * Mexico City has kept UTC−6 all year since 30 October 2022 (Ley de los Husos Horarios, DOF 28-10-2022), so the civil
 * day needs no time zone database.
 */
const MEXICO_CITY_OFFSET_SECONDS = -6 * 3600;

/** The civil day in Mexico City at `at`. */
export function dayInMexicoCity(at: UnixSeconds): CalendarDay {
  return new Date((at + MEXICO_CITY_OFFSET_SECONDS) * 1000).toISOString().slice(0, 10) as CalendarDay;
}

/** `2026-11-21T12:00:00-06:00`: the civil time in Mexico City, as letters print it. */
export function formatMexicoCityTime(at: UnixSeconds): string {
  return new Date((at + MEXICO_CITY_OFFSET_SECONDS) * 1000).toISOString().slice(0, 19) + '-06:00';
}

/** `2026-11-21 12:00`: day and hour in Mexico City, for people. */
export function formatLocalTime(at: UnixSeconds): string {
  return formatMexicoCityTime(at).slice(0, 16).replace('T', ' ');
}

/** The first second of `day` in Mexico City. */
export function startOfDay(day: CalendarDay): UnixSeconds {
  return unixSeconds(Date.parse(`${day}T00:00:00Z`) / 1000 - MEXICO_CITY_OFFSET_SECONDS);
}

export function dayBefore(day: CalendarDay): CalendarDay {
  return dayInMexicoCity(unixSeconds(startOfDay(day) - 1));
}
