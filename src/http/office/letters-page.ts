import { html, type Html } from '../../../verifier-web/html.ts';
import type { Unit } from '../../directory/unit.ts';
import type { ListedApproval } from '../staff/approval-list.ts';
import type { LetterPage } from '../staff/letters.ts';
import type { OficioView } from '../staff/views.ts';
import { MOST_BRIDGE_LETTERS } from '../card-bridge.ts';
import { bridgePanel } from './bridge-panel.ts';
import { frame, mayOpen, type OfficePlace } from './frame.ts';
import { letterTabs, moneyWords, stateMark, STATES, timeWords, typeWords, waitingWords } from './letter-words.ts';
import type { Looking } from './letter-words.ts';

/** What the list is narrowed by, as its address says it. */
export const LETTER_FILTERS = ['texto', 'unidad', 'estado', 'anio'] as const;
export type LetterFilters = { readonly [Name in (typeof LETTER_FILTERS)[number]]?: string };

export interface LettersPage {
  readonly filters: LetterFilters;
  readonly page: LetterPage;
  readonly units: readonly Unit[];
  readonly waiting: readonly ListedApproval[];
  readonly isFirst: boolean;
  /** Those that wait for the card of whoever looks. */
  readonly forCard: readonly OficioView[];
}

function letterItem({ path }: OfficePlace, letter: OficioView): Html {
  const { id, folio, subject, type, amount, signer, signedAt, sealedAt } = letter;
  const when = signedAt === undefined ? `registrado el ${timeWords(sealedAt)}` : `firmado el ${timeWords(signedAt)}`;
  return html`<li class="card"><h3><a href="${path}/oficios/${id}">${folio}</a></h3><p>${stateMark(letter)}</p>
<p>${subject}</p><p class="hint">${typeWords(type)} · ${moneyWords(amount)} · ${signer.name}, ${when}</p></li>`;
}

/** Letters of one signer, to be looked at one by one and signed at once. */
function signingForm({ path }: OfficePlace, waiting: readonly ListedApproval[]): Html {
  if (waiting.length === 0) return html``;
  const item = (one: ListedApproval): Html => {
    const [letter] = one.about ?? [];
    if (!letter) return html``;
    return html`<li class="card"><label class="check"><input type="checkbox" name="approval" value="${one.id}"><span><b>${letter.folio}</b> ${letter.subject}</span></label>
<p class="hint">${typeWords(letter.type)} · ${moneyWords(letter.amount)} · lo mandó ${one.requester}; espera hasta ${timeWords(one.expiresAt)}</p>
<p class="row"><a class="button" href="${path}/solicitudes/${one.id}/oficios/${letter.id}" target="_blank">Ver el PDF<span class="sr"> de ${letter.folio}</span></a><a class="button" href="${path}/solicitudes/${one.id}">Firmar solo este<span class="sr">: ${letter.folio}</span></a></p></li>`;
  };
  return html`<section aria-labelledby="to-sign"><h2 id="to-sign">Esperan su firma</h2>
<p>Vea cada PDF y marque los que firmará. Los confirma todos con una sola lectura de su llave de acceso.</p>
<form method="post" action="${path}/oficios/firmar" data-stay><ul class="cards">${waiting.map(item)}</ul>
<p><button>Firmar los que marqué</button></p></form></section>`;
}

/** Letters for one's card: signed together, with one PIN. */
function cardSection(place: OfficePlace, forCard: readonly OficioView[]): Html {
  if (forCard.length === 0) return html``;
  const item = ({ id, folio, subject, type, amount, sealedAt }: OficioView): Html =>
    html`<li class="card"><label class="check"><input type="checkbox" name="letter" value="${id}" data-folio="${folio}"><span><b>${folio}</b> ${subject}</span></label>
<p class="hint">${typeWords(type)} · ${moneyWords(amount)} · registrado el ${timeWords(sealedAt)}</p>
<p class="row"><a class="button" href="${place.path}/oficios/${id}/borrador" target="_blank">Ver el PDF<span class="sr"> de ${folio}</span></a></p></li>`;
  return html`<section aria-labelledby="to-card" id="for-card"><h2 id="to-card">Esperan su tarjeta</h2>
<ul class="cards">${forCard.slice(0, MOST_BRIDGE_LETTERS).map(item)}</ul>${bridgePanel(place, { act: 'sign', button: 'Firmar con mi tarjeta los que marqué' })}</section>`;
}

function waitingList({ path }: OfficePlace, title: string, waiting: readonly ListedApproval[]): Html {
  if (waiting.length === 0) return html``;
  const item = (one: ListedApproval): Html =>
    html`<li><a href="${path}/solicitudes/${one.id}">${waitingWords(one)}</a>: lo pidió ${one.requester}, ${timeWords(one.madeAt)}; espera hasta ${timeWords(one.expiresAt)}</li>`;
  return html`<section><h2>${title}</h2><ul>${waiting.map(item)}</ul></section>`;
}

function option(value: string, label: string, chosen: string | undefined): Html {
  return html`<option value="${value}"${value === chosen ? html` selected` : html``}>${label}</option>`;
}

function filterForm({ path }: OfficePlace, { filters, units }: LettersPage): Html {
  const { texto = '', unidad, estado, anio = '' } = filters;
  const states = Object.entries(STATES).filter(([state]) => state !== 'void');
  return html`<form method="get" action="${path}/oficios" role="search"><div class="row filters">
<div><label for="texto">Buscar</label><input id="texto" name="texto" value="${texto}" placeholder="folio, asunto, firmante" maxlength="200" autocomplete="off"></div>
<div><label for="unidad">Unidad</label><select id="unidad" name="unidad">${option('', 'Todas las suyas', unidad)}${units.map(({ code, name }) => option(code, `${code} · ${name}`, unidad))}</select></div>
<div><label for="estado">Estado</label><select id="estado" name="estado">${option('', 'Cualquiera', estado)}${states.map(([state, label]) => option(state, label, estado))}</select></div>
<div><label for="anio">Año</label><input id="anio" name="anio" value="${anio}" inputmode="numeric" pattern="[0-9]{4}" maxlength="4" autocomplete="off"></div></div>
<p><button class="plain">Buscar</button></p></form>`;
}

/** Nothing is there yet, or nothing that was looked for. */
function emptyWords({ path }: OfficePlace, { filters, isFirst }: LettersPage, mayMake: boolean): Html {
  if (!isFirst) return html`<p>No hay más oficios.</p>`;
  if (Object.values(filters).some((value) => value !== undefined)) {
    return html`<p>Ningún oficio es así. <a href="${path}/oficios">Quitar los filtros</a></p>`;
  }
  const first = html`<p>Tenga a la mano el PDF, tal como sale de Word o del escáner: con él basta. Le pone folio y sello, y lo manda a firma.</p>
<p><a class="button main" href="${path}/oficios/nuevo">Hacer el primer oficio</a></p>`;
  return html`<div class="note"><p><strong>Todavía no hay ningún oficio.</strong></p>${mayMake ? first : html``}</div>`;
}

/** The clerk's inbox: what waits, and every letter that they may read. */
export function lettersPage(place: OfficePlace, looking: Looking, shown: LettersPage): string {
  const { page, filters, waiting } = shown;
  const { path } = place;
  const mayMake = mayOpen(looking.who, ['clerk', 'signer'], looking.at);
  const toSign = waiting.filter((one) => one.waitsForYou && one.action === 'oficio/signed' && one.count === 1);
  const others = waiting.filter((one) => one.waitsForYou && !toSign.includes(one));
  const asked = waiting.filter((one) => one.yours && !one.waitsForYou);
  const more = new URLSearchParams();
  for (const name of LETTER_FILTERS) if (filters[name] !== undefined) more.set(name, filters[name]);
  if (page.next !== undefined) more.set('antes', String(page.next));
  const isNew = page.items.length === 0 && shown.isFirst && more.size === 0;
  return frame(place, {
    title: 'Oficios',
    ...looking,
    here: '/oficios',
    ...(shown.forCard.length > 0 && { scripts: ['card-bridge'] as const }),
    main: html`<h1>Oficios</h1>${letterTabs(place, '/oficios')}
${mayMake && !isNew ? html`<p><a class="button main" href="${path}/oficios/nuevo">Nuevo oficio</a></p>` : html``}
${signingForm(place, toSign)}${cardSection(place, shown.forCard)}${waitingList(place, 'Esperan por usted', others)}${waitingList(place, 'Esperan por otra persona', asked)}
${isNew ? html`` : html`<h2>Todos los oficios</h2>${filterForm(place, shown)}`}
${page.items.length > 0 ? html`<ul class="cards">${page.items.map((one) => letterItem(place, one))}</ul>` : emptyWords(place, shown, mayMake)}
${page.cut ? html`<p class="hint">Se buscó en los 5,000 más recientes.</p>` : html``}
${page.next === undefined ? html`` : html`<p><a class="button" href="${path}/oficios?${more.toString()}">Ver más antiguos</a></p>`}`,
  });
}
