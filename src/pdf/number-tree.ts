import type { PdfRef } from './object.ts';
import { malformed } from './refusal.ts';
import { type Writable, type WritableArray, type WritableDict, withWritable, writableArray } from './serialise.ts';
import type { PdfUpdate } from './update.ts';

/** Levels of a number tree, and steps from a reference to an object. */
const MAX_LEVELS = 32;

/** `object` as the update leaves it, references followed. */
export function currentOf(update: PdfUpdate, object: Writable | undefined): Writable {
  let found = object ?? null;
  for (let steps = 0; steps < MAX_LEVELS && isRef(found); steps++) found = update.current(found);
  return isRef(found) ? null : found;
}

export function currentDict(update: PdfUpdate, object: Writable | undefined): WritableDict | undefined {
  const found = currentOf(update, object);
  return typeof found === 'object' && found !== null && found.type === 'dict' ? found : undefined;
}

export function currentArray(update: PdfUpdate, object: Writable | undefined): WritableArray | undefined {
  const found = currentOf(update, object);
  return typeof found === 'object' && found !== null && found.type === 'array' ? found : undefined;
}

export function isRef(object: Writable | undefined): object is PdfRef {
  return typeof object === 'object' && object !== null && object.type === 'ref';
}

/** The value at `key` of a number tree (ISO 32000-2 §7.9.7), references not followed; `undefined` when it has none. */
export function numberTreeValue(update: PdfUpdate, root: Writable | undefined, key: number): Writable | undefined {
  let node = currentDict(update, root);
  for (let level = 0; node !== undefined && level < MAX_LEVELS; level++) {
    const kids = currentArray(update, node.entries.get('Kids'));
    if (kids === undefined) {
      const nums = currentArray(update, node.entries.get('Nums'))?.items ?? [];
      const at = nums.findIndex((item, i) => i % 2 === 0 && item === key);
      return at < 0 ? undefined : nums[at + 1];
    }
    node = currentDict(update, kids.items[kidFor(update, kids, key)]);
  }
  return undefined;
}

/** The highest key of a number tree, or -1. */
export function highestKey(update: PdfUpdate, root: Writable | undefined): number {
  let node = currentDict(update, root);
  for (let level = 0; node !== undefined && level < MAX_LEVELS; level++) {
    const kids = currentArray(update, node.entries.get('Kids'));
    if (kids === undefined) {
      const last = currentArray(update, node.entries.get('Nums'))?.items.at(-2);
      return typeof last === 'number' ? last : -1;
    }
    node = currentDict(update, kids.items.at(-1));
  }
  return -1;
}

/**
 * The number tree with `key` set, its nodes rewritten where they stand; what the root's place has to hold is answered.
 *
 * @throws Refusal `pdf/malformed`
 */
export function setInNumberTree(
  update: PdfUpdate,
  node: Writable | undefined,
  key: number,
  value: Writable,
  level: number = 0,
): Writable {
  if (level > MAX_LEVELS) malformed('a number tree is nested too deeply');
  const dict: WritableDict = currentDict(update, node) ?? { type: 'dict', entries: new Map() };
  const changed = limited(update, withValue(update, dict, key, value, level), key);
  if (!isRef(node)) return changed;
  update.put(node, changed);
  return node;
}

function withValue(update: PdfUpdate, dict: WritableDict, key: number, value: Writable, level: number): WritableDict {
  const kids = currentArray(update, dict.entries.get('Kids'));
  if (kids !== undefined && kids.items.length > 0) {
    const at = kidFor(update, kids, key);
    const items = [...kids.items];
    items[at] = setInNumberTree(update, items[at], key, value, level + 1);
    return withWritable(dict, { Kids: writableArray(...items) });
  }
  const items = [...(currentArray(update, dict.entries.get('Nums'))?.items ?? [])];
  let at = 0;
  while (at < items.length && (items[at] as number) < key) at += 2;
  if (items[at] === key) items[at + 1] = value;
  else items.splice(at, 0, key, value);
  return withWritable(dict, { Nums: { type: 'array', items } });
}

/** The first kid that reaches as far as `key`, or the last one. */
function kidFor(update: PdfUpdate, kids: WritableArray, key: number): number {
  for (const [i, kid] of kids.items.entries()) {
    const limits = currentArray(update, currentDict(update, kid)?.entries.get('Limits'));
    const high = limits?.items[1];
    if (typeof high === 'number' && key <= high) return i;
  }
  return Math.max(kids.items.length - 1, 0);
}

function limited(update: PdfUpdate, dict: WritableDict, key: number): WritableDict {
  const limits = currentArray(update, dict.entries.get('Limits'));
  const [low, high] = limits?.items ?? [];
  if (typeof low !== 'number' || typeof high !== 'number') return dict;
  return withWritable(dict, { Limits: writableArray(Math.min(low, key), Math.max(high, key)) });
}
