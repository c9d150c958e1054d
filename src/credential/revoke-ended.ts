import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { OfficialId } from '../directory/official.ts';
import { revokeCredential, type RevokeDeps } from './revoke.ts';
import type { RecordedCredential } from './replay.ts';

/** How soon after its last day a credential is revoked, where nobody ended it by hand. */
const RECONCILE_SECONDS = 60;

export interface RevokeEndedDeps extends RevokeDeps {
  /** The credentials of those who have left by then, as the log tells it: no row hides or names anybody. */
  endedCredentials(at: UnixSeconds): Promise<readonly RecordedCredential[]>;
}

/** Revokes what belongs to whoever has left, as far as that was not done already. */
export interface EndedRevocations {
  /** Of everybody; again a minute after it succeeded. @throws Refusal of the first that could not be, once all others are */
  everybody(): Promise<void>;
  /** Of one who was just ended: what fails is tried again with everybody. @throws Refusal likewise */
  of(id: OfficialId): Promise<void>;
}

/**
 * Revokes what belongs to somebody who has left (`affiliationChanged`), so that lists and pages say the same: at once, or for
 * everybody whose last day has come since. What was only prepared is revoked too: its certificate may exist.
 */
export function endedRevocations(deps: RevokeEndedDeps, elapsed: () => number): EndedRevocations {
  let from = 0;
  /** Revoked for good: not looked at again. */
  const done = new Set<string>();

  async function revoke(only?: OfficialId): Promise<void> {
    const refused: unknown[] = [];
    for (const { serial, officialId } of await deps.endedCredentials(deps.clock())) {
      if (done.has(serial) || (only !== undefined && officialId !== only)) continue;
      try {
        const found = await deps.store.find(serial);
        if (found?.record.state !== 'revoked') {
          await revokeCredential(deps, serial, { reason: 'affiliationChanged' });
        }
        done.add(serial);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused.push(error);
      }
    }
    if (refused.length > 0) throw refused[0];
  }

  return {
    async everybody() {
      if (elapsed() < from) return;
      await revoke();
      from = elapsed() + RECONCILE_SECONDS;
    },
    async of(id) {
      const before = from;
      from = 0;
      await revoke(id);
      from = before;
    },
  };
}
