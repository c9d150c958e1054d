import { formatTime, parseDay, startOfDay, unixSeconds, type CalendarDay } from '../src/core/time.ts';
import { Refusal } from '../src/core/refusal.ts';
import { isoDay } from '../src/directory/csv-row.ts';
import { foldText } from '../src/directory/text.ts';
import { parseAmount } from '../src/oficio/amount.ts';
import { readSubject } from '../src/oficio/request.ts';
import { isOficioType, OFICIO_TYPES, type OficioType } from '../src/oficio/type.ts';
import type { EntryCode } from '../src/texts/code.ts';

/** One letter as the command line asks for it: what is typed, not yet judged. */
export interface LetterOrder {
  readonly input: string;
  readonly output: string;
  readonly signer: string;
  readonly type: string;
  readonly amount: string;
  readonly subject: string;
  readonly folio?: string;
  readonly expires?: string;
  readonly place?: string;
  readonly idempotencyKey?: string;
}

/** dd/mm/yyyy as offices write it, or YYYY-MM-DD; nothing else, and never the month first. */
export function typedDay(text: string): CalendarDay | undefined {
  return parseDay(isoDay(text));
}

/**
 * The end of that day in Mexico City.
 * @throws Refusal `oficio/expires-malformed`
 */
export function expiryOf(text: string): string {
  const day = typedDay(text);
  if (day === undefined) {
    throw new Refusal<EntryCode>('oficio/expires-malformed', 'not a day', { found: text.slice(0, 40) });
  }
  return formatTime(unixSeconds(startOfDay(day) + 86_400 - 1));
}

/** As people write it: `Notificación`, `Orden de visita`. @throws Refusal `oficio/type-unknown` */
function typeOf(text: string): OficioType {
  const folded = foldText(text).replaceAll(' ', '-');
  if (isOficioType(folded)) return folded;
  throw new Refusal<EntryCode>('oficio/type-unknown', 'no such type of letter', {
    found: text.slice(0, 40),
    types: Object.keys(OFICIO_TYPES).join(', '),
  });
}

/** What of an order can be judged before anybody is asked. */
export interface ReadOrder {
  readonly type: OficioType;
  /** Centavos. */
  readonly amount: number;
  readonly subject: string;
  readonly expires?: string;
}

/**
 * @throws Refusal `oficio/type-unknown`, `oficio/amount-malformed`, `oficio/subject-malformed`,
 *   `oficio/expires-malformed`
 */
export function readOrder(order: LetterOrder): ReadOrder {
  return {
    type: typeOf(order.type),
    amount: parseAmount(order.amount),
    subject: readSubject(order.subject),
    ...(order.expires !== undefined && { expires: expiryOf(order.expires) }),
  };
}
