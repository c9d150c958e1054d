import { html } from '../../../verifier-web/html.ts';
import type { OpenedEntryView } from '../staff/log-entries.ts';
import { frame, NEEDS_SCRIPT, type OfficePlace } from './frame.ts';
import { logTabs, type Looking } from './log-page.ts';
import { actWords } from './log-words.ts';

/** Where a browser verifies by itself what the log publishes; `act`: one that has to stand where it was shown. */
export function verifyLogPage(
  place: OfficePlace,
  looking: Looking,
  act?: Pick<OpenedEntryView, 'index' | 'entry' | 'action' | 'kind'>,
): string {
  const base = place.path.slice(0, -'/oficina'.length);
  return frame(place, {
    title: 'Verificar en este navegador',
    ...looking,
    here: '/bitacora',
    scripts: ['verify-log'],
    main: html`<h1>Verificar en este navegador</h1>${logTabs(place, '/bitacora/verificar')}
<p>Su navegador baja todo lo que la bitácora publica y lo rehace por su cuenta: no le pregunta al servidor si está bien.</p>
${act ? html`<p>También comprueba que en el lugar ${act.index} esté publicado exactamente el asiento que usted abrió: <strong>${actWords(act)}</strong>.</p>` : html``}
${NEEDS_SCRIPT}
<form id="verify" data-base="${base}"${act ? html` data-index="${act.index}" data-entry="${act.entry}"` : html``}>
<label for="kept">Cabeza firmada que usted guardó antes</label>
<textarea id="kept" rows="6" maxlength="9000" spellcheck="false" aria-describedby="kept-hint"></textarea>
<p class="hint" id="kept-hint">Si este navegador guardó una, ya está aquí. La que guardó fuera de la institución prueba más: péguela.</p>
<p><button disabled>Verificar</button></p></form>
<div id="result" role="status"></div>
<h2>Qué prueba</h2>
<ul><li>Que la cabeza la firmó la llave de la bitácora que nombra la carta, y la carta la firmó la raíz.</li>
<li>Que todos los asientos publicados llevan a esa cabeza: si falta o cambia uno solo, se nota, y cuál.</li>
<li>Con una cabeza guardada: que desde entonces nada se quitó, se cambió ni se metió en medio.</li></ul>
<h2>Qué no prueba</h2>
<ul><li>Quién autorizó cada acto: eso lo revisa «Revisión completa», y cualquiera que verifique un documento.</li>
<li>Que a otras personas se les muestre la misma bitácora: compare su cabeza con la de alguien de fuera.</li>
<li>Esta página y su código vienen del mismo servidor. Para no depender de él, use la línea de órdenes en otro equipo.</li></ul>`,
  });
}
