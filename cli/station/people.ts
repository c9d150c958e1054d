import type { QueuedPerson, QueueState } from '../../src/card/station/queue.ts';
import { personOf, standingOf } from '../../src/card/station/work-card.ts';
import type { StationDeps } from '../../src/card/station/provision.ts';
import type { Outage } from '../../src/core/refusal.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { Unit } from '../../src/directory/unit.ts';
import { ApiProblem, type Client } from '../client.ts';
import { findOfficial } from '../officials.ts';
import { findUnit, UNITS } from '../units.ts';
import { aboveHeadings, readIds, unknownId, type ListFault } from './listed-ids.ts';
import { isUnexpected, readOfficial, readOfficials, type ListedOfficial } from './listed-official.ts';

const PAGE = 200;

export interface StationList {
  readonly people: readonly (readonly [QueuedPerson, QueueState])[];
  /** Those who were not asked for as they have a card. */
  readonly holders: readonly (readonly [QueuedPerson, QueueState])[];
  readonly faults: readonly ListFault[];
}

type ListDeps = Pick<StationDeps, 'office' | 'journal'>;

/** Those of a list, in its order, with how each stands now. */
export async function peopleOfList(
  client: Client,
  deps: ListDeps,
  csv: Uint8Array,
  tell: (done: number, of: number) => void,
): Promise<StationList> {
  const { ids, faults, titles } = readIds(csv);
  const people: StationList['people'][number][] = [];
  const unfound: ListFault[] = [];
  for (const [at, { line, id, typed }] of ids.entries()) {
    tell(at, ids.length);
    try {
      people.push(await standingIn(deps, readOfficial(await findOfficial(client, id))));
    } catch (error) {
      if (!isOfOne(error)) throw error;
      // Nobody finds in their list what they did not write there.
      unfound.push({ line, typed, error: error instanceof ApiProblem ? unknownId(typed) : error });
    }
  }
  for (const title of titles) if (await isSomebody(client, title.id)) unfound.push(aboveHeadings(title));
  return { people, holders: [], faults: [...faults, ...unfound].toSorted((a, b) => a.line - b.line) };
}

async function isSomebody(client: Client, id: OfficialId): Promise<boolean> {
  try {
    await findOfficial(client, id);
    return true;
  } catch (error) {
    if (!isOfOne(error)) throw error;
    return isUnexpected(error);
  }
}

/** What is wrong with one of a list, and with no other. */
function isOfOne(error: unknown): error is ApiProblem | Outage {
  return (error instanceof ApiProblem && error.code === 'directory/official-unknown') || isUnexpected(error);
}

/** Everybody in office, of a unit and those below it where one is named, who has no card yet. In alphabetical order. */
export async function peopleWithoutCard(
  client: Client,
  deps: ListDeps,
  unit: string | undefined,
  tell: (done: number, of: number) => void,
): Promise<StationList> {
  const within = unit === undefined ? undefined : await unitsBelow(client, unit);
  const officials: ListedOfficial[] = [];
  const told = new Set<OfficialId>();
  for (let last: OfficialId | undefined; ;) {
    const after = last ? `&after=${encodeURIComponent(last)}` : '';
    const page = readOfficials(await client.get<unknown>(`/api/v1/staff/officials?limit=${PAGE}${after}`), told);
    for (const { id } of page) told.add(id);
    officials.push(...page.filter(({ unit, isInOffice }) => isInOffice && (!within || within.has(unit))));
    if (page.length < PAGE) break;
    last = page.at(-1)!.id;
  }
  const people: StationList['people'][number][] = [];
  const holders: typeof people = [];
  for (const [at, official] of officials.entries()) {
    tell(at, officials.length);
    const entry = await standingIn(deps, official);
    (entry[1].state === 'done' ? holders : people).push(entry);
  }
  return { people, holders, faults: [] };
}

/** Codes of the unit and of all that are below it. */
async function unitsBelow(client: Client, typed: string): Promise<ReadonlySet<string>> {
  const { code } = await findUnit(client, typed);
  const units = await client.get<Unit[]>(UNITS);
  const within = new Set<string>([code]);
  for (let before = 0; within.size > before;) {
    before = within.size;
    for (const unit of units) if (unit.parent !== undefined && within.has(unit.parent)) within.add(unit.code);
  }
  return within;
}

async function standingIn(
  deps: ListDeps,
  { id, unit, isInOffice }: ListedOfficial,
): Promise<readonly [QueuedPerson, QueueState]> {
  try {
    const holder = await deps.office.holder(id);
    const standing = await standingOf(deps, holder);
    const mayGet = standing.state === 'done' || isInOffice;
    return [personOf(holder), mayGet ? standing : { state: 'failed', code: NO_MANDATE, facts: { official: id } }];
  } catch (error) {
    if (!isUnexpected(error)) throw error;
    // Of whom nobody knows more than the id: no card now.
    const person = { officialId: id, name: id, post: '', unit, isReserved: false };
    return [person, { state: 'failed', code: error.code, facts: error.facts }];
  }
}

const NO_MANDATE = 'credential/no-mandate';
