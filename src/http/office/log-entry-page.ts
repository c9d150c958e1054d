import { html, type Html } from '../../../verifier-web/html.ts';
import { LOG_NOUNS, RESULTS, WHY_NOT } from '../../texts/es/log.ts';
import type { EntryView, OpenedEntryView } from '../staff/log-entries.ts';
import type { Fact } from '../staff/record-facts.ts';
import { frame, type OfficePlace } from './frame.ts';
import { aboutWords, logTabs, resultMark, type Looking } from './log-page.ts';
import { actWords, factRows, personWords, timeWords } from './log-words.ts';

export interface EntryShown {
  readonly act: OpenedEntryView;
  readonly names: ReadonlyMap<string, string>;
  /** As it stands today. */
  readonly row?: Readonly<Record<string, Fact>> | undefined;
}

function factList(facts: Readonly<Record<string, Fact>>): Html {
  return html`<dl class="facts">${factRows(facts).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function entryLink({ path }: OfficePlace, act: Pick<EntryView, 'index' | 'action' | 'kind'>): Html {
  return html`<a href="${path}/bitacora/${act.index}">${act.index}. ${actWords(act)}</a>`;
}

/** Who authorised it, and by what right, step by step up to who founded the installation. */
function authority(place: OfficePlace, act: OpenedEntryView): Html {
  const { by, chain, statement, result, why } = act;
  const named = by.map((one) => {
    const leaves =
      one.enrolmentLeaf === undefined
        ? html``
        : html` — <a href="${place.path}/bitacora/${one.enrolmentLeaf}">su llave</a>, <a href="${place.path}/bitacora/${one.rolesLeaf ?? one.enrolmentLeaf}">sus permisos</a>`;
    return html`<li>${personWords(one)}${leaves}</li>`;
  });
  const steps = chain.map(
    (step) =>
      html`<li>${entryLink(place, step)}: ${resultMark(step)}${step.by.length > 0 ? html`, por ${step.by.map(personWords).join('; ')}` : html``}</li>`,
  );
  return html`<h2>Quién lo autorizó</h2>
<p>${resultMark(act)}. ${RESULTS[result].long}${why ? ` Motivo: ${WHY_NOT[why]}.` : ''}</p>
${named.length > 0 ? html`<p>${result === 'not-authorised' ? 'La autorización que trae dice ser de' : 'Por'}:</p><ul>${named}</ul>` : html``}
${statement ? html`<p>Confirmaron ${statement.count === 1 ? 'exactamente este acto' : `${statement.count} actos juntos; éste es el ${statement.place + 1}`}, cuando la bitácora tenía ${statement.size} asientos.</p>` : html``}
${steps.length > 0 ? html`<details><summary>Con qué derecho: altas y permisos, hasta quien fundó</summary><ol>${steps}</ol></details>` : html``}`;
}

function proofOf({ path }: OfficePlace, { index, entry, leafHash, proof, opening }: OpenedEntryView): Html {
  const sides = { left: 'a la izquierda', right: 'a la derecha' };
  const told = proof
    ? html`<p>El asiento está en la bitácora que se firmó con ${proof.size} asientos: con estos ${proof.path.length} resúmenes se llega de él a la raíz firmada.</p>
<details><summary>Ver la prueba</summary><ol>${proof.path.map((hash, i) => html`<li>${sides[proof.sides[i]!]}: <code>${hash}</code></li>`)}</ol>
<p>Cabeza firmada:</p><pre>${proof.checkpoint}</pre></details>`
    : html`<p>Acaba de asentarse; en un minuto habrá una cabeza firmada que lo cubra.</p>`;
  return html`<h2>Prueba</h2>${told}
<details><summary>Ver el asiento como está guardado</summary>
<dl class="facts"><dt>Asiento (114 bytes)</dt><dd><code>${entry}</code></dd>
${leafHash === undefined ? html`` : html`<dt>Resumen del asiento</dt><dd><code>${leafHash}</code></dd>`}
${opening ? html`<dt>Registro (base64)</dt><dd><code>${opening.record}</code></dd><dt>Sal (base64)</dt><dd><code>${opening.salt}</code></dd>` : html``}</dl></details>
<p><a href="${path}/bitacora/verificar?asiento=${index}">Verificar en este navegador que este asiento está publicado</a></p>
<p><a href="${path}/bitacora/${index}.json">Descargar todo este acto (JSON)</a></p>
<p class="hint">Trae datos personales: entréguelo solo a quien deba revisarlo.</p>`;
}

/** One act, with everything that the log holds of it. */
export function entryPage(place: OfficePlace, looking: Looking, { act, names, row }: EntryShown): string {
  const about = aboutWords(act, names);
  const { facts, referring, ref } = act;
  return frame(place, {
    title: `Asiento ${act.index}`,
    ...looking,
    here: '/bitacora',
    main: html`<h1>${act.index}. ${actWords(act)}</h1>${logTabs(place, '')}
<p class="lead">${timeWords(act)}${about === '' ? '' : ` · ${about}`}</p>
${authority(place, act)}
<h2>Qué dice su registro</h2>
${facts ? factList(facts) : html`<p>Nadie puede leerlo: lo que avala este asiento se borró o se cambió.</p>`}
${row ? html`<h2>Cómo está hoy: ${(LOG_NOUNS[act.about.noun ?? ''] ?? '').toLowerCase()}</h2><details><summary>Ver el renglón de la base</summary>${factList(row)}</details>` : html``}
${ref === undefined ? html`` : html`<p>Se refiere al <a href="${place.path}/bitacora/${ref}">asiento ${ref}</a>.</p>`}
${referring.length > 0 ? html`<h2>Lo que siguió</h2><ul>${referring.map((one) => html`<li>${entryLink(place, one)}</li>`)}</ul>` : html``}
${proofOf(place, act)}
<p><a href="${place.path}/bitacora">Volver a la bitácora</a></p>`,
  });
}
