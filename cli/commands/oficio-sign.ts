import { resolve } from 'node:path';
import { OFICIO_TYPES } from '../../src/oficio/type.ts';
import { READER_OPTIONS } from '../cards/station.ts';
import { leftWaiting, type LeftOut } from '../cards/ask-signature.ts';
import { withSigningCard, type CardRun } from '../cards/sign-with-card.ts';
import {
  EXIT,
  IDS,
  idempotencyKeyOf,
  type Command,
  type Context,
  type Exit,
  type Given,
  type Text,
} from '../command.ts';
import { DELIVERY_OPTIONS, deliveryOf } from '../delivery-order.ts';
import { explain } from '../explain.ts';
import { checkFolder, readInput } from '../files.ts';
import { readLetterList, type ListedLetter } from '../letter-list.ts';
import { doneWith, noticesOf } from '../letter-notices.ts';
import type { LetterOrder } from '../letter-order.ts';
import { refuseMixture, refuseReaderAlone } from '../one-or-many.ts';
import type { Screen } from '../screen.ts';
import { sealPlace, showLetter } from '../show-letter.ts';
import { signLetter } from '../sign-letter.ts';

const LETTER_OPTIONS: Command['options'] = {
  signer: {
    type: 'string',
    value: { es: 'CLAVE', en: 'ID' },
    help: { es: 'quién firma', en: 'who signs' },
    source: IDS,
  },
  type: {
    type: 'string',
    value: { es: 'TIPO', en: 'TYPE' },
    help: { es: Object.keys(OFICIO_TYPES).join(', '), en: Object.keys(OFICIO_TYPES).join(', ') },
  },
  amount: {
    type: 'string',
    value: 'PESOS',
    help: {
      es: 'lo que pide: 0 o 1250.00 (no hay valor por omisión)',
      en: 'what it asks for: 0 or 1250.00 (no default)',
    },
  },
  subject: { type: 'string', value: { es: 'ASUNTO', en: 'SUBJECT' }, help: { es: 'asunto', en: 'subject' } },
  folio: {
    type: 'string',
    value: 'FOLIO',
    help: { es: 'el que la hoja ya trae impreso', en: 'the one printed already' },
  },
  expires: {
    type: 'string',
    value: { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' },
    help: { es: 'último día en que vale (también dd/mm/aaaa)', en: 'last day it holds (dd/mm/yyyy as well)' },
  },
  at: {
    type: 'string',
    value: { es: 'PÁG:IZQ,ARR', en: 'PAGE:LEFT,TOP' },
    help: {
      es: 'lugar del sello, en mm desde la esquina superior izquierda',
      en: 'place of the seal, mm from the top left corner',
    },
  },
  ...DELIVERY_OPTIONS,
  out: {
    type: 'string',
    short: 'o',
    value: { es: 'SALIDA.pdf', en: 'OUT.pdf' },
    help: { es: 'archivo firmado', en: 'signed file' },
  },
  list: {
    type: 'string',
    value: { es: 'OFICIOS.csv', en: 'LETTERS.csv' },
    help: { es: 'muchos a la vez', en: 'many at once' },
  },
  'out-dir': {
    type: 'string',
    value: { es: 'CARPETA', en: 'FOLDER' },
    help: { es: 'con --list: dónde quedan', en: 'with --list: where they go' },
  },
  overwrite: {
    type: 'boolean',
    help: { es: 'reemplaza el archivo de salida si ya hay otro', en: 'replaces an output file that is another one' },
  },
  'idempotency-key': {
    type: 'string',
    value: { es: 'TEXTO', en: 'TEXT' },
    help: { es: 'para repetir sin duplicar', en: 'to repeat without doubling' },
  },
  card: {
    type: 'boolean',
    help: {
      es: 'firma con la tarjeta que está en el lector, y pide su NIP; firma su titular, y --signer sobra',
      en: 'signs with the card in the reader, and asks for its PIN; its holder signs, and --signer is not needed',
    },
  },
  ...READER_OPTIONS,
};

function orderOf(given: Given): LetterOrder {
  const [input] = given.positionals;
  const missing = input === undefined ? [{ es: 'ENTRADA.pdf', en: 'IN.pdf' }] : [];
  const signer = given.flag('card') ? [] : ['signer'];
  given.require(['out', ...signer, 'type', 'amount', 'subject'], missing);
  const optional = (field: keyof LetterOrder, value: string | undefined): object =>
    value === undefined ? {} : { [field]: value };
  return {
    input: input!,
    output: given.need('out'),
    // Of the card, where it is not said.
    signer: given.text('signer') ?? '',
    type: given.need('type'),
    amount: given.need('amount'),
    subject: given.need('subject'),
    ...optional('folio', given.text('folio')),
    ...optional('expires', given.text('expires')),
    ...optional('place', given.text('at')),
    ...optional('idempotencyKey', idempotencyKeyOf(given)),
    delivery: deliveryOf(given),
    overwrite: given.flag('overwrite'),
  };
}

export const signLetters: Command = {
  name: 'oficio sign',
  summary: {
    es: 'numera, sella y firma uno o muchos oficios en PDF',
    en: 'numbers, seals and signs one or many PDF letters',
  },
  positionals: {
    es: '(ENTRADA.pdf -o SALIDA.pdf --type TIPO --amount PESOS --subject ASUNTO | --list OFICIOS.csv --out-dir CARPETA) (--signer CLAVE | --card)',
    en: '(IN.pdf -o OUT.pdf --type TYPE --amount PESOS --subject SUBJECT | --list LETTERS.csv --out-dir FOLDER) (--signer ID | --card)',
  },
  minPositionals: 0,
  maxPositionals: 10_000,
  options: LETTER_OPTIONS,
  fields: {
    'addressee-name': '--addressee',
    'addressee-post': '--addressee-post',
    address: '--addressee-address',
    place: '--visit-place',
  },
  async run(context) {
    const { given } = context;
    refuseMixture(given);
    refuseReaderAlone(given);
    const list = given.text('list');
    if (list === undefined) {
      const order = orderOf(given);
      return withSigner(context, [order], (signer) => signOne(context.screen, order, signer));
    }
    const letters = await readList(context, list);
    const orders = letters.flatMap((letter) => ('order' in letter ? [letter.order] : []));
    return withSigner(
      context,
      orders,
      (signer) => signMany(context, letters, signer),
      unreadOf(context.screen, letters),
    );
  },
};

/** What signs the letters of one command: keys that are kept here, or one card. */
type Signer = Pick<CardRun, 'sign'> & Partial<CardRun>;

async function withSigner(
  context: Context,
  orders: readonly LetterOrder[],
  act: (signer: Signer) => Promise<Exit>,
  unread: readonly LeftOut[] = [],
): Promise<Exit> {
  if (context.given.flag('card')) return withSigningCard(context, orders, act, unread);
  const client = await context.client();
  return act({ sign: (order) => signLetter(client, order) });
}

function unreadOf(screen: Screen, letters: readonly ListedLetter[]): readonly LeftOut[] {
  return letters.flatMap((letter) =>
    'fault' in letter ? [{ name: screen.say(rowWords(letter)), error: letter.fault }] : [],
  );
}

/** A line of the list, and the file that it names where it could be read. */
function rowWords({ line, input = '' }: { readonly line: number; readonly input?: string }): Text {
  const named = input && ` ${input}`;
  return { es: `renglón ${line}${named}`, en: `line ${line}${named}` };
}

async function signOne(screen: Screen, order: LetterOrder, signer: Signer): Promise<Exit> {
  const { oficio, path } = await signer.sign(order).catch((error: unknown) => {
    if (signer.isOver === true) screen.note(screen.say(leftWaiting()));
    throw error;
  });
  const { folio } = oficio;
  screen.accomplished = {
    es: `El oficio ${folio} sí quedó firmado: ${path}`,
    en: `The letter ${folio} is signed: ${path}`,
  };
  if (screen.json) screen.data({ ...oficio, path, ...(signer.number !== undefined && { card: signer.number }) });
  screen.line(doneWith(screen, oficio));
  showLetter(screen, oficio, path);
  for (const notice of noticesOf(screen, oficio)) screen.note(screen.say(notice));
  return EXIT.done;
}

async function readList({ given, screen }: Context, path: string): Promise<readonly ListedLetter[]> {
  const outDir = resolve(given.need('out-dir'));
  const signer = given.text('signer') ?? (given.flag('card') ? '' : undefined);
  const { letters, unusedColumns } = readLetterList(await readInput(path, 20_000_000), {
    listPath: resolve(path),
    outDir,
    ...(signer !== undefined && { signer }),
  });
  await checkFolder(outDir);
  if (unusedColumns.length > 0) {
    const columns = unusedColumns.join(', ');
    screen.note(screen.say({ es: `Aviso: columnas sin usar: ${columns}`, en: `Note: unused columns: ${columns}` }));
  }
  const overwrite = given.flag('overwrite');
  return letters.map((letter) => ('order' in letter ? { ...letter, order: { ...letter.order, overwrite } } : letter));
}

/** Each line of the list is a letter of its own: one that is refused never stops the others, unless the card signs no more. */
async function signMany({ given, screen }: Context, letters: readonly ListedLetter[], signer: Signer): Promise<Exit> {
  const outDir = resolve(given.need('out-dir'));
  const seconds = process.hrtime();
  let worst: Exit = EXIT.done;
  const count = { signed: 0, 'already-signed': 0 };
  for (const [i, letter] of letters.entries()) {
    const { line } = letter;
    const input = 'order' in letter ? letter.order.input : (letter.input ?? '');
    if (signer.isOver === true) {
      if (screen.json) screen.data({ line, input, outcome: 'not-signed' });
      continue;
    }
    screen.progress(`${i + 1}/${letters.length}  ${input}`);
    try {
      if ('fault' in letter) throw letter.fault;
      const { oficio, path: output } = await signer.sign(letter.order);
      const outcome = oficio.repeated ? 'already-signed' : 'signed';
      count[outcome]++;
      const files = count.signed + count['already-signed'];
      screen.accomplished = {
        es: `Sí quedaron firmados ${files} de ${letters.length} oficios, cada uno con su archivo en ${outDir}`,
        en: `${files} of ${letters.length} letters are signed, each with its file in ${outDir}`,
      };
      const { folio, state, sealPage, pageAppended, earlierInForce } = oficio;
      if (screen.json)
        screen.data({ line, input, path: output, folio, state, sealPage, pageAppended, earlierInForce, outcome });
      screen.progressDone();
      screen.line(`${doneWith(screen, oficio)}  ${folio}  ${output}  (${sealPlace(screen, oficio)})`);
      for (const notice of noticesOf(screen, oficio)) screen.note(`  ${screen.say(notice)}`);
    } catch (error) {
      screen.progressDone();
      screen.note(`✗ ${screen.say(rowWords({ line, input }))}:`);
      worst = Math.max(worst, explain(error, screen, { line, input, outcome: 'refused' })) as Exit;
    }
  }
  const [elapsed] = process.hrtime(seconds);
  const before = count['already-signed'];
  screen.line(
    screen.say({
      es: `${count.signed} de ${letters.length} firmados en ${elapsed} s${before > 0 ? `; ya firmados antes: ${before}` : ''}`,
      en: `${count.signed} of ${letters.length} signed in ${elapsed} s${before > 0 ? `; signed before: ${before}` : ''}`,
    }),
  );
  if (signer.isOver === true) screen.note(screen.say(leftWaiting()));
  return worst;
}
