import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isActOf, mayBeAbout } from '../../log/act-shape.ts';
import { readRecord, type LeafSubject } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { openedLeaf } from '../../log/vouch.ts';
import { LogWalk } from './log-walk.ts';
import { subjectOf } from './subject.ts';

/** The log, and which of its leaves are the first of what they are about. */
export interface WitnessLog extends LogReader {
  /**
   * Whether leaf `index` registered or prepared something of which no earlier leaf told: an authority, an official, a
   * credential, a letter. Acts about it refer to this leaf alone, so that a row which names a copy of it names nothing.
   */
  isFirst(index: number): Promise<boolean>;
}

const FIRST_KINDS = [
  LeafKind.authorityCreated,
  LeafKind.officialRegistered,
  LeafKind.credentialIntent,
  LeafKind.oficioIntent,
];

/**
 * `log` as a witness: which leaves are first is kept up as it grows, each opened once. Memory: some 100 bytes for each
 * letter, credential and official.
 */
export function witnessLog(log: LogReader, primitives: Pick<Primitives, 'hmac'>): WitnessLog {
  const known = new Set<string>();
  const first = new Set<number>();
  const walk = new LogWalk(log, FIRST_KINDS, async (index) => {
    const subject = await subjectOfFirst(index);
    if (!subject) return;
    const key = `${subject.noun}/${subject.key}`;
    if (!known.has(key)) first.add(index);
    known.add(key);
  });

  /** Of what leaf `index` is; where its record is gone, what the leaves about it say. Nothing for one that we never wrote. */
  async function subjectOfFirst(index: number): Promise<LeafSubject | undefined> {
    const leaf = await log.leaf(index);
    if (!leaf || leaf.ref !== undefined) return undefined;
    const opened = await openedLeaf(log, index, primitives);
    return opened ? subjectOfAct(leaf.kind, opened.record) : subjectOfActsAbout(index, leaf.kind);
  }

  async function subjectOfActsAbout(index: number, about: LeafKind): Promise<LeafSubject | undefined> {
    for (const act of await log.referring(index)) {
      if (!mayBeAbout(act.kind, about)) continue;
      const opened = await openedLeaf(log, act.index, primitives);
      const subject = opened && subjectOfAct(act.kind, opened.record);
      const found = subject ?? (await subjectOfActsAbout(act.index, act.kind));
      if (found) return found;
    }
    return undefined;
  }

  return {
    ...log,
    async isFirst(index) {
      await walk.keepUp();
      return first.has(index);
    },
  };
}

function subjectOfAct(kind: LeafKind, encoded: Uint8Array): LeafSubject | undefined {
  const record: readonly CborValue[] = readRecord(encoded) ?? [];
  return isActOf(kind, record) ? subjectOf(record) : undefined;
}
