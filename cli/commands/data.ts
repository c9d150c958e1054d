import type { ErasureView, SweepView } from '../../src/http/staff/personal-data.ts';
import type { OficioView } from '../../src/http/staff/views.ts';
import { EXIT, oneOf, type Command, type Meanings, type Text } from '../command.ts';
import { localTime } from '../local-time.ts';

const API = '/api/v1/staff';

const sweep: Command = {
  name: 'data sweep',
  summary: {
    es: 'borra los datos personales cuyo plazo terminó (el servicio lo hace solo cada día)',
    en: 'erases the personal data whose time is over (the service does it by itself every day)',
  },
  options: {
    'dry-run': {
      type: 'boolean',
      help: { es: 'solo cuenta lo que se borraría', en: 'only counts what would be erased' },
    },
  },
  async run({ given, screen, client }) {
    const trial = given.flag('dry-run');
    const report = await (await client()).post<SweepView>(`${API}/data/sweep`, { trial });
    if (screen.json) screen.data(report);
    screen.table(
      [
        screen.say({ es: 'DATOS', en: 'DATA' }),
        screen.say({ es: 'VENCIDOS', en: 'DUE' }),
        screen.say({ es: 'BORRADOS', en: 'ERASED' }),
        screen.say({ es: 'NO SE PUDO', en: 'FAILED' }),
      ],
      report.lines.map(({ line, due, erased, failed }) => [line, String(due), String(erased), String(failed)]),
    );
    if (report.isBounded) screen.note(screen.say(report.lines.some(({ failed }) => failed > 0) ? LOOK : AGAIN));
    return EXIT.done;
  },
};

const AGAIN: Text = {
  es: 'Queda más por borrar: repita la orden, o espere a que siga el servicio.',
  en: 'There is more to erase: run it again, or let the service go on.',
};
const LOOK: Text = {
  es: 'Algo no se pudo borrar: revise la bitácora con ./cotejo log audit.',
  en: 'Something could not be erased: look at the log with ./cotejo log audit.',
};

const GROUNDS: Meanings<'cancellation' | 'opposition'> = {
  cancellation: { es: 'cancelación', en: 'cancellation' },
  opposition: { es: 'oposición', en: 'opposition' },
};

const erase: Command = {
  name: 'data erase',
  summary: {
    es: 'borra antes de tiempo los datos del destinatario, o de una recepción, de un oficio (solicitud ARCO)',
    en: "erases early the addressee's details of a letter, or those of a reception (a person's request)",
  },
  positionals: 'FOLIO',
  minPositionals: 1,
  options: {
    reference: {
      type: 'string',
      required: true,
      value: { es: 'EXPEDIENTE', en: 'FILE' },
      help: {
        es: 'número de la solicitud de la persona; queda en la bitácora: nunca un nombre',
        en: "the number of the person's request; the log keeps it: never a name",
      },
    },
    ground: {
      type: 'string',
      value: { es: 'DERECHO', en: 'RIGHT' },
      help: {
        es: 'qué derecho se ejerce (cancellation si no se dice), uno de:',
        en: 'the right (cancellation unless said), one of:',
      },
      words: GROUNDS,
    },
    reception: {
      type: 'string',
      value: { es: 'RECEPCIÓN', en: 'RECEPTION' },
      help: { es: 'los de esta recepción (la da oficio show)', en: 'those of this reception (oficio show tells it)' },
    },
  },
  async run({ given, screen, client }) {
    const name = given.positionals[0]!;
    const ground = oneOf('ground', given.text('ground') ?? 'cancellation', GROUNDS);
    const reception = given.text('reception');
    const body = { ground, reference: given.need('reference'), ...(reception !== undefined && { reception }) };
    const open = await client();
    const letter = (await open.get<OficioView[]>(`${API}/oficios?name=${encodeURIComponent(name)}`))[0]!;
    const done = await open.post<ErasureView>(`${API}/oficios/${letter.id}/erasures`, body);
    if (screen.json) screen.data({ folio: letter.folio, ...done });
    screen.facts([
      ['Folio', screen.paint('strong', letter.folio)],
      [screen.say({ es: 'Borrado', en: 'Erased' }), localTime(done.at)],
      [screen.say({ es: 'Asiento', en: 'Leaf' }), String(done.leaf)],
    ]);
    return EXIT.done;
  },
};

export const dataCommands: readonly Command[] = [sweep, erase];
