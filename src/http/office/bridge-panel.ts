import { html, type Html } from '../../../verifier-web/html.ts';
import type { OfficePlace } from './frame.ts';

/** What the bridge is asked for, and the button that asks. */
interface Panel {
  readonly act: 'sign' | 'station';
  readonly button: string;
}

/** Where a page speaks to the bridge of the person's own machine. Only a script fills it (`src/http/client/card-bridge.ts`). */
export function bridgePanel({ path }: OfficePlace, { act, button }: Panel): Html {
  const what =
    act === 'sign'
      ? 'El lector tiene que estar en este equipo. Lo que se firma se ve en la terminal del puente, y ahí se confirma y se escribe el NIP: nunca en esta página.'
      : 'Los lectores tienen que estar en este equipo. Se confirma en la terminal del puente.';
  return html`<div data-bridge="${act}" data-path="${path}"><p>${what}</p>
<noscript><p>Esta parte necesita JavaScript. Sin él: <code>cotejo ${act === 'sign' ? 'oficio sign --card' : 'card station --web'}</code>.</p></noscript>
<p><button type="button" data-start>${button}</button></p>
<p data-told role="status" aria-live="polite"></p>
<div class="stop" data-trouble role="alert" tabindex="-1" hidden><p></p></div>
<div class="note" data-missing role="alert" hidden><p><strong>No hay un puente abierto en este equipo.</strong> En la terminal, escriba:</p><p><code class="address">cotejo card bridge</code></p><p>Déjela abierta y pulse otra vez el botón. Si su navegador pregunta si esta página puede conectarse con este equipo, acepte.</p></div>
<form data-pair hidden><label for="bridge-code">Código que muestra la terminal del puente</label><input class="code" id="bridge-code" maxlength="12" autocomplete="off" autocapitalize="characters" spellcheck="false" required><p><button>Enlazar esta página</button></p></form>
<ul data-results hidden></ul><p data-open hidden></p></div>`;
}
