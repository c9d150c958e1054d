import { dirname, extname, join, basename, resolve } from 'node:path';
import { CsvReader, decodeCsv } from '../src/directory/csv.ts';
import { Refusal } from '../src/core/refusal.ts';
import type { DirectoryCode } from '../src/directory/code.ts';
import { foldText } from '../src/directory/text.ts';
import type { EntryCode } from '../src/texts/code.ts';
import { readOrder, type FieldNames, type LetterOrder } from './letter-order.ts';
import { typedDay } from './typed-day.ts';

/** Headings as offices write them, folded: no accents, small letters. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  input: ['archivo', 'pdf', 'documento', 'file'],
  signer: ['firmante', 'firma', 'signer'],
  type: ['tipo', 'type'],
  amount: ['monto', 'importe', 'cantidad', 'amount'],
  subject: ['asunto', 'subject'],
  folio: ['folio'],
  expires: ['vence', 'vigencia', 'expires'],
};

/** A letter of the list, or why its line cannot be read. */
export type ListedLetter =
  | { readonly line: number; readonly order: LetterOrder }
  /** `input`: the file that the line names, where it could be read. */
  | { readonly line: number; readonly fault: Refusal; readonly input?: string };

type Columns = Readonly<Partial<Record<string, number>>>;

interface OpenList {
  readonly reader: CsvReader;
  readonly at: Columns;
  /** Each column as the list itself calls it. */
  readonly names: FieldNames;
  /** Headings of which nothing is read. */
  readonly unusedColumns: readonly string[];
}

/** The delimiter under which most headings are known; the reader then stands below them. */
function openList(text: string): OpenList {
  const candidates = ([';', ',', '\t'] as const).map((delimiter) => {
    const reader = new CsvReader(text, delimiter);
    const first = reader.next();
    const headings = first && 'cells' in first ? first.cells : [];
    const at: Record<string, number> = {};
    for (const [field, names] of Object.entries(COLUMNS)) {
      const index = headings.findIndex((heading) => names.includes(foldText(heading)));
      if (index >= 0) at[field] = index;
    }
    const name = (field: keyof FieldNames): string => headings[at[field] ?? -1]?.trim() ?? COLUMNS[field]![0]!;
    const [type, amount, subject] = [name('type'), name('amount'), name('subject')];
    const used = Object.values(at);
    const unusedColumns = headings.filter((heading, index) => heading.trim() !== '' && !used.includes(index));
    const names = { type, amount, subject, folio: name('folio'), expires: name('expires') };
    return { reader, at, names, unusedColumns };
  });
  return candidates.toSorted((a, b) => Object.keys(b.at).length - Object.keys(a.at).length)[0]!;
}

/**
 * The letters of a CSV list (`docs/es/oficios.md`): files relative to the list, the signed ones in `outDir`
 * under the same names.
 * @throws Refusal `oficio/list-column-missing`, and those of the CSV reader
 */
export function readLetterList(
  csv: Uint8Array,
  options: { readonly listPath: string; readonly outDir: string; readonly signer?: string },
): { readonly letters: readonly ListedLetter[]; readonly unusedColumns: readonly string[] } {
  const { reader, at, names, unusedColumns } = openList(decodeCsv(csv).text);
  for (const needed of ['input', 'type', 'amount', 'subject', ...(options.signer === undefined ? ['signer'] : [])]) {
    if (at[needed] === undefined) {
      throw new Refusal<EntryCode>('oficio/list-column-missing', `no column ${needed}`, {
        column: COLUMNS[needed]![0]!,
      });
    }
  }
  const letters: ListedLetter[] = [];
  /** The line on which each output stood first. */
  const outputs = new Map<string, number>();
  for (let record = reader.next(); record; record = reader.next()) {
    if (!('cells' in record)) {
      const fault = new Refusal<DirectoryCode>(record.code, 'a line that cannot be read', { line: record.line });
      letters.push({ line: record.line, fault });
      continue;
    }
    const { cells } = record;
    if (cells.every((text) => text.trim() === '')) continue;
    const cell = (field: string): string => cells[at[field] ?? -1]?.trim() ?? '';
    const input = resolve(dirname(options.listPath), cell('input'));
    const output = join(options.outDir, `${basename(input, extname(input))}-firmado.pdf`);
    const expires = cell('expires');
    const order: LetterOrder = {
      input,
      output,
      signer: cell('signer') || options.signer || '',
      type: cell('type').toLowerCase(),
      amount: cell('amount'),
      subject: cell('subject'),
      ...(cell('folio') && { folio: cell('folio') }),
      ...(expires && { expires: typedDay(expires) ?? expires }),
    };
    const firstLine = outputs.get(output);
    const fault = faultOf(order, names, firstLine);
    if (firstLine === undefined) outputs.set(output, record.line);
    letters.push(fault ? { line: record.line, input, fault } : { line: record.line, order });
  }
  return { letters, unusedColumns };
}

/** Why a line is refused: what is wrong with itself goes before that its output stands on an earlier line. */
function faultOf(order: LetterOrder, names: FieldNames, firstLine: number | undefined): Refusal | undefined {
  try {
    readOrder(order, names);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  if (firstLine === undefined) return undefined;
  const facts = { path: order.output, firstLine };
  return new Refusal<EntryCode>('oficio/list-output-repeated', 'an earlier line has this output', facts);
}
