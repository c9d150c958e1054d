import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkActs, checkLetter, Differs, signsLetter } from '../../src/http/client/check-shown.ts';
import { browserPrimitives } from '../../src/http/client/primitives.ts';
import type { ShownApproval } from '../../src/http/staff/approval-views.ts';
import { letter as emptyPdf } from '../pdf/build.ts';
import { clerksDay, type ClerksDay } from '../support/clerks-day.ts';
import { fieldIn, loggedIn, type OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import type { Person } from '../support/production-office.ts';

const API = '/api/v1/staff';
const SCRIPT = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>';

let day: ClerksDay;
let opened: OpenedOffice;
let asClerk: OfficeBrowser;
let asSigner: OfficeBrowser;

beforeAll(async () => {
  day = await clerksDay();
  opened = officeOver(day.office.services);
  asClerk = await browserOf(day.clerk);
  asSigner = await browserOf(day.signer);
}, 120_000);
afterAll(() => {
  day.office.remove();
  expect(opened.failures).toEqual([]);
});

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

type Fields = Readonly<Record<string, string>>;

async function formOf(fields: Fields, document: Uint8Array | undefined = emptyPdf()): Promise<FormData> {
  const form = new FormData();
  const key = fields['key'] ?? fieldIn(await (await asClerk.get('/oficina/oficios/nuevo')).text(), 'key');
  const all = { type: 'oficio', money: 'no', subject: 'Poda de árboles', signerId: day.signerId, ...fields, key };
  for (const [name, value] of Object.entries(all)) form.set(name, value);
  if (document) form.set('document', new File([new Uint8Array(document)], 'carta.pdf', { type: 'application/pdf' }));
  return form;
}

/** A letter that waits for its signer: its id. */
async function made(fields: Fields = {}): Promise<string> {
  const answer = await asClerk.upload('/oficina/oficios/nuevo', await formOf(fields));
  expect(answer.status).toBe(303);
  return /\/oficina\/oficios\/([0-9a-f]{16})$/.exec(answer.headers.get('location')!)![1]!;
}

async function pageOf(browser: OfficeBrowser, path: string): Promise<string> {
  const answer = await browser.get(`/oficina${path}`);
  expect(answer.status).toBe(200);
  return answer.text();
}

/** What waits for whoever looks at a letter. */
async function waitingOn(browser: OfficeBrowser, id: string): Promise<string> {
  return /solicitudes\/([0-9a-f]{32})"/.exec(await pageOf(browser, `/oficios/${id}`))![1]!;
}

async function signed(fields: Fields = {}): Promise<string> {
  const id = await made(fields);
  const answer = await asSigner.confirm(day.signer, await waitingOn(asSigner, id));
  expect(answer.status).toBe(200);
  return id;
}

async function refused(fields: Fields, document?: Uint8Array): Promise<{ code: string; field: unknown }> {
  const answer = await asClerk.upload('/oficina/oficios/nuevo', await formOf(fields, document), 'application/json');
  const { code, facts } = (await answer.json()) as { code: string; facts: { field?: unknown } };
  return { code, field: facts.field };
}

describe('a new letter', () => {
  test('begins on an empty page, waits for its signer, and is signed, downloaded and shared', async () => {
    expect(await pageOf(asClerk, '/oficios')).toContain('Hacer el primer oficio');
    const id = await made();
    const page = await pageOf(asClerk, `/oficios/${id}`);
    expect(page).toContain('AE/DX/0001/2026');
    expect(page).toContain('Falta la firma');
    expect(page).toContain('Espera a Inés Robles');
    expect(await pageOf(asSigner, '/oficios')).toContain('Firmar los que marqué');
    expect((await asSigner.confirm(day.signer, await waitingOn(asSigner, id))).status).toBe(200);
    const after = await pageOf(asClerk, `/oficios/${id}`);
    expect(after).toContain('Firmado y vigente');
    const file = await asClerk.get(`/oficina/oficios/${id}/pdf`);
    expect(file.headers.get('content-disposition')).toContain('AE-DX-0001-2026.pdf');
    const verdict = await day.office.services.verifyPdf(new Uint8Array(await file.arrayBuffer()));
    expect(verdict.verdict).toBe('valid');
  });

  test('has no type and no amount until somebody says so', async () => {
    expect(await refused({ type: '' })).toEqual({ code: 'http/malformed', field: 'type' });
    expect(await refused({ money: '' })).toEqual({ code: 'http/malformed', field: 'money' });
    expect(await refused({ money: 'yes', amount: '' })).toEqual({ code: 'oficio/amount-malformed', field: 'amount' });
    expect((await refused({ money: 'no', amount: '1250' })).field).toBe('money');
  });

  test('is refused at the field that is wrong', async () => {
    expect(await refused({ subject: '  ' })).toEqual({ code: 'oficio/subject-malformed', field: 'subject' });
    expect(await refused({ expires: '2020-01-01' })).toEqual({ code: 'oficio/expires-in-past', field: 'expires' });
    expect((await refused({ folio: 'nada' })).field).toBe('folio');
    expect((await refused({ signerId: 'AAAAAAAA' })).field).toBe('signerId');
    expect(await refused({ page: '7', left: '10', top: '10' })).toEqual({ code: 'seal/outside-page', field: 'page' });
  });

  test('has its seal by hand only where nothing is printed, unless somebody says so', async () => {
    const printed = emptyPdf('0 0 600 790 re f');
    const place = { page: '1', left: '10', top: '10' };
    expect(await refused(place, printed)).toEqual({ code: 'seal/covers', field: 'page' });
    const sent = await asClerk.upload('/oficina/oficios/nuevo', await formOf({ ...place, cover: 'yes' }, printed));
    expect(sent.status).toBe(303);
  });

  test('says whom it is for and who comes, and half a visit is asked for at its field', async () => {
    const [from, to] = [2, 3].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16));
    const visit = { visitPlace: 'Calle Uno 1', visitFrom: from!, visitTo: to!, visitors: `${day.signerId}\n` };
    const id = await made({ type: 'orden-de-visita', to: 'Ana Luz', toPost: 'Propietaria', ...visit });
    const told = async (path: string): Promise<object> => (await (await asClerk.get(`${API}${path}`)).json()) as object;
    const { items } = (await told('/oficios/search')) as { items: readonly object[] };
    expect(items[0]).toMatchObject({ addressee: 'kept', visit: { officials: [day.signerId] } });
    expect(await told(`/oficios/${id}/delivery`)).toMatchObject({ addressee: { name: 'Ana Luz' } });
    const order = { type: 'orden-de-visita' };
    expect(await refused({ ...order, ...visit, visitors: '' })).toMatchObject({ field: 'visitors' });
    expect(await refused({ ...order, ...visit, visitors: 'NADIE000' })).toMatchObject({ field: 'visitors' });
    expect(await refused({ ...order, ...visit, visitTo: from! })).toMatchObject({ field: 'visitFrom' });
    expect(await refused({ ...order, ...visit, visitFrom: '2026-02-30T10:00' })).toMatchObject({ field: 'visitFrom' });
    expect(await refused({ ...order, toPost: 'Propietaria' })).toMatchObject({ field: 'to' });
    expect(await refused({ ...visit, type: 'oficio' })).toMatchObject({ field: 'type' });
  });

  test('is made of a PDF and of nothing else', async () => {
    for (const bytes of ['PK\x03\x04', '<html>', '%PDF-1.7 but no more', '\x89PNG\r\n']) {
      const { code, field } = await refused({}, new TextEncoder().encode(bytes));
      expect([field, code.split('/')[0]]).toEqual(['document', 'pdf']);
    }
    const form = await formOf({});
    form.delete('document');
    expect((await asClerk.upload('/oficina/oficios/nuevo', form)).status).toBe(400);
  });

  test('says the same on the page of a browser without scripts, and keeps what was typed', async () => {
    const answer = await asClerk.upload(
      '/oficina/oficios/nuevo',
      await formOf({ subject: 'Bacheo', expires: '2020-01-01' }),
    );
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain('value="Bacheo"');
    expect(page).toContain('id="expires-bad"');
  });

  test('of one form is one letter, however often it is sent', async () => {
    const form = await formOf({ subject: 'Una sola vez' });
    const sent = await Promise.all([1, 2, 3].map(() => asClerk.upload('/oficina/oficios/nuevo', form)));
    expect(new Set(sent.map((one) => one.headers.get('location'))).size).toBe(1);
    const found = await pageOf(asClerk, '/oficios?texto=sola+vez');
    expect(found.match(/<li class="card"><h3>/g)).toHaveLength(1);
  });

  test('that is too long is cut before it is read', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        if (pulled > 200) controller.close();
        else controller.enqueue(new Uint8Array(1 << 20));
      },
    });
    const cookie = [...asClerk.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await opened.app.request(`${asClerk.origin}/oficina/oficios/nuevo`, {
      ...{ method: 'POST', body, duplex: 'half' },
      headers: {
        cookie,
        origin: asClerk.origin,
        'content-type': 'multipart/form-data; boundary=x',
        accept: 'application/json',
      },
    } as RequestInit);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'http/too-large']);
    expect(pulled).toBeLessThan(40);
  });

  test('shows script in any field as text', async () => {
    const id = await made({ subject: SCRIPT });
    for (const path of [`/oficios/${id}`, '/oficios', `/oficios?texto=${encodeURIComponent(SCRIPT)}`]) {
      expect(await pageOf(asClerk, path)).not.toMatch(/<script>alert|<img/);
    }
    for (const field of ['subject', 'amount', 'folio', 'expires', 'page', 'left', 'type', 'signerId']) {
      const form = await formOf({ expires: '2020-01-01', [field]: SCRIPT });
      expect(await (await asClerk.upload('/oficina/oficios/nuevo', form)).text()).not.toMatch(/<script>alert|<img/);
    }
  });
});

describe('a letter', () => {
  test('of another unit is neither read, nor changed, nor made', async () => {
    const id = await signed({ subject: 'De la dirección' });
    const stranger = await browserOf(day.stranger);
    expect((await stranger.get(`/oficina/oficios/${id}`)).status).toBe(403);
    expect((await stranger.get(`/oficina/oficios/${id}/pdf`)).status).toBe(403);
    expect(await pageOf(stranger, '/oficios')).not.toContain('De la dirección');
    const before = await day.office.services.log.size();
    for (const [act, body] of [
      ['cancelar', { reason: 'x' }],
      ['sustituir', { reason: 'x', by: 'AE/DX/0001/2026' }],
      ['otra-firma', { signerId: day.secondId }],
      ['mandar', {}],
    ] as const) {
      expect((await stranger.submit(`/oficina/oficios/${id}/${act}`, body)).status, act).toBe(403);
    }
    expect((await stranger.upload('/oficina/oficios/nuevo', await formOf({}))).status).toBe(403);
    expect(await day.office.services.log.size()).toBe(before);
  });

  test('is signed by nobody but its signer', async () => {
    const id = await made({ subject: 'Para Inés' });
    const approval = await waitingOn(asSigner, id);
    const asSecond = await browserOf(day.second);
    expect((await asSecond.get(`/oficina/solicitudes/${approval}`)).status).toBe(403);
    const together = await asSecond.post(`${API}/approvals/together`, { approvals: [approval] });
    expect(together.status).toBe(403);
    expect((await asClerk.submit('/oficina/oficios/firmar', { approval })).status).toBe(403);
  });

  test('that was declined is sent once more, under the same folio', async () => {
    const id = await made({ subject: 'Otra vez' });
    const approval = await waitingOn(asSigner, id);
    await asSigner.submit(`/oficina/solicitudes/${approval}/rechazar`, { why: 'Falta un anexo' });
    expect(await pageOf(asClerk, `/oficios/${id}`)).toContain('Volver a mandarlo a firma');
    expect((await asClerk.submit(`/oficina/oficios/${id}/mandar`, {})).status).toBe(303);
    expect((await asClerk.submit(`/oficina/oficios/${id}/mandar`, {})).status).toBe(303);
    const again = await waitingOn(asSigner, id);
    expect((await asSigner.confirm(day.signer, again)).status).toBe(200);
    expect(await pageOf(asClerk, `/oficios/${id}`)).toContain('Firmado y vigente');
  });

  test('is signed together with others after one review', async () => {
    const ids = [await made({ subject: 'Uno' }), await made({ subject: 'Dos' })];
    const approvals = [await waitingOn(asSigner, ids[0]!), await waitingOn(asSigner, ids[1]!)];
    const answer = await asSigner.submit('/oficina/oficios/firmar', { approval: approvals });
    const [, together = ''] = /solicitudes\/([0-9a-f]{32})$/.exec(answer.headers.get('location')!) ?? [];
    expect((await asSigner.confirm(day.signer, together)).status).toBe(200);
    for (const id of ids) expect(await pageOf(asClerk, `/oficios/${id}`)).toContain('Firmado y vigente');
  });

  test('is not signed with others once it was taken back', async () => {
    const ids = [await made({ subject: 'Va' }), await made({ subject: 'No va' })];
    const approvals = [await waitingOn(asSigner, ids[0]!), await waitingOn(asSigner, ids[1]!)];
    const answer = await asSigner.submit('/oficina/oficios/firmar', { approval: approvals });
    const [, together = ''] = /solicitudes\/([0-9a-f]{32})$/.exec(answer.headers.get('location')!) ?? [];
    await asClerk.submit(`/oficina/solicitudes/${approvals[1]!}/rechazar`, { why: 'Tiene un error' });
    expect((await asSigner.confirm(day.signer, together)).ok).toBe(false);
    for (const id of ids) expect(await pageOf(asClerk, `/oficios/${id}`)).not.toContain('Firmado y vigente');
    expect(await (await asSigner.submit('/oficina/oficios/firmar', {})).text()).toContain('No marcó ningún oficio');
  });

  test('is countersigned by whom the clerk asked, and shown to them only then', async () => {
    const id = await signed({ subject: 'De dos' });
    const asSecond = await browserOf(day.second);
    expect((await asSecond.get(`/oficina/oficios/${id}`)).status).toBe(403);
    await asClerk.submit(`/oficina/oficios/${id}/otra-firma`, { signerId: day.secondId });
    expect(await pageOf(asClerk, `/oficios/${id}`)).toContain('Espera a Raúl Cano');
    const approval = await waitingOn(asSecond, id);
    const shown = (await (await asSecond.get(`/api/v1/staff/approvals/${approval}`)).json()) as ShownApproval;
    const { records } = await checkActs(shown, browserPrimitives);
    expect([records.map(signsLetter), shown.letters]).toMatchObject([[true], [{ id }]]);
    const answer = await asSecond.get(`/oficina/solicitudes/${approval}/oficios/${id}`);
    const file = new Uint8Array(await answer.arrayBuffer());
    checkLetter(records[0]!, id, file, browserPrimitives);
    // Of another letter, or with another byte where the first signature is: not what is asked for.
    expect(() => checkLetter(records[0]!, '0'.repeat(16), file, browserPrimitives)).toThrow(Differs);
    file[Math.floor(file.length / 2)]! ^= 1;
    expect(() => checkLetter(records[0]!, id, file, browserPrimitives)).toThrow(Differs);
    expect((await asClerk.get(`/oficina/solicitudes/${approval}/oficios/${'0'.repeat(16)}`)).status).toBe(404);

    expect((await asSecond.confirm(day.second, approval)).status).toBe(200);
    expect(await pageOf(asSecond, `/oficios/${id}`)).toContain('También lo firmó Raúl Cano');
    const after = await asSecond.get(`/oficina/solicitudes/${approval}/oficios/${id}`);
    expect(after.status).toBe(200);
  });

  test('is cancelled once, by two people at once, and replaced by one that is signed', async () => {
    const id = await signed({ subject: 'Se cancela' });
    const ask = (browser: OfficeBrowser): Promise<Response> =>
      browser.submit(`/oficina/oficios/${id}/cancelar`, { reason: 'Error en la fecha' });
    const [first, second] = [await ask(asClerk), await ask(asSigner)];
    expect(first.headers.get('location')).toBe(second.headers.get('location'));
    expect((await asClerk.confirm(day.clerk, await waitingOn(asClerk, id))).status).toBe(200);
    expect(await pageOf(asClerk, `/oficios/${id}`)).toContain('Error en la fecha');
    expect((await ask(asSigner)).status).toBe(409);

    const [old, next] = [await signed({ subject: 'Viejo' }), await signed({ subject: 'Nuevo' })];
    const page = await pageOf(asClerk, `/oficios/${next}`);
    const folio = /<h1>Oficio ([^<]+)/.exec(page)![1]!;
    const replaced = await asClerk.submit(`/oficina/oficios/${old}/sustituir`, { reason: 'Versión nueva', by: folio });
    expect(replaced.status).toBe(303);
    expect((await asClerk.confirm(day.clerk, await waitingOn(asClerk, old))).status).toBe(200);
    expect(await pageOf(asClerk, `/oficios/${old}`)).toContain('Sustituido por otro');
  });
});

describe('forms of letters', () => {
  test('come from our own pages', async () => {
    const other = await browserOf(day.clerk);
    other.origin = 'https://otra.example';
    expect((await other.upload('/oficina/oficios/nuevo', await formOf({}))).status).toBe(403);
    for (const path of ['/oficios/series', '/oficios/firmar', `/oficios/${'0'.repeat(16)}/cancelar`]) {
      expect((await other.submit(`/oficina${path}`, {})).status, path).toBe(403);
    }
  });

  test('declare a series with its gaps, confirmed with the passkey', async () => {
    const fields = {
      unit: 'AE/DX',
      year: '2027',
      first: '10',
      printed: '11-12, 15',
      gap: '20-22',
      reason: 'Hojas manchadas',
    };
    const answer = await asClerk.submit('/oficina/oficios/series', fields);
    const [, id = ''] = /solicitudes\/([0-9a-f]{32})$/.exec(answer.headers.get('location') ?? '') ?? [];
    expect((await asClerk.confirm(day.clerk, id)).status).toBe(200);
    const page = await pageOf(asClerk, '/oficios/series');
    expect(page).toContain('AE/DX/0010/2027');
    expect(page).toContain('20-22: Hojas manchadas');
    const wrong = await asClerk.submit('/oficina/oficios/series', { ...fields, printed: 'uno' });
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('id="printed-bad"')]);
    const stranger = await browserOf(day.stranger);
    const asked = await stranger.submit('/oficina/oficios/series', { ...fields, year: '2028' });
    const [, theirs = ''] = /solicitudes\/([0-9a-f]{32})$/.exec(asked.headers.get('location') ?? '') ?? [];
    expect((await stranger.confirm(day.stranger, theirs)).status).toBe(403);
  });
});
