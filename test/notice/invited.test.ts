import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openServices } from '../../src/compose.ts';
import { parseMailAddress, type MailAddress } from '../../src/directory/contact.ts';
import { parseSmtpUrl } from '../../src/notice/smtp-server.ts';
import { SoftAuthenticator } from '../doubles/soft-authenticator.ts';
import { MailServer, type TakenMail } from '../support/mail-server.ts';
import { fieldIn, invitedIn, OfficeBrowser, officeOver } from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';

const FROM = parseMailAddress('avisos@alcaldia.example')!;
const CLARA = parseMailAddress('clara.ruiz@alcaldia.example')!;
const DAY = 86_400;

let server: MailServer;
let office: ProductionOffice;
let hr: Person;
let folder: string;

beforeAll(async () => {
  server = await MailServer.start();
  const url = `smtp://127.0.0.1:${server.port}`;
  office = await ProductionOffice.make({ mail: { server: parseSmtpUrl(url)!, from: FROM } });
  hr = await office.enrol('Hilda Rojas', ['hr']);
  folder = mkdtempSync(join(tmpdir(), 'cotejo-notices-'));
});
afterAll(async () => {
  office.remove();
  rmSync(folder, { recursive: true });
  await server.close();
});
beforeEach(() => {
  server.taken.length = 0;
  server.faults.length = 0;
  office.time.laterSeconds = 0;
});

async function browserOf(person: Person): Promise<OfficeBrowser> {
  const browser = new OfficeBrowser(officeOver(office.services));
  await browser.logIn(person);
  return browser;
}

/** As human resources does in the page. */
async function invite(
  name: string,
  address: string,
): Promise<ReturnType<typeof invitedIn> & { readonly token: string; again(): Promise<void> }> {
  const browser = await browserOf(hr);
  const key = fieldIn(await (await browser.get('/oficina/personas')).text(), 'key');
  const fields = { key, name, official: '', role: ['clerk'], unit: '', until: '', address };
  const answer = await browser.submit('/oficina/personas/invitar', fields);
  expect(answer.status).toBe(200);
  const invited = invitedIn(await answer.text());
  const again = async (): Promise<void> => void (await browser.submit('/oficina/personas/invitar', fields));
  return { ...invited, token: invited.path.split('/').at(-1)!, again };
}

/** Everything that a copy of the data would hold. */
function dataHolds(text: string): boolean {
  const walk = (path: string): boolean =>
    readdirSync(path, { withFileTypes: true }).some((one) => {
      const whole = join(path, one.name);
      if (one.isDirectory()) return walk(whole);
      return statSync(whole).isFile() && readFileSync(whole).includes(text);
    });
  return walk(office.config.dataFolder);
}

async function sent(): Promise<TakenMail[]> {
  await office.services.notices.deliver();
  return server.taken.splice(0);
}

describe('whoever is invited', () => {
  test('gets the address to open, once, and the code in no message', async () => {
    const { token, code, again } = await invite('Clara Ruiz', CLARA);
    await again();
    const [mail, ...more] = await sent();
    expect(more).toEqual([]);
    expect([mail!.from, mail!.to]).toEqual([FROM, [CLARA]]);
    expect(mail!.text).toContain(`${ORIGIN}/oficina/invitacion/${token}`);
    const plain = code.replaceAll('-', '');
    for (const secret of [code, plain, plain.toLowerCase()]) expect(mail!.raw).not.toContain(secret);
    expect(mail!.text).toContain('en persona');
    await again();
    expect(await sent()).toEqual([]);
  });

  test('is told by an address of this installation alone', async () => {
    await invite('Ana http://ladron.example/entrar o ladron.example', 'ana@alcaldia.example');
    const [mail] = await sent();
    const links = [...mail!.text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
    expect(mail!.text).not.toMatch(/ladron\.example/);
    expect(links.filter((link) => !link.startsWith(`${ORIGIN}/oficina`))).toEqual([]);
  });

  test('is not told any more once the invitation was used', async () => {
    const { path, code } = await invite('Pedro Paz', 'pedro@alcaldia.example');
    const guest = new OfficeBrowser(officeOver(office.services));
    await guest.submit(path, { code });
    expect(await sent()).toEqual([]);
    expect(await office.services.notices.list()).toEqual([]);
  });

  test('keeps the address for what comes after, and nobody else gets it', async () => {
    const { path, code } = await invite('Rosa Mar', 'rosa@alcaldia.example');
    const guest = new OfficeBrowser(officeOver(office.services));
    await guest.submit(path, { code });
    await guest.makePasskey(new SoftAuthenticator(ORIGIN));
    const [pending] = (await office.services.door.pendingEnrolments()).filter(
      ({ enrolment }) => enrolment.name === 'Rosa Mar',
    );
    expect(await office.services.notices.addressOf(pending!.enrolment.person)).toBe('rosa@alcaldia.example');
    await sent();
  });

  test('gets no notices of a founder by being invited under their name', async () => {
    const [founder] = office.founders;
    const { path, code } = await invite(founder.name.toLowerCase(), 'ladron@evil.example');
    const guest = new OfficeBrowser(officeOver(office.services));
    await guest.submit(path, { code });
    expect((await guest.makePasskey(new SoftAuthenticator(ORIGIN))).status).toBe(200);
    expect(await office.services.notices.addressOf(founder.id)).toBeUndefined();
    await sent();
  });

  test('has an address that is one, or the form says so', async () => {
    const browser = await browserOf(hr);
    const key = fieldIn(await (await browser.get('/oficina/personas')).text(), 'key');
    for (const address of ['no', 'a@b.example\r\nBcc: c@d.example', 'a@b.example, c@d.example']) {
      const fields = { key, name: 'Eva Luz', official: '', role: ['clerk'], unit: '', until: '', address };
      const answer = await browser.submit('/oficina/personas/invitar', fields);
      expect([answer.status, (await answer.text()).includes('directory/mail-malformed')]).toEqual([422, true]);
    }
  });
});

describe('what waits to be sent', () => {
  test('lies in the data with neither address nor token in clear, and is erased once it was sent', async () => {
    const { token } = await invite('Luz Vera', 'luz.vera@alcaldia.example');
    expect(await office.services.notices.list()).toMatchObject([{ kind: 'invitation', state: 'waiting', tries: 0 }]);
    expect(dataHolds(token)).toBe(false);
    expect((await sent()).length).toBe(1);
    expect(await office.services.notices.list()).toEqual([]);
  });

  test('is tried again where the server is busy, under the same id, and less and less often', async () => {
    await invite('Noé Sol', 'noe@alcaldia.example');
    const { notices } = office.services;
    for (const wait of [30, 60, 120]) {
      server.faults.push({ at: 'recipient', reply: 451 });
      expect(await notices.deliver()).toEqual({ sent: 0, failed: [] });
      expect(await notices.deliver()).toEqual({ sent: 0, failed: [] });
      expect(server.faults).toEqual([]);
      expect(await notices.list()).toMatchObject([{ state: 'waiting', reason: 'busy 451' }]);
      office.time.laterSeconds += wait;
    }
    expect((await sent()).length).toBe(1);
  });

  test('is sent again where the answer was lost, and whoever reads it sees that it is one', async () => {
    await invite('Iris Rey', 'iris@alcaldia.example');
    server.faults.push({ at: 'taken-and-broken' });
    const report = await office.services.notices.deliver();
    expect(report).toEqual({ sent: 0, failed: [], outage: { reason: 'connection' } });
    office.time.laterSeconds += 30;
    const ids = (await sent()).map(({ headers }) => headers.get('message-id'));
    expect(ids.length).toBe(2);
    expect(ids[0]).toBe(ids[1]);
    office.time.laterSeconds += DAY;
    expect(await sent()).toEqual([]);
  });

  test('is given up where the server refuses it for good, and told without whom it was for', async () => {
    await invite('Saúl Gil', 'saul@alcaldia.example');
    server.faults.push({ at: 'recipient', reply: 550 });
    const report = await office.services.notices.deliver();
    expect(report).toEqual({ sent: 0, failed: [{ kind: 'invitation', reason: 'recipient', reply: 550 }] });
    expect(JSON.stringify(await office.services.notices.list())).not.toMatch(/saul|Saúl/i);
    office.time.laterSeconds += 2 * 3600;
    expect(await sent()).toEqual([]);
    office.time.laterSeconds += DAY;
    await office.services.personal.sweep({ isTrial: false });
    expect(await office.services.notices.list()).toEqual([]);
  });

  test('is asked of a server that does not answer once a turn, not once a message', async () => {
    for (const name of ['uno', 'dos', 'tres']) await invite(`Tomás ${name}`, `${name}@alcaldia.example`);
    server.faults.push({ at: 'broken' });
    const before = server.connections;
    await office.services.notices.deliver();
    expect(server.connections - before).toBe(1);
    office.time.laterSeconds += 30;
    expect((await sent()).length).toBe(3);
  });
});

test('the address that somebody had before is told that it is another one now, and by whom', async () => {
  const { notices } = office.services;
  const to = (text: string): MailAddress => parseMailAddress(text)!;
  await notices.setAddress(hr.id, to('hilda@alcaldia.example'), 'operator');
  expect(await sent()).toEqual([]);
  await notices.setAddress(hr.id, to('otra@ladron.example'), 'operator');
  await notices.setAddress(hr.id, to('otra@ladron.example'), 'operator');
  const [mail, ...more] = await sent();
  expect([mail!.to, more]).toEqual([['hilda@alcaldia.example'], []]);
  expect(mail!.text).toContain('el personal de sistemas cambió');
  expect(mail!.raw).not.toContain('ladron');
  await notices.setAddress(hr.id, undefined, 'person');
  expect((await sent()).map((one) => one.to)).toEqual([['otra@ladron.example']]);
});

test('without a server nothing is kept to be sent', async () => {
  office.close();
  const { mail: _, ...without } = office.config;
  const services = await openServices(without, undefined, office.encryption);
  try {
    const browser = new OfficeBrowser(officeOver(services));
    await browser.logIn(hr);
    const key = fieldIn(await (await browser.get('/oficina/personas')).text(), 'key');
    const fields = { key, name: 'Inés Paz', official: '', role: ['clerk'], unit: '', until: '', address: CLARA };
    expect((await browser.submit('/oficina/personas/invitar', fields)).status).toBe(200);
    await services.notices.setAddress(hr.id, CLARA, 'person');
    await services.notices.setAddress(hr.id, FROM, 'person');
    expect([services.notices.isOn, await services.notices.list()]).toEqual([false, []]);
    expect(await services.notices.deliver()).toEqual({ sent: 0, failed: [] });
  } finally {
    services.close();
  }
});
