import { html, type Html } from '../../../verifier-web/html.ts';
import { formatLocalTime, parseTime } from '../../core/time.ts';
import { LOG_VALUES } from '../../texts/es/log.ts';
import type { DistinctiveView } from '../staff/distinctives.ts';
import type { CardLine } from '../staff/told-cards.ts';
import type { CredentialView } from '../staff/views.ts';
import { frame, type OfficePlace } from './frame.ts';
import { logTabs, type Looking } from './log-page.ts';

/** What does not count, or not for now, as the staff API tells it. */
export interface Revocations {
  readonly suspended: readonly CredentialView[];
  readonly revoked: readonly CredentialView[];
  readonly cards: readonly CardLine[];
  readonly distinctives: readonly DistinctiveView[];
  readonly lists: readonly {
    readonly authority: string;
    readonly number?: string;
    readonly entries?: number;
    readonly thisUpdate?: string;
    readonly nextUpdate?: string;
    readonly ended?: string;
  }[];
}

function timeOf(text: string | undefined): string {
  const at = text === undefined ? undefined : parseTime(text);
  return at === undefined ? (text ?? '') : formatLocalTime(at);
}

function words(value: string | undefined): string {
  return value === undefined ? '' : (LOG_VALUES[value] ?? value);
}

function section(title: string, items: readonly Html[], none: string): Html {
  return html`<h2>${title} (${items.length})</h2>${items.length > 0 ? html`<ul class="cards">${items}</ul>` : html`<p>${none}</p>`}`;
}

function leafLink({ path }: OfficePlace, leaf: number | undefined): Html {
  return leaf === undefined
    ? html``
    : html`<p><a href="${path}/bitacora/${leaf}">Ver el acto (asiento ${leaf})</a></p>`;
}

/** Everything that was taken away, at a glance. */
export function revocationsPage(
  place: OfficePlace,
  looking: Looking,
  shown: Revocations & { readonly names: ReadonlyMap<string, string> },
): string {
  const { suspended, revoked, cards, distinctives, lists, names } = shown;
  const credential = (one: CredentialView): Html =>
    html`<li class="card"><h3>${names.get(one.officialId) ?? one.officialId}</h3>
<p>${words(one.kind)} · certificado <code>${one.serial}</code></p>
<p>${one.state === 'suspended' ? `Suspendida ${timeOf(one.suspendedAt)}` : `Revocada ${timeOf(one.revokedAt)}: ${words(one.reason)}`}${one.compromisedFrom === undefined ? '' : `; sus actos no valen desde el asiento ${one.compromisedFrom}`}</p>
${leafLink(place, one.leaf)}</li>`;
  const card = ({ card: own, holder }: CardLine): Html =>
    html`<li class="card"><h3>Tarjeta <code>${own?.number ?? ''}</code></h3><p>${holder.name ?? holder.id}${holder.unit === undefined ? '' : `, ${holder.unit}`}</p><p>${words(own?.ended?.reason)}</p></li>`;
  const distinctive = (one: DistinctiveView): Html =>
    html`<li class="card"><h3>Distintivo <code>${one.number}</code></h3><p>${one.holder.name ?? one.holder.id}</p><p>Retirado ${timeOf(one.withdrawnAt)}: ${words(one.reason)}</p>${leafLink(place, one.withdrawnLeaf)}</li>`;
  const list = (one: Revocations['lists'][number]): Html =>
    html`<li>${one.authority}: ${one.ended === undefined ? `número ${one.number}, ${one.entries} certificados, publicada ${timeOf(one.thisUpdate)}, la siguiente a más tardar ${timeOf(one.nextUpdate)}` : `nadie la renovó; terminó ${timeOf(one.ended)}`}</li>`;
  return frame(place, {
    title: 'Revocaciones y suspensiones',
    ...looking,
    here: '/bitacora',
    main: html`<h1>Revocaciones y suspensiones</h1>${logTabs(place, '/bitacora/revocaciones')}
${section('Credenciales suspendidas', suspended.map(credential), 'Ninguna credencial está suspendida.')}
${section('Credenciales revocadas', revoked.map(credential), 'Ninguna credencial está revocada.')}
${section('Tarjetas dadas de baja', cards.map(card), 'Ninguna tarjeta está dada de baja.')}
${section('Distintivos retirados', distinctives.map(distinctive), 'Ningún distintivo está retirado.')}
<h2>Listas que se publican</h2><ul>${lists.map(list)}</ul>`,
  });
}
