import { concat, equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { LogCode } from './code.ts';
import type { LogReader } from './ledger.ts';
import { rootOver, type NodeId } from './merkle.ts';

/** The log as static files (https://c2sp.org/tlog-tiles): 256 hashes, or the 256 entries below them, a file. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MAX_LEVEL = 5;

export interface Tile {
  /** 0 to 5; `entries` for the bundle of entries below a tile of level 0. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 256; fewer in the last tile of a level, which grows no more once it is 256. */
  readonly width: number;
}

/** `x001/x234/067` for 1234067. */
function formatIndex(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g)!;
  return groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/');
}

/** The tile's path below the log's address: `tile/0/x001/x234/067.p/8`. */
export function formatTilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${formatIndex(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** The tile that a path names; undefined for anything but the one spelling of a possible tile. */
export function parseTilePath(path: string): Tile | undefined {
  const match = /^tile\/(entries|[0-5])\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (!match) return undefined;
  const level = match[1] === 'entries' ? 'entries' : Number(match[1]);
  const index = Number(match[2]!.replace(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const tile: Tile = { level, index, width };
  // Also refuses what has a shorter spelling: x000/001, .p/256.
  return Number.isSafeInteger(index) && width <= TILE_WIDTH && formatTilePath(tile) === path ? tile : undefined;
}

/** How many hashes level `level` of tiles has in a log of `size` entries. */
function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/**
 * Whether a log with a checkpoint of `size` serves this tile: a full one that exists, or the last one just as wide as it
 * is. Narrower ones of full tiles are gone, which the specification allows.
 */
export function isTileOf({ level, index, width }: Tile, size: number): boolean {
  const hashes = hashesAt(level === 'entries' ? 0 : level, size);
  const end = index * TILE_WIDTH + width;
  return width === TILE_WIDTH ? end <= hashes : end === hashes;
}

/** Every tile of a log of `size` entries, as a mirror or an export lists them: bundles first, then level by level. */
export function* tilesOf(size: number): Generator<Tile> {
  for (const level of ['entries', 0, 1, 2, 3, 4, MAX_LEVEL] as const) {
    const hashes = hashesAt(level === 'entries' ? 0 : level, size);
    for (let index = 0; index * TILE_WIDTH < hashes; index++) {
      yield { level, index, width: Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH) };
    }
  }
}

/** The subtrees whose hashes a tile of hashes holds. */
export function nodesOfTile(level: number, index: number, width: number): NodeId[] {
  return Array.from({ length: width }, (_, i) => ({ level: level * TILE_HEIGHT, index: index * TILE_WIDTH + i }));
}

/** Each entry after its length in two bytes. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concat(
    ...entries.flatMap((entry) => {
      if (entry.length > 0xffff) throw new RangeError(`an entry of ${entry.length} bytes`);
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** @throws Refusal `log/bundle-malformed`: an entry cut short, or more than 256 of them */
export function decodeEntryBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 + ((bytes[at]! << 8) | (bytes[at + 1] ?? 0));
    if (at + 2 > bytes.length || end > bytes.length) {
      throw new Refusal<LogCode>('log/bundle-malformed', `entry ${entries.length} is cut short`);
    }
    if (entries.length === TILE_WIDTH) throw new Refusal<LogCode>('log/bundle-malformed', 'more than 256 entries');
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return entries;
}

/**
 * The bytes of a tile: of nothing but what leads to the head, for copies of it are kept for ever. Which tiles may be
 * served depends on the checkpoint: ask `isTileOf` first.
 * @throws Refusal `log/no-such-entry` for a tile that the log has not filled, `log/corrupt` where somebody edited it
 */
export async function readTile(
  log: Pick<LogReader, 'head' | 'entries' | 'nodes'>,
  tile: Tile,
  primitives: Pick<Primitives, 'digest'>,
): Promise<Uint8Array> {
  const { level, index, width } = tile;
  if (level !== 'entries' && level > 0) return concat(...(await readHashes(log, { level, index, width }, primitives)));
  const start = index * TILE_WIDTH;
  const rows = await log.entries(start, start + width);
  if (rows.length !== width) throw new Refusal<LogCode>('log/no-such-entry', `no entries up to ${start + width}`);
  return level === 0 ? concat(...rows.map((row) => row.leafHash)) : encodeEntryBundle(rows.map((row) => row.entry));
}

/** Hashes above the leaves: too many entries lie below them to hash those anew, so it is shown that they lead to the head. */
async function readHashes(
  log: Pick<LogReader, 'head' | 'nodes'>,
  { level, index, width }: Tile & { readonly level: number },
  primitives: Pick<Primitives, 'digest'>,
): Promise<readonly Uint8Array[]> {
  const ids = nodesOfTile(level, index, width);
  const { size, root } = await log.head();
  if (index * TILE_WIDTH + width > hashesAt(level, size)) {
    throw new Refusal<LogCode>('log/no-such-entry', `no tile ${level}/${index} of ${width} hashes`);
  }
  const hashes = await log.nodes(ids);
  if (equal(await rootOver(hashes, ids[0]!, size, log.nodes.bind(log), primitives), root)) return hashes;
  throw new Refusal<LogCode>('log/corrupt', `the tile ${level}/${index} does not lead to the head`);
}
