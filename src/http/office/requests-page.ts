import { html, type Html } from '../../../verifier-web/html.ts';
import type { Role } from '../../access/role.ts';
import type { LoggedIn } from '../../access/session.ts';
import { formatLocalTime, parseTime, type UnixSeconds } from '../../core/time.ts';
import { ACTS, FACTS } from '../../texts/es/acts.ts';
import { ROLES } from '../../texts/es/words.ts';
import { moneyWords, typeWords } from './letter-words.ts';
import type { ListedApproval, LookedAtApproval } from '../staff/approval-list.ts';
import type { ApprovalView, WaitingLetterView } from '../staff/approval-views.ts';
import { frame, LETTER_ROLES, mayOpen, NEEDS_SCRIPT, PEOPLE_ROLES, SCRIPT_TROUBLE, type OfficePlace } from './frame.ts';

interface Looking {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
}

function timeOf(text: string): string {
  const at = parseTime(text);
  return at === undefined ? text : formatLocalTime(at);
}

/** The act in the words of the office; a newer one by its name. */
function actOf({ action, count }: Pick<ApprovalView, 'action' | 'count'>): string {
  const words = ACTS[action] ?? action;
  return count === 1 ? words : `${words} (${count})`;
}

/** What a request is about, in a few words. */
function aboutOf({ subject, about = [] }: ListedApproval): string {
  return subject?.words ?? about.map(({ folio }) => folio).join(', ');
}

function requestCard({ path }: OfficePlace, one: ListedApproval): Html {
  const about = aboutOf(one);
  return html`<li class="card"><h3><a href="${path}/solicitudes/${one.id}">${actOf(one)}${about === '' ? '' : `: ${about}`}</a></h3>
<p>La pidió ${one.requester}, ${timeOf(one.madeAt)}. Espera hasta ${timeOf(one.expiresAt)}.</p>
${one.given.length > 0 ? html`<p>Ya confirmó: ${one.given.map(({ name }) => name).join(', ')}.</p>` : html``}</li>`;
}

/** What waits for people: first what whoever looks may confirm. */
export function requestsPage(place: OfficePlace, looking: Looking, open: readonly ListedApproval[]): string {
  const own = open.filter(({ waitsForYou }) => waitsForYou);
  const others = open.filter(({ waitsForYou }) => !waitsForYou);
  const cards = (some: readonly ListedApproval[]): Html =>
    html`<ul class="cards">${some.map((one) => requestCard(place, one))}</ul>`;
  return frame(place, {
    title: 'Solicitudes',
    ...looking,
    here: '/solicitudes',
    main: html`<h1>Solicitudes</h1>
<section aria-labelledby="own"><h2 id="own">Esperan por usted</h2>${own.length > 0 ? cards(own) : html`<p>Nada espera por usted.</p>`}</section>
${others.length > 0 ? html`<section aria-labelledby="others"><h2 id="others">Esperan por otra persona</h2>${cards(others)}</section>` : html``}`,
  });
}

/** A letter, and its file: what is signed, or what stands by now. */
function letterCard(letter: WaitingLetterView, file: Html): Html {
  const { folio, subject, type, amount, signer } = letter;
  return html`<li class="card"><h3>${folio}</h3><p>${subject}</p><p>${typeWords(type)}. ${moneyWords(amount)}. Lo firma ${signer}.</p>
<p>${file}</p></li>`;
}

/** The letters that an act is about: of those that wait for their signature, the very bytes, which the script checks. */
function lettersOf({ path }: OfficePlace, { id, letters = [], about = [] }: LookedAtApproval): Html {
  const cards =
    letters.length > 0
      ? letters.map((one) =>
          letterCard(
            one,
            html`<a href="${path}/solicitudes/${id}/oficios/${one.id}" data-letter="${one.id}">Ver el PDF que se firma<span class="sr"> (${one.folio})</span></a>`,
          ),
        )
      : about.map((one) =>
          letterCard(
            one,
            html`<a href="${path}/oficios/${one.id}">Ver el oficio<span class="sr"> ${one.folio}</span></a>`,
          ),
        );
  return cards.length > 0
    ? html`<h2>${cards.length === 1 ? 'El oficio' : 'Los oficios'}</h2><ul class="cards">${cards}</ul>`
    : html``;
}

/** One fact after another, those within others in their place; a list in one line. */
function factsOf(said: object): readonly (readonly [name: string, value: string])[] {
  return Object.entries(said as Readonly<Record<string, unknown>>).flatMap(([name, value]) => {
    if (name === 'idempotencyKey' || value === null || value === undefined) return [];
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return [[name, value.join('; ')]];
    if (typeof value === 'object' && !Array.isArray(value)) return factsOf(value);
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

/** The facts of a request, as it was sent: what is authorised follows from this. */
function saidOf(said: unknown): Html {
  const facts = typeof said === 'object' && said !== null ? factsOf(said) : [];
  const rows = facts.map(([name, value]) => html`<dt>${FACTS[name] ?? name}</dt><dd>${value || '—'}</dd>`);
  return rows.length > 0 ? html`<section id="said"><h2>Lo que se pidió</h2><dl>${rows}</dl></section>` : html``;
}

/** Where somebody goes on once it is done: to what it was about. */
function leadOn(
  { path }: OfficePlace,
  { who, at }: Looking,
  { action, subject, about: [letter] = [] }: ListedApproval,
): Html {
  const to = (where: string, roles: readonly Role[], words: string): Html =>
    mayOpen(who, roles, at) ? html`<p><a class="button main" href="${path}${where}">${words}</a></p>` : html``;
  if (letter) return to(`/oficios/${letter.id}`, LETTER_ROLES, `Ir al oficio ${letter.folio}`);
  if (action.startsWith('folio-series/')) return to('/oficios/series', LETTER_ROLES, 'Ir a la numeración');
  if (action.startsWith('access/')) return to('/personas', PEOPLE_ROLES, 'Ir a Personas');
  if (action.startsWith('unit/')) return to('/personal/unidades', ['hr'], 'Ir a las unidades');
  if (subject?.official === undefined) return html``;
  return to(`/personal/${subject.official}`, PEOPLE_ROLES, `Ir a la página de ${subject.words}`);
}

/** What became of it. */
function endOf(place: OfficePlace, looking: Looking, shown: LookedAtApproval): Html {
  const { state, end } = shown;
  if (state === 'enacted') {
    return html`<section class="done"><h2>Listo: se hizo</h2><p>Quedó en la bitácora, con el nombre de quien lo confirmó.</p></section>${leadOn(place, looking, shown)}`;
  }
  const why = html`${end?.by ? html`, por ${end.by}` : html``}${end?.why ? html` (${end.why})` : html``}`;
  return html`<div class="note"><p><strong>Ya no espera: ${STATES[state] ?? state}${why}.</strong> No se hizo nada.</p></div>`;
}

/** One that waits: what it does, and confirming it with one's passkey. */
export function requestPage(place: OfficePlace, looking: Looking, shown: LookedAtApproval, rpId: string): string {
  const { id, slots, given, waitsForYou, yours } = shown;
  const isOpen = shown.state === 'open';
  const needed = slots.map(({ roles }) => roles.map((role) => ROLES[role]).join(' o ')).join('; ');
  const confirm = html`<h2>Confirmar</h2>
<p>Falta: ${needed}. Su llave de acceso firma exactamente esto, y queda en la bitácora con su nombre.</p>
${NEEDS_SCRIPT}${SCRIPT_TROUBLE}
<section id="checked" aria-live="polite"><p>Comprobando lo que se firma…</p></section>
<form id="authorise" data-passkey="authorise" data-path="${place.path}/solicitudes/${id}" data-api="${place.api}/approvals/${id}" data-rp="${rpId}"><button id="button" disabled>Confirmar con mi llave de acceso</button></form>`;
  const waits = html`<div class="note"><p><strong>Falta que confirme otra persona: ${needed}.</strong></p><p>La ve en sus solicitudes cuando entra a la oficina. Usted ya no tiene que hacer nada.</p></div>`;
  const declining = html`<h2>${yours ? 'Retirarla' : 'Rechazar'}</h2>
<form method="post" action="${place.path}/solicitudes/${id}/rechazar"><label>Motivo <input name="why" required maxlength="300"></label><p><button class="plain">${yours ? 'Retirar la solicitud' : 'Rechazar'}</button></p></form>`;
  const about = aboutOf(shown);
  return frame(place, {
    title: 'Solicitud',
    ...looking,
    scripts: ['confirm'],
    here: '/solicitudes',
    main: html`<h1>${actOf(shown)}${about === '' ? '' : `: ${about}`}</h1>
<p class="lead">La pidió ${shown.requester}, ${timeOf(shown.madeAt)}.</p>
${given.length > 0 ? html`<p>Ya confirmó: ${given.map(({ name, at }) => `${name} (${timeOf(at)})`).join(', ')}.</p>` : html``}
${isOpen ? lettersOf(place, shown) : html``}
${saidOf(shown.request.said)}
${isOpen ? (waitsForYou ? confirm : waits) : endOf(place, looking, shown)}${isOpen && (yours || waitsForYou) ? declining : html``}
<p><a href="${place.path}/solicitudes">Volver a las solicitudes</a></p>`,
  });
}

const STATES: Readonly<Record<string, string>> = {
  declined: 'se rechazó',
  expired: 'se venció',
  stale: 'lo que se haría hoy ya no es lo mismo',
};
