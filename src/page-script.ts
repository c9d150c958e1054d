import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** What a page runs: a source below `src/http` without its types. */
export function pageScript(path: 'founding/page-client.ts' | 'office/page-client.ts'): string {
  return stripTypeScriptTypes(readFileSync(new URL(`./http/${path}`, import.meta.url), 'utf8'));
}
