import { html, type Html } from '../../../verifier-web/html.ts';
import { MOST_TOKEN_DAYS, type ProgramToken } from '../../access/program-token.ts';
import { ROLES, type RoleGrant } from '../../access/role.ts';
import type { LoggedIn } from '../../access/session.ts';
import { formatLocalTime, type UnixSeconds } from '../../core/time.ts';
import { ROLES as ROLE_WORDS } from '../../texts/es/words.ts';
import { frame, mayOpen, trouble, type OfficePlace } from './frame.ts';

/** What somebody typed of a token, to be shown again. */
export interface TypedToken {
  /** Of the form: sent twice, it is one token. */
  readonly formKey: string;
  readonly label: string;
  readonly roles: readonly string[];
  readonly unit: string;
  readonly until: string;
}

interface Looking {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
}

function grantsOf(grants: readonly RoleGrant[]): string {
  return grants.map(({ role, unit }) => `${ROLE_WORDS[role]}${unit === undefined ? '' : ` en ${unit}`}`).join('; ');
}

function tokenCard({ path }: OfficePlace, { id, label, grants, madeAt, expiresAt, usedAt }: ProgramToken): Html {
  const used = usedAt === undefined ? 'Nunca usado' : `Usado por última vez ${formatLocalTime(usedAt)}`;
  return html`<li class="card"><h3>${label}</h3><p>${grantsOf(grants)}</p>
<p>Hecho ${formatLocalTime(madeAt)}; vence ${formatLocalTime(expiresAt)}. ${used}.</p>
<form method="post" action="${path}/programas/terminar"><input type="hidden" name="token" value="${id}"><button class="plain">Terminar<span class="sr"> ${label}</span></button></form></li>`;
}

/** The programs that act in the name of whoever is logged in, and letting another one. */
export function tokensPage(
  place: OfficePlace,
  page: Looking & {
    readonly tokens: readonly ProgramToken[];
    readonly typed: TypedToken;
    readonly told?: { readonly detail: string; readonly code: string };
  },
): string {
  const { who, at, tokens, typed, told } = page;
  const own = ROLES.filter((role) => mayOpen(who, [role], at));
  return frame(place, {
    title: 'Programas',
    who,
    at,
    here: '/programas',
    main: html`<h1>Programas en su nombre</h1>${told ? trouble(told.detail, told.code) : html``}
<p>Un programa con una clave suya consulta, y registra lo que no necesita llave de acceso. Nunca firma, aprueba ni confirma nada. Termina con usted: si su acceso o su llave terminan, también sus programas.</p>
<h2>Los que hay</h2>
${tokens.length > 0 ? html`<ul class="cards">${tokens.map((one) => tokenCard(place, one))}</ul>` : html`<p>Ninguno, por ahora.</p>`}
<h2>Dejar entrar a otro</h2><p>Hay que haber entrado hace menos de diez minutos.</p>
<form method="post" action="${place.path}/programas"><input type="hidden" name="key" value="${typed.formKey}">
<label for="label">Qué programa es</label><input id="label" name="label" value="${typed.label}" required maxlength="80" autocomplete="off">
<fieldset><legend>Permisos, de los suyos</legend>
${own.map((role) => html`<label class="check"><input type="checkbox" name="role" value="${role}"${typed.roles.includes(role) ? html` checked` : html``}><span>${ROLE_WORDS[role]}</span></label>`)}</fieldset>
<label for="unit">Solo en esta unidad y lo que depende de ella (siglas; vacío: en todas)</label><input id="unit" name="unit" value="${typed.unit}" maxlength="64" autocomplete="off">
<label for="until">Último día (a lo más ${MOST_TOKEN_DAYS} días)</label><input id="until" type="date" name="until" value="${typed.until}" required>
<p><button>Hacer su clave</button></p></form>`,
  });
}

/** The token, this once. */
export function madeTokenPage(place: OfficePlace, looking: Looking, token: ProgramToken, secret: string): string {
  return frame(place, {
    title: 'Clave hecha',
    ...looking,
    here: '/programas',
    main: html`<h1>Clave para ${token.label}</h1>
<p>Póngala donde el programa guarda sus secretos. Nunca en un correo, un mensaje, ni un archivo que otros lean: quien la tenga actúa en su nombre.</p>
<p><span class="address">${secret}</span></p>
<div class="note"><p>Al salir de esta página no se vuelve a mostrar. Si se pierde, termínela y haga otra.</p></div>
<p><a href="${place.path}/programas">Volver a programas</a></p>`,
  });
}
