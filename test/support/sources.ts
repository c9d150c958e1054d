import { parseAst } from 'vitest/node';

/** One module that a source names: statically, dynamically, by re-export, or only for its types. */
export interface Import {
  /** `undefined` when it is computed at run time, so that nobody can tell what it is. */
  readonly specifier: string | undefined;
  readonly names: readonly string[];
  /** Only types, so that nothing of it is there at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Something that a source takes from its surroundings instead of its arguments. */
export interface Ambient {
  readonly name: 'Date' | 'Math.random' | 'getRandomValues' | 'randomUUID' | 'performance.now';
  readonly line: number;
}

/** A test that may be left out. */
export interface Skip {
  readonly call: string;
  /** Whether a reader of the results learns why: by a note, a name made from the reason, or one that says `skipped`. */
  readonly saysWhy: boolean;
  readonly line: number;
}

export interface Source {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly ambient: readonly Ambient[];
  readonly skips: readonly Skip[];
  readonly lines: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [property: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function nodes(value: unknown): readonly Node[] {
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

const text = (node: unknown, property: string): string | undefined => {
  const value = isNode(node) ? node[property] : undefined;
  return typeof value === 'string' ? value : undefined;
};

/** `a.b.c` of identifiers and members, as far as it can be read without running it. */
function dotted(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'MemberExpression') return `${dotted(node['object'])}.${text(node['property'], 'name') ?? '?'}`;
  if (node.type === 'CallExpression') return dotted(node['callee']);
  return text(node, 'name') ?? '?';
}

/** Reads a TypeScript source with a real parser: comments and strings that look like imports are none. */
export function readSource(path: string, source: string): Source {
  const imports: Import[] = [];
  const ambient: Ambient[] = [];
  const skips: Skip[] = [];
  const lineOf = (node: Node): number => source.slice(0, node.start).split('\n').length;

  function note(node: Node): void {
    const line = lineOf(node);
    const from = (specifier: unknown, names: readonly string[] = []): void => {
      const typeOnly = [node['importKind'], node['exportKind']].includes('type') || node.type === 'TSImportType';
      imports.push({ specifier: text(specifier, 'value'), names, typeOnly, line });
    };
    const first = nodes(node['arguments'])[0];
    const called = node.type === 'CallExpression' ? dotted(node['callee']) : '';
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (isNode(node['source'])) {
          const names = nodes(node['specifiers']).map((specifier) => text(specifier['imported'], 'name') ?? '*');
          from(node['source'], names);
        }
        break;
      case 'ImportExpression':
      case 'TSImportType':
        from(node['source']);
        break;
      case 'TSExternalModuleReference':
        from(node['expression']);
        break;
      case 'NewExpression':
        // `new Date(x)` only writes down the time that it was given.
        if (dotted(node['callee']) === 'Date' && !first) ambient.push({ name: 'Date', line });
        if (dotted(node['callee']) === 'URL' && /import\.meta|\?\.url$/.test(dotted(nodes(node['arguments'])[1]))) {
          if (text(first, 'value')?.endsWith('.ts')) from(first);
        }
        break;
      case 'CallExpression':
        if (called === 'Date') ambient.push({ name: 'Date', line });
        if (called === 'require' || called.endsWith('.resolve.?') || called === 'createRequire') from(first);
        if (/^(test|it|describe|suite)\b/.test(called) && /\.(skip|todo|skipIf|runIf)$/.test(called)) {
          // The outer call of `test.skipIf(reason)(name, …)` has the name; the inner one only the condition.
          const isCondition = /\.(skipIf|runIf)$/.test(called) && (node['callee'] as Node).type === 'MemberExpression';
          const composed = first?.type === 'TemplateLiteral' && nodes(first['expressions']).length > 0;
          const saysWhy = composed || /\bskipped\b/.test(text(first, 'value') ?? '');
          if (!isCondition) skips.push({ call: called, saysWhy, line });
        } else if (/\bskip$/.test(called)) {
          const last = nodes(node['arguments']).at(-1);
          const isNote = last?.type === 'TemplateLiteral' || text(last, 'value') !== undefined;
          skips.push({ call: called, saysWhy: isNote || nodes(node['arguments']).length === 2, line });
        }
        break;
      case 'MemberExpression': {
        const name = dotted(node);
        if (name === 'Date.now') ambient.push({ name: 'Date', line });
        if (name === 'Math.random' || name === 'performance.now') ambient.push({ name, line });
        const property = text(node['property'], 'name');
        if (property === 'getRandomValues' || property === 'randomUUID') ambient.push({ name: property, line });
        break;
      }
    }
  }

  const open: Node[] = [parseAst(source, { lang: 'ts' }) as unknown as Node];
  for (let node = open.pop(); node; node = open.pop()) {
    note(node);
    for (const child of Object.values(node)) open.push(...nodes(child));
  }
  imports.sort((a, b) => a.line - b.line);
  return { path, imports, ambient, skips, lines: source.split('\n').length - (source.endsWith('\n') ? 1 : 0) };
}
