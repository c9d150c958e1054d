import type { RoleGrant } from '../../access/role.ts';
import { formatLocalTime, parseTime, unixSeconds } from '../../core/time.ts';
import { LOG_ACTS, LOG_FACTS, LOG_VALUES, REASON_NUMBERS } from '../../texts/es/log.ts';
import { ROLES } from '../../texts/es/words.ts';
import type { EntryView, NamedPersonView } from '../staff/log-entries.ts';
import type { Fact } from '../staff/record-facts.ts';

/** The act in the words of the log; a newer one by its name. */
export function actWords({ action, kind }: Pick<EntryView, 'action' | 'kind'>): string {
  if (action === undefined) return `Asiento ilegible (clase 0x${kind.toString(16)})`;
  return LOG_ACTS[action] ?? action;
}

/** When, as far as the log tells: leaves have no time. */
export function timeWords({ at, isLater }: Pick<EntryView, 'at' | 'isLater'>): string {
  const time = at === undefined ? undefined : parseTime(at);
  if (time === undefined) return 'sin hora';
  return isLater ? `después de ${formatLocalTime(time)}` : formatLocalTime(time);
}

export function rolesWords(grants: readonly RoleGrant[]): string {
  return grants.map(({ role, unit }) => (unit === undefined ? ROLES[role] : `${ROLES[role]} en ${unit}`)).join(', ');
}

export function personWords({ name, founder, roles }: NamedPersonView): string {
  const who = name ?? 'alguien que no está dado de alta';
  if (founder !== undefined) return `${who} (fundó la instalación)`;
  return roles.length > 0 ? `${who} (${rolesWords(roles)})` : who;
}

/** Of items that are times although their form does not say so. */
const TIMES: ReadonlySet<string> = new Set(['at', 'receivedAt']);

/** Names and values in words of their own, before those of the log. */
export interface FactWords {
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, string>>;
}

/** One fact after another: its name, and its value as a person reads it; facts within others in their place. */
export function factRows(
  facts: Readonly<Record<string, Fact>>,
  words: FactWords = {},
): readonly (readonly [name: string, value: string])[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (isWithin(value)) return factRows(value, words);
    if (Array.isArray(value) && value.some(isWithin)) {
      return value.flatMap((one: Fact) => (isWithin(one) ? factRows(one, words) : factRows({ [name]: one }, words)));
    }
    return [[words.names?.[name] ?? LOG_FACTS[name] ?? name, valueWords(name, value, words.values)] as const];
  });
}

function isWithin(value: Fact): value is Readonly<Record<string, Fact>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueWords(name: string, value: Fact, own: FactWords['values'] = {}): string {
  if (value === null || value === '') return '—';
  if (typeof value === 'number') {
    if (TIMES.has(name)) return formatLocalTime(unixSeconds(value));
    return name === 'reason' ? (REASON_NUMBERS[value] ?? String(value)) : String(value);
  }
  if (Array.isArray(value)) return value.map((one: Fact) => valueWords('', one, own)).join('; ') || '—';
  if (typeof value === 'boolean') return value ? 'sí' : 'no';
  if (typeof value !== 'string') return JSON.stringify(value);
  const time = /^\d{4}-\d\d-\d\dT/.test(value) ? parseTime(value) : undefined;
  return time === undefined ? (own[value] ?? LOG_VALUES[value] ?? value) : formatLocalTime(time);
}
