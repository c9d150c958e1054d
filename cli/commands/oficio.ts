import { resolve } from 'node:path';
import type { OficioView, SealedView } from '../../src/http/staff/views.ts';
import { formatAmount } from '../../src/oficio/amount.ts';
import { OFICIO_TYPES } from '../../src/oficio/type.ts';
import type { Client } from '../client.ts';
import { EXIT, UsageError, type Command, type Exit, type Given, type Text } from '../command.ts';
import { checkFolder, readInput, writeOutput } from '../files.ts';
import { explain } from '../explain.ts';
import { readLetterList } from '../letter-list.ts';
import { localDay } from '../local-time.ts';
import type { Screen } from '../screen.ts';
import type { LetterOrder } from '../letter-order.ts';
import { signLetter } from '../sign-letter.ts';

const API = '/api/v1/staff/oficios';

const STATES: Readonly<Record<string, Text>> = {
  sealed: { es: 'borrador, sin firmar', en: 'draft, not signed' },
  signed: { es: 'firmado', en: 'signed' },
  cancelled: { es: 'cancelado', en: 'cancelled' },
  replaced: { es: 'sustituido', en: 'replaced' },
};

function stateOf(screen: Screen, state: string): string {
  const text = STATES[state];
  return text ? screen.say(text) : state;
}

/** Where to look for the seal, and that the letter has a page more than it had. */
function sealPlace(screen: Screen, { sealPage, pages, pageAppended }: SealedView): string {
  const page = screen.say({ es: `página ${sealPage} de ${pages}`, en: `page ${sealPage} of ${pages}` });
  return pageAppended ? page + screen.say({ es: ', agregada para el sello', en: ', added for the seal' }) : page;
}

/** The leaves of its intent, its signature and its end. */
function leavesOf(screen: Screen, { leaves, state }: OficioView): string {
  const ended = stateOf(screen, state);
  return [
    screen.say({ es: `intención ${leaves.intent}`, en: `intent ${leaves.intent}` }),
    leaves.signed !== undefined && screen.say({ es: `firmado ${leaves.signed}`, en: `signed ${leaves.signed}` }),
    leaves.ended !== undefined && `${ended} ${leaves.ended}`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}

function showOficio(screen: Screen, oficio: OficioView | SealedView, path?: string): void {
  screen.facts([
    ['Folio', screen.paint('strong', oficio.folio)],
    [screen.say({ es: 'Código', en: 'Code' }), oficio.code],
    [screen.say({ es: 'Tipo', en: 'Type' }), oficio.type],
    [screen.say({ es: 'Asunto', en: 'Subject' }), oficio.subject],
    [screen.say({ es: 'Pide', en: 'Asks for' }), oficio.amount === 0 ? '$0.00' : formatAmount(oficio.amount)],
    [screen.say({ es: 'Firma', en: 'Signer' }), `${oficio.signer.name}, ${oficio.signer.post}`],
    [screen.say({ es: 'Estado', en: 'State' }), stateOf(screen, oficio.state)],
    [screen.say({ es: 'Terminó', en: 'Ended' }), oficio.endedAt && localDay(oficio.endedAt)],
    [screen.say({ es: 'Motivo', en: 'Reason' }), oficio.reason],
    [screen.say({ es: 'Lo sustituye', en: 'Replaced by' }), oficio.replacedBy],
    [screen.say({ es: 'Asientos', en: 'Leaves' }), leavesOf(screen, oficio)],
    [screen.say({ es: 'Sello', en: 'Seal' }), 'sealPage' in oficio ? sealPlace(screen, oficio) : undefined],
    [screen.say({ es: 'Archivo', en: 'File' }), path],
  ]);
}

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
  'idempotency-key': {
    type: 'string',
    value: { es: 'TEXTO', en: 'TEXT' },
    help: { es: 'para repetir sin duplicar', en: 'to repeat without doubling' },
  },
};

function orderOf(given: Given): LetterOrder {
  const optional = (option: string, field: keyof LetterOrder): object => {
    const value = given.text(option);
    return value === undefined ? {} : { [field]: value };
  };
  const input = given.positionals[0];
  if (input === undefined) throw new UsageError({ es: 'falta el PDF de entrada', en: 'missing the input PDF' });
  return {
    input,
    output: given.need('out'),
    signer: given.need('signer'),
    type: given.need('type'),
    amount: given.need('amount'),
    subject: given.need('subject'),
    ...optional('folio', 'folio'),
    ...optional('expires', 'expires'),
    ...optional('at', 'place'),
    ...optional('idempotency-key', 'idempotencyKey'),
  };
}

const sign: Command = {
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
  maxPositionals: 1,
  options: LETTER_OPTIONS,
  async run({ given, screen, client }) {
    const list = given.text('list');
    if (list !== undefined) return signMany(given, screen, await client(), list);
    const signed = await signLetter(await client(), orderOf(given));
    if (screen.json) screen.data({ ...signed.oficio, path: signed.path });
    screen.line(`${screen.paint('good', '✓')} ${screen.say({ es: 'Firmado', en: 'Signed' })}`);
    showOficio(screen, signed.oficio, signed.path);
    if (signed.oficio.sealCovers) {
      const { sealPage, folio } = signed.oficio;
      screen.note(
        screen.say({
          es: `Aviso: El sello quedó encima de algo impreso en la página ${sealPage}. Ábralo y revise que todo se lea; si no, cancele el ${folio} y firme otra vez el original con otro --at, o sin él.`,
          en: `Note: The seal lies over something printed on page ${sealPage}. Open it and see that all can be read; if not, cancel ${folio} and sign the original again with another --at, or without.`,
        }),
      );
    }
    if (signed.oficio.alreadySigned) {
      screen.note(
        screen.say({
          es: 'Aviso: el documento ya estaba firmado. El sello nuevo es otra firma, con su propio folio; las anteriores siguen valiendo. Si una es de esta institución y después se cancela o se sustituye ese oficio, el archivo entero deja de valer, también con esta firma.',
          en: 'Note: the document was signed already. The new seal is one more signature, with a folio of its own; earlier ones stay valid. If one is of this institution and its letter is cancelled or replaced later, the whole file stops being valid, this signature included.',
        }),
      );
    }
    return EXIT.done;
  },
};

/** Each line of the list is a letter of its own: one that is refused never stops the others. */
async function signMany(given: Given, screen: Screen, client: Client, path: string): Promise<Exit> {
  const orders = readLetterList(await readInput(path, 20_000_000), {
    listPath: resolve(path),
    outDir: resolve(given.need('out-dir')),
    ...(given.text('signer') !== undefined && { signer: given.need('signer') }),
  });
  await checkFolder(resolve(given.need('out-dir')));
  const seconds = process.hrtime();
  let worst: Exit = EXIT.done;
  let signedCount = 0;
  for (const [i, letter] of orders.entries()) {
    const { line } = letter;
    const input = 'order' in letter ? letter.order.input : (letter.input ?? '');
    screen.progress(`${i + 1}/${orders.length}  ${input}`);
    try {
      if ('fault' in letter) throw letter.fault;
      const { oficio, path: output } = await signLetter(client, letter.order);
      signedCount++;
      const { folio, sealPage, pageAppended } = oficio;
      if (screen.json) screen.data({ line, input, path: output, folio, sealPage, pageAppended, outcome: 'signed' });
      screen.progressDone();
      screen.line(`${screen.paint('good', '✓')} ${folio}  ${output}  (${sealPlace(screen, oficio)})`);
    } catch (error) {
      screen.progressDone();
      const named = input && ` ${input}`;
      screen.note(screen.say({ es: `✗ renglón ${line}${named}:`, en: `✗ line ${line}${named}:` }));
      worst = Math.max(worst, explain(error, screen, { line, input, outcome: 'refused' })) as Exit;
    }
  }
  const [elapsed] = process.hrtime(seconds);
  screen.line(
    screen.say({
      es: `${signedCount} de ${orders.length} firmados en ${elapsed} s`,
      en: `${signedCount} of ${orders.length} signed in ${elapsed} s`,
    }),
  );
  return worst;
}

const list: Command = {
  name: 'oficio list',
  summary: { es: 'lista oficios', en: 'lists letters' },
  options: {
    unit: { type: 'string', value: { es: 'SIGLAS', en: 'CODE' }, help: { es: 'de esta unidad', en: 'of this unit' } },
  },
  async run({ given, screen, client }) {
    const unit = given.text('unit');
    const query = unit === undefined ? '' : `?unit=${encodeURIComponent(unit)}`;
    const found = await (await client()).get<OficioView[]>(`${API}${query}`);
    const oficios = found.toSorted((a, b) => a.sealedAt.localeCompare(b.sealedAt) || a.folio.localeCompare(b.folio));
    if (screen.json) for (const oficio of oficios) screen.data(oficio);
    screen.table(
      [
        'FOLIO',
        screen.say({ es: 'FECHA', en: 'DATE' }),
        screen.say({ es: 'ESTADO', en: 'STATE' }),
        screen.say({ es: 'ASUNTO', en: 'SUBJECT' }),
      ],
      oficios.map((one) => [one.folio, localDay(one.sealedAt), stateOf(screen, one.state), one.subject]),
    );
    return EXIT.done;
  },
};

async function findOficio(client: Client, name: string): Promise<OficioView> {
  return (await client.get<OficioView[]>(`${API}?name=${encodeURIComponent(name)}`))[0]!;
}

const show: Command = {
  name: 'oficio show',
  summary: { es: 'muestra un oficio (folio, código o identificador)', en: 'shows a letter (folio, code or id)' },
  positionals: 'FOLIO',
  minPositionals: 1,
  options: {
    out: {
      type: 'string',
      short: 'o',
      value: { es: 'SALIDA.pdf', en: 'OUT.pdf' },
      help: { es: 'guarda el PDF firmado', en: 'saves the signed PDF' },
    },
  },
  async run({ given, screen, client }) {
    const open = await client();
    const oficio = await findOficio(open, given.positionals[0]!);
    const out = given.text('out');
    if (out !== undefined) await writeOutput(out, await open.getBytes(`${API}/${oficio.id}/document`));
    if (screen.json) screen.data(oficio);
    showOficio(screen, oficio, out && resolve(out));
    return EXIT.done;
  },
};

function ending(verb: 'cancel' | 'replace', summary: Command['summary']): Command {
  return {
    name: `oficio ${verb}`,
    summary,
    positionals: 'FOLIO',
    minPositionals: 1,
    options: {
      reason: {
        type: 'string',
        required: true,
        value: { es: 'MOTIVO', en: 'REASON' },
        help: { es: 'por qué', en: 'why' },
      },
      ...(verb === 'replace' && {
        by: {
          type: 'string',
          required: true,
          value: 'FOLIO',
          help: { es: 'el oficio que lo sustituye', en: 'what replaces it' },
        },
      }),
    },
    async run({ given, screen, client }) {
      const open = await client();
      const { id } = await findOficio(open, given.positionals[0]!);
      const by = given.text('by');
      const body = { reason: given.need('reason'), ...(by !== undefined && { by }) };
      const oficio = await open.post<OficioView>(`${API}/${id}/${verb}`, body);
      if (screen.json) screen.data(oficio);
      showOficio(screen, oficio);
      return EXIT.done;
    },
  };
}

export const oficioCommands: readonly Command[] = [
  sign,
  list,
  show,
  ending('cancel', { es: 'cancela un oficio, para siempre', en: 'cancels a letter, for good' }),
  ending('replace', { es: 'sustituye un oficio por otro ya firmado', en: 'replaces a letter by a signed one' }),
];
