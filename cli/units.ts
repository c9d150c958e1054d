import { Refusal } from '../src/core/refusal.ts';
import type { DirectoryCode } from '../src/directory/code.ts';
import { parseUnitCode, type Unit } from '../src/directory/unit.ts';
import type { Client } from './client.ts';

export const UNITS = '/api/v1/staff/units';

/** The unit with the code that was typed. @throws Refusal `directory/unit-unknown` */
export async function findUnit(client: Client, typed: string): Promise<Unit> {
  const code = parseUnitCode(typed);
  const found = (await client.get<Unit[]>(UNITS)).find((unit) => unit.code === code);
  if (found) return found;
  throw new Refusal<DirectoryCode>('directory/unit-unknown', 'no such unit', { unit: typed.slice(0, 40) });
}
