import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '../../src/core/bytes.ts';
import { Outage, Refusal } from '../../src/core/refusal.ts';
import { endOfficial } from '../../src/directory/end.ts';
import { importOfficials, type ImportDeps, type ImportOptions, type ImportReport } from '../../src/directory/import.ts';
import { setUnit } from '../../src/directory/set-unit.ts';
import { codeOfAct } from '../support/refuses.ts';
import { at, by, directory, photo, type Directory } from './samples.ts';

const HEADER =
  'nombre;cargo;unidad;atribuciones;puede_pedir;nunca_pide;desde;hasta;publicacion;fundamento;foto;telefono;correo';
const ANA = 'Ana Paz Ríos;Inspectora;AF/DGG/SCI;Revisar|Levantar actas;Licencia;Dinero;16/01/2026;30/09/2027;;;;;';
const LUIS = 'Luis Soto;Notificador;AF;"• Notificar\n• Entregar";;;2026-02-01;;reservado;Acuerdo CT/12;;55 2452 3110;';

function bytesOf(...lines: readonly string[]): Uint8Array {
  return utf8([HEADER, ...lines].join('\r\n'));
}

function run(
  deps: Directory,
  csv: Uint8Array,
  options?: ImportOptions,
  more: Partial<ImportDeps> = {},
): Promise<ImportReport> {
  const readPhoto = async (): Promise<typeof photo> => photo;
  return importOfficials({ ...deps, readPhoto, ...more }, { csv, by }, options);
}

function outcomes(report: ImportReport): string[] {
  return report.rows.map(({ line, outcome, problems }) => {
    const found = problems.map(({ column, code }) => ` ${column ?? '-'} ${code.replace('directory/', '')}`);
    return `${line} ${outcome}${found.join('')}`;
  });
}

describe('a list', () => {
  test('registers each row, with its lists, dates and reservation', async () => {
    const deps = await directory();
    const report = await run(deps, bytesOf(ANA, LUIS));
    expect(outcomes(report)).toEqual(['2 registered', '3 registered']);
    const { items } = await deps.store.searchOfficials({ publicOnly: false, limit: 10 });
    expect(items).toMatchObject([
      {
        name: 'Ana Paz Ríos',
        powers: ['Revisar', 'Levantar actas'],
        validFrom: '2026-01-16',
        validUntil: '2027-09-30',
      },
      {
        name: 'Luis Soto',
        powers: ['Notificar', 'Entregar'],
        publication: { state: 'reserved', legalGround: 'Acuerdo CT/12' },
        contact: { phone: '55 2452 3110' },
      },
    ]);
  });

  test('tells of whom somebody in office has the name, in another post', async () => {
    const deps = await directory();
    const namesakesOf = async (line: string, options?: ImportOptions): Promise<number | undefined> =>
      (await run(deps, bytesOf(line), options)).rows[0]!.namesakes?.length;
    expect(await namesakesOf(ANA)).toBeUndefined();
    const promoted = ANA.replace('Inspectora', 'Jefa').replace('Ana Paz', 'ANA PAZ');
    expect(await namesakesOf(promoted, { checkOnly: true })).toBe(1);
    expect(await namesakesOf(ANA.replace('Ana Paz', 'Ana Paz Paz'))).toBeUndefined();
    const { items } = await deps.store.searchOfficials({ name: 'Ana Paz Ríos', publicOnly: false, limit: 9 });
    for (const { id } of items)
      await endOfficial({ ...deps, clock: () => at('2026-11-22T12:00:00Z') }, { id, reason: 'transferred', by });
    expect(await namesakesOf(promoted)).toBeUndefined();
  });

  test('corrects accents and capitals of name and post where it is asked to, and tells what it changes', async () => {
    const deps = await directory();
    await run(deps, bytesOf(ANA.replace('Ana Paz Ríos;Inspectora', 'ana paz RIOS;inspectora')));
    const [before] = (await run(deps, bytesOf(ANA))).rows;
    expect(before).toMatchObject({ outcome: 'unchanged' });
    const [after] = (await run(deps, bytesOf(ANA), { update: true })).rows;
    expect(after).toMatchObject({ outcome: 'changed', changed: ['name', 'post'] });
    const { items } = await deps.store.searchOfficials({ publicOnly: false, limit: 9 });
    expect(items).toMatchObject([{ name: 'Ana Paz Ríos', post: 'Inspectora' }]);
  });

  test('imported again changes nothing, in another encoding and spelling as well', async () => {
    const deps = await directory();
    await run(deps, bytesOf(ANA, LUIS));
    const leaves = deps.memory.leaves.length;
    const text = [HEADER, ANA, LUIS].join('\n').replace('Ana Paz Ríos', 'ANA PAZ RÍOS').replaceAll('•', '-');
    const latin1 = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const report = await run(deps, latin1);
    expect(report.encoding).toBe('windows-1252');
    expect(report.counts).toEqual({ registered: 0, changed: 0, unchanged: 2, refused: 0 });
    expect(deps.memory.leaves.length).toBe(leaves);
  });

  test('never loses a good row to a bad one, and names line and column of each', async () => {
    const deps = await directory();
    const report = await run(
      deps,
      concat(
        bytesOf(
          ANA,
          ';Jefe;AF;Firmar;;;30/02/2026;;;;;;',
          'Eva "Roto;Jefa;AF;"Firmar;;;01/02/2026;;;;;;',
          'Eva Luz;Jefa;AF/NO;Firmar;;;01/02/2026;;;;;;',
          'Eva Luz;Jefa;AF;Firmar;;;01/02/2026;;secreto;;;;',
          'ANA PAZ RIOS;INSPECTORA;AF/DGG/SCI;Otra;;;01/02/2026;;;;;;',
          'Rita Gil;Jefa;AF;Firmar;;;01/02/2026;;;;;;;de más',
          'Rosa Gil;Jefa;AF;Firmar;;;01/02/2026;;;;;;GOMC800101MDFXXX09',
        ),
        utf8('\r\n'),
        Uint8Array.from('Iñaki Peña;Jefe;AF;Firmar;;;01/02/2026', (c) => c.charCodeAt(0)),
        utf8(`\r\n\r\n${LUIS}`),
      ),
    );
    expect(outcomes(report)).toEqual([
      '2 registered',
      '3 refused nombre text-missing desde day-malformed',
      '4 refused - csv-quote',
      '5 refused unidad unit-unknown',
      '6 refused publicacion publication-unknown',
      '7 refused - row-repeated',
      '8 refused - csv-extra-cells',
      '9 refused correo personal-key',
      '10 registered',
      '12 registered',
    ]);
    expect(report.rows[5]!.problems[0]!.facts).toEqual({ firstLine: 2 });
    const { items } = await deps.store.searchOfficials({ publicOnly: false, limit: 10 });
    expect(items.map(({ name }) => name)).toEqual(['Ana Paz Ríos', 'Iñaki Peña', 'Luis Soto']);
  });

  test('tells all that is wrong with a row at once: its cells, its unit, its photo', async () => {
    const deps = await directory();
    const report = await run(
      deps,
      bytesOf(
        'Eva Luz;Jefa;AF/NO;Firmar;;;30/02/2026;;;;no-esta.jpg;;',
        'Eva Sol;Jefa;AF/NO;Firmar;;;01/02/2026;;;;no-esta.jpg;;',
        'Eva Mar;Jefa;a b c;Firmar;;;01/02/2026;;;;;;',
      ),
    );
    expect(outcomes(report)).toEqual([
      '2 refused desde day-malformed unidad unit-unknown foto photo-missing',
      '3 refused unidad unit-unknown foto photo-missing',
      '4 refused unidad unit-unknown',
    ]);
  });

  test('with a personal key in a column that nobody uses loses those rows, and the report does not repeat it', async () => {
    const deps = await directory();
    const csv = utf8(`${HEADER};CURP;Sueldo\n${ANA};PARA800101MDFXXX09;1\n${LUIS};;1`);
    const report = await run(deps, csv);
    expect(report.unusedColumns).toEqual(['CURP', 'Sueldo']);
    expect(outcomes(report)).toEqual(['2 refused CURP personal-key', '3 registered']);
    expect(JSON.stringify(report)).not.toContain('PARA800101');
  });

  test.each([
    ...['reserva', 'Reservado', 'PROTEGIDO', 'datos reservados', 'Estado publicacion', 'Protección de datos'],
    ...['confidencialidad', 'datos_privados', 'Privado', 'Se publica', 'reserved'],
  ])('with a column "%s" that is not used registers nobody, whatever it says', async (heading) => {
    const deps = await directory();
    const leaves = deps.memory.leaves.length;
    for (const cell of ['reservado', 'sí', '']) {
      const csv = utf8(`título\n${HEADER};${heading}\n${ANA};${cell}`);
      await expect(run(deps, csv)).rejects.toMatchObject({
        code: 'directory/csv-reserve-unclear',
        facts: { line: 2, column: heading },
      });
    }
    expect(deps.memory.leaves.length).toBe(leaves);
  });

  test.each(['Reservado', 'sí, RESERVADA', 'datos reservados', 'Persona protegida', 'confidencial', 'no publicar'])(
    'in which a column that is not used says "%s" of somebody registers nobody',
    async (cell) => {
      const deps = await directory();
      const leaves = deps.memory.leaves.length;
      const csv = utf8(`${HEADER};Nota;\n${ANA};;\n${ANA.replace('Ana', 'Eva')};"${cell}";`);
      const facts = { line: 3, column: 'Nota' };
      await expect(run(deps, csv)).rejects.toMatchObject({ code: 'directory/csv-reserve-unclear', facts });
      const unnamed = run(deps, utf8(`${HEADER};;\n${ANA};;"${cell}"`));
      await expect(unnamed).rejects.toMatchObject({ facts: { line: 2, column: '15' } });
      expect(deps.memory.leaves.length).toBe(leaves);
    },
  );

  test('may have columns and cells in which the public is no audience', async () => {
    const deps = await directory();
    const columns = [
      'Área(s) responsable(s) que genera(n), posee(n), publica(n) y actualizan la información',
      'Tipo de integrante del servicio público',
      'Sexo de la persona servidora pública',
      'Ubicación',
      'Nota',
    ];
    const cells = ['Seguridad Pública', 'Servidora pública', 'Mujer', 'Privada de Hidalgo 4', 'Protección Civil'];
    const csv = utf8(`${HEADER};${columns.map((column) => `"${column}"`).join(';')}\n${ANA};${cells.join(';')}`);
    const report = await run(deps, csv);
    expect(report.unusedColumns).toEqual(columns.map((column) => column.slice(0, 80)));
    expect(outcomes(report)).toEqual(['2 registered']);
  });

  test('checked only judges everything and changes nothing', async () => {
    const deps = await directory();
    const leaves = deps.memory.leaves.length;
    const report = await run(deps, bytesOf(ANA, 'x'), { checkOnly: true });
    expect(report.counts).toEqual({ registered: 1, changed: 0, unchanged: 0, refused: 1 });
    expect(deps.memory.leaves.length).toBe(leaves);
  });

  test('a row that differs is reported, and changes the record only when told', async () => {
    const deps = await directory();
    await run(deps, bytesOf(ANA));
    const csv = bytesOf(ANA.replace('Licencia', 'Licencia vigente').replace('30/09/2027', '31/12/2027'));
    const report = await run(deps, csv);
    expect(outcomes(report)).toEqual(['2 refused - row-differs']);
    expect(report.rows[0]!.problems[0]!.facts['different']).toBe('mayAsk, validUntil');
    expect(outcomes(await run(deps, csv, { update: true, checkOnly: true }))).toEqual(['2 changed']);
    expect(outcomes(await run(deps, csv, { update: true }))).toEqual(['2 changed']);
    expect(outcomes(await run(deps, csv))).toEqual(['2 unchanged']);
  });

  test('says nothing of the fields that it has no column for', async () => {
    const deps = await directory();
    await run(deps, bytesOf(ANA));
    const csv = utf8(
      'nombre,cargo,unidad,atribuciones,desde\nAna Paz Ríos,Inspectora,AF/DGG/SCI,Revisar|Levantar actas,16/01/2026',
    );
    expect(outcomes(await run(deps, csv, { update: true }))).toEqual(['2 unchanged']);
  });

  test('may spell out the name of a unit, where only one has it', async () => {
    const deps = await directory();
    const named = (unit: string): string => ANA.replace('AF/DGG/SCI', unit);
    expect(outcomes(await run(deps, bytesOf(named('CONTROL INTERNO'))))).toEqual(['2 registered']);
    expect(outcomes(await run(deps, bytesOf(ANA)))).toEqual(['2 unchanged']);
    await setUnit(deps, { unit: { code: 'AF/OTRA', name: 'Control Interno', coveredSince: '2026-01-01' }, by });
    const report = await run(deps, bytesOf(named('Control interno')));
    expect(outcomes(report)).toEqual(['2 refused unidad unit-code-malformed']);
  });

  test('does not bring back who was dismissed', async () => {
    const deps = await directory();
    const { rows } = await run(deps, bytesOf(ANA));
    const clock = () => at('2026-11-21T18:00:00Z');
    await endOfficial({ ...deps, clock }, { id: rows[0]!.official!, reason: 'dismissed', by });
    expect(outcomes(await run(deps, bytesOf(ANA)))).toEqual(['2 refused nombre row-of-ended-official']);
  });

  test('ends at an outage, and finishes when it is run again', async () => {
    const deps = await directory();
    let calls = 0;
    const ledger: Directory['ledger'] = {
      commit: (act) => (++calls === 2 ? Promise.reject(new Outage('log/disk-full', 'full')) : deps.ledger.commit(act)),
    };
    await expect(run({ ...deps, ledger }, bytesOf(ANA, LUIS))).rejects.toMatchObject({ code: 'log/disk-full' });
    expect(outcomes(await run(deps, bytesOf(ANA, LUIS)))).toEqual(['2 unchanged', '3 registered']);
  });

  test('longer than the limit changes nothing', async () => {
    const deps = await directory();
    const csv = bytesOf(ANA, ...Array<string>(20_000).fill('x'));
    expect(await codeOfAct(() => run(deps, csv))).toBe('directory/csv-too-many-rows');
    expect((await deps.store.searchOfficials({ publicOnly: false, limit: 1 })).items).toEqual([]);
  });
});

describe('photos of a list', () => {
  const withPhoto = ANA.replace('30/09/2027;;;;;', '30/09/2027;;;ana.jpg;;');

  test('are registered with the row, and the same file again is no change and not decoded', async () => {
    const deps = await directory();
    const photoFolder = async (name: string): Promise<Uint8Array> => utf8(name === 'ana.jpg' ? 'source' : 'other');
    expect(outcomes(await run(deps, bytesOf(withPhoto), {}, { photoFolder }))).toEqual(['2 registered']);
    const [bare] = (await run(await directory(), bytesOf(ANA), { checkOnly: true })).rows;
    expect(bare).toMatchObject({ outcome: 'registered', lacksPhoto: true });
    const readPhoto = (): never => expect.fail('decoded again');
    expect(outcomes(await run(deps, bytesOf(withPhoto), {}, { photoFolder, readPhoto }))).toEqual(['2 unchanged']);
    expect((await run(deps, bytesOf(withPhoto), {}, { photoFolder, readPhoto })).rows[0]).not.toHaveProperty(
      'lacksPhoto',
    );
    const { items } = await deps.store.searchOfficials({ publicOnly: false, limit: 1 });
    expect(items[0]!.photo?.sha256).toEqual(photo.sha256);
  });

  test('that are refused lose their own row only', async () => {
    const deps = await directory();
    const photoFolder = async (): Promise<Uint8Array> => utf8('x');
    const readPhoto = (): never => {
      throw new Refusal('directory/photo-unreadable', 'no');
    };
    const report = await run(deps, bytesOf(withPhoto, LUIS), {}, { photoFolder, readPhoto });
    expect(outcomes(report)).toEqual(['2 refused foto photo-unreadable', '3 registered']);
  });

  test('are missing when the list came alone', async () => {
    const report = await run(await directory(), bytesOf(withPhoto));
    expect(outcomes(report)).toEqual(['2 refused foto photo-missing']);
  });
});
