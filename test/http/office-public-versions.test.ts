import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOffice } from '../../src/http/office/app.ts';
import { BLACK_BOX, blackedOut, textAt } from '../support/blacked-out.ts';
import { makeLetterDesk, type LetterDesk } from '../support/letter-desk.ts';
import { loggedIn, type OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { ORIGIN } from '../support/production-office.ts';
import { appOver } from '../support/public-app.ts';

/* The page on which a clerk publishes the public version of a letter, and where anybody reads it. */

const HOSTILE = '<script>alert("x")</script> art. 115';
let made: LetterDesk;
let opened: OpenedOffice;
let clerk: OfficeBrowser;
let path: string;
let keys = 0;

beforeAll(async () => {
  made = await makeLetterDesk();
  opened = officeOver(made.office.services);
  clerk = await browserOf('clerk');
  path = `/oficina/oficios/${made.letter.id}/version-publica`;
}, 180_000);
afterAll(() => {
  expect(opened.failures).toEqual([]);
  made.office.remove();
});

function browserOf(name: Parameters<LetterDesk['who']>[0]): Promise<OfficeBrowser> {
  return loggedIn(opened, made.who(name));
}

function formOf(document: Uint8Array = blackedOut(), more: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries({ key: `form number ${keys++}`, ground: HOSTILE, ...more }))
    form.set(name, value);
  form.set('document', new File([new Uint8Array(document)], 'tachado.pdf', { type: 'application/pdf' }));
  return form;
}

const shown = async (browser: OfficeBrowser): Promise<string> => (await browser.get(path)).text();
async function confirm(asked: Response): Promise<void> {
  expect([asked.status, await asked.text()]).toEqual([303, '']);
  const id = /\/oficina\/solicitudes\/([0-9a-f]+)$/.exec(asked.headers.get('location')!)![1]!;
  expect((await clerk.confirm(made.who('clerk'), id)).status).toBe(200);
}
const asked = (address: string): Promise<Response> =>
  Promise.resolve(
    withOffice(
      appOver(made.office.services).app.fetch,
      opened.app.fetch,
      ORIGIN,
    )(new Request(`${ORIGIN}${address}`), {}),
  );

test('is published with the passkey of the clerk, and read by anybody who has the letter', async () => {
  expect(await shown(clerk)).toContain('Todavía ninguna');
  await confirm(await clerk.upload(path, formOf()));
  const page = await shown(clerk);
  expect(page).toContain('Publicada');
  expect(page).not.toContain(HOSTILE);
  const [, file] = /href="(\/version-publica\/[0-9a-f]{16}\.pdf)"/.exec(page)!;
  const { pathname } = new URL(made.letter.seal!);
  const letter = await (await asked(pathname)).text();
  expect(letter).toContain(`href="${file}"`);
  expect(letter).toContain('Leer la versión pública');
  expect(letter).not.toContain(HOSTILE);
  const read = await asked(file!);
  expect([read.status, read.headers.get('content-type'), read.headers.get('cache-control')]).toEqual([
    200,
    'application/pdf',
    'no-store',
  ]);
  expect(read.headers.get('content-disposition')).toContain('attachment');
  expect(new Uint8Array(await read.arrayBuffer())).toEqual(blackedOut());
  for (const other of ['0'.repeat(16), '../../etc', '%2e%2e']) {
    expect((await asked(`/version-publica/${other}.pdf`)).status).toBe(404);
  }
});

test('is told for what it is to whoever sends it to the page', async () => {
  const form = new FormData();
  form.set('pdf', new File([new Uint8Array(blackedOut())], 'version.pdf', { type: 'application/pdf' }));
  const app = appOver(made.office.services).app;
  const page = await (
    await app.request(`${ORIGIN}/documentos`, { method: 'POST', body: form, headers: { origin: ORIGIN } })
  ).text();
  expect(page).toContain(`Es la versión pública del oficio ${made.letter.folio}.`);
  expect(page).toContain('El oficio que se firmó dice más');
  expect(page).not.toContain('Aviso de obra');
});

test('is refused in place with page and text, until somebody says that they looked', async () => {
  const covered = blackedOut({ content: textAt(72, 700, 'CURP XEXX010101') + BLACK_BOX });
  const refused = await clerk.upload(path, formOf(covered), 'application/json');
  expect(await refused.json()).toMatchObject({
    code: 'oficio/public-version-covered',
    facts: { page: 1, text: 'CURP XEXX010101' },
  });
  await confirm(await clerk.upload(path, formOf(covered, { acceptCovered: 'yes' })));
  expect(await shown(clerk)).toContain('Se cambió por otra');
});

test('is withdrawn, and then given to nobody', async () => {
  const [, file] = /href="(\/version-publica\/[0-9a-f]{16}\.pdf)"/.exec(await shown(clerk))!;
  const own = /[0-9a-f]{16}/.exec(file!)![0];
  await confirm(await clerk.submit(`${path}/${own}/retirar`, { reason: 'Faltó tachar' }));
  expect(await shown(clerk)).toContain('Retirada');
  expect((await asked(file!)).status).toBe(404);
});

test('is only looked at by auditors and signers, and not by another unit or from another site', async () => {
  for (const name of ['auditor', 'signer'] as const) {
    const browser = await browserOf(name);
    expect(await shown(browser)).not.toContain('id="publicar"');
    expect((await browser.upload(path, formOf())).status).toBe(403);
  }
  const stranger = await browserOf('stranger');
  expect((await stranger.get(path)).status).toBe(403);
  expect((await stranger.upload(path, formOf())).status).toBe(403);
  clerk.origin = 'https://elsewhere.example';
  expect((await clerk.upload(path, formOf())).status).toBe(403);
  clerk.origin = ORIGIN;
});
