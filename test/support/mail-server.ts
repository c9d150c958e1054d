import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message as it came, and its parts as a reader of mail shows them. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
  readonly raw: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/** What the server does with the next message in place of taking it. */
export type MailFault =
  | { readonly at: 'sender' | 'recipient' | 'content'; readonly reply: number }
  /** It breaks the connection in the middle of the message, or when it has all of it and has not said so. */
  | { readonly at: 'broken' | 'taken-and-broken' };

export interface MailServerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
  /** TLS from the first byte. */
  readonly secure?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
}

/** A real SMTP server on this machine, which goes wrong when it is told to. */
export class MailServer {
  readonly taken: TakenMail[] = [];
  readonly faults: MailFault[] = [];
  connections = 0;
  readonly #server: SMTPServer;
  port = 0;

  private constructor({ tls, secure = false, login }: MailServerOptions) {
    const disabled = ['STARTTLS', 'AUTH'].filter((name) => (name === 'AUTH' ? !login : !tls || secure));
    const options: SMTPServerOptions = {
      logger: false,
      secure,
      ...tls,
      disabledCommands: disabled as NonNullable<SMTPServerOptions['disabledCommands']>,
      authOptional: !login,
      disableReverseLookup: true,
      closeTimeout: 200,
      onConnect: (_, done) => {
        this.connections++;
        done();
      },
      onAuth: ({ username, password }, _, done) => {
        if (login && username === login.user && password === login.password) done(null, { user: username });
        else done(Object.assign(new Error('535 no such user'), { responseCode: 535 }));
      },
      onMailFrom: (_, __, done) => done(this.#fault('sender')),
      onRcptTo: ({ address }, _, done) => done(this.#fault('recipient', `no mailbox ${address} here`)),
      onData: (stream, session, done) => {
        if (this.faults[0]?.at === 'broken') {
          this.faults.shift();
          this.#drop();
          return;
        }
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const refused = this.#fault('content');
          if (refused) {
            done(refused);
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          this.taken.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            isEncrypted: session.secure,
            user: session.user,
            ...readMail(Buffer.concat(parts).toString('latin1')),
          });
          if (this.faults[0]?.at === 'taken-and-broken') {
            this.faults.shift();
            this.#drop();
          } else done();
        });
      },
    };
    this.#server = new SMTPServer(options);
    this.#server.on('error', () => {});
  }

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const one = new MailServer(options);
    await new Promise<void>((resolve) => {
      one.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => resolve());
    });
    one.port = (one.#server.server.address() as AddressInfo).port;
    return one;
  }

  #fault(at: MailFault['at'], message = 'not today'): Error | null {
    const [next] = this.faults;
    if (next?.at !== at || !('reply' in next)) return null;
    this.faults.shift();
    return Object.assign(new Error(message), { responseCode: next.reply });
  }

  #drop(): void {
    const { connections } = this.#server as unknown as { connections: Set<{ _socket: { destroy(): void } }> };
    for (const { _socket } of connections) _socket.destroy();
  }

  close(): Promise<void> {
    this.#drop();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** Headers unfolded, encoded words (RFC 2047) and quoted-printable (RFC 2045 §6.7) read. */
function readMail(raw: string): Pick<TakenMail, 'raw' | 'headers' | 'text'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = new Map<string, string>();
  for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), words(line.slice(colon + 1).trim()));
  }
  const body = rest.join('\r\n\r\n').replaceAll('=\r\n', '');
  const text = headers.get('content-transfer-encoding') === 'quoted-printable' ? bytes(body, /=([0-9A-F]{2})/g) : body;
  return { raw, headers, text: text.replaceAll('\r\n', '\n') };
}

function words(text: string): string {
  return text
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, encoded: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(encoded, 'base64').toString('latin1')
        : encoded.replaceAll('_', ' ').replaceAll(/=([0-9A-F]{2})/g, (__, hex: string) => byte(hex)),
    )
    .replace(/^.*$/s, (all) => Buffer.from(all, 'latin1').toString('utf8'));
}

const byte = (hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

function bytes(text: string, escaped: RegExp): string {
  const plain = text.replaceAll(escaped, (_, hex: string) => byte(hex));
  return Buffer.from(plain, 'latin1').toString('utf8');
}
