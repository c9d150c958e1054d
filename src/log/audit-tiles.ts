import { concat, equal } from '../core/bytes.ts';
import type { Appended } from './merkle.ts';
import { encodeEntryBundle, formatTilePath, TILE_WIDTH, type Tile } from './tile.ts';

/** A tile as somebody published it; undefined when it is not there. */
export type ReadPublishedTile = (tile: Tile) => Promise<Uint8Array | undefined>;

type Report = (problem: 'tile-differs', from: number, to: number, detail: string) => void;

/** Compares what an audit re-derives, entry by entry, with published tiles. */
export interface TileComparison {
  add(entry: Uint8Array, closed: Appended['closed']): Promise<void>;
  /** After the last entry: the partial tiles. */
  end(): Promise<void>;
}

const HASH_BYTES = 32;

/** Which piece of two tiles differs first. */
function firstDifference(pieces: readonly Uint8Array[], found: Uint8Array): number {
  let at = 0;
  for (const [i, piece] of pieces.entries()) {
    if (!equal(found.subarray(at, at + piece.length), piece)) return i;
    at += piece.length;
  }
  return pieces.length - 1;
}

/** For the tiles of the checkpoint of `size` entries. */
export function compareTiles(read: ReadPublishedTile, size: number, report: Report): TileComparison {
  let added = 0;
  /** What is known of the tile that is being filled on each level. */
  const filling = new Map<Tile['level'], { index: number; pieces: Uint8Array[] }>();

  async function compare(level: Tile['level']): Promise<void> {
    const current = filling.get(level);
    if (!current || current.pieces.length === 0) return;
    const { index, pieces } = current;
    const tile: Tile = { level, index, width: pieces.length };
    filling.set(level, { index: index + 1, pieces: [] });
    const expected = level === 'entries' ? encodeEntryBundle(pieces) : concat(...pieces);
    const found = await read(tile);
    if (found && equal(found, expected)) return;
    const units = level === 'entries' ? pieces.map((piece) => encodeEntryBundle([piece])) : pieces;
    const at = index * TILE_WIDTH + (found ? firstDifference(units, found) : 0);
    const width = level === 'entries' ? 1 : TILE_WIDTH ** level;
    const to = found ? (at + 1) * width - 1 : (index * TILE_WIDTH + pieces.length) * width - 1;
    report('tile-differs', at * width, to, `${formatTilePath(tile)} ${found ? 'differs' : 'is missing'}`);
  }

  async function put(level: Tile['level'], piece: Uint8Array): Promise<void> {
    const current = filling.get(level) ?? { index: 0, pieces: [] };
    filling.set(level, current);
    current.pieces.push(piece);
    if (current.pieces.length === TILE_WIDTH) await compare(level);
  }

  return {
    async add(entry, closed) {
      if (added === size) return;
      added++;
      await put('entries', entry);
      for (const { level, hash } of closed) {
        if (level % 8 === 0 && level / 8 <= 5 && hash.length === HASH_BYTES) await put(level / 8, hash);
      }
    },
    async end() {
      for (const level of [...filling.keys()]) await compare(level);
    },
  };
}
