import { html, type Html } from '../../../verifier-web/html.ts';
import type { LoggedIn } from '../../access/session.ts';
import { formatLocalTime, parseTime, type UnixSeconds } from '../../core/time.ts';
import { ACTS, FACTS } from '../../texts/es/acts.ts';
import { ROLES } from '../../texts/es/words.ts';
import type { ApprovalView, ShownApproval, WaitingLetterView } from '../staff/approval-views.ts';
import { frame, NEEDS_SCRIPT, SCRIPT_TROUBLE, type OfficePlace } from './frame.ts';

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

/** What waits for people, for those who asked for it or may authorise it. */
export function requestsPage(place: OfficePlace, looking: Looking, open: readonly ApprovalView[]): string {
  const item = (one: ApprovalView): Html =>
    html`<li class="card"><h3><a href="${place.path}/solicitudes/${one.id}">${actOf(one)}</a></h3>
<p>La pidió ${one.requester}, ${timeOf(one.madeAt)}. Espera hasta ${timeOf(one.expiresAt)}.</p>
${one.given.length > 0 ? html`<p>Ya confirmó: ${one.given.map(({ name }) => name).join(', ')}.</p>` : html``}</li>`;
  return frame(place, {
    title: 'Solicitudes',
    ...looking,
    here: '/solicitudes',
    main: html`<h1>Solicitudes que esperan</h1>
${open.length > 0 ? html`<ul class="cards">${open.map(item)}</ul>` : html`<p>Nada espera por usted.</p>`}`,
  });
}

function letterCard(place: OfficePlace, id: string, letter: WaitingLetterView): Html {
  const pesos = (letter.amount / 100).toLocaleString('es-MX', { style: 'currency', currency: 'MXN' });
  const money = letter.amount === 0 ? 'No pide dinero' : `Pide ${pesos}`;
  return html`<li class="card"><h3>${letter.folio}</h3><p>${letter.subject}</p><p>${money}. Lo firma ${letter.signer}.</p>
<p><a href="${place.path}/solicitudes/${id}/oficios/${letter.id}" data-letter="${letter.id}">Ver el PDF que se firma<span class="sr"> (${letter.folio})</span></a></p></li>`;
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

/** One that waits: what it does, and confirming it with one's passkey. */
export function requestPage(place: OfficePlace, looking: Looking, shown: ShownApproval, rpId: string): string {
  const { id, letters = [], slots, given } = shown;
  const isOpen = shown.state === 'open';
  const needed = slots.map(({ roles }) => roles.map((role) => ROLES[role]).join(' o ')).join('; ');
  const confirm = html`<h2>Confirmar</h2>
<p>Falta: ${needed}. Su llave de acceso firma exactamente esto, y queda en la bitácora con su nombre.</p>
${NEEDS_SCRIPT}${SCRIPT_TROUBLE}
<section id="checked" aria-live="polite"><p>Comprobando lo que se firma…</p></section>
<form id="authorise" data-passkey="authorise" data-path="${place.path}/solicitudes/${id}" data-api="${place.api}/approvals/${id}" data-rp="${rpId}"><button id="button">Confirmar con mi llave de acceso</button></form>
<h2>Rechazar</h2>
<form method="post" action="${place.path}/solicitudes/${id}/rechazar"><label>Motivo <input name="why" required maxlength="300"></label><button class="plain">Rechazar</button></form>`;
  const ended = html`<p>Ya no espera: ${STATES[shown.state] ?? shown.state}${shown.end?.by ? html`, por ${shown.end.by}` : html``}${shown.end?.why ? html` (${shown.end.why})` : html``}.</p>`;
  return frame(place, {
    title: 'Solicitud',
    ...looking,
    scripts: ['confirm'],
    here: '/solicitudes',
    main: html`<h1>${actOf(shown)}</h1>
<p class="lead">La pidió ${shown.requester}, ${timeOf(shown.madeAt)}.</p>
${given.length > 0 ? html`<p>Ya confirmó: ${given.map(({ name, at }) => `${name} (${timeOf(at)})`).join(', ')}.</p>` : html``}
${letters.length > 0 ? html`<h2>Oficios</h2><ul class="cards">${letters.map((one) => letterCard(place, id, one))}</ul>` : html``}
${saidOf(shown.request.said)}
${isOpen ? confirm : ended}
<p><a href="${place.path}/solicitudes">Volver a las solicitudes</a></p>`,
  });
}

const STATES: Readonly<Record<string, string>> = {
  enacted: 'se hizo',
  declined: 'se rechazó',
  expired: 'se venció',
  stale: 'lo que se haría hoy ya no es lo mismo',
};
