import { EXIT, type Command, type Context } from '../command.ts';
import { ApiProblem, type Client } from '../client.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { RemoteCode } from '../../src/texts/code.ts';
import { localTime } from '../local-time.ts';

const API = '/api/v1/staff/tokens';

interface TokenView {
  readonly id: string;
  readonly label: string;
  readonly roles: readonly string[];
  readonly unit?: string;
  readonly expiresAt: string;
  readonly usedAt?: string;
}

/** Only whoever is logged in has any: the socket of the machine answers for nobody. @throws Refusal `remote/login-needed` */
async function asking<Answer>({ client }: Context, ask: (open: Client) => Promise<Answer>): Promise<Answer> {
  const open = await client();
  try {
    return await ask(open);
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === 'http/not-found')) throw error;
    throw new Refusal<RemoteCode>('remote/login-needed', 'nobody is logged in');
  }
}

const create: Command = {
  name: 'token create',
  summary: {
    es: 'una clave con la que un programa actúa en su nombre; se muestra una sola vez',
    en: 'a token with which a program acts in your name; it is shown once',
  },
  options: {
    label: {
      type: 'string',
      required: true,
      value: { es: 'NOMBRE', en: 'NAME' },
      help: { es: 'qué programa es', en: 'which program it is' },
    },
    role: {
      type: 'string',
      multiple: true,
      required: true,
      value: { es: 'PERMISO', en: 'ROLE' },
      help: {
        es: 'uno de los suyos, de los que se ven en /oficina: hr, clerk, signer, approver, auditor, operator; puede repetirse',
        en: 'one of yours: hr, clerk, signer, approver, auditor, operator; may be repeated',
      },
    },
    unit: {
      type: 'string',
      value: { es: 'SIGLAS', en: 'CODE' },
      help: { es: 'sólo en esa unidad y lo que depende de ella', en: 'in that unit and those below it alone' },
    },
    until: {
      type: 'string',
      required: true,
      value: { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' },
      help: { es: 'su último día, dentro de un año', en: 'its last day, within a year' },
    },
  },
  async run(context) {
    const { given, screen } = context;
    const unit = given.text('unit');
    const body = {
      ...{ label: given.need('label'), roles: given.texts('role'), until: given.need('until') },
      ...(unit !== undefined && { unit }),
    };
    const made = await asking(context, (open) => open.post<TokenView & { readonly token: string }>(API, body));
    if (screen.json) screen.data(made);
    // Alone on standard output: it is led into the file that keeps it.
    screen.line(made.token);
    screen.note(
      screen.say({
        es: `No se vuelve a mostrar. Quien la tenga actúa en su nombre hasta el ${localTime(made.expiresAt)}.`,
        en: `It is not shown again. Whoever has it acts in your name until ${localTime(made.expiresAt)}.`,
      }),
    );
    return EXIT.done;
  },
};

const list: Command = {
  name: 'token list',
  summary: { es: 'las claves de sus programas', en: 'the tokens of your programs' },
  async run(context) {
    const { screen } = context;
    const found = await asking(context, (open) => open.get<TokenView[]>(API));
    if (screen.json) for (const one of found) screen.data(one);
    screen.table(
      [
        screen.say({ es: 'CLAVE', en: 'TOKEN' }),
        screen.say({ es: 'PROGRAMA', en: 'PROGRAM' }),
        screen.say({ es: 'PERMISOS', en: 'ROLES' }),
        screen.say({ es: 'VENCE', en: 'UNTIL' }),
        screen.say({ es: 'USADA', en: 'USED' }),
      ],
      found.map((one) => [
        one.id.slice(0, 12),
        one.label,
        `${one.roles.join(', ')}${one.unit === undefined ? '' : ` (${one.unit})`}`,
        localTime(one.expiresAt) ?? '',
        localTime(one.usedAt) ?? '',
      ]),
    );
    return EXIT.done;
  },
};

const revoke: Command = {
  name: 'token revoke',
  summary: { es: 'termina una clave, en el acto', en: 'ends a token, at once' },
  positionals: { es: 'CLAVE', en: 'TOKEN' },
  minPositionals: 1,
  async run(context) {
    const { given, screen } = context;
    const asked = given.positionals[0]!.toLowerCase();
    await asking(context, async (open) => {
      // As the list shows it, shortened.
      const all = await open.get<TokenView[]>(API);
      const meant = all.filter(({ id }) => asked.length >= 8 && id.startsWith(asked));
      const id =
        meant.length === 1
          ? meant[0]!.id
          : asked
              .padEnd(64, '0')
              .replaceAll(/[^0-9a-f]/g, '0')
              .slice(0, 64);
      await open.post(`${API}/${id}/revoke`, {});
    });
    if (screen.json) screen.data({ revoked: asked });
    screen.line(screen.say({ es: 'Terminada.', en: 'Ended.' }));
    return EXIT.done;
  },
};

export const tokenCommands: readonly Command[] = [create, list, revoke];
