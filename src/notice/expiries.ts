import type { AccessStore } from '../access/store.ts';
import { holdsRole } from '../access/role.ts';
import { dayInMexicoCity, startOfDay, unixSeconds, type Clock } from '../core/time.ts';
import { tellTogether, type TellDeps, type Thing } from './group.ts';
import type { Expiry } from './notice.ts';

/** What ends, and of whom it is. */
export interface Ending extends Omit<Expiry, 'isOwn'> {
  /** Where the official belongs, if that can be told. */
  readonly unit?: string;
}

export interface TellExpiriesDeps extends TellDeps {
  /** What is in force and ends within so many days; not what has a successor already. */
  endingWithin(days: number): Promise<readonly Ending[]>;
  readonly people: Pick<AccessStore, 'listPeople'>;
  readonly clock: Clock;
}

/** At each of these it is told once. */
export const EXPIRY_DAYS = [7, 30, 60] as const;
const DAY_SECONDS = 86_400;

/** Tells whoever holds what ends soon, and human resources of their unit. */
export async function tellExpiries(deps: TellExpiriesDeps): Promise<void> {
  const addressed = new Set(await deps.store.listAddressed());
  if (addressed.size === 0) return;
  const now = deps.clock();
  const today = dayInMexicoCity(now);
  const people = (await deps.people.listPeople()).filter(
    ({ id, endedLeaf }) => endedLeaf === undefined && addressed.has(id),
  );
  const things: Thing<Expiry>[] = [];
  for (const { unit, ...ending } of await deps.endingWithin(EXPIRY_DAYS.at(-1)!)) {
    const left = (startOfDay(ending.until) - startOfDay(today)) / DAY_SECONDS;
    const stage = EXPIRY_DAYS.find((days) => left <= days);
    if (stage === undefined || left < 0) continue;
    for (const { id: person, official, grants } of people) {
      const isOwn = official === ending.official;
      if (!isOwn && !holdsRole(grants, 'hr', today, unit ?? null)) continue;
      things.push({
        person,
        parts: ['expiry', ending.what, ending.number, String(stage)],
        // Until after its last day, so that it is not told again meanwhile.
        expiresAt: unixSeconds(now + (left + 2) * DAY_SECONDS),
        item: { ...ending, isOwn },
      });
    }
  }
  await tellTogether(deps, things, now, (ends) => ({ kind: 'expiries', ends }));
}
