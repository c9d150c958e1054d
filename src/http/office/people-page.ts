import { html, type Html } from '../../../verifier-web/html.ts';
import { keyFingerprint } from '../../access/fingerprint.ts';
import { INVITERS, type Invitation } from '../../access/invitation.ts';
import type { PendingEnrolment } from '../../access/pending-enrolment.ts';
import type { Person } from '../../access/people.ts';
import type { Founder, PersonId } from '../../access/person.ts';
import { ACCESS_END_REASONS } from '../../access/record.ts';
import { ROLES, type RoleGrant } from '../../access/role.ts';
import type { LoggedIn } from '../../access/session.ts';
import { toBase64Url } from '../../core/base64.ts';
import type { Primitives } from '../../core/primitives.ts';
import { formatLocalTime, type UnixSeconds } from '../../core/time.ts';
import { END_REASONS, ROLES as ROLE_WORDS } from '../../texts/es/words.ts';
import { STAFF_PREFIX } from '../staff/app.ts';
import { frame, mayOpen, trouble, type OfficePlace } from './frame.ts';

/** What somebody typed of an invitation, to be shown again. */
export interface TypedInvitation {
  /** Of the form: sent twice, it is one invitation. */
  readonly formKey: string;
  readonly name: string;
  readonly official: string;
  readonly roles: readonly string[];
  readonly unit: string;
  readonly until: string;
  readonly address: string;
}

export interface PeoplePage {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
  readonly people: readonly Person[];
  readonly founders: readonly Founder[];
  readonly pending: readonly PendingEnrolment[];
  readonly invitations: readonly Invitation[];
  /** What people were asked to authorise already, by its path in the staff API. */
  readonly waiting: ReadonlyMap<string, { readonly id: string }>;
  readonly typed: TypedInvitation;
  readonly told?: { readonly detail: string; readonly code: string };
}

function rolesOf(grants: readonly RoleGrant[]): string {
  const words = grants.map(({ role, unit, until }) => {
    const where = unit === undefined ? '' : ` en ${unit}`;
    return `${ROLE_WORDS[role]}${where}${until === undefined ? '' : ` hasta el ${until}`}`;
  });
  return words.length > 0 ? words.join('; ') : 'ninguno';
}

/** A fingerprint that is read aloud and compared. */
function printOf(fingerprint: string): Html {
  return html`<ol class="print">${fingerprint.split(' ').map((group) => html`<li>${group}</li>`)}</ol>`;
}

/** The form of an invitation; the one that a session's end interrupted, too. */
export function invitationForm({ path }: OfficePlace, typed: TypedInvitation): Html {
  const { formKey, name, official, roles, unit, until, address } = typed;
  return html`<form method="post" action="${path}/personas/invitar">
<input type="hidden" name="key" value="${formKey}">
<label for="name">Nombre completo, como en su nombramiento</label>
<input id="name" name="name" value="${name}" maxlength="200" autocomplete="off" aria-describedby="name-hint">
<p class="hint" id="name-hint">Si abajo pone su clave del directorio, el nombre se toma de ahí.</p>
<label for="official">Clave en el directorio (si la tiene)</label>
<input id="official" name="official" value="${official}" maxlength="64" autocomplete="off">
<fieldset><legend>Permisos que se proponen</legend>
${ROLES.map((role) => html`<label class="check"><input type="checkbox" name="role" value="${role}"${roles.includes(role) ? html` checked` : html``}><span>${ROLE_WORDS[role]}</span></label>`)}</fieldset>
<label for="unit">Solo en esta unidad y lo que depende de ella (siglas; vacío: en todas)</label>
<input id="unit" name="unit" value="${unit}" maxlength="64" autocomplete="off">
<label for="until">Último día (vacío: sin fecha)</label>
<input id="until" type="date" name="until" value="${until}">
<label for="address">Su correo (si lo tiene)</label>
<input id="address" type="email" name="address" value="${address}" maxlength="120" autocomplete="off" aria-describedby="address-hint">
<p class="hint" id="address-hint">Ahí le llegan esta invitación, sin el código, y después los avisos de lo que le espera y de lo que se hace en su nombre.</p>
<p><button>Invitar</button></p></form>`;
}

function personCard(page: PeoplePage, place: OfficePlace, person: Person, primitives: Hasher): Html {
  const { id, name, official, grants, passkeys, endedLeaf } = person;
  const keys = passkeys.map(({ key, endedLeaf: ended }) => {
    const over = ended !== undefined || endedLeaf !== undefined;
    return html`<li><code>${keyFingerprint(key, primitives)}</code>${over ? ' (ya no sirve)' : ''}</li>`;
  });
  const mayInvite = endedLeaf === undefined && mayOpen(page.who, INVITERS, page.at);
  return html`<li class="card"><h3>${name}</h3>
${endedLeaf === undefined ? html`<p>Permisos: ${rolesOf(grants)}</p>` : html`<p><strong>Su acceso terminó.</strong></p>`}
${official === undefined ? html`` : html`<p>Clave en el directorio: <code>${official}</code></p>`}
<p>Llaves de acceso:</p><ul>${keys}</ul>
${mayInvite ? html`<form method="post" action="${place.path}/personas/invitar"><input type="hidden" name="key" value="${page.typed.formKey}"><input type="hidden" name="person" value="${id}"><button class="plain">Invitar otra llave<span class="sr"> de ${name}</span></button></form>${recoveryForm(page, place, person)}${endingForm(page, place, person, primitives)}` : html``}</li>`;
}

/** For somebody who lost every device: a new passkey, with whose approval the old ones end. */
function recoveryForm({ typed }: PeoplePage, { path }: OfficePlace, { id, name }: Person): Html {
  return html`<details><summary>Perdió todos sus dispositivos<span class="sr">: ${name}</span></summary>
<p>Se le invita a hacer una llave nueva, que sustituye a todas las que tiene. Dos personas aprobadoras la comparan con ella <strong>en persona, con su identificación</strong>, y la confirman. Con esa misma aprobación terminan las otras llaves, y las sesiones y programas abiertos con ellas.</p>
<p>Si pudieron robárselos, termine antes su llave, aquí abajo: eso lo hace una sola persona, en el acto.</p>
<form method="post" action="${path}/personas/invitar"><input type="hidden" name="key" value="${typed.formKey}"><input type="hidden" name="person" value="${id}"><input type="hidden" name="replaces" value="si"><button class="plain">Invitar a reponer su llave<span class="sr"> a ${name}</span></button></form></details>`;
}

/** What ends, and why. Whoever asks for it confirms it with their passkey. */
function endingForm(page: PeoplePage, { path }: OfficePlace, person: Person, primitives: Hasher): Html {
  const { id, name, passkeys } = person;
  const asked = page.waiting.get(`${STAFF_PREFIX}/people/${id}/end`);
  const told = asked
    ? html`<p><strong>Ya se pidió terminar algo de su acceso:</strong> <a href="${path}/solicitudes/${asked.id}">vea qué, falta confirmarlo con una llave de acceso</a>.</p>`
    : html``;
  const keys = passkeys.filter(({ endedLeaf }) => endedLeaf === undefined);
  const reasons = ACCESS_END_REASONS.map((one) => html`<option value="${one}">${END_REASONS[one]}</option>`);
  return html`${told}<details><summary>Terminar su acceso</summary><form method="post" action="${path}/personas/terminar">
<input type="hidden" name="person" value="${id}">
<label for="what-${id}">Qué termina</label><select id="what-${id}" name="what"><option value="person">Todo lo de ${name}</option>
${keys.map(({ key, credentialId }) => html`<option value="${toBase64Url(credentialId)}">Solo la llave ${keyFingerprint(key, primitives)}</option>`)}</select>
<label for="why-${id}">Por qué</label><select id="why-${id}" name="reason">${reasons}</select>
<p><button class="plain">Pedir que termine</button></p></form></details>`;
}

function founderCard({ name, key, retiredFrom }: Founder, primitives: Hasher): Html {
  const retired = retiredFrom === undefined ? '' : ' Ya no aprueba.';
  return html`<li class="card"><h3>${name}</h3><p>Fundó la instalación: aprueba, y no hace nada más.${retired}</p>
<p>Llave de acceso:</p><ul><li><code>${keyFingerprint(key, primitives)}</code></li></ul></li>`;
}

type Hasher = Pick<Primitives, 'digest'>;

function pendingCard(page: PeoplePage, { path }: OfficePlace, waiting: PendingEnrolment, names: Names): Html {
  const { id, enrolment, grants, fingerprint, invitedBy, madeAt } = waiting;
  const proposed =
    grants.length > 0
      ? `Permisos que se proponen: ${rolesOf(grants)}`
      : waiting.replaces
        ? 'Repone las llaves de la misma persona: al aprobarla, todas las demás terminan'
        : 'Otra llave de la misma persona';
  const mayDiscard = mayOpen(page.who, INVITERS, page.at);
  return html`<li class="card"><h3>${enrolment.name}</h3>
<p>${proposed}. Invitó: ${names(invitedBy)}, llave hecha ${formatLocalTime(madeAt)}.</p>
<p>Compárela con la persona, en persona o por teléfono. Los signos deben ser los mismos que ve en su pantalla:</p>
${printOf(fingerprint)}
${askedOf(page, path, waiting)}
${mayDiscard ? html`<form method="post" action="${path}/personas/descartar"><input type="hidden" name="pending" value="${id}"><button class="plain">Descartar<span class="sr"> la llave de ${enrolment.name}</span></button></form>` : html``}</li>`;
}

/** Whether its approval was asked for; approvers ask. */
function askedOf(page: PeoplePage, path: string, { id, enrolment }: PendingEnrolment): Html {
  const asked = page.waiting.get(`${STAFF_PREFIX}/enrolments/${id}`);
  if (asked) {
    return html`<p><strong>Ya se pidió su aprobación:</strong> <a href="${path}/solicitudes/${asked.id}">faltan personas que la confirmen<span class="sr">: ${enrolment.name}</span></a>.</p>`;
  }
  if (!mayOpen(page.who, ['approver'], page.at)) return html``;
  return html`<form method="post" action="${path}/personas/aprobar"><input type="hidden" name="pending" value="${id}"><button>Los signos son los mismos: pedir su aprobación<span class="sr"> de ${enrolment.name}</span></button></form>`;
}

type Names = (person: PersonId) => string;

function invitationCard(page: PeoplePage, { path }: OfficePlace, invitation: Invitation, names: Names): Html {
  const { id, name, invitedBy, expiresAt, browser } = invitation;
  const where = browser === undefined ? 'Nadie la ha usado' : 'Ya se abrió; falta hacer la llave';
  const mayWithdraw = mayOpen(page.who, INVITERS, page.at);
  return html`<li class="card"><h3>${name}</h3><p>${where}. Invitó: ${names(invitedBy)}. Vence ${formatLocalTime(expiresAt)}.</p>
${mayWithdraw ? html`<form method="post" action="${path}/personas/retirar"><input type="hidden" name="invitation" value="${id}"><button class="plain">Retirar<span class="sr"> la invitación de ${name}</span></button></form>` : html``}</li>`;
}

/** Who works here, who waits to, and who is invited. */
export function peoplePage(place: OfficePlace, page: PeoplePage, primitives: Hasher): string {
  const { who, at, people, founders, pending, invitations, typed, told } = page;
  const known = new Map([
    ...founders.map((one) => [one.person, one.name] as const),
    ...people.map((one) => [one.id, one.name] as const),
  ]);
  const names: Names = (person) => known.get(person) ?? 'alguien que ya no está';
  const waiting = html`<section aria-labelledby="waiting"><h2 id="waiting">Esperan aprobación</h2>
<p>Ninguna de estas llaves abre nada hasta que dos personas aprobadoras la comparan y la aprueban.</p>
<ul class="cards">${pending.map((one) => pendingCard(page, place, one, names))}</ul></section>`;
  const asked = html`<section aria-labelledby="invited"><h2 id="invited">Invitaciones abiertas</h2>
<ul class="cards">${invitations.map((one) => invitationCard(page, place, one, names))}</ul></section>`;
  return frame(place, {
    title: 'Personas',
    who,
    at,
    here: '/personas',
    main: html`<h1>Personas</h1>${told ? trouble(told.detail, told.code) : html``}
${pending.length > 0 ? waiting : html``}
<h2>Con acceso</h2>
<ul class="cards">${people.map((one) => personCard(page, place, one, primitives))}${founders.map((one) => founderCard(one, primitives))}</ul>
${invitations.length > 0 ? asked : html``}
${mayOpen(who, INVITERS, at) ? html`<h2 id="invite">Invitar a alguien</h2><p>Recibirá una dirección que sirve una vez y 24 horas. El código de ocho signos déselo en persona o por teléfono, nunca en el mismo mensaje.</p>${invitationForm(place, typed)}` : html``}`,
  });
}

/** What the inviter passes on. A reload shows it again, and makes nothing new. */
export function invitedPage(
  place: OfficePlace,
  page: Pick<PeoplePage, 'who' | 'at'>,
  invited: { readonly name: string; readonly address: string; readonly code: string; readonly until: UnixSeconds },
): string {
  const { name, address, code, until } = invited;
  return frame(place, {
    title: 'Invitación hecha',
    ...page,
    here: '/personas',
    main: html`<h1>Invitación para ${name}</h1>
<h2>1. Envíele esta dirección</h2><p>Por correo o mensaje. Sirve una sola vez, hasta ${formatLocalTime(until)}.</p>
<p><span class="address">${address}</span></p>
<h2>2. Dele este código en persona</h2><p>O por teléfono, a alguien cuya voz conoce. Nunca en el mismo mensaje.</p>
${printOf(code.replace('-', ' '))}
<div class="note"><p>Al salir de esta página, el código no se vuelve a mostrar. Si se pierde, retire la invitación y haga otra.</p></div>
<p><a href="${place.path}/personas">Volver a personas</a></p>`,
  });
}
