import { describe, expect, test } from 'vitest';
import type { Hono } from 'hono';
import { pageModules } from '../../src/page-modules.ts';
import { keyFingerprint } from '../../src/access/fingerprint.ts';
import { Founding, TICKET_SECONDS } from '../../src/access/founding.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { unixSeconds, type Clock } from '../../src/core/time.ts';
import { foundingApp } from '../../src/http/founding/app.ts';
import { SoftAuthenticator, type CreationOptions, type Slips } from '../doubles/soft-authenticator.ts';
import { FOUNDING_ORIGIN, NAMES, newFounding } from '../support/founding-day.ts';
import { codeOf } from '../support/refuses.ts';

const PAGE = '/oficina/fundacion';

interface Opened {
  readonly founding: Founding;
  readonly app: Hono;
  readonly failures: readonly unknown[];
}

function open(founding: Founding = newFounding()): Opened {
  const failures: unknown[] = [];
  const telemetry = { failure: (_: string, error: unknown) => void failures.push(error) };
  return {
    founding,
    app: foundingApp({ founding, modules: pageModules(['founding']), primitives: nodePrimitives, telemetry }),
    failures,
  };
}

/** A browser of a founder's: its cookie, and where its requests come from. */
class Browser {
  readonly device: SoftAuthenticator;
  readonly #app: Hono;
  readonly #origin: string;
  cookie = '';

  constructor({ app }: Opened, origin = FOUNDING_ORIGIN, device = new SoftAuthenticator(origin)) {
    this.#app = app;
    this.#origin = origin;
    this.device = device;
  }

  async get(path: string): Promise<Response> {
    const headers = { accept: 'text/html', cookie: this.cookie };
    return this.#app.request(`${FOUNDING_ORIGIN}${path}`, { headers });
  }

  async post(path: string, body?: unknown): Promise<Response> {
    const headers = {
      ...{ origin: this.#origin, cookie: this.cookie },
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await this.#app.request(`${FOUNDING_ORIGIN}${path}`, {
      ...{ method: 'POST', headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    return response;
  }

  async make(slips: Slips = {}): Promise<Response> {
    const options = await (await this.post(`${PAGE}/opciones`, {})).json();
    return this.post(`${PAGE}/llave`, this.device.create(options, slips));
  }

  async openWith(ticket: string): Promise<this> {
    expect((await this.post(`${PAGE}/${ticket}`)).status).toBe(303);
    return this;
  }
}

async function codeIn(response: Response): Promise<unknown> {
  const { code } = (await response.json()) as { code?: string };
  return [response.status, code];
}

/** A clock that can be put forward. */
function steppingClock(): { clock: Clock; ahead: number } {
  const stepping = { ahead: 0, clock: (): ReturnType<Clock> => unixSeconds(systemClock() + stepping.ahead) };
  return stepping;
}

describe('while an installation is founded', () => {
  test('each founder makes a passkey, and sees the fingerprint that the terminal shows', async () => {
    const opened = open();
    const { founding } = opened;
    for (const [i, ticket] of founding.tickets.entries()) {
      const browser = new Browser(opened);
      const invitation = await browser.get(`${PAGE}/${ticket}`);
      expect([invitation.status, await invitation.text()]).toEqual([200, expect.stringContaining(`Soy ${NAMES[i]}`)]);
      expect(founding.seats[i], 'looking uses nothing up').toEqual({ name: NAMES[i], opened: false });
      await browser.openWith(ticket);
      expect(await (await browser.get(PAGE)).text()).toContain('Hacer mi llave de acceso');
      const { fingerprint } = (await (await browser.make()).json()) as { fingerprint: string };
      expect(fingerprint).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}( [0-9A-HJKMNP-TV-Z]{4}){3}$/);
      expect(fingerprint).toBe(keyFingerprint(browser.device.passkeys[0]!.spki, nodePrimitives));
      expect(founding.seats[i]).toEqual({ name: NAMES[i], opened: true, fingerprint });
      const again = await (await browser.get(PAGE)).text();
      for (const group of fingerprint.split(' ')) expect(again).toContain(`<li>${group}</li>`);
    }
    const shown = founding.seats.map(({ fingerprint }) => fingerprint!);
    expect(founding.close(shown.toReversed()), 'others than were compared').toBeUndefined();
    const founders = founding.close(shown)!;
    expect(founders.map(({ name }) => name)).toEqual(NAMES);
    expect(new Set(founders.map(({ person }) => person.join())).size).toBe(2);
    expect(founders.map(({ person }) => person.length)).toEqual([16, 16]);
  });

  test('everything else is not there yet', async () => {
    const opened = open();
    for (const path of ['/', '/v/ABC', '/readyz', '/trust-list', '/oficina', '/oficina/fundacion/corto']) {
      const response = await opened.app.request(`${FOUNDING_ORIGIN}${path}`);
      expect([path, response.status, response.headers.get('retry-after')]).toEqual([path, 503, '600']);
    }
    const posted = await opened.app.request(`${FOUNDING_ORIGIN}/api/v1/documents/verify`, { method: 'POST' });
    expect(await codeIn(posted)).toEqual([503, 'founding/in-progress']);
    expect(opened.failures).toEqual([]);
  });

  test('a passkey may be made anew until it is confirmed, and not afterwards', async () => {
    const opened = open();
    const { founding } = opened;
    const browsers: Browser[] = [];
    for (const ticket of founding.tickets) browsers.push(await new Browser(opened).openWith(ticket));
    for (const browser of browsers) await browser.make();
    const first = founding.seats.map(({ fingerprint }) => fingerprint!);
    expect((await browsers[0]!.make()).status).toBe(200);
    expect(founding.close(first), 'of what was compared one is gone').toBeUndefined();
    expect(founding.close(founding.seats.map(({ fingerprint }) => fingerprint!))).toHaveLength(2);
    expect(await codeIn(await browsers[0]!.post(`${PAGE}/opciones`, {}))).toEqual([409, 'founding/over']);
  });
});

describe('an address for a founder', () => {
  test('opens the page once', async () => {
    const opened = open();
    const [ticket] = opened.founding.tickets;
    const browser = await new Browser(opened).openWith(ticket!);
    expect(await codeIn(await new Browser(opened).post(`${PAGE}/${ticket}`))).toEqual([409, 'founding/ticket-used']);
    const looked = await new Browser(opened).get(`${PAGE}/${ticket}`);
    expect([looked.status, await looked.text()]).toEqual([409, expect.stringContaining('ya se usó')]);
    expect((await browser.make()).status).toBe(200);
  });

  test('is nobody else’s, and is not guessed', async () => {
    const opened = open();
    const [ticket] = opened.founding.tickets;
    expect(ticket).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
    const other = ticket!.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await codeIn(await new Browser(opened).post(`${PAGE}/${other}`))).toEqual([404, 'founding/ticket-unknown']);
    const stranger = new Browser(opened);
    expect((await stranger.get(PAGE)).status).toBe(403);
    for (const act of ['opciones', 'llave']) {
      expect(await codeIn(await stranger.post(`${PAGE}/${act}`, {}))).toEqual([403, 'founding/not-opened']);
    }
    expect(opened.founding.seats[0]!.opened).toBe(false);
  });

  test('expires after a day, and what it opened with it', async () => {
    const time = steppingClock();
    const opened = open(newFounding(time.clock));
    const [one, other] = opened.founding.tickets;
    const browser = await new Browser(opened).openWith(one!);
    time.ahead = TICKET_SECONDS;
    expect(await codeIn(await new Browser(opened).post(`${PAGE}/${other}`))).toEqual([409, 'founding/ticket-expired']);
    expect(await codeIn(await browser.post(`${PAGE}/opciones`, {}))).toEqual([409, 'founding/ticket-expired']);
  });

  test('gives way to a newer one, with what was made by it', async () => {
    const opened = open();
    const { founding } = opened;
    const [before] = founding.tickets;
    const browser = await new Browser(opened).openWith(before!);
    await browser.make();
    founding.inviteAnew(0);
    expect(founding.seats[0]).toEqual({ name: NAMES[0], opened: false });
    expect(await codeIn(await new Browser(opened).post(`${PAGE}/${before}`))).toEqual([404, 'founding/ticket-unknown']);
    expect(await codeIn(await browser.post(`${PAGE}/llave`, {}))).toEqual([403, 'founding/not-opened']);
    await new Browser(opened).openWith(founding.tickets[0]!);
  });
});

describe('a passkey of a founder is refused', () => {
  const refusals: readonly (readonly [string, Slips, string])[] = [
    [
      'made on another page',
      { origin: 'https://verifica.alcaldia.example.evil.example' },
      'access/registration-origin',
    ],
    ['made inside another page', { crossOrigin: true }, 'access/registration-origin'],
    ['of another host', { rpId: 'alcaldia.example' }, 'access/registration-malformed'],
    ['made without asking for PIN, finger or face', { userVerified: false }, 'access/registration-unverified'],
    ['made for another question', { challenge: new Uint8Array(32) }, 'access/registration-challenge'],
  ];
  test.each(refusals)('%s', async (_, slips, code) => {
    const opened = open();
    const browser = await new Browser(opened).openWith(opened.founding.tickets[0]!);
    const [status, told] = (await codeIn(await browser.make(slips))) as [number, string];
    expect([status < 500, told]).toEqual([true, code]);
    expect(opened.founding.seats[0]).toEqual({ name: NAMES[0], opened: true });
  });

  test('where the same answer is sent a second time', async () => {
    const opened = open();
    const browser = await new Browser(opened).openWith(opened.founding.tickets[0]!);
    const options = await (await browser.post(`${PAGE}/opciones`, {})).json();
    const answer = browser.device.create(options);
    expect((await browser.post(`${PAGE}/llave`, answer)).status).toBe(200);
    expect(await codeIn(await browser.post(`${PAGE}/llave`, answer))).toEqual([
      expect.any(Number),
      'access/registration-challenge',
    ]);
  });

  test('that is the other founder’s', async () => {
    const opened = open();
    const { founding } = opened;
    const [one, other] = [new Browser(opened), new Browser(opened)];
    await one.openWith(founding.tickets[0]!);
    await other.openWith(founding.tickets[1]!);
    const made = one.device.create(await (await one.post(`${PAGE}/opciones`, {})).json());
    expect((await one.post(`${PAGE}/llave`, made)).status).toBe(200);
    const asked = (await (await other.post(`${PAGE}/opciones`, {})).json()) as CreationOptions;
    expect(asked, 'an honest device makes none').toMatchObject({ excludeCredentials: [{ id: made.id }] });
    // Nothing in a registration is signed: the key is exchanged in the answer to the other's question.
    const { clientDataJSON } = other.device.create(asked).response;
    const answer = { ...made, response: { ...made.response, clientDataJSON } };
    expect(await codeIn(await other.post(`${PAGE}/llave`, answer))).toEqual([409, 'founding/key-of-another']);
  });

  test.each<[string, RequestInit]>([
    ['that another page sends', { headers: { origin: 'https://evil.example' } }],
    ['that no page sends', {}],
    ['that a page beside ours sends', { headers: { origin: FOUNDING_ORIGIN, 'sec-fetch-site': 'same-site' } }],
  ])('%s', async (_, init) => {
    const opened = open();
    const [ticket] = opened.founding.tickets;
    const { cookie } = await new Browser(opened).openWith(ticket!);
    const headers = { ...init.headers, cookie, 'content-type': 'application/json' };
    for (const path of [`${PAGE}/${opened.founding.tickets[1]}`, `${PAGE}/opciones`, `${PAGE}/llave`]) {
      const response = await opened.app.request(`${FOUNDING_ORIGIN}${path}`, { method: 'POST', headers, body: '{}' });
      expect(await codeIn(response)).toEqual([403, 'founding/elsewhere']);
    }
    expect(opened.founding.seats[1]!.opened).toBe(false);
  });

  test('that is no answer of a browser, or too large for one', async () => {
    const opened = open();
    const browser = await new Browser(opened).openWith(opened.founding.tickets[0]!);
    expect(await codeIn(await browser.post(`${PAGE}/llave`, { id: 1 }))).toEqual([400, 'http/malformed']);
    expect(await codeIn(await browser.post(`${PAGE}/llave`, 'x'.repeat(20_000)))).toEqual([413, 'http/too-large']);
    expect(opened.failures).toEqual([]);
  });
});

describe('the page of the founders', () => {
  test('runs nothing but its own script, is shown by nobody else, and its address is told to nobody', async () => {
    const opened = open();
    const { headers } = await new Browser(opened).get(`${PAGE}/${opened.founding.tickets[0]}`);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'sha256-/);
    for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "connect-src 'self'"]) {
      expect(policy).toContain(part);
    }
    expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual(['same-origin', 'no-store']);
    expect(headers.get('strict-transport-security')).toContain('max-age=');
  });

  test('keeps its browser in a cookie that nothing else reads', async () => {
    const opened = open();
    const response = await opened.app.request(`${FOUNDING_ORIGIN}${PAGE}/${opened.founding.tickets[0]}`, {
      ...{ method: 'POST', headers: { origin: FOUNDING_ORIGIN } },
    });
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-cotejo-fundacion=[0-9a-z]{26}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    );
    expect([response.status, response.headers.get('location')]).toEqual([303, PAGE]);
  });

  test('stands below the prefix of its address, and is read from a QR code in capitals', async () => {
    const deps = { clock: systemClock, random: systemRandom, primitives: nodePrimitives };
    const origin = 'https://tramites.alcaldia.example/verifica';
    const founding = new Founding(deps, { origin, institution: 'Alcaldía', names: NAMES });
    const { app } = open(founding);
    const address = `${origin}${PAGE}/${founding.tickets[0]}`;
    const { host, pathname } = new URL(address);
    expect((await app.request(`https://${host}${pathname.toUpperCase()}`)).status).toBe(200);
    expect((await app.request(address.replace('/verifica', ''))).status).toBe(503);
    const headers = { origin: new URL(origin).origin };
    const opened = await app.request(address, { method: 'POST', headers });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, `/verifica${PAGE}`]);
  });

  test('shows a name as it is written, whatever signs are in it', async () => {
    const opened = open(newFounding(systemClock, ['<b>Ana</b> & "Co"', 'Luis']));
    const page = await (await new Browser(opened).get(`${PAGE}/${opened.founding.tickets[0]}`)).text();
    expect(page).not.toContain('<b>Ana');
    expect(page).toContain('&lt;b&gt;Ana&lt;/b&gt; &amp; &quot;Co&quot;');
  });
});

describe('a founding is not begun', () => {
  const begin = (origin: string, names: readonly string[]): Founding =>
    new Founding(
      { clock: systemClock, random: systemRandom, primitives: nodePrimitives },
      { origin, institution: 'Alcaldía', names },
    );

  test.each(['http://verifica.alcaldia.example', 'https://10.0.0.1', 'https://[::1]', 'https://localhost'])(
    'at %s, where no passkey can be made for good',
    (origin) => {
      expect(codeOf(() => begin(origin, NAMES))).toBe('founding/origin');
    },
  );

  test.each([
    ['one alone', ['Ana']],
    ['one person twice', ['Ana Pérez', '  ana  pérez ']],
    ['somebody without a name', ['Ana', ' ']],
    ['seventeen', Array.from({ length: 17 }, (_, i) => `Persona ${i}`)],
    ['a name with a sign that nobody sees', ['Ana', 'Lu\u200bis']],
  ])('by %s', (_, names) => {
    expect(codeOf(() => begin(FOUNDING_ORIGIN, names))).toBe('founding/founders');
  });
});
