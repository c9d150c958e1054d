import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { smtpMailer } from '../../../src/adapters/mail/smtp.ts';
import { parseMailAddress } from '../../../src/directory/contact.ts';
import type { Mail } from '../../../src/notice/mailer.ts';
import { parseSmtpUrl } from '../../../src/notice/smtp-server.ts';
import { MailServer, type MailServerOptions } from '../../support/mail-server.ts';
import { certify } from '../../support/tls-proxy.ts';

/** Of this machine, and not one of those that are taken for its loopback: here nothing is sent in clear. */
const ELSEWHERE = '127.0.0.2';
const FROM = parseMailAddress('avisos@alcaldia.example')!;
const LOGIN = { user: 'avisos', password: 'p@ss:wörd/1' };
const MAIL: Mail = {
  messageId: '0123456789abcdef0123456789abcdef@verifica.example.mx',
  to: parseMailAddress('clara@alcaldia.example')!,
  fromName: 'Alcaldía de Ejemplo',
  subject: 'Le esperan solicitudes · Alcaldía de Ejemplo',
  text: 'Clara Ruiz:\n\nPor favor, señora: á é í ó ú ñ ¿?\n.\n.. y una línea muy larga '.padEnd(300, 'x') + '\n',
};

let folder: string;
let tls: { readonly key: Buffer; readonly cert: Buffer };
const trusted = getCACertificates('default');
let server: MailServer | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cotejo-mail-'));
  tls = certify(folder, ELSEWHERE);
  setDefaultCACertificates([...trusted, readFileSync(join(folder, 'ca.pem'), 'utf8')]);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => {
  setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true });
});

async function sendThrough(
  { protocol = 'smtp', login, ...options }: MailServerOptions & { readonly protocol?: string },
  { typed = login, mail = MAIL }: { readonly typed?: MailServerOptions['login']; readonly mail?: Mail } = {},
) {
  server = await MailServer.start({ ...options, ...(login && { login }) });
  const auth = typed ? `${encodeURIComponent(typed.user)}:${encodeURIComponent(typed.password)}@` : '';
  const url = `${protocol}://${auth}${options.host ?? '127.0.0.1'}:${server.port}`;
  const mailer = smtpMailer(parseSmtpUrl(url)!, FROM);
  try {
    return { said: await mailer.send(mail), mailer, server };
  } finally {
    mailer.close();
  }
}

describe('a message by SMTP', () => {
  test('goes encrypted, under a login, by STARTTLS, as plain text in UTF-8', async () => {
    const { said, server: one } = await sendThrough({ host: ELSEWHERE, tls, login: LOGIN });
    expect(said).toEqual({ outcome: 'sent' });
    const [taken] = one.taken;
    expect(taken).toMatchObject({ from: FROM, to: [MAIL.to], isEncrypted: true, user: LOGIN.user, text: MAIL.text });
    const { headers } = taken!;
    expect(Object.fromEntries(headers)).toMatchObject({
      from: `Alcaldía de Ejemplo <${FROM}>`,
      to: MAIL.to,
      subject: MAIL.subject,
      'message-id': `<${MAIL.messageId}>`,
      'auto-submitted': 'auto-generated',
      'content-type': 'text/plain; charset=utf-8',
      'content-transfer-encoding': 'quoted-printable',
    });
    // RFC 5322 §2.1.1: no line is longer than 78 signs, and nothing in it is not ASCII.
    expect(taken!.raw).toMatch(/^[\x20-\x7e\r\n]*$/);
    expect(Math.max(...taken!.raw.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(78);
  });

  test('goes by TLS from the first byte', async () => {
    const { said, server: one } = await sendThrough({ protocol: 'smtps', host: ELSEWHERE, tls, secure: true });
    expect(said).toEqual({ outcome: 'sent' });
    expect(one.taken[0]!.isEncrypted).toBe(true);
  });

  test('goes in clear to this very machine alone', async () => {
    const { said, server: one } = await sendThrough({});
    expect([said, one.taken[0]?.isEncrypted]).toEqual([{ outcome: 'sent' }, false]);
  });

  test('is not sent in clear to any other, whatever the server offers', async () => {
    const { said, server: one } = await sendThrough({ host: ELSEWHERE });
    expect(said).toMatchObject({ outcome: 'later', reason: 'tls', isServer: true });
    expect(one.taken).toEqual([]);
  });

  test('is not sent to a server whose certificate nobody vouches for', async () => {
    setDefaultCACertificates(trusted);
    try {
      const { said, server: one } = await sendThrough({ host: ELSEWHERE, tls, login: LOGIN });
      expect(said).toMatchObject({ outcome: 'later', reason: 'tls', isServer: true });
      expect(one.taken).toEqual([]);
    } finally {
      setDefaultCACertificates([...trusted, readFileSync(join(folder, 'ca.pem'), 'utf8')]);
    }
  });

  test('waits where the login is wrong, as the setting is and not the message', async () => {
    const typed = { ...LOGIN, password: 'otra' };
    const { said } = await sendThrough({ host: ELSEWHERE, tls, login: LOGIN }, { typed });
    expect(said).toEqual({ outcome: 'later', reason: 'login', reply: 535, isServer: true });
  });

  test('waits where nobody listens, and where the connection breaks in the middle', async () => {
    const mailer = smtpMailer(parseSmtpUrl('smtp://127.0.0.1:1')!, FROM);
    expect(await mailer.send(MAIL)).toEqual({ outcome: 'later', reason: 'connection', isServer: true });
    mailer.close();
    server = await MailServer.start();
    server.faults.push({ at: 'broken' });
    const again = smtpMailer(parseSmtpUrl(`smtp://127.0.0.1:${server.port}`)!, FROM);
    expect(await again.send(MAIL)).toEqual({ outcome: 'later', reason: 'connection', isServer: true });
    expect(await again.send(MAIL)).toEqual({ outcome: 'sent' });
    again.close();
  });

  test.each([
    [{ at: 'recipient', reply: 450 } as const, { outcome: 'later', reason: 'busy', reply: 450, isServer: false }],
    [{ at: 'content', reply: 452 } as const, { outcome: 'later', reason: 'busy', reply: 452, isServer: false }],
    [{ at: 'recipient', reply: 550 } as const, { outcome: 'refused', reason: 'recipient', reply: 550 }],
    [{ at: 'content', reply: 554 } as const, { outcome: 'refused', reason: 'content', reply: 554 }],
    [{ at: 'sender', reply: 550 } as const, { outcome: 'later', reason: 'sender', reply: 550, isServer: true }],
  ])('is answered for as the server answers: %j', async (fault, expected) => {
    server = await MailServer.start();
    server.faults.push(fault);
    const mailer = smtpMailer(parseSmtpUrl(`smtp://localhost:${server.port}`)!, FROM);
    expect(await mailer.send(MAIL)).toEqual(expected);
    mailer.close();
    expect(server.taken).toEqual([]);
  });

  test('has no header but ours, whatever a subject or a name bears', async () => {
    const evil = 'Aviso\r\nBcc: otra@ladron.example\r\n\r\nDeposite a la cuenta 1';
    const { said, server: one } = await sendThrough({}, { mail: { ...MAIL, subject: evil, fromName: evil } });
    expect(said).toEqual({ outcome: 'sent' });
    const [taken] = one.taken;
    expect([taken!.to, taken!.headers.has('bcc'), taken!.text]).toEqual([[MAIL.to], false, MAIL.text]);
  });
});

test('an address of a server says nothing twice, and nothing that would be dropped', () => {
  expect(parseSmtpUrl('smtp://u%40a:p%3Aw@mail.example')).toEqual({
    ...{ host: 'mail.example', port: 587, protection: 'starttls' },
    login: { user: 'u@a', password: 'p:w' },
  });
  expect(parseSmtpUrl('smtps://mail.example')).toEqual({ host: 'mail.example', port: 465, protection: 'tls' });
  expect(parseSmtpUrl('smtp://[::1]:25')).toEqual({ host: '::1', port: 25, protection: 'none' });
  for (const text of [
    '',
    'mail.example',
    'http://mail.example',
    'smtp://',
    'smtp://u@mail.example',
    'smtp://m.example/x',
  ]) {
    expect(parseSmtpUrl(text), text).toBeUndefined();
  }
  expect(parseSmtpUrl('smtp://mail.example?tls=no')).toBeUndefined();
  expect(parseSmtpUrl('smtp://%ff:x@mail.example')).toBeUndefined();
});
