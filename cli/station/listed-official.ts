import { systemClock } from '../../src/adapters/system.ts';
import { Outage } from '../../src/core/refusal.ts';
import { parseDay, type CalendarDay } from '../../src/core/time.ts';
import { mandateAt, parseOfficialId, type Ended, type OfficialId } from '../../src/directory/official.ts';
import type { HttpCode } from '../../src/texts/code.ts';
import { ApiProblem } from '../client.ts';

/** An answer that is not of its form. */
export function isUnexpected(error: unknown): error is ApiProblem | Outage {
  return (error instanceof ApiProblem || error instanceof Outage) && error.code === 'http/unexpected';
}

/** Of an official, what a list goes by. */
export interface ListedOfficial {
  readonly id: OfficialId;
  readonly unit: string;
  readonly isInOffice: boolean;
}

/** @throws Outage `http/unexpected` */
export function readOfficial(value: unknown): ListedOfficial {
  const { id, unit, validFrom, validUntil, ended } = Object(value) as Readonly<Record<string, unknown>>;
  const known = typeof id === 'string' ? parseOfficialId(id) : undefined;
  if (known === undefined || typeof unit !== 'string') return unexpected();
  const mandate = {
    validFrom: readDay(validFrom),
    ...(validUntil !== undefined && { validUntil: readDay(validUntil) }),
    ...(ended !== undefined && { ended: { ...(ended as Ended), on: readDay((Object(ended) as Partial<Ended>).on) } }),
  };
  return { id: known, unit, isInOffice: mandateAt(mandate, systemClock()) === 'current' };
}

/** A page of them, none of whom was told before: else the pages would never end. */
export function readOfficials(value: unknown, told: ReadonlySet<OfficialId>): readonly ListedOfficial[] {
  if (!Array.isArray(value)) return unexpected();
  const page = value.map(readOfficial);
  return page.some(({ id }) => told.has(id)) ? unexpected() : page;
}

function readDay(value: unknown): CalendarDay {
  return (typeof value === 'string' ? parseDay(value) : undefined) ?? unexpected();
}

function unexpected(): never {
  throw new Outage<HttpCode>('http/unexpected', 'not an official, as the office tells of one', { field: 'official' });
}
