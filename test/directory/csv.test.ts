import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '../../src/core/bytes.ts';
import { openTable } from '../../src/directory/csv-columns.ts';
import { isoDay } from '../../src/directory/csv-row.ts';
import { CSV_LIMITS, CsvReader, decodeCsv, type CsvFault, type CsvRecord } from '../../src/directory/csv.ts';
import { codeOf } from '../support/refuses.ts';
import { processorTime } from '../support/processor-time.ts';

function readAll(text: string, delimiter = ';', columns = 0): (CsvRecord | CsvFault)[] {
  const reader = new CsvReader(text, delimiter);
  reader.columns = columns;
  const out: (CsvRecord | CsvFault)[] = [];
  for (let record = reader.next(); record; record = reader.next()) out.push(record);
  return out;
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('decoding', () => {
  test('reads UTF-8 with and without a byte order mark', () => {
    expect(decodeCsv(utf8('Ñandú')).text).toBe('Ñandú');
    expect(decodeCsv(utf8('\ufeffÑandú'))).toEqual({ text: 'Ñandú', encoding: 'utf-8' });
  });

  test('reads Windows-1252, its own characters included', () => {
    const bytes = concat(latin1('Peña '), Uint8Array.of(0x93, 0x80, 0x94));
    expect(decodeCsv(bytes)).toEqual({ text: 'Peña “€”', encoding: 'windows-1252' });
  });

  test('reads files joined from both, so that one line does not garble the others', () => {
    const bytes = concat(utf8('María\n'), latin1('José\n'), utf8('Íñigo\n'));
    expect(decodeCsv(bytes)).toEqual({ text: 'María\nJosé\nÍñigo\n', encoding: 'mixed' });
  });

  test.each([
    ['Jos\x82 P\x82rez', 'CP850, é'],
    ['Mu\xa4oz', 'CP850, ñ'],
    ['MU\xa5OZ', 'CP850, Ñ'],
    ['Mar\xa1a', 'CP850, í'],
    ['G\x81era', 'CP850, ü'],
    ['Hern\x87ndez', 'Mac Roman, á'],
    ['JOS\x83', 'Mac Roman, É'],
  ])('refuses a file in another encoding than it takes: %j (%s)', (name) => {
    expect(codeOf(() => decodeCsv(latin1(`nombre\nAna\n${name};Inspector\n`)))).toBe('directory/text-garbled');
  });

  test('takes signs that stand apart as themselves', () => {
    for (const text of ['¡Alto! £ 500 – 10 ¢', 'Peña ‚así‘', 'Norte — Sur', 'O’Connor']) {
      expect(decodeCsv(utf8(text)).text).toBe(text);
    }
    const bytes = Uint8Array.from([0xa1, ...latin1('Alto! Peña '), 0x96, 0x20, 0xa3, 0x35]);
    expect(decodeCsv(bytes)).toEqual({ text: '¡Alto! Peña – £5', encoding: 'windows-1252' });
  });

  test('reads what Excel calls Unicode text', () => {
    const text = 'nombre\tcargo';
    const bytes = Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0), 0])]);
    expect(decodeCsv(bytes)).toEqual({ text, encoding: 'utf-16le' });
  });

  test.each([
    ['directory/csv-is-spreadsheet', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0)],
    ['directory/csv-is-spreadsheet', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0)],
    ['directory/csv-not-text', utf8('nombre;\0cargo')],
    ['directory/csv-empty', utf8('\ufeff \r\n ')],
    ['directory/csv-empty', new Uint8Array(0)],
    ['directory/csv-too-large', new Uint8Array(CSV_LIMITS.bytes + 1)],
  ])('refuses with %s', (code, bytes) => {
    expect(codeOf(() => decodeCsv(bytes))).toBe(code);
  });
});

describe('records', () => {
  test('read quoted cells with delimiters, quotes and line ends, whatever the line ends are', () => {
    for (const newline of ['\n', '\r\n', '\r']) {
      const text = `a;"b;""x""${newline}c";d${newline}${newline}e;f;g${newline}`;
      expect(readAll(text)).toEqual([
        { line: 1, cells: ['a', 'b;"x"\nc', 'd'] },
        { line: 4, cells: ['e', 'f', 'g'] },
      ]);
    }
  });

  test('keep a quote in the middle of a bare cell, and allow spaces around a quoted one', () => {
    expect(readAll('Juan "El Güero" Paz; "x" ;y')).toEqual([{ line: 1, cells: ['Juan "El Güero" Paz', 'x', 'y'] }]);
  });

  test('an opening quote that is never closed loses its own line only', () => {
    expect(readAll('a;"b;c\nd;e;f\ng;"h";i\n', ';', 3)).toEqual([
      { line: 1, code: 'directory/csv-quote' },
      { line: 2, cells: ['d', 'e', 'f'] },
      { line: 3, cells: ['g', 'h', 'i'] },
    ]);
  });

  test('a quote that is closed in a later row by mistake does not swallow the rows between', () => {
    expect(readAll('a;"b;c\nd;e;f\ng;h";i\nj;k;l', ';', 3)).toEqual([
      { line: 1, code: 'directory/csv-quote' },
      { line: 2, cells: ['d', 'e', 'f'] },
      { line: 3, cells: ['g', 'h"', 'i'] },
      { line: 4, cells: ['j', 'k', 'l'] },
    ]);
  });

  test('a cell beyond the limit is reported with the line it starts on', () => {
    const long = 'x'.repeat(CSV_LIMITS.cell + 1);
    expect(readAll(`a;b\nc;"${long}"\nd;e`)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, code: 'directory/csv-cell-too-long' },
      { line: 3, cells: ['d', 'e'] },
    ]);
  });

  test('a file of opening quotes alone is read in time that grows with its length only', async () => {
    const taken = await processorTime(() => {
      expect(readAll('"a\n'.repeat(20_000)).length).toBe(20_000);
      expect(readAll(`"${'""'.repeat(1_000_000)}`).length).toBe(1);
    });
    expect(taken).toBeLessThan(5_000);
  });

  const cell = fc.string({ unit: fc.constantFrom('a', 'ñ', ' ', ';', '"', '\n', ',', '😀'), maxLength: 12 });
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

  test('what is written by RFC 4180 is read back, with the line of each record', () => {
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.constantFrom(';', ',', '\t'), (table, delimiter) => {
        let line = 1;
        const expected: CsvRecord[] = [];
        for (const cells of table) {
          if (cells.some((one) => one.trim() !== '')) expected.push({ line, cells });
          line += cells.join('').split('\n').length;
        }
        const text = table.map((cells) => `${cells.map(quote).join(delimiter)}\n`).join('');
        expect(readAll(text, delimiter)).toEqual(expected);
      }),
    );
  });

  test('any text is read without an exception, in lines that only grow', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ';', '"', '\n', '\r', ' ', '\t', '\ud800'), maxLength: 80 });
    fc.assert(
      fc.property(text, fc.nat(5), (hostile, columns) => {
        const lines = readAll(hostile, ';', columns).map(({ line }) => line);
        expect(lines).toEqual([...lines].sort((a, b) => a - b));
        expect(lines.at(-1) ?? 0).toBeLessThanOrEqual(hostile.split(/\r\n|\n|\r/).length);
      }),
      { numRuns: 1000 },
    );
  });

  test('a broken row anywhere leaves every other row as it was', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const good = fc.tuple(word, word, word, word);
    fc.assert(
      fc.property(fc.array(good, { minLength: 1, maxLength: 10 }), fc.nat(), fc.nat(3), (rows, place, column) => {
        const at = place % rows.length;
        const lines = rows.map((row, i) =>
          row.map((text, j) => (i === at && j === column ? `"${text}` : text)).join(';'),
        );
        const read = readAll(lines.join('\n'), ';', 4);
        expect(read).toEqual(
          rows.map((cells, i) => (i === at ? { line: i + 1, code: 'directory/csv-quote' } : { line: i + 1, cells })),
        );
      }),
    );
  });

  test('any bytes are either decoded or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(() => openTable(decodeCsv(bytes).text))).toMatch(
          /^(?:nothing$|directory\/(?:csv-|text-garbled$))/,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the header', () => {
  const header = 'nombre;cargo;unidad;atribuciones;desde';

  test.each([';', ',', '\t'] as const)('is found with its delimiter %j', (delimiter) => {
    const table = openTable(header.replaceAll(';', delimiter) + '\n');
    expect(table.delimiter).toBe(delimiter);
    expect(table.headings.map(({ column }) => column)).toEqual(['name', 'post', 'unit', 'powers', 'validFrom']);
  });

  test('is found below titles, blank lines and the `sep=` of Excel, with its line', () => {
    const table = openTable(`sep=;\nALCALDÍA FICTICIA;;;;\n\nDirectorio, 2026;;;;\n${header}\n`);
    expect([table.delimiter, table.line]).toEqual([';', 5]);
  });

  test('is understood with accents, capitals, underscores and the names of the transparency platform', () => {
    const text =
      '"Nombre(s)",Primer Apellido,SEGUNDO_APELLIDO,Denominación del Cargo,Área de adscripción,Atribuciones,Fecha de alta en el cargo,Fotografía,Correo electrónico oficial,Puede_Pedir,Publicación,Sueldo';
    expect(openTable(text).headings.map(({ column }) => column)).toEqual([
      'name',
      'firstSurname',
      'secondSurname',
      'post',
      'unit',
      'powers',
      'validFrom',
      'photo',
      'mail',
      'mayAsk',
      'publication',
      undefined, // prettier-ignore
    ]);
  });

  test.each([
    ['directory/csv-no-header', 'Juan;Jefe;AC\nAna;Jefa;AC'],
    ['directory/csv-column-missing', 'nombre;cargo;unidad;desde'],
    ['directory/csv-column-repeated', `${header};puesto`],
  ])('refuses with %s', (code, text) => {
    expect(codeOf(() => openTable(text))).toBe(code);
  });
});

describe('dates', () => {
  test.each([
    ['16/01/2026', '2026-01-16'],
    ['1/2/2026', '2026-02-01'],
    ['01-02-2026 00:00:00', '2026-02-01'],
    ['2026-02-01', '2026-02-01'],
    ['2/1/26', '2/1/26'],
    ['enero 2026', 'enero 2026'],
  ])('reads %s as %s', (text, day) => {
    expect(isoDay(text)).toBe(day);
  });
});
