import type { ContentSource } from './font-metrics.ts';
import type { InkNames } from './ink-names.ts';
import { isPdf } from './object.ts';
import { DICT, NAME, type Operators } from './operators.ts';

/** The identifier that `BDC` gives to marked content, in its dictionary or in the one that it names; -1 for none. */
export function identifierOf(ops: Operators, names: InkNames, source: ContentSource): number {
  const last = ops.count - 1;
  if (ops.kind[last] === DICT) return ops.integerIn(last, 'MCID') ?? -1;
  if (ops.kind[last] !== NAME || last === 0) return -1;
  const properties = source.resolve(names.get('Properties', ops.name(last)));
  const mcid = isPdf(properties, 'dict') ? source.resolve(properties.entries.get('MCID')) : undefined;
  return typeof mcid === 'number' ? mcid : -1;
}

/** Whether `BDC` begins a layer that stands in the content itself, where none may stand (ISO 32000-2 §14.6.2). */
export function isInlineLayer(ops: Operators): boolean {
  const last = ops.count - 1;
  return last > 0 && ops.kind[last] === DICT && ops.kind[last - 1] === NAME && ops.name(last - 1) === 'OC';
}
