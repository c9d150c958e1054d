import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { drawCardNumber, type CardEndReason } from '../../src/card/card.ts';
import { parseTagUid } from '../../src/card/ntag424/uid.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { Outage } from '../../src/core/refusal.ts';
import { unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { staffApp } from '../../src/http/staff/app.ts';
import type { Services } from '../../src/services.ts';
import { forger } from '../support/forged-taps.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { textOf, titleOf } from '../support/page-answers.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';
import { makeTaggedCard, type TaggedCard } from '../support/tagged-cards.ts';

const ORIGIN = 'https://alcaldia.example/verifica';
const WORKS = 'Sí trabaja aquí.';
const AGAIN = 'Acerca otra vez la credencial a TU teléfono.';
const UNKNOWN = 'NO reconocemos esta tarjeta.';
const LINK = 'Este enlace no prueba nada. Acerca la credencial a TU teléfono.';
const UNLIMITED = { burst: 1_000_000, secondsEach: 1 };

let ahead = 0;
let under: AppUnderTest;
let installation: Installation;
let services: Services;
let holder: Official;
let card: TaggedCard;

beforeAll(async () => {
  const clock = (): UnixSeconds => unixSeconds(systemClock() + ahead);
  installation = await makeInstallation({ origin: ORIGIN, clock });
  ({ services } = installation);
  holder = await installation.register({ name: 'Guadalupe Ríos Tenorio' }, true);
  card = await makeTaggedCard(services, holder);
  under = appOver(services, { taps: UNLIMITED });
});
afterAll(() => installation.remove());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return Promise.resolve(under.app.request(ORIGIN + path, init));
}

/** As a browser does it: to where it is led, and what stands there. */
async function open(path: string, init: RequestInit = {}): Promise<{ readonly at: string; readonly page: string }> {
  const first = await ask(path, init);
  const location = first.headers.get('location');
  if (location === null) return { at: path, page: await first.text() };
  expect(first.status).toBe(303);
  const at = location.replace('/verifica', '');
  return { at, page: await (await ask(at)).text() };
}

const titled = async (path: string, init?: RequestInit): Promise<string> => titleOf((await open(path, init)).page);

describe('a tap', () => {
  test('is led to its result, which a reload and the other language find, and is used up', async () => {
    const path = await card.tap();
    const { at, page } = await open(path);
    expect(at).toMatch(/^\/c\/resultado\/[\w-]{22}$/);
    expect(titleOf(page)).toBe(WORKS);
    const text = textOf(page);
    for (const told of ['Confirmado', 'Guadalupe Ríos Tenorio', 'Inspectora de mercados', 'Dinero en efectivo']) {
      expect(text).toContain(told);
    }
    expect(text).toContain('¿Es la persona de la foto?');
    expect(text).toContain('Sólo vale si tú acercaste la credencial a tu teléfono.');
    expect(page).toContain(`<img class="photo" src="/verifica/foto/${holder.id}/`);
    expect(titleOf(await (await ask(at)).text())).toBe(WORKS);
    expect(page).toContain(`href="/verifica${at}?lang=en"`);
    expect(titleOf(await (await ask(`${at}?lang=en`)).text())).toBe('Yes, this person works here.');
    expect(await titled(path)).toBe(AGAIN);
  });

  test('that was used before shows nobody', async () => {
    const path = await card.tap();
    await open(path);
    const { page, at } = await open(path);
    expect(at).toBe(path);
    expect(page).not.toMatch(/Guadalupe|Inspectora|class="photo"/);
    expect(textOf(page)).toContain('Espera; no decidas todavía.');
    expect(page).toContain(`href="/verifica${path}?lang=en"`);
    expect(await titled(`${path}?lang=en`)).toBe('Hold the credential to YOUR phone again.');
  });

  test('behind others that nobody opened is told with its time: whoever kept one may send it on later', async () => {
    const kept = [await card.tap(), await card.tap(), await card.tap()];
    const { page } = await open(kept[2]!);
    expect(textOf(page)).toMatch(/a tu teléfono a las \d{1,2}:\d\d; si no, acércala otra vez/);
    expect(textOf(page)).toContain('hubo 2 antes que nadie abrió');
    expect(textOf((await open(await card.tap())).page)).not.toContain('acércala otra vez');
    await card.tap();
    expect(textOf((await open(`${await card.tap()}?lang=en`)).page)).toMatch(/to your phone at \d{1,2}:\d\d; if not/);
  });

  test('has a result for two minutes, under a name that tells nothing', async () => {
    const [first, second] = [await open(await card.tap()), await open(await card.tap())];
    expect(first.at).not.toBe(second.at);
    // A second may have gone by since.
    ahead += 118;
    expect(titleOf(await (await ask(first.at)).text())).toBe(WORKS);
    ahead += 2;
    expect(titleOf(await (await ask(first.at)).text())).toBe(AGAIN);
    expect(titleOf(await (await ask('/c/resultado/AAAAAAAAAAAAAAAAAAAAAA')).text())).toBe(AGAIN);
    ahead = 0;
  });

  test('is told in the language that was asked for', async () => {
    expect(await titled(`${await card.tap()}?lang=en`)).toBe('Yes, this person works here.');
    const headers = { 'accept-language': 'en' };
    const response = await ask(await card.tap(), { headers });
    expect(titleOf(await (await ask(response.headers.get('location')!.slice(9), { headers })).text())).toContain('Yes');
  });

  test('is told as JSON, and used up by that', async () => {
    const path = (await card.tap()).replace('/c/', '/api/v1/taps/');
    const tell = async (): Promise<any> => (await ask(path, { method: 'POST' })).json();
    expect(await tell()).toMatchObject({
      ...{ verdict: 'valid', state: 'current' },
      subject: { kind: 'credential', card: card.number, name: 'Guadalupe Ríos Tenorio' },
    });
    const again = await tell();
    expect(again).toMatchObject({ verdict: 'undetermined', state: 'replayed', subject: { kind: 'unknown' } });
    expect(JSON.stringify(again)).not.toMatch(/Guadalupe|mandate/);
    expect((await ask(path)).status).toBe(405);
    const other = path.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(await (await ask(other, { method: 'POST' })).json()).toMatchObject({
      ...{ verdict: 'invalid', state: 'unknown-tag', subject: { kind: 'unknown' } },
      checks: [{ check: 'card/tap', outcome: 'fail', detail: 'no tag of ours made this address' }],
    });
  });

  test('is told to whoever gives the whole address to the command line, and used up by that', async () => {
    const address = ORIGIN + (await card.tap());
    const verify = async (text: string): Promise<any> => {
      const body = JSON.stringify({ text });
      const headers = { 'content-type': 'application/json' };
      return (await staffApp(services).request('/api/v1/staff/verify', { method: 'POST', headers, body })).json();
    };
    expect(await verify(address)).toMatchObject({ verdict: 'valid', subject: { card: card.number } });
    expect(await verify(address)).toMatchObject({ verdict: 'undetermined', state: 'replayed' });
    expect(await verify(`${ORIGIN}/c/7K3M`)).toMatchObject({ verdict: 'invalid', state: 'unknown-tag' });
    expect(await verify(address.replace('alcaldia', 'alca1dia'))).toMatchObject({ state: 'not-ours' });
  });
});

describe('whoever only looks at the address uses nothing up, and learns nothing', () => {
  const ANDROID =
    'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36';
  const LOOKS: readonly (readonly [string, RequestInit, string?])[] = [
    ['HEAD', { method: 'HEAD' }],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
    ['a prerender', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
    ['a prefetch of before', { headers: { purpose: 'prefetch' } }],
    ['a preview of Safari', { headers: { 'x-purpose': 'preview' } }],
    ['a prefetch of Firefox', { headers: { 'x-moz': 'prefetch' } }],
    ['a picture on another page', { headers: { 'sec-fetch-dest': 'image' } }],
    ['a frame', { headers: { 'sec-fetch-dest': 'iframe' } }],
    ['a script', { headers: { 'sec-fetch-dest': 'empty' } }],
    ['somebody to whom it was sent through Facebook', {}, '?fbclid=IwAR0'],
    ['somebody who adds a question', {}, '?lang=es&x=1'],
    ...[
      'WhatsApp/2.24.20 A',
      'TelegramBot (like TwitterBot)',
      'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
      'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
      'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
      'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
      'LinkedInBot/1.0 (compatible; Mozilla/5.0)',
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    ].map((agent) => [`the preview of ${agent.slice(0, 30)}`, { headers: { 'user-agent': agent } }] as const),
  ];

  test.for(LOOKS)('%s', async ([, init, query = '']) => {
    const path = await card.tap();
    for (const address of [path, path.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))]) {
      const response = await ask(address + query, init);
      expect(response.status).toBe(200);
      const page = await response.text();
      if (init.method === 'HEAD') expect(page).toBe('');
      else expect(titleOf(page)).toBe(LINK);
    }
    expect(await titled(path, { headers: { 'user-agent': ANDROID } })).toBe(WORKS);
  });

  test('and is the same for every address, whatever is there', async () => {
    const headers = { purpose: 'prefetch' };
    const used = await card.tap();
    await open(used);
    const same = async (path: string): Promise<string> =>
      (await (await ask(path, { headers })).text()).replaceAll(path, '…');
    const pages = [await same(used), await same(await card.tap()), await same('/c/whatever')];
    expect(new Set(pages).size).toBe(1);
  });

  test('and has a button, for a browser that was taken for one of these', async () => {
    const path = await card.tap();
    const page = await (await ask(path, { headers: { 'sec-purpose': 'prefetch;prerender' } })).text();
    const action = /<form method="post" action="\/verifica([^"]*)"/.exec(page)![1]!;
    expect(await titled(action, { method: 'POST', headers: { 'user-agent': 'TelegramBot' } })).toBe(WORKS);
    expect(await titled(action, { method: 'POST' })).toBe(AGAIN);
  });

  test('but the telephones of a maker with such a name are telephones', async () => {
    const headers = {
      'user-agent': ANDROID.replace('Android 16', 'Android 11; CUBOT P50'),
      'sec-fetch-dest': 'document',
    };
    expect(await titled(await card.tap(), { headers })).toBe(WORKS);
  });
});

test('an address of a tap that somebody pastes into the page is none that they made', async () => {
  const path = await card.tap();
  const page = await (await ask(`/?q=${encodeURIComponent(ORIGIN + path)}`)).text();
  expect(titleOf(page)).toBe(LINK);
  expect(page).toContain(`action="/verifica${path}?lang=es"`);
  expect(await titled(path)).toBe(WORKS);
});

describe('an address that no tag of ours gave', () => {
  test.for(['/c/7K3M', '/c/xyz', `/c/7K3N/${'0A'.repeat(16)}/${'0B'.repeat(8)}`, '/c/%37K3M', '/c/resultado/a/b'])(
    '%s is unknown, and says what to do',
    async (path) => {
      const { page } = await open(path);
      expect(titleOf(page)).toBe(UNKNOWN);
      expect(textOf(page)).toContain('Alto');
      expect(textOf(page)).toContain('No pagues. No entregues documentos. No discutas.');
    },
  );

  test('is unknown in whatever way it was changed', async () => {
    const given: string[] = [];
    for (let i = 0; i < 5; i++) given.push(ORIGIN + (await card.tap()));
    for (const address of given) expect((await under.app.request(address)).status).toBe(303);
    const forge = forger(given, 7);
    const forged = Array.from({ length: 400 }, forge);
    const asked = forged.filter((one) => URL.canParse(one) && one.startsWith(`${ORIGIN}/c/`));
    await Promise.all(
      asked.map(async (one) => {
        const response = await under.app.request(one, { headers: { accept: 'text/html' } });
        // The address that the browser makes of it may be one that was given.
        const title = titleOf(await response.text());
        expect([UNKNOWN, AGAIN, LINK, 'Esta página no existe.'], one).toContain(title);
        expect(response.headers.get('location'), one).toBeNull();
      }),
    );
    expect(under.lines.filter(({ kind }) => kind === 'failure')).toEqual([]);
  });
});

describe('a card', () => {
  interface Case {
    readonly what: string;
    readonly change: (card: TaggedCard, official: Official) => Promise<unknown>;
    readonly isActive?: boolean;
    readonly title: string | RegExp;
  }
  const end = (reason: CardEndReason): Case['change'] => {
    return ({ number }) => services.cards.end({ number, reason });
  };
  const ENDED: readonly Case[] = [
    { what: 'that was lost', change: end('lost'), title: 'Esta credencial fue cancelada.' },
    { what: 'that was stolen', change: end('stolen'), title: 'Credencial reportada como robada.' },
    {
      what: 'whose certificate was revoked',
      change: ({ serial }) => services.revokeCredential(serial, { reason: 'superseded' }),
      title: 'Esta credencial fue cancelada.',
    },
    {
      what: 'of somebody who left',
      change: (_, { id }) => services.endOfficial({ id, reason: 'resigned' }),
      title: /^Ya no trabaja aquí desde el /,
    },
  ];
  const OTHERS: readonly Case[] = [
    { what: 'that is being made', change: async () => {}, isActive: false, title: 'Esta credencial todavía no vale.' },
    {
      what: 'whose certificate is suspended',
      change: ({ serial }) => services.suspendCredential(serial),
      title: 'Esta credencial está suspendida mientras la revisamos.',
    },
  ];

  async function changed({ change, isActive = true }: Case): Promise<{ card: TaggedCard; used: string; name: string }> {
    const official = await installation.register({}, true);
    const made = await makeTaggedCard(services, official, { isActive });
    const used = await made.tap();
    if (isActive) expect(await titled(used)).toBe(WORKS);
    else await open(used);
    await change(made, official);
    return { card: made, used, name: official.name };
  }

  test.for([...ENDED, ...OTHERS])('$what is told as that', async (one) => {
    const { card: made } = await changed(one);
    expect(await titled(await made.tap())).toMatch(one.title);
  });

  test.for(ENDED)('$what is told as that however often, and shows nobody', async (one) => {
    const { used, name } = await changed(one);
    const { page, at } = await open(used);
    expect(at).toBe(used);
    expect(titleOf(page)).toMatch(one.title);
    expect(page).not.toContain(name);
    expect(page).not.toContain('class="photo"');
  });

  test.for(OTHERS)('$what is told once, as any that may come to count', async (one) => {
    const { used } = await changed(one);
    expect(await titled(used)).toBe(AGAIN);
  });

  test('counts no address that the station read', async () => {
    const official = await installation.register();
    const made = await makeTaggedCard(services, official, { isActive: false });
    const kept = await made.tap();
    const later = await made.tap();
    const found = await services.cards.find({ number: made.number });
    const uid = parseTagUid(fromHex(found!.tag!.uid)!)!;
    await services.cards.activate({
      number: made.number,
      serials: made.serials,
      tag: { uid, keyVersion: found!.tag!.keyVersion, counter: made.counter + 1 },
    });
    expect([await titled(kept), await titled(later)]).toEqual([AGAIN, WORKS]);
  });

  test('with a plain tag is shown, and that it can be copied, as often as it is asked', async () => {
    const { number } = card;
    for (let i = 0; i < 2; i++) {
      const { page, at } = await open(`/c/${number}`);
      expect([titleOf(page), at]).toEqual(['Esta tarjeta se puede copiar.', `/c/${number}`]);
      expect(textOf(page)).toContain('Compara la foto');
      expect(textOf(page)).toContain('Guadalupe Ríos Tenorio');
    }
    expect(await titled(`/c/${number.slice(0, 4)}-${number.slice(4)}`)).toBe(UNKNOWN);
    expect(await titled(`/c/${drawCardNumber(systemRandom)}`)).toBe(UNKNOWN);
    const { card: lost } = await changed(ENDED[1]!);
    expect(await titled(`/c/${lost.number}`)).toBe('Credencial reportada como robada.');
  });
});

describe('the service', () => {
  test('slows down one network, and uses nothing up of what it does not answer', async () => {
    const { app } = appOver(services, { taps: { burst: 1, secondsEach: 30 } });
    const path = await card.tap();
    expect((await app.request(`${ORIGIN}/c/xyz`)).status).toBe(200);
    const limited = await app.request(ORIGIN + path);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '30']);
    expect(titleOf(await limited.text())).toContain('muchas consultas');
    expect(await titled(path)).toBe(WORKS);
  });

  test('uses nothing up where it could not answer', async () => {
    const path = await card.tap();
    const failing = appOver(
      services,
      {},
      {
        verifyTap: async () => {
          throw new Outage('log/unavailable', 'the database does not answer');
        },
      },
    );
    const response = await failing.app.request(ORIGIN + path);
    expect([response.status, titleOf(await response.text())]).toEqual([503, 'En este momento no pudimos revisarlo.']);
    expect(await titled(path)).toBe(WORKS);
  });

  test('gives the headers of a page to all of it, and notes no address', async () => {
    under = appOver(services, { taps: UNLIMITED });
    const path = await card.tap();
    const first = await ask(path);
    const at = first.headers.get('location')!.slice('/verifica'.length);
    for (const { headers } of [first, await ask(at), await ask(path), await ask(path, { method: 'HEAD' })]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
      expect(headers.get('set-cookie')).toBeNull();
    }
    expect(under.lines.map(({ route, state }) => [route, state])).toEqual([
      ['/c/{tap}', 'current'],
      ['/c/resultado/{id}', undefined],
      ['/c/{tap}', 'replayed'],
      ['/c/{tap}', undefined],
    ]);
    const noted = JSON.stringify(under.lines);
    for (const secret of [path.slice(10, 30), at.slice(-22), card.number]) expect(noted).not.toContain(secret);
  });

  test('answers other methods with those that there are', async () => {
    const response = await ask('/c/7K3M/x', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });
});
