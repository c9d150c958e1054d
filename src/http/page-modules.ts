import { html, type Html } from '../../verifier-web/html.ts';
import { Refusal } from '../core/refusal.ts';
import type { HttpCode } from '../texts/code.ts';

/** Scripts of pages, as modules that browsers load one by one. */
export interface PageModules {
  /** Changes with what any of them says. */
  readonly version: string;
  /** The text of a module, by its path from the root of the project; nothing else is read. */
  find(path: string): string | undefined;
  /** The paths of all that a script imports, itself first. */
  reachedBy(name: string): readonly string[];
}

/** The scripts in `src/http/client` that pages of the office name. */
export const OFFICE_SCRIPTS = [
  'office',
  'confirm',
  'personnel',
  'allow',
  'verify-log',
  'copy',
  'new-letter',
  'card-bridge',
] as const;
export type OfficeScript = (typeof OFFICE_SCRIPTS)[number];

const FOLDER = '/codigo';

/** Below the path of the pages, as the router writes it. */
export const MODULES_ROUTE: string = `${FOLDER}/:version{[0-9a-f]{16}}/:module{.+}`;

/** The elements that load scripts of a page, below `path`; what they import is asked for at once. */
export function moduleTags(modules: PageModules, path: string, names: readonly string[]): Html {
  const address = (module: string): string => `${path}${FOLDER}/${modules.version}/${module}`;
  const entries = names.map((name) => modules.reachedBy(name)[0]!);
  const more = new Set(names.flatMap((name) => modules.reachedBy(name).slice(1)));
  return html`${[...more].map((one) => html`<link rel="modulepreload" href="${address(one)}">`)}${entries.map(
    (one) => html`<script type="module" src="${address(one)}"></script>`,
  )}`;
}

/** @throws Refusal `http/not-found` for what no page runs, or another version of it */
export function moduleAnswer(
  modules: PageModules,
  headers: Readonly<Record<string, string>>,
  { version, module = '' }: { readonly version?: string; readonly module?: string },
): Response {
  const text = version === modules.version ? modules.find(module) : undefined;
  if (text === undefined) throw new Refusal<HttpCode>('http/not-found', 'no such module');
  // Its address changes with it.
  const kept = { ...headers, 'cache-control': 'public, max-age=31536000, immutable' };
  return new Response(text, { headers: kept });
}
