import { dayInMexicoCity, formatMexicoCityTime, type UnixSeconds } from '../../src/core/time.ts';

const MONTHS = {
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
} as const;

/** `12 de marzo de 2026`, from `YYYY-MM-DD`. */
export function longDay(day: string, language: 'es' | 'en'): string {
  const [year, month, date] = day.split('-').map(Number);
  const name = MONTHS[language][month! - 1]!;
  return language === 'es' ? `${date} de ${name} de ${year}` : `${date} ${name} ${year}`;
}

/** The civil day in Mexico City. */
export function longDate(at: UnixSeconds, language: 'es' | 'en'): string {
  return longDay(dayInMexicoCity(at), language);
}

/** `10 de marzo de 2026, 8:00` in Mexico City. */
export function longTime(at: UnixSeconds, language: 'es' | 'en'): string {
  return `${longDate(at, language)}, ${clockTime(at)}`;
}

/** `8:00` in Mexico City. */
export function clockTime(at: UnixSeconds): string {
  const [hour, minute] = formatMexicoCityTime(at).slice(11, 16).split(':');
  return `${Number(hour)}:${minute}`;
}

/** `Hoy, de 9:00 a 14:00`; on one day, or from one to another. */
export function visitTime(from: UnixSeconds, to: UnixSeconds, now: UnixSeconds, language: 'es' | 'en'): string {
  const [day, last] = [dayInMexicoCity(from), dayInMexicoCity(to)];
  const isSpanish = language === 'es';
  if (day !== last) {
    const [first, second] = [longTime(from, language), longTime(to, language)];
    return isSpanish ? `Del ${first}, al ${second}` : `From ${first}, to ${second}`;
  }
  const hours = isSpanish ? `de ${clockTime(from)} a ${clockTime(to)}` : `from ${clockTime(from)} to ${clockTime(to)}`;
  if (day === dayInMexicoCity(now)) return `${isSpanish ? 'Hoy' : 'Today'}, ${hours}`;
  return `${isSpanish ? 'El' : 'On'} ${longDay(day, language)}, ${hours}`;
}
