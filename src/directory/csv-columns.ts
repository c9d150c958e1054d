import { Refusal } from '../core/refusal.ts';
import type { DirectoryCode } from './code.ts';
import { CSV_LIMITS, CsvReader } from './csv.ts';
import type { OfficialInput } from './fields.ts';
import { foldText } from './text.ts';

/** What a column of an office's list may hold. */
export type CsvColumn =
  Exclude<keyof OfficialInput, 'legalGround'> | 'legalGround' | 'firstSurname' | 'secondSurname' | 'photo';

/**
 * Headers as offices write them, folded (`foldText`): the short ones of our template, those of the transparency
 * platform (SIPOT, art. 121 fr. VIII), and what we saw beside them.
 */
const HEADERS: Readonly<Record<CsvColumn, readonly string[]>> = {
  name: ['nombre', 'nombre completo', 'nombres', 'nombre s', 'funcionario', 'funcionaria', 'servidor publico', 'persona servidora publica', 'nombre de la persona servidora publica', 'nombre del servidor publico', 'nombre de la persona servidora publica s', 'name'], // prettier-ignore
  firstSurname: ['primer apellido', 'primer apellido de la persona servidora publica', 'apellido paterno', 'paterno', 'apellidos'], // prettier-ignore
  secondSurname: ['segundo apellido', 'segundo apellido de la persona servidora publica', 'apellido materno', 'materno'], // prettier-ignore
  post: ['cargo', 'puesto', 'nombramiento', 'cargo o nombramiento', 'denominacion del cargo', 'denominacion del puesto', 'cargo o puesto', 'post'], // prettier-ignore
  unit: ['unidad', 'clave de unidad', 'unidad administrativa', 'area', 'area de adscripcion', 'area o unidad administrativa de adscripcion', 'adscripcion', 'clave de la unidad', 'unit'], // prettier-ignore
  powers: ['atribuciones', 'atribucion', 'facultades', 'funciones', 'powers'],
  mayAsk: ['puede pedir', 'puede solicitar', 'pide', 'puede pedirle', 'puede pedirte', 'may ask'],
  neverAsks: ['nunca pide', 'no puede pedir', 'nunca puede pedir', 'no pide', 'never asks'],
  validFrom: ['desde', 'fecha de alta', 'fecha de alta en el cargo', 'alta', 'inicio', 'fecha de inicio', 'vigente desde', 'vigencia desde', 'valido desde', 'from'], // prettier-ignore
  validUntil: ['hasta', 'termino', 'fin', 'fecha de termino', 'fecha de fin', 'vigente hasta', 'vigencia', 'vigencia hasta', 'valido hasta', 'until'], // prettier-ignore
  publication: ['publicacion', 'publicidad', 'estado de publicacion', 'publico o reservado', 'publication'],
  legalGround: ['fundamento', 'fundamento de la reserva', 'fundamento legal', 'motivo de la reserva', 'legal ground'],
  photo: ['foto', 'fotografia', 'archivo de foto', 'imagen', 'photo'],
  phone: ['telefono', 'telefono oficial', 'numero de telefono', 'numero s de telefono oficial y extension', 'tel', 'phone'], // prettier-ignore
  mail: ['correo', 'correo electronico', 'correo oficial', 'correo electronico oficial', 'email', 'e mail', 'mail'],
};

const COLUMN_OF: ReadonlyMap<string, CsvColumn> = new Map(
  (Object.entries(HEADERS) as [CsvColumn, readonly string[]][]).flatMap(([column, names]) =>
    names.map((name) => [name, column] as const),
  ),
);

/** Whether this stands over a column of an office's list, and is nobody's datum. */
export function isHeading(cell: string): boolean {
  return COLUMN_OF.has(foldText(cell));
}

/** Without these no row says who, as what, where and since when. */
const REQUIRED: readonly CsvColumn[] = ['name', 'post', 'unit', 'powers', 'validFrom'];

/** A column of the file: as headed there, with what it is taken for. */
export interface CsvHeading {
  readonly heading: string;
  /** Absent: not used, and said so in the report. */
  readonly column?: CsvColumn;
}

export interface CsvTable {
  readonly delimiter: ',' | ';' | '\t';
  /** The line of the header. */
  readonly line: number;
  readonly headings: readonly CsvHeading[];
  /** Stands below the header. */
  readonly reader: CsvReader;
}

/** Offices put titles above the header: it is looked for in so many records. */
export const HEADER_WITHIN = 12;

/**
 * Finds the delimiter and the header: the ones under which most columns are recognised.
 * @throws Refusal 'directory/csv-no-header', 'directory/csv-column-missing', 'directory/csv-column-repeated'
 */
export function openTable(text: string): CsvTable {
  let best: (CsvTable & { readonly known: number }) | undefined;
  for (const delimiter of [';', ',', '\t'] as const) {
    const reader = new CsvReader(text, delimiter);
    for (let i = 0; i < HEADER_WITHIN; i++) {
      const record = reader.next();
      if (!record) break;
      if (!('cells' in record) || record.cells.length > CSV_LIMITS.columns) continue;
      const headings = record.cells.map(headingOf);
      const known = headings.filter(({ column }) => column !== undefined).length;
      if (known < 2 || (best && best.known >= known)) continue;
      // Each header candidate keeps a reader of its own, which stands right below it.
      best = { delimiter, line: record.line, headings, reader: reader.fork(), known };
    }
  }
  if (!best) {
    throw new Refusal<DirectoryCode>('directory/csv-no-header', 'no line names the columns', { within: HEADER_WITHIN });
  }
  const { delimiter, line, headings, reader } = best;
  for (const column of REQUIRED) {
    if (!headings.some((heading) => heading.column === column)) {
      const facts = { line, column: HEADERS[column][0]! };
      throw new Refusal<DirectoryCode>('directory/csv-column-missing', `no column ${facts.column}`, facts);
    }
  }
  const seen = new Set<CsvColumn>();
  for (const { heading, column } of headings) {
    if (column === undefined) continue;
    if (seen.has(column)) {
      throw new Refusal<DirectoryCode>('directory/csv-column-repeated', 'two columns mean the same', {
        line,
        column: heading,
      });
    }
    seen.add(column);
  }
  reader.columns = headings.length;
  return { delimiter, line, headings, reader };
}

function headingOf(cell: string): CsvHeading {
  const heading = cell
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 80);
  const column = COLUMN_OF.get(foldText(heading));
  return { heading, ...(column && { column }) };
}
