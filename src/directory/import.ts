import { equal } from '../core/bytes.ts';
import { Refusal } from '../core/refusal.ts';
import type { Versioned } from '../log/ledger.ts';
import { changeOfficial } from './change.ts';
import type { DirectoryCode } from './code.ts';
import { CSV_LIMITS, decodeCsv, type CsvEncoding, type CsvFault, type CsvRecord } from './csv.ts';
import { openTable, type CsvHeading, type CsvTable } from './csv-columns.ts';
import { refuseUnclearReserve } from './csv-reserve.ts';
import { readRow, unitNames, type OfficialRow, type RowProblem, type UnitNames } from './csv-row.ts';
import { inputOf, officialFields, type OfficialField, type OfficialInput } from './fields.ts';
import type { Official, OfficialId } from './official.ts';
import type { Photo, PhotoFolder, PhotoReader } from './photo.ts';
import { registerOfficial, type ActBy, type DirectoryDeps } from './register.ts';
import { foldText } from './text.ts';
import { parseUnitCode } from './unit.ts';

export interface ImportDeps extends DirectoryDeps {
  readonly readPhoto: PhotoReader;
  /** Absent where no photos came along (an upload of the CSV alone). */
  readonly photoFolder?: PhotoFolder;
}

export interface ImportRequest {
  readonly csv: Uint8Array;
  readonly by: ActBy;
}

export interface ImportOptions {
  /** Reads and judges everything, photos included, and changes nothing. */
  readonly checkOnly?: boolean;
  /** A row that differs from who is registered changes the record; otherwise it is reported. */
  readonly update?: boolean;
  /** Called after each row. */
  readonly onRow?: (row: RowReport) => void;
}

export type RowOutcome = 'registered' | 'changed' | 'unchanged' | 'refused';

/** What became of one row, or would with `checkOnly`. */
export interface RowReport {
  /** Of the first line of the row, as an editor counts. */
  readonly line: number;
  readonly outcome: RowOutcome;
  /** Who the row is about; absent while nobody is registered. */
  readonly official?: OfficialId;
  /** Whom the row registers, or would; never somebody whose name is reserved: a report travels by mail. */
  readonly name?: string;
  /** The fields that a changed row sets, or would. */
  readonly changed?: readonly string[];
  /**
   * Others in office whose name is the same, of a row that registers: another person, or the same one in another post, whose
   * earlier record somebody has to end.
   */
  readonly namesakes?: readonly OfficialId[];
  /** Neither the row nor the record has one: nobody can be compared with their card. */
  readonly lacksPhoto?: true;
  /** Empty unless refused. A code of another folder comes from its act (`log/stale`). */
  readonly problems: readonly RowProblem<string>[];
}

export interface ImportReport {
  readonly encoding: CsvEncoding;
  readonly delimiter: CsvTable['delimiter'];
  readonly headerLine: number;
  /** Headings that nothing was taken from. */
  readonly unusedColumns: readonly string[];
  readonly rows: readonly RowReport[];
  readonly counts: Readonly<Record<RowOutcome, number>>;
}

/**
 * Enters a list that an office made: one act a row, in order. A bad row never loses a good one; the same list again
 * changes nothing; an outage in the middle leaves the rows before it registered, and the list can simply be run again.
 * @throws Refusal 'directory/csv-…' when the file as a whole cannot be read; nothing was changed then
 * @throws Outage of the ledger
 */
export async function importOfficials(
  deps: ImportDeps,
  request: ImportRequest,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const { text, encoding } = decodeCsv(request.csv);
  const table = openTable(text);
  // All of it before the first act, so that a file that is too long changes nothing.
  const records = readAll(table);
  refuseUnclearReserve(table, records);
  const list: List = { headings: table.headings, units: unitNames(await deps.store.listUnits()), seen: new Map() };
  const counts = { registered: 0, changed: 0, unchanged: 0, refused: 0 };
  const rows: RowReport[] = [];
  for (const record of records) {
    const row = { line: record.line, ...(await enter(deps, request.by, options, list, record)) };
    rows.push(row);
    counts[row.outcome]++;
    options.onRow?.(row);
  }
  return {
    encoding,
    delimiter: table.delimiter,
    headerLine: table.line,
    unusedColumns: table.headings.flatMap(({ heading, column }) => (column === undefined && heading ? [heading] : [])),
    rows,
    counts,
  };
}

function readAll({ reader }: CsvTable): readonly (CsvRecord | CsvFault)[] {
  const records: (CsvRecord | CsvFault)[] = [];
  for (let record = reader.next(); record; record = reader.next()) {
    if (records.length === CSV_LIMITS.rows) {
      throw new Refusal<DirectoryCode>('directory/csv-too-many-rows', 'too many rows', { max: CSV_LIMITS.rows });
    }
    records.push(record);
  }
  return records;
}

/** What the rows of one list share. */
interface List {
  readonly headings: readonly CsvHeading[];
  readonly units: UnitNames;
  /** The line on which each identity stood first. */
  readonly seen: Map<string, number>;
}

type Entered = Omit<RowReport, 'line'>;

function refused(...problems: readonly RowProblem<string>[]): Entered {
  return { outcome: 'refused', problems };
}

async function enter(
  deps: ImportDeps,
  by: ActBy,
  options: ImportOptions,
  { headings, units, seen }: List,
  record: CsvRecord | CsvFault,
): Promise<Entered> {
  if (!('cells' in record)) return refused({ code: record.code, facts: {} });
  const row = readRow(record, headings, units);
  const headingOf = (column: string): string => headings.find((one) => one.column === column)?.heading ?? column;
  if ('problems' in row) return refused(...row.problems, ...(await lookedFor(deps, row, headingOf)).problems);
  const firstLine = seen.get(row.identity);
  if (firstLine !== undefined) return refused({ code: 'directory/row-repeated', facts: { firstLine } });
  seen.set(row.identity, record.line);

  try {
    const found = await deps.store.findByIdentity(row.identity);
    const current = found.find((one) => !one.record.ended);
    const former = found[0]?.record;
    if (!current && former?.ended) {
      // An old list must not bring somebody back who was dismissed.
      const facts = { official: former.id, on: former.ended.on };
      return refused({ code: 'directory/row-of-ended-official', column: headingOf('name'), facts });
    }
    const { problems, photo } = await lookedFor(deps, { ...row, unit: row.input.unit }, headingOf, current?.record);
    if (problems.length > 0) return refused(...problems);
    if (current) return await enterAgain(deps, by, options, row, current, photo);
    const { name, publication } = officialFields(row.input);
    const others = await namesakes(deps, name);
    const told = { ...(publication.state === 'public' && { name }), ...(others.length > 0 && { namesakes: others }) };
    const lack = photo ? {} : LACKS_PHOTO;
    const registered = { outcome: 'registered', ...told, ...lack, problems: [] } as const;
    if (options.checkOnly) return registered;
    const official = await registerOfficial(deps, { input: row.input, ...(photo && { photo }), by });
    return { ...registered, official: official.id };
  } catch (error) {
    return refused(problemOf(error));
  }
}

const LACKS_PHOTO = { lacksPhoto: true } as const;

async function namesakes({ store }: ImportDeps, name: string): Promise<readonly OfficialId[]> {
  const { items } = await store.searchOfficials({ name, publicOnly: false, limit: 200 });
  return items.filter((one) => !one.ended && foldText(one.name) === foldText(name)).map(({ id }) => id);
}

/** What a row names beside its own cells, its unit and its photo, and what is wrong with them. */
async function lookedFor(
  deps: ImportDeps,
  row: { readonly unit: string; readonly photo?: string },
  headingOf: (column: string) => string,
  official?: Official,
): Promise<{ readonly problems: readonly RowProblem<string>[]; readonly photo?: Photo }> {
  const problems: RowProblem<string>[] = [];
  // A code that is none was said already, of its cell.
  const unit = parseUnitCode(row.unit);
  try {
    if (unit && !(await deps.store.findUnit(unit))) {
      problems.push({ code: 'directory/unit-unknown', column: headingOf('unit'), facts: { unit } });
    }
  } catch (error) {
    problems.push(problemOf(error, headingOf('unit')));
  }
  try {
    const photo = await newPhoto(deps, row.photo, official);
    return { problems, ...(photo && { photo }) };
  } catch (error) {
    return { problems: [...problems, problemOf(error, headingOf('photo'))] };
  }
}

/** Any refusal is of this row alone; outages and bugs end the import. */
function problemOf(error: unknown, column?: string): RowProblem<string> {
  if (!(error instanceof Refusal)) throw error;
  return { code: error.code, ...(column !== undefined && { column }), facts: error.facts };
}

/** The photo that the row names, unless it is the one that `official` has already. */
async function newPhoto(deps: ImportDeps, name: string | undefined, official?: Official): Promise<Photo | undefined> {
  if (name === undefined) return undefined;
  if (!deps.photoFolder) throw new Refusal<DirectoryCode>('directory/photo-missing', 'the list came without photos');
  const bytes = await deps.photoFolder(name);
  const known = official?.photo?.sourceSha256;
  if (known && equal(known, deps.primitives.digest('SHA-256', bytes))) return undefined;
  return deps.readPhoto(bytes);
}

async function enterAgain(
  deps: ImportDeps,
  by: ActBy,
  { checkOnly, update }: ImportOptions,
  row: OfficialRow,
  { record: official }: Versioned<Official>,
  photo?: Photo,
): Promise<Entered> {
  const changes = differences(row, official, update);
  const different = [...Object.keys(changes), ...(photo ? ['photo'] : [])];
  const { id } = official;
  const lack = photo || official.photo ? {} : LACKS_PHOTO;
  if (different.length === 0) return { outcome: 'unchanged', official: id, ...lack, problems: [] };
  if (!update) {
    const facts = { official: id, different: different.join(', ') };
    return { ...refused({ code: 'directory/row-differs', facts }), official: id };
  }
  if (!checkOnly) await changeOfficial(deps, { id, changes, ...(photo && { photo }), by });
  return { outcome: 'changed', official: id, changed: different, ...lack, problems: [] };
}

/**
 * What the row states otherwise than the record. Accents and capitals of name and post are corrected by an update, and no
 * difference by themselves: the same list comes in many spellings.
 */
function differences(row: OfficialRow, official: Official, update = false): Partial<OfficialInput> {
  const before = inputOf(official);
  const after = inputOf(officialFields(row.input));
  const changed = [...row.stated].filter((field: OfficialField) => {
    const isSpelling = field === 'name' || field === 'post' || field === 'unit';
    return (!isSpelling || update) && JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  });
  return Object.fromEntries(changed.map((field) => [field, row.input[field]]));
}
