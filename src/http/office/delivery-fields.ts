import { html, type Html } from '../../../verifier-web/html.ts';
import { Refusal } from '../../core/refusal.ts';
import { formatTime, parseDay, startOfDay, unixSeconds } from '../../core/time.ts';
import type { HttpCode } from '../../texts/code.ts';
import { fieldTrouble, type Told } from './letter-words.ts';

/** Whom a letter is for, and the visit that it announces. */
export const DELIVERY_FIELDS: readonly string[] =
  'to toPost toAddress toPublic visitPlace visitFrom visitTo visitors'.split(' ');

type Typed = Readonly<Record<string, string>>;

function text(typed: Typed, told: Told | undefined, name: string, label: string): Html {
  return html`<label for="${name}">${label}</label><input id="${name}" name="${name}" value="${typed[name] ?? ''}" maxlength="300" autocomplete="off">${fieldTrouble(told, name)}`;
}

function hour(typed: Typed, told: Told | undefined, name: string, label: string): Html {
  return html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" type="datetime-local" value="${typed[name] ?? ''}">${fieldTrouble(told, name)}</div>`;
}

/** The fields of a form; closed where nothing was typed. */
export function deliveryFields(typed: Typed, told: Told | undefined): Html {
  const isOpen = (names: readonly string[]): Html => (names.some((name) => typed[name]) ? html` open` : html``);
  return html`<details${isOpen(['to', 'toPost', 'toAddress'])}><summary>A quién va (opcional)</summary>
<p class="hint">Lo ven su unidad y auditoría. La página pública no lo dice, salvo que usted lo marque.</p>
${text(typed, told, 'to', 'Nombre de la persona o razón social')}${text(typed, told, 'toPost', 'Cargo (si lo tiene)')}${text(typed, told, 'toAddress', 'Domicilio')}
<label class="check"><input type="checkbox" name="toPublic" value="yes"${typed['toPublic'] === 'yes' ? html` checked` : html``}><span>La página pública puede decir a quién va</span></label></details>
<details${isOpen(['visitPlace', 'visitFrom', 'visitTo', 'visitors'])}><summary>Anuncia una visita (opcional)</summary>
<p class="hint">La página dirá entre qué horas y quiénes van, con su foto: quien abra la puerta podrá comparar. Después de enviarlo nadie puede agregar a otra persona.</p>
${text(typed, told, 'visitPlace', 'Lugar de la visita')}
<div class="row">${hour(typed, told, 'visitFrom', 'Desde (hora de la Ciudad de México)')}${hour(typed, told, 'visitTo', 'Hasta')}</div>
<label for="visitors">Quiénes van: su clave del directorio, una en cada renglón</label><textarea id="visitors" name="visitors" rows="3" maxlength="500">${typed['visitors'] ?? ''}</textarea>${fieldTrouble(told, 'visitors')}</details>`;
}

function missing(field: string): never {
  throw new Refusal<HttpCode>('http/malformed', `nothing said in ${field}`, { field });
}

/** `2026-12-05T10:00`, as a browser writes the civil time that was chosen. */
function timeOf(typed: Typed, field: string): string {
  const [, day, hours, minutes] = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::\d{2})?$/.exec(typed[field] ?? '') ?? [];
  const parsed = day === undefined ? undefined : parseDay(day);
  if (parsed === undefined || Number(hours) > 23 || Number(minutes) > 59) missing(field);
  return formatTime(unixSeconds(startOfDay(parsed) + Number(hours) * 3600 + Number(minutes) * 60));
}

/** As the staff API takes it; nothing of what nobody filled in. @throws Refusal `http/malformed` for half a visit */
export function deliveryOf(typed: Typed): object {
  const said = (name: string): string => (typed[name] ?? '').trim();
  const some = (name: string, as: string): object => (said(name) === '' ? {} : { [as]: said(name) });
  const hasAddressee = ['to', 'toPost', 'toAddress'].some((name) => said(name) !== '');
  if (hasAddressee && said('to') === '') missing('to');
  const hasVisit = ['visitPlace', 'visitFrom', 'visitTo', 'visitors'].some((name) => said(name) !== '');
  if (hasVisit && said('visitPlace') === '') missing('visitPlace');
  const officials = said('visitors').split(/[\s,;]+/).filter((one) => one !== ''); // prettier-ignore
  if (hasVisit && officials.length === 0) missing('visitors');
  const more = { ...some('toPost', 'post'), ...some('toAddress', 'address'), isPublic: said('toPublic') === 'yes' };
  return {
    ...(hasAddressee && { addressee: { name: said('to'), ...more } }),
    ...(hasVisit && {
      visit: {
        ...{ place: said('visitPlace'), officials },
        ...{ from: timeOf(typed, 'visitFrom'), to: timeOf(typed, 'visitTo') },
      },
    }),
  };
}
