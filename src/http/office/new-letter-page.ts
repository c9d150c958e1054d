import { html, type Html } from '../../../verifier-web/html.ts';
import type { FolioSeries } from '../../oficio/series.ts';
import { OFICIO_TYPES } from '../../oficio/type.ts';
import type { SignatoryView } from '../staff/letters.ts';
import { DELIVERY_FIELDS, deliveryFields } from './delivery-fields.ts';
import { frame, trouble, type OfficePlace } from './frame.ts';
import { fieldTrouble, typeWords, type Looking, type Told } from './letter-words.ts';

/** The fields that a clerk fills in. */
export const LETTER_FIELDS: readonly string[] = [
  ...'signerId type money amount subject folio expires page left top cover'.split(' '),
  ...DELIVERY_FIELDS,
];
/** What somebody typed of a letter, to be shown again. */
export type TypedLetter = Readonly<Record<string, string>>;

export interface NewLetterPage {
  /** Of the form: sent twice, it is one letter. */
  readonly formKey: string;
  readonly typed: TypedLetter;
  readonly signatories: readonly SignatoryView[];
  readonly series: readonly FolioSeries[];
  /** Today, and so the least last day. */
  readonly today: string;
  readonly told?: Told;
}

function selected(is: boolean): Html {
  return is ? html` selected` : html``;
}

function checked(is: boolean): Html {
  return is ? html` checked` : html``;
}

function signerField({ signatories, typed, told }: NewLetterPage): Html {
  const options = signatories.map(
    ({ officialId, name, post, unit, hasAccess, keyPlace }) =>
      html`<option value="${officialId}"${selected(officialId === typed['signerId'])}>${name}, ${post} (${unit})${keyPlace === 'card' ? ', con su tarjeta' : ''}${hasAccess ? '' : ': todavía no tiene acceso a la oficina'}</option>`,
  );
  const none = html`<div class="note"><p><strong>Nadie de su unidad puede firmar aquí todavía.</strong> Recursos humanos tiene que emitirle a quien firma su credencial.</p></div>`;
  return html`<label for="signerId">Quién lo firma</label><select id="signerId" name="signerId" required><option value="">Elija a la persona</option>${options}</select>${fieldTrouble(told, 'signerId')}
${signatories.length === 0 ? none : html``}`;
}

function moneyField({ typed, told }: NewLetterPage): Html {
  const radio = (value: string, label: string): Html =>
    html`<label class="check"><input type="radio" name="money" value="${value}" required${checked(typed['money'] === value)}><span>${label}</span></label>`;
  return html`<fieldset><legend>¿Pide dinero?</legend>${radio('no', 'No pide dinero')}${radio('yes', 'Pide una cantidad')}
<label for="amount">Cuánto, en pesos (si pide)</label><input id="amount" name="amount" value="${typed['amount']}" inputmode="decimal" maxlength="40" autocomplete="off" placeholder="1,250.00"></fieldset>${fieldTrouble(told, 'amount')}`;
}

/** Where the seal goes, by hand. Without a script it is measured with a ruler; with one it is moved over the page. */
function placeFields({ typed, told }: NewLetterPage): Html {
  const number = (name: string, label: string, least: string): Html =>
    html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" type="number" min="${least}" step="any" value="${typed[name]}" autocomplete="off"></div>`;
  return html`<details id="by-hand"${typed['page'] ? html` open` : html``}><summary>Poner el sello a mano (opcional)</summary>
<p>Si no dice nada, el sello busca solo un lugar en blanco. Mide 180 × 56 mm, o 100 × 98 mm donde no cabe a lo ancho.</p>
<div class="row">${number('page', 'Página', '1')}${number('left', 'Desde la izquierda (mm)', '0')}${number('top', 'Desde arriba (mm)', '0')}</div>
<label class="check"><input type="checkbox" name="cover" value="yes"${checked(typed['cover'] === 'yes')}><span>Puede quedar encima de algo impreso (un escaneo, un fondo)</span></label>
<p class="bad" id="place-told" role="status" hidden></p><p><button type="button" class="plain" id="by-itself" hidden>Que busque lugar solo</button></p></details>${fieldTrouble(told, 'page')}`;
}

/** Where the pages of the chosen PDF are shown. Only a script fills it. */
function previewPlace(): Html {
  return html`<section id="preview" aria-labelledby="preview-title" hidden><h2 id="preview-title">Así quedará</h2>
<p id="preview-told" role="status"></p>
<p class="row" id="pager"><button type="button" class="plain" id="page-before">Anterior</button><span id="page-now"></span><button type="button" class="plain" id="page-after">Siguiente</button></p>
<div id="sheet"><canvas id="canvas" role="img" aria-label="La página del PDF"></canvas><div id="seal" role="application" tabindex="0" aria-label="Sello. Muévalo con las flechas; con mayúsculas, de diez en diez milímetros." aria-describedby="seal-where"><span>Sello</span></div></div>
<p class="hint" id="seal-where" aria-live="polite"></p></section>`;
}

function nextFolios({ series, today }: NewLetterPage): Html {
  const own = series.filter(({ year }) => String(year) === today.slice(0, 4));
  if (own.length === 0) return html``;
  return html` Siguientes: ${own.map(({ unit, next }) => `${unit}, el ${next}`).join('; ')}.`;
}

/** A new letter of a PDF. */
export function newLetterPage(place: OfficePlace, looking: Looking, page: NewLetterPage): string {
  const { formKey, typed, today, told } = page;
  const types = Object.keys(OFICIO_TYPES).map(
    (one) => html`<option value="${one}"${selected(one === typed['type'])}>${typeWords(one)}</option>`,
  );
  return frame(place, {
    title: 'Nuevo oficio',
    ...looking,
    scripts: ['new-letter'],
    here: '/oficios',
    main: html`<p><a href="${place.path}/oficios">Todos los oficios</a></p><h1>Nuevo oficio</h1>
<p class="lead">Suba el PDF, diga qué es y quién lo firma. Al enviarlo toma folio y sello, y espera la firma.</p>
<form method="post" action="${place.path}/oficios/nuevo" enctype="multipart/form-data" data-stay id="new-letter" data-api="${place.api}">
${told && told.field === undefined ? trouble(told.detail, told.code) : html``}<input type="hidden" name="key" value="${formKey}">
<label for="document">El PDF</label><input id="document" name="document" type="file" accept="application/pdf,.pdf" required aria-describedby="document-hint">
<p class="hint" id="document-hint">Tal como sale de Word («Guardar como PDF») o del escáner, hasta 10 MB.</p><p class="bad" id="document-told" aria-live="assertive" hidden></p>${fieldTrouble(told, 'document')}
${previewPlace()}${placeFields(page)}
<label for="type">Qué es</label><select id="type" name="type" required><option value="">Elija el tipo</option>${types}</select>${fieldTrouble(told, 'type')}
${moneyField(page)}
<label for="subject">Asunto</label><input id="subject" name="subject" value="${typed['subject']}" maxlength="300" required autocomplete="off">${fieldTrouble(told, 'subject')}
${signerField(page)}
<label for="folio">Folio, solo si el papel ya trae uno</label><input id="folio" name="folio" value="${typed['folio']}" maxlength="80" autocomplete="off" aria-describedby="folio-hint">
<p class="hint" id="folio-hint">Vacío: toma el siguiente de la unidad de quien firma.${nextFolios(page)}</p>${fieldTrouble(told, 'folio')}
<label for="expires">Último día en que vale (vacío: no vence)</label><input id="expires" name="expires" type="date" min="${today}" value="${typed['expires']}">${fieldTrouble(told, 'expires')}
${deliveryFields(typed, told)}
<p><button>Ponerle folio y mandarlo a firma</button></p></form>`,
  });
}
