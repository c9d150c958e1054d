import { createPrivateKey, createPublicKey, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm } from '../../src/core/primitives.ts';
import type { Signer } from '../../src/core/signer.ts';
import { ask } from './judges.ts';

/** A root and a signer under it, made by openssl for one test file. */
export interface ThrowawayChain {
  /** DER of the signer, then of the root. */
  readonly certificates: readonly [Uint8Array, Uint8Array];
  readonly rootPath: string;
  readonly signer: Signer;
  /** Another signer under the same root. */
  colleague(): ThrowawayChain;
  /** Removes the files of all signers under this root. */
  remove(): void;
}

export type ThrowawayKey = 'P-256' | 'P-384' | 'RSA-2048';

const ALGORITHM: Readonly<Record<ThrowawayKey, SignatureAlgorithm>> = {
  'P-256': { name: 'ECDSA', digest: 'SHA-256' },
  'P-384': { name: 'ECDSA', digest: 'SHA-384' },
  'RSA-2048': { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' },
};

const LEAF_EXTENSIONS = [
  'basicConstraints=critical,CA:false',
  'keyUsage=critical,digitalSignature,nonRepudiation',
  'extendedKeyUsage=1.3.6.1.5.5.7.3.36,emailProtection',
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=keyid:always',
];

function openssl(folder: string, ...args: readonly string[]): void {
  const { status, text } = ask('openssl', args, undefined, folder);
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${text}`);
}

function keyArguments(key: ThrowawayKey): string[] {
  return key === 'RSA-2048'
    ? ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']
    : ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${key}`];
}

/** Throws where openssl is missing: ask `missingJudge('openssl')` first. */
export function makeThrowawayChain(key: ThrowawayKey = 'P-256'): ThrowawayChain {
  const folder = mkdtempSync(join(tmpdir(), 'cotejo-chain-'));
  openssl(folder, 'genpkey', ...keyArguments('P-384'), '-out', 'root.key');
  const rootExtensions = ['basicConstraints=critical,CA:true', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl(
    folder,
    ...['req', '-x509', '-new', '-key', 'root.key', '-sha384', '-days', '3650', '-subj', '/CN=Raiz de prueba'],
    ...rootExtensions.flatMap((extension) => ['-addext', extension]),
    ...['-out', 'root.pem'],
  );
  writeFileSync(join(folder, 'leaf.ext'), LEAF_EXTENSIONS.join('\n'));
  return issue(folder, key, 1);
}

function issue(folder: string, key: ThrowawayKey, number: number): ThrowawayChain {
  const [leafKey, request, leaf] = ['key', 'csr', 'pem'].map((end) => `leaf${number}.${end}`) as [
    string,
    string,
    string,
  ];
  openssl(folder, 'genpkey', ...keyArguments(key), '-out', leafKey);
  openssl(folder, 'req', '-new', '-key', leafKey, '-subj', `/CN=Firmante de prueba ${number}`, '-out', request);
  openssl(
    folder,
    ...['x509', '-req', '-in', request, '-CA', 'root.pem', '-CAkey', 'root.key', '-sha384', '-days', '825'],
    ...['-set_serial', String(1000 + number), '-extfile', 'leaf.ext', '-out', leaf],
  );
  const derOf = (name: string): Uint8Array => new Uint8Array(new X509Certificate(readFileSync(join(folder, name))).raw);
  const privateKey = createPrivateKey(readFileSync(join(folder, leafKey)));
  const algorithm = ALGORITHM[key];
  const digest = algorithm.name === 'ECDSA' && algorithm.digest === 'SHA-384' ? 'sha384' : 'sha256';
  return {
    certificates: [derOf(leaf), derOf('root.pem')],
    rootPath: join(folder, 'root.pem'),
    signer: {
      algorithm,
      spki: new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })),
      async sign(data) {
        return new Uint8Array(sign(digest, data, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
      },
    },
    colleague: () => issue(folder, key, number + 1),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
