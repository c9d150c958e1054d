import { html, type Html } from '../../../verifier-web/html.ts';
import type { LoggedIn } from '../../access/session.ts';
import { formatLocalTime, parseTime, type UnixSeconds } from '../../core/time.ts';
import { RECEPTION_WAYS } from '../../oficio/reception.ts';
import { RECEPTION_WORDS, WAY_WORDS } from '../../texts/es/receptions.ts';
import type { DeliveryView, ReceptionView } from '../staff/receptions.ts';
import type { OficioView } from '../staff/views.ts';
import { frame, mayOpen, SCRIPT_TROUBLE, trouble, type OfficePlace } from './frame.ts';

interface Looking {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
}

export interface ReceptionsPage extends Looking {
  readonly letter: OficioView;
  readonly receptions: readonly ReceptionView[];
  readonly delivery: DeliveryView;
  /** Of the form: sent twice, it is one reception. */
  readonly formKey: string;
  /** The one that is corrected. */
  readonly corrected?: ReceptionView | undefined;
}

const HERE = '/acuses';

function timeOf(text: string | undefined): string {
  const at = text === undefined ? undefined : parseTime(text);
  return at === undefined ? (text ?? '') : formatLocalTime(at);
}

/** Where somebody types the letter whose receipt came back. */
export function findLetterPage(
  place: OfficePlace,
  looking: Looking,
  typed: string,
  told?: { readonly detail: string; readonly code: string },
): string {
  return frame(place, {
    title: 'Acuses',
    ...looking,
    here: HERE,
    main: html`<h1>Acuses de recibo</h1>${told ? trouble(told.detail, told.code) : html``}
<form method="get" action="${place.path}${HERE}"><label for="oficio">Folio del oficio, o su código de doce signos</label>
<input id="oficio" name="oficio" value="${typed}" maxlength="100" autocomplete="off" required>
<p><button>Buscar</button></p></form>`,
  });
}

function receptionCard(page: ReceptionsPage, path: string, one: ReceptionView): Html {
  const { id, state, receivedAt, how, name, post, office, folio, hasPhoto, registeredAt, reason } = one;
  const who = [name, post].filter(Boolean).join(', ');
  const way = WAY_WORDS[how as keyof typeof WAY_WORDS] ?? how;
  const mayCorrect = state === 'registered' && mayOpen(page.who, ['clerk'], page.at);
  return html`<li class="card"><h3>${receivedAt === undefined ? RECEPTION_WORDS.never : timeOf(receivedAt)}</h3>
${state === 'corrected' ? html`<p><strong>${RECEPTION_WORDS.corrected}</strong></p>` : html``}
<dl class="facts">${[
    ['Recibió', who],
    ['Oficina', office],
    ['Folio de quien recibió', folio],
    ['Cómo', way],
    ['Se corrigió otra porque', reason],
    ['Registrado', timeOf(registeredAt)],
  ].flatMap(([label, value]) => (value ? [html`<dt>${label}</dt><dd>${value}</dd>`] : []))}</dl>
${hasPhoto ? html`<p><a href="${path}/${id}/foto">Ver la foto del sello<span class="sr"> (${timeOf(receivedAt)})</span></a></p>` : html``}
${mayCorrect ? html`<p><a href="${path}?corrige=${id}#registrar">Corregir<span class="sr"> la del ${timeOf(receivedAt)}</span></a></p>` : html``}</li>`;
}

/** Whom it is for, for those who may know. */
function deliveryOf({ letter: { visit }, delivery: { addressee, place } }: ReceptionsPage): Html {
  const facts = [
    ['Destinatario', [addressee?.name, addressee?.post].filter(Boolean).join(', ')],
    ['Domicilio', addressee?.address],
    ['Visita', visit && `${timeOf(visit.from)} a ${timeOf(visit.to)}`],
    ['Lugar de la visita', place],
    ['Solo van', visit?.officials.join(', ')],
  ].flatMap(([label, value]) => (value ? [html`<dt>${label}</dt><dd>${value}</dd>`] : []));
  return facts.length > 0 ? html`<dl class="facts">${facts}</dl>` : html``;
}

function field(name: string, label: string, value: string | undefined, more: Html, most: number): Html {
  return html`<label for="${name}">${label}</label><input id="${name}" name="${name}" value="${value ?? ''}" maxlength="${most}" autocomplete="off"${more}>`;
}

function receptionForm(page: ReceptionsPage, path: string): Html {
  const { corrected, formKey, letter } = page;
  const [day = '', hour = ''] = timeOf(corrected?.receivedAt).split(' ');
  const [today = ''] = formatLocalTime(page.at).split(' ');
  const ways = RECEPTION_WAYS.map(
    (way) =>
      html`<label class="check"><input type="radio" name="how" value="${way}" required${(corrected?.how ?? 'window') === way ? html` checked` : html``}><span>${WAY_WORDS[way]}</span></label>`,
  );
  const correcting = corrected
    ? html`<input type="hidden" name="corrects" value="${corrected.id}">${field('reason', 'Por qué se corrige', '', html` required`, 300)}`
    : html``;
  return html`<h2 id="registrar">${corrected ? 'Corregir la recepción' : 'Registrar que se recibió'}</h2>
<p>Escriba el día y la hora verdaderos, aunque el sello diga otra cosa. Quien revise el oficio solo verá el día de la primera entrega: nunca quién lo recibió.</p>
<form method="post" action="${path}" enctype="multipart/form-data" data-stay="${corrected ? `corrige-${corrected.id}` : 'registra'}">
<input type="hidden" name="key" value="${formKey}">${correcting}
<div class="row"><div><label for="day">Día en que se recibió</label><input id="day" type="date" name="day" value="${day}" min="${timeOf(letter.sealedAt).slice(0, 10)}" max="${today}" required></div>
<div><label for="hour">Hora</label><input id="hour" type="time" name="hour" value="${hour}" required></div></div>
${field('name', 'Quién lo recibió', corrected?.name, html` required`, 120)}
${field('post', 'Su cargo', corrected?.post, html``, 160)}
${field('office', 'Oficina que lo recibió', corrected?.office, html``, 200)}
${field('folio', 'Folio que le dio esa oficina', corrected?.folio, html``, 60)}
<fieldset><legend>Cómo se recibió</legend>${ways}</fieldset>
<label for="photo">Foto de la hoja con el sello (si la hay)</label><input id="photo" type="file" name="photo" accept="image/jpeg,image/png,image/webp">
${SCRIPT_TROUBLE}<p><button>${corrected ? 'Registrar la corrección' : 'Registrar'}</button></p></form>
${corrected ? neverForm(page, path, corrected) : html``}`;
}

/** It was of another letter, or of nobody. */
function neverForm({ formKey }: ReceptionsPage, path: string, { id }: ReceptionView): Html {
  return html`<h2>No hubo tal entrega</h2><form method="post" action="${path}" enctype="multipart/form-data">
<input type="hidden" name="key" value="${formKey}-nunca"><input type="hidden" name="corrects" value="${id}"><input type="hidden" name="never" value="1">
<label for="why-never">Por qué</label><input id="why-never" name="reason" required maxlength="300" autocomplete="off">
<p><button class="plain">Registrar que no la hubo</button></p></form>`;
}

/** Who received one letter, and registering it. */
export function receptionsPage(place: OfficePlace, page: ReceptionsPage): string {
  const { letter, receptions, who, at } = page;
  const path = `${place.path}/oficios/${letter.id}/acuses`;
  const mayRegister = mayOpen(who, ['clerk'], at) && letter.leaves.signed !== undefined;
  return frame(place, {
    title: `Acuses de ${letter.folio}`,
    ...{ who, at },
    here: HERE,
    main: html`<h1>${letter.folio}</h1><p class="lead">${letter.subject}</p>${deliveryOf(page)}
<h2>Recepciones</h2>
${receptions.length > 0 ? html`<ul class="cards">${receptions.map((one) => receptionCard(page, path, one))}</ul>` : html`<p>Todavía no se registra ninguna.</p>`}
${mayRegister ? receptionForm(page, path) : html``}
<p><a href="${place.path}${HERE}">Buscar otro oficio</a></p>`,
  });
}
