import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { toHex } from '../../src/core/bytes.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { acceptedLanguage } from '../../src/http/language.ts';
import { networkOf, RateLimiter } from '../../src/http/rate-limit.ts';
import { jsonTelemetry } from '../../src/http/telemetry.ts';
import { blackedOut } from '../support/blacked-out.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';

const BASE = 'https://alcaldia.example/verifica';
let installation: Installation;
let under: AppUnderTest;

beforeAll(async () => {
  installation = await makeInstallation({ origin: BASE });
  await installation.services.publishCheckpoint();
  under = appOver(installation.services);
});
afterAll(() => installation.remove());

function ask(path: string, init?: RequestInit): Promise<Response> {
  return Promise.resolve(under.app.request(path.startsWith('https:') ? path : BASE + path, init));
}

const PAGES = ['/', '/?q=AE/DGG/SCI/0001/2026', '/v/abc', '/documentos', '/c/abc', '/c/resultado/abc'];
const DATA = ['/api/v1/seals/abc', '/api/openapi.json', '/trust-list', '/crl/raiz.crl', '/log/checkpoint', '/healthz'];

describe('headers', () => {
  test.for([...PAGES, ...DATA])('of %s keep browsers from guessing and from telling', async (path) => {
    const { headers } = await ask(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
    for (const rule of ["frame-ancestors 'none'", "base-uri 'none'"]) {
      expect(headers.get('content-security-policy')).toContain(rule);
    }
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
  });

  test.for(PAGES)('of the page %s allow one style by its hash, and nothing else', async (path) => {
    const response = await ask(path);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).not.toMatch(/unsafe|script-src|\*|data:|https?:/);
    for (const rule of ["form-action 'self'", "base-uri 'none'", "img-src 'self'"]) expect(policy).toContain(rule);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('vary')).toBe('Accept-Language');
    expect(response.headers.get('permissions-policy')).toContain('camera=()');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('x-robots-tag')).toContain('noindex');
    const style = /<style>(.*?)<\/style>/s.exec(await response.text())?.[1];
    expect(policy).toContain(createHash('sha256').update(style!).digest('base64'));
  });

  test('pages load nothing from anybody else and have no script', async () => {
    const html = await (await ask('/')).text();
    expect(html).not.toMatch(/<script|\son\w+=|style="|<iframe|<link[^>]+href="http/);
    expect(html.match(/src="[^"]*"/g) ?? []).toEqual([]);
  });

  test('ask for HTTPS only where the origin has it', async () => {
    const plain = appOver(installation.services, {}, { origin: 'http://localhost:8080' });
    const response = await plain.app.request('http://localhost:8080/');
    expect(response.headers.get('strict-transport-security')).toBeNull();
  });

  test('vouch for the subdomains of a host that is all their own', async () => {
    const own = appOver(installation.services, {}, { origin: 'https://verifica.alcaldia.example' });
    const response = await own.app.request('https://verifica.alcaldia.example/');
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  });
});

describe('addresses', () => {
  test.for(['https://alcaldia.example/', 'https://alcaldia.example/verificar/', 'https://alcaldia.example/VERIFICA/'])(
    '%s is outside the prefix',
    async (address) => {
      expect((await ask(address)).status).toBe(404);
    },
  );

  test('the prefix alone is the home page, and health is at the root as well', async () => {
    expect((await ask(BASE)).status).toBe(200);
    expect((await ask('https://alcaldia.example/healthz')).status).toBe(200);
    expect((await ask('/readyz')).status).toBe(200);
  });

  test('links and forms stay below the prefix', async () => {
    for (const path of PAGES) {
      const html = await (await ask(path)).text();
      for (const [, link] of html.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)) expect(link).toMatch(/^\/verifica\//);
    }
  });

  test('an unknown page is a page to people and a problem to programs', async () => {
    const page = await ask('/nada', { headers: { accept: 'text/html,*/*' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('Esta página no existe.');
    const problem = await ask('/nada');
    expect([problem.status, problem.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(((await problem.json()) as any).title).toBe('Eso no existe aquí.');
    const english = await ask('/nada', { headers: { 'accept-language': 'en' } });
    expect(((await english.json()) as any).title).not.toBe('Eso no existe aquí.');
  });

  test('the staff API is not on the public side', async () => {
    for (const path of ['/api/v1/staff/installation', '/oficina/']) expect((await ask(path)).status).toBe(404);
  });

  test('one that is too long is refused before anything reads it', async () => {
    const response = await ask(`/?q=${'A'.repeat(4000)}`, { headers: { accept: 'text/html' } });
    expect([response.status, await response.text()]).toEqual([414, expect.stringContaining('Esta página no existe.')]);
    expect((await ask(`/?q=${encodeURIComponent('ñ'.repeat(600))}`)).status).toBe(200);
  });

  test.for(['/%', '/v/%E0%A4%A', '/?q=%E0%A4%A', '/v/%00', '/foto/%2e%2e/%2e%2e', '/v//', '//', '/v/a/b'])(
    '%s gets an answer, not a failure',
    async (path) => {
      expect((await ask(path)).status).toBeLessThan(500);
      expect(under.lines.filter(({ kind }) => kind === 'failure')).toEqual([]);
    },
  );
});

test('no path, question or header brings it down', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 200 }), fc.webPath());
  const header = fc.string({ maxLength: 60 }).map((value) => value.replaceAll(/[^\x20-\x7e]/g, '').trim());
  const ways = fc.constantFrom(
    '/',
    '/v/',
    '/c/',
    '/V/',
    '/?q=',
    '/foto/',
    '/status/',
    '/log/tile/',
    '/api/v1/seals/',
    '/crl/',
  );
  await fc.assert(
    fc.asyncProperty(ways, text, header, fc.boolean(), async (way, asked, value, encoded) => {
      const address = BASE + way + (encoded ? encodeURIComponent(asked.toWellFormed()) : asked);
      fc.pre(URL.canParse(address));
      const headers = { 'accept-language': value, accept: value, 'if-none-match': value, 'x-forwarded-for': value };
      const response = await ask(address, { headers });
      expect(response.status).toBeLessThan(500);
      await response.arrayBuffer();
    }),
    { numRuns: 400 },
  );
  expect(under.lines.filter(({ kind }) => kind === 'failure')).toEqual([]);
});

describe('methods', () => {
  test.for([
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/v/abc', 'GET, HEAD'],
    ['DELETE', '/api/v1/seals/abc', 'GET, HEAD'],
    ['GET', '/api/v1/documents/verify', 'POST'],
    ['PATCH', '/documentos', 'POST, GET, HEAD'],
    ['OPTIONS', '/crl/raiz.crl', 'GET, HEAD'],
  ] as const)('%s %s is not allowed', async ([method, path, allow]) => {
    const response = await ask(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    const told = await response.text();
    if (path.startsWith('/api/')) expect(told).toContain('cabecera Allow');
    expect(told).not.toContain('página principal');
  });

  test.for([...PAGES.slice(0, 3), ...DATA])('HEAD %s has the headers of GET and no body', async (path) => {
    const [head, get] = await Promise.all([ask(path, { method: 'HEAD' }), ask(path)]);
    expect(head.status).toBe(get.status);
    expect(await head.text()).toBe('');
    expect([...head.headers].map(([name]) => name)).toEqual([...get.headers].map(([name]) => name));
  });
});

describe('guessing', () => {
  const limited = (): AppUnderTest =>
    appOver(installation.services, {
      lookups: { burst: 3, secondsEach: 60 },
      uploads: { burst: 1, secondsEach: 30 },
    });
  const folio = (number: number): string => `${BASE}/?q=AE/DGG/SCI/${String(number).padStart(4, '0')}/2026`;

  test('one folio after another is slowed down, on the page and in the API together', async () => {
    const { app } = limited();
    for (const number of [1, 2]) expect((await app.request(folio(number))).status).toBe(200);
    expect((await app.request(`${BASE}/api/v1/seals?q=AE/DGG/SCI/0003/2026`)).status).toBe(200);
    const page = await app.request(folio(4));
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await page.text()).toContain('Desde tu red se han hecho muchas consultas.');
    const problem = await app.request(`${BASE}/api/v1/seals?q=AE/DGG/SCI/0005/2026`);
    expect([problem.status, ((await problem.json()) as any).code]).toEqual([429, 'http/too-many-requests']);
    expect((await app.request(`${BASE}/api/v1/credentials/0a0b`)).status).toBe(429);
    expect((await app.request(`${BASE}/v/abc`)).status).toBe(200);
    expect((await app.request(`${BASE}/`)).status).toBe(200);
  });

  test('the word of a caller about its address counts only through a proxy on this machine', async () => {
    const { app } = limited();
    const from = (remoteAddress: string, forwarded: string): Promise<number> =>
      Promise.resolve(
        app.request(
          folio(1),
          { headers: { 'x-forwarded-for': forwarded } },
          { incoming: { socket: { remoteAddress } } },
        ),
      ).then(({ status }) => status);
    for (let i = 0; i < 3; i++) await from('198.51.100.7', `203.0.113.${i}`);
    expect(await from('198.51.100.9', '192.0.2.1')).toBe(429);
    for (let i = 0; i < 3; i++) await from('127.0.0.1', `10.9.8.7, 203.0.113.${i}`);
    expect(await from('::ffff:127.0.0.1', '1.2.3.4, 203.0.113.200')).toBe(429);
    expect(await from('127.0.0.1', '203.0.113.1, 192.0.2.77')).toBe(200);
  });

  test('files have an allowance of their own', async () => {
    const { app } = limited();
    const send = { method: 'POST', body: 'x', headers: { 'content-type': 'application/pdf' } };
    expect((await app.request(`${BASE}/api/v1/documents/verify`, send)).status).toBe(200);
    expect((await app.request(`${BASE}/api/v1/documents/verify`, send)).status).toBe(429);
  });
});

describe('the rate limit', () => {
  const limiterAt = (clock: () => number): RateLimiter =>
    new RateLimiter({ clock: () => unixSeconds(clock()), random: systemRandom, primitives: nodePrimitives });

  test('gives one more request for each interval, and never more than the burst', () => {
    let now = 1_000_000;
    const limiter = limiterAt(() => now);
    const take = (): number => limiter.take('x', '192.0.2.1', { burst: 3, secondsEach: 2 });
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 2]);
    now += 2;
    expect([take(), take()]).toEqual([0, 2]);
    now += 3600;
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 2]);
  });

  test('tells networks apart, not neighbours', () => {
    expect(networkOf('203.0.113.7')).toBe(networkOf('203.0.113.250'));
    expect(networkOf('203.0.113.7')).toBe(networkOf('::ffff:203.0.113.9'));
    expect(networkOf('203.0.113.7')).not.toBe(networkOf('203.0.114.7'));
    expect(networkOf('2001:db8:0:12ff::1')).toBe(networkOf('2001:db8:0:1200:1:2:3:4'));
    expect(networkOf('2001:db8:0:1200::1')).not.toBe(networkOf('2001:db8:0:1300::1'));
    expect(networkOf('::1')).toBe('0:0:0:0');
    expect(networkOf('fe80::1%eth0')).toBe(networkOf('fe80::2'));
  });

  test('forgets networks as soon as their allowance is whole, and the oldest when there are too many', () => {
    let now = 1_000_000;
    const limiter = limiterAt(() => now);
    for (let i = 0; i < 200; i++) limiter.take('x', `10.0.${i}.1`, { burst: 3, secondsEach: 2 });
    expect(limiter.size).toBe(200);
    now += 10;
    limiter.take('x', '192.0.2.1', { burst: 3, secondsEach: 2 });
    expect(limiter.size).toBe(1);
    for (let i = 0; i < 51_000; i++) limiter.take('x', `10.${i >> 8}.${i & 255}.1`, { burst: 3, secondsEach: 2 });
    expect(limiter.size).toBe(50_000);
  });
});

describe('health', () => {
  test('is ready while database and log agree with what was signed', async () => {
    expect(await (await ask('/readyz')).json()).toEqual({ ready: true });
  });

  test('is not ready when it is told to stop, while the process lives', async () => {
    const stopping = appOver(installation.services, { isServing: () => false });
    const response = await stopping.app.request(`${BASE}/readyz`);
    expect([response.status, await response.json()]).toEqual([503, { ready: false, why: 'stopping' }]);
    expect((await stopping.app.request(`${BASE}/healthz`)).status).toBe(200);
  });

  test('is not ready on a log that contradicts a signed checkpoint, or on none', async () => {
    const answer = async (error: Error): Promise<unknown> => {
      const signedCheckpoint = (): Promise<never> => Promise.reject(error);
      return (await appOver(installation.services, {}, { signedCheckpoint }).app.request(`${BASE}/readyz`)).json();
    };
    for (const code of ['log/forked', 'log/behind-checkpoint', 'log/corrupt']) {
      expect(await answer(new Refusal(code, 'x'))).toEqual({ ready: false, why: 'log' });
    }
    expect(await answer(new Error('no disk'))).toEqual({ ready: false, why: 'database' });
  });
});

describe('the description of the API', () => {
  test('names every route that programs use, and only those', async () => {
    const document = (await (await ask('/api/openapi.json')).json()) as any;
    expect(document.openapi).toBe('3.1.0');
    for (const path of Object.values<any>(document.paths)) {
      for (const operation of Object.values<any>(path)) expect(operation.responses).toHaveProperty('405');
    }
    expect(document.servers).toEqual([{ url: BASE }]);
    const described = Object.entries<any>(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual([
      'GET /api/v1/cards/{number}',
      'GET /api/v1/credentials/{serial}',
      'GET /api/v1/distinctives/{number}',
      'GET /api/v1/seals',
      'GET /api/v1/seals/{seal}',
      'GET /ca/{authority}.cer',
      'GET /crl/{authority}.crl',
      'GET /foto/{official}/{sha256}.jpg',
      'GET /healthz',
      'GET /log/checkpoint',
      'GET /log/tile/{tile}',
      'GET /readyz',
      'GET /status/{list}',
      'GET /trust-list',
      'GET /version-publica/{id}.pdf',
      'POST /api/v1/documents/verify',
      'POST /api/v1/taps/{batch}/{picc}/{mac}',
    ]);
    const person = await installation.register({}, true);
    await installation.issue(await installation.register(), 'signer');
    const letter = (await installation.sign()).oficio.id;
    const request = { letter, document: blackedOut(), ground: 'Art. 115', idempotencyKey: 'an example' };
    const examples: Record<string, string> = {
      '{id}': (await installation.services.publicVersions.register(request)).id,
      '{official}': person.id,
      '{sha256}': toHex(person.photo!.thumbnailSha256),
      '{seal}': 'abc',
      '{serial}': '0a',
      '{authority}': 'raiz',
      '{list}': '1',
      '{tile}': `0/000.p/${(await installation.services.checkpoints.latest())!.size}`,
    };
    for (const [path, item] of Object.entries<any>(document.paths)) {
      for (const [method, operation] of Object.entries<any>(item)) {
        const address = path.replaceAll(/\{\w+\}/g, (name) => examples[name]!);
        const query = path === '/api/v1/seals' ? '?q=AE/DGG/SCI/0001/2026' : '';
        const body = method === 'post' ? { body: 'x', headers: { 'content-type': 'application/pdf' } } : {};
        const response = await ask(address + query, { method: method.toUpperCase(), ...body });
        expect([path, response.status]).toEqual([path, 200]);
        const type = response.headers.get('content-type')!.split(';')[0]!;
        expect(Object.keys(operation.responses[200].content)).toEqual([type]);
        const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        const given = (operation.parameters ?? []).filter((one: any) => one.in === 'path').map((one: any) => one.name);
        expect(given).toEqual(names);
      }
    }
  });

  test('describes a problem with every field that one has', async () => {
    const { components } = (await (await ask('/api/openapi.json')).json()) as any;
    const problem = (await (await ask('/api/v1/seals')).json()) as object;
    expect(Object.keys(components.schemas.Problem.properties).toSorted()).toEqual(Object.keys(problem).toSorted());
  });

  test('refers only to what it holds', async () => {
    const text = await (await ask('/api/openapi.json')).text();
    const { components } = JSON.parse(text);
    for (const [, name] of text.matchAll(/#\/components\/schemas\/(\w+)/g))
      expect(components.schemas).toHaveProperty(name!);
  });
});

describe('the accepted language', () => {
  test.for([
    [undefined, 'es'],
    ['', 'es'],
    ['*', 'es'],
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['en-US,en;q=0.9,es;q=0.8', 'en'],
    ['fr, en;q=0.3, es;q=0.4', 'es'],
    ['en;q=0', 'es'],
    ['eng', 'es'],
    [`${'x,'.repeat(5000)}en`, 'es'],
    ['en;q=abc', 'en'],
  ] as const)('of %s is %s', ([header, language]) => {
    expect(acceptedLanguage(header)).toBe(language);
  });
});

test('a line of telemetry that cannot be written is lost, and nothing else', () => {
  const telemetry = jsonTelemetry(
    () => unixSeconds(0),
    () => {
      throw new Error('disk full');
    },
  );
  expect(() => telemetry.notice('started')).not.toThrow();
});
