import { html, type Html } from '../../../verifier-web/html.ts';
import { holdsRole, type Role } from '../../access/role.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import type { RetentionLine } from '../../personal/retention.ts';
import { ERASING } from '../../texts/es/personal-data.ts';
import { PRIVACY } from '../../texts/es/privacy.ts';
import type { ExportNoteView, SweepView } from '../staff/personal-data.ts';
import type { ExportView } from '../staff/personal-export.ts';
import type { PersonView } from '../staff/people.ts';
import type { DeliveryView, ReceptionView } from '../staff/receptions.ts';
import type { OficioView, OfficialView } from '../staff/views.ts';
import { exportedParts, type ExportedItem } from './export-page.ts';
import { frame, mayOpen, trouble, type OfficePlace } from './frame.ts';
import { timeWords, type Looking, type Told } from './letter-words.ts';

/** Below the office. */
export const DATA_PATH = '/datos';

/** Who answers a person that asks, who erases early, and who answers for the sweep. */
export const DATA_ROLES: readonly Role[] = ['hr', 'clerk', 'auditor', 'operator'];
export const ANSWERING: readonly Role[] = ['hr', 'auditor'];
const ERASERS: readonly Role[] = ['clerk', 'hr'];

/** About whom something is asked, as the staff API names it. */
export type AskedBy = 'official' | 'person' | 'name';

export interface DataPage {
  readonly retention: readonly RetentionLine[];
  readonly last: SweepView | undefined;
  /** What is due, where somebody had it counted. */
  readonly counted?: SweepView;
  /** For auditors. */
  readonly notes: readonly ExportNoteView[];
  readonly told?: Told;
  readonly typed?: string;
}

function searchForm({ path }: OfficePlace, typed = ''): Html {
  return html`<h2>Lo que se guarda de una persona</h2>
<form method="post" action="${path}${DATA_PATH}/buscar"><label for="busca">Nombre y apellido, o su clave</label>
<input id="busca" name="busca" value="${typed}" maxlength="120" autocomplete="off" required aria-describedby="busca-hint">
<p class="hint" id="busca-hint">Se busca en el directorio, entre quienes entran a la oficina, y entre destinatarios y quienes recibieron oficios. Pida antes una identificación.</p>
<p><button>Buscar</button></p></form>`;
}

function letterForm({ path }: OfficePlace): Html {
  return html`<h2>Borrar antes de tiempo lo que se guarda junto a un oficio</h2>
<form method="get" action="${path}${DATA_PATH}/oficio"><label for="oficio">Folio del oficio, o su código de doce signos</label>
<input id="oficio" name="oficio" maxlength="100" autocomplete="off" required><p><button class="plain">Ver lo que hay</button></p></form>`;
}

/** Lines of which there was something. */
function sweepList({ lines }: SweepView): Html {
  const some = lines.filter(({ due }) => due > 0);
  if (some.length === 0) return html`<p>No había nada vencido.</p>`;
  return html`<ul>${some.map(({ line, due, erased, failed }) => html`<li>${PRIVACY.line(line)[0]}: ${due} ${due === 1 ? 'vencido' : 'vencidos'}, ${erased} borrados${failed > 0 ? html`, <strong class="bad">${failed} no se pudieron: haga la revisión de la bitácora</strong>` : ''}.</li>`)}</ul>`;
}

function sweepSection({ path }: OfficePlace, looking: Looking, { last, counted }: DataPage): Html {
  const buttons = html`<div class="row"><form method="post" action="${path}${DATA_PATH}/barrido"><input type="hidden" name="solo" value="contar"><button class="plain">Contar lo vencido</button></form>
<form method="post" action="${path}${DATA_PATH}/barrido"><button class="plain">Borrar ahora lo vencido</button></form></div>`;
  return html`<h2>Borrado de lo que venció</h2>
<p>El servicio lo borra solo: al arrancar y cada día.</p>
${last ? html`<p>La última vez: ${timeWords(last.at)}.</p>${sweepList(last)}` : html`<p>Desde que arrancó el servicio no ha habido ninguno.</p>`}
${counted ? html`<div class="note" role="status"><p><strong>Vencido hasta ahora, sin borrar nada:</strong></p>${sweepList(counted)}</div>` : html``}
${mayOpen(looking.who, ['operator'], looking.at) ? buttons : html``}`;
}

function retentionTable(lines: readonly RetentionLine[]): Html {
  const item = (line: RetentionLine): Html => {
    const [what, why] = PRIVACY.line(line.id);
    return html`<dt>${what}</dt><dd>${PRIVACY.time(line)}. Para qué: ${why}.</dd>`;
  };
  return html`<h2>Qué se guarda y hasta cuándo</h2><dl class="facts">${lines.filter(({ of }) => of !== 'nobody').map(item)}</dl>`;
}

function notesSection(notes: readonly ExportNoteView[]): Html {
  const whom = (about: ExportNoteView['about']): string => {
    if ('name' in about) return about.name;
    return 'official' in about ? `persona del directorio ${about.official}` : `persona con acceso ${about.person}`;
  };
  const item = ({ at, by, about }: ExportNoteView): Html =>
    html`<li>${timeWords(at)}: ${by?.name ?? 'desde el equipo del servicio'} pidió los datos de ${whom(about)}.</li>`;
  return html`<h2>Quién pidió los datos de quién</h2>
${notes.length > 0 ? html`<ul>${notes.map(item)}</ul>` : html`<p>Nadie todavía.</p>`}`;
}

/** Where requests of people about their data begin; each sees what their role opens. */
export function dataPage(place: OfficePlace, looking: Looking, page: DataPage): string {
  const may = (roles: readonly Role[]): boolean => mayOpen(looking.who, roles, looking.at);
  const { told, typed, notes, retention } = page;
  return frame(place, {
    title: 'Datos personales',
    ...looking,
    here: DATA_PATH,
    main: html`<h1>Datos personales</h1>${told ? trouble(told.detail, told.code) : html``}
<p class="lead">Lo que una persona puede pedir: verlo, corregirlo, borrarlo u oponerse (derechos ARCO).</p>
${may(ANSWERING) ? searchForm(place, typed) : html``}${may(['clerk']) ? letterForm(place) : html``}
${sweepSection(place, looking, page)}${may(['auditor']) ? notesSection(notes) : html``}${retentionTable(retention)}`,
  });
}

export interface FoundPeople {
  readonly typed: string;
  readonly officials: readonly OfficialView[];
  readonly people: readonly PersonView[];
  /** Whether it can be looked for beside letters: a name and a surname. */
  readonly isName: boolean;
}

/** A button that asks for all that is held about one, which is noted. */
function askFor({ path }: OfficePlace, by: AskedBy, value: string, label: Html): Html {
  return html`<form method="post" action="${path}${DATA_PATH}/persona"><input type="hidden" name="de" value="${by}"><input type="hidden" name="valor" value="${value}"><button class="plain">${label}</button></form>`;
}

/** Who it may be. */
export function foundPage(place: OfficePlace, looking: Looking, found: FoundPeople): string {
  const { typed, officials, people, isName } = found;
  const look = (name: string): Html => html`Ver lo que se guarda<span class="sr"> de ${name}</span>`;
  const official = ({ id, name, post, unit }: OfficialView): Html =>
    html`<li class="card"><h3>${name === '' ? `Nombre reservado (${id})` : name}</h3><p>${post}, ${unit}</p>${askFor(place, 'official', id, look(name))}</li>`;
  const person = ({ id, name, ended }: PersonView): Html =>
    html`<li class="card"><h3>${name}</h3><p>${ended ? 'Ya no entra a la oficina' : 'Entra a la oficina'}</p>${askFor(place, 'person', id, look(name))}</li>`;
  // Of whoever is only known by name, human resources of one unit are told nothing (`checkMayExport`).
  const day = dayInMexicoCity(looking.at);
  const mayByName = ANSWERING.some((role) => holdsRole(looking.who.caller.grants, role, day, null));
  const byName = isName
    ? askFor(place, 'name', typed, html`Buscarla así en los oficios`)
    : html`<p>Para buscar así hacen falta nombre y apellido.</p>`;
  return frame(place, {
    title: 'Datos personales',
    ...looking,
    here: DATA_PATH,
    main: html`<h1>¿De quién?</h1>
<p>Cada consulta queda anotada: quién pidió los datos de quién, y cuándo. Auditoría la ve durante dos años.</p>
<h2>En el directorio</h2>${officials.length > 0 ? html`<ul class="cards">${officials.map(official)}</ul>` : html`<p>Nadie así.</p>`}
<h2>Entre quienes entran a la oficina</h2>${people.length > 0 ? html`<ul class="cards">${people.map(person)}</ul>` : html`<p>Nadie así.</p>`}
<h2>Como destinataria, o como quien recibió un oficio</h2>
${mayByName ? html`<p>«${typed}». Dos personas que se llaman igual no se distinguen: compare con lo que sabe de ella.</p>${byName}` : html`<p>Lo puede ver quien tiene el permiso para todas las unidades.</p>`}
<p><a href="${place.path}${DATA_PATH}">Buscar a otra persona</a></p>`,
  });
}

/** Of what stands beside a letter: the addressee, or one reception. */
interface Erasable {
  readonly letter: string;
  readonly reception?: string;
  readonly folio: string;
}

function eraseForm({ path }: OfficePlace, { letter, reception, folio }: Erasable): Html {
  const { title, goes, stays } = ERASING[reception === undefined ? 'addressee' : 'reception'];
  const own = `${letter}-${reception ?? 'destinatario'}`;
  return html`<details><summary>${title}<span class="sr"> (${folio})</span></summary><p>${goes}</p><p>${stays}</p>
<form method="post" action="${path}${DATA_PATH}/oficios/${letter}/borrar" data-stay="${own}">
${reception === undefined ? html`` : html`<input type="hidden" name="reception" value="${reception}">`}
<fieldset><legend>Qué derecho ejerce la persona</legend>
<label class="check"><input type="radio" name="ground" value="cancellation" required checked><span>Cancelación: que se borren</span></label>
<label class="check"><input type="radio" name="ground" value="opposition" required><span>Oposición: que no se usen</span></label></fieldset>
<label for="ref-${own}">Número de su solicitud</label><input id="ref-${own}" name="reference" maxlength="60" required autocomplete="off" placeholder="ARCO-12/2026" aria-describedby="hint-${own}">
<p class="hint" id="hint-${own}">Queda en la bitácora para siempre: nunca escriba ahí un nombre.</p>
<div class="stop" role="alert" tabindex="-1" hidden><p></p></div><p><button>Pedir que se borre</button></p></form></details>`;
}

export interface ExportedPage {
  readonly whom: string;
  readonly by: AskedBy;
  readonly value: string;
  readonly view: ExportView;
}

/** What may be done about one item: where it is corrected, and erasing it. */
function besideItem(place: OfficePlace, looking: Looking, line: string, item: ExportedItem): Html {
  const { path } = place;
  const { id, letter, state, erased } = item;
  const folio = typeof item['folio'] === 'string' ? item['folio'] : '';
  const mayErase = mayOpen(looking.who, ERASERS, looking.at) && erased === undefined;
  if (line === 'officials' && typeof id === 'string') {
    return html`<p><a href="${path}/personal/${id}">Corregir en su ficha</a></p>`;
  }
  if ((line !== 'addressees' && line !== 'receptions') || typeof letter !== 'string') return html``;
  const own = line === 'receptions' && typeof id === 'string' ? { reception: id } : {};
  const to = line === 'receptions' ? `/oficios/${letter}/acuses` : `/oficios/${letter}`;
  const how = line === 'receptions' ? 'Corregir en sus acuses' : 'Si está equivocado, se sustituye el oficio';
  const correct = mayOpen(looking.who, ['clerk', 'auditor'], looking.at) && state !== 'corrected';
  return html`${correct ? html`<p><a href="${path}${to}">${how}<span class="sr"> (${folio})</span></a></p>` : html`<p class="hint">Lo corrige la oficialía de partes de la unidad.</p>`}
${mayErase ? eraseForm(place, { letter, ...own, folio }) : html``}`;
}

/** All that is held about one person, to look at, hand over, correct and erase. */
export function exportedPage(place: OfficePlace, looking: Looking, { whom, by, value, view }: ExportedPage): string {
  const save = (as: string, label: string): Html =>
    html`<form method="post" action="${place.path}${DATA_PATH}/persona"><input type="hidden" name="de" value="${by}"><input type="hidden" name="valor" value="${value}"><input type="hidden" name="como" value="${as}"><button${as === 'json' ? html` class="plain"` : html``}>${label}</button></form>`;
  return frame(place, {
    title: `Datos de ${whom}`,
    ...looking,
    here: DATA_PATH,
    main: html`<h1>Lo que se guarda de ${whom}</h1>
<p>El ${timeWords(view.at)}. Quedó anotado que usted lo consultó.</p>
<div class="row">${save('leer', 'Guardar para entregar o imprimir')}${save('json', 'Guardar todo (JSON)')}</div>
<p class="hint">Entréguelo solo a la persona, o a quien la represente.</p>
${exportedParts(view, {
  beside: (line, item) => besideItem(place, looking, line, item),
  // Pages of the office show no pictures but their own.
  photo: () => html`<img class="face" alt="Su fotografía" src="${place.path}/personal/${value}/foto">`,
})}
<p><a href="${place.path}${DATA_PATH}">Buscar a otra persona</a></p>`,
  });
}

export interface BesideLetterPage {
  readonly letter: OficioView;
  readonly delivery: DeliveryView;
  readonly receptions: readonly ReceptionView[];
}

/** What is kept beside one letter, for a clerk of its unit. */
export function besideLetterPage(
  place: OfficePlace,
  looking: Looking,
  { letter, delivery, receptions }: BesideLetterPage,
): string {
  const { id, folio, subject } = letter;
  const isKept = delivery.addressee !== undefined || delivery.place !== undefined;
  const items: ExportView['parts'] = [
    { line: 'addressees', items: isKept || delivery.erased ? [{ letter: id, folio, ...delivery }] : [] },
    { line: 'receptions', items: receptions.map((one) => ({ folio, letter: id, ...one })) },
  ];
  return frame(place, {
    title: `Datos junto a ${folio}`,
    ...looking,
    here: DATA_PATH,
    main: html`<h1>${folio}</h1><p class="lead">${subject}</p>
${exportedParts({ parts: items }, { beside: (line, item) => besideItem(place, looking, line, item) })}
<p><a href="${place.path}${DATA_PATH}">Volver a datos personales</a></p>`,
  });
}
