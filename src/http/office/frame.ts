import { html, raw, type Html } from '../../../verifier-web/html.ts';
import { holdsRole, ROLES, type Role } from '../../access/role.ts';
import type { LoggedIn } from '../../access/session.ts';
import { dayInMexicoCity, type UnixSeconds } from '../../core/time.ts';
import type { OfficeScript } from '../page-modules.ts';
import { OFFICE_STYLE } from './style.ts';

/** What pages need of the site. */
export interface OfficePlace {
  readonly institution: string;
  readonly path: string;
  /** Of the staff API, with the prefix. */
  readonly api: string;
  scripts(names: readonly OfficeScript[]): Html;
}

/** A page of the office, and whom it is for. */
interface OfficeLink {
  readonly to: string;
  readonly label: string;
  readonly roles: readonly Role[];
}

/** Who may see the people, and who waits to be one. */
export const PEOPLE_ROLES: readonly Role[] = ['hr', 'approver', 'auditor'];

/** Who looks through letters. */
export const LETTER_ROLES: readonly Role[] = ['clerk', 'signer', 'auditor'];

/** The way about: links exist only for those whose roles open them. */
const LINKS: readonly OfficeLink[] = [
  { to: '/oficios', label: 'Oficios', roles: LETTER_ROLES },
  { to: '/solicitudes', label: 'Solicitudes', roles: ROLES },
  { to: '/acuses', label: 'Acuses', roles: LETTER_ROLES },
  { to: '/programas', label: 'Programas', roles: ROLES },
  { to: '/personal', label: 'Personal', roles: PEOPLE_ROLES },
  { to: '/personas', label: 'Personas', roles: PEOPLE_ROLES },
  { to: '/datos', label: 'Datos personales', roles: ['hr', 'clerk', 'auditor', 'operator'] },
  { to: '/bitacora', label: 'Bitácora', roles: ['auditor'] },
];

export function mayOpen({ caller }: LoggedIn, roles: readonly Role[], at: UnixSeconds): boolean {
  return roles.some((role) => holdsRole(caller.grants, role, dayInMexicoCity(at)));
}

export interface Framed {
  readonly title: string;
  readonly main: Html;
  /** Who looks at it, and when; absent where nobody is logged in. */
  readonly who?: LoggedIn | undefined;
  readonly at?: UnixSeconds;
  /** Below the office. */
  readonly here?: string;
  /** What more it runs than every page. */
  readonly scripts?: readonly OfficeScript[];
}

export function frame(place: OfficePlace, { title, main, who, at, here = '', scripts = [] }: Framed): string {
  const { institution, path } = place;
  const links = who && at !== undefined ? LINKS.filter(({ roles }) => mayOpen(who, roles, at)) : [];
  const item = ({ to, label }: Omit<OfficeLink, 'roles'>): Html =>
    html`<li><a href="${path}${to}"${to === here ? html` aria-current="page"` : html``}>${label}</a></li>`;
  const about = who
    ? html`<nav aria-label="Oficina"><ul>${[{ to: '', label: 'Mi sesión' }, ...links].map(item)}</ul></nav>`
    : html``;
  return [
    html`<!doctype html><html lang="es-MX"><head><meta charset="utf-8">`,
    html`<meta name="viewport" content="width=device-width,initial-scale=1">`,
    html`<meta name="robots" content="noindex,noimageindex"><title>${title} · Oficina</title>`,
    html`<style>${raw(OFFICE_STYLE)}</style>`,
    place.scripts(['office', ...scripts]),
    html`</head><body><header><div class="bar"><span>${institution}</span></div></header>${about}`,
    html`<main>${main}</main>${who ? loginAgain(path, who.name) : html``}</body></html>`,
  ].join('');
}

/** Where a session ended while something was typed: the page stays as it is. */
function loginAgain(path: string, name: string): Html {
  return html`<dialog id="again" aria-labelledby="again-title"><h2 id="again-title">Su sesión terminó</h2>
<p>Lo que escribió sigue aquí y todavía no se ha guardado. Entre otra vez, y se enviará.</p>
<form data-passkey="again" data-path="${path}" data-who="${name}">
<div class="stop" role="alert" tabindex="-1" hidden><p></p></div>
<p class="row"><button>Entrar con mi llave de acceso</button><button class="plain" type="button" data-close>Cerrar</button></p></form></dialog>`;
}

/** What went wrong, in the words of its code. */
export function trouble(detail: string, code: string): Html {
  return html`<div class="stop" role="alert"><p>${detail}</p></div><p class="hint">Clave: <code>${code}</code></p>`;
}

export const NEEDS_SCRIPT: Html = html`<noscript><div class="stop"><p>Esta página necesita JavaScript: actívelo en su navegador y vuelva a cargarla.</p></div></noscript>`;

/** Where the script says what went wrong. */
export const SCRIPT_TROUBLE: Html = html`<div class="stop" id="trouble" role="alert" tabindex="-1" hidden><p></p></div>`;
