import { formatTime, startOfDay, unixSeconds } from '../src/core/time.ts';
import { isRefusal, Refusal } from '../src/core/refusal.ts';
import { parseOfficialId } from '../src/directory/official.ts';
import { foldText } from '../src/directory/text.ts';
import { parseAmount } from '../src/oficio/amount.ts';
import { parseFolio, type Folio } from '../src/oficio/folio.ts';
import type { GivenPlace } from '../src/oficio/oficio.ts';
import { readSubject } from '../src/oficio/request.ts';
import { isOficioType, OFICIO_TYPES, type OficioType } from '../src/oficio/type.ts';
import type { EntryCode } from '../src/texts/code.ts';
import { UsageError } from './command.ts';
import type { OrderedDelivery } from './delivery-order.ts';
import { typedDay } from './typed-day.ts';

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
  /** Whom it is for, and the visit that it announces. */
  readonly delivery?: OrderedDelivery;
  readonly idempotencyKey?: string;
  /** The output may take the place of a file that is something else. */
  readonly overwrite?: boolean;
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

function placeOf(text: string): GivenPlace {
  const match = /^(\d{1,5}):(\d{1,4}(?:\.\d{1,2})?),(\d{1,4}(?:\.\d{1,2})?)$/.exec(text);
  if (!match) {
    throw new UsageError({
      es: `--at se escribe PÁGINA:IZQUIERDA,ARRIBA en milímetros (por ejemplo 2:20,180), no «${text}»`,
      en: `--at is written PAGE:LEFT,TOP in millimetres (for example 2:20,180), not "${text}"`,
    });
  }
  return { page: Number(match[1]), left: Number(match[2]), top: Number(match[3]) };
}

/** An order in the one spelling that the service takes: whatever was typed for the same letter reads the same. */
export interface ReadOrder extends OrderedDelivery {
  readonly signerId: string;
  readonly type: OficioType;
  /** Centavos. */
  readonly amount: number;
  readonly subject: string;
  readonly folio?: Folio;
  readonly expires?: string;
  readonly place?: GivenPlace;
}

/** What of an order may be mistyped, under the name that it has where it was written: an option, a column. */
export type FieldNames = Readonly<Record<'type' | 'amount' | 'subject' | 'folio' | 'expires', string>>;

const OPTIONS: FieldNames = {
  type: '--type',
  amount: '--amount',
  subject: '--subject',
  folio: '--folio',
  expires: '--expires',
};

/** What `read` gives; its refusal says in `where` what was mistyped. */
function at<Value>(where: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new Refusal(error.code, error.message, { ...error.facts, where });
  }
}

/**
 * @throws Refusal `oficio/type-unknown`, `oficio/amount-malformed`, `oficio/subject-malformed`,
 *   `oficio/folio-malformed`, `oficio/expires-malformed`, with the fact `where`; UsageError for a place
 */
export function readOrder(order: LetterOrder, names: FieldNames = OPTIONS): ReadOrder {
  const { folio, expires, place } = order;
  return {
    // Whom the directory does not know is its to say.
    signerId: parseOfficialId(order.signer) ?? order.signer,
    type: at(names.type, () => typeOf(order.type)),
    amount: at(names.amount, () => parseAmount(order.amount)),
    subject: at(names.subject, () => readSubject(order.subject)),
    ...(folio !== undefined && { folio: at(names.folio, () => parseFolio(folio).folio) }),
    ...(expires !== undefined && { expires: at(names.expires, () => expiryOf(expires)) }),
    ...(place !== undefined && { place: placeOf(place) }),
    ...order.delivery,
  };
}
