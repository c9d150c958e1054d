import type { Client } from './client.ts';
import { UsageError, type Given, type OptionSpec, type Text } from './command.ts';
import { findUnit } from './units.ts';

/** What the lists of cards and of distinctives are asked by alike. @param which of them `--expiring` leaves */
export function listFilters(which: Text): Readonly<Record<'unit' | 'expiring', OptionSpec>> {
  return {
    unit: {
      type: 'string',
      value: { es: 'SIGLAS', en: 'CODE' },
      help: { es: 'de esta unidad y las que están bajo ella', en: 'of this unit and those below it' },
    },
    expiring: { type: 'string', value: 'N', help: which },
  };
}

/** @throws UsageError for days that are none, before anything is asked */
export function expiringDays(given: Given): string | undefined {
  const days = given.text('expiring');
  if (days === undefined || /^\d{1,4}$/.test(days)) return days;
  throw new UsageError({ es: '--expiring lleva días, de 0 a 3660', en: '--expiring takes days, 0 to 3660' });
}

/** @throws Refusal as `findUnit` */
export async function unitFilter(given: Given, client: Client): Promise<string | undefined> {
  const unit = given.text('unit');
  return unit === undefined ? undefined : (await findUnit(client, unit)).code;
}

/** What was asked for, and nothing of what was not. */
export function queryOf(asked: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(asked).filter((one): one is [string, string] => one[1] !== undefined);
  return new URLSearchParams(given).toString();
}
