// Whether node_modules already holds what package-lock.json asks for, installed by npm without the launcher: exit 0
// or 1. Plain JavaScript, because it may run on an older Node. Argument: `all` or `production`.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const production = process.argv[2] === 'production';

function packages(...path) {
  const file = join(root, ...path);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

const present = packages('node_modules', '.package-lock.json');
const complete = Object.entries(packages('package-lock.json')).every(([path, wanted]) => {
  if (path === '' || wanted.optional || (production && (wanted.dev || wanted.devOptional))) return true;
  return (
    present[path]?.version === wanted.version &&
    present[path]?.integrity === wanted.integrity &&
    existsSync(join(root, path, 'package.json'))
  );
});
process.exitCode = complete ? 0 : 1;
