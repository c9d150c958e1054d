import type { ContentSource } from './font-metrics.ts';
import { type PdfObject, isPdf } from './object.ts';
import { NAME, NUMBER, type Operators, operator } from './operators.ts';

/** A colour space as far as white is concerned: how many components, and whether all at 1 or all at 0 is white. */
export type WhiteRule = 'ones-1' | 'ones-3' | 'zeros-4' | 'none';

const DEVICE_SPACES: ReadonlyMap<string, WhiteRule> = new Map([
  ['DeviceGray', 'ones-1'],
  ['DeviceRGB', 'ones-3'],
  ['DeviceCMYK', 'zeros-4'],
  ['Pattern', 'none'],
]);

interface ColourOperator {
  readonly stroke: boolean;
  /** It names a colour space, and the colour is that space's first: black. */
  readonly selects: boolean;
  /** The colour space that it implies. */
  readonly rule: WhiteRule | undefined;
}

function colour(stroke: boolean, rule?: WhiteRule, selects: boolean = false): ColourOperator {
  return { stroke, selects, rule };
}

/** The colour operators (ISO 32000-2 table 73). */
const COLOURS: ReadonlyMap<number, ColourOperator> = new Map([
  [operator('g'), colour(false, 'ones-1')],
  [operator('G'), colour(true, 'ones-1')],
  [operator('rg'), colour(false, 'ones-3')],
  [operator('RG'), colour(true, 'ones-3')],
  [operator('k'), colour(false, 'zeros-4')],
  [operator('K'), colour(true, 'zeros-4')],
  [operator('cs'), colour(false, undefined, true)],
  [operator('CS'), colour(true, undefined, true)],
  [operator('sc'), colour(false)],
  [operator('scn'), colour(false)],
  [operator('SC'), colour(true)],
  [operator('SCN'), colour(true)],
]);

const NEARLY_WHITE = 0.995;

/** The colours of the graphics state, as far as they are white. */
export interface InkColours {
  fillWhite: boolean;
  strokeWhite: boolean;
  fillSpace: WhiteRule;
  strokeSpace: WhiteRule;
}

/** Follows a colour operator; false for any other. `spaceOf` looks a colour space up in the resources. */
export function colourOperator(
  op: number,
  ops: Operators,
  state: InkColours,
  spaceOf: (name: string) => WhiteRule,
): boolean {
  const colour = COLOURS.get(op);
  if (colour === undefined) return false;
  const { stroke, selects } = colour;
  let rule = colour.rule ?? (stroke ? state.strokeSpace : state.fillSpace);
  if (selects) rule = ops.count > 0 && ops.kind[0] === NAME ? spaceOf(ops.name(0)) : 'none';
  const white = !selects && isWhite(rule, ops);
  if (stroke) {
    state.strokeSpace = rule;
    state.strokeWhite = white;
  } else {
    state.fillSpace = rule;
    state.fillWhite = white;
  }
  return true;
}

/** Whether the operands are white under `rule`. */
function isWhite(rule: WhiteRule, ops: Operators): boolean {
  const { count, kind, value } = ops;
  if (rule === 'none' || count !== (rule === 'ones-1' ? 1 : rule === 'ones-3' ? 3 : 4)) return false;
  for (let i = 0; i < count; i++) {
    if (kind[i] !== NUMBER) return false;
    if (rule === 'zeros-4' ? value[i]! > 1 - NEARLY_WHITE : value[i]! < NEARLY_WHITE) return false;
  }
  return true;
}

/** The rule of the colour space `name`: the one of the device, or `object` of the resources. */
export function whiteRule(source: ContentSource, name: string, object: PdfObject | undefined): WhiteRule {
  const device = DEVICE_SPACES.get(name);
  if (device !== undefined) return device;
  const space = source.resolve(object);
  if (isPdf(space, 'name')) return DEVICE_SPACES.get(space.name) ?? 'none';
  const family = isPdf(space, 'array') ? source.resolve(space.items[0]) : undefined;
  if (!isPdf(space, 'array') || !isPdf(family, 'name')) return 'none';
  if (family.name === 'CalGray') return 'ones-1';
  if (family.name === 'CalRGB') return 'ones-3';
  if (family.name !== 'ICCBased') return DEVICE_SPACES.get(family.name) ?? 'none';
  const profile = source.resolve(space.items[1]);
  const components = isPdf(profile, 'stream') ? source.resolve(profile.dict.entries.get('N')) : undefined;
  return components === 1 ? 'ones-1' : components === 3 ? 'ones-3' : components === 4 ? 'zeros-4' : 'none';
}
