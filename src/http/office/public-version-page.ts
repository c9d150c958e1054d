import { html, type Html } from '../../../verifier-web/html.ts';
import type { PublicVersionView } from '../staff/public-versions.ts';
import type { OficioView } from '../staff/views.ts';
import { frame, SCRIPT_TROUBLE, type OfficePlace } from './frame.ts';
import { timeWords, type Looking } from './letter-words.ts';

export interface PublicVersionPage {
  readonly letter: OficioView;
  /** In the order of the log. */
  readonly versions: readonly PublicVersionView[];
  /** A clerk of its unit looks at it. */
  readonly mayPublish: boolean;
  /** Of the form: sent twice, it is one version. */
  readonly formKey: string;
}

const STATES: Readonly<Record<PublicVersionView['state'], readonly [words: string, tone: string]>> = {
  current: ['Publicada', 'good'],
  replaced: ['Se cambió por otra', 'wait'],
  withdrawn: ['Retirada', 'bad'],
};

function versionCard(place: OfficePlace, base: string, page: PublicVersionPage, one: PublicVersionView): Html {
  const { id, state, registeredAt, ground, pages, withdrawnAt, reason, leaf } = one;
  const [words, tone] = STATES[state];
  const read = `${place.path.slice(0, -'/oficina'.length)}/version-publica/${id}.pdf`;
  const withdraw = html`<details><summary>Retirarla</summary><form method="post" action="${base}/${id}/retirar" data-stay="retirar-${id}">
<p>Deja de descargarse. Quien ya la tenga y la revise verá que se retiró.</p>
<label for="reason">Motivo</label><input id="reason" name="reason" maxlength="300" required autocomplete="off">
<div class="stop" role="alert" tabindex="-1" hidden><p></p></div><p><button>Pedir que se retire</button></p></form></details>`;
  return html`<li class="card"><h3>${timeWords(registeredAt)}</h3><p><strong class="mark ${tone}">${words}</strong></p>
<dl class="facts"><dt>Fundamento</dt><dd>${ground}</dd><dt>Páginas</dt><dd>${pages}</dd>
${withdrawnAt === undefined ? html`` : html`<dt>Retirada</dt><dd>${timeWords(withdrawnAt)}: ${reason}</dd>`}
<dt>Asiento de la bitácora</dt><dd>${leaf}</dd></dl>
${state === 'current' ? html`<p><a href="${read}">Descargarla como cualquiera</a></p>${page.mayPublish ? withdraw : html``}` : html``}</li>`;
}

function publishForm(base: string, { formKey, versions }: PublicVersionPage): Html {
  const isFurther = versions.at(-1)?.state === 'current';
  return html`<h2 id="publicar">${isFurther ? 'Cambiarla por otra' : 'Publicarla'}</h2>
<ol><li>Tache el PDF con un programa que <strong>quite</strong> el texto (la herramienta de tachado o censura), no que solo lo tape; o imprímalo, táchelo y escanéelo.</li>
<li>Guarde una copia limpia: sin comentarios, adjuntos, título ni autor.</li>
<li>Si el asunto dice lo que se tachó, tache también el código QR y las 12 letras: con ellos se ve el asunto.</li>
<li>Mire cada página antes de publicarla. Aquí se revisa lo que un programa puede encontrar; una foto o un texto que usted no tachó no se nota.</li></ol>
<form method="post" action="${base}" enctype="multipart/form-data" data-stay="publicar"><input type="hidden" name="key" value="${formKey}">
<label for="document">El PDF tachado (25 MB a lo más)</label><input id="document" type="file" name="document" accept="application/pdf" required>
<label for="ground">Fundamento: norma y resolución del Comité de Transparencia</label><input id="ground" name="ground" maxlength="300" required autocomplete="off" placeholder="LGTAIP art. 115; resolución CT-12/2026" aria-describedby="ground-hint">
<p class="hint" id="ground-hint">Se publica con el archivo: nunca escriba ahí un nombre.</p>
<label class="check"><input type="checkbox" name="acceptCovered" value="yes"><span>Si se encuentra texto debajo de algo pintado: ya lo miré y puede publicarse</span></label>
${SCRIPT_TROUBLE}<p><button>Pedir que se publique</button></p></form>`;
}

/** The public versions of a letter, and publishing one. */
export function publicVersionPage(place: OfficePlace, looking: Looking, page: PublicVersionPage): string {
  const { letter, versions, mayPublish } = page;
  const base = `${place.path}/oficios/${letter.id}/version-publica`;
  const cards = versions.toReversed().map((one) => versionCard(place, base, page, one));
  return frame(place, {
    title: `Versión pública de ${letter.folio}`,
    ...looking,
    here: '/oficios',
    main: html`<p><a href="${place.path}/oficios/${letter.id}">Oficio ${letter.folio}</a></p><h1>Versión pública</h1>
<p class="lead">El oficio ${letter.folio} con las partes que no son públicas tachadas. Es una copia para leer: quien la revise sabrá de qué oficio es, y que el original dice más.</p>
<h2>Las que se han publicado</h2>
${cards.length > 0 ? html`<ul class="cards">${cards}</ul>` : html`<p>Todavía ninguna.</p>`}
${mayPublish ? publishForm(base, page) : html``}`,
  });
}
