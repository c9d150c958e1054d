import { toLatin1 } from '../core/bytes.ts';
import { standsAt } from './lex.ts';

const HEADER = 128;
const SPACES: ReadonlyMap<number, string> = new Map([
  [1, 'GRAY'],
  [3, 'RGB '],
  [4, 'CMYK'],
]);
const MAX_TAGS = 100;
/** Of sRGB by the light of ICC's D50; all others in use are near it. */
const PRIMARIES: Readonly<Record<string, readonly number[]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
const NEAR = 0.4;
/** What a profile must have, if it has no table. */
const NEEDED: ReadonlyMap<number, readonly string[]> = new Map([
  [1, ['kTRC']],
  [3, ['rTRC', 'gTRC', 'bTRC', 'rXYZ', 'gXYZ', 'bXYZ']],
  [4, []],
]);

/**
 * Whether `data` is an ICC profile (ICC.1 §7) for so many components, by whose curves more is lighter. Tables of whole
 * colours are not looked into: of CMYK, which has nothing else, they are taken as they are.
 */
export function isProfile(data: Uint8Array, components: number): boolean {
  if (data.length < HEADER + 4) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const size = view.getUint32(0);
  if (size < HEADER + 4 || size > data.length) return false;
  if (!standsAt(data, 36, 'acsp') || !standsAt(data, 16, SPACES.get(components)!)) return false;
  const tags = view.getUint32(HEADER);
  if (tags > MAX_TAGS || HEADER + 4 + 12 * tags > size) return false;
  const needed = new Set(NEEDED.get(components));
  for (let i = 0; i < tags; i++) {
    const at = HEADER + 4 + 12 * i;
    const from = view.getUint32(at + 4);
    const length = view.getUint32(at + 8);
    if (from + length > size || length < 8) return false;
    const name = toLatin1(data.subarray(at, at + 4));
    const tag = new DataView(data.buffer, data.byteOffset + from, length);
    if (/^[rgbk]TRC$/.test(name) && !isRising(tag)) return false;
    const primary = PRIMARIES[name];
    if (primary && !isNear(tag, primary)) return false;
    if (components !== 4 && /^[AD]2B\d$/.test(name)) return false;
    needed.delete(name);
  }
  return needed.size === 0;
}

function isNear(tag: DataView, primary: readonly number[]): boolean {
  if (tag.byteLength < 20) return false;
  return primary.every((value, i) => Math.abs(tag.getInt32(8 + 4 * i) / 65_536 - value) <= NEAR);
}

const CURVE = 0x63757276;
const PARAMETRIC = 0x70617261;
/** Most of the way from black to white. */
const SPAN = 0xc000;

/** A tone curve (ICC.1 §10.6, §10.18) that rises from dark to light. */
function isRising(tag: DataView): boolean {
  const kind = tag.getUint32(0);
  if (kind === PARAMETRIC) return tag.byteLength >= 16 && isGamma(tag.getInt32(12) / 65_536);
  if (kind !== CURVE || tag.byteLength < 12) return false;
  const count = tag.getUint32(8);
  if (count === 0) return true;
  if (tag.byteLength < 12 + 2 * count) return false;
  if (count === 1) return isGamma(tag.getUint16(12) / 256);
  let before = tag.getUint16(12);
  for (let i = 1; i < count; i++) {
    const value = tag.getUint16(12 + 2 * i);
    if (value < before) return false;
    before = value;
  }
  return before - tag.getUint16(12) >= SPAN;
}

function isGamma(value: number): boolean {
  return value >= 0.9 && value <= 3;
}
