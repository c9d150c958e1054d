import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageModules } from './http/page-modules.ts';

/** An import or a re-export of what stands at the beginning of a line, or a dynamic import of a literal that names a module. */
const IMPORTS =
  /(^(?:import|export)\b[^;'"]*?\bfrom\s*['"]|^import\s*['"]|\bimport\(\s*['"])(?<specifier>[\w@./-]+)(?=['"])/gm;

const root = new URL('../', import.meta.url);

/** A path from the root of the project: of what a module imports, or of a library. */
function pathOf(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const resolved = import.meta.resolve(specifier);
  return resolved.slice(root.href.length);
}

function relativePath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

interface Module {
  readonly text: string;
  readonly imports: readonly string[];
}

function readModule(path: string): Module {
  const source = readFileSync(fileURLToPath(new URL(path, root)), 'utf8');
  const script = path.endsWith('.ts') ? stripTypeScriptTypes(source) : source;
  const imports: string[] = [];
  const text = script.replaceAll(IMPORTS, (_, before: string, specifier: string) => {
    const target = pathOf(path, specifier);
    imports.push(target);
    return before + relativePath(path, target);
  });
  return { text, imports };
}

/**
 * What pages run: the modules of ours that `entries` reach, each as it stands without its types, so that a browser judges with the
 * code of the server; libraries are named by their place.
 * @param entries names of files in `src/http/client`
 */
export function pageModules(entries: readonly string[]): PageModules {
  const modules = new Map<string, Module>();
  const reach = (entry: string): readonly string[] => {
    const reached = new Set([entry]);
    for (const path of reached) {
      const module = modules.get(path) ?? readModule(path);
      modules.set(path, module);
      for (const one of module.imports) reached.add(one);
    }
    return [...reached];
  };
  const reached = new Map(entries.map((name) => [name, reach(`src/http/client/${name}.ts`)]));
  const version = createHash('sha256');
  for (const [path, { text }] of modules) version.update(`${path}\0${text}\0`);
  return {
    version: version.digest('hex').slice(0, 16),
    find: (path) => modules.get(path)?.text,
    reachedBy(name) {
      const paths = reached.get(name);
      if (!paths) throw new RangeError(`no page has the script ${name}`);
      return paths;
    },
  };
}
