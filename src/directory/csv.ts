import { Refusal } from '../core/refusal.ts';
import type { DirectoryCode } from './code.ts';
import { otherCodePageAt } from './text.ts';

export const CSV_LIMITS = {
  bytes: 20_000_000,
  /** Rows below the header, the broken ones included. */
  rows: 20_000,
  /** Characters of one cell (UTF-16 units). */
  cell: 4_096,
  columns: 64,
} as const;

export type CsvEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'mixed';

/** One record and the line that it starts on, counted from 1 as an editor counts. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A line that could not be read as a record; reading went on with the next line. */
export interface CsvFault {
  readonly line: number;
  readonly code: 'directory/csv-quote' | 'directory/csv-cell-too-long';
}

function refuse(code: DirectoryCode, message: string, facts = {}): never {
  throw new Refusal<DirectoryCode>(code, message, facts);
}

function startsWith(bytes: Uint8Array, ...head: readonly number[]): boolean {
  return head.every((byte, i) => bytes[i] === byte);
}

/**
 * The text of a file that an office made: UTF-8, Windows-1252, a mixture of both (files joined by hand), or what Excel
 * calls "Unicode text".
 * @throws Refusal 'directory/csv-too-large', 'directory/csv-is-spreadsheet', 'directory/csv-not-text',
 *   'directory/csv-empty'; 'directory/text-garbled' (fact `line`) for another encoding
 */
export function decodeCsv(bytes: Uint8Array): { readonly text: string; readonly encoding: CsvEncoding } {
  const { length } = bytes;
  if (length > CSV_LIMITS.bytes) {
    refuse('directory/csv-too-large', `the file has ${length} bytes`, { max: CSV_LIMITS.bytes, found: length });
  }
  // A zip (xlsx, ods) or an OLE file (xls) under the wrong name.
  if (startsWith(bytes, 0x50, 0x4b, 3, 4) || startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    refuse('directory/csv-is-spreadsheet', 'a spreadsheet, expected CSV');
  }
  const read = decodeText(bytes);
  if (read.text.includes('\0')) refuse('directory/csv-not-text', 'the file holds NUL characters');
  if (read.encoding === 'windows-1252') refuseOtherCodePage(read.text);
  if (read.text.trim() === '') refuse('directory/csv-empty', 'the file holds no text');
  return read;
}

/** Excel's "CSV (MS-DOS)" and old Macs: a row without such a letter would be entered with a wrong one. */
function refuseOtherCodePage(text: string): void {
  const at = otherCodePageAt(text);
  if (at < 0) return;
  const line = text.slice(0, at).split(/\r\n|\r|\n/).length;
  refuse('directory/text-garbled', `line ${line} is in no encoding that we read`, { line });
}

function decodeText(bytes: Uint8Array): { text: string; encoding: CsvEncoding } {
  if (startsWith(bytes, 0xff, 0xfe)) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' };
  // Drops a byte order mark.
  const strict = new TextDecoder('utf-8', { fatal: true });
  try {
    return { text: strict.decode(bytes), encoding: 'utf-8' };
  } catch {
    return decodeLines(bytes, strict);
  }
}

/**
 * Line by line, since one line in another encoding must not garble the accents of all others. Text in Windows-1252
 * that happens to be well-formed UTF-8 is not Spanish.
 */
function decodeLines(bytes: Uint8Array, strict: TextDecoder): { text: string; encoding: CsvEncoding } {
  const legacy = new TextDecoder('windows-1252');
  const lines: string[] = [];
  let mixed = false;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    start = end;
    if (lines.length > 20 * CSV_LIMITS.rows) {
      refuse('directory/csv-too-many-rows', 'too many lines', { max: CSV_LIMITS.rows });
    }
    if (line.every((byte) => byte < 0x80)) {
      lines.push(legacy.decode(line));
      continue;
    }
    try {
      lines.push(strict.decode(line));
      mixed = true;
    } catch {
      lines.push(legacy.decode(line));
    }
  }
  return { text: lines.join(''), encoding: mixed ? 'mixed' : 'windows-1252' };
}

/** A quoted cell longer than this has lost its closing quote: looking further would read the whole file for each row. */
const MAX_QUOTED = 65_536;

/**
 * RFC 4180 as offices write it: any line ends, spaces around quotes, a quote in the middle of a bare cell as it stands.
 * An opening quote that is never closed would swallow all rows to the end of the file (or to the next quote): it is
 * reported with its line, and reading goes on with the line below. Blank lines are left out.
 */
export class CsvReader {
  readonly #text: string;
  readonly #delimiter: string;
  #at = 0;
  #line = 1;
  /** Cells of a whole row, once the header told: a line of that many inside quotes is a row that was swallowed. */
  columns = 0;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
  }

  /** Another reader that stands where this one stands. */
  fork(): CsvReader {
    const copy = new CsvReader(this.#text, this.#delimiter);
    copy.#at = this.#at;
    copy.#line = this.#line;
    return copy;
  }

  /** The next record or fault; `undefined` at the end. */
  next(): CsvRecord | CsvFault | undefined {
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === '\n' || this.#text[this.#at] === '\r') {
        this.#newline();
        continue;
      }
      const read = this.#record();
      if (!('cells' in read) || read.cells.some((cell) => cell.trim() !== '')) return read;
    }
    return undefined;
  }

  #record(): CsvRecord | CsvFault {
    const start = this.#at;
    const line = this.#line;
    const cells: string[] = [];
    let tooLong = false;
    for (;;) {
      const cell = this.#quoted() ?? this.#bare();
      if (cell === 'broken') {
        // Back to the line below the one that the record started on.
        this.#at = start;
        this.#line = line;
        this.#bareLine();
        return { line, code: 'directory/csv-quote' };
      }
      tooLong ||= cell.text.length > CSV_LIMITS.cell;
      // Enough to see that there are too many, without keeping a million of them.
      if (cells.length <= CSV_LIMITS.columns) cells.push(cell.text);
      if (this.#text[this.#at] !== this.#delimiter) break;
      this.#at++;
    }
    this.#newline();
    return tooLong ? { line, code: 'directory/csv-cell-too-long' } : { line, cells };
  }

  #lineEnd(from: number): number {
    const end = /[\r\n]/g;
    end.lastIndex = from;
    return end.exec(this.#text)?.index ?? this.#text.length;
  }

  #newline(): void {
    if (this.#at >= this.#text.length) return;
    this.#at += this.#text.startsWith('\r\n', this.#at) ? 2 : 1;
    this.#line++;
  }

  #bareLine(): void {
    this.#at = this.#lineEnd(this.#at);
    this.#newline();
  }

  #bare(): { text: string } {
    const start = this.#at;
    const text = this.#text;
    let end = start;
    while (end < text.length && text[end] !== this.#delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
    this.#at = end;
    return { text: text.slice(start, end) };
  }

  #skipSpaces(from: number): number {
    let at = from;
    while (this.#text[at] === ' ' || (this.#text[at] === '\t' && this.#delimiter !== '\t')) at++;
    return at;
  }

  /** A quoted cell; `undefined` when the cell does not start with a quote. */
  #quoted(): { text: string } | 'broken' | undefined {
    const text = this.#text;
    const open = this.#skipSpaces(this.#at);
    if (text[open] !== '"') return undefined;
    let close = open + 1;
    for (; ; close += 2) {
      close = text.indexOf('"', close);
      if (close < 0 || close - open > MAX_QUOTED) return 'broken';
      if (text[close + 1] !== '"') break;
    }
    const after = this.#skipSpaces(close + 1);
    const next = text[after];
    if (next !== undefined && next !== this.#delimiter && next !== '\n' && next !== '\r') return 'broken';
    const lines = text.slice(open + 1, close).split(/\r\n|\n|\r/);
    if (this.#swallowedRow(lines)) return 'broken';
    this.#at = after;
    this.#line += lines.length - 1;
    return { text: lines.join('\n').replaceAll('""', '"') };
  }

  #swallowedRow(lines: readonly string[]): boolean {
    if (this.columns < 3) return false;
    // The first and the last line belong to the rows around the cell.
    return lines.slice(1, -1).some((line) => line.split(this.#delimiter).length === this.columns);
  }
}
