import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { equal } from '../../core/bytes.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Signer } from '../../core/signer.ts';
import { readRemovableKey } from '../keys.ts';
import type { MediaCode } from './media-code.ts';
import {
  checkFolder,
  ROOT_CERTIFICATE_FILE,
  ROOT_FOLDER,
  ROOT_KEY_NAME,
  rootsOn,
  type FoundRoot,
} from './root-media.ts';

/** The root on a medium, without its key. */
export interface RootOnMedium extends FoundRoot {
  /** DER certificate. */
  readonly certificate: Uint8Array;
}

/**
 * The root that a medium holds, told by the installation's where there are several.
 * @param folder of the medium, or the root's own on it
 * @throws Refusal `founding/medium-not-a-folder`, `founding/medium-without-root`, `founding/medium-of-another`
 */
export async function findRootOn(folder: string, certificate: Uint8Array): Promise<RootOnMedium> {
  const real = await checkFolder(folder);
  const own = ROOT_FOLDER.exec(real.split(sep).at(-1) ?? '');
  const roots = own ? [{ folder: real, keyId: own[1]! }] : (await rootsOn(real)).filter(({ isWhole }) => isWhole);
  if (roots.length === 0) {
    throw new Refusal<MediaCode>('founding/medium-without-root', `${folder}: no root`, { path: folder });
  }
  for (const root of roots) {
    const found = await readFile(join(root.folder, ROOT_CERTIFICATE_FILE)).catch(() => undefined);
    if (found && equal(found, certificate)) return { ...root, certificate: new Uint8Array(found) };
  }
  throw new Refusal<MediaCode>('founding/medium-of-another', `${folder}: other roots`, { path: folder });
}

/** The signer of the root on a medium. @throws Refusal `keys/passphrase-wrong`, `keys/not-found`, `keys/damaged` */
export async function openRootKey({ folder }: RootOnMedium, passphrase: Uint8Array): Promise<Signer> {
  return (await readRemovableKey(folder, ROOT_KEY_NAME, passphrase)).signer;
}
