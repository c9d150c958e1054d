import { html, type Html } from '../../../verifier-web/html.ts';
import { CARD_END_REASONS } from '../../card/card.ts';
import { PERSON_REASONS, type CredentialState } from '../../credential/credential.ts';
import { EVIDENCE_KINDS, PERSONAL_REASONS } from '../../directory/distinctive/distinctive.ts';
import { END_REASONS, mandateAt } from '../../directory/official.ts';
import { dayInMexicoCity, formatLocalTime, parseTime } from '../../core/time.ts';
import * as words from '../../texts/es/personnel.ts';
import type { DistinctiveView } from '../staff/distinctives.ts';
import type { PersonView } from '../staff/people.ts';
import type { CardLine } from '../staff/told-cards.ts';
import type { CredentialView, OfficialView } from '../staff/views.ts';
import { frame, mayOpen, type OfficePlace } from './frame.ts';
import { nameOf, personForm, PERSONNEL_PATH, type Looking, type PersonForm } from './personnel-page.ts';

/** All that the office has about somebody. */
export interface OfficialPage {
  readonly official: OfficialView;
  readonly credentials: readonly CredentialView[];
  readonly cards: readonly CardLine[];
  readonly distinctives: readonly DistinctiveView[];
  /** Their access to the office, if they have any. */
  readonly access: readonly PersonView[];
  readonly form: PersonForm;
}

function localDay(text: string): string {
  const at = parseTime(text);
  return at === undefined ? text : formatLocalTime(at);
}

function options(reasons: Readonly<Record<string, string>>, listed: readonly string[]): Html {
  return html`${listed.map((one) => html`<option value="${one}">${reasons[one] ?? one}</option>`)}`;
}

/** One step that is asked for and then confirmed with a passkey. */
function actForm(action: string, stay: string, content: Html, button: string, about: string): Html {
  return html`<form method="post" action="${action}" data-stay="${stay}">${content}<button class="plain">${button}<span class="sr"> ${about}</span></button></form>`;
}

function credentialCard(base: string, one: CredentialView, isHr: boolean): Html {
  const { serial, kind, state, keyPlace, notAfter, revokedAt, reason } = one;
  const at = `${base}/credencial/${serial}`;
  const title = words.CREDENTIAL_KINDS[kind] ?? kind;
  const why = html`<label for="why-${serial}">Motivo</label><select id="why-${serial}" name="reason">${options(words.REVOKING_REASONS, PERSON_REASONS)}</select>`;
  const reasons: Readonly<Record<string, string>> = words.REVOKING_REASONS;
  const isOpen = state === 'issued' || state === 'suspended';
  return html`<li class="card"><h3>${title}</h3>
<p><strong class="${state === 'issued' ? 'good' : 'bad'}">${words.CREDENTIAL_STATES[state as CredentialState]}</strong>${isOpen ? ` · vence ${localDay(notAfter)}` : ''}${revokedAt === undefined ? '' : ` desde ${localDay(revokedAt)}: ${reasons[reason ?? ''] ?? reason ?? ''}`}${keyPlace === 'card' ? ' · en tarjeta' : ''}</p>
<p class="hint">Número <code>${serial}</code></p>
${isHr && state === 'issued' ? actForm(`${at}/suspender`, `s${serial}`, html``, 'Suspender', title) : html``}
${isHr && state === 'suspended' ? actForm(`${at}/reanudar`, `r${serial}`, html``, 'Reanudar', title) : html``}
${isHr && isOpen ? html`<details><summary>Revocar para siempre</summary>${actForm(`${at}/revocar`, `v${serial}`, why, 'Revocar', title)}</details>` : html``}</li>`;
}

function cardOf(base: string, { path }: OfficePlace, { card }: CardLine, isHr: boolean): Html {
  if (!card) return html``;
  const { number, state, expires } = card;
  const why = html`<label for="end-${number}">Qué pasó</label><select id="end-${number}" name="reason">${options(
    words.CARD_REASONS,
    CARD_END_REASONS.filter((one) => one !== 'wiped' && one !== 'left'),
  )}</select>`;
  const ending = html`<details><summary>Se perdió, se dañó o se cambia</summary><p>La tarjeta y todas las credenciales que lleva dejan de valer en el mismo acto.</p>${actForm(`${base}/tarjeta/${number}/terminar`, `t${number}`, why, 'Dar de baja la tarjeta', number)}</details>`;
  return html`<li class="card"><h3>Tarjeta ${number}</h3>
<p><strong class="${state === 'active' ? 'good' : 'bad'}">${words.CARD_STATES[state]}</strong>${state === 'ended' ? '' : ` · vence el ${expires}`}</p>
${state === 'active' ? html`<p><a href="${path}${PERSONNEL_PATH}/gafete/${number}">Gafete para imprimir (PDF)<span class="sr"> de la tarjeta ${number}</span></a></p>` : html``}
${isHr && state !== 'ended' ? ending : html``}</li>`;
}

function distinctiveCard(base: string, { path }: OfficePlace, one: DistinctiveView, isHr: boolean): Html {
  const { number, state, until, evidence } = one;
  const why = html`<label for="w-${number}">Motivo</label><select id="w-${number}" name="reason">${options(words.WITHDRAWING_REASONS, PERSONAL_REASONS)}</select>`;
  return html`<li class="card"><h3>Distintivo ${number}</h3>
<p><strong class="${state === 'current' ? 'good' : 'bad'}">${words.DISTINCTIVE_STATES[state]}</strong> · hasta el ${until}</p>
<ul>${evidence.map(({ kind, until: end }) => html`<li>${words.EVIDENCE_WORDS[kind]}: hasta el ${end}</li>`)}</ul>
${state === 'current' ? html`<p><a href="${path}${PERSONNEL_PATH}/distintivo/${number}">Imprimirlo (PDF)<span class="sr">: distintivo ${number}</span></a></p>` : html``}
${isHr && state === 'current' ? html`<details><summary>Retirarlo</summary>${actForm(`${base}/distintivo/${number}/retirar`, `d${number}`, why, 'Retirar', `el distintivo ${number}`)}</details>` : html``}</li>`;
}

/** What a grant asks for: each piece of evidence with its last day. */
function grantForm(base: string, key: string, isRenewal: boolean): Html {
  const piece = (kind: (typeof EVIDENCE_KINDS)[number]): Html =>
    html`<div class="row"><div><label for="${kind}">${words.EVIDENCE_WORDS[kind]}: vale hasta el día</label><input id="${kind}" type="date" name="${kind}" required></div>
<div><label for="${kind}-ref">Expediente (sin resultados)</label><input id="${kind}-ref" name="${kind}-ref" maxlength="200" autocomplete="off"></div></div>`;
  return html`<details><summary>${isRenewal ? 'Renovar el distintivo' : 'Otorgar el distintivo «libre de extorsión»'}</summary>
<form method="post" action="${base}/distintivo" data-stay="distintivo"><input type="hidden" name="key" value="${key}">
<p>Vale hasta que venza la primera de las tres evaluaciones.</p>${EVIDENCE_KINDS.map(piece)}
<p><button>${isRenewal ? 'Pedir la renovación' : 'Pedir que se otorgue'}</button></p></form></details>`;
}

function issueForm(base: string, key: string): Html {
  return html`<details><summary>Emitir una credencial</summary>
<form method="post" action="${base}/credencial" data-stay="credencial"><input type="hidden" name="key" value="${key}">
<label for="kind">Para qué</label><select id="kind" name="kind"><option value="signer">Firmar oficios (su llave la guarda el servicio)</option><option value="staff">Identificarse (sin tarjeta)</option></select>
<label for="days">Cuántos días vale</label><input id="days" name="days" type="number" min="1" max="1098" value="365" required>
<p class="hint">Hacen falta dos personas: recursos humanos y quien aprueba. Las tarjetas se escriben en la estación.</p>
<p><button>Pedir que se emita</button></p></form></details>`;
}

/** What ends with somebody, before anybody asks for it. */
function leavingForm(base: string, page: OfficialPage): Html {
  const { credentials, cards, distinctives, access } = page;
  const ending = [
    ...credentials
      .filter(({ state }) => state === 'issued' || state === 'suspended')
      .map(({ kind, serial }) => `${words.CREDENTIAL_KINDS[kind] ?? kind} ${serial}`),
    ...cards.flatMap(({ card }) => (card && card.state !== 'ended' ? [`Lo que lleva la tarjeta ${card.number}`] : [])),
    ...distinctives.filter(({ state }) => state === 'current').map(({ number }) => `Distintivo ${number}`),
    ...access.filter(({ ended }) => !ended).map(() => 'Su acceso a la oficina y sus sesiones abiertas'),
  ];
  return html`<details><summary>Dar de baja</summary>
<form method="post" action="${base}/baja" data-stay="baja">
<p>Desde ese día la página pública dice que ya no trabaja aquí${ending.length > 0 ? ', y termina con ello:' : '.'}</p>
${ending.length > 0 ? html`<ul>${ending.map((one) => html`<li>${one}</li>`)}</ul>` : html``}
<label for="leaving">Por qué</label><select id="leaving" name="reason">${options(words.LEAVING_REASONS, END_REASONS)}</select>
<label for="on">Primer día fuera del puesto (vacío: hoy)</label><input id="on" type="date" name="on">
<p><button>Pedir la baja</button></p></form></details>`;
}

function list(title: string, items: readonly Html[], none: string): Html {
  return html`<h2>${title}</h2>${items.length > 0 ? html`<ul class="cards">${items}</ul>` : html`<p>${none}</p>`}`;
}

export function officialPage(place: OfficePlace, looking: Looking, page: OfficialPage): string {
  const { official, credentials, cards, distinctives, access, form } = page;
  const { id, post, unit, validFrom, validUntil, publication, powers, mayAsk, neverAsks, photo, ended } = official;
  const base = `${place.path}${PERSONNEL_PATH}/${id}`;
  const state = mandateAt(official, looking.at);
  const isHr = mayOpen(looking.who, ['hr'], looking.at) && state !== 'ended';
  const many = (items: readonly string[]): Html =>
    items.length > 0 ? html`<ul>${items.map((one) => html`<li>${one}</li>`)}</ul>` : html`—`;
  const left = ended === undefined ? '' : ` · desde el ${ended.on}: ${words.LEAVING_REASONS[ended.reason]}`;
  const today = dayInMexicoCity(looking.at);
  const leaves = ended !== undefined && ended.on > today ? html`<p class="note">Se irá el ${ended.on}.</p>` : html``;
  return frame(place, {
    title: nameOf(official),
    ...looking,
    here: PERSONNEL_PATH,
    scripts: ['personnel'],
    main: html`<h1>${nameOf(official)}</h1>
<p class="lead">${post} · ${unit}</p>
<p><strong class="${state === 'current' ? 'good' : 'bad'}">${words.MANDATE_WORDS[state]}</strong>${state === 'ended' ? left : ''}</p>${leaves}
${photo ? html`<p><img class="face" src="${base}/foto" width="${photo.width}" height="${photo.height}" alt="Fotografía de ${nameOf(official)}"></p>` : html``}
<dl class="facts"><dt>Clave en el directorio</dt><dd><code>${id}</code></dd>
<dt>Nombramiento</dt><dd>Desde el ${validFrom}${validUntil === undefined ? '' : ` hasta el ${validUntil}`}</dd>
<dt>Atribuciones</dt><dd>${many(powers)}</dd><dt>Puede pedir</dt><dd>${many(mayAsk)}</dd><dt>Nunca pide</dt><dd>${many(neverAsks)}</dd>
${publication.state === 'reserved' ? html`<dt>Nombre reservado</dt><dd>${publication.legalGround}</dd>` : html``}</dl>
${list(
  'Credenciales',
  credentials.map((one) => credentialCard(base, one, isHr)),
  'No tiene ninguna.',
)}
${isHr ? issueForm(base, form.key) : html``}
${list(
  'Tarjetas',
  cards.map((one) => cardOf(base, place, one, isHr)),
  'No tiene ninguna.',
)}
${isHr ? stationNote(place) : html``}
${list(
  'Distintivo',
  distinctives.map((one) => distinctiveCard(base, place, one, isHr)),
  'No tiene ninguno.',
)}
${
  isHr
    ? grantForm(
        base,
        form.key,
        distinctives.some((one) => one.state === 'current'),
      )
    : html``
}
${isHr ? html`<h2>Sus datos</h2><details><summary>Cambiar sus datos o su fotografía</summary>${personForm(place, form)}</details>${leavingForm(base, page)}` : html``}
${access.length > 0 ? html`<p><a href="${place.path}/personas">Su acceso a la oficina</a></p>` : html``}
<p><a href="${place.path}${PERSONNEL_PATH}">Volver a la lista</a></p>`,
  });
}

/** Cards are written where the reader is: the page cannot reach it. */
function stationNote({ path }: OfficePlace): Html {
  return html`<details><summary>Hacer una tarjeta</summary>
<p>En la computadora que tiene el lector, con la tarjeta a la mano:</p>
<ol><li>Abra una terminal. Si hoy todavía no ha entrado en ella, escriba <code>./cotejo login</code> y permítalo con su llave de acceso en <a href="${path}/dispositivo">esta página</a>.</li>
<li>Escriba <code>./cotejo card station --web</code>. Ella dice la dirección de su página: ábrala ahí mismo.</li>
<li>Busque a la persona por su nombre y ponga la tarjeta en el lector.</li>
<li>La tarjeta vale cuando dos personas la confirman en <em>Solicitudes</em>.</li></ol>
<p class="hint">Si la orden no existe en esa computadora, pida a operación que la instale. Ninguna tarjeta cuenta antes de estar completa.</p></details>`;
}
