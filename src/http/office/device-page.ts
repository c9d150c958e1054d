import { html } from '../../../verifier-web/html.ts';
import type { ShownDevice } from '../../access/device-login.ts';
import type { LoggedIn } from '../../access/session.ts';
import { toBase64Url } from '../../core/base64.ts';
import { formatLocalTime, type UnixSeconds } from '../../core/time.ts';
import { frame, NEEDS_SCRIPT, SCRIPT_TROUBLE, trouble, type OfficePlace } from './frame.ts';

interface Looking {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
}

const WARNING = html`<div class="note"><p><strong>Solo si usted mismo acaba de escribir <code>cotejo login</code> en ese equipo.</strong></p>
<p>Si el código se lo dictaron o se lo enviaron (por teléfono, correo o mensaje, también alguien que dice ser de sistemas), le están robando su permiso: no siga, y avise al personal de sistemas.</p></div>`;

/** Where somebody types the code that they see at their terminal. */
export function deviceCodePage(
  place: OfficePlace,
  looking: Looking,
  told?: { readonly detail: string; readonly code: string },
): string {
  return frame(place, {
    title: 'Entrar desde la línea de órdenes',
    ...looking,
    main: html`<h1>Entrar desde la línea de órdenes</h1>
<p class="lead">Escriba el código de ocho signos que se ve en la terminal.</p>
${told ? trouble(told.detail, told.code) : html``}
${WARNING}
<form method="post" action="${place.path}/dispositivo">
<label for="code">Código</label>
<input id="code" name="code" class="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false">
<p><button>Ver qué equipo lo pide</button></p></form>`,
  });
}

/** What asks, and allowing or refusing it. */
export function devicePage(place: OfficePlace, looking: Looking, device: ShownDevice, rpId: string): string {
  const { host, network, madeAt, state, page, challenge } = device;
  const here = `${place.path}/dispositivo/${page}`;
  const open = html`${WARNING}${NEEDS_SCRIPT}${SCRIPT_TROUBLE}
<h2>Permitir</h2><p>Ese equipo podrá consultar y pedir en su nombre, como usted aquí: 8 horas, o 30 minutos sin usarse. Lo que hay que confirmar con su llave de acceso se seguirá confirmando en el navegador.</p>
<form data-passkey="allow" data-path="${here}" data-challenge="${toBase64Url(challenge)}" data-rp="${rpId}"><button id="button" disabled>Permitir con mi llave de acceso</button></form>
<h2>Rechazar</h2><form method="post" action="${here}/rechazar"><button class="plain">No fui yo: rechazar</button></form>`;
  const over =
    state === 'refused'
      ? html`<section class="done"><h2>Rechazado</h2><p>Ese equipo no entra. Si alguien le pidió escribir el código, avise al personal de sistemas.</p></section>`
      : html`<section class="done"><h2>Permitido</h2><p>Siga en la terminal. Puede terminarlo cuando quiera en <a href="${place.path}">Mi sesión</a>, o con <code>cotejo logout</code>.</p></section>`;
  return frame(place, {
    title: 'Entrar desde la línea de órdenes',
    ...looking,
    scripts: ['allow'],
    main: html`<h1>Un equipo pide entrar en su nombre</h1>
<h2>Qué equipo es</h2><ul class="cards"><li class="card"><h3>${host}</h3><p>Así dice llamarse. Red ${network}…</p><p>Lo pidió ${formatLocalTime(madeAt)}.</p></li></ul>
${state === 'open' ? open : over}`,
  });
}
