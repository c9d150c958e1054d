import { toLatin1 } from '../core/bytes.ts';
import type { ContentSource } from './font-metrics.ts';
import { numbers } from './font-metrics.ts';
import { type PdfDict, type PdfObject, type PdfStream, isPdf } from './object.ts';

const MAX_PARTS = 256;
const MAX_DEPTH = 4;
/** Of a program: gradients of many colours have the longest. */
const MAX_WORDS = 5000;

const WORDS: ReadonlySet<string> = new Set([
  ...['abs', 'add', 'atan', 'ceiling', 'cos', 'cvi', 'cvr', 'div', 'exp', 'floor', 'idiv', 'ln', 'log', 'mod', 'mul'],
  ...['neg', 'round', 'sin', 'sqrt', 'sub', 'truncate', 'and', 'bitshift', 'eq', 'false', 'ge', 'gt', 'le', 'lt', 'ne'],
  ...['not', 'or', 'true', 'xor', 'if', 'ifelse', 'copy', 'dup', 'exch', 'index', 'pop', 'roll'],
]);

/**
 * `tint`: a colour of its own hangs on it, so that no program is accepted: where one fails, each reader has a colour of its
 * own. `blend`: only how one colour passes into another.
 */
type Use = 'tint' | 'blend';

/** Whether `object` is a function from so many numbers to so many (ISO 32000-2 §7.10), or an array of one for each. */
export function areFunctions(
  source: ContentSource,
  object: PdfObject | undefined,
  inputs: number,
  outputs: number,
  use: Use,
): boolean {
  const found = source.resolve(object);
  if (!isPdf(found, 'array')) return isFunction(source, found, inputs, outputs, use, 0);
  return found.items.length === outputs && found.items.every((item) => isFunction(source, item, inputs, 1, use, 0));
}

function isFunction(
  source: ContentSource,
  object: PdfObject | undefined,
  inputs: number,
  outputs: number,
  use: Use,
  depth: number,
): boolean {
  const found = source.resolve(object);
  const dict = isPdf(found, 'stream') ? found.dict : found;
  if (!isPdf(dict, 'dict') || depth > MAX_DEPTH || !areRanges(source, dict, 'Domain', inputs)) return false;
  const hasRange = dict.entries.has('Range');
  if (hasRange && !areRanges(source, dict, 'Range', outputs)) return false;
  switch (source.resolve(dict.entries.get('FunctionType'))) {
    case 0:
      return hasRange && isPdf(found, 'stream') && isSampled(source, found, inputs, outputs);
    case 2:
      return inputs === 1 && isExponential(source, dict, outputs);
    case 3:
      return inputs === 1 && isStitching(source, dict, outputs, use, depth);
    case 4:
      return use === 'blend' && hasRange && isPdf(found, 'stream') && isProgram(source, found);
    default:
      return false;
  }
}

/** Pairs, the lower one first. */
function areRanges(source: ContentSource, dict: PdfDict, key: string, count: number): boolean {
  const range = numbers(source, dict.entries.get(key), 2 * count);
  if (!range) return false;
  for (let i = 0; i < range.length; i += 2) if (range[i]! >= range[i + 1]!) return false;
  return true;
}

function isExponential(source: ContentSource, dict: PdfDict, outputs: number): boolean {
  const exponent = source.resolve(dict.entries.get('N'));
  if (typeof exponent !== 'number' || exponent <= 0) return false;
  return ['C0', 'C1'].every((key) =>
    dict.entries.has(key) ? numbers(source, dict.entries.get(key), outputs) !== undefined : outputs === 1,
  );
}

function isStitching(source: ContentSource, dict: PdfDict, outputs: number, use: Use, depth: number): boolean {
  const parts = source.resolve(dict.entries.get('Functions'));
  if (!isPdf(parts, 'array') || parts.items.length === 0 || parts.items.length > MAX_PARTS) return false;
  const { length } = parts.items;
  const bounds = numbers(source, dict.entries.get('Bounds'), length - 1);
  const domain = numbers(source, dict.entries.get('Domain'), 2);
  if (!bounds || !domain || !numbers(source, dict.entries.get('Encode'), 2 * length)) return false;
  const all = [domain[0]!, ...bounds, domain[1]!];
  // Between two bounds that are one, some take the part before, some the one behind.
  const isOrdered = (low: number, high: number): boolean => low < high || (use === 'blend' && low === high);
  if (!all.every((bound, i) => i === 0 || isOrdered(all[i - 1]!, bound))) return false;
  return parts.items.every((part) => isFunction(source, part, 1, outputs, use, depth + 1));
}

function isSampled(source: ContentSource, stream: PdfStream, inputs: number, outputs: number): boolean {
  const { entries } = stream.dict;
  const sizes = numbers(source, entries.get('Size'), inputs);
  const bits = source.resolve(entries.get('BitsPerSample'));
  if (!sizes?.every((size) => Number.isInteger(size) && size >= 1 && size <= 1 << 16)) return false;
  if (typeof bits !== 'number' || ![1, 2, 4, 8, 12, 16, 24, 32].includes(bits)) return false;
  if ((source.resolve(entries.get('Order')) ?? 1) !== 1) return false;
  if (entries.has('Encode') && !numbers(source, entries.get('Encode'), 2 * inputs)) return false;
  if (entries.has('Decode') && !numbers(source, entries.get('Decode'), 2 * outputs)) return false;
  const needed = Math.ceil((sizes.reduce((product, size) => product * size, 1) * outputs * bits) / 8);
  const samples = source.content(stream);
  return samples !== undefined && samples.length >= needed;
}

/** Calculator functions (ISO 32000-2 §7.10.5): only words that all know. What they leave on the stack is not computed. */
function isProgram(source: ContentSource, stream: PdfStream): boolean {
  const content = source.content(stream);
  if (content === undefined || content.length > 1 << 16) return false;
  const words = toLatin1(content).match(/[{}]|[^{}\s]+/g) ?? [];
  if (words[0] !== '{' || words.length > MAX_WORDS) return false;
  let open = 0;
  for (const [i, word] of words.entries()) {
    if (word === '{') open++;
    else if (word === '}') {
      if (--open === 0 && i < words.length - 1) return false;
    } else if (!WORDS.has(word) && !/^[-+]?(?:\d{1,9}(?:\.\d{0,20})?|\.\d{1,20})$/.test(word)) return false;
  }
  return open === 0;
}
