import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..', 'shared');

/** Whether the shared folder with others' vectors stands beside the project. */
export const hasShared: boolean = existsSync(join(root, 'vectors'));

/** A path below the shared folder. */
export function sharedPath(...parts: readonly string[]): string {
  return join(root, ...parts);
}

export function readShared(...parts: readonly string[]): Uint8Array {
  return new Uint8Array(readFileSync(sharedPath(...parts)));
}

export function readSharedJson<T>(...parts: readonly string[]): T {
  return JSON.parse(readFileSync(sharedPath(...parts), 'utf8')) as T;
}
