import { createTransport } from 'nodemailer';
import type { MailAddress } from '../../directory/contact.ts';
import type { Mailer, MailOutcome } from '../../notice/mailer.ts';
import type { SmtpServer } from '../../notice/smtp-server.ts';

const CONNECT_MILLISECONDS = 10_000;
const ANSWER_MILLISECONDS = 20_000;

/** Sends through a server by SMTP. Certificates are verified, against the authorities that Node trusts. */
export function smtpMailer(server: SmtpServer, from: MailAddress): Mailer {
  const { host, port, protection, login } = server;
  const transport = createTransport({
    host,
    port,
    secure: protection === 'tls',
    requireTLS: protection === 'starttls',
    ignoreTLS: protection === 'none',
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    ...(login && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: CONNECT_MILLISECONDS,
    greetingTimeout: CONNECT_MILLISECONDS,
    dnsTimeout: CONNECT_MILLISECONDS,
    socketTimeout: ANSWER_MILLISECONDS,
    // Nothing of a message is ever fetched from anywhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ messageId, to, fromName, subject, text }) {
      try {
        await transport.sendMail({
          from: { name: fromName, address: from },
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<${messageId}>`,
          textEncoding: 'quoted-printable',
          // RFC 3834 §5: nobody's holiday answers it.
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': 'es' },
        });
        return { outcome: 'sent' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: () => transport.close(),
  };
}

/** What the library says of a failure. Its message is told to nobody: it quotes the server, which quotes the address. */
interface SmtpFailure {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

function outcomeOf(error: unknown): MailOutcome {
  const { code, responseCode: reply, command } = error as SmtpFailure;
  const told = reply === undefined ? {} : { reply };
  const all = (reason: 'connection' | 'tls' | 'login' | 'sender'): MailOutcome => {
    return { outcome: 'later', reason, ...told, isServer: true };
  };
  if (code === 'ETLS') return all('tls');
  if (code === 'EAUTH') return all('login');
  if ((code !== 'EENVELOPE' && code !== 'EMESSAGE') || reply === undefined) {
    return all(isCertificate(error) ? 'tls' : 'connection');
  }
  if (reply < 500) return { outcome: 'later', reason: 'busy', reply, isServer: reply === 421 };
  // Refused whomever it is for: the setting is wrong, and no notice is lost by it.
  if (command === 'MAIL FROM') return all('sender');
  return { outcome: 'refused', reason: command === 'RCPT TO' ? 'recipient' : 'content', reply };
}

/** The names of OpenSSL's verdicts, as Node gives them to errors of a handshake. */
function isCertificate(error: unknown): boolean {
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string };
  return /CERT|TLS|SSL/.test(code) || /certificate|altnames|TLS|SSL/i.test(message);
}
