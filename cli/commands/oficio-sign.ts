import { resolve } from 'node:path';
import type { SealedView } from '../../src/http/staff/views.ts';
import { OFICIO_TYPES } from '../../src/oficio/type.ts';
import { EXIT, idempotencyKeyOf, type Command, type Context, type Exit, type Given, type Text } from '../command.ts';
import { explain } from '../explain.ts';
import { checkFolder, readInput } from '../files.ts';
import { readLetterList } from '../letter-list.ts';
import type { LetterOrder } from '../letter-order.ts';
import { refuseMixture } from '../one-or-many.ts';
import type { Screen } from '../screen.ts';
import { letterState, sealPlace, showLetter, untoldOf } from '../show-letter.ts';
import { signLetter } from '../sign-letter.ts';

const LETTER_OPTIONS: Command['options'] = {
  signer: { type: 'string', value: { es: 'CLAVE', en: 'ID' }, help: { es: 'quién firma', en: 'who signs' } },
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
};

function orderOf(given: Given): LetterOrder {
  const [input] = given.positionals;
  const missing = input === undefined ? [{ es: 'ENTRADA.pdf', en: 'IN.pdf' }] : [];
  given.require(['out', 'signer', 'type', 'amount', 'subject'], missing);
  const optional = (field: keyof LetterOrder, value: string | undefined): object =>
    value === undefined ? {} : { [field]: value };
  return {
    input: input!,
    output: given.need('out'),
    signer: given.need('signer'),
    type: given.need('type'),
    amount: given.need('amount'),
    subject: given.need('subject'),
    ...optional('folio', given.text('folio')),
    ...optional('expires', given.text('expires')),
    ...optional('place', given.text('at')),
    ...optional('idempotencyKey', idempotencyKeyOf(given)),
    overwrite: given.flag('overwrite'),
  };
}

/** Of earlier letters of the same document; programs get them all. */
const MOST_FOLIOS_TOLD = 3;

/** What whoever signed should know besides. */
function noticesOf(screen: Screen, letter: SealedView): readonly Text[] {
  const { sealCovers, sealPage, folio, alreadySigned, earlierInForce, state } = letter;
  const notices: Text[] = [...untoldOf(letter)];
  if (!stands(letter)) {
    const word = letterState(screen, state);
    notices.push({
      es: `Aviso: ese oficio ya no vale: el ${folio} está ${word}. El archivo es el que se firmó entonces; para firmar otra vez el documento, con otro folio, dé otra salida (-o, --out-dir) u otro --idempotency-key.`,
      en: `Note: that letter does not count any more: ${folio} is ${word}. The file is the one that was signed then; to sign the document once more, with another folio, give another output (-o, --out-dir) or another --idempotency-key.`,
    });
  }
  if (earlierInForce.length > 0) {
    const many = earlierInForce.length > 1;
    const rest = earlierInForce.length - MOST_FOLIOS_TOLD;
    const folios = earlierInForce.slice(0, MOST_FOLIOS_TOLD).join(', ');
    const [others, more] = rest > 0 ? [` y otros ${rest}`, ` and ${rest} more`] : ['', ''];
    notices.push({
      es: `Aviso: este documento ya se firmó como ${folios}${others}, que ${many ? 'siguen vigentes' : 'sigue vigente'}; si se equivocó, cancele o sustituya ${many ? 'los que sobren' : 'uno de los dos'} (./cotejo oficio cancel, ./cotejo oficio replace).`,
      en: `Note: this document was signed already as ${folios}${more}, which ${many ? 'are' : 'is'} in force; if this is a mistake, cancel or replace ${many ? 'those that are too many' : 'one of the two'} (./cotejo oficio cancel, ./cotejo oficio replace).`,
    });
  }
  if (sealCovers) {
    notices.push({
      es: `Aviso: El sello quedó encima de algo impreso en la página ${sealPage}. Ábralo y revise que todo se lea; si no, cancele el ${folio} y firme otra vez el original con otro --at, o sin él.`,
      en: `Note: The seal lies over something printed on page ${sealPage}. Open it and see that all can be read; if not, cancel ${folio} and sign the original again with another --at, or without.`,
    });
  }
  if (alreadySigned) {
    notices.push({
      es: 'Aviso: el documento ya estaba firmado. El sello nuevo es otra firma, con su propio folio; las anteriores siguen valiendo. Si una es de esta institución y después se cancela o se sustituye ese oficio, el archivo entero deja de valer, también con esta firma.',
      en: 'Note: the document was signed already. The new seal is one more signature, with a folio of its own; earlier ones stay valid. If one is of this institution and its letter is cancelled or replaced later, the whole file stops being valid, this signature included.',
    });
  }
  return notices;
}

function stands({ state }: SealedView): boolean {
  return state === 'signed';
}

/** Whether this command signed it, or gives back what the same command signed before. */
function doneWith(screen: Screen, letter: SealedView): string {
  const words = letter.repeated ? { es: 'Ya firmado', en: 'Signed already' } : { es: 'Firmado', en: 'Signed' };
  // What was cancelled or replaced meanwhile must not look like a letter to send.
  if (!stands(letter)) return `${screen.paint('wait', '!')} ${screen.say(words)}, ${letterState(screen, letter.state)}`;
  return `${screen.paint('good', '✓')} ${screen.say(words)}`;
}

export const signLetters: Command = {
  name: 'oficio sign',
  summary: {
    es: 'numera, sella y firma uno o muchos oficios en PDF',
    en: 'numbers, seals and signs one or many PDF letters',
  },
  positionals: {
    es: '(ENTRADA.pdf -o SALIDA.pdf --type TIPO --amount PESOS --subject ASUNTO | --list OFICIOS.csv --out-dir CARPETA) --signer CLAVE',
    en: '(IN.pdf -o OUT.pdf --type TYPE --amount PESOS --subject SUBJECT | --list LETTERS.csv --out-dir FOLDER) --signer ID',
  },
  minPositionals: 0,
  maxPositionals: 10_000,
  options: LETTER_OPTIONS,
  async run({ given, screen, client }) {
    refuseMixture(given);
    const list = given.text('list');
    if (list !== undefined) return signMany(given, screen, client, list);
    const order = orderOf(given);
    const { oficio, path } = await signLetter(await client(), order);
    const { folio } = oficio;
    screen.accomplished = {
      es: `El oficio ${folio} sí quedó firmado: ${path}`,
      en: `The letter ${folio} is signed: ${path}`,
    };
    if (screen.json) screen.data({ ...oficio, path });
    screen.line(doneWith(screen, oficio));
    showLetter(screen, oficio, path);
    for (const notice of noticesOf(screen, oficio)) screen.note(screen.say(notice));
    return EXIT.done;
  },
};

/** Each line of the list is a letter of its own: one that is refused never stops the others. */
async function signMany(given: Given, screen: Screen, client: Context['client'], path: string): Promise<Exit> {
  const outDir = resolve(given.need('out-dir'));
  const signer = given.text('signer');
  const { letters: orders, unusedColumns } = readLetterList(await readInput(path, 20_000_000), {
    listPath: resolve(path),
    outDir,
    ...(signer !== undefined && { signer }),
  });
  await checkFolder(outDir);
  if (unusedColumns.length > 0) {
    const columns = unusedColumns.join(', ');
    screen.note(screen.say({ es: `Aviso: columnas sin usar: ${columns}`, en: `Note: unused columns: ${columns}` }));
  }
  const open = await client();
  const overwrite = given.flag('overwrite');
  const seconds = process.hrtime();
  let worst: Exit = EXIT.done;
  const count = { signed: 0, 'already-signed': 0 };
  for (const [i, letter] of orders.entries()) {
    const { line } = letter;
    const input = 'order' in letter ? letter.order.input : (letter.input ?? '');
    screen.progress(`${i + 1}/${orders.length}  ${input}`);
    try {
      if ('fault' in letter) throw letter.fault;
      const { oficio, path: output } = await signLetter(open, { ...letter.order, overwrite });
      const outcome = oficio.repeated ? 'already-signed' : 'signed';
      count[outcome]++;
      const files = count.signed + count['already-signed'];
      screen.accomplished = {
        es: `Sí quedaron firmados ${files} de ${orders.length} oficios, cada uno con su archivo en ${outDir}`,
        en: `${files} of ${orders.length} letters are signed, each with its file in ${outDir}`,
      };
      const { folio, state, sealPage, pageAppended, earlierInForce } = oficio;
      if (screen.json)
        screen.data({ line, input, path: output, folio, state, sealPage, pageAppended, earlierInForce, outcome });
      screen.progressDone();
      screen.line(`${doneWith(screen, oficio)}  ${folio}  ${output}  (${sealPlace(screen, oficio)})`);
      for (const notice of noticesOf(screen, oficio)) screen.note(`  ${screen.say(notice)}`);
    } catch (error) {
      screen.progressDone();
      const named = input && ` ${input}`;
      screen.note(screen.say({ es: `✗ renglón ${line}${named}:`, en: `✗ line ${line}${named}:` }));
      worst = Math.max(worst, explain(error, screen, { line, input, outcome: 'refused' })) as Exit;
    }
  }
  const [elapsed] = process.hrtime(seconds);
  const before = count['already-signed'];
  screen.line(
    screen.say({
      es: `${count.signed} de ${orders.length} firmados en ${elapsed} s${before > 0 ? `; ya firmados antes: ${before}` : ''}`,
      en: `${count.signed} of ${orders.length} signed in ${elapsed} s${before > 0 ? `; signed before: ${before}` : ''}`,
    }),
  );
  return worst;
}
