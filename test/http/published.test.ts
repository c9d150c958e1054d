import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { openTrustList } from '../../src/authority/trust-list.ts';
import { openCheckpoint } from '../../src/log/checkpoint.ts';
import { parseNoteKey } from '../../src/log/note.ts';
import { decodeEntryBundle } from '../../src/log/tile.ts';
import { RETENTION } from '../../src/personal/retention.ts';
import { readCrl } from '../../src/revocation/crl.ts';
import { inflateStatuses, openStatusList, statusAt } from '../../src/revocation/status-list.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { ask, missingJudge } from '../support/judges.ts';
import { appOver, type AppUnderTest } from '../support/public-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let installation: Installation;
let under: AppUnderTest;
const folder = temporaryFolder();
const missing = missingJudge('openssl');

beforeAll(async () => {
  installation = await makeInstallation();
  await installation.services.publishCheckpoint();
  under = appOver(installation.services);
});
afterAll(() => installation.remove());

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return under.app.request(path, { headers });
}

async function bytes(path: string, type: string): Promise<Uint8Array> {
  const response = await get(path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  return new Uint8Array(await response.arrayBuffer());
}

describe('authorities and revocation lists', () => {
  test('stand where the certificates say', async () => {
    const root = readCertificate(await bytes('/ca/raiz.cer', 'application/pkix-cert'));
    expect(root.encoded).toEqual(installation.services.charter.root);
    for (const id of ['credenciales', 'oficios']) await bytes(`/ca/${id}.cer`, 'application/pkix-cert');
    for (const id of ['raiz', 'credenciales', 'oficios']) {
      readCrl(await bytes(`/crl/${id}.crl`, 'application/pkix-crl'));
    }
  });

  test.for([
    '/ca/otra.cer',
    // No card was made yet.
    '/ca/tarjetas.cer',
    '/crl/tarjetas.crl',
    '/ca/raiz.crl',
    '/ca/raiz',
    '/ca/Raiz.cer',
    '/crl/otra.crl',
    '/crl/raiz.cer',
    '/crl/..%2fraiz.crl',
  ])('%s is nothing', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('a list is sent again only when it changed', async () => {
    const first = await get('/crl/credenciales.crl');
    const etag = first.headers.get('etag')!;
    const lastModified = first.headers.get('last-modified')!;
    expect(first.headers.get('cache-control')).toBe('public, max-age=300');
    for (const match of [etag, '*', `"other", ${etag}`])
      expect((await get('/crl/credenciales.crl', { 'if-none-match': match })).status).toBe(304);
    expect((await get('/crl/credenciales.crl', { 'if-modified-since': lastModified })).status).toBe(304);
    const { serial } = await installation.issue(await installation.register());
    await installation.services.revokeCredential(serial, { reason: 'superseded' });
    const second = await get('/crl/credenciales.crl', { 'if-none-match': etag });
    expect(second.status).toBe(200);
    const crl = readCrl(new Uint8Array(await second.arrayBuffer()));
    expect([...crl.entries.keys()]).toContain(serial);
  });

  test('requests that come at once share one making', async () => {
    let made = 0;
    const counting = appOver(
      installation.services,
      {},
      {
        async publishCrl(id) {
          made++;
          await new Promise((resolve) => setTimeout(resolve, 20));
          return installation.services.publishCrl(id);
        },
      },
    );
    await Promise.all(Array.from({ length: 8 }, async () => counting.app.request('/crl/oficios.crl')));
    expect(made).toBe(1);
  });

  test.skipIf(missing)(`openssl checks a credential with what is served ${missing ?? ''}`, async () => {
    const good = await installation.issue(await installation.register());
    const bad = await installation.issue(await installation.register());
    await installation.services.revokeCredential(bad.serial, { reason: 'privilegeWithdrawn' });
    const save = async (name: string, data: Uint8Array | Promise<Uint8Array>, kind: string): Promise<string> => {
      const der = join(folder, `${name}.der`);
      const pem = join(folder, `${name}.pem`);
      writeFileSync(der, await data);
      expect(ask('openssl', [kind, '-inform', 'DER', '-in', der, '-out', pem]).status).toBe(0);
      return pem;
    };
    const root = await save('root', bytes('/ca/raiz.cer', 'application/pkix-cert'), 'x509');
    const authority = await save('ca', bytes('/ca/credenciales.cer', 'application/pkix-cert'), 'x509');
    const rootCrl = await save('rootcrl', bytes('/crl/raiz.crl', 'application/pkix-crl'), 'crl');
    const crl = await save('crl', bytes('/crl/credenciales.crl', 'application/pkix-crl'), 'crl');
    const verify = async (name: string, certificate: Uint8Array): Promise<string> => {
      const leaf = await save(name, certificate, 'x509');
      const lists = ['-CRLfile', rootCrl, '-CRLfile', crl, '-crl_check_all'];
      return ask('openssl', ['verify', '-x509_strict', ...lists, '-CAfile', root, '-untrusted', authority, leaf]).text;
    };
    expect(await verify('good', good.certificate!)).toMatch(/: OK/);
    expect(await verify('bad', bad.certificate!)).toMatch(/certificate revoked/);
  });
});

describe('trust list and status lists', () => {
  test('are what an offline verifier opens, and say the same as the page', async () => {
    const { serial, statusIndex } = await installation.issue(await installation.register());
    await installation.services.suspendCredential(serial);
    const root = readCertificate(installation.services.charter.root);
    const list = await openTrustList(await bytes('/trust-list', 'application/cbor'), root.key.spki, nodePrimitives);
    expect(list.charter.institution).toBe(installation.services.institution.name);
    const status = await bytes('/status/2', 'application/statuslist+cwt');
    const statuses = inflateStatuses(openStatusList(status), nodePrimitives);
    expect(statusAt(statuses, statusIndex)).toBe('suspended');
  });

  test.for(['/status/0', '/status/4', '/status/01', '/status/1x', '/status/9999999', '/status/'])(
    '%s is nothing',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('the log', () => {
  const tile = (path: string): Promise<Uint8Array> => bytes(`/log/tile/${path}`, 'application/octet-stream');

  test('shows its newest checkpoint, signed', async () => {
    const response = await get('/log/checkpoint');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const key = parseNoteKey(installation.services.charter.logKey, nodePrimitives);
    const checkpoint = await openCheckpoint(await response.text(), key, nodePrimitives);
    const latest = await installation.services.checkpoints.latest();
    expect(checkpoint.size).toBe(latest!.size);
  });

  test('serves the partial tile of every published checkpoint, as it was then, for ever', async () => {
    const { services } = installation;
    const first = await services.publishCheckpoint();
    const before = await tile(`entries/000.p/${first.size}`);
    await installation.register();
    await installation.register();
    const second = await services.publishCheckpoint();
    expect(second.size).toBe(first.size + 2);
    expect(await tile(`entries/000.p/${first.size}`)).toEqual(before);
    expect(decodeEntryBundle(await tile(`entries/000.p/${second.size}`))).toHaveLength(second.size);
    expect((await tile(`0/000.p/${second.size}`)).length).toBe(32 * second.size);
    const response = await get(`/log/tile/0/000.p/${second.size}`);
    expect(response.headers.get('cache-control')).toContain('immutable');
    // Between two checkpoints nothing was ever published.
    expect((await get(`/log/tile/0/000.p/${first.size + 1}`)).status).toBe(404);
  });

  test('does not show what no checkpoint covers yet', async () => {
    const { services } = installation;
    const { size } = await services.publishCheckpoint();
    await installation.register();
    expect((await get(`/log/tile/entries/000.p/${size + 1}`)).status).toBe(404);
  });

  test('serves full tiles once they are', async () => {
    const { services } = installation;
    for (let { size } = await services.log.head(); size < 257; size++) {
      await services.setUnit({ code: `AE/U${size}`, name: 'Unidad', coveredSince: '2026-01-01', parent: 'AE' });
    }
    await services.publishCheckpoint();
    expect(decodeEntryBundle(await tile('entries/000'))).toHaveLength(256);
    expect((await tile('0/000')).length).toBe(32 * 256);
    expect((await tile('1/000.p/1')).length).toBe(32);
    expect((await tile('0/001.p/1')).length).toBe(32);
  });

  test.for([
    ...['0/000.p/0', '0/000.p/256', '0/000.p/257', '0/x000/000', '6/000', '-1/000', '0/001', '1/000', '5/000.p/1'],
    ...['entries/x999/x999/x999/x999/999', '0/000/', '0/000?x', '%30/000.p/1', '0', ''],
  ])('tile/%s is nothing', async (path) => {
    const asked = path.includes('?') ? `0/999${path.slice(path.indexOf('?'))}` : path;
    expect((await get(`/log/tile/${asked}`)).status).toBe(404);
  });
});

describe('the privacy notice', () => {
  test('says of every line of what is kept what it is, what for, and until when, in both languages', async () => {
    for (const [language, erased, kept] of [
      ['es', 'se borra a los 5 años, desde el oficio', 'se conserva'],
      ['en', 'erased 5 years after the letter', 'kept: nothing'],
    ] as const) {
      const page = await (await get(`/privacidad?lang=${language}`)).text();
      expect(page.match(/<li><h3>/g)).toHaveLength(RETENTION.filter(({ of }) => of !== 'nobody').length);
      for (const said of [erased, kept, '</footer>', installation.services.institution.name])
        expect(page).toContain(said);
    }
  });

  test('is one link away from every page', async () => {
    expect(await (await get('/')).text()).toContain('href="/privacidad?lang=es"');
    expect(await (await get('/?lang=en')).text()).toContain('href="/privacidad?lang=en"');
  });
});
