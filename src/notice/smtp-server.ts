/** Through which server mail goes (RFC 5321, RFC 8314). */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /**
   * `tls`: from the first byte. `starttls`: asked for before anything else is said, and nothing is sent without it (RFC 3207).
   * `none`: a server of this very machine, whose loopback nobody else hears.
   */
  readonly protection: 'tls' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
}

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** `smtp://` or `smtps://`, with user and password where the server asks for them; `undefined` for anything else. */
export function parseSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTls = url?.protocol === 'smtps:';
  if (!url || (!isTls && url.protocol !== 'smtp:')) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const extra = url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname);
  if (host === '' || extra || (url.username === '') !== (url.password === '')) return undefined;
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === undefined || password === undefined) return undefined;
  const open = LOOPBACK.includes(host) ? 'none' : 'starttls';
  return {
    host,
    port: url.port === '' ? (isTls ? 465 : 587) : Number(url.port),
    protection: isTls ? 'tls' : open,
    ...(user !== '' && { login: { user, password } }),
  };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
