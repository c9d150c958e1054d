import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import { Outage } from '../../src/core/refusal.ts';
import type { Credential } from '../../src/credential/credential.ts';
import type { Official } from '../../src/directory/official.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { formatTypedCode, parseTypedCode, typedCodeOf } from '../../src/seal/text.ts';
import { fromHex, toHex } from '../../src/core/bytes.ts';
import type { SealId } from '../../src/seal/seal.ts';
import { makeInstallation, SIGNER_NAME, SUBJECT, type Installation } from '../support/installation.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';

const ORIGIN = 'https://alcaldia.example/verifica';
const BASE = 'https://alcaldia.example/verifica';

let installation: Installation;
let signed: SignedOficio;
let seal: string;
let person: Official;
let credential: Credential;
let under: AppUnderTest;
let ahead = 0;

beforeAll(async () => {
  const clock = (): UnixSeconds => unixSeconds(systemClock() + ahead);
  installation = await makeInstallation({ origin: ORIGIN, clock });
  signed = await installation.sign({ amount: 125_000 });
  seal = signed.oficio.sealText!.split('/V/')[1]!;
  person = await installation.register({ name: 'Guadalupe Ríos Tenorio' }, true);
  credential = await installation.issue(person);
  under = appOver(installation.services);
});
afterAll(() => installation.remove());

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(under.app.request(BASE + path, { headers }));
}

async function page(path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await get(path, headers);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  return response.text();
}

async function json(path: string): Promise<any> {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return response.json();
}

function title(html: string): string {
  return /<title>(.*?)<\/title>/s.exec(html)![1]!;
}

/** The seal with its last symbols exchanged: still base32, another signature. */
function spoilt(): string {
  return seal.slice(0, 200) + (seal[200] === 'A' ? 'B' : 'A') + seal.slice(201);
}

describe('the page of a seal', () => {
  test('answers in capitals, prefix included, as a QR spells it', async () => {
    const response = await under.app.request(
      signed.oficio.sealText!.replace('HTTPS://ALCALDIA.EXAMPLE', 'https://alcaldia.example'),
    );
    expect(title(await response.text())).toContain('sí es de');
    expect(title(await page(`/V/${seal}`))).toContain('sí es de');
  });

  test('answers in small letters', async () => {
    expect(title(await page(`/v/${seal.toLowerCase()}`))).toContain('sí es de');
  });

  test('does not answer capitals and small letters mixed', async () => {
    expect(title(await page(`/v/${seal.slice(0, 50)}${seal.slice(50).toLowerCase()}`))).toBe('No pudimos revisarlo.');
    const mixed = await under.app.request(`https://alcaldia.example/Verifica/V/${seal}`);
    expect(mixed.status).toBe(404);
  });

  test('is 200 for a bad seal as well', async () => {
    expect(title(await page(`/V/${spoilt()}`))).toBe('NO es de la Alcaldía de Ejemplo.');
    expect(title(await page('/v/abc'))).toBe('No pudimos revisarlo.');
  });

  test('never takes a folio or a typed code in its place for the question', async () => {
    const folio = encodeURIComponent(signed.oficio.folio);
    expect(title(await page(`/v/${folio}`))).toBe('No pudimos revisarlo.');
    const code = typedCodeOf(fromHex(signed.oficio.id)! as SealId);
    expect(title(await page(`/v/${code}`))).toBe('No pudimos revisarlo.');
  });

  test('shows what the letter asks for, and its subject, to who holds the code', async () => {
    const shown = await page(`/V/${seal}`);
    expect(shown).toContain('Pide $1,250.00');
    expect(shown).toContain(SUBJECT);
    expect(shown).toContain(SIGNER_NAME);
    expect(shown).toContain('Subdirección de Control de Ingresos');
  });

  test('warns under a development root', async () => {
    expect(await page(`/V/${seal}`)).toContain('PRUEBA');
  });
});

describe('what somebody types', () => {
  test('a typed code is as good as its QR', async () => {
    const code = formatTypedCode(typedCodeOf(fromHex(signed.oficio.id)! as SealId));
    expect(parseTypedCode(code)).toHaveLength(12);
    expect(await page(`/?q=${code.toLowerCase()}`)).toContain(SUBJECT);
  });

  test('a pasted address, and one typed by a scanner with Spanish keys', async () => {
    const address = signed.oficio.sealText!;
    expect(await page(`/?q=${encodeURIComponent(address)}`)).toContain(SUBJECT);
    const keys = address.replaceAll(':', 'Ñ').replaceAll('/', '-');
    expect(await page(`/?q=${encodeURIComponent(keys)}`)).toContain(SUBJECT);
  });

  test('a folio alone tells existence, unit, date and status; neither subject nor signer, in HTML and JSON', async () => {
    const query = `?q=${encodeURIComponent(signed.oficio.folio)}`;
    const shown = await page(`/${query}`);
    expect(title(shown)).toBe('Ese folio existe; eso no prueba tu papel.');
    expect(shown).toContain('Subdirección de Control de Ingresos');
    const told = await json(`/api/v1/seals${query}`);
    expect(told).toMatchObject({ verdict: 'undetermined', state: 'folio-only' });
    expect(Object.keys(told.subject).toSorted()).toEqual(['folio', 'kind', 'sealedAt', 'unit']);
    for (const text of [shown, JSON.stringify(told)]) {
      expect(text).not.toContain(SUBJECT);
      expect(text).not.toContain(SIGNER_NAME);
      expect(text).not.toContain(signed.oficio.id);
      expect(text).not.toContain('1,250');
      expect(text).not.toContain('125000');
    }
  });

  test('a folio that is not found names since when its unit is covered, and its telephone', async () => {
    const shown = await page('/?q=AE/DGG/SCI/0999/2026');
    expect(title(shown)).toBe('No encontramos ese folio.');
    expect(shown).toContain('1 de enero de 2026');
    expect(shown).toContain('55 1111 2222 ext. 4012');
  });

  test("another host's code is not ours, and its host is only text", async () => {
    const shown = await page(`/?q=${encodeURIComponent('https://<b>evil</b>.example/v/AAAA')}`);
    expect(title(shown)).toContain('no es nuestro');
    expect(shown).not.toContain('<b>evil');
    const words = await page(`/?q=${encodeURIComponent('https://es auténtico: paga')}`);
    expect(title(words)).toBe('Este código no es nuestro.');
    expect(shown).not.toMatch(/href="https?:[^"]*evil/);
  });

  test('a serial number shows the credential, with a picture that is there', async () => {
    const shown = await page(`/?q=${credential.serial}`);
    expect(title(shown)).toBe('Sí trabaja aquí.');
    const source = /<img class="photo" src="([^"]+)"/.exec(shown)![1]!;
    const picture = await under.app.request(`https://alcaldia.example${source}`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(picture.headers.get('x-robots-tag')).toContain('noimageindex');
    expect(picture.headers.get('cache-control')).toBe('private, max-age=3600');
    const bytes = new Uint8Array(await picture.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(toHex(person.photo!.thumbnailSha256));
    expect(bytes.length).toBeLessThanOrEqual(10 * 1024);
  });

  test('the field at the door takes a serial number with spaces or hyphens, and nothing else', async () => {
    const groups = credential.serial.toUpperCase().match(/.{1,4}/g)!;
    for (const separator of ['', ' ', '-', ':']) {
      const shown = await page(`/?de=puerta&q=${encodeURIComponent(groups.join(separator))}`);
      expect(title(shown)).toBe('Sí trabaja aquí.');
      expect(shown).not.toContain('<form');
    }
    const decimal = BigInt(`0x${credential.serial}`).toString();
    expect(title(await page(`/?de=puerta&q=${decimal}`))).toBe('Sí trabaja aquí.');
    expect(title(await page(`/?q=${decimal}`))).toBe('Sí trabaja aquí.');
    expect(title(await page('/?de=puerta&q=0a'))).toBe('No encontramos esa credencial.');
    const shown = await page(`/?de=puerta&q=${encodeURIComponent(signed.oficio.folio)}`);
    expect(title(shown)).toBe('Eso es de un oficio, no de una credencial.');
    expect(shown).toContain(`<input id="q" name="q" required maxlength="600" value="${signed.oficio.folio}"`);
    expect(title(await page('/?de=puerta&q=Juan'))).toBe('Ese no es un número de credencial.');
    const link = /<a href="([^"]+)" lang="en"/.exec(shown)![1]!;
    expect(link).toContain('de=puerta');
  });

  test('anything else of up to 600 characters gets an answer, and no more is echoed than was asked', async () => {
    for (const text of ['<script>alert(1)</script>', '%', '\0', 'ñ'.repeat(600), '../../etc/passwd', "' OR 1=1 --"]) {
      const shown = await page(`/?q=${encodeURIComponent(text)}&lang=es`).catch(() => '');
      expect(shown).not.toContain('<script');
    }
  });
});

describe('the language', () => {
  test('is Spanish first, and English where asked or accepted', async () => {
    expect(await page('/')).toContain('<html lang="es-MX">');
    expect(await page('/?lang=en')).toContain('<html lang="en">');
    expect(await page('/', { 'accept-language': 'en-GB,es;q=0.5' })).toContain('<html lang="en">');
    expect(await page('/', { 'accept-language': 'nah,fr;q=0.9' })).toContain('<html lang="es-MX">');
    expect(await page('/?lang=es', { 'accept-language': 'en' })).toContain('<html lang="es-MX">');
  });

  test('is switched by a link that keeps the question', async () => {
    const shown = await page(`/V/${seal}`);
    const link = /<a href="([^"]+)" lang="en"/.exec(shown)![1]!.replaceAll('&amp;', '&');
    const other = await under.app.request(`https://alcaldia.example${link}`);
    expect(title(await other.text())).toContain('This code is from');
    const typed = await page(`/?q=${encodeURIComponent(signed.oficio.folio)}`);
    expect(/<a href="([^"]+)" lang="en"/.exec(typed)![1]).toContain('q=AE%2FDGG%2FSCI');
  });
});

describe('a file', () => {
  const form = (bytes: Uint8Array | undefined, name = 'pdf'): FormData => {
    const data = new FormData();
    if (bytes) data.set(name, new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), 'oficio.pdf');
    return data;
  };
  const post = (path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
    Promise.resolve(under.app.request(BASE + path, { method: 'POST', body, headers }));
  const pdf = { 'content-type': 'application/pdf' };

  test('is judged by the form of the page, without a script', async () => {
    const response = await post('/documentos', form(signed.document));
    expect(response.status).toBe(200);
    const shown = await response.text();
    expect(title(shown)).toBe('Este archivo sí es de la Alcaldía de Ejemplo y nadie lo cambió.');
    expect(shown).toContain(SUBJECT);
    expect(title(await (await post('/documentos', form(new Uint8Array([1, 2, 3])))).text())).toBe(
      'Ese archivo no es un PDF.',
    );
  });

  test('is judged by the API', async () => {
    const response = await post('/api/v1/documents/verify', new Uint8Array(signed.document), pdf);
    const told = (await response.json()) as any;
    expect(told).toMatchObject({
      verdict: 'valid',
      state: 'current',
      dev: true,
      subject: { kind: 'oficio', type: 'requerimiento', amount: 125_000 },
      signatures: [{ integrity: 'intact', trusted: true, coverage: 'whole-file' }],
    });
    expect(told.checkedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(told.subject.sealedAt).toMatch(/Z$/);
  });

  test('that is none, or altered, is 200 with its state', async () => {
    const nonsense = await post('/api/v1/documents/verify', new Uint8Array([1, 2, 3]), pdf);
    expect([nonsense.status, ((await nonsense.json()) as any).state]).toEqual([200, 'unreadable']);
    const changed = new Uint8Array(signed.document);
    changed[300] = changed[300]! ^ 1;
    const altered = await post('/documentos', form(changed));
    expect(altered.status).toBe(200);
    expect(await altered.text()).not.toContain('verdict confirmed"><div class="mark"');
  });

  test('is asked for again, with the reason, by whoever reloads the answer or changes its language', async () => {
    const shown = await (await post('/documentos', form(signed.document))).text();
    const link = /<a href="([^"]+)" lang="en"/.exec(shown)![1]!;
    expect(link).toBe('/verifica/documentos?lang=en');
    const again = await page('/documentos?lang=en');
    expect(title(again)).toBe('Choose the file again.');
    expect(again).toContain('action="/verifica/documentos?lang=en" enctype="multipart/form-data"');
    expect(title(await (await post('/documentos?lang=en', form(signed.document))).text())).toContain(
      'This file is from',
    );
  });

  test('of another type, and a form without a file, are refused with what to do', async () => {
    const type = await post('/api/v1/documents/verify', '{}', { 'content-type': 'application/json' });
    expect([type.status, ((await type.json()) as any).code]).toEqual([415, 'http/media-type']);
    const empty = await post('/documentos', form(undefined));
    expect(empty.status).toBe(400);
    expect(title(await empty.text())).toBe('No recibimos ningún archivo.');
    const broken = await post('/documentos', 'no form', { 'content-type': 'multipart/form-data; boundary=x' });
    expect(broken.status).toBe(400);
  });
});

describe('the API', () => {
  test('tells the same verdict as the page', async () => {
    expect(await json(`/api/v1/seals/${seal}`)).toMatchObject({ verdict: 'valid', state: 'current', dev: true });
    expect(await json(`/api/v1/seals/${spoilt()}`)).toMatchObject({ verdict: 'invalid', state: 'altered' });
    const told = await json(`/api/v1/credentials/${credential.serial}`);
    expect(told).toMatchObject({ state: 'current', subject: { name: person.name, officialId: person.id } });
    expect(await json('/api/v1/credentials/zz')).toMatchObject({ state: 'unreadable' });
    expect(await json('/api/v1/credentials/0a')).toMatchObject({ state: 'not-found' });
  });

  test('tells problems by their code', async () => {
    const missing = await get('/api/v1/seals');
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
    expect([missing.status, ((await missing.json()) as any).code]).toEqual([400, 'http/malformed']);
    const nowhere = await get('/api/v2');
    expect([nowhere.status, ((await nowhere.json()) as any).code]).toEqual([404, 'http/not-found']);
  });

  test('tells an outage as worth a retry and a bug as nothing, and both to telemetry', async () => {
    const failing = (error: Error): AppUnderTest =>
      appOver(installation.services, {}, { verifySeal: () => Promise.reject(error) });
    const bug = failing(new Error('secret detail'));
    const response = await bug.app.request(`${BASE}/api/v1/seals/${seal}`);
    const text = await response.text();
    expect([response.status, JSON.parse(text).code]).toEqual([500, 'internal']);
    expect(text).not.toContain('secret');
    expect(bug.lines).toContainEqual(
      expect.objectContaining({ kind: 'failure', where: '/api/v1/seals/{seal}', message: 'secret detail' }),
    );
    const outage = failing(new Outage('log/unavailable', 'disk', { path: '/secret' }));
    const shown = await outage.app.request(`${BASE}/V/${seal}`);
    const html = await shown.text();
    expect([shown.status, title(html)]).toEqual([503, 'En este momento no pudimos revisarlo.']);
    expect(html).not.toContain('/secret');
  });
});

describe('privacy', () => {
  test('telemetry knows routes and states, never what was asked, by whom or about whom', async () => {
    const watched = appOver(installation.services);
    const headers = { 'user-agent': 'Telefono/1', 'x-forwarded-for': '203.0.113.9', referer: 'https://x.example/' };
    for (const path of [`/V/${seal}`, `/?q=${signed.oficio.folio}`, `/?q=${credential.serial}`, '/nothing/203']) {
      await watched.app.request(BASE + path, { headers });
    }
    const requests = watched.lines.filter(({ kind }) => kind === 'request');
    expect(requests.map(({ route, state }) => [route, state])).toEqual([
      ['/V/{seal}', 'current'],
      ['/', 'folio-only'],
      ['/', 'current'],
      ['none', undefined],
    ]);
    const text = JSON.stringify(watched.lines);
    for (const secret of [
      seal,
      signed.oficio.folio,
      credential.serial,
      SIGNER_NAME,
      '203.0.113',
      'Telefono',
      'x.example',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  test('a verdict that may mean a stolen key raises an alert', async () => {
    const answer = await installation.services.verifyTyped(signed.oficio.sealText!);
    const alarming = { ...answer, verdict: 'invalid', state: 'not-registered' } as const;
    const watched = appOver(installation.services, {}, { verifySeal: () => Promise.resolve(alarming) });
    const shown = await (await watched.app.request(`${BASE}/V/${seal}`)).text();
    expect(shown).toContain('Quien lo hizo usó algo nuestro sin permiso.');
    expect(watched.lines).toContainEqual(
      expect.objectContaining({ kind: 'alert', state: 'not-registered', route: '/V/{seal}' }),
    );
  });

  test('a picture is only found under its own official and hash', async () => {
    const hash = toHex(person.photo!.thumbnailSha256);
    expect((await get(`/foto/${person.id}/${hash}.jpg`)).status).toBe(200);
    expect((await get(`/foto/${person.id}/${'0'.repeat(64)}.jpg`)).status).toBe(404);
    expect((await get(`/foto/${person.id}/${toHex(person.photo!.sha256)}.jpg`)).status).toBe(404);
    expect((await get(`/foto/00000000/${hash}.jpg`)).status).toBe(404);
  });
});

describe('time', () => {
  test('an expired letter waits, and says when', async () => {
    const soon = await installation.sign({ amount: 0, expires: unixSeconds(systemClock() + 60) });
    const path = `/V/${soon.oficio.sealText!.split('/V/')[1]!}`;
    expect(title(await page(path))).toContain('sí es de');
    ahead = 120;
    expect(title(await page(path))).toMatch(/^Este oficio ya venció \(\d+ de/);
    ahead = 0;
  });
});
