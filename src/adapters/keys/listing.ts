import { KeyFolder, damagedKey, type KeyFolderOptions } from '../key-folder.ts';
import type { KeyKind } from '../software-key.ts';
import { describeClearKey } from './clear-key-file.ts';
import { parseEncryptedKey } from './key-file.ts';
import { UNLOCK_FILE } from './unlock-file.ts';

/** A file of a key folder, as far as it tells without being opened. */
export interface ListedFile {
  readonly file: string;
  readonly name: string;
  readonly is: 'key' | 'secret';
  readonly isEncrypted: boolean;
  /** Of a key. */
  readonly kind?: KeyKind;
  readonly keyId?: string;
}

const KEY_END = '.key.pem';
const CLEAR_KEY_END = '.key.json';
const SECRET_END = '.secret.json';
const NAME = /^[a-z0-9][a-zA-Z0-9-]{0,63}$/;

function isSecretEncrypted(text: string): boolean {
  try {
    return (JSON.parse(text) as { cotejoSecret?: unknown } | null)?.cotejoSecret === 2;
  } catch {
    return false;
  }
}

/**
 * The keys and secrets of a folder, keys first, by name; nothing is opened, and what they say of themselves is not proven.
 * @throws Refusal `keys/damaged`, `keys/permissions`; Outage `keys/unavailable`
 */
export async function listKeyFiles(path: string, options: KeyFolderOptions = {}): Promise<readonly ListedFile[]> {
  const folder = new KeyFolder(path, options);
  const each = async <Item>(end: string, item: (name: string, text: string) => Item): Promise<readonly Item[]> => {
    const names = (await folder.list(end)).filter((name) => NAME.test(name));
    return Promise.all(
      names.map(async (name) =>
        item(name, (await folder.read(`${name}${end}`, name)) ?? damagedKey(name, 'gone meanwhile')),
      ),
    );
  };
  const encrypted = await each(KEY_END, (name, text): ListedFile => {
    const { kind, keyId } = parseEncryptedKey(name, text);
    return { file: `${name}${KEY_END}`, name, is: 'key', isEncrypted: true, kind, keyId };
  });
  const clear = await each(CLEAR_KEY_END, (name, text): ListedFile => {
    const { kind, keyId } = describeClearKey(name, text);
    return { file: `${name}${CLEAR_KEY_END}`, name, is: 'key', isEncrypted: false, kind, keyId };
  });
  const secrets = await each(SECRET_END, (name, text): ListedFile => ({
    file: `${name}${SECRET_END}`,
    name,
    is: 'secret',
    isEncrypted: isSecretEncrypted(text),
  }));
  const keys = [...encrypted, ...clear].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [...keys, ...secrets];
}

/** All files that belong to the folder: the keys, the secrets, and what opens them. */
export async function namesOfFiles(path: string): Promise<readonly string[]> {
  const folder = new KeyFolder(path);
  const files = (await listKeyFiles(path)).map(({ file }) => file);
  return (await folder.read(UNLOCK_FILE, UNLOCK_FILE)) === undefined ? files : [UNLOCK_FILE, ...files];
}
