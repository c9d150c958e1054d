import { lstat, readFile } from 'node:fs/promises';
import { Refusal } from '../../core/refusal.ts';
import { onDisk } from '../key-folder.ts';
import type { KeysCode } from '../keys-code.ts';

const MAX_BYTES = 4096;

/**
 * Whether nobody but the owner may read it. systemd leaves a credential to root and lets the service read it by an access list,
 * whose mask stands where the group's bits do (systemd.exec(5), LoadCredential): there the group reads nothing.
 */
function isClosed({ mode, uid }: { readonly mode: number; readonly uid: number }): boolean {
  return (mode & (uid === 0 ? 0o027 : 0o077)) === 0;
}

/**
 * The passphrase that the system's manager hands to the service in a file, or `undefined` where there is none. Wiped by whoever
 * asked.
 * @throws Refusal `keys/permissions` where others may read it, `keys/passphrase-wrong` where it is no text of that size
 * @throws Outage `keys/unavailable`
 */
export async function readPassphraseFile(path: string): Promise<Uint8Array | undefined> {
  return onDisk(async () => {
    const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!found) return undefined;
    if (!found.isFile() || found.size > MAX_BYTES) {
      throw new Refusal<KeysCode>('keys/passphrase-wrong', 'not a file with a passphrase');
    }
    if (process.platform !== 'win32' && !isClosed(found)) {
      throw new Refusal<KeysCode>('keys/permissions', `${path} is open to others`, { path });
    }
    return readFile(path);
  });
}
