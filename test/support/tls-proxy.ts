import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:https';
import { isIP, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Why no browser can be made to trust an authority of the test's; undefined where one can. */
export const noCertutil: string | undefined = existsSync('/usr/bin/certutil')
  ? undefined
  : 'certutil not installed (apt-get install libnss3-tools)';

/** An institution's TLS proxy before a service on this machine, for one host. */
export interface TlsProxy {
  readonly port: number;
  /** A home folder whose browser trusts the authority that certified the proxy. */
  readonly home: string;
  /** That authority, for programs (`NODE_EXTRA_CA_CERTS`), which find the proxy at `localhost`. */
  readonly authority: string;
  close(): Promise<void>;
}

function openssl(folder: string, ...words: readonly string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
}

/** A certificate for a host name or an address, and `ca.pem` of the authority that made it, in `folder`. */
export function certify(folder: string, host: string): { readonly key: Buffer; readonly cert: Buffer } {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    folder,
    'req',
    '-x509',
    ...curve,
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  openssl(folder, 'req', ...curve, '-subj', `/CN=${host}`, '-keyout', 'host.key', '-out', 'host.csr');
  const kind = isIP(host) === 0 ? 'DNS' : 'IP';
  writeFileSync(
    join(folder, 'host.ext'),
    `subjectAltName=${kind}:${host},DNS:localhost\nextendedKeyUsage=serverAuth\n`,
  );
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'host.ext'];
  openssl(folder, 'x509', '-req', '-in', 'host.csr', ...by, '-out', 'host.pem');
  return { key: readFileSync(join(folder, 'host.key')), cert: readFileSync(join(folder, 'host.pem')) };
}

function trusting(folder: string): string {
  const home = join(folder, 'home');
  const store = join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  const certutil = (...words: readonly string[]): void => {
    execFileSync('certutil', ['-d', `sql:${store}`, ...words], { cwd: folder, stdio: 'pipe' });
  };
  certutil('-N', '--empty-password');
  certutil('-A', '-t', 'C,,', '-n', 'test', '-i', 'ca.pem');
  return home;
}

/** @param target the port on which the service listens */
export async function tlsProxy(folder: string, host: string, target: number): Promise<TlsProxy> {
  const server = createServer(certify(folder, host), (request, response) => {
    const { method, url: path, headers } = request;
    const sent = httpRequest({ host: '127.0.0.1', port: target, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    home: trusting(folder),
    authority: join(folder, 'ca.pem'),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
