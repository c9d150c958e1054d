import { EvidenceKind } from '../../access/evidence.ts';
import { judgeAct, type JudgeDeps as EvidenceJudge } from '../../access/judge.ts';
import { isOfCard } from '../logged/willed-log.ts';
import { REQUIREMENTS } from '../../access/requirement.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { RegisterFinding } from '../../log/claim.ts';
import { LeafKind, openLeaf, type Leaf, type Opening } from '../../log/leaf.ts';
import { readRecord } from '../../log/record.ts';
import { subjectOf } from '../logged/subject.ts';

/**
 * What is wrong with the evidence of one act, as every verifier would judge it: whoever appended it to the log had the database, and
 * nobody's assertion. What is kept beside a leaf that commits to something else is a finding of the log's own audit.
 */
export async function compareEvidence(
  judge: EvidenceJudge,
  index: number,
  leaf: Leaf,
  { record, salt, evidence }: Opening,
  primitives: Primitives,
): Promise<readonly RegisterFinding[]> {
  const { by } = REQUIREMENTS[leaf.kind];
  if (by !== 'asserted' && by !== 'withdrawn') return [];
  if (by === 'withdrawn' && evidence?.kind === EvidenceKind.automatic) return [];
  if (evidence && openLeaf(leaf, { record, salt, evidence }, primitives)) {
    if (leaf.kind === LeafKind.credentialIntent && isOfCard({ record, evidence })) return [];
    const finding = await judgeAct({ index, kind: leaf.kind, record, evidence }, judge);
    if (finding.outcome === 'authorised') return [];
  }
  const { noun, key } = subjectOf(readRecord(record) ?? []) ?? { noun: 'leaf', key: String(index) };
  return [{ problem: 'act-not-authorised', noun, key, leaf: index }];
}
