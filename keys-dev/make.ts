import { type FileKeys, generateKey, type KeyKind, type SoftwareKey, type StoredKey } from '../src/adapters/keys.ts';

/** The roles of an installation, as its key files are named. */
export type KeyRole = 'raiz' | 'credenciales' | 'oficios' | 'seal' | 'trust-list' | 'status-list' | 'log';

export const ROLES: Readonly<Record<KeyRole, KeyKind>> = {
  raiz: 'P-384',
  credenciales: 'P-256',
  oficios: 'P-256',
  seal: 'P-256',
  'trust-list': 'P-256',
  'status-list': 'P-256',
  log: 'Ed25519',
};

export type DevKeys<Key> = Readonly<Record<KeyRole, Key>>;

async function forEachRole<Key>(make: (role: KeyRole, kind: KeyKind) => Promise<Key>): Promise<DevKeys<Key>> {
  const roles = Object.entries(ROLES) as [KeyRole, KeyKind][];
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
