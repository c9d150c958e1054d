import type { Brand } from '../core/brand.ts';
import { Refusal } from '../core/refusal.ts';
import { parseDay, type CalendarDay } from '../core/time.ts';
import type { DirectoryCode } from './code.ts';
import { phoneOf } from './contact.ts';
import { readEntered } from './text.ts';

/** Acronyms from the institution down to the unit: `AC/DGG/SCI`. The first part of every folio of the unit. */
export type UnitCode = Brand<string, 'UnitCode'>;

/** An administrative unit that answers for officials and letters. */
export interface Unit {
  readonly code: UnitCode;
  readonly name: string;
  /** The first day whose letters and officials of this unit are all in the register: what is older is not. */
  readonly coveredSince: CalendarDay;
  readonly phone?: string;
  readonly address?: string;
  /** The unit above it; absent for the institution itself. */
  readonly parent?: UnitCode;
}

export interface UnitInput {
  readonly code: string;
  readonly name: string;
  /** `YYYY-MM-DD` */
  readonly coveredSince: string;
  readonly phone?: string;
  readonly address?: string;
  readonly parent?: string;
}

/** What is said of a unit: what is left out stays as it is, an empty text removes what may be absent. */
export type UnitChange = Pick<UnitInput, 'code'> & Partial<UnitInput>;

/** Levels of units, the institution included. */
export const MAX_UNIT_DEPTH = 8;

/** The code that `text` names, upper case; `undefined` unless it is one to eight acronyms of A-Z and 0-9. */
export function parseUnitCode(text: string): UnitCode | undefined {
  if (text.length > 60) return undefined;
  const code = text
    .trim()
    .toUpperCase()
    .replace(/\s*\/\s*/g, '/');
  return /^[A-Z0-9]{1,12}(?:\/[A-Z0-9]{1,12}){0,7}$/.test(code) && /^[A-Z]/.test(code) && code.length <= 40
    ? (code as UnitCode)
    : undefined;
}

function text(field: string, value: string, max: number): string {
  const read = readEntered(value, { max });
  if ('text' in read) return read.text;
  throw new Refusal<DirectoryCode>(read.code, `the unit's ${field} is not acceptable`, { field, ...read.facts });
}

/**
 * What `change` makes of `before`.
 * @throws Refusal 'directory/text-missing' when a new unit lacks its name or the day since which it is covered
 */
export function changedUnit(change: UnitChange, before: Unit | undefined): UnitInput {
  const given = Object.entries({ ...before, ...change }).filter(([field, value]) => {
    const removable = field === 'phone' || field === 'address' || field === 'parent';
    return value !== undefined && !(removable && value.trim() === '');
  });
  const fields: Partial<UnitInput> = Object.fromEntries(given);
  const { name, coveredSince } = fields;
  if (name === undefined || coveredSince === undefined) {
    const field = name === undefined ? 'name' : 'coveredSince';
    throw new Refusal<DirectoryCode>('directory/text-missing', `a new unit needs its ${field}`, { field });
  }
  return { ...fields, code: change.code, name, coveredSince };
}

/**
 * The unit that `input` describes.
 * @throws Refusal with the code of the first thing wrong
 */
export function unitOf(input: UnitInput): Unit {
  const code = parseUnitCode(input.code);
  const parent = input.parent === undefined ? undefined : parseUnitCode(input.parent);
  if (code === undefined || (input.parent !== undefined && parent === undefined)) {
    const field = code === undefined ? 'code' : 'parent';
    throw new Refusal<DirectoryCode>('directory/unit-code-malformed', `${field} is not a unit code`, { field });
  }
  if (parent === code) throw new Refusal<DirectoryCode>('directory/unit-circular', 'a unit is not its own parent');
  const coveredSince = parseDay(input.coveredSince);
  if (coveredSince === undefined) {
    const facts = { field: 'coveredSince' };
    throw new Refusal<DirectoryCode>('directory/day-malformed', 'coveredSince is not a day', facts);
  }
  const phone = input.phone === undefined ? undefined : phoneOf(input.phone);
  if (input.phone !== undefined && phone === undefined) {
    const facts = { field: 'phone' };
    throw new Refusal<DirectoryCode>('directory/phone-malformed', 'phone is not a telephone number', facts);
  }
  return {
    code,
    name: text('name', input.name, 160),
    coveredSince,
    ...(phone !== undefined && { phone }),
    ...(input.address !== undefined && { address: text('address', input.address, 240) }),
    ...(parent !== undefined && { parent }),
  };
}
