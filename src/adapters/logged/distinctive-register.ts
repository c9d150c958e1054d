import { isRefusal } from '../../core/refusal.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { Distinctive } from '../../directory/distinctive/distinctive.ts';
import type { DistinctiveStore } from '../../directory/distinctive/store.ts';
import type { DistinctiveRegister, RegisteredDistinctive } from '../../verifier/knowledge.ts';
import { openingMissing } from '../../log/vouch.ts';
import { bodyOfIntent } from './card-proof.ts';
import type { RegisterDeps } from './register.ts';
import { registeredOfficial } from './registered-official.ts';
import { isSuspended, loggedStatus, openedRecord } from './witness.ts';

export interface DistinctiveRegisterDeps extends RegisterDeps {
  /** What was granted may be unread: then it counts for nothing. */
  readonly distinctives: Pick<DistinctiveStore, 'find' | 'listOf'>;
}

type Told = Omit<RegisteredDistinctive, 'official'>;

/** The origin's own distinctives, each as the log has it. */
export function distinctiveRegister(deps: DistinctiveRegisterDeps): DistinctiveRegister {
  const told = async (distinctive: Distinctive): Promise<Told> => {
    const { number, until, withdrawn, withdrawnLeaf, officialId } = distinctive;
    return {
      number,
      until,
      ...(withdrawn && { withdrawn }),
      ...(withdrawnLeaf !== undefined && { withdrawnLeaf }),
      isUnderReview: withdrawnLeaf === undefined && (await isUnderReview(deps, officialId, deps.clock())),
    };
  };
  return {
    async findByNumber(number) {
      const found = (await deps.distinctives.find(number))?.record;
      const official = found && (await registeredOfficial(deps, found.officialId));
      if (!found || !official) return undefined;
      return { ...(await told(found)), official };
    },
    async newestOf(officialId) {
      try {
        const newest = (await deps.distinctives.listOf(officialId)).at(-1)?.record;
        return newest && (await told(newest));
      } catch (error) {
        // A line beside another answer, which is not to fail for it.
        if (isRefusal(error, 'log/opening-missing')) return undefined;
        throw error;
      }
    },
  };
}

/**
 * Whether any credential of this person that has not run out is suspended, by the log: then they are being looked into.
 * @throws Refusal `log/opening-missing`
 */
export async function isUnderReview(
  { log, primitives }: Pick<RegisterDeps, 'log' | 'primitives'>,
  officialId: string,
  at: UnixSeconds,
): Promise<boolean> {
  for (const { serial } of await log.credentialsOf(officialId)) {
    const intentLeaf = await log.firstOfCredential(serial);
    if (intentLeaf === undefined) continue;
    const status = await loggedStatus(log, intentLeaf, serial, primitives);
    if (!isSuspended(status)) continue;
    const intent = (await openedRecord(log, intentLeaf, primitives)) ?? openingMissing(intentLeaf);
    const body = bodyOfIntent(intent);
    if (!body || at <= body.notAfter) return true;
  }
  return false;
}
