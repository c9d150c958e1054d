import { html, type Html } from '../../../verifier-web/html.ts';
import type { LoggedIn, Session } from '../../access/session.ts';
import { dayInMexicoCity, formatLocalTime, type UnixSeconds } from '../../core/time.ts';
import { ROLES } from '../../texts/es/words.ts';
import { frame, NEEDS_SCRIPT, SCRIPT_TROUBLE, trouble, type OfficePlace } from './frame.ts';

export interface LoginPage {
  /** Why nobody is logged in any more. */
  readonly told?: { readonly detail: string; readonly code: string };
  /** A form with what was typed, shown again once they are logged in. */
  readonly kept?: Html;
  /** Whether the address itself is shown once they are logged in; else the office is. */
  readonly stays?: boolean;
}

/** Where somebody logs in; also in the place of any page that needs it. */
export function loginPage(place: OfficePlace, { told, kept, stays = false }: LoginPage = {}): string {
  const then = kept ? 'form' : stays ? 'reload' : 'office';
  return frame(place, {
    title: 'Entrar',
    main: html`<div id="door"><h1>Entrar a la oficina</h1>
${told ? trouble(told.detail, told.code) : html``}
<p class="lead">Con su llave de acceso: su dispositivo le pedirá huella, rostro o NIP. Aquí no se escribe ninguna contraseña.</p>
${NEEDS_SCRIPT}${SCRIPT_TROUBLE}
<form id="login" data-passkey="login" data-path="${place.path}" data-then="${then}"><button id="button" disabled>Entrar con mi llave de acceso</button></form>
<p class="hint">¿Aún no tiene llave, o cambió de dispositivo? Pida a recursos humanos una invitación.</p><p class="hint">Se guarda desde qué navegador y red entró, hasta que su sesión termina: <a href="${place.path.slice(0, -'/oficina'.length)}/privacidad">aviso de privacidad</a>.</p></div>
${kept ? html`<section id="kept" hidden><h1 tabindex="-1">Siga donde estaba</h1><p class="lead">Ya entró. Nada se había guardado: revise lo que escribió y envíelo otra vez.</p>${kept}</section>` : html``}`,
  });
}

function sessionCard(path: string, session: Session, isThis: boolean): Html {
  const { id, browser, network, since, lastSeen } = session;
  return html`<li class="card"><h3>${browser}${isThis ? ' (esta)' : ''}</h3>
<p>Desde ${formatLocalTime(since)}; vista por última vez ${formatLocalTime(lastSeen)}. Red ${network}…</p>
<form method="post" action="${path}/sesiones"><input type="hidden" name="session" value="${id}"><button class="plain">${isThis ? 'Salir de ésta' : 'Terminar ésta'}<span class="sr"> (${browser}, ${formatLocalTime(since)})</span></button></form></li>`;
}

export interface HomePage {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
  readonly sessions: readonly Session[];
  /** How many requests they may confirm. */
  readonly waiting: number;
  readonly mail: { readonly isOn: boolean; readonly address: string | undefined };
}

/** Where notices reach whoever is logged in; nobody else is shown it. */
function mailForm({ path }: OfficePlace, { isOn, address }: HomePage['mail']): Html {
  const off = html`<p>Esta instalación todavía no envía avisos: su correo se guarda para cuando lo haga.</p>`;
  return html`<h2 id="correo">Sus avisos por correo</h2>
<p>Le avisan de lo que espera su confirmación, de lo que se hace en su nombre y de lo que vence. ${address === undefined ? 'No ha dado ningún correo.' : ''}</p>
${isOn ? html`` : off}
<form method="post" action="${path}/correo"><label for="address">Correo (vacío: ninguno)</label>
<input id="address" type="email" name="address" value="${address ?? ''}" maxlength="120" autocomplete="email" aria-describedby="address-hint">
<p class="hint" id="address-hint">Si lo cambia, se avisa también al anterior.</p>
<p><button class="plain">Guardar correo</button></p></form>`;
}

/** Who is logged in, what waits for them, what they may do, and where else they are. */
export function homePage(place: OfficePlace, { who, at, sessions, waiting, mail }: HomePage): string {
  const { path } = place;
  const today = dayInMexicoCity(at);
  const grants = who.caller.grants.map(({ role, unit, from, until }) => {
    const where = unit === undefined ? '' : ` en ${unit} y lo que depende de ella`;
    const when = until !== undefined && until < today ? ` (terminó el ${until})` : until ? ` hasta el ${until}` : '';
    return html`<li>${ROLES[role]}${where}${from > today ? ` desde el ${from}` : when}</li>`;
  });
  return frame(place, {
    title: 'Mi sesión',
    who,
    at,
    here: '',
    main: html`<h1>${who.name}</h1>
${waiting > 0 ? html`<div class="note"><p><strong>${waiting === 1 ? 'Una solicitud espera' : `${waiting} solicitudes esperan`} por usted.</strong></p><p><a class="button main" href="${path}/solicitudes">Revisar y confirmar</a></p></div>` : html``}
<h2>Sus permisos</h2>
${grants.length > 0 ? html`<ul>${grants}</ul>` : html`<p>Ninguno, por ahora.</p>`}
<form method="post" action="${path}/salir" data-logout><button>Salir</button></form>
<h2>Sus sesiones abiertas</h2>
<p>Si alguna no es de usted, termínela y avise a recursos humanos. Cada una dura 8 horas, o 30 minutos sin usarse.</p>
<ul class="cards">${sessions.map((one) => sessionCard(path, one, one.id === who.session))}</ul>
${sessions.length > 1 ? html`<form method="post" action="${path}/sesiones"><input type="hidden" name="session" value="others"><button class="plain">Terminar todas las demás</button></form>` : html``}
${mailForm(place, mail)}`,
  });
}
