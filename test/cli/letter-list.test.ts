import { describe, expect, test } from 'vitest';
import { readLetterList, type ListedLetter } from '../../cli/letter-list.ts';
import { expiryOf } from '../../cli/letter-order.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { codeOf } from '../support/refuses.ts';

function read(text: string, signer?: string): readonly ListedLetter[] {
  return readLetterList(utf8(text), {
    listPath: '/oficina/lista.csv',
    outDir: '/salida',
    ...(signer !== undefined && { signer }),
  }).letters;
}

const faultAt = (letters: readonly ListedLetter[], line: number): string | undefined => {
  const letter = letters.find((one) => one.line === line);
  return letter && 'fault' in letter ? letter.fault.code : undefined;
};

describe('a list of letters', () => {
  test('as the documentation shows it is read whole', () => {
    const letters = read(
      'Archivo;TIPO;monto;asunto;folio;vence\r\n' +
        'uno.pdf;oficio;0;Respuesta a la solicitud 12;;\r\n' +
        'cartas/dos.pdf;Requerimiento;1250.00;Requerimiento de pago;AE/DGG/0040/2026;31/12/2026\r\n',
      'E439M3PJ',
    );
    expect(letters).toEqual([
      {
        line: 2,
        order: {
          input: '/oficina/uno.pdf',
          output: '/salida/uno-firmado.pdf',
          signer: 'E439M3PJ',
          type: 'oficio',
          amount: '0',
          subject: 'Respuesta a la solicitud 12',
        },
      },
      {
        line: 3,
        order: {
          input: '/oficina/cartas/dos.pdf',
          output: '/salida/dos-firmado.pdf',
          signer: 'E439M3PJ',
          type: 'requerimiento',
          amount: '1250.00',
          subject: 'Requerimiento de pago',
          folio: 'AE/DGG/0040/2026',
          expires: '2026-12-31',
        },
      },
    ]);
  });

  test('takes the signer of a line before the one given for all', () => {
    const [first, second] = read(
      'pdf,tipo,importe,asunto,firmante\na.pdf,oficio,0,A,BBBB\nb.pdf,oficio,0,B,\n',
      'AAAA',
    );
    expect(first).toMatchObject({ order: { signer: 'BBBB' } });
    expect(second).toMatchObject({ order: { signer: 'AAAA' } });
  });

  test('refuses a line whose signed file would replace that of an earlier line', () => {
    const letters = read(
      'archivo;tipo;monto;asunto\na/uno.pdf;oficio;0;A\nb/uno.pdf;oficio;0;B\nc.pdf;oficio;0;C\n',
      'A',
    );
    expect(letters).toHaveLength(3);
    expect(letters[1]).toMatchObject({
      line: 3,
      input: '/oficina/b/uno.pdf',
      fault: { code: 'oficio/list-output-repeated', facts: { path: '/salida/uno-firmado.pdf', firstLine: 2 } },
    });
    expect(letters[2]).toMatchObject({ line: 4, order: { input: '/oficina/c.pdf' } });
  });

  test.each([
    ['oficio/amount-malformed', 'oficio;;B;'],
    ['oficio/type-unknown', 'carta;0;B;'],
    ['oficio/subject-malformed', 'oficio;0;;'],
    ['oficio/expires-malformed', 'oficio;0;B;12/31/2026'],
  ])('tells what is wrong with a line itself before that its name stands twice: %s', (code, rest) => {
    const letters = read(`archivo;tipo;monto;asunto;vence\nuno.pdf;oficio;0;A;\nb/uno.pdf;${rest}\n`, 'A');
    expect(letters[1]).toMatchObject({ line: 3, input: '/oficina/b/uno.pdf', fault: { code } });
  });

  test('calls what is mistyped by the column of the list', () => {
    const letters = read('pdf;clase de oficio;tipo;Importe;asunto\na.pdf;;oficio;;A\nb.pdf;;carta;0;B\n', 'A');
    expect(letters).toMatchObject([
      { fault: { code: 'oficio/amount-malformed', facts: { where: 'Importe' } } },
      { fault: { code: 'oficio/type-unknown', facts: { where: 'tipo' } } },
    ]);
  });

  test('in the code page of DOS or of old Macs is refused, and so is a subject that came from one', () => {
    const list = (byte: number): Uint8Array => {
      const [before, after] = ['archivo;tipo;monto;asunto\na.pdf;oficio;0;Notificaci', 'n\n'].map(utf8);
      return Uint8Array.from([...before!, byte, ...after!]);
    };
    const options = { listPath: '/oficina/lista.csv', outDir: '/salida', signer: 'A' };
    expect(codeOf(() => readLetterList(list(0xa2), options))).toBe('directory/text-garbled');
    // A dash between letters may be one: only its line is refused.
    expect(readLetterList(list(0x97), options).letters).toMatchObject([{ fault: { code: 'oficio/text-garbled' } }]);
    expect(readLetterList(list(0xf3), options).letters).toMatchObject([{ order: { subject: 'Notificación' } }]);
  });

  test('takes the last day as dd/mm/yyyy and as yyyy-mm-dd', () => {
    const row = (name: string, day: string): string => `${name}.pdf;oficio;0;A;${day}\n`;
    const letters = read(`archivo;tipo;monto;asunto;vence\n${row('a', '1/2/2027')}${row('b', '2027-02-01')}`, 'A');
    for (const letter of letters) expect(letter).toMatchObject({ order: { expires: '2027-02-01' } });
    for (const day of ['31/12/2026', '31-12-2026', '2026-12-31']) expect(expiryOf(day)).toBe('2027-01-01T05:59:59Z');
    for (const day of ['12/31/2026', '31/12/26', '2026/12/31', 'mañana']) {
      expect(
        codeOf(() => expiryOf(day)),
        day,
      ).toBe('oficio/expires-malformed');
    }
  });

  test('passes a line that cannot be read and goes on', () => {
    const letters = read('archivo;tipo;monto;asunto\n"uno.pdf;oficio;0;A\ndos.pdf;oficio;0;B\n', 'A');
    expect(faultAt(letters, 2)).toBe('directory/csv-quote');
    expect(letters[1]).toMatchObject({ line: 3, order: { input: '/oficina/dos.pdf' } });
  });

  test.each(['archivo;tipo;monto', 'archivo;tipo;asunto', 'tipo;monto;asunto'])(
    'is refused without a column that every letter needs: %s',
    (headings) => {
      expect(codeOf(() => read(`${headings}\n`, 'A'))).toBe('oficio/list-column-missing');
    },
  );

  test('needs a column of signers when none is given for all', () => {
    expect(codeOf(() => read('archivo;tipo;monto;asunto\n'))).toBe('oficio/list-column-missing');
  });
});
