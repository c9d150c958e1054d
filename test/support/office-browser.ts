import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import { checkActs, checkLetter, expectLetters } from '../../src/http/client/check-shown.ts';
import { browserPrimitives } from '../../src/http/client/primitives.ts';
import type { ShownApproval } from '../../src/http/staff/approval-views.ts';
import { officeApp } from '../../src/http/office/app.ts';
import type { OfficeApp, OfficeDeps, OfficeOptions } from '../../src/http/office/site.ts';
import { OFFICE_SCRIPTS } from '../../src/http/page-modules.ts';
import { pageModules } from '../../src/page-modules.ts';
import { knownStaff } from '../../src/http/staff/known.ts';
import type { Services } from '../../src/services.ts';
import { SoftAuthenticator, type CreationOptions, type Slips } from '../doubles/soft-authenticator.ts';
import { ORIGIN, type Person } from './production-office.ts';

/** Made once: what pages run does not change while tests run. */
const MODULES = pageModules(OFFICE_SCRIPTS);

export interface OpenedOffice {
  readonly app: OfficeApp;
  readonly notices: readonly (readonly [string, unknown])[];
  readonly failures: readonly unknown[];
}

/** The pages of staff over an installation, without a socket. */
export function officeOver(
  services: Services,
  options: OfficeOptions = {},
  changes: Partial<OfficeDeps> = {},
): OpenedOffice {
  const notices: (readonly [string, unknown])[] = [];
  const failures: unknown[] = [];
  const app = officeApp(
    {
      ...{ ...services, founders: services.access.judge.founders, origin: ORIGIN, modules: MODULES },
      ...{ random: systemRandom, primitives: nodePrimitives, staff: knownStaff(services) },
      telemetry: {
        request: () => {},
        notice: (event, facts) => notices.push([event, facts]),
        failure: (_, error) => failures.push(error),
      },
      ...changes,
    },
    options,
  );
  return { app, notices, failures };
}

/** A browser of somebody's: its cookies, its device, and where its requests come from. */
export class OfficeBrowser {
  readonly cookies: Map<string, string> = new Map();
  readonly #app: OfficeApp;
  /** The page that sends what it sends. */
  origin: string = ORIGIN;

  constructor({ app }: Pick<OpenedOffice, 'app'>) {
    this.#app = app;
  }

  get #cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get session(): string | undefined {
    return this.cookies.get('__Host-cotejo-sesion');
  }

  async #send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
    const headers = { 'user-agent': agent, cookie: this.#cookie, ...init.headers };
    const answer = await this.#app.request(`${ORIGIN}${path}`, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  get(path: string): Promise<Response> {
    return this.#send(path, { headers: { accept: 'text/html' } });
  }

  /** As a script of the page does. */
  post(path: string, body: unknown): Promise<Response> {
    const headers = { origin: this.origin, 'content-type': 'application/json' };
    return this.#send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** As a form of the page does. */
  submit(path: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<Response> {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
    const headers = { origin: this.origin, 'content-type': 'application/x-www-form-urlencoded' };
    return this.#send(path, { method: 'POST', headers, body: form.toString() });
  }

  /** As a form with files does. */
  upload(path: string, form: FormData, accept: 'text/html' | 'application/json' = 'text/html'): Promise<Response> {
    return this.#send(path, { method: 'POST', headers: { origin: this.origin, accept }, body: form });
  }

  async logIn(person: Pick<Person, 'passkey'>, slips: Slips = {}): Promise<Response> {
    const options = (await (await this.post('/oficina/entrada/opciones', {})).json()) as never;
    return this.post('/oficina/entrada', person.passkey.get(options, slips).json);
  }

  /** Presses the button of a request's page: as its script does, over the challenge that it makes itself. */
  async confirm(person: Pick<Person, 'passkey'>, id: string): Promise<Response> {
    const shown = (await (await this.get(`/api/v1/staff/approvals/${id}`)).json()) as ShownApproval;
    const checked = await checkActs(shown, browserPrimitives);
    const { challenge, records } = checked;
    expectLetters(checked, shown);
    for (const [i, letter] of (shown.letters ?? []).entries()) {
      const file = await (await this.get(`/oficina/solicitudes/${id}/oficios/${letter.id}`)).arrayBuffer();
      checkLetter(records[i]!, letter.id, new Uint8Array(file), browserPrimitives);
    }
    const { json } = person.passkey.get({ challenge: toBase64Url(challenge), rpId: new URL(ORIGIN).hostname });
    return this.post(`/oficina/solicitudes/${id}/confirmar`, json);
  }

  /** Makes the passkey that an invitation asks for. */
  async makePasskey(device: SoftAuthenticator = new SoftAuthenticator(ORIGIN), slips: Slips = {}): Promise<Response> {
    const options = (await (await this.post('/oficina/invitacion/opciones', {})).json()) as CreationOptions;
    return this.post('/oficina/invitacion/llave', device.create(options, slips));
  }
}

/** The value of a field of the page's form. */
export function fieldIn(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)![1]!;
}

/** The address and the code that an inviter was shown. */
export function invitedIn(page: string): { readonly path: string; readonly code: string } {
  const path = /(\/oficina\/invitacion\/[0-9a-z]{26})</.exec(page)![1]!;
  return { path, code: [...page.matchAll(/<li>([0-9A-Z]{4})<\/li>/g)].map(([, group]) => group).join('') };
}

/** Somebody's browser, logged in. @throws Error where their passkey is declined */
export async function loggedIn(
  opened: Pick<OpenedOffice, 'app'>,
  person: Pick<Person, 'passkey'>,
): Promise<OfficeBrowser> {
  const browser = new OfficeBrowser(opened);
  const { status } = await browser.logIn(person);
  if (status !== 200) throw new Error(`nobody is logged in: status ${status}`);
  return browser;
}
