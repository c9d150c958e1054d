import { parseDay, type CalendarDay } from '../src/core/time.ts';
import { isoDay } from '../src/directory/csv-row.ts';

/** dd/mm/yyyy as offices write it, or YYYY-MM-DD; nothing else, and never the month first. */
export function typedDay(text: string): CalendarDay | undefined {
  return parseDay(isoDay(text));
}

/** The value of an option that is a day, as the service takes it; what is no day is for the service to refuse. */
export function dayOption(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (typedDay(text) ?? text);
}
