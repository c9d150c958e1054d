import { foldText } from '../../src/directory/text.ts';
import type { NoticesView } from '../../src/http/staff/notices.ts';
import type { PersonView } from '../../src/http/staff/people.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { AccessCode } from '../../src/access/code.ts';
import { MAIL_REASONS as REASONS_EN } from '../../src/texts/en/notices.ts';
import { MAIL_REASONS as REASONS_ES } from '../../src/texts/es/notices.ts';
import type { Client } from '../client.ts';
import { EXIT, UsageError, type Command, type Meanings, type Text } from '../command.ts';
import { localTime } from '../local-time.ts';

const API = '/api/v1/staff';

const test: Command = {
  name: 'notice test',
  summary: {
    es: 'envía un mensaje de prueba: que el servidor de correo de los avisos está bien puesto',
    en: 'sends a message: that the mail server of notices is set right',
  },
  options: {
    to: {
      type: 'string',
      required: true,
      value: { es: 'CORREO', en: 'MAILBOX' },
      help: { es: 'a quién', en: 'to whom' },
    },
  },
  async run({ given, screen, client }) {
    await (await client()).post(`${API}/notices/test`, { to: given.need('to') });
    if (screen.json) screen.data({ sent: true });
    screen.line(
      screen.say({
        es: 'El servidor de correo lo tomó. Vea si llegó.',
        en: 'The mail server took it. See whether it arrived.',
      }),
    );
    return EXIT.done;
  },
};

const KINDS: Meanings<NoticesView['notices'][number]['kind']> = {
  invitation: { es: 'invitación', en: 'invitation' },
  requests: { es: 'solicitudes', en: 'requests' },
  acts: { es: 'actos', en: 'acts' },
  expiries: { es: 'vencimientos', en: 'expiries' },
  login: { es: 'entrada', en: 'login' },
  address: { es: 'correo cambiado', en: 'changed mailbox' },
};
const STATES: Meanings<NoticesView['notices'][number]['state']> = {
  waiting: { es: 'espera', en: 'waits' },
  failed: { es: 'no se pudo', en: 'failed' },
};

const list: Command = {
  name: 'notice list',
  summary: {
    es: 'los avisos por correo que esperan o no se pudieron enviar; no dice a quién ni qué',
    en: 'notices by mail that wait or failed; neither whom they are for nor what they say',
  },
  async run({ screen, client }) {
    const { isOn, notices } = await (await client()).get<NoticesView>(`${API}/notices`);
    if (screen.json) screen.data({ isOn, notices });
    const why = (reason = ''): string => {
      const [word = '', reply = ''] = reason.split(' ');
      return `${screen.say({ es: REASONS_ES[word] ?? word, en: REASONS_EN[word] ?? word })} ${reply}`.trim();
    };
    screen.table(
      [
        screen.say({ es: 'CLASE', en: 'KIND' }),
        screen.say({ es: 'ESTADO', en: 'STATE' }),
        screen.say({ es: 'DESDE', en: 'SINCE' }),
        screen.say({ es: 'OTRA VEZ', en: 'AGAIN' }),
        screen.say({ es: 'POR QUÉ', en: 'WHY' }),
      ],
      notices.map(({ kind, state, madeAt, nextAt, reason }) => [
        screen.say(KINDS[kind]),
        screen.say(STATES[state]),
        localTime(madeAt) ?? '',
        localTime(nextAt) ?? '',
        why(reason),
      ]),
    );
    if (!isOn) screen.note(screen.say(OFF));
    return EXIT.done;
  },
};

const OFF: Text = {
  es: 'Esta instalación no envía avisos: falta COTEJO_SMTP_URL.',
  en: 'This installation sends no notices: COTEJO_SMTP_URL is not set.',
};

/** By id, or by a name that one person alone has. @throws Refusal `access/person-unknown` */
async function personOf(open: Client, asked: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(asked)) return asked;
  const all = await open.get<PersonView[]>(`${API}/people`);
  const meant = all.filter(({ name, ended }) => !ended && foldText(name) === foldText(asked));
  if (meant.length === 1) return meant[0]!.id;
  throw new Refusal<AccessCode>('access/person-unknown', `${meant.length} people are named so`);
}

const address: Command = {
  name: 'notice address',
  summary: {
    es: 'a qué correo llegan los avisos de alguien; se avisa también al anterior',
    en: "where somebody's notices go; the mailbox before is told as well",
  },
  positionals: { es: 'PERSONA', en: 'PERSON' },
  minPositionals: 1,
  options: {
    set: {
      type: 'string',
      value: { es: 'CORREO', en: 'MAILBOX' },
      help: { es: 'éste', en: 'this one' },
    },
    remove: { type: 'boolean', help: { es: 'ninguno: se borra el que había', en: 'none: the one before is erased' } },
  },
  async run({ given, screen, client }) {
    const [set, remove] = [given.text('set'), given.flag('remove')];
    if ((set === undefined) !== remove) throw new UsageError(ONE_OF);
    const open = await client();
    const person = await personOf(open, given.positionals[0]!);
    const done = await open.post<{ readonly person: string; readonly isSet: boolean }>(
      `${API}/people/${person}/address`,
      { address: set ?? null },
    );
    if (screen.json) screen.data(done);
    screen.line(screen.say(done.isSet ? { es: 'Guardado.', en: 'Kept.' } : { es: 'Borrado.', en: 'Erased.' }));
    return EXIT.done;
  },
};

const ONE_OF: Text = {
  es: 'diga una de: --set CORREO, --remove',
  en: 'say one of: --set MAILBOX, --remove',
};

export const noticeCommands: readonly Command[] = [test, list, address];
