import { html, type Html } from '../../../verifier-web/html.ts';
import type { LoggedIn } from '../../access/session.ts';
import { formatLocalTime, parseTime, type UnixSeconds } from '../../core/time.ts';
import { formatAmount } from '../../oficio/amount.ts';
import type { OficioType } from '../../oficio/type.ts';
import { oficioEs } from '../../texts/oficio.es.ts';
import type { ListedApproval } from '../staff/approval-list.ts';
import type { OficioView } from '../staff/views.ts';
import type { OfficePlace } from './frame.ts';

export interface Looking {
  readonly who: LoggedIn;
  readonly at: UnixSeconds;
}

/** What went wrong with what somebody sent, and at which field. */
export interface Told {
  readonly detail: string;
  readonly code: string;
  readonly field?: string;
}

/** What a letter is by now, as an office says it. */
export const STATES: Readonly<Record<string, string>> = {
  sealed: 'Falta la firma',
  signed: 'Firmado y vigente',
  cancelled: 'Cancelado',
  replaced: 'Sustituido por otro',
  void: 'No vale: la llave de quien lo firmó quedó comprometida',
};

export function typeWords(type: string): string {
  return oficioEs.types[type as OficioType] ?? type;
}

export function moneyWords(amount: number): string {
  return amount === 0 ? 'No pide dinero' : `Pide ${formatAmount(amount)}`;
}

export function timeWords(text: string | undefined): string {
  const at = text === undefined ? undefined : parseTime(text);
  return at === undefined ? (text ?? '') : formatLocalTime(at);
}

export function stateMark({ state }: Pick<OficioView, 'state'>): Html {
  const tone = state === 'signed' ? 'good' : state === 'sealed' ? 'wait' : 'bad';
  return html`<strong class="mark ${tone}">${STATES[state] ?? state}</strong>`;
}

/** Of what waits for people about letters, what it is. */
export function waitingWords({ action, about = [] }: Pick<ListedApproval, 'action' | 'about'>): string {
  const folios = about.map(({ folio }) => folio);
  const which = folios.length === 1 ? folios[0]! : `${folios.length} oficios`;
  const words: Readonly<Record<string, string>> = {
    'oficio/signed': `Firmar ${which}`,
    'oficio/countersigned': `Firmar también ${which}`,
    'oficio/cancelled': `Cancelar ${which}`,
    'oficio/replaced': `Sustituir ${which}`,
  };
  return words[action] ?? `Autorizar un acto sobre ${which}`;
}

/** Somebody's words, at the field where they belong. */
export function fieldTrouble(told: Told | undefined, field: string): Html {
  return told?.field === field ? html`<p class="bad" id="${field}-bad">${told.detail}</p>` : html``;
}

/** The ways about within letters. */
export function letterTabs({ path }: OfficePlace, here: string): Html {
  const tabs = [
    ['/oficios', 'Todos'],
    ['/oficios/series', 'Numeración'],
  ] as const;
  return html`<ul class="tabs">${tabs.map(
    ([to, label]) =>
      html`<li><a href="${path}${to}"${to === here ? html` aria-current="page"` : html``}>${label}</a></li>`,
  )}</ul>`;
}
