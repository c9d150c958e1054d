import { html, type Html } from '../../../verifier-web/html.ts';
import { ACT_RESULTS } from '../../access/told-act.ts';
import type { LoggedIn } from '../../access/session.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { Unit } from '../../directory/unit.ts';
import { LOG_ACTS, LOG_NOUNS, RESULTS } from '../../texts/es/log.ts';
import type { EntryPage, EntryView } from '../staff/log-entries.ts';
import type { PersonView } from '../staff/people.ts';
import { frame, trouble, type OfficePlace } from './frame.ts';
import { actWords, personWords, timeWords } from './log-words.ts';

/** What the list is narrowed by, as its address says it. */
export const FILTERS = ['acto', 'persona', 'unidad', 'desde', 'hasta', 'funcionario', 'oficio', 'resultado'] as const;
export type LogFilters = { readonly [Name in (typeof FILTERS)[number]]?: string };

export interface Looking {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
}

export interface LogPage {
  readonly filters: LogFilters;
  readonly page: EntryPage;
  readonly people: readonly PersonView[];
  readonly units: readonly Unit[];
  /** Officials by their ids. */
  readonly names: ReadonlyMap<string, string>;
  readonly isFirst: boolean;
  readonly told?: { readonly detail: string; readonly code: string };
}

/** The ways about within the log. */
export function logTabs({ path }: OfficePlace, here: string): Html {
  const tabs = [
    ['/bitacora', 'Actos'],
    ['/bitacora/revocaciones', 'Revocaciones y suspensiones'],
    ['/bitacora/revision', 'Revisión completa'],
    ['/bitacora/verificar', 'Verificar en este navegador'],
  ] as const;
  return html`<ul class="tabs">${tabs.map(
    ([to, label]) =>
      html`<li><a href="${path}${to}"${to === here ? html` aria-current="page"` : html``}>${label}</a></li>`,
  )}</ul>`;
}

export function resultMark({ result }: Pick<EntryView, 'result'>): Html {
  const bad = result === 'not-authorised' || result === 'unread';
  return html`<strong class="${bad ? 'bad' : 'good'}">${RESULTS[result].short}</strong>`;
}

/** What an act is about, in a line. */
export function aboutWords({ about }: Pick<EntryView, 'about'>, names: ReadonlyMap<string, string>): string {
  const { noun, key, folio, official, unit, name } = about;
  const parts = [
    folio ??
      name ??
      (noun === undefined || noun === 'person' ? undefined : `${LOG_NOUNS[noun] ?? noun} ${key ?? ''}`.trim()),
    official === undefined ? undefined : (names.get(official) ?? official),
    unit === undefined ? undefined : `unidad ${unit}`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function actCard({ path }: OfficePlace, act: EntryView, names: ReadonlyMap<string, string>): Html {
  const about = aboutWords(act, names);
  return html`<li class="card"><h3><a href="${path}/bitacora/${act.index}">${act.index}. ${actWords(act)}</a></h3>
<p>${timeWords(act)} · ${resultMark(act)}</p>
${about === '' ? html`` : html`<p>${about}</p>`}
${act.by.length > 0 ? html`<p>${act.result === 'not-authorised' ? 'Dice ser de' : 'Por'}: ${act.by.map(personWords).join('; ')}</p>` : html``}</li>`;
}

function option(value: string, label: string, chosen: string | undefined): Html {
  return html`<option value="${value}"${value === chosen ? html` selected` : html``}>${label}</option>`;
}

/** Acts by their noun: all of a group, or one. */
function actOptions(chosen: string | undefined): Html {
  const groups = new Map<string, string[]>();
  for (const act of Object.keys(LOG_ACTS)) {
    const noun = act.split('/')[0]!;
    groups.set(noun, [...(groups.get(noun) ?? []), act]);
  }
  const words: Readonly<Record<string, string>> = { ...LOG_NOUNS, access: 'Acceso' };
  return html`${[...groups].map(
    ([noun, acts]) =>
      html`<optgroup label="${words[noun] ?? noun}">${acts.length > 1 ? option(acts.join(' '), `Todo: ${(words[noun] ?? noun).toLowerCase()}`, chosen) : html``}${acts.map((act) => option(act, LOG_ACTS[act]!, chosen))}</optgroup>`,
  )}`;
}

function filterForm({ path }: OfficePlace, { filters, people, units }: LogPage): Html {
  const isOpen = Object.keys(filters).length > 0;
  return html`<details${isOpen ? html` open` : html``}><summary>Buscar y filtrar</summary>
<form method="get" action="${path}/bitacora">
<label for="acto">Acto</label><select id="acto" name="acto">${option('', 'Todos', undefined)}${actOptions(filters.acto)}</select>
<label for="resultado">Resultado</label><select id="resultado" name="resultado">${option('', 'Todos', undefined)}${ACT_RESULTS.map((one) => option(one, RESULTS[one].short, filters.resultado))}</select>
<label for="persona">Persona que actuó, o de cuyo acceso se trata</label><select id="persona" name="persona">${option('', 'Todas', undefined)}${people.map(({ id, name }) => option(id, name, filters.persona))}</select>
<label for="unidad">Unidad, y lo que depende de ella</label><select id="unidad" name="unidad">${option('', 'Todas', undefined)}${units.map(({ code, name }) => option(code, `${code} ${name ?? ''}`.trim(), filters.unidad))}</select>
<label for="funcionario">Persona servidora pública (clave del directorio)</label><input id="funcionario" name="funcionario" value="${filters.funcionario ?? ''}" maxlength="64" autocomplete="off">
<label for="oficio">Oficio (folio, o código de 12 letras y números)</label><input id="oficio" name="oficio" value="${filters.oficio ?? ''}" maxlength="100" autocomplete="off">
<div class="row"><div><label for="desde">Desde el día</label><input id="desde" type="date" name="desde" value="${filters.desde ?? ''}"></div>
<div><label for="hasta">Hasta el día</label><input id="hasta" type="date" name="hasta" value="${filters.hasta ?? ''}"></div></div>
<p><button>Buscar</button></p></form>
${isOpen ? html`<p><a href="${path}/bitacora">Quitar los filtros</a></p>` : html``}</details>`;
}

function addressOf({ path }: OfficePlace, to: string, filters: LogFilters, before?: number): string {
  const query = new URLSearchParams({ ...filters, ...(before !== undefined && { antes: String(before) }) });
  return `${path}${to}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

/** Every act of the log, the newest first. */
export function logPage(place: OfficePlace, looking: Looking, shown: LogPage): string {
  const { page, filters, names, isFirst, told } = shown;
  const { acts, next, size } = page;
  const found = acts.map((act) => actCard(place, act, names));
  const more =
    next === undefined
      ? html`<p>${acts.length > 0 ? 'Es todo.' : 'Ningún acto es así.'}</p>`
      : html`<p><a class="button" href="${addressOf(place, '/bitacora', filters, next)}">${acts.length > 0 ? 'Más antiguos' : `Seguir buscando antes del asiento ${next}`}</a></p>`;
  return frame(place, {
    title: 'Bitácora',
    ...looking,
    here: '/bitacora',
    main: html`<h1>Bitácora</h1>${logTabs(place, '/bitacora')}
${told ? trouble(told.detail, told.code) : html`<p>Todo lo que se ha hecho: ${size} asientos. Nada se borra ni se cambia sin que se note.</p>`}
${filterForm(place, shown)}
<p><a href="${addressOf(place, '/bitacora/exportar.csv', filters)}">Descargar ${Object.keys(filters).length > 0 ? 'lo filtrado' : 'todo'} para una hoja de cálculo (CSV)</a></p>
${isFirst ? html`` : html`<p><a href="${addressOf(place, '/bitacora', filters)}">Volver a los más recientes</a></p>`}
<h2>Actos</h2><ul class="cards">${found}</ul>${told ? html`` : more}`,
  });
}
