import { concat, fromUtf8 } from '../../core/bytes.ts';
import { parseDay, type CalendarDay } from '../../core/time.ts';
import { malformed } from './answer.ts';
import { encodeText, endOfContainer, fieldOf, readFields, readText } from './container.ts';

/**
 * What is printed on the card (SP 800-73-5 Part 1, appendix A), in UTF-8: names in Spanish do not fit in ASCII. The lengths
 * are of bytes: 125 for the name, 20 for the others, 15 for the issuer. A reader needs the PIN for it.
 */
export interface PrintedInformation {
  readonly name: string;
  readonly affiliation: string;
  readonly expires: CalendarDay;
  /** The number printed on the card. */
  readonly cardNumber: string;
  readonly issuer: string;
  readonly organization?: string;
  readonly unit?: string;
}

const TAG = { name: 1, affiliation: 2, expires: 4, cardNumber: 5, issuer: 6, organization: 7, unit: 8 } as const;
const ORDER = [1, 2, 4, 5, 6, 7, 8];
const MOST = { name: 125, affiliation: 20, cardNumber: 20, issuer: 15, organization: 20, unit: 20 } as const;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WHAT = 'printed-information';

/** @throws Refusal `card/too-large` for a text beyond its length */
export function encodePrintedInformation(printed: PrintedInformation): Uint8Array {
  const field = (name: keyof typeof MOST): Uint8Array => {
    const text = printed[name];
    return text === undefined ? new Uint8Array() : encodeText(TAG[name], text, MOST[name], WHAT);
  };
  return concat(
    field('name'),
    field('affiliation'),
    encodeText(TAG.expires, formatDay(printed.expires), 9, WHAT),
    field('cardNumber'),
    field('issuer'),
    field('organization'),
    field('unit'),
    endOfContainer(),
  );
}

/** @throws Refusal `card/malformed` */
export function readPrintedInformation(bytes: Uint8Array): PrintedInformation {
  const fields = readFields(bytes, ORDER, WHAT);
  const text = (name: keyof typeof MOST): string => readText(fieldOf(fields, TAG[name], WHAT), MOST[name], WHAT);
  return {
    name: text('name'),
    affiliation: text('affiliation'),
    expires: readDay(fieldOf(fields, TAG.expires, WHAT)),
    cardNumber: text('cardNumber'),
    issuer: text('issuer'),
    ...(fields.has(TAG.organization) && { organization: text('organization') }),
    ...(fields.has(TAG.unit) && { unit: text('unit') }),
  };
}

/** `2029DEC31`. */
function formatDay(day: CalendarDay): string {
  const [year, month, date] = day.split('-');
  return `${year}${MONTHS[Number(month) - 1]}${date}`;
}

function readDay(value: Uint8Array): CalendarDay {
  const match = /^(\d{4})([A-Z]{3})(\d\d)$/.exec(fromUtf8(value) ?? '');
  const month = match ? MONTHS.indexOf(match[2]!) + 1 : 0;
  const day = match && month > 0 && parseDay(`${match[1]}-${String(month).padStart(2, '0')}-${match[3]}`);
  return day || malformed(WHAT, 'an expiry that is no day');
}
