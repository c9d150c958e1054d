import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { compareTiles, type ReadPublishedTile } from './audit-tiles.ts';
import { openCheckpoint } from './checkpoint.ts';
import { decodeLeaf, openLeaf, type Leaf } from './leaf.ts';
import type { CheckpointStore, LogEntry, LogReader, StoredCheckpoint } from './ledger.ts';
import { appendLeaf, hashLeaf, rootOf, type Appended, type Frontier, type NodeId } from './merkle.ts';
import type { NoteKey } from './note.ts';

export type AuditProblem =
  /** An index without its entry, or an entry under another index. */
  | 'entry-missing'
  | 'leaf-malformed'
  | 'leaf-hash-differs'
  /** The record, salt or evidence that is kept is not what the leaf commits to. */
  | 'opening-differs'
  /** Refers to itself or to a later leaf. */
  | 'ref-not-earlier'
  | 'node-differs'
  | 'head-differs'
  | 'checkpoint-forged'
  | 'checkpoint-differs'
  /** Fewer entries than were signed. */
  | 'log-cut-short'
  | 'tile-differs';

/** Something that cannot be so in an honest log, and where: in one of the entries `from` to `to`. */
export interface AuditFinding {
  readonly problem: AuditProblem;
  readonly from: number;
  readonly to: number;
  readonly detail: string;
}

export interface AuditReport {
  /** Nothing is wrong. */
  readonly sound: boolean;
  /** Re-derived from the entries. */
  readonly size: number;
  readonly root: Uint8Array;
  /** The first entry that is wrong, as narrowly as the findings tell. */
  readonly firstWrong?: { readonly from: number; readonly to: number };
  /** In the order of discovery, at most 100. */
  readonly findings: readonly AuditFinding[];
  /** Signed checkpoints that agree. */
  readonly checkpoints: number;
  /** Leaves whose opening was checked, and those whose opening was erased. */
  readonly opened: number;
  readonly erased: number;
}

export interface AuditLogDeps {
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  /** The log's key as others know it, not as this database says. */
  readonly logKey: NoteKey;
  readonly primitives: Primitives;
  /** The tiles as published, where they are at hand. */
  readonly readTile?: ReadPublishedTile;
  readonly onProgress?: (done: number, total: number) => void;
}

const MAX_FINDINGS = 100;
const BATCH = 1024;

type Report = (problem: AuditProblem, from: number, to: number, detail: string) => void;

async function readCheckpoints(deps: AuditLogDeps, report: Report): Promise<StoredCheckpoint[]> {
  const good: StoredCheckpoint[] = [];
  for (let from = 0; ;) {
    const page = await deps.checkpoints.list(from, BATCH);
    for (const stored of page) {
      const { size, root, note } = stored;
      from = size + 1;
      try {
        const signed = await openCheckpoint(note, deps.logKey, deps.primitives);
        if (signed.size === size && equal(signed.root, root)) good.push(stored);
        else report('checkpoint-forged', 0, Math.max(0, size - 1), `the note of size ${size} says something else`);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        report('checkpoint-forged', 0, Math.max(0, size - 1), `the note of size ${size}: ${error.code}`);
      }
    }
    if (page.length < BATCH) return good;
  }
}

function readLeaf({ entry }: LogEntry, index: number, report: Report): Leaf | undefined {
  try {
    const leaf = decodeLeaf(entry);
    if (leaf.ref !== undefined && leaf.ref >= index) {
      report('ref-not-earlier', index, index, `entry ${index} refers to ${leaf.ref}`);
    }
    return leaf;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    report('leaf-malformed', index, index, error.message);
    return undefined;
  }
}

/** The stored hash of one node, or undefined where there is none. */
async function findNode(log: LogReader, id: NodeId): Promise<Uint8Array | undefined> {
  try {
    return (await log.nodes([id]))[0];
  } catch (error) {
    if (isRefusal(error, 'log/no-such-entry')) return undefined;
    throw error;
  }
}

async function checkNodes(closed: Appended['closed'], log: LogReader, report: Report): Promise<void> {
  for (const { level, index, hash } of closed) {
    if (level === 0) continue;
    const stored = await findNode(log, { level, index });
    if (stored && equal(stored, hash)) continue;
    const width = 2 ** level;
    const detail = `node ${level}/${index} ${stored ? 'has another hash' : 'is missing'}`;
    report('node-differs', index * width, (index + 1) * width - 1, detail);
  }
}

/** The finding that tells most about where the first wrong entry is: it lies before none of them ends. */
function firstWrong(findings: readonly AuditFinding[]): Pick<AuditReport, 'firstWrong'> {
  const [best] = findings.toSorted((a, b) => a.to - b.to || b.from - a.from);
  return best ? { firstWrong: { from: best.from, to: best.to } } : {};
}

/**
 * Re-derives everything from the entries: their order, hashes and references, what they commit to, every stored node,
 * the head, and every checkpoint that was ever signed. Reads only; memory does not grow with the log.
 * @throws Outage as the log does; Refusal `log/corrupt` when the database cannot be read at all
 */
export async function auditLog(deps: AuditLogDeps): Promise<AuditReport> {
  const { log, primitives, onProgress } = deps;
  const findings: AuditFinding[] = [];
  let truncated = false;
  const report: Report = (problem, from, to, detail) => {
    if (findings.length < MAX_FINDINGS) findings.push({ problem, from, to, detail });
    else truncated = true;
  };
  const head = await log.head();
  const signed = await readCheckpoints(deps, report);
  const last = signed.at(-1)?.size ?? 0;
  const tiles = deps.readTile && compareTiles(deps.readTile, last, report);
  const expected = Math.max(head.size, last);
  let frontier: Frontier = [];
  let size = 0;
  let agreed = 0;
  let agreedSize = 0;
  let opened = 0;
  let erased = 0;
  let next = 0;

  const checkCheckpoints = (): void => {
    for (; signed[next]?.size === size; next++) {
      if (equal(signed[next]!.root, rootOf(frontier, primitives))) {
        agreed++;
        agreedSize = size;
      } else {
        report(
          'checkpoint-differs',
          agreedSize,
          Math.max(agreedSize, size - 1),
          `the entries do not lead to the signed root of ${size}`,
        );
      }
    }
  };

  checkCheckpoints();
  for (let more = true; more;) {
    const rows = await log.entries(size, size + BATCH);
    const closed: Appended['closed'][number][] = [];
    for (const row of rows) {
      if (row.index !== size) break;
      const leaf = readLeaf(row, size, report);
      const leafHash = hashLeaf(row.entry, primitives);
      if (!equal(leafHash, row.leafHash)) report('leaf-hash-differs', size, size, 'the entry has another hash');
      const opening = await log.opening(size);
      if (!opening) erased++;
      else if (leaf && openLeaf(leaf, opening, primitives)) opened++;
      else if (leaf) report('opening-differs', size, size, 'the entry commits to something else');
      const appended = appendLeaf(frontier, size, leafHash, primitives);
      frontier = appended.frontier;
      closed.push(...appended.closed);
      size++;
      await tiles?.add(row.entry, appended.closed);
      checkCheckpoints();
    }
    await checkNodes(closed, log, report);
    onProgress?.(size, expected);
    more = rows.length > 0 && rows.at(-1)!.index === size - 1;
    if (!more && rows.length > 0) report('entry-missing', size, size, `after ${size - 1} comes ${rows.at(-1)!.index}`);
  }
  await tiles?.end();

  const root = rootOf(frontier, primitives);
  if (size < last) report('log-cut-short', size, size, `${size} entries, but ${last} were signed`);
  if (head.size !== size) {
    const from = Math.min(size, head.size);
    report('head-differs', from, from, `the head says ${head.size} entries, found ${size}`);
  } else if (!equal(head.root, root)) {
    report('head-differs', 0, Math.max(0, size - 1), 'the head has another root');
  }
  return {
    sound: findings.length === 0 && !truncated,
    size,
    root,
    ...firstWrong(findings),
    findings,
    checkpoints: agreed,
    opened,
    erased,
  };
}
