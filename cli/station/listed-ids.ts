import { Refusal, type Outage } from '../../src/core/refusal.ts';
import { CSV_LIMITS, CsvReader, decodeCsv, type CsvFault, type CsvRecord } from '../../src/directory/csv.ts';
import type { DirectoryCode } from '../../src/directory/code.ts';
import { HEADER_WITHIN, isHeading } from '../../src/directory/csv-columns.ts';
import { parseOfficialId, type OfficialId } from '../../src/directory/official.ts';
import { foldText } from '../../src/directory/text.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import type { ApiProblem } from '../client.ts';

/** Headings of the column of ids, folded: where two such columns hold as many, the one named first here is it. */
const COLUMN = ['clave', 'clave de la persona', 'clave del funcionario', 'clave de la funcionaria', 'clave oficial', 'official', 'official id', 'id']; // prettier-ignore
/** So many make a line the headings of a table: what stands below is no title. */
const HEADINGS = 2;
/** Of what stands where an id should. */
const MOST_TYPED = 40;

/** A line of the list that names nobody. */
export interface ListFault {
  readonly line: number;
  /** What stands in the column of ids; empty where the line cannot be read. */
  readonly typed: string;
  readonly error: Refusal | Outage | ApiProblem;
}

export interface ListedId {
  readonly line: number;
  readonly id: OfficialId;
  /** As it stands in the list: `id` has digits for letters that look like them. */
  readonly typed: string;
}

export interface ListedIds {
  readonly ids: readonly ListedId[];
  readonly faults: readonly ListFault[];
  /** Words, dates and numbers above the headings that may be an id: only the directory tells. */
  readonly titles: readonly ListedId[];
}

/**
 * The ids of a CSV list. Their column is the one headed `clave`, with titles above or without; of several such headings the
 * one with most ids below. Where there are no headings at all, it is the column with most ids of those in whose first line
 * one stands. No id is passed over: what stands above the headings is told too.
 * @throws Refusal `card/list-column-missing`, `card/list-empty`, `directory/csv-too-many-rows`, and those of the CSV reader
 */
export function readIds(csv: Uint8Array): ListedIds {
  const { lines, below, column } = columnOfIds(decodeCsv(csv).text);
  const ids: ListedId[] = [];
  const faults: ListFault[] = [];
  const seen = new Set<OfficialId>();
  for (const record of lines.slice(below)) {
    const { line } = record;
    if (!('cells' in record)) {
      faults.push(unreadable(record));
      continue;
    }
    const typed = record.cells[column]?.trim() ?? '';
    if (typed === '') {
      if (record.cells.some((cell) => cell.trim() !== '')) faults.push({ line, typed, error: idMissing(line) });
      continue;
    }
    const id = parseOfficialId(typed);
    if (id === undefined) faults.push({ line, typed: typed.slice(0, MOST_TYPED), error: unknownId(typed) });
    // Twice in a list is one person all the same.
    else if (!seen.has(id)) ids.push({ line, id, typed });
    if (id !== undefined) seen.add(id);
  }
  const above = lines.slice(0, below);
  const passed = above.flatMap(idsIn).filter(({ id }) => !seen.has(id));
  faults.unshift(
    ...above.flatMap((line) => ('cells' in line ? [] : [unreadable(line)])),
    ...passed.filter(({ typed }) => !isWords(typed)).map(aboveHeadings),
  );
  if (ids.length + faults.length === 0) throw new Refusal<EntryCode>('card/list-empty', 'no id below the headings');
  return { ids, faults, titles: passed.filter(({ typed }) => isWords(typed)) };
}

/** Of an id that stands where titles do: it may be of whoever made the list, or of somebody who is to get a card. */
export function aboveHeadings({ line, typed }: ListedId): ListFault {
  return { line, typed, error: new Refusal<EntryCode>('card/list-id-above', 'an id above the headings', { line }) };
}

/** Of an id that nobody has, as it was typed. */
export function unknownId(typed: string): Refusal<DirectoryCode> {
  const facts = { official: typed.slice(0, MOST_TYPED) };
  return new Refusal<DirectoryCode>('directory/official-unknown', 'not the id of an official', facts);
}

function idMissing(line: number): Refusal<EntryCode> {
  return new Refusal<EntryCode>('card/list-id-missing', 'a line without an id', { line });
}

function unreadable({ line, code }: CsvFault): ListFault {
  return { line, typed: '', error: new Refusal<DirectoryCode>(code, 'a line that cannot be read', { line }) };
}

type Line = CsvRecord | CsvFault;

interface IdColumn {
  readonly lines: readonly Line[];
  /** Index of the first line below the headings. */
  readonly below: number;
  readonly column: number;
}

function columnOfIds(text: string): IdColumn {
  const tables = ([';', ',', '\t'] as const).map((delimiter) => readLines(text, delimiter));
  const column = withMostIds(tables.flatMap(headedColumns)) ?? withMostIds(tables.flatMap(bareColumns));
  if (column) return column;
  throw new Refusal<EntryCode>('card/list-column-missing', 'no column of ids', { column: COLUMN[0]! });
}

function readLines(text: string, delimiter: ';' | ',' | '\t'): Line[] {
  const reader = new CsvReader(text, delimiter);
  const lines: Line[] = [];
  for (let line = reader.next(); line; line = reader.next()) {
    if (lines.length >= HEADER_WITHIN + CSV_LIMITS.rows) {
      const facts = { max: CSV_LIMITS.rows };
      throw new Refusal<DirectoryCode>(
        'directory/csv-too-many-rows',
        'more lines than any institution has people',
        facts,
      );
    }
    lines.push(
      'cells' in line && line.cells.some(isSwallowing) ? { line: line.line, code: 'directory/csv-quote' } : line,
    );
  }
  return lines;
}

/** A quote that was left open takes the lines up to the next one into its cell, and those who stand there. */
function isSwallowing(cell: string): boolean {
  return cell.includes('\n') && cell.split(/[;,\t\n]/).some(isBareId);
}

function headedColumns(lines: readonly Line[]): IdColumn[] {
  const found: IdColumn[] = [];
  for (const [at, line] of lines.slice(0, HEADER_WITHIN).entries()) {
    if (!('cells' in line)) continue;
    const headed = line.cells
      .map((cell, column) => ({ column, rank: COLUMN.indexOf(foldText(cell)) }))
      .filter(({ rank }) => rank >= 0)
      .toSorted((a, b) => a.rank - b.rank);
    found.push(...headed.map(({ column }) => ({ lines, below: at + 1, column })));
    // A column of ids further down is another table's: people of this one would vanish.
    if (isHeadings(line.cells) || isWithoutIds(line.cells)) break;
  }
  return found;
}

function bareColumns(lines: readonly Line[]): IdColumn[] {
  const [first] = lines;
  if (!first || !('cells' in first)) return [];
  if (lines.slice(0, HEADER_WITHIN).some((line) => 'cells' in line && isWithoutIds(line.cells))) return [];
  return first.cells.flatMap((cell, column) => (isBareId(cell) ? [{ lines, below: 0, column }] : []));
}

function isHeadings(cells: readonly string[]): boolean {
  return cells.filter((cell) => isHeading(cell) || isColumn(cell)).length >= HEADINGS;
}

/** What stands in cells, whatever the delimiter of their line is: titles may have another one than the list. */
function partsOf(cells: readonly string[]): string[] {
  return cells.flatMap((cell) => cell.split(/[;,\t]/));
}

/** Headings of a table that has no ids. */
function isWithoutIds(cells: readonly string[]): boolean {
  const parts = partsOf(cells);
  return isHeadings(parts) && !parts.some(isColumn);
}

function isColumn(cell: string): boolean {
  return COLUMN.includes(foldText(cell));
}

/** Ids that can be nothing else count first, as also numbers of employees and dates have the form of one. */
function withMostIds(columns: readonly IdColumn[]): IdColumn | undefined {
  const counted = columns.map((column) => {
    const cells = column.lines.slice(column.below).flatMap((line) => {
      const cell = 'cells' in line ? line.cells[column.column] : undefined;
      return cell !== undefined && isId(cell) ? [cell] : [];
    });
    return { column, possible: cells.length, sure: cells.filter((cell) => !isWords(cell)).length };
  });
  return counted.toSorted((a, b) => b.sure - a.sure || b.possible - a.possible)[0]?.column;
}

function idsIn(line: Line): ListedId[] {
  if (!('cells' in line)) return [];
  return partsOf(line.cells).flatMap((part) => {
    const typed = part.trim();
    const id = parseOfficialId(typed);
    return id === undefined ? [] : [{ line: line.line, id, typed }];
  });
}

function isId(cell: string): boolean {
  return parseOfficialId(cell.trim()) !== undefined;
}

/** Words, numbers and dates, of which some have the form of an id (`Tarjetas`, `Hoja 2026`, `2026-11-30`). */
function isWords(cell: string): boolean {
  return cell.split(/[\s-]+/).every((part) => /^(?:\p{L}*|\d*)$/u.test(part));
}

/** A word of eight letters is read as an id by these alone, which stand for digits. */
const WORD = /^[^0-9]*[ilo][^0-9]*$/i;

/** Where no heading says so, several words, names and dates are no id (`Ana Perez`, `Oficio 12`), nor is such a word. */
function isBareId(cell: string): boolean {
  const typed = cell.trim();
  return isId(typed) && !isHeading(typed) && !WORD.test(typed) && !(isWords(typed) && /[\s-]/.test(typed));
}
