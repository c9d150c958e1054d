import { html, raw, type Html } from '../../../verifier-web/html.ts';
import { formatLocalTime, parseTime } from '../../core/time.ts';
import { DATA_NAMES, DATA_VALUES } from '../../texts/es/personal-data.ts';
import { PRIVACY } from '../../texts/es/privacy.ts';
import { RETENTION } from '../../personal/retention.ts';
import type { ExportedPart, ExportView } from '../staff/personal-export.ts';
import type { Fact } from '../staff/record-facts.ts';
import { factRows } from './log-words.ts';

/** What is held about one person, in words: for whoever looks at it here, and for the person who asked. */

export type ExportedItem = Readonly<Record<string, Fact>>;

/** What only programs read: it is in the other file. */
const FOR_PROGRAMS: ReadonlySet<string> = new Set(['certificate', 'jpeg', 'seal']);

function localTime(text: string): string {
  const at = parseTime(text);
  return at === undefined ? text : formatLocalTime(at);
}

/** How a page shows it. */
export interface ExportLook {
  /** What stands under an item: what may be done about it. */
  readonly beside?: (line: ExportedPart['line'], item: ExportedItem) => Html;
  /** The photo of an official, of its bytes in base64. */
  readonly photo?: (jpeg: string) => Html;
}

function photoWithin(jpeg: string): Html {
  return html`<img alt="Su fotografía" src="data:image/jpeg;base64,${jpeg}">`;
}

function facts(line: ExportedPart['line'], item: ExportedItem, photo: NonNullable<ExportLook['photo']>): Html {
  const told = Object.fromEntries(Object.entries(item).filter(([name]) => !FOR_PROGRAMS.has(name)));
  const { jpeg } = item;
  const rows = factRows(told, { names: DATA_NAMES, values: DATA_VALUES[line] ?? {} });
  const list = html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  return typeof jpeg === 'string' ? html`<p>${photo(jpeg)}</p>` : list;
}

/** Until when the line is kept, as the privacy notice says it. */
function untilWords(line: ExportedPart['line']): string {
  const found = RETENTION.find(({ id }) => id === line);
  return found ? PRIVACY.time(found) : '';
}

export function exportedParts(
  { parts }: Pick<ExportView, 'parts'>,
  { beside = () => html``, photo = photoWithin }: ExportLook = {},
): Html {
  const found = parts.filter(({ items }) => items.length > 0);
  if (found.length === 0) return html`<p>No se guarda nada de esta persona.</p>`;
  const section = ({ line, items, isBounded }: ExportedPart): Html => {
    const [what, why] = PRIVACY.line(line);
    const list = (items as readonly ExportedItem[]).map(
      (item) => html`<li class="card">${facts(line, item, photo)}${beside(line, item)}</li>`,
    );
    return html`<section><h2>${what}</h2><p>Para qué: ${why}. Hasta cuándo: ${untilWords(line)}.</p>
${isBounded ? html`<p><strong>Hay más de lo que cabe aquí.</strong></p>` : html``}<ul class="cards">${list}</ul></section>`;
  };
  return html`${found.map(section)}`;
}

const READABLE_STYLE = `body{max-width:45rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:#1d1a19;background:#fff;overflow-wrap:anywhere}
h2{margin:2rem 0 .25rem;border-top:1px solid #999;padding-top:1rem}
ul{padding:0;list-style:none}
.card{margin:.75rem 0;padding:.5rem .75rem;border:1px solid #bbb;break-inside:avoid}
dl{margin:0}dt{font-weight:700}dd{margin:0 0 .35rem}img{width:9rem;height:auto}`;

/** A document of its own, to hand over or print: it loads nothing. */
export function readableExport(institution: string, whom: string, view: ExportView): string {
  return [
    html`<!doctype html><html lang="es-MX"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">`,
    html`<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    html`<title>Datos personales de ${whom}</title><style>${raw(READABLE_STYLE)}</style></head><body>`,
    html`<h1>Datos personales de ${whom}</h1><p>${institution} le entrega lo que guarda de usted, el ${localTime(view.at)} (hora del centro de México).</p>`,
    html`<p>Los certificados y sellos, que solo leen los programas, vienen en el archivo JSON que acompaña a éste.</p>`,
    exportedParts(view),
    html`<h2>Sus derechos</h2><p>${PRIVACY.rights.replace('de arriba', 'de la institución')}</p></body></html>`,
  ].join('');
}
