import { KEY_KINDS, type InstallationRole } from '../src/adapters/install.ts';
import { type FileKeys, generateKey, type KeyKind, type SoftwareKey, type StoredKey } from '../src/adapters/keys.ts';

export type DevKeys<Key> = Readonly<Record<InstallationRole, Key>>;

async function forEachRole<Key>(make: (role: InstallationRole, kind: KeyKind) => Promise<Key>): Promise<DevKeys<Key>> {
  const roles = Object.entries(KEY_KINDS) as [InstallationRole, KeyKind][];
  const made = await Promise.all(roles.map(async ([role, kind]) => [role, await make(role, kind)] as const));
  return Object.fromEntries(made) as DevKeys<Key>;
}

/** Throwaway keys of every role, in memory only. They mark nothing: only an installation under a test policy takes them. */
export async function makeDevKeys(): Promise<DevKeys<SoftwareKey>> {
  return forEachRole((_, kind) => generateKey(kind));
}

/**
 * The keys of a development installation in its folder. Roles that have one keep it, so that a start that was stopped can
 * be repeated.
 * @throws Refusal `keys/unencrypted` unless the folder is of a development installation
 */
export async function storeDevKeys(keys: FileKeys): Promise<DevKeys<StoredKey>> {
  return forEachRole((role, kind) => keys.findOrGenerate(role, kind));
}
