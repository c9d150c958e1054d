import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PKCS#12 file with an RSA-2048 key and its certificate, as offices have them: made by openssl. */
export function makeP12(passphrase: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-p12-'));
  const at = (name: string): string => join(folder, name);
  const run = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  try {
    run(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '365', '-subj', '/CN=Firma'],
      ...['-keyout', at('key.pem'), '-out', at('certificate.pem')],
    );
    run(
      ...['pkcs12', '-export', '-inkey', at('key.pem'), '-in', at('certificate.pem')],
      ...['-out', at('key.p12'), '-passout', `pass:${passphrase}`],
    );
    return new Uint8Array(readFileSync(at('key.p12')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
