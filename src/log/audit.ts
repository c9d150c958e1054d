import { equal } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import { compareTiles, type ReadPublishedTile } from './audit-tiles.ts';
import { openCheckpoint } from './checkpoint.ts';
import { decodeLeaf, openLeaf, type Leaf } from './leaf.ts';
import type { CheckpointStore, LogEntry, LogHead, LogReader, StoredCheckpoint } from './ledger.ts';
import { appendLeaf, hashLeaf, rootOf, type Appended, type Frontier, type NodeId } from './merkle.ts';
import type { NoteKey } from './note.ts';

export type AuditProblem =
  /** An index without its entry, or an entry under another index. */
  | 'entry-missing'
  | 'leaf-malformed'
  | 'leaf-hash-differs'
  /** The record, salt or evidence that is kept is not what the leaf commits to. */
  | 'opening-differs'
  /** The record that the leaf commits to is gone. No act of this release erases one. */
  | 'opening-missing'
  /** Refers to itself or to a later leaf. */
  | 'ref-not-earlier'
  | 'node-differs'
  | 'head-differs'
  | 'checkpoint-forged'
  | 'checkpoint-differs'
  /** Entries, and not one checkpoint: the first is as old as the log. */
  | 'checkpoint-missing'
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
  /** Leaves whose opening was checked, and those whose opening is gone. */
  readonly opened: number;
  readonly erased: number;
}

export interface AuditLogDeps {
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  /** The log's key as others know it, not as this database says. */
  readonly logKey: NoteKey;
  readonly primitives: Primitives;
  /** Signed notes that somebody kept elsewhere: the log has to lead to each. */
  readonly kept?: readonly string[];
  /** The tiles as published, where they are at hand. */
  readonly readTile?: ReadPublishedTile;
  /** What it throws ends the audit. */
  readonly onProgress?: (done: number, total: number) => unknown;
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

/** @throws Refusal of the first that is no checkpoint which the log's key signed */
async function readKept({ kept = [], logKey, primitives }: AuditLogDeps): Promise<readonly StoredCheckpoint[]> {
  return Promise.all(kept.map(async (note) => ({ ...(await openCheckpoint(note, logKey, primitives)), note })));
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

/** What the entries so far lead to. */
interface Derived {
  frontier: Frontier;
  size: number;
  opened: number;
  erased: number;
}

/** Checks one entry and adds it to the tree; the subtrees that it closed. */
async function deriveEntry(
  row: LogEntry,
  derived: Derived,
  { log, primitives }: AuditLogDeps,
  report: Report,
): Promise<Appended['closed']> {
  const index = derived.size;
  const leaf = readLeaf(row, index, report);
  const leafHash = hashLeaf(row.entry, primitives);
  if (!equal(leafHash, row.leafHash)) report('leaf-hash-differs', index, index, 'the entry has another hash');
  const opening = await log.opening(index);
  if (!opening) {
    derived.erased++;
    report('opening-missing', index, index, 'what the entry commits to is gone');
  } else if (leaf && openLeaf(leaf, opening, primitives)) derived.opened++;
  else if (leaf) report('opening-differs', index, index, 'the entry commits to something else');
  const { frontier, closed } = appendLeaf(derived.frontier, index, leafHash, primitives);
  derived.frontier = frontier;
  derived.size++;
  return closed;
}

/** Compares each signed root when the derived tree has its size. */
function compareCheckpoints(signed: readonly StoredCheckpoint[], { primitives }: AuditLogDeps, report: Report) {
  let next = 0;
  let agreed = 0;
  let agreedSize = 0;
  return {
    at({ size, frontier }: Derived): void {
      for (; signed[next]?.size === size; next++) {
        if (equal(signed[next]!.root, rootOf(frontier, primitives))) {
          agreed++;
          agreedSize = size;
        } else {
          const detail = `the entries do not lead to the signed root of ${size}`;
          report('checkpoint-differs', agreedSize, Math.max(agreedSize, size - 1), detail);
        }
      }
    },
    agreed: () => agreed,
  };
}

async function checkEnd(head: LogHead, derived: Derived, signed: number, deps: AuditLogDeps, report: Report) {
  const { size, frontier } = derived;
  if (size < signed) report('log-cut-short', size, size, `${size} entries, but ${signed} were signed`);
  if (size < head.size) {
    const [following] = await deps.log.storedEntries(size, Number.MAX_SAFE_INTEGER);
    const found = following ? `after it comes ${following.index}` : 'nothing comes after it';
    report('entry-missing', size, size, `entry ${size} is not there; ${found}`);
  } else if (!equal(head.root, rootOf(frontier, deps.primitives))) {
    report('head-differs', 0, Math.max(0, size - 1), 'the head has another root');
  }
  // More entries than the head knows: honest when the head has moved on by now.
  const [beyond] = await deps.log.storedEntries(head.size, head.size + 1);
  if (beyond && (await deps.log.storedHead()).size <= beyond.index) {
    report('head-differs', beyond.index, beyond.index, `the head says ${head.size} entries, and there are more`);
  }
}

/**
 * Re-derives everything from the entries: their order, hashes and references, what they commit to, every stored node,
 * the head, and every checkpoint that was ever signed. Reads only, also beside a log that grows; memory does not grow
 * with it.
 * @throws Outage as the log does; Refusal `log/corrupt` when the database cannot be read at all, and those of a kept note
 */
export async function auditLog(deps: AuditLogDeps): Promise<AuditReport> {
  const { log, primitives, onProgress } = deps;
  const findings: AuditFinding[] = [];
  let found = 0;
  const report: Report = (problem, from, to, detail) => {
    if (++found <= MAX_FINDINGS) findings.push({ problem, from, to, detail });
  };
  // In this order: a log that grows meanwhile has a head at least as large as its checkpoints.
  const kept = await readKept(deps);
  const signed = [...(await readCheckpoints(deps, report)), ...kept].toSorted((a, b) => a.size - b.size);
  const head = await log.storedHead();
  const hasAny = (await deps.checkpoints.latest()) !== undefined;
  if (!hasAny && head.size > 0) report('checkpoint-missing', 0, head.size - 1, `${head.size} entries, none signed`);
  const last = signed.at(-1)?.size ?? 0;
  const checkpoints = compareCheckpoints(signed, deps, report);
  const tiles = deps.readTile && compareTiles(deps.readTile, last, report);
  const derived: Derived = { frontier: [], size: 0, opened: 0, erased: 0 };

  checkpoints.at(derived);
  for (let isDense = true; isDense && derived.size < head.size;) {
    const rows = await log.storedEntries(derived.size, Math.min(derived.size + BATCH, head.size));
    const closed: Appended['closed'][number][] = [];
    for (const row of rows) {
      if (row.index !== derived.size) break;
      const own = await deriveEntry(row, derived, deps, report);
      closed.push(...own);
      await tiles?.add(row.entry, own);
      checkpoints.at(derived);
    }
    await checkNodes(closed, log, report);
    await onProgress?.(derived.size, head.size);
    isDense = rows.at(-1)?.index === derived.size - 1;
  }
  await tiles?.end();
  await checkEnd(head, derived, last, deps, report);
  return {
    sound: found === 0,
    size: derived.size,
    root: rootOf(derived.frontier, primitives),
    ...firstWrong(findings),
    findings,
    checkpoints: checkpoints.agreed(),
    opened: derived.opened,
    erased: derived.erased,
  };
}
