import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { hasNfcPcsc } from './build-nfc-pcsc.ts';

/** A program of somebody else's that the tests ask, the Debian package that brings it, and what is left out without it. */
interface Judge {
  /** Looked for in the PATH; any file by its whole name. */
  readonly program: string;
  readonly debian: string;
  readonly suites: string;
}

const JUDGES: readonly Judge[] = [
  { program: 'pdfsig', debian: 'poppler-utils', suites: 'signatures and pages as poppler sees them' },
  { program: 'certutil', debian: 'libnss3-tools', suites: 'trust in signatures as NSS sees it' },
  { program: 'qpdf', debian: 'qpdf', suites: 'structure of the PDFs that we write' },
  { program: 'certtool', debian: 'gnutls-bin', suites: 'certificate chains as GnuTLS sees them' },
  { program: 'zbarimg', debian: 'zbar-tools', suites: 'the printed QR as zbar reads it' },
  { program: 'ZXingReader', debian: 'zxing-cpp-tools', suites: 'the printed QR as zxing reads it' },
  { program: 'mutool', debian: 'mupdf-tools', suites: 'signatures and pages as MuPDF sees them' },
  { program: 'chromium', debian: 'chromium', suites: 'the pages in a real browser' },
  { program: 'identify', debian: 'imagemagick', suites: 'the metadata of photos as ImageMagick sees it' },
  { program: 'openssl', debian: 'openssl', suites: 'certificates, CRLs and CMS as OpenSSL sees them' },
  { program: '/usr/sbin/pcscd', debian: 'pcscd', suites: 'readers of cards' },
  {
    program: '/usr/lib/pcsc/drivers/serial/libifdvpcd.so',
    debian: 'vsmartcard-vpcd',
    suites: 'readers of cards, without a device',
  },
  { program: 'opensc-tool', debian: 'opensc', suites: 'cards as OpenSC sees them' },
  { program: 'yubico-piv-tool', debian: 'yubico-piv-tool', suites: "cards as Yubico's tool sees them" },
];

/** What compiling the addon of nfc-pcsc takes. */
const COMPILER: readonly Judge[] = [
  { program: '/usr/include/PCSC/winscard.h', debian: 'libpcsclite-dev' },
  { program: 'make', debian: 'make' },
  { program: 'g++', debian: 'g++' },
  { program: 'python3', debian: 'python3' },
].map((judge) => ({ ...judge, suites: 'readers of cards through nfc-pcsc' }));

function isThere(program: string): boolean {
  if (isAbsolute(program)) return existsSync(program);
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const absent = (judges: readonly Judge[]): readonly Judge[] => judges.filter((judge) => !isThere(judge.program));

/** How to run something as root without asking anybody: directly, through sudo, or not at all (`undefined`). */
function asRoot(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return ['env'];
  return isThere('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n', 'env'] : undefined;
}

function apt(root: readonly string[], ...words: readonly string[]): boolean {
  const [command, ...before] = root;
  const run = spawnSync(
    command!,
    [
      ...before,
      // A package that brings a service must not start it.
      ...['RUNLEVEL=1', 'DEBIAN_FRONTEND=noninteractive'],
      ...['apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::http::Timeout=20', ...words],
    ],
    // Standard output is kept for the results.
    { stdio: ['ignore', 2, 2], timeout: 300_000 },
  );
  return run.status === 0;
}

/**
 * Installs the missing judges on Debian and Ubuntu, when this process may; never fails.
 * @returns what is still missing, as sentences that say which suites are left out and how to add them
 */
export function installJudges(): readonly string[] {
  const wanted = hasNfcPcsc() ? JUDGES : [...JUDGES, ...COMPILER];
  const missing = [...new Set(absent(wanted).map((judge) => judge.debian))];
  const root = missing.length > 0 && isThere('apt-get') ? asRoot() : undefined;
  if (root) {
    console.error(`installing with apt-get: ${missing.join(' ')}`);
    const install = (...packages: readonly string[]): boolean =>
      apt(root, 'install', '-y', '--no-install-recommends', ...packages);
    // One package that this release does not have would keep the others out.
    if (apt(root, 'update') && !install(...missing)) for (const name of missing) install(name);
  }
  return absent(wanted).map(
    ({ program, debian, suites }) => `left out: ${suites}; to add it: sudo apt-get install ${debian} (${program})`,
  );
}
