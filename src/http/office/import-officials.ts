import { html, type Html } from '../../../verifier-web/html.ts';
import type { Role } from '../../access/role.ts';
import type { LoggedIn } from '../../access/session.ts';
import { fromBase64, toBase64 } from '../../core/base64.ts';
import { Refusal } from '../../core/refusal.ts';
import { CSV_LIMITS } from '../../directory/csv.ts';
import type { ImportReport } from '../../directory/import.ts';
import type { Unit } from '../../directory/unit.ts';
import type { HttpCode } from '../../texts/code.ts';
import { fieldWord, problemText } from '../../texts/problems.ts';
import { ROW_OUTCOMES } from '../../texts/es/personnel.ts';
import { frame, trouble } from './frame.ts';
import { PERSONNEL_PATH, unitOptions, type Looking } from './personnel-page.ts';
import type { OfficeRoute, PersonalAnswer } from './route.ts';
import type { OfficeSite } from './site.ts';

/** What the routes about people share. */
export interface PersonnelSite {
  route(method: OfficeRoute['method'], path: string, roles: readonly Role[], answer: PersonalAnswer): OfficeRoute;
  get<Value>(who: LoggedIn, path: string): Promise<Value>;
}

/** The list, and in base64 within the form that follows a check. */
const MOST_FORM_BYTES = 2 * CSV_LIMITS.bytes + 65_536;

/** A list of people that an office made, looked at before it is entered; and the units that it names. */
export function importRoutes(site: OfficeSite, { route, get }: PersonnelSite): readonly OfficeRoute[] {
  const { clock } = site.deps;
  const looking = (who: LoggedIn): Looking => ({ who, at: clock() });

  return [
    route('GET', '/importar', ['hr'], async (_, who) => site.page(importPage(site, looking(who)))),
    // A check changes nothing, so its page needs no other address.
    route('POST', '/importar/revisar', ['hr'], async (c, who) => {
      const { fields, files } = await site.readMultipart(c, MOST_FORM_BYTES);
      const csv = files.get('csv');
      if (!csv) throw new Refusal<HttpCode>('http/malformed', 'no list was chosen', { field: 'csv' });
      const update = fields.get('update') === '1';
      const answer = await site.ask(who, 'POST', '/officials/import', { csv: toBase64(csv), checkOnly: true, update });
      const said: unknown = await answer.json();
      if (!answer.ok) {
        const told = said as { readonly detail: string; readonly code: string };
        return site.page(importPage(site, looking(who), trouble(told.detail, told.code)), answer.status);
      }
      return site.page(checkedPage(site, looking(who), said as ImportReport, { csv, update }));
    }),
    route('POST', '/importar', ['hr'], async (c, who) => {
      const { fields } = await site.readMultipart(c, MOST_FORM_BYTES);
      const csv = fromBase64(fields.get('list') ?? '');
      if (!csv) throw new Refusal<HttpCode>('http/malformed', 'no list', { field: 'list' });
      const body = { csv: toBase64(csv), update: fields.get('update') === '1' };
      return site.outcome(c, await site.ask(who, 'POST', '/officials/import', body), PERSONNEL_PATH);
    }),
    route('GET', '/unidades', ['hr'], async (_, who) =>
      site.page(unitsPage(site, looking(who), await get<readonly Unit[]>(who, '/units'))),
    ),
    route('POST', '/unidades', ['hr'], async (c, who) => {
      const form = await site.readForm(c);
      const some = ['code', 'name', 'coveredSince', 'phone', 'address', 'parent'].flatMap((name) => {
        const value = (form.get(name) ?? '').trim();
        return value === '' ? [] : [[name, value]];
      });
      const body = Object.fromEntries(some) as object;
      return site.outcome(c, await site.ask(who, 'POST', '/units', body), `${PERSONNEL_PATH}/unidades`);
    }),
  ];
}

function importPage(site: OfficeSite, looking: Looking, told: Html = html``): string {
  return frame(site, {
    title: 'Importar una lista',
    ...looking,
    here: PERSONNEL_PATH,
    main: html`<h1>Importar una lista</h1>${told}
<p class="lead">Un archivo CSV como el que ya tiene: de Excel («Guardar como», CSV) o de nómina. Primero se revisa y se ve qué pasaría; nada se guarda todavía.</p>
<form method="post" action="${site.path}${PERSONNEL_PATH}/importar/revisar" enctype="multipart/form-data">
<label for="csv">Archivo CSV</label><input id="csv" type="file" name="csv" accept=".csv,text/csv" required>
<label class="check"><input type="checkbox" name="update" value="1"><span>Actualizar también a quienes ya están</span></label>
<p><button>Revisar la lista</button></p></form>
<p class="hint">Columnas: nombre, cargo, unidad, atribuciones, desde; y si las tiene: hasta, puede pedir, nunca pide, teléfono, correo. Las fotografías se ponen después, en la página de cada persona.</p>
<p><a href="${site.path}${PERSONNEL_PATH}">Volver a la lista</a></p>`,
  });
}

function rowOf({ line, outcome, name, official, changed, problems, namesakes }: ImportReport['rows'][number]): Html {
  const why = problems.map(({ code, column, facts }) => {
    const { what, next } = problemText(code, facts, 'es');
    return html`<li>${column === undefined ? '' : `${column}: `}${what} ${next}</li>`;
  });
  const more = [
    changed && changed.length > 0 ? `cambia: ${changed.map((field) => fieldWord(field, 'es')).join(', ')}` : '',
    namesakes && namesakes.length > 0 ? `hay otra persona con ese nombre (${namesakes.join(', ')})` : '',
  ].filter(Boolean);
  return html`<li class="card"><h3>Renglón ${line}: <span class="${outcome === 'refused' ? 'bad' : 'good'}">${ROW_OUTCOMES[outcome]}</span></h3>
<p>${name ?? official ?? ''}${more.length > 0 ? ` · ${more.join('; ')}` : ''}</p>${why.length > 0 ? html`<ul>${why}</ul>` : html``}</li>`;
}

interface CheckedList {
  readonly csv: Uint8Array;
  readonly update: boolean;
}

/** What would become of each row; those with an error first. */
function checkedPage(site: OfficeSite, looking: Looking, report: ImportReport, { csv, update }: CheckedList): string {
  const { registered, changed, unchanged, refused } = report.counts;
  const rows = report.rows.toSorted((a, b) => Number(b.outcome === 'refused') - Number(a.outcome === 'refused'));
  const many = registered + changed;
  const go = html`<form method="post" action="${site.path}${PERSONNEL_PATH}/importar" enctype="multipart/form-data" data-stay="importar">
<input type="hidden" name="list" value="${toBase64(csv)}">${update ? html`<input type="hidden" name="update" value="1">` : html``}
<p><button>Pedir que se registren (${many})</button></p></form>`;
  return frame(site, {
    title: 'Lista revisada',
    ...looking,
    here: PERSONNEL_PATH,
    main: html`<h1>Así quedaría la lista</h1>
<p class="lead">Se dan de alta ${registered}, se actualizan ${changed}, ya están iguales ${unchanged}, tienen error ${refused}. Todavía no se guarda nada.</p>
${report.unusedColumns.length > 0 ? html`<p class="note">No se usa de estas columnas: ${report.unusedColumns.join(', ')}.</p>` : html``}
${many > 0 ? go : html`<p>No hay nada que registrar.</p>`}
${refused > 0 ? html`<p>Corrija en su archivo los renglones con error y vuelva a revisarlo: los demás no se pierden ni se duplican.</p>` : html``}
<ul class="cards">${rows.map(rowOf)}</ul>
<p><a href="${site.path}${PERSONNEL_PATH}/importar">Revisar otro archivo</a></p>`,
  });
}

function unitsPage(site: OfficeSite, looking: Looking, units: readonly Unit[]): string {
  const card = ({ code, name, coveredSince, phone, address }: Unit): Html =>
    html`<li class="card"><h3>${code}</h3><p>${name ?? ''}</p><p>${coveredSince === undefined ? 'Todavía no sella sus oficios' : `Sella sus oficios desde el ${coveredSince}`}${phone === undefined ? '' : ` · ${phone}`}${address === undefined ? '' : ` · ${address}`}</p></li>`;
  return frame(site, {
    title: 'Unidades',
    ...looking,
    here: PERSONNEL_PATH,
    main: html`<h1>Unidades</h1><ul class="cards">${units.map(card)}</ul>
<h2>Registrar o cambiar una unidad</h2>
<form method="post" action="${site.path}${PERSONNEL_PATH}/unidades" data-stay>
<label for="code">Siglas, con las de su unidad superior (AC/DGG)</label><input id="code" name="code" required maxlength="80" autocomplete="off">
<label for="unit-name">Nombre</label><input id="unit-name" name="name" maxlength="300" autocomplete="off">
<label for="parent">Depende de</label><select id="parent" name="parent"><option value="">Ninguna</option>${unitOptions(units, undefined)}</select>
<label for="coveredSince">Sella sus oficios desde el día</label><input id="coveredSince" type="date" name="coveredSince">
<div class="row"><div><label for="unit-phone">Teléfono</label><input id="unit-phone" name="phone" maxlength="40" autocomplete="off"></div>
<div><label for="address">Domicilio</label><input id="address" name="address" maxlength="300" autocomplete="off"></div></div>
<p class="hint">De una unidad que ya está, lo que se deja vacío se queda como estaba.</p>
<p><button>Pedir que se registre</button></p></form>
<p><a href="${site.path}${PERSONNEL_PATH}">Volver a la lista</a></p>`,
  });
}
