import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { isActOf } from '../../log/act-shape.ts';
import { readRecord, type LeafSubject } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { openedLeaf, openingMissing } from '../../log/vouch.ts';
import { LogWalk } from './log-walk.ts';
import { subjectOf } from './subject.ts';

/** The log, and which of its leaves are the first of what they are about. */
export interface WitnessLog extends LogReader {
  /**
   * Whether leaf `index` registered or prepared something of which no earlier leaf told: an authority, an official, a
   * credential, a card, a letter. Acts about it refer to this leaf alone, so that a row which names a copy of it names nothing.
   * @throws Refusal `log/opening-missing` where its record is gone, or that of an earlier leaf of its kind, which may be of the same
   */
  isFirst(index: number): Promise<boolean>;
  /** The first leaf of this official. @throws Refusal `log/opening-missing` where a record that might be of them is gone */
  firstOfOfficial(id: string): Promise<number | undefined>;
  /** The leaf that registered the card of this number. @throws Refusal `log/opening-missing` likewise */
  firstOfCard(number: string): Promise<number | undefined>;
}

const FIRST_KINDS: readonly LeafKind[] = [
  LeafKind.authorityCreated,
  LeafKind.officialRegistered,
  LeafKind.credentialIntent,
  LeafKind.cardRegistered,
  LeafKind.oficioIntent,
];

/**
 * `log` as a witness: which leaves are first is kept up as it grows, each opened once. Memory: some 100 bytes for each
 * letter, credential and official.
 */
export function witnessLog(log: LogReader, primitives: Pick<Primitives, 'hmac'>): WitnessLog {
  const byKey = new Map<string, number>();
  const first = new Set<number>();

  async function note(index: number): Promise<void> {
    const leaf = await log.leaf(index);
    // Of what nobody can read any more, nothing may take the place: who erased it may have had a reason.
    const opened = leaf && ((await openedLeaf(log, index, primitives)) ?? openingMissing(index));
    if (!opened || opened.ref !== undefined) return;
    const record = readRecord(opened.record) ?? [];
    const subject = isActOf(opened.kind, record) ? subjectOf(record) : undefined;
    if (!subject || byKey.has(keyOf(subject))) return;
    byKey.set(keyOf(subject), index);
    first.add(index);
  }

  // Each kind by itself: what is gone of one stops no other.
  const walks = new Map(FIRST_KINDS.map((kind) => [kind, new LogWalk(log, [kind], note)]));

  return {
    ...log,
    async isFirst(index) {
      if (first.has(index)) return true;
      const leaf = await log.leaf(index);
      const walk = leaf && walks.get(leaf.kind);
      try {
        await walk?.keepUp();
      } catch (error) {
        // Of the leaves before the one that is gone, all is known; of itself nothing, and it may be put back.
        if (!isRefusal(error, 'log/opening-missing') || walk!.next <= index) throw error;
      }
      return first.has(index);
    },
    async firstOfOfficial(id) {
      await walks.get(LeafKind.officialRegistered)!.keepUp();
      return byKey.get(keyOf({ noun: 'official', key: id }));
    },
    async firstOfCard(number) {
      await walks.get(LeafKind.cardRegistered)!.keepUp();
      return byKey.get(keyOf({ noun: 'card', key: number }));
    },
  };
}

function keyOf({ noun, key }: LeafSubject): string {
  return `${noun}/${key}`;
}
