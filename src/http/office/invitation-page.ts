import { html } from '../../../verifier-web/html.ts';
import type { Invitation } from '../../access/invitation.ts';
import { frame, NEEDS_SCRIPT, SCRIPT_TROUBLE, trouble, type OfficePlace } from './frame.ts';

/** Before the invitation is used: whom it is for, and the code that they were given. */
export function codePage(
  place: OfficePlace,
  { name }: Invitation,
  token: string,
  told?: { readonly detail: string; readonly code: string },
): string {
  return frame(place, {
    title: 'Invitación',
    main: html`<h1>${name}: haga aquí su llave de acceso</h1>
<p class="lead">Con ella entrará a la oficina de ${place.institution} y confirmará lo que haga. No hay contraseñas.</p>
${told ? trouble(told.detail, told.code) : html``}
<h2>Antes de empezar</h2>
<ul><li>Use un dispositivo <strong>suyo</strong>, con huella, rostro o NIP: su teléfono, su computadora, o una llave USB de seguridad.</li>
<li>Si no es ${name}, cierre esta página y avise a quien se la envió.</li></ul>
<form method="post" action="${place.path}/invitacion/${token}">
<label for="code">Código de ocho signos que le dieron en persona</label>
<input id="code" name="code" class="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false">
<p><button>Soy ${name}: empezar</button></p></form>
<p class="hint">Esta dirección sirve una sola vez y en un solo navegador; el código, cinco intentos.</p>`,
  });
}

/** Where the passkey is made, and its fingerprint shown. */
export function enrolPage(place: OfficePlace, { name, fingerprint }: Invitation): string {
  const isMade = fingerprint !== undefined;
  const groups = fingerprint?.split(' ') ?? ['', '', '', ''];
  return frame(place, {
    title: 'Su llave de acceso',
    main: html`<h1>${name}</h1>
<div id="before"${isMade ? html` hidden` : html``}><p class="lead">Su dispositivo le pedirá huella, rostro o NIP, y guardará la llave.</p>
${NEEDS_SCRIPT}${SCRIPT_TROUBLE}
<form id="make" data-passkey="make" data-path="${place.path}"><button id="button" disabled>Hacer mi llave de acceso</button></form>
<p class="hint">No la haga en un dispositivo compartido.</p></div>
<section class="done" id="done" aria-labelledby="done-title"${isMade ? html`` : html` hidden`}>
<h2 id="done-title" tabindex="-1">Llave hecha. Falta que la aprueben</h2>
<p>Dos personas le van a pedir estos signos, en persona o por teléfono. Los que ellas ven deben ser <strong>los mismos</strong>. Anótelos o deje esta página abierta.</p>
<ol class="print" id="print">${groups.map((group) => html`<li>${group}</li>`)}</ol>
<p>Cuando la aprueben, entre en <a href="${place.path}">la oficina</a>. Conserve el dispositivo.</p></section>`,
  });
}
