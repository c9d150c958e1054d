import { Refusal } from '../core/refusal.ts';
import { parseDay, type CalendarDay } from '../core/time.ts';
import type { DirectoryCode } from './code.ts';
import { mailOf, phoneOf, type Contact } from './contact.ts';
import type { OfficialFields, Publication } from './official.ts';
import { holdsPersonalKey, readEntered, type Problem } from './text.ts';
import { parseUnitCode } from './unit.ts';

/** What somebody typed about an official, in a form, a command or a row of a list. An empty text is an absent one. */
export interface OfficialInput {
  readonly name: string;
  readonly post: string;
  readonly unit: string;
  readonly powers: readonly string[];
  readonly mayAsk?: readonly string[];
  readonly neverAsks?: readonly string[];
  /** `YYYY-MM-DD` */
  readonly validFrom: string;
  /** `YYYY-MM-DD` */
  readonly validUntil?: string;
  /** `public` (also when absent) or `reserved` */
  readonly publication?: string;
  readonly legalGround?: string;
  readonly phone?: string;
  readonly mail?: string;
}

export type OfficialField = keyof OfficialInput;
export type OfficialProblem = Problem<OfficialField>;

/** Characters of each text, and items of each list. */
export const FIELD_LIMITS = {
  name: 120,
  post: 160,
  legalGround: 400,
  powers: { items: 40, max: 400 },
  mayAsk: { items: 20, max: 200 },
  neverAsks: { items: 20, max: 200 },
} as const;

/** Nobody in office was appointed before the first, and a later year is a slip of the keyboard. */
const FIRST_DAY = '1950-01-01';
const LAST_DAY = '2100-12-31';

/** What `input` says, or everything that is wrong with it, so that HR mends it in one go. */
export function readFields(
  input: OfficialInput,
): { fields: OfficialFields } | { problems: readonly OfficialProblem[] } {
  const problems: OfficialProblem[] = [];
  const report = (field: OfficialField, code: DirectoryCode, facts = {}): undefined => {
    problems.push({ field, code, facts: { field, ...facts } });
    return undefined;
  };

  const text = (field: OfficialField, value: string, max: number): string => {
    const read = readEntered(value, { max });
    if ('text' in read) return read.text;
    report(field, read.code, read.facts);
    return '';
  };
  const list = (field: 'powers' | 'mayAsk' | 'neverAsks', values: readonly string[] = []): readonly string[] => {
    const { items, max } = FIELD_LIMITS[field];
    if (values.length > items) report(field, 'directory/list-too-long', { max: items, found: values.length });
    return values.slice(0, items).map((value) => text(field, value, max));
  };
  const day = (field: 'validFrom' | 'validUntil', value: string): CalendarDay | undefined => {
    if (value === '') return report(field, 'directory/text-missing');
    const read = parseDay(value);
    if (read === undefined) return report(field, 'directory/day-malformed');
    return read < FIRST_DAY || read > LAST_DAY ? report(field, 'directory/day-out-of-range') : read;
  };

  const publication = (): Publication | undefined => {
    const state = input.publication || 'public';
    const ground = input.legalGround ?? '';
    if (state === 'public') {
      // A ground without the word: publishing would be the worse of the two mistakes.
      return ground.trim() === '' ? { state } : report('legalGround', 'directory/legal-ground-unexpected');
    }
    if (state !== 'reserved') return report('publication', 'directory/publication-unknown');
    if (ground.trim() === '') return report('legalGround', 'directory/legal-ground-missing');
    return { state, legalGround: text('legalGround', ground, FIELD_LIMITS.legalGround) };
  };
  const contact = (): Contact | undefined => {
    const read = (field: 'phone' | 'mail', value = ''): string | undefined => {
      if (value.trim() === '') return undefined;
      if (holdsPersonalKey(value)) return report(field, 'directory/personal-key');
      return field === 'phone'
        ? (phoneOf(value) ?? report(field, 'directory/phone-malformed'))
        : (mailOf(value) ?? report(field, 'directory/mail-malformed'));
    };
    const phone = read('phone', input.phone);
    const mail = read('mail', input.mail);
    if (phone === undefined && mail === undefined) return undefined;
    return { ...(phone !== undefined && { phone }), ...(mail !== undefined && { mail }) };
  };

  const name = text('name', input.name, FIELD_LIMITS.name);
  const post = text('post', input.post, FIELD_LIMITS.post);
  const unit =
    parseUnitCode(input.unit) ??
    report('unit', input.unit.trim() === '' ? 'directory/text-missing' : 'directory/unit-code-malformed');
  const powers = list('powers', input.powers);
  // The directory exists to show them (LTAIPRCCDMX art. 121 fr. II): an official without powers says nothing.
  if (input.powers.length === 0) report('powers', 'directory/text-missing');
  const mayAsk = list('mayAsk', input.mayAsk);
  const neverAsks = list('neverAsks', input.neverAsks);
  const validFrom = day('validFrom', input.validFrom);
  const validUntil = input.validUntil ? day('validUntil', input.validUntil) : undefined;
  if (validFrom && validUntil && validUntil < validFrom) report('validUntil', 'directory/days-reversed');
  const shown = publication();
  const reached = contact();

  if (problems.length > 0 || !unit || !validFrom || !shown) return { problems };
  return {
    fields: {
      name,
      post,
      unit,
      powers,
      mayAsk,
      neverAsks,
      validFrom,
      ...(validUntil && { validUntil }),
      publication: shown,
      ...(reached && { contact: reached }),
    },
  };
}

/**
 * What `input` says.
 * @throws Refusal with the code of the first thing wrong, its field among the facts
 */
export function officialFields(input: OfficialInput): OfficialFields {
  const read = readFields(input);
  if ('fields' in read) return read.fields;
  const { field, code, facts } = read.problems[0]!;
  throw new Refusal<DirectoryCode>(code, `${field} of the official is not acceptable`, facts);
}

/** What somebody would type to say `fields` again: the start of a change. */
export function inputOf(fields: OfficialFields): OfficialInput {
  return {
    name: fields.name,
    post: fields.post,
    unit: fields.unit,
    powers: fields.powers,
    mayAsk: fields.mayAsk,
    neverAsks: fields.neverAsks,
    validFrom: fields.validFrom,
    validUntil: fields.validUntil ?? '',
    publication: fields.publication.state,
    legalGround: fields.publication.state === 'reserved' ? fields.publication.legalGround : '',
    phone: fields.contact?.phone ?? '',
    mail: fields.contact?.mail ?? '',
  };
}
