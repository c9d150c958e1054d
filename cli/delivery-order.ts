import { parseOfficialId } from '../src/directory/official.ts';
import { UsageError, type Command, type Given, type Text } from './command.ts';
import { typedTime } from './typed-day.ts';

/** Whom a letter is for and what visit it announces, as the service takes it. */
export interface OrderedDelivery {
  readonly addressee?: {
    readonly name: string;
    readonly post?: string;
    readonly address?: string;
    readonly isPublic: boolean;
  };
  readonly visit?: {
    readonly place: string;
    /** RFC 3339. */
    readonly from: string;
    readonly to: string;
    readonly officials: readonly string[];
  };
}

const HOUR: Text = { es: '"dd/mm/aaaa hh:mm"', en: '"dd/mm/yyyy hh:mm"' };

/** Of `oficio sign`: of one letter alone, as each is for somebody else. */
export const DELIVERY_OPTIONS: NonNullable<Command['options']> = {
  addressee: {
    type: 'string',
    value: { es: 'NOMBRE', en: 'NAME' },
    help: { es: 'a quién va (no se publica)', en: 'whom it is for (not published)' },
  },
  'addressee-post': {
    type: 'string',
    value: { es: 'CARGO', en: 'POST' },
    help: { es: 'su cargo', en: 'their post' },
  },
  'addressee-address': {
    type: 'string',
    value: { es: 'DOMICILIO', en: 'ADDRESS' },
    help: { es: 'dónde encontrarlo (nunca se publica)', en: 'where to find them (never published)' },
  },
  'addressee-public': {
    type: 'boolean',
    help: {
      es: 'quien tenga el oficio ve su nombre y cargo al revisarlo',
      en: 'whoever has the letter sees their name and post when they check it',
    },
  },
  'visit-place': {
    type: 'string',
    value: { es: 'LUGAR', en: 'PLACE' },
    help: {
      es: 'visita que anuncia: dónde (lo ve quien tiene el oficio)',
      en: 'visit that it announces: where (told to whoever has the letter)',
    },
  },
  'visit-from': { type: 'string', value: HOUR, help: { es: 'desde qué día y hora', en: 'from which day and hour' } },
  'visit-to': { type: 'string', value: HOUR, help: { es: 'hasta qué día y hora', en: 'to which day and hour' } },
  'visit-official': {
    type: 'string',
    multiple: true,
    value: { es: 'CLAVE', en: 'ID' },
    help: { es: 'quién va, y nadie más (puede repetirse)', en: 'who comes, and nobody else (repeatable)' },
  },
};

/** The first of them that was given. */
export function deliveryOptionGiven(given: Given): string | undefined {
  return Object.entries(DELIVERY_OPTIONS).find(([name, { type, multiple }]) => {
    if (type === 'boolean') return given.flag(name);
    return multiple ? given.texts(name).length > 0 : given.text(name) !== undefined;
  })?.[0];
}

/** @throws UsageError */
export function deliveryOf(given: Given): OrderedDelivery {
  const [name, post, address] = ['addressee', 'addressee-post', 'addressee-address'].map((one) => given.text(one));
  const isPublic = given.flag('addressee-public');
  if (name === undefined && (post !== undefined || address !== undefined || isPublic)) given.require(['addressee']);
  const officials = given.texts('visit-official').map((id) => parseOfficialId(id) ?? id);
  const visiting = ['visit-place', 'visit-from', 'visit-to'];
  const isVisit = officials.length > 0 || visiting.some((one) => given.text(one) !== undefined);
  if (isVisit) {
    given.require(visiting);
    if (officials.length === 0) throw new UsageError(NOBODY);
  }
  return {
    ...(name !== undefined && {
      addressee: { name, ...(post !== undefined && { post }), ...(address !== undefined && { address }), isPublic },
    }),
    ...(isVisit && {
      visit: {
        place: given.need('visit-place'),
        from: hourOf('visit-from', given.need('visit-from')),
        to: hourOf('visit-to', given.need('visit-to')),
        officials,
      },
    }),
  };
}

const NOBODY: Text = {
  es: 'falta --visit-official CLAVE: quién va a la visita',
  en: '--visit-official ID is missing: who makes the visit',
};

function hourOf(option: string, text: string): string {
  const time = typedTime(text);
  if (time !== undefined) return time;
  throw new UsageError({
    es: `--${option} lleva día y hora, por ejemplo "31/12/2026 14:05"; no «${text}»`,
    en: `--${option} takes day and hour, for example "31/12/2026 14:05"; not "${text}"`,
  });
}
