import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import type { AuditFinding, AuditProblem } from './audit.ts';
import { compareTiles, type ReadPublishedTile } from './audit-tiles.ts';
import { openCheckpoint, type Checkpoint } from './checkpoint.ts';
import { appendLeaf, hashLeaf, rootOf, type Frontier } from './merkle.ts';
import type { NoteKey } from './note.ts';
import { decodeEntryBundle, TILE_WIDTH } from './tile.ts';

export interface VerifyPublishedDeps {
  /** The newest signed note, as published. */
  readonly note: string;
  /** The log's key, by a charter that the reader believes. */
  readonly logKey: NoteKey;
  readonly readTile: ReadPublishedTile;
  readonly primitives: Pick<Primitives, 'digest' | 'verify'>;
  /** A signed note that the reader kept from before: the log has to lead to it. */
  readonly kept?: string;
  /** An entry that has to stand where it is said to. */
  readonly expected?: { readonly index: number; readonly entry: Uint8Array };
  readonly onProgress?: (done: number, total: number) => unknown;
}

export interface PublishedReport {
  readonly sound: boolean;
  readonly checkpoint: Checkpoint;
  /** Re-derived from the entries as published. */
  readonly root: Uint8Array;
  /** Leaves that the kept checkpoint covers. */
  readonly keptSize?: number;
  /** The expected entry stands there. */
  readonly isExpected?: boolean;
  /** In the order of discovery, at most 20. */
  readonly findings: readonly AuditFinding[];
}

const MAX_FINDINGS = 20;

/**
 * What anybody can find out about a log from what it publishes, and the one key that they believe: every entry is hashed anew, and has to
 * lead to the published hashes, to the signed root, and to the root that was kept. Whoever is shown another log than others are, and
 * kept nothing, cannot tell.
 * @throws Refusal of a note that the log's key did not sign; what `readTile` throws
 */
export async function verifyPublished(deps: VerifyPublishedDeps): Promise<PublishedReport> {
  const { note, logKey, primitives, expected, onProgress } = deps;
  const checkpoint = await openCheckpoint(note, logKey, primitives);
  const kept = deps.kept === undefined ? undefined : await openCheckpoint(deps.kept, logKey, primitives);
  const { size } = checkpoint;
  const findings: AuditFinding[] = [];
  let found = 0;
  const report = (problem: AuditProblem, from: number, to: number, detail: string): void => {
    if (++found <= MAX_FINDINGS) findings.push({ problem, from, to, detail });
  };
  const comparison = compareTiles(deps.readTile, size, report);
  let frontier: Frontier = [];
  let done = 0;
  let isExpected: boolean | undefined;
  const compareRoot = ({ size: signed, root }: Checkpoint): void => {
    if (signed !== done || equal(rootOf(frontier, primitives), root)) return;
    report('checkpoint-differs', 0, Math.max(0, signed - 1), `the entries do not lead to the signed root of ${signed}`);
  };
  if (kept && kept.size > size) report('log-cut-short', size, size, `${size} entries, but ${kept.size} were signed`);
  if (kept) compareRoot(kept);
  while (done < size) {
    const width = Math.min(TILE_WIDTH, size - done);
    const entries = await readEntries(deps.readTile, done / TILE_WIDTH, width);
    if (!entries) {
      report('tile-differs', done, done + width - 1, 'the entries are missing or malformed');
      break;
    }
    for (const entry of entries) {
      if (expected?.index === done) isExpected = equal(entry, expected.entry);
      const { frontier: next, closed } = appendLeaf(frontier, done, hashLeaf(entry, primitives), primitives);
      frontier = next;
      done++;
      await comparison.add(entry, closed);
      if (kept) compareRoot(kept);
    }
    await onProgress?.(done, size);
  }
  if (done === size) {
    await comparison.end();
    compareRoot(checkpoint);
  }
  if (isExpected === false) {
    report('leaf-hash-differs', expected!.index, expected!.index, 'another entry is published there');
  }
  return {
    sound: found === 0,
    checkpoint,
    root: rootOf(frontier, primitives),
    ...(kept && { keptSize: kept.size }),
    ...(isExpected !== undefined && { isExpected }),
    findings,
  };
}

async function readEntries(
  read: ReadPublishedTile,
  index: number,
  width: number,
): Promise<readonly Uint8Array[] | undefined> {
  const bundle = await read({ level: 'entries', index, width });
  try {
    const entries = bundle && decodeEntryBundle(bundle);
    return entries?.length === width ? entries : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
