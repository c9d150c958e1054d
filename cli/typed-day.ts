import { parseDay, parseTime, type CalendarDay } from '../src/core/time.ts';
import { isoDay } from '../src/directory/csv-row.ts';

/** dd/mm/yyyy as offices write it, or YYYY-MM-DD; nothing else, and never the month first. */
export function typedDay(text: string): CalendarDay | undefined {
  return parseDay(isoDay(text));
}

/** The value of an option that is a day, as the service takes it; what is no day is for the service to refuse. */
export function dayOption(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (typedDay(text) ?? text);
}

/** Day and hour in Mexico City as people type them, `31/12/2026 14:05` or `2026-12-31T14:05`, as RFC 3339; or such a text itself. */
export function typedTime(text: string): string | undefined {
  if (parseTime(text) !== undefined) return text;
  const [, day, hour, minute] = /^\s*(\S+?)(?:\s+|T)(\d{1,2}):(\d\d)\s*(?:h|hrs?\.?)?\s*$/i.exec(text) ?? [];
  const date = day === undefined ? undefined : typedDay(day);
  const time = date && `${date}T${hour!.padStart(2, '0')}:${minute}:00-06:00`;
  return time !== undefined && parseTime(time) !== undefined ? time : undefined;
}
