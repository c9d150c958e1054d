import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvCell } from '../../src/http/office/log-csv.ts';
import { auditedOffice, UNIT, type AuditedOffice } from '../support/audited-office.ts';
import { loggedIn, type OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import type { Person } from '../support/production-office.ts';

let audited: AuditedOffice;
let opened: OpenedOffice;
let browser: OfficeBrowser;

beforeAll(async () => {
  audited = await auditedOffice();
  await audited.services.publishCheckpoint();
  opened = officeOver(audited.services);
  browser = await browserOf(audited.auditor);
}, 60_000);
afterAll(() => {
  audited.remove();
  expect(opened.failures).toEqual([]);
});

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

async function page(path: string, status = 200): Promise<string> {
  const answer = await browser.get(`/oficina/bitacora${path}`);
  expect(answer.status, path).toBe(status);
  return answer.text();
}

describe('the list', () => {
  test('has every act in words, and what nobody authorised stands out', async () => {
    const list = await page('');
    expect(list).toContain('Oficio firmado');
    expect(list).toContain(audited.folio);
    expect(list).toContain(`${audited.forged}. Credencial reactivada`);
    expect(list).toContain('<strong class="bad">NO AUTORIZADO</strong>');
    expect(list).toContain('Inés Robles (firmante, oficialía de partes)');
    // Of a passkey, roles or an end of access: whose.
    expect(await page('?acto=access%2Froles-set')).toContain(`<p>${audited.auditor.name}</p>`);
  });

  test('is narrowed, and goes on where it ended', async () => {
    const signed = await page('?acto=oficio%2Fsigned&unidad=AE&resultado=asserted&persona=&oficio=');
    expect([...signed.matchAll(/<li class="card">/g)]).toHaveLength(1);
    expect(signed).toContain('Es todo.');
    expect(await page('?antes=1')).toContain('Volver a los más recientes');
    expect(await page('?desde=2099-01-01')).toContain('Ningún acto es así.');
    expect(await page(`?acto=${encodeURIComponent('oficio/intent oficio/signed')}`)).toContain('Oficio registrado');
  });

  test('says what is wrong with a filter, and keeps what was typed', async () => {
    const list = await page('?oficio=%3Cscript%3E', 422);
    expect(list).toContain('role="alert"');
    expect(list).toContain('value="&lt;script&gt;"');
  });

  test('is for auditors alone', async () => {
    const other = await browserOf(audited.hr);
    for (const path of ['', '/1', '/1.json', '/exportar.csv', '/revocaciones', '/revision']) {
      expect((await other.get(`/oficina/bitacora${path}`)).status, path).toBe(403);
    }
    expect((await other.submit('/oficina/bitacora/revision', {})).status).toBe(403);
    expect(await (await other.get('/oficina')).text()).not.toContain('Bitácora');
  });
});

describe('one act', () => {
  test('shows who authorised it, its record in words, its row, its proof and what followed', async () => {
    const list = await page('?acto=oficio%2Fintent');
    const index = /bitacora\/(\d+)"/.exec(list)![1]!;
    const act = await page(`/${index}`);
    expect(act).toContain('Quién lo autorizó');
    expect(act).toContain('<dt>Asunto</dt><dd>Aviso de obra</dd>');
    expect(act).toContain('Cómo está hoy: oficio');
    expect(act).toContain('Oficio firmado</a>');
    expect(act).toContain('Cabeza firmada');
    const download = await browser.get(`/oficina/bitacora/${index}.json`);
    expect(download.headers.get('content-disposition')).toBe(`attachment; filename="asiento-${index}.json"`);
    expect(await download.json()).toMatchObject({ index: Number(index), proof: { index: Number(index) } });
  });

  test('that nobody authorised says why, and what to do', async () => {
    const act = await page(`/${audited.forged}`);
    expect(act).toContain('Motivo: es la copia de un acto anterior.');
    expect(act).toContain('Avise hoy mismo');
  });

  test('that is not there is said', async () => {
    expect(await page('/99999', 404)).toContain('log/no-such-entry');
  });
});

test('what was taken away is shown at a glance', async () => {
  const shown = await page('/revocaciones');
  expect(shown).toContain('Credenciales suspendidas (');
  expect(shown).toContain('Listas que se publican');
});

describe('the spreadsheet', () => {
  test('has every act, as Excel opens it', async () => {
    const answer = await browser.get('/oficina/bitacora/exportar.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^"Asiento","Acto",/);
    expect(lines).toHaveLength((await audited.services.log.size()) + 1);
    expect(lines.some((line) => line.includes(`"${audited.folio}"`) && line.includes(`"${UNIT}"`))).toBe(true);
  });

  test('has what the filters leave, and refuses what is none', async () => {
    const text = await (await browser.get('/oficina/bitacora/exportar.csv?acto=oficio%2Fsigned')).text();
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
    expect((await browser.get('/oficina/bitacora/exportar.csv?desde=ayer')).status).toBe(400);
  });

  test.each([
    ['=1+1', `"'=1+1"`],
    ['+52', `"'+52"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['  =1', `"'  =1"`],
    ['\uFEFF=1', `"'\uFEFF=1"`],
    ['＝1', `"'＝1"`],
    ['a "b", c', '"a ""b"", c"'],
    ['Nº 5', '"Nº 5"'],
  ])('takes nothing for a formula: %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});

describe('the whole audit', () => {
  test('goes on in words, and tells what it found, each with what to do next', async () => {
    const begun = await page('/revision');
    expect(begun).toContain('Empezar la revisión');
    const answer = await browser.submit('/oficina/bitacora/revision', { kept: '' });
    const text = await answer.text();
    expect(text).toContain('están revisados. Siguen');
    expect(text).toContain('Hay algo que no cuadra');
    expect(text).toContain(`acto del asiento ${audited.forged} no lo autorizó nadie`);
    expect(text).toContain(`href="/oficina/bitacora/${audited.forged}"`);
    expect(text.endsWith('</html>')).toBe(true);
  });

  test('says so when what was pasted is no signed head', async () => {
    const text = await (await browser.submit('/oficina/bitacora/revision', { kept: 'algo' })).text();
    expect(text).toContain('log/note-malformed');
  });
});
