import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CardMakers } from '../../src/card/station/attestation.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { decodeOnePem } from '../../src/authority/pem.ts';
import type { Config } from '../../src/config.ts';
import { fromUtf8 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { UsageError } from '../command.ts';
import { readInput } from '../files.ts';

const NAMES = /\.(?:pem|cer|crt|der)$/i;
const MOST_FILES = 100;
const MAX_BYTES = 20_000;

/** A certificate in DER or PEM, whichever it is. @throws UsageError for another file, and as files are read */
export async function readCertificateFile(path: string): Promise<ReturnType<typeof readCertificate>> {
  const notOne = { es: `«${path}» no es un certificado`, en: `"${path}" is not a certificate` };
  const bytes = await readInput(path, MAX_BYTES).catch((error: unknown) => {
    throw isRefusal(error, 'file/too-large') ? new UsageError(notOne) : error;
  });
  try {
    const text = bytes[0] === 0x30 ? undefined : fromUtf8(bytes);
    return readCertificate(text === undefined ? bytes : decodeOnePem('CERTIFICATE', text));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new UsageError(notOne);
  }
}

/** The makers whose chips this station knows; `undefined` where no setting names any, and none is required. */
export async function cardMakers({
  cardMakers: path,
  cardAttestationRequired: isRequired = false,
}: Pick<Config, 'cardMakers' | 'cardAttestationRequired'>): Promise<CardMakers | undefined> {
  if (path === undefined) return isRequired ? { certificates: [], isRequired } : undefined;
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const names = isFolder ? (await readdir(path)).filter((name) => NAMES.test(name)).toSorted() : [];
  const paths = isFolder ? names.slice(0, MOST_FILES).map((name) => join(path, name)) : [path];
  return { certificates: await Promise.all(paths.map(readCertificateFile)), isRequired };
}
