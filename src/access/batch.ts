import type { Primitives } from '../core/primitives.ts';
import type { Evidence } from '../log/leaf.ts';
import { hashNode, proveInclusion, rootAt, type ReadNodes } from '../log/merkle.ts';
import { authorisationEvidence, type SignedAssertion } from './evidence.ts';
import { MAX_BATCH, targetOf, type Statement } from './statement.ts';

type Hasher = Pick<Primitives, 'digest'>;

/** Acts of one kind that are authorised together. */
export interface Batch extends Pick<Statement, 'count' | 'target'> {
  /** The evidence of the act at `place`, once there are assertions over the statement. */
  evidenceOf(
    place: number,
    statement: Omit<Statement, 'action' | 'count' | 'target'>,
    assertions: readonly SignedAssertion[],
  ): Promise<Evidence>;
}

/** @throws RangeError for no record, or more than `MAX_BATCH` */
export async function batchOf(records: readonly Uint8Array[], primitives: Hasher): Promise<Batch> {
  const count = records.length;
  if (count === 0 || count > MAX_BATCH) throw new RangeError(`${count} acts cannot be authorised together`);
  const read = subtreesOf(
    records.map((record) => targetOf(record, primitives)),
    primitives,
  );
  const target = await rootAt(count, read, primitives);
  return {
    count,
    target,
    async evidenceOf(place, { key, at, size, root }, assertions) {
      const path = await proveInclusion(place, count, read, primitives);
      return authorisationEvidence({ statement: { count, target, key, at, size, root }, place, path, assertions });
    },
  };
}

/** Complete subtrees over these leaves, level by level. */
function subtreesOf(leaves: readonly Uint8Array[], hasher: Hasher): ReadNodes {
  const levels: (readonly Uint8Array[])[] = [leaves];
  for (let below = leaves; below.length > 1; below = levels.at(-1)!) {
    const pairs = Math.floor(below.length / 2);
    levels.push(Array.from({ length: pairs }, (_, i) => hashNode(below[2 * i]!, below[2 * i + 1]!, hasher)));
  }
  return async (ids) => ids.map(({ level, index }) => levels[level]![index]!);
}
