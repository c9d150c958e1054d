import { RESULTS, WHY_NOT } from '../../texts/es/log.ts';
import type { EntryView } from '../staff/log-entries.ts';
import { actWords, personWords, timeWords } from './log-words.ts';

/** So that spreadsheets take it for UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A cell of RFC 4180. What a spreadsheet would take for a formula (OWASP: CSV injection) begins with an apostrophe, also behind blanks,
 * and in full-width signs.
 */
export function csvCell(value: string): string {
  const text = value.replaceAll('\0', '');
  const safe = /^[\s\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

export const LOG_HEADINGS: readonly string[] = [
  ...['Asiento', 'Acto', 'Fecha y hora', 'Resultado', 'Por qué no', 'Quién', 'Folio', 'Unidad', 'Persona (clave)'],
  ...['De qué es', 'Clave', 'Se refiere al asiento', 'Nombre del acto'],
];

export function logLine(act: EntryView): string {
  const { index, action = '', result, why, by, about, ref } = act;
  return csvLine([
    ...[String(index), actWords(act), timeWords(act), RESULTS[result].short, why ? WHY_NOT[why] : ''],
    ...[by.map(personWords).join('; '), about.folio ?? '', about.unit ?? '', about.official ?? ''],
    ...[about.noun ?? '', about.key ?? '', ref === undefined ? '' : String(ref), action],
  ]);
}

/** A table as it is sent, page by page: `pages` is asked for the next one when the last was taken. */
export function csvStream(pages: AsyncIterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      if (isFirst) {
        isFirst = false;
        return controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine(LOG_HEADINGS)));
      }
      const next = await pages.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await pages.return?.();
    },
  });
}
