import { Refusal } from '../core/refusal.ts';
import type { DirectoryCode } from './code.ts';
import type { CsvFault, CsvRecord } from './csv.ts';
import type { CsvTable } from './csv-columns.ts';
import { foldText } from './text.ts';

/** How words begin by which a heading may tell who is not to be shown, folded. */
const SPEAKS = /\b(?:reserv|proteg|protec|public|confiden|priva)/;

/** Folded words in which the public is no audience, and the one of the transparency platform that names who publishes. */
const HARMLESS =
  /\b(?:servidor(?:a|es|as)?|servicios?|funcion(?:es)?|obras?|seguridad|administracion|sector|via) public(?:o|a|os|as)\b|\bgenera n posee n publica n\b/g;

/** A cell that says of a whole person that they are not to be shown, and nothing else. */
const RESERVES =
  /^(?:(?:si|es|esta|datos?|informacion|identidad|persona|personal|registro|nombre|caracter|de|la|con) )*(?:reserva|reservad[oa]s?|reserved|protegid[oa]s?|protected|confidencial(?:es)?|confidential|privad[oa]s?|private|no public(?:o|a|ar|ado|ada|able)|not public)$/;

/**
 * A column that we do not know may be the one that tells who is reserved, and everybody in the list would be published.
 * @throws Refusal `directory/csv-reserve-unclear` when an unused column speaks of it, in its heading or in a cell
 */
export function refuseUnclearReserve(
  { headings, line: headerLine }: CsvTable,
  records: readonly (CsvRecord | CsvFault)[],
): void {
  const refuse = (line: number, at: number): never => {
    const facts = { line, column: headings[at]!.heading || `${at + 1}` };
    throw new Refusal<DirectoryCode>('directory/csv-reserve-unclear', `column ${facts.column} is not used`, facts);
  };
  const unused = headings.flatMap(({ column }, at) => (column === undefined ? [at] : []));
  for (const at of unused) {
    if (SPEAKS.test(foldText(headings[at]!.heading).replaceAll(HARMLESS, ''))) refuse(headerLine, at);
  }
  for (const record of records) {
    if (!('cells' in record)) continue;
    for (const at of unused) if (RESERVES.test(foldText(record.cells[at] ?? ''))) refuse(record.line, at);
  }
}
