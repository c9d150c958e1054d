import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What somebody else's program said. */
export interface Ruling {
  /** The program's exit code; −1 when it was stopped. */
  readonly status: number;
  /** Standard output and error together. */
  readonly text: string;
}

/** Programs that judge what we make: the Debian package that brings each, for the reason of a skipped test. */
const PACKAGE_OF = {
  pdfsig: 'poppler-utils',
  certutil: 'libnss3-tools',
  crlutil: 'libnss3-tools',
  qpdf: 'qpdf',
  openssl: 'openssl',
  mutool: 'mupdf-tools',
  certtool: 'gnutls-bin',
  zbarimg: 'zbar-tools',
  ZXingReader: 'zxing-cpp-tools',
  pdftoppm: 'poppler-utils',
  pdftotext: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  pdffonts: 'poppler-utils',
  identify: 'imagemagick',
  'opensc-tool': 'opensc',
  'pkcs15-tool': 'opensc',
  'pkcs11-tool': 'opensc',
  'yubico-piv-tool': 'yubico-piv-tool',
  script: 'bsdutils',
} as const;

export type Judge = keyof typeof PACKAGE_OF;

/** Why a test that needs these programs is left out, or `undefined` when all are here. Use with `test.skipIf`. */
export function missingJudge(...judges: readonly Judge[]): string | undefined {
  const missing = judges.filter((judge) => spawnSync('sh', ['-c', `command -v ${judge}`]).status !== 0);
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map((judge) => PACKAGE_OF[judge]))];
  return `${missing.join(', ')} not installed (apt-get install ${packages.join(' ')})`;
}

/** Runs a judge for at most a minute, without a shell; `folder` is where it runs. */
export function ask(judge: Judge, args: readonly string[], input?: Uint8Array, folder?: string): Ruling {
  const run = spawnSync(judge, args, { timeout: 60_000, ...(input && { input }), ...(folder && { cwd: folder }) });
  if (run.error && !('status' in run && run.status !== null)) return { status: -1, text: String(run.error) };
  return { status: run.status ?? -1, text: `${run.stdout.toString('utf8')}${run.stderr.toString('utf8')}` };
}

/** Runs `use` with a new folder that is removed afterwards. */
export function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-judge-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One signature as pdfsig (poppler over NSS) sees it. */
export interface PdfsigSignature {
  readonly valid: boolean;
  readonly wholeDocument: boolean;
  readonly trusted: boolean;
  readonly subFilter: string | undefined;
  readonly text: string;
}

/** pdfsig on a file, with `rootPem` (a PEM file) as the only trusted root, its S/MIME trust bit set. */
export function pdfsigVerify(path: string, rootPem: string): readonly PdfsigSignature[] {
  return withFolder((folder) => {
    const database = `sql:${folder}`;
    for (const args of [
      ['-N', '-d', database, '--empty-password'],
      ['-A', '-d', database, '-n', 'root', '-t', ',C,', '-i', rootPem],
    ]) {
      const made = ask('certutil', args);
      if (made.status !== 0) throw new Error(`certutil ${args[0]}: ${made.text}`);
    }
    const { text } = ask('pdfsig', ['-nssdir', folder, path]);
    return text
      .split(/^Signature #\d+:$/m)
      .slice(1)
      .map((part) => ({
        valid: part.includes('Signature Validation: Signature is Valid.'),
        wholeDocument: part.includes('- Total document signed'),
        trusted: part.includes('Certificate Validation: Certificate is Trusted.'),
        subFilter: /Signature Type: (\S+)/.exec(part)?.[1],
        text: part,
      }));
  });
}

/** `qpdf --check`: status 0 means no error and no warning. */
export function qpdfCheck(path: string): Ruling {
  return ask('qpdf', ['--check', path]);
}

/** `mutool sign -v`: digest and edits since signing, without trust. */
export function mutoolSignatures(path: string): Ruling {
  return ask('mutool', ['sign', '-v', path]);
}

/** `openssl cms -verify -cades`: a detached CMS over `content`, under the root in the PEM file. */
export function opensslDetached(cms: Uint8Array, content: Uint8Array, rootPem: string): Ruling {
  return withFolder((folder) => {
    const [cmsPath, contentPath] = [join(folder, 'cms.der'), join(folder, 'content')];
    writeFileSync(cmsPath, cms);
    writeFileSync(contentPath, content);
    return ask('openssl', [
      ...['cms', '-verify', '-inform', 'DER', '-in', cmsPath, '-content', contentPath, '-binary', '-cades'],
      ...['-CAfile', rootPem, '-purpose', 'any', '-out', join(folder, 'out')],
    ]);
  });
}

/** `openssl cms -verify -cades` on the last signature of a PDF; status 0 means that it holds. */
export function opensslCms(path: string, rootPem: string): Ruling {
  const { cms, content } = lastSignatureOf(new Uint8Array(readFileSync(path)));
  return opensslDetached(cms, content, rootPem);
}

/** The CMS in the last `/Contents` of a PDF and the bytes that its ByteRange names, read with regular expressions. */
function lastSignatureOf(pdf: Uint8Array): { cms: Uint8Array; content: Uint8Array } {
  const text = Buffer.from(pdf).toString('latin1');
  const range = [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].at(-1);
  if (!range) throw new Error('no ByteRange');
  const [, a, b, c, d] = range.map(Number) as [number, number, number, number, number];
  const hex = text.slice(a + b + 1, c - 1);
  const padded = Buffer.from(hex, 'hex');
  // Identifier and length say where the DER ends: the padding is not part of it.
  const octets = padded[1]! & 0x7f;
  const length = 2 + octets + Number.parseInt(padded.subarray(2, 2 + octets).toString('hex'), 16);
  return {
    cms: new Uint8Array(padded.subarray(0, length)),
    content: new Uint8Array(Buffer.concat([pdf.subarray(a, a + b), pdf.subarray(c, c + d)])),
  };
}
