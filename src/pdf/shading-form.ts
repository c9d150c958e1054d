import { spaceComponents } from './colour-form.ts';
import { type ContentSource, numbers } from './font-metrics.ts';
import { areFunctions } from './function-form.ts';
import { type PdfObject, isName, isPdf } from './object.ts';

/** Numbers in /Coords: of those that run along an axis, and between circles. */
const AXIAL = 4;
const RADIAL = 6;
/** Shadings of triangles and patches, whose data are a stream. */
const MESHES = [4, 5, 6, 7];

/** Whether every reader draws that gradient (ISO 32000-2 §8.7.4.5). */
export function isShading(source: ContentSource, object: PdfObject): boolean {
  const dict = isPdf(object, 'stream') ? object.dict : object;
  if (!isPdf(dict, 'dict')) return false;
  const { entries } = dict;
  // What some paint outside of the gradient, and where some end it.
  if (entries.has('Background') || entries.has('BBox')) return false;
  const space = source.resolve(entries.get('ColorSpace'));
  const family = isPdf(space, 'array') ? source.resolve(space.items[0]) : space;
  const components = space === undefined || isName(family, 'Indexed') ? 0 : spaceComponents(source, space);
  if (components <= 0) return false;
  const kind = source.resolve(entries.get('ShadingType'));
  if (kind === 1) {
    const isPlaced = !entries.has('Matrix') || numbers(source, entries.get('Matrix'), 6) !== undefined;
    const isBounded = isDomain(source, entries.get('Domain'), 4);
    return isPlaced && isBounded && areFunctions(source, entries.get('Function'), 2, components, 'blend');
  }
  if (kind === 2 || kind === 3) {
    const coords = numbers(source, entries.get('Coords'), kind === 2 ? AXIAL : RADIAL);
    if (!coords || !hasLength(coords)) return false;
    if (!isDomain(source, entries.get('Domain'), 2)) return false;
    return areFunctions(source, entries.get('Function'), 1, components, 'blend');
  }
  if (typeof kind !== 'number' || !MESHES.includes(kind) || !isPdf(object, 'stream')) return false;
  return !entries.has('Function') || areFunctions(source, entries.get('Function'), 1, components, 'blend');
}

/** Absent, or pairs of which the second is greater: of one that goes back some take the first colour for all. */
function isDomain(source: ContentSource, object: PdfObject | undefined, count: number): boolean {
  if (object === undefined) return true;
  const domain = numbers(source, object, count);
  return domain?.every((value, i) => i % 2 === 0 || value > domain[i - 1]!) === true;
}

/** From a point to itself some readers paint all, some nothing. */
function hasLength(coords: readonly number[]): boolean {
  const half = coords.length / 2;
  return coords.some((value, i) => i < half && value !== coords[i + half]);
}
