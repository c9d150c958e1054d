import type { Facts } from '../core/refusal.ts';
import type { DirectoryCode } from './code.ts';
import type { CsvRecord } from './csv.ts';
import type { CsvColumn, CsvHeading } from './csv-columns.ts';
import { readFields, type OfficialField, type OfficialInput } from './fields.ts';
import { identityOf } from './official.ts';
import { foldText, holdsPersonalKey } from './text.ts';
import type { Unit, UnitCode } from './unit.ts';

/** One thing wrong with one row, for the person who made the list. */
export interface RowProblem<Code extends string = DirectoryCode> {
  readonly code: Code;
  /** The heading as it stands in the file; absent when the row as a whole is meant. */
  readonly column?: string;
  /** Limits and places, never the value: a report travels by mail. */
  readonly facts: Facts;
}

/** A row that says something, in the words of the directory. */
export interface OfficialRow {
  readonly input: OfficialInput;
  /** The fields that the file has a column for: it says nothing of the others. */
  readonly stated: ReadonlySet<OfficialField>;
  readonly identity: string;
  /** The file of the photo, beside the CSV. */
  readonly photo?: string;
}

/** A row that cannot be entered: all that its cells show to be wrong, and what is still to be looked for. */
export interface BrokenRow {
  readonly problems: readonly RowProblem[];
  readonly unit: string;
  readonly photo?: string;
}

/** The code of each name, folded, or nothing where several units have it: for lists that spell a unit's name out. */
export type UnitNames = ReadonlyMap<string, UnitCode | undefined>;

export function unitNames(units: readonly Unit[]): UnitNames {
  const codes = new Map<string, UnitCode | undefined>();
  for (const { name, code } of units) {
    const folded = foldText(name);
    codes.set(folded, codes.has(folded) ? undefined : code);
  }
  return codes;
}

const BULLET = /^(?:[•·*–-]|\d{1,2}[.)])\s+/u;

/** One item a line or between bars; bullets and numbers in front are dropped. */
function listOf(cell: string): readonly string[] {
  return cell
    .split(/[|\n]/)
    .map((item) => item.trim().replace(BULLET, '').trim())
    .filter((item) => item !== '');
}

/** dd/mm/aaaa or aaaa-mm-dd (with the midnight that Excel adds) as `YYYY-MM-DD`; anything else as it stands. */
export function isoDay(cell: string): string {
  const text = cell.trim().replace(/ 0?0:00(?::00)?$/, '');
  const match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  return match ? `${match[3]}-${match[2]!.padStart(2, '0')}-${match[1]!.padStart(2, '0')}` : text;
}

const PUBLIC = new Set(['publico', 'publica', 'publicado', 'publicada', 'publicar', 'public']);
const RESERVED = new Set(['reservado', 'reservada', 'reserva', 'reserved']);

function publicationOf(cell: string): string {
  const word = foldText(cell);
  if (word === '' || PUBLIC.has(word)) return 'public';
  // An unknown word is refused by the field: guessing could publish a protected person.
  return RESERVED.has(word) ? 'reserved' : 'unknown';
}

/** The official that `record` describes, or everything that is wrong with the row; units by code or by name. */
export function readRow(record: CsvRecord, headings: readonly CsvHeading[], units: UnitNames): OfficialRow | BrokenRow {
  const problems: RowProblem[] = [];
  const cells = new Map<CsvColumn, string>();
  const headingOf = new Map<string, string>();
  record.cells.forEach((cell, i) => {
    const { heading, column } = headings[i] ?? { heading: `${i + 1}` };
    if (holdsPersonalKey(cell)) problems.push({ code: 'directory/personal-key', column: heading, facts: {} });
    if (column === undefined) return;
    cells.set(column, cell);
    headingOf.set(column, heading);
  });
  if (record.cells.slice(headings.length).some((cell) => cell.trim() !== '')) {
    const facts = { max: headings.length, found: record.cells.length };
    problems.push({ code: 'directory/csv-extra-cells', facts });
  }

  const cell = (column: CsvColumn): string => cells.get(column)?.trim() ?? '';
  const input: OfficialInput = {
    name: [cell('name'), cell('firstSurname'), cell('secondSurname')].filter((part) => part !== '').join(' '),
    post: cell('post'),
    unit: units.get(foldText(cell('unit'))) ?? cell('unit'),
    powers: listOf(cell('powers')),
    mayAsk: listOf(cell('mayAsk')),
    neverAsks: listOf(cell('neverAsks')),
    validFrom: isoDay(cell('validFrom')),
    validUntil: isoDay(cell('validUntil')),
    publication: publicationOf(cell('publication')),
    legalGround: cell('legalGround'),
    phone: cell('phone'),
    mail: cell('mail'),
  };
  const read = readFields(input);
  if ('problems' in read) {
    for (const { field, code, facts } of read.problems) {
      // Said already, of the very cell.
      if (code === 'directory/personal-key') continue;
      // A name, not a code: what is wrong with it is that no unit has it.
      if (code === 'directory/unit-code-malformed' && /\s/.test(input.unit) && !units.has(foldText(input.unit))) {
        problems.push({
          code: 'directory/unit-unknown',
          column: headingOf.get(field) ?? field,
          facts: { unit: input.unit },
        });
        continue;
      }
      problems.push({ code, column: headingOf.get(field) ?? field, facts });
    }
  }
  const photo = cell('photo');
  if (problems.length > 0 || 'problems' in read) {
    return { problems, unit: input.unit, ...(photo !== '' && { photo }) };
  }

  const stated = new Set(headings.flatMap(({ column }) => (column !== undefined && column in input ? [column] : [])));
  return {
    input,
    stated: stated as ReadonlySet<string> as ReadonlySet<OfficialField>,
    identity: identityOf(read.fields),
    ...(photo !== '' && { photo }),
  };
}
