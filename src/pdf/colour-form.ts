import type { ContentSource } from './font-metrics.ts';
import { numbers } from './font-metrics.ts';
import { areFunctions } from './function-form.ts';
import { isProfile } from './icc-profile.ts';
import { type PdfDict, type PdfObject, isName, isPdf } from './object.ts';

const DEVICE_SPACES: ReadonlyMap<string, number> = new Map([
  ['DeviceGray', 1],
  ['DeviceRGB', 3],
  ['DeviceCMYK', 4],
]);
/** A reader that keeps sixteen operands forgets the first of more. */
const MAX_COLORANTS = 8;
/** Inks that some readers mix themselves, whatever the stand-in that the file gives; and those that are all or none. */
const OWN_INKS = ['All', 'None', 'Cyan', 'Magenta', 'Yellow', 'Black', 'Gray', 'Red', 'Green', 'Blue'];

/**
 * How many components a colour of that space has (ISO 32000-2 §8.6): for patterns -1, and one less for each component of
 * the colour below an uncoloured one. 0 where readers would not see one colour: the unusual is not looked into.
 * `direct`: of one that stands for the device's, which leads to no further one.
 */
export function spaceComponents(source: ContentSource, object: PdfObject, direct: boolean = false): number {
  const space = source.resolve(object);
  if (isPdf(space, 'name')) return DEVICE_SPACES.get(space.name) ?? (space.name === 'Pattern' && !direct ? -1 : 0);
  if (!isPdf(space, 'array')) return 0;
  const family = source.resolve(space.items[0]);
  const { length } = space.items;
  if (!isPdf(family, 'name') || length > 5) return 0;
  const detail = source.resolve(space.items[1]);
  switch (family.name) {
    case 'DeviceGray':
    case 'DeviceRGB':
    case 'DeviceCMYK':
      return length === 1 ? DEVICE_SPACES.get(family.name)! : 0;
    case 'CalGray':
      return length === 2 && isPdf(detail, 'dict') && isCalGray(source, detail) ? 1 : 0;
    case 'CalRGB':
      return length === 2 && isPdf(detail, 'dict') && isCalRgb(source, detail) ? 3 : 0;
    case 'ICCBased':
      return length === 2 ? iccComponents(source, detail) : 0;
    default:
      return direct ? 0 : specialComponents(source, family.name, space.items);
  }
}

function specialComponents(source: ContentSource, family: string, items: readonly PdfObject[]): number {
  const detail = source.resolve(items[1]);
  switch (family) {
    case 'Pattern': {
      if (items.length === 1) return -1;
      const below = items.length === 2 ? plainComponents(source, items[1]) : 0;
      return below > 0 ? -1 - below : 0;
    }
    case 'I':
    case 'Indexed':
      return items.length === 4 && isIndexed(source, items) ? 1 : 0;
    case 'Separation':
      return items.length === 4 && areInks(source, [items[1]], items) ? 1 : 0;
    case 'DeviceN':
      return isPdf(detail, 'array') && areInks(source, detail.items, items) ? detail.items.length : 0;
    default:
      return 0;
  }
}

/** Of a space that another may stand on: no pattern, no table. */
function plainComponents(source: ContentSource, object: PdfObject | undefined): number {
  const space = source.resolve(object);
  const family = isPdf(space, 'array') ? source.resolve(space.items[0]) : space;
  const isOther = isName(family, 'Pattern') || isName(family, 'Indexed') || isName(family, 'I');
  return isOther || space === undefined ? 0 : spaceComponents(source, space);
}

const SHORT_SPACES: ReadonlyMap<string, number> = new Map([
  ['G', 1],
  ['RGB', 3],
  ['CMYK', 4],
]);

/** A table: some readers take the last colour for what is beyond it, and others black, so it has all. */
function isIndexed(source: ContentSource, items: readonly PdfObject[]): boolean {
  const base = source.resolve(items[1]);
  const short = isName(items[0], 'I') && isPdf(base, 'name') ? SHORT_SPACES.get(base.name) : undefined;
  const components = short ?? plainComponents(source, base);
  const highest = source.resolve(items[2]);
  const table = source.resolve(items[3]);
  if (components <= 0 || typeof highest !== 'number' || !Number.isInteger(highest)) return false;
  if (highest < 0 || highest > 255) return false;
  const bytes = isPdf(table, 'stream') ? source.content(table) : isPdf(table, 'string') ? table.bytes : undefined;
  return bytes !== undefined && bytes.length >= (highest + 1) * components;
}

function areInks(
  source: ContentSource,
  inks: readonly (PdfObject | undefined)[],
  items: readonly PdfObject[],
): boolean {
  if (inks.length === 0 || inks.length > MAX_COLORANTS || items.length > 5) return false;
  for (const ink of inks) {
    const name = source.resolve(ink);
    if (!isPdf(name, 'name') || OWN_INKS.includes(name.name)) return false;
  }
  const components = plainSpace(source, items[2]);
  return components > 0 && areFunctions(source, items[3], inks.length, components, 'tint');
}

/** No special space may stand in for another (ISO 32000-2 §8.6.6.4). Lab is for inks alone: of colours beyond it, readers differ. */
function plainSpace(source: ContentSource, object: PdfObject | undefined): number {
  const space = source.resolve(object);
  if (space === undefined) return 0;
  if (!isPdf(space, 'array') || !isName(source.resolve(space.items[0]), 'Lab')) {
    return spaceComponents(source, space, true);
  }
  const detail = source.resolve(space.items[1]);
  return space.items.length === 2 && isPdf(detail, 'dict') && isLab(source, detail) ? 3 : 0;
}

/** White as light is white: some readers go by it, some do not. */
function hasWhite(source: ContentSource, dict: PdfDict): readonly number[] | undefined {
  const white = numbers(source, dict.entries.get('WhitePoint'), 3);
  if (!white || Math.abs(white[1]! - 1) > 1e-6 || white[0]! < 0.7 || white[0]! > 1.2) return undefined;
  if (white[2]! < 0.3 || white[2]! > 1.5) return undefined;
  const black = dict.entries.has('BlackPoint') ? numbers(source, dict.entries.get('BlackPoint'), 3) : [0];
  return black?.every((value) => value >= 0 && value <= 0.1) === true ? white : undefined;
}

function isGamma(value: PdfObject | undefined): boolean {
  return typeof value === 'number' && value >= 0.9 && value <= 3;
}

function isCalGray(source: ContentSource, dict: PdfDict): boolean {
  const gamma = dict.entries.has('Gamma') ? source.resolve(dict.entries.get('Gamma')) : 1;
  return hasWhite(source, dict) !== undefined && isGamma(gamma);
}

/** Of sRGB; all others in use are near it. */
const MATRIX = [0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505];
const NEAR = 0.3;

function isCalRgb(source: ContentSource, dict: PdfDict): boolean {
  const gamma = dict.entries.has('Gamma') ? numbers(source, dict.entries.get('Gamma'), 3) : [1, 1, 1];
  const matrix = numbers(source, dict.entries.get('Matrix'), 9);
  if (!hasWhite(source, dict) || gamma?.every(isGamma) !== true) return false;
  return matrix?.every((value, i) => Math.abs(value - MATRIX[i]!) <= NEAR) === true;
}

function isLab(source: ContentSource, dict: PdfDict): boolean {
  const range = dict.entries.has('Range') ? numbers(source, dict.entries.get('Range'), 4) : [-100, 100, -100, 100];
  if (!hasWhite(source, dict) || !range) return false;
  const [a0, a1, b0, b1] = range;
  return [a0!, b0!].every((low) => low >= -128 && low <= -80) && [a1!, b1!].every((high) => high >= 80 && high <= 128);
}

/** Some readers follow the profile, some the space beside it, some only count: all three must come to the same. */
function iccComponents(source: ContentSource, profile: PdfObject | undefined): number {
  if (!isPdf(profile, 'stream')) return 0;
  const { entries } = profile.dict;
  const components = source.resolve(entries.get('N'));
  if (components !== 1 && components !== 3 && components !== 4) return 0;
  const range = entries.has('Range') ? numbers(source, entries.get('Range'), 2 * components) : [];
  if (range?.every((value, i) => value === i % 2) !== true) return 0;
  if (entries.has('Alternate')) {
    const alternate = source.resolve(entries.get('Alternate'));
    if (alternate === undefined || isName(alternate, 'Pattern')) return 0;
    if (isPdf(alternate, 'array') && isName(source.resolve(alternate.items[0]), 'ICCBased')) return 0;
    if (spaceComponents(source, alternate, true) !== components) return 0;
  }
  const data = source.content(profile);
  return data !== undefined && isProfile(data, components) ? components : 0;
}
