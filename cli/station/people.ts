import type { QueuedPerson, QueueState } from '../../src/card/station/queue.ts';
import { personOf, standingOf } from '../../src/card/station/work-card.ts';
import type { StationDeps } from '../../src/card/station/provision.ts';
import { Refusal, type Outage } from '../../src/core/refusal.ts';
import { CsvReader, decodeCsv, type CsvRecord } from '../../src/directory/csv.ts';
import type { DirectoryCode } from '../../src/directory/code.ts';
import { HEADER_WITHIN, isHeading } from '../../src/directory/csv-columns.ts';
import { parseOfficialId, type OfficialId } from '../../src/directory/official.ts';
import { foldText } from '../../src/directory/text.ts';
import type { Unit } from '../../src/directory/unit.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import { ApiProblem, type Client } from '../client.ts';
import { findOfficial } from '../officials.ts';
import { findUnit, UNITS } from '../units.ts';
import { isUnexpected, readOfficial, readOfficials, type ListedOfficial } from './listed-official.ts';

/** Headings of the column of ids, folded. */
const COLUMN = ['clave', 'id', 'clave de la persona', 'clave del funcionario', 'clave de la funcionaria', 'clave oficial', 'official', 'official id']; // prettier-ignore
const PAGE = 200;
/** Of what stands where an id should. */
const MOST_TYPED = 40;

/** A line of the list that names nobody. */
export interface ListFault {
  readonly line: number;
  /** What stands in the column of ids; empty where the line cannot be read. */
  readonly typed: string;
  readonly error: Refusal | Outage | ApiProblem;
}

export interface StationList {
  readonly people: readonly (readonly [QueuedPerson, QueueState])[];
  /** Those who were not asked for as they have a card. */
  readonly holders: readonly (readonly [QueuedPerson, QueueState])[];
  readonly faults: readonly ListFault[];
}

type ListDeps = Pick<StationDeps, 'office' | 'journal'>;

interface ListedId {
  readonly line: number;
  readonly id: OfficialId;
  /** As it stands in the list: `id` has digits for letters that look like them. */
  readonly typed: string;
}

/**
 * The ids of a CSV list: of the column `clave`, whose heading may have titles above it, or, where no heading is known, of the
 * first column whose first line is one.
 * @throws Refusal `card/list-column-missing`, `card/list-empty`, and those of the CSV reader
 */
export function readIds(csv: Uint8Array): { readonly ids: readonly ListedId[]; readonly faults: readonly ListFault[] } {
  const { text } = decodeCsv(csv);
  const { reader, column, first } = openList(text);
  const ids: ListedId[] = [];
  const faults: ListFault[] = [];
  const seen = new Set<OfficialId>();
  for (let record = first ?? reader.next(); record; record = reader.next()) {
    const { line } = record;
    if (!('cells' in record)) {
      const error = new Refusal<DirectoryCode>(record.code, 'a line that cannot be read', { line });
      faults.push({ line, typed: '', error });
      continue;
    }
    const typed = record.cells[column]?.trim() ?? '';
    if (typed === '') {
      if (record.cells.some((cell) => cell.trim() !== '')) faults.push({ line, typed, error: idMissing(line) });
      continue;
    }
    const id = parseOfficialId(typed);
    if (id === undefined) faults.push({ line, typed: typed.slice(0, MOST_TYPED), error: unknown(typed) });
    // Twice in a list is one person all the same.
    else if (!seen.has(id)) ids.push({ line, id, typed });
    if (id !== undefined) seen.add(id);
  }
  if (ids.length + faults.length === 0) throw new Refusal<EntryCode>('card/list-empty', 'no id below the headings');
  return { ids, faults };
}

function idMissing(line: number): Refusal<EntryCode> {
  return new Refusal<EntryCode>('card/list-id-missing', 'a line without an id', { line });
}

function unknown(typed: string): Refusal<DirectoryCode> {
  const facts = { official: typed.slice(0, MOST_TYPED) };
  return new Refusal<DirectoryCode>('directory/official-unknown', 'not the id of an official', facts);
}

interface OpenList {
  readonly reader: CsvReader;
  readonly column: number;
  /** A first line that is no heading. */
  readonly first: CsvRecord | undefined;
}

function openList(text: string): OpenList {
  for (const within of [1, HEADER_WITHIN]) {
    for (const delimiter of [';', ',', '\t'] as const) {
      const list = openWithin(new CsvReader(text, delimiter), within);
      if (list) return list;
    }
  }
  throw new Refusal<EntryCode>('card/list-column-missing', 'no column of ids', { column: COLUMN[0]! });
}

/** Titles may stand above the headings, but nobody who would vanish with them; a list without headings has no titles. */
function openWithin(reader: CsvReader, within: number): OpenList | undefined {
  for (let line = 1; line <= within; line++) {
    const record = reader.next();
    if (!record) return undefined;
    if (!('cells' in record)) continue;
    const heading = record.cells.findIndex((cell) => COLUMN.includes(foldText(cell)));
    if (heading >= 0) return { reader, column: heading, first: undefined };
    if (record.cells.filter(isHeading).length >= HEADINGS) return undefined;
    const column = record.cells.findIndex(isId);
    if (column >= 0) return line === 1 ? { reader, column, first: record } : undefined;
  }
  return undefined;
}

/** So many headings make a line one, also where one of its words looks like an id. */
const HEADINGS = 2;
/** A word of eight letters is read as an id by these alone, which stand for digits. */
const WORD = /^[^0-9]*[ilo][^0-9]*$/i;

/** Where no heading says so, a word is no id. */
function isId(cell: string): boolean {
  return parseOfficialId(cell.trim()) !== undefined && !isHeading(cell) && !WORD.test(cell);
}

/** Those of a list, in its order, with how each stands now. */
export async function peopleOfList(
  client: Client,
  deps: ListDeps,
  csv: Uint8Array,
  tell: (done: number, of: number) => void,
): Promise<StationList> {
  const { ids, faults } = readIds(csv);
  const people: StationList['people'][number][] = [];
  const unfound: ListFault[] = [];
  for (const [at, { line, id, typed }] of ids.entries()) {
    tell(at, ids.length);
    try {
      people.push(await standingIn(deps, readOfficial(await findOfficial(client, id))));
    } catch (error) {
      if (!isOfOne(error)) throw error;
      // Nobody finds in their list what they did not write there.
      unfound.push({ line, typed, error: error instanceof ApiProblem ? unknown(typed) : error });
    }
  }
  return { people, holders: [], faults: [...faults, ...unfound].toSorted((a, b) => a.line - b.line) };
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
