import { html, type Html } from '../../../verifier-web/html.ts';
import type { Unit } from '../../directory/unit.ts';
import { formatFolio } from '../../oficio/folio.ts';
import { spell, takeNumber, type FolioSeries } from '../../oficio/series.ts';
import { frame, mayOpen, trouble, type OfficePlace } from './frame.ts';
import { fieldTrouble, letterTabs, type Looking, type Told } from './letter-words.ts';

/** What somebody typed of a series, to be shown again. */
export interface TypedSeries {
  readonly unit: string;
  readonly year: string;
  readonly first: string;
  readonly printed: string;
  readonly gap: string;
  readonly reason: string;
}

export interface SeriesPage {
  readonly series: readonly FolioSeries[];
  readonly units: readonly Unit[];
  readonly typed: TypedSeries;
  readonly told?: Told;
}

/** The number that the next letter gets, where there is one left. */
function nextFolio(series: FolioSeries): string {
  try {
    const { unit, year } = series;
    return formatFolio({ unit, year, number: takeNumber(series).number });
  } catch {
    return 'ya no quedan números';
  }
}

function seriesCard(one: FolioSeries): Html {
  const { unit, year, first, printed, gaps } = one;
  const ranges = printed.map(spell).join(', ');
  return html`<li class="card"><h3>${unit}, ${year}</h3><p>El siguiente folio: <b>${nextFolio(one)}</b></p>
<p class="hint">Empieza en el ${first}.${ranges === '' ? '' : ` Ya impresos en papel: ${ranges}.`}</p>
${gaps.length > 0 ? html`<p>No se usan:</p><ul>${gaps.map((gap) => html`<li>${spell(gap)}: ${gap.reason}</li>`)}</ul>` : html``}</li>`;
}

/** How letters are numbered, by unit and year. */
export function seriesPage(place: OfficePlace, looking: Looking, { series, units, typed, told }: SeriesPage): string {
  const sorted = series.toSorted((a, b) => b.year - a.year || a.unit.localeCompare(b.unit));
  const option = ({ code, name }: Unit): Html =>
    html`<option value="${code}"${code === typed.unit ? html` selected` : html``}>${code} · ${name}</option>`;
  const form = html`<h2>Declarar una serie</h2><p>Hace falta solo si la numeración ya empezó en papel, o si hay números que no se usarán. De otro modo, el primer oficio de la unidad toma el 1.</p>
<form method="post" action="${place.path}/oficios/series" data-stay>${told && !told.field ? trouble(told.detail, told.code) : html``}
<label for="unit">Unidad</label><select id="unit" name="unit" required><option value="">Elija la unidad</option>${units.map(option)}</select>${fieldTrouble(told, 'unit')}
<label for="year">Año</label><input id="year" name="year" value="${typed.year}" required inputmode="numeric" pattern="[0-9]{4}" maxlength="4" autocomplete="off">
<label for="first">Primer número (si no es el 1)</label><input id="first" name="first" value="${typed.first}" inputmode="numeric" pattern="[0-9]*" maxlength="6" autocomplete="off">${fieldTrouble(told, 'first')}
<label for="printed">Números ya impresos en papel</label><input id="printed" name="printed" value="${typed.printed}" maxlength="400" autocomplete="off" aria-describedby="printed-hint">
<p class="hint" id="printed-hint">Por ejemplo: 1-40, 52. Cada uno se usa solo con el oficio que ya lo trae.</p>${fieldTrouble(told, 'printed')}
<label for="gap">Números que no se usarán</label><input id="gap" name="gap" value="${typed.gap}" maxlength="40" autocomplete="off" aria-describedby="gap-hint">
<p class="hint" id="gap-hint">Un número, o del primero al último: 60-65.</p>${fieldTrouble(told, 'gap')}
<label for="reason">Por qué no se usarán</label><input id="reason" name="reason" value="${typed.reason}" maxlength="300" autocomplete="off">${fieldTrouble(told, 'reason')}
<p><button>Declarar</button></p></form>`;
  return frame(place, {
    title: 'Numeración',
    ...looking,
    here: '/oficios',
    main: html`<h1>Numeración</h1>${letterTabs(place, '/oficios/series')}
${sorted.length > 0 ? html`<h2>Series declaradas o empezadas</h2><ul class="cards">${sorted.map(seriesCard)}</ul>` : html`<p>Todavía no hay series. La de cada unidad empieza con su primer oficio.</p>`}
${mayOpen(looking.who, ['clerk', 'operator'], looking.at) ? form : html``}`,
  });
}
