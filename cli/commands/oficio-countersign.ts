import { countersignWithCard } from '../cards/countersign-with-card.ts';
import { READER_OPTIONS } from '../cards/station.ts';
import { EXIT, type Command, type Context } from '../command.ts';
import { countersignLetter, type CountersignedLetter, type CountersignOrder } from '../countersign-letter.ts';
import { refuseReaderAlone } from '../one-or-many.ts';
import { countersignedNotices } from '../letter-notices.ts';
import { letterState, showLetter } from '../show-letter.ts';

export const countersign: Command = {
  name: 'oficio countersign',
  summary: {
    es: 'refrenda un oficio firmado: agrega la firma de otra persona',
    en: 'countersigns a signed letter: adds the signature of another official',
  },
  positionals: {
    es: '(ARCHIVO.pdf | FOLIO) -o SALIDA.pdf (--signer CLAVE | --card)',
    en: '(FILE.pdf | FOLIO) -o OUT.pdf (--signer ID | --card)',
  },
  minPositionals: 0,
  maxPositionals: 1,
  options: {
    signer: {
      type: 'string',
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'quién refrenda', en: 'who countersigns' },
    },
    out: {
      type: 'string',
      short: 'o',
      value: { es: 'SALIDA.pdf', en: 'OUT.pdf' },
      help: { es: 'archivo con la firma agregada', en: 'file with the signature added' },
    },
    overwrite: {
      type: 'boolean',
      help: { es: 'reemplaza el archivo de salida si ya hay otro', en: 'replaces an output file that is another one' },
    },
    card: {
      type: 'boolean',
      help: {
        es: 'firma con la tarjeta que está en el lector, y pide su NIP; refrenda su titular, y --signer sobra',
        en: 'signs with the card in the reader, and asks for its PIN; its holder countersigns, and --signer is not needed',
      },
    },
    ...READER_OPTIONS,
  },
  async run(context) {
    const { given, screen } = context;
    refuseReaderAlone(given);
    const [target] = given.positionals;
    const missing = target === undefined ? [{ es: 'ARCHIVO.pdf o FOLIO', en: 'FILE.pdf or FOLIO' }] : [];
    given.require(['out', ...(given.flag('card') ? [] : ['signer'])], missing);
    const order: CountersignOrder = {
      target: target!,
      output: given.need('out'),
      signer: given.text('signer') ?? '',
      overwrite: given.flag('overwrite'),
    };
    const { oficio, path, card } = await signed(context, order);
    const { folio, countersignature, repeated, state } = oficio;
    screen.accomplished = {
      es: `El oficio ${folio} sí quedó refrendado: ${path}`,
      en: `The letter ${folio} is countersigned: ${path}`,
    };
    if (screen.json) screen.data({ ...oficio, path, ...(card !== undefined && { card }) });
    const done = repeated
      ? { es: 'Ya refrendado', en: 'Countersigned already' }
      : { es: 'Refrendado', en: 'Countersigned' };
    const stands = state === 'signed' && countersignature.state === 'signed';
    screen.line(
      stands
        ? `${screen.paint('good', '✓')} ${screen.say(done)}`
        : `${screen.paint('wait', '!')} ${screen.say(done)}, ${letterState(screen, state === 'signed' ? 'void' : state)}`,
    );
    showLetter(screen, oficio, path);
    for (const notice of countersignedNotices(oficio)) screen.note(screen.say(notice));
    return EXIT.done;
  },
};

async function signed(
  context: Context,
  order: CountersignOrder,
): Promise<CountersignedLetter & { readonly card?: string }> {
  if (context.given.flag('card')) return countersignWithCard(context, order);
  return countersignLetter(await context.client(), order);
}
