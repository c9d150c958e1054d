import { EvidenceKind } from '../../access/evidence.ts';
import { judgeAct, type AccessLeaf, type JudgeDeps } from '../../access/judge.ts';
import { REQUIREMENTS } from '../../access/requirement.ts';
import { cardGuidOf } from '../../authority/card-name.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { readRecord } from '../../log/record.ts';
import { accessLeaf } from './access.ts';
import { bodyOfIntent } from './card-proof.ts';

/**
 * Kinds of which every leaf is walked over as the log is read: who works here, in which units, with what. Letters are judged one by one,
 * where they are asked for.
 */
const WALKED: ReadonlySet<LeafKind> = new Set([
  LeafKind.officialRegistered,
  LeafKind.officialChanged,
  LeafKind.officialEnded,
  LeafKind.unitSet,
  LeafKind.distinctiveGranted,
  LeafKind.credentialIntent,
  LeafKind.folioSeriesSet,
]);

/** What is certified for a card counts by the activation of the card, which names it. */
export function isOfCard({ record, evidence }: Pick<AccessLeaf, 'record' | 'evidence'>): boolean {
  if (evidence.kind !== EvidenceKind.session) return false;
  const body = bodyOfIntent(readRecord(record) ?? []);
  return body !== undefined && cardGuidOf(body) !== undefined;
}

/**
 * The log without the acts that nobody who may authorised: whoever has the database appends leaves, and they say nothing. One whose
 * evidence nobody can read any more is not left out: who erased it may have had a reason.
 */
export function willedLog(log: LogReader, judge: JudgeDeps): LogReader {
  const known = new Map<number, Promise<boolean>>();
  const unread = new Set<number>();

  const judged = async (index: number, kind: LeafKind): Promise<boolean> => {
    const { by } = REQUIREMENTS[kind];
    if (by !== 'asserted' && by !== 'withdrawn') return true;
    const leaf = await accessLeaf(log, index, judge.primitives);
    if (!leaf) unread.add(index);
    if (!leaf || (by === 'withdrawn' && leaf.evidence.kind === EvidenceKind.automatic)) return true;
    if (kind === LeafKind.credentialIntent && isOfCard(leaf)) return true;
    return (await judgeAct({ ...leaf, index }, judge)).outcome === 'authorised';
  };
  const isWilled = (index: number, kind: LeafKind): Promise<boolean> => {
    const kept = known.get(index);
    if (kept) return kept;
    const found = judged(index, kind);
    known.set(index, found);
    // Evidence that is gone may be put back.
    void found.then(
      () => unread.delete(index) && known.delete(index),
      () => known.delete(index),
    );
    return found;
  };
  const only = async <One>(all: readonly One[], ask: (one: One) => Promise<boolean>): Promise<readonly One[]> => {
    const kept = await Promise.all(all.map(ask));
    return kept.every(Boolean) ? all : all.filter((_, i) => kept[i]);
  };

  return {
    ...log,
    referring: async (index) => only(await log.referring(index), (one) => isWilled(one.index, one.kind)),
    async ofKinds(kinds, from) {
      const all = await log.ofKinds(kinds, from);
      if (!kinds.some((kind) => WALKED.has(kind))) return all;
      return only(all, async (index) => isWilled(index, (await log.leaf(index))!.kind));
    },
  };
}
