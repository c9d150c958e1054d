import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseMailAddress } from '../../src/directory/contact.ts';
import { EVIDENCE_KINDS } from '../../src/directory/distinctive/distinctive.ts';
import { dayInMexicoCity, unixSeconds } from '../../src/core/time.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { parseSmtpUrl } from '../../src/notice/smtp-server.ts';
import { letter as emptyPdf } from '../pdf/build.ts';
import { staffApp } from '../../src/http/staff/app.ts';
import { clerksDay, type ClerksDay } from '../support/clerks-day.ts';
import { MailServer, type TakenMail } from '../support/mail-server.ts';
import { fieldIn, loggedIn, type OfficeBrowser, officeOver, type OpenedOffice } from '../support/office-browser.ts';
import { ORIGIN, type Person } from '../support/production-office.ts';

const API = '/api/v1/staff';
const DAY = 86_400;

let server: MailServer;
let day: ClerksDay;
let opened: OpenedOffice;

const mailOf = (who: string): string => `${who}@alcaldia.example`;

beforeAll(async () => {
  server = await MailServer.start();
  const mail = { server: parseSmtpUrl(`smtp://127.0.0.1:${server.port}`)!, from: parseMailAddress(mailOf('avisos'))! };
  day = await clerksDay({ mail });
  opened = officeOver(day.office.services);
  const { hr, approver, clerk, signer, office } = day;
  const people: readonly (readonly [string, Person])[] = [
    ...([
      ['hr', hr],
      ['approver', approver],
      ['clerk', clerk],
      ['signer', signer],
      ['ana', office.founders[0]],
    ] as const),
  ];
  for (const [name, { id }] of people) {
    await office.services.notices.setAddress(id, parseMailAddress(mailOf(name))!, 'operator');
  }
  await sent();
}, 120_000);
afterAll(async () => {
  day.office.remove();
  await server.close();
  expect(opened.failures).toEqual([]);
});
beforeEach(() => {
  server.taken.length = 0;
});

/** What a turn of the service sends, after so many seconds. */
async function sent(seconds = 301): Promise<TakenMail[]> {
  const { office } = day;
  office.time.laterSeconds += seconds;
  await office.services.notices.collect();
  const report = await office.services.notices.deliver();
  expect(report.failed).toEqual([]);
  return server.taken.splice(0);
}

const of = (mails: readonly TakenMail[], who: string): TakenMail[] =>
  mails.filter(({ to }) => to.includes(mailOf(who)));

function browserOf(person: Person): Promise<OfficeBrowser> {
  return loggedIn(opened, person);
}

/** A letter that waits for its signer, as the clerk makes one: its id, and that of the request. */
async function letterWaits(subject: string): Promise<{ readonly id: string; readonly approval: string }> {
  const browser = await browserOf(day.clerk);
  const form = new FormData();
  const key = fieldIn(await (await browser.get('/oficina/oficios/nuevo')).text(), 'key');
  const all = { type: 'oficio', money: 'no', subject, signerId: day.signerId, key };
  for (const [name, value] of Object.entries(all)) form.set(name, value);
  form.set('document', new File([new Uint8Array(emptyPdf())], 'carta.pdf', { type: 'application/pdf' }));
  const answer = await browser.upload('/oficina/oficios/nuevo', form);
  const id = answer.headers.get('location')!.split('/').at(-1)!;
  const page = await (await (await browserOf(day.signer)).get(`/oficina/oficios/${id}`)).text();
  return { id, approval: /solicitudes\/([0-9a-f]{32})"/.exec(page)![1]! };
}

describe('whoever logs in', () => {
  test('where they were not seen before is told so, once', async () => {
    await browserOf(day.hr);
    await browserOf(day.hr);
    const mails = await sent();
    expect(mails.map(({ to }) => to)).toEqual([[mailOf('hr')]]);
    expect(mails[0]!.text).toContain('Firefox');
    await browserOf(day.hr);
    expect(await sent()).toEqual([]);
    for (const person of [day.clerk, day.signer, day.approver]) await browserOf(person);
    expect((await sent()).length).toBe(3);
  });
});

describe('a request', () => {
  test('is told to whoever signs it and to nobody else, several in one message, each once', async () => {
    await letterWaits('Poda de árboles en la calle');
    const { approval } = await letterWaits('Otro asunto');
    const mails = await sent();
    expect(mails.map(({ to }) => to)).toEqual([[mailOf('signer')]]);
    const [mail] = mails;
    expect(mail!.headers.get('subject')).toContain('2 solicitudes esperan');
    expect(mail!.text).toContain('- Firmar un oficio');
    expect(mail!.text).toContain(`${ORIGIN}/oficina/solicitudes`);
    // Neither what it is about nor who asks.
    expect(mail!.text).not.toMatch(/Poda|Otro asunto|Carlos/);
    expect(await sent()).toEqual([]);
    const answer = await (await browserOf(day.signer)).confirm(day.signer, approval);
    expect(answer.status).toBe(200);
    const acts = await sent();
    expect(acts.map(({ to }) => to)).toEqual([[mailOf('signer')]]);
    expect(acts[0]!.headers.get('subject')).toContain('Actos en su nombre');
    expect(acts[0]!.text).toMatch(/- Oficio firmado, folio \S+, .* \(asiento \d+\)/);
    expect(await sent()).toEqual([]);
  });

  test('that needs a second person is told to those who could be it, not to those who could have asked', async () => {
    const { office } = day;
    const other = await office.enrol('Hugo Sol', ['hr']);
    await office.services.notices.setAddress(other.id, parseMailAddress(mailOf('hugo'))!, 'operator');
    await sent();
    const asHr = await browserOf(day.hr);
    const body = { officialId: day.signerId, kind: 'staff', days: 20, idempotencyKey: 'of Inés Robles' };
    const answer = await asHr.post(`${API}/credentials`, body);
    expect(answer.status).toBe(202);
    const { approval } = (await answer.json()) as { readonly approval: { readonly id: string } };
    const mails = await sent();
    expect(mails.map(({ to }) => to).toSorted()).toEqual([[mailOf('ana')], [mailOf('approver')]]);
    expect((await asHr.confirm(day.hr, approval.id)).status).toBe(202);
    expect((await (await browserOf(day.approver)).confirm(day.approver, approval.id)).status).toBe(200);
    await office.services.notices.setAddress(other.id, undefined, 'operator');
    // Each of those who willed it, and the one whose credential it is.
    const acts = (await sent()).filter(({ to }) => !to.includes(mailOf('hugo')));
    expect(acts.map(({ to }) => to).toSorted()).toEqual([[mailOf('approver')], [mailOf('hr')], [mailOf('signer')]]);
    expect(of(acts, 'signer')[0]!.text).toContain('- Credencial emitida');
    expect(of(acts, 'signer')[0]!.text).not.toContain('Con su llave');
  });

  test('that ended before it was sent is not told', async () => {
    const { approval } = await letterWaits('Se retira');
    await day.office.services.notices.collect();
    day.office.time.laterSeconds += 61;
    await day.office.services.notices.collect();
    const asSigner = await browserOf(day.signer);
    await asSigner.submit(`/oficina/solicitudes/${approval}/rechazar`, { why: 'Falta un anexo' });
    expect(of(await sent(), 'signer')).toEqual([]);
  });
});

test('whoever gets another passkey, roles, or loses both is told', async () => {
  const { office, approver } = day;
  const { services } = office;
  await office.act(office.founders, () =>
    services.access.setRoles(approver.id, [{ role: 'approver', from: dayInMexicoCity(systemClock()) }]),
  );
  const mails = await sent();
  expect(of(mails, 'approver')[0]!.text).toContain('Se hizo, sobre usted:\n- Permisos dados o quitados');
  expect(of(mails, 'ana')[0]!.text).toContain('Con su llave de acceso se autorizó:\n- Permisos dados o quitados');
  expect(of(mails, 'hr')).toEqual([]);
});

describe('what expires', () => {
  test('is told at 60, 30 and 7 days, once each, to the holder and to human resources', async () => {
    const { office, hr, approver, signerId } = day;
    const until = dayInMexicoCity(unixSeconds(office.services.clock() + 100 * DAY));
    await office.act([hr, approver], () =>
      office.services.distinctives.grant({
        officialId: signerId,
        evidence: EVIDENCE_KINDS.map((kind) => ({ kind, until })),
      }),
    );
    await sent();
    const told: [number, string[]][] = [];
    let passed = 0;
    for (const days of [39, 41, 69, 71, 92, 94, 99]) {
      const mails = (await sent((days - passed) * DAY)).filter(({ text }) => text.includes('Distintivo'));
      told.push([days, mails.map(({ to }) => to[0]!.split('@')[0]!).toSorted()]);
      passed = days;
      for (const mail of of(mails, 'hr')) {
        expect(mail.text).toContain(signerId);
        expect(mail.text).not.toContain('Inés');
      }
    }
    const both = ['hr', 'signer'];
    expect(told).toEqual([
      [39, []],
      [41, both],
      [69, []],
      [71, both],
      [92, []],
      [94, both],
      [99, []],
    ]);
  });
});

describe('an address', () => {
  test('is given by each person in the page of their own, and shown to nobody else', async () => {
    const { office, second, hr } = day;
    const browser = await browserOf(second);
    const submit = (typed: string): Promise<Response> => browser.submit('/oficina/correo', { address: typed });
    expect(await (await browser.get('/oficina')).text()).toContain('No ha dado ningún correo');
    expect((await submit(` ${mailOf('raul')} `)).status).toBe(303);
    expect(await (await browser.get('/oficina')).text()).toContain(`value="${mailOf('raul')}"`);
    for (const wrong of ['raul', 'a@b.example\r\nBcc: c@d.example', '"><script>@x.example']) {
      const answer = await submit(wrong);
      expect([answer.status, (await answer.text()).includes('directory/mail-malformed')]).toEqual([422, true]);
    }
    const asHr = await browserOf(hr);
    for (const path of ['/oficina', '/oficina/personas', `${API}/people`]) {
      expect(await (await asHr.get(path)).text(), path).not.toContain(mailOf('raul'));
    }
    await sent();
    expect((await submit('')).status).toBe(303);
    const [mail] = of(await sent(), 'raul');
    expect(mail!.text).toContain('se cambió desde su sesión');
    expect(await office.services.notices.addressOf(second.id)).toBeUndefined();
  });

  test('is not set by a page of somebody else', async () => {
    const browser = await browserOf(day.second);
    browser.origin = 'https://ladron.example';
    expect((await browser.submit('/oficina/correo', { address: mailOf('ladron') })).status).toBe(403);
    expect(await day.office.services.notices.addressOf(day.second.id)).toBeUndefined();
  });

  test('is set by operators for others, and by no other role', async () => {
    const { office, second, hr, clerk } = day;
    const path = `${API}/people/${second.id}/address`;
    const atSocket = (body: object, to = path): Response | Promise<Response> =>
      staffApp(office.services).request(`${ORIGIN}${to}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    for (const person of [hr, clerk, second]) {
      const answer = await (await browserOf(person)).post(path, { address: mailOf('otra') });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'access/role-missing']);
    }
    expect((await atSocket({ address: mailOf('raul') })).status).toBe(200);
    expect(await office.services.notices.addressOf(second.id)).toBe(mailOf('raul'));
    const unknown = await atSocket({ address: mailOf('raul') }, `${API}/people/${'0'.repeat(32)}/address`);
    expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([404, 'access/person-unknown']);
    const founder = `${API}/people/${office.founders[1].id}/address`;
    expect((await atSocket({ address: mailOf('luis') }, founder)).status).toBe(200);
    await office.services.notices.setAddress(office.founders[1].id, undefined, 'operator');
    await sent();
  });

  test('is in what a person is told of themselves, and ends with their access', async () => {
    const { office, second } = day;
    const { services } = office;
    const answer = await staffApp(services).request(`${ORIGIN}${API}/personal-data?person=${second.id}`);
    const { parts } = (await answer.json()) as { parts: { line: string; items: object[] }[] };
    expect(parts.find(({ line }) => line === 'mail-addresses')?.items).toEqual([{ address: mailOf('raul') }]);
    await services.personal.sweep({ isTrial: false });
    expect(await services.notices.addressOf(second.id)).toBe(mailOf('raul'));
    await office.act([day.hr], () => services.access.endAccess(second.id, { scope: 'person', reason: 'left' }));
    expect(of(await sent(), 'raul')[0]!.text).toContain('- Acceso terminado');
    const { lines } = await services.personal.sweep({ isTrial: false });
    expect(lines.find(({ line }) => line === 'mail-addresses')).toMatchObject({ due: 1, erased: 1, failed: 0 });
    expect(await services.notices.addressOf(second.id)).toBeUndefined();
  });
});

test('operators try the setting, and are told how it is answered, and what waits without whom it is for', async () => {
  const app = staffApp(day.office.services);
  const tried = async (): Promise<readonly [number, unknown]> => {
    const answer = await app.request(`${ORIGIN}${API}/notices/test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ to: mailOf('prueba') }),
    });
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };
  expect(await tried()).toEqual([200, undefined]);
  expect(server.taken[0]!.headers.get('subject')).toContain('Prueba de avisos');
  server.faults.push({ at: 'recipient', reply: 550 });
  expect(await tried()).toEqual([409, 'notice/refused']);
  server.faults.push({ at: 'broken' });
  expect(await tried()).toEqual([503, 'notice/not-delivered']);
  await letterWaits('Uno más');
  day.office.time.laterSeconds += 61;
  await day.office.services.notices.collect();
  const listed = await (await app.request(`${ORIGIN}${API}/notices`)).text();
  const { isOn, notices } = JSON.parse(listed) as { isOn: boolean; notices: object[] };
  expect([isOn, notices[0]]).toMatchObject([true, { kind: 'requests', state: 'waiting', tries: 0 }]);
  expect(listed).not.toMatch(/alcaldia\.example|Inés/);
});
