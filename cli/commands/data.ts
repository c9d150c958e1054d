import type { ErasureView, SweepView } from '../../src/http/staff/personal-data.ts';
import type { OficioView } from '../../src/http/staff/views.ts';
import { utf8 } from '../../src/core/bytes.ts';
import type { ExportView } from '../../src/http/staff/personal-export.ts';
import { EXIT, oneOf, UsageError, type Command, type Meanings, type Text } from '../command.ts';
import { refuseExisting, writeOutput } from '../files.ts';
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
    es: 'borra antes de tiempo los datos del destinatario, o de una recepción, de un oficio, o el correo de alguien del personal (solicitud ARCO)',
    en: "erases early the addressee's details of a letter, those of a reception, or somebody's mailbox (a person's request)",
  },
  positionals: '[FOLIO]',
  maxPositionals: 1,
  options: {
    person: {
      type: 'string',
      value: { es: 'CLAVE', en: 'ID' },
      help: {
        es: 'en vez de un folio: el correo de quien tiene acceso a la oficina',
        en: 'in place of a folio: the mailbox of somebody who has access to the office',
      },
    },
    reference: {
      type: 'string',
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
    const [name] = given.positionals;
    const person = given.text('person');
    if ((name === undefined) === (person === undefined)) throw new UsageError(FOLIO_OR_PERSON);
    if (person !== undefined) {
      const done = await (await client()).post<object>(`${API}/people/${person}/address`, { address: null });
      if (screen.json) screen.data(done);
      screen.line(screen.say({ es: 'Borrado.', en: 'Erased.' }));
      return EXIT.done;
    }
    given.require(['reference'], []);
    const ground = oneOf('ground', given.text('ground') ?? 'cancellation', GROUNDS);
    const reception = given.text('reception');
    const body = { ground, reference: given.need('reference'), ...(reception !== undefined && { reception }) };
    const open = await client();
    const letter = (await open.get<OficioView[]>(`${API}/oficios?name=${encodeURIComponent(name!)}`))[0]!;
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

const FOLIO_OR_PERSON: Text = {
  es: 'diga un FOLIO con su --reference, o --person CLAVE',
  en: 'say a FOLIO with its --reference, or --person ID',
};

const WHOM = ['official', 'person', 'name'] as const;

const exporting: Command = {
  name: 'data export',
  summary: {
    es: 'todo lo que se guarda de una persona, en un documento JSON (solicitud de acceso)',
    en: 'everything that is kept about a person, in one JSON document (a request for access)',
  },
  options: {
    official: {
      type: 'string',
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'de esta persona del directorio', en: 'about this person of the directory' },
    },
    person: {
      type: 'string',
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'de quien tiene acceso a la oficina', en: 'about somebody who has access to the office' },
    },
    name: {
      type: 'string',
      value: { es: 'NOMBRE', en: 'NAME' },
      help: {
        es: 'de quien se llama así como destinatario o quien recibió un oficio (nombre y apellido)',
        en: 'about whoever is named so as addressee or receiver of a letter (name and surname)',
      },
    },
    out: {
      type: 'string',
      short: 'o',
      value: { es: 'ARCHIVO.json', en: 'FILE.json' },
      help: { es: 'archivo nuevo en que se guarda', en: 'new file in which it is kept' },
    },
  },
  async run({ given, screen, client }) {
    const asked = WHOM.filter((name) => given.text(name) !== undefined);
    if (asked.length !== 1) throw new UsageError(ONE_OF);
    const [name] = asked;
    const out = given.text('out');
    if (out !== undefined) await refuseExisting(out);
    const open = await client();
    const view = await open.get<ExportView>(`${API}/personal-data?${name}=${encodeURIComponent(given.need(name!))}`);
    if (out !== undefined) await writeOutput(out, utf8(`${JSON.stringify(view, undefined, 2)}\n`), OWNER_ONLY);
    if (screen.json || out === undefined) screen.data(view);
    return EXIT.done;
  },
};

const OWNER_ONLY = 0o600;
const ONE_OF: Text = {
  es: 'diga de quién con una de: --official CLAVE, --person CLAVE, --name "NOMBRE APELLIDO"',
  en: 'say about whom with one of: --official ID, --person ID, --name "NAME SURNAME"',
};

export const dataCommands: readonly Command[] = [sweep, exporting, erase];
