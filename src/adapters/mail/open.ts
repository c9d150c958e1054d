import { readFileSync } from 'node:fs';
import type { ConfigCode, MailSetting } from '../../config.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Mailer } from '../../notice/mailer.ts';
import { parseSmtpUrl } from '../../notice/smtp-server.ts';
import { smtpMailer } from './smtp.ts';

/**
 * The server of the setting; nothing is said to it before there is something to send.
 * @throws Refusal `config/malformed` for a file that is not there, or holds no address of a server: never with what it holds
 */
export function openMail({ server, from }: MailSetting): Mailer {
  return smtpMailer('file' in server ? readServer(server.file) : server, from);
}

function readServer(file: string): NonNullable<ReturnType<typeof parseSmtpUrl>> {
  const malformed = (why: string): Refusal<ConfigCode> => {
    const facts = { variable: 'COTEJO_SMTP_URL', found: `file:${file}` };
    return new Refusal<ConfigCode>('config/malformed', `COTEJO_SMTP_URL: ${why}`, facts);
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    throw malformed('the file cannot be read');
  }
  const server = parseSmtpUrl(text);
  if (!server) throw malformed('the file holds no smtp:// or smtps:// address');
  return server;
}
