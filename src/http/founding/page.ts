import type { Seat } from '../../access/founding.ts';
import { html, raw, type Html } from '../../../verifier-web/html.ts';
import { FOUNDING_STYLE } from './style.ts';

export interface FoundingSite {
  readonly institution: string;
  /** Of the page of the founders, with the prefix. */
  readonly path: string;
  /** What loads the script of the page. */
  readonly script: Html;
}

function frame({ institution, script }: FoundingSite, title: string, main: Html, withScript = false): string {
  return [
    html`<!doctype html><html lang="es-MX"><head><meta charset="utf-8">`,
    html`<meta name="viewport" content="width=device-width,initial-scale=1">`,
    html`<meta name="robots" content="noindex,noimageindex"><title>${title}</title>`,
    html`<style>${raw(FOUNDING_STYLE)}</style>`,
    withScript ? script : html``,
    html`</head><body><header><div class="bar">${institution}</div></header><main>${main}</main></body></html>`,
  ].join('');
}

/** Before the address is used: whom it is for, and what will be asked. */
export function invitationPage(site: FoundingSite, name: string, ticket: string): string {
  return frame(
    site,
    'Invitación para fundar',
    html`<h1>${name}: haga aquí su llave de acceso</h1>
<p class="lead">Usted es una de las personas que fundan el sistema de oficios y credenciales de ${site.institution}. Con su llave de acceso aprobará lo que nadie puede hacer a solas.</p>
<h2>Antes de empezar</h2>
<ul>
<li>Use un dispositivo <strong>suyo</strong>, con huella, rostro o NIP: su teléfono, su computadora, o una llave USB de seguridad. Nadie más debe poder abrirlo.</li>
<li>Tenga al lado, o al teléfono, a quien está en la terminal del servidor: al final van a comparar dieciséis signos.</li>
<li>Si no es ${name}, cierre esta página y avise a quien se la envió.</li>
</ul>
<form method="post" action="${site.path}/${ticket}"><button>Soy ${name}: empezar</button></form>
<p class="hint">Esta dirección sirve una sola vez y en un solo navegador.</p>`,
  );
}

/** The fingerprint in its groups; empty ones where there is none yet, for the script to fill in. */
function groupsOf(fingerprint: string | undefined): Html {
  const groups = fingerprint?.split(' ') ?? ['', '', '', ''];
  return html`<ol class="print" id="print">${groups.map((group) => html`<li>${group}</li>`)}</ol>`;
}

/** Where the passkey is made, and its fingerprint is shown. */
export function makingPage(site: FoundingSite, { name, fingerprint }: Seat): string {
  const isMade = fingerprint !== undefined;
  return frame(
    site,
    'Su llave de acceso',
    html`<h1>${name}</h1>
<p class="lead" id="before"${isMade ? html` hidden` : html``}>Su dispositivo le pedirá huella, rostro o NIP, y guardará la llave: aquí no se escribe ninguna contraseña.</p>
<noscript><div class="stop"><p>Esta página necesita JavaScript: actívelo en su navegador y vuelva a cargarla.</p></div></noscript>
<div class="stop" id="trouble" role="alert" tabindex="-1" hidden><p></p></div>
<section class="done" id="done" aria-labelledby="done-title"${isMade ? html`` : html` hidden`}>
<h2 id="done-title" tabindex="-1">Llave hecha. Ahora compárenla</h2>
<p>Lea estos signos en voz alta a quien está en la terminal. Los de la terminal, junto a su nombre, deben ser <strong>los mismos</strong>, uno por uno.</p>
${groupsOf(fingerprint)}
<p>Si uno solo es distinto, díganlo: nadie debe confirmar. Si son los mismos, usted ha terminado. Conserve el dispositivo, y deje esta página abierta hasta que la terminal diga que quedó fundado.</p>
</section>
<form id="make" data-path="${site.path}"><button id="button" disabled${isMade ? html` class="plain"` : html``}>${isMade ? 'Hacer otra en su lugar' : 'Hacer mi llave de acceso'}</button></form>
<p class="hint">No la haga en un dispositivo compartido. Las personas fundadoras necesitan cada una un dispositivo distinto.</p>`,
    true,
  );
}

/** Something is in the way, or nothing is here yet. */
export function troublePage(site: FoundingSite, detail: string): string {
  return frame(site, site.institution, html`<h1>Todavía no</h1><p class="lead">${detail}</p>`);
}
