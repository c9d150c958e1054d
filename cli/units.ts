import { Refusal } from '../src/core/refusal.ts';
import type { DirectoryCode } from '../src/directory/code.ts';
import { parseUnitCode, type Unit } from '../src/directory/unit.ts';
import type { Client } from './client.ts';
import { editsBetween } from './edits.ts';

export const UNITS = '/api/v1/staff/units';

/** The unit with the code that was typed. @throws Refusal `directory/unit-unknown`, with codes that look alike (`near`) */
export async function findUnit(client: Client, typed: string): Promise<Unit> {
  const code = parseUnitCode(typed);
  const units = await client.get<Unit[]>(UNITS);
  const found = units.find((unit) => unit.code === code);
  if (found) return found;
  const near = nearTo(typed, units).join(', ');
  const facts = { unit: typed.slice(0, 40), ...(near !== '' && { near }) };
  throw new Refusal<DirectoryCode>('directory/unit-unknown', 'no such unit', facts);
}

/**
 * An answer for people, with the name of the unit before its code. What was found stands, whether the names can be had or not.
 */
export async function withUnitName<Answer extends { readonly subject: Readonly<Record<string, unknown>> }>(
  client: Pick<Client, 'get'>,
  answer: Answer,
): Promise<Answer> {
  const { unit: code } = answer.subject;
  if (typeof code !== 'string') return answer;
  const units = await client.get<Unit[]>(UNITS).catch(() => []);
  const name = units.find((unit) => unit.code === code)?.name;
  return name === undefined ? answer : { ...answer, subject: { ...answer.subject, unit: `${name} (${code})` } };
}

const MOST_NEAR = 4;
const MOST_EDITS = 2;
const MOST_TYPED = 80;

/** Units that somebody may have meant: nearly that code, its last part alone, a unit that it would be below, or words of the name. */
function nearTo(typed: string, units: readonly Unit[]): readonly string[] {
  const asked = fold(typed.trim().slice(0, MOST_TYPED));
  if (asked === '') return [];
  const rank = ({ code, name }: Unit): number => {
    const own = fold(code);
    if (own.split('/').at(-1) === asked) return 0;
    const edits = editsBetween(own, asked);
    if (edits <= MOST_EDITS && edits < asked.length) return edits;
    if (asked.length > 3 && fold(name).includes(asked)) return MOST_EDITS + 1;
    return asked.startsWith(`${own}/`) ? MOST_EDITS + 2 : Infinity;
  };
  return units
    .map((unit) => ({ code: unit.code, rank: rank(unit) }))
    .filter((one) => one.rank !== Infinity)
    .toSorted((one, other) => one.rank - other.rank || other.code.length - one.code.length)
    .slice(0, MOST_NEAR)
    .map(({ code }) => code);
}

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase();
}
