import { READER_OPTIONS } from './cards/station.ts';
import { UsageError, type Given, type Text } from './command.ts';
import { deliveryOptionGiven } from './delivery-order.ts';

/** Where the list says for each letter what the option says for one. */
const COLUMNS: Readonly<Record<string, string>> = {
  type: 'tipo',
  amount: 'monto',
  subject: 'asunto',
  folio: 'folio',
  expires: 'vence',
};

/** What a list has no column for, and what to do instead. */
const NOT_IN_LISTS: Readonly<Record<string, Text>> = {
  out: { es: 'indique la carpeta con --out-dir', en: 'name the folder with --out-dir' },
  at: { es: 'firme ese oficio aparte', en: 'sign that letter by itself' },
  'idempotency-key': {
    es: 'cada renglón se reconoce por lo que pide, y la misma lista no firma dos veces',
    en: 'each line is known by what it asks for, and the same list signs nothing twice',
  },
};

function inColumn(what: string, column: string): UsageError {
  return new UsageError({
    es: `con --list, «${what}» va en la columna «${column}»`,
    en: `with --list, "${what}" goes into the column "${column}"`,
  });
}

/**
 * One letter or a list: what the other of them would take is refused, because whoever typed it counts on it.
 * @throws UsageError that names it, and where it goes
 */
export function refuseMixture(given: Given): void {
  const [first, second] = given.positionals;
  const has = (option: string): boolean => given.text(option) !== undefined;
  if (!has('list')) {
    if (second !== undefined) {
      throw new UsageError({
        es: `sobra el argumento «${second}»: se firma un PDF por orden; para muchos, --list OFICIOS.csv --out-dir CARPETA`,
        en: `unexpected argument "${second}": one command signs one PDF; for many, --list LETTERS.csv --out-dir FOLDER`,
      });
    }
    if (!has('out-dir')) return;
    throw new UsageError({
      es: '--out-dir va con --list; para un solo oficio, -o SALIDA.pdf',
      en: '--out-dir goes with --list; for a single letter, -o OUT.pdf',
    });
  }
  if (first !== undefined) throw inColumn(first, 'archivo');
  const ofOne = deliveryOptionGiven(given);
  if (ofOne !== undefined) throw notInLists(ofOne, NOT_IN_LISTS['at']!);
  for (const [option, column] of Object.entries(COLUMNS)) if (has(option)) throw inColumn(`--${option}`, column);
  for (const [option, instead] of Object.entries(NOT_IN_LISTS)) if (has(option)) throw notInLists(option, instead);
}

function notInLists(option: string, { es, en }: Text): UsageError {
  return new UsageError({
    es: `con --list, «--${option}» no se usa: ${es}`,
    en: `with --list, "--${option}" is not used: ${en}`,
  });
}

/** @throws UsageError for options of a reader without `--card`: whoever typed them counts on a card */
export function refuseReaderAlone(given: Given): void {
  if (given.flag('card')) return;
  for (const option of Object.keys(READER_OPTIONS)) {
    if (given.text(option) !== undefined) {
      throw new UsageError({ es: `--${option} va con --card`, en: `--${option} goes with --card` });
    }
  }
}
