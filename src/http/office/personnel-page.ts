import { html, type Html } from '../../../verifier-web/html.ts';
import type { Catalogue } from '../../directory/catalogue.ts';
import { mandateAt } from '../../directory/official.ts';
import type { Unit } from '../../directory/unit.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { LoggedIn } from '../../access/session.ts';
import { MANDATE_WORDS } from '../../texts/es/personnel.ts';
import type { OfficialView } from '../staff/views.ts';
import { bridgePanel } from './bridge-panel.ts';
import { frame, mayOpen, type OfficePlace } from './frame.ts';

export interface Looking {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
}

export const PERSONNEL_PATH = '/personal';

export interface PersonnelFilters {
  readonly nombre?: string;
  readonly unidad?: string;
  /** Those who left, too. */
  readonly todas?: string;
}

export function nameOf({ name, id }: Pick<OfficialView, 'name' | 'id'>): string {
  return name === '' ? `Nombre reservado (${id})` : name;
}

function personCard({ path }: OfficePlace, one: OfficialView, at: UnixSeconds): Html {
  const state = mandateAt(one, at);
  return html`<li class="card"><h3><a href="${path}${PERSONNEL_PATH}/${one.id}">${nameOf(one)}</a></h3>
<p>${one.post} · ${one.unit}</p>
<p>${state === 'current' ? html`${MANDATE_WORDS[state]}` : html`<strong class="bad">${MANDATE_WORDS[state]}</strong>`}${one.photo || state === 'ended' ? '' : ' · Falta su fotografía'}</p></li>`;
}

export function unitOptions(units: readonly Unit[], chosen: string | undefined): Html {
  return html`${units.map(({ code, name }) => html`<option value="${code}"${code === chosen ? html` selected` : html``}>${code}${name === undefined ? '' : ` · ${name}`}</option>`)}`;
}

export interface PersonnelList {
  readonly officials: readonly OfficialView[];
  readonly units: readonly Unit[];
  readonly filters: PersonnelFilters;
  /** Where the next page begins. */
  readonly after?: string;
}

/** The people of the directory, by name. */
export function personnelPage(place: OfficePlace, looking: Looking, list: PersonnelList): string {
  const { officials, units, filters, after } = list;
  const isHr = mayOpen(looking.who, ['hr'], looking.at);
  const isFiltered = Object.keys(filters).length > 0;
  const more = new URLSearchParams({ ...filters, ...(after !== undefined && { despues: after }) });
  const none = isFiltered
    ? html`<p>Nadie es así. Revise el nombre, o busque también a quienes ya no trabajan aquí.</p>`
    : html`<p>Todavía no hay nadie en el directorio. ${isHr ? 'Registre a la primera persona, o importe la lista que ya tiene.' : ''}</p>`;
  return frame(place, {
    title: 'Personal',
    ...looking,
    here: PERSONNEL_PATH,
    ...(isHr && { scripts: ['card-bridge'] as const }),
    main: html`<h1>Personal</h1>
${isHr ? html`<p class="row"><a class="button" href="${place.path}${PERSONNEL_PATH}/nueva">Registrar a una persona</a><a class="button" href="${place.path}${PERSONNEL_PATH}/importar">Importar una lista</a><a class="button" href="${place.path}${PERSONNEL_PATH}/unidades">Unidades</a></p>` : html``}
${isHr ? html`<details><summary>Tarjetas: abrir la estación de este equipo</summary>${bridgePanel(place, { act: 'station', button: 'Abrir la estación de tarjetas' })}</details>` : html``}
<form method="get" action="${place.path}${PERSONNEL_PATH}" role="search">
<label for="nombre">Nombre, con o sin acentos</label><input id="nombre" name="nombre" value="${filters.nombre ?? ''}" maxlength="200" autocomplete="off">
<label for="unidad">Unidad, y lo que depende de ella</label><select id="unidad" name="unidad"><option value="">Todas</option>${unitOptions(units, filters.unidad)}</select>
<label class="check"><input type="checkbox" name="todas" value="1"${filters.todas === undefined ? html`` : html` checked`}><span>También quienes ya no trabajan aquí</span></label>
<p><button>Buscar</button></p></form>
<h2 class="sr">Personas</h2><ul class="cards">${officials.map((one) => personCard(place, one, looking.at))}</ul>
${officials.length === 0 ? none : html``}
${after === undefined ? html`` : html`<p><a class="button" href="${place.path}${PERSONNEL_PATH}?${more.toString()}">Más personas</a></p>`}`,
  });
}

/** What a form about somebody asks for; of a change, as it stands. */
export interface PersonForm {
  /** Below the office. */
  readonly action: string;
  readonly key: string;
  readonly units: readonly Unit[];
  readonly catalogue: Catalogue;
  readonly official?: OfficialView;
  /** What the fields say as they are shown: only what somebody changes is asked for. */
  readonly shown?: string;
  readonly submit: string;
}

function area(name: string, label: string, hint: string, values: readonly string[], offered: readonly string[]): Html {
  return html`<label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" rows="4" maxlength="5000" aria-describedby="${name}-hint">${values.join('\n')}</textarea>
<p class="hint" id="${name}-hint">${hint} Una en cada renglón.</p>
${offered.length > 0 ? html`<details><summary>Del catálogo: lo que ya tienen otras personas</summary><ul class="offers" data-offers="${name}">${offered.map((one) => html`<li><button type="button" class="plain" hidden>Agregar</button> <span>${one}</span></li>`)}</ul></details>` : html``}`;
}

/** The form by which somebody is registered or changed. */
export function personForm(
  { path }: OfficePlace,
  { action, key, units, catalogue, official, shown, submit }: PersonForm,
): Html {
  const { name = '', post = '', unit, validFrom = '', validUntil = '', publication, contact } = official ?? {};
  const ground = publication?.state === 'reserved' ? publication.legalGround : '';
  return html`<form method="post" action="${path}${action}" data-stay enctype="multipart/form-data">
<input type="hidden" name="key" value="${key}">${shown === undefined ? html`` : html`<input type="hidden" name="shown" value="${shown}">`}
<label for="name">Nombre completo, como en su nombramiento</label><input id="name" name="name" value="${name}" maxlength="200" required autocomplete="off">
<label for="post">Cargo</label><input id="post" name="post" value="${post}" maxlength="200" required autocomplete="off">
<label for="unit">Unidad</label><select id="unit" name="unit" required><option value="">Elija</option>${unitOptions(units, unit)}</select>
${area('powers', 'Atribuciones', 'Lo que la ley le permite hacer a este cargo.', official?.powers ?? [], catalogue.powers)}
${area('mayAsk', 'Puede pedir', 'Lo que puede pedirle a la gente: una identificación, una licencia.', official?.mayAsk ?? [], catalogue.mayAsk)}
${area('neverAsks', 'Nunca pide', 'Lo que nunca pide; la página pública lo dice.', official?.neverAsks ?? [], catalogue.neverAsks)}
<div class="row"><div><label for="validFrom">Desde el día</label><input id="validFrom" type="date" name="validFrom" value="${validFrom}" required></div>
<div><label for="validUntil">Hasta el día (si lo dice su nombramiento)</label><input id="validUntil" type="date" name="validUntil" value="${validUntil}"></div></div>
<div class="row"><div><label for="phone">Teléfono de oficina</label><input id="phone" name="phone" value="${contact?.phone ?? ''}" maxlength="40" autocomplete="off"></div>
<div><label for="mail">Correo de oficina</label><input id="mail" name="mail" value="${contact?.mail ?? ''}" maxlength="200" autocomplete="off"></div></div>
<label for="legalGround">Si su nombre se reserva: norma y resolución que lo dicen (vacío: es público)</label>
<textarea id="legalGround" name="legalGround" rows="2" maxlength="1000">${ground}</textarea>
${photoField(official?.photo === undefined)}
<p><button>${submit}</button></p></form>`;
}

/** Chosen, and cropped where the page's script runs: what is sent is the picture within the frame. */
function photoField(isMissing: boolean): Html {
  return html`<fieldset data-crop><legend>Fotografía${isMissing ? '' : ' nueva (vacío: se queda la que tiene)'}</legend>
<input type="file" id="photo" name="photo" accept="image/jpeg,image/png,image/webp" aria-label="Archivo con la fotografía">
<div data-crop-tools hidden><canvas width="360" height="480" tabindex="0" role="img" aria-label="Encuadre de la fotografía: flechas para moverla, más y menos para acercarla"></canvas>
<p class="row"><button type="button" class="plain" data-zoom="in">Acercar</button><button type="button" class="plain" data-zoom="out">Alejar</button></p>
<p class="hint">Arrastre la imagen hasta que el rostro quede al centro. Lo que se ve en el cuadro es lo que se guarda.</p></div></fieldset>`;
}

export function registerPage(place: OfficePlace, looking: Looking, form: PersonForm): string {
  return frame(place, {
    title: 'Registrar a una persona',
    ...looking,
    here: PERSONNEL_PATH,
    scripts: ['personnel'],
    main: html`<h1>Registrar a una persona</h1>
<p class="lead">Con estos datos la gente reconoce a quien llega a su puerta. Se publican en el directorio, salvo que la ley los reserve.</p>
${personForm(place, form)}
<p><a href="${place.path}${PERSONNEL_PATH}">Volver a la lista</a></p>`,
  });
}
