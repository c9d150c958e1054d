import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Outage, Refusal } from '../../src/core/refusal.ts';
import { parseRemote, withoutSecrets } from '../../src/config.ts';
import type { HttpCode, RemoteCode } from '../../src/texts/code.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import { logInWithCard } from '../cards/log-in-with-card.ts';
import { READER_OPTIONS } from '../cards/station.ts';
import { ApiProblem, type Transport } from '../client.ts';
import { EXIT, UsageError, type Command, type Context, type Exit, type OptionSpec } from '../command.ts';
import { keepLogin, readLogins } from '../remote/login-file.ts';
import { overTls } from '../remote/over-tls.ts';
import { originOfService } from '../remote/reach.ts';
import type { Screen } from '../screen.ts';

const API = '/api/v1/login';
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** What a look too early adds (RFC 8628 §3.5). */
const SLOWER_SECONDS = 5;
const MOST_INTERVAL_SECONDS = 60;
const MOST_WAIT_SECONDS = 1800;

const REMOTE: OptionSpec = {
  type: 'string',
  value: { es: 'DIRECCIÓN', en: 'ADDRESS' },
  help: {
    es: 'del servicio, con https (COTEJO_REMOTE, el de este equipo, o el último)',
    en: 'of the service, with https (COTEJO_REMOTE, the one of this machine, or the last)',
  },
};

/** @throws Refusal `remote/not-https`; UsageError where no service is known */
async function remoteOf({ given, config }: Context): Promise<string> {
  const typed = given.text('remote') ?? config.remote ?? (await originOfService(config));
  const text = typed ?? (await readLogins(config).catch(() => undefined))?.last;
  if (text === undefined) {
    throw new UsageError({
      es: 'falta --remote con la dirección del servicio, como https://verifica.alcaldia.example',
      en: 'missing --remote with the address of the service, as https://verifica.alcaldia.example',
    });
  }
  const remote = parseRemote(text);
  if (remote !== undefined) return remote;
  throw new Refusal<RemoteCode>('remote/not-https', 'not an https address', { remote: withoutSecrets(text) });
}

type Said = Readonly<Record<string, unknown>>;

/** A form as the grant has it, and what was said, also of a refusal (RFC 6749 §5.2). @throws Refusal `remote/no-login`; ApiProblem; Outage */
async function post(send: Transport, remote: string, path: string, fields: Record<string, string>): Promise<Said> {
  const answer = await send(
    new Request(`http://cotejo.local${API}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: 'cotejo', ...fields }).toString(),
    }),
  );
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.status === 429 || answer.status >= 500) {
    throw new Outage<HttpCode>(
      answer.status === 429 ? 'http/too-many-requests' : 'http/unavailable',
      `${answer.status}`,
    );
  }
  if (typeof said === 'object' && said !== null) {
    if (answer.ok || answer.status === 400) return said as Said;
    const { code, detail, facts } = said as Partial<ApiProblem> & { readonly detail?: string };
    if (code !== undefined)
      throw new ApiProblem({ code, status: answer.status, detail: detail ?? '', facts: facts ?? {} });
  }
  throw new Refusal<RemoteCode>('remote/no-login', `status ${answer.status}`, { remote });
}

function textOf(said: Said, name: string, remote: string): string {
  const value = said[name];
  if (typeof value === 'string' && value.length <= 500) return value;
  throw new Refusal<RemoteCode>('remote/no-login', `no ${name}`, { remote });
}

function secondsOf(said: Said, name: string, fallback: number, most: number): number {
  const value = said[name];
  return typeof value === 'number' && value > 0 ? Math.min(value, most) : fallback;
}

function showCode(screen: Screen, address: string, code: string): void {
  screen.note(screen.say({ es: 'Abra usted en un navegador:', en: 'Open in a browser:' }));
  screen.note(`  ${screen.paint('strong', address)}`);
  screen.note(screen.say({ es: 'Ahí escriba este código:', en: 'There type this code:' }));
  screen.note(`  ${screen.paint('strong', code)}`);
  screen.note(
    screen.say({
      es: 'No se lo dé a nadie: quien lo pida quiere actuar en su nombre, o que usted actúe en el suyo.',
      en: 'Give it to nobody: whoever asks for it wants to act in your name, or you to act in theirs.',
    }),
  );
}

export const login: Command = {
  name: 'login',
  summary: {
    es: 'entra a un servicio en su nombre: la orden muestra un código, y usted lo permite en el navegador',
    en: 'logs in at a service in your name: the command shows a code, and you allow it in the browser',
  },
  options: {
    remote: REMOTE,
    card: {
      type: 'boolean',
      help: {
        es: 'con su tarjeta en el lector y su NIP, sin navegador',
        en: 'with your card in the reader and its PIN, without a browser',
      },
    },
    ...READER_OPTIONS,
  },
  async run(context) {
    const remote = await remoteOf(context);
    const send = overTls(remote);
    const asked = await post(send, remote, '/device', { host: hostname().slice(0, 64) });
    const deviceCode = textOf(asked, 'device_code', remote);
    const waiting: WaitingLogin = { remote, send, asked, deviceCode };
    if (context.given.flag('card')) {
      const { serial, signature } = await logInWithCard(context, { origin: remote, deviceCode });
      await post(send, remote, '/card', { device_code: deviceCode, serial, signature: toBase64Url(signature) });
    } else showCode(context.screen, textOf(asked, 'verification_uri', remote), textOf(asked, 'user_code', remote));
    return fetchLogin(context, waiting);
  },
};

interface WaitingLogin {
  readonly remote: string;
  readonly send: Transport;
  readonly asked: Said;
  readonly deviceCode: string;
}

/** Looks until somebody let the program in, and keeps what it gets then. @throws Refusal `remote/refused`, `remote/too-late` */
async function fetchLogin(
  { screen, config }: Context,
  { remote, send, asked, deviceCode }: WaitingLogin,
): Promise<Exit> {
  const until = performance.now() + 1000 * secondsOf(asked, 'expires_in', 600, MOST_WAIT_SECONDS);
  let interval = secondsOf(asked, 'interval', SLOWER_SECONDS, MOST_INTERVAL_SECONDS);
  for (;;) {
    const looked = await post(send, remote, '/token', { grant_type: GRANT, device_code: deviceCode });
    if (looked['error'] === undefined) {
      const [token, name] = [textOf(looked, 'access_token', remote), textOf(looked, 'name', remote)];
      await keepLogin(config, remote, { token, name });
      screen.progressDone();
      if (screen.json) screen.data({ remote, name });
      screen.line(screen.say({ es: `Entró como ${name} en ${remote}`, en: `Logged in as ${name} at ${remote}` }));
      return EXIT.done;
    }
    if (looked['error'] === 'slow_down') interval = Math.min(interval + SLOWER_SECONDS, MOST_INTERVAL_SECONDS);
    else if (looked['error'] !== 'authorization_pending') {
      screen.progressDone();
      const isRefused = looked['error'] === 'access_denied';
      throw new Refusal<RemoteCode>(isRefused ? 'remote/refused' : 'remote/too-late', 'it was not allowed');
    }
    const left = Math.round((until - performance.now()) / 1000);
    if (left <= 0) throw new Refusal<RemoteCode>('remote/too-late', 'nobody allowed it');
    screen.progress(
      screen.say({ es: `Esperando a que lo permita… ${left} s`, en: `Waiting for you to allow it… ${left} s` }),
    );
    await setTimeout(1000 * Math.min(interval, left));
  }
}

export const logout: Command = {
  name: 'logout',
  summary: {
    es: 'termina la sesión de la línea de órdenes en un servicio',
    en: 'ends the session of the command line at a service',
  },
  options: { remote: REMOTE },
  async run(context) {
    const { screen, config } = context;
    const remote = await remoteOf(context);
    const kept = (await readLogins(config)).logins[remote];
    // Forgotten here whatever the service says: there it ends by itself within half an hour.
    await keepLogin(config, remote);
    if (kept) await post(overTls(remote), remote, '/revoke', { token: kept.token });
    if (screen.json) screen.data({ remote, ended: kept !== undefined });
    const told = kept
      ? { es: `Salió de ${remote}`, en: `Logged out of ${remote}` }
      : { es: `No había entrado en ${remote}`, en: `Not logged in at ${remote}` };
    screen.line(screen.say(told));
    return EXIT.done;
  },
};
