import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import { revokeCredential, type RevokeDeps } from './revoke.ts';
import type { SerialNumber } from './credential.ts';

/** How long after it was prepared a credential may wait for the proof of its card: a station that was cut off may come back. */
const PROOF_SECONDS = 15 * 60;

export interface RevokeUnprovenDeps extends RevokeDeps {
  /** What waits for the proof of its card, and since when: by the log, whatever rows say. */
  held(): Promise<readonly { readonly serial: SerialNumber; readonly since: UnixSeconds }[]>;
}

/**
 * Revokes what was issued, or only prepared, for a card and was not proven there in time (`cessationOfOperation`): the station may never come
 * back, and no certificate stays that is on no card.
 * @throws Refusal of the first that could not be, once all others are
 */
export async function revokeUnproven(deps: RevokeUnprovenDeps): Promise<void> {
  const refused: unknown[] = [];
  for (const { serial, since } of await deps.held()) {
    if (deps.clock() < since + PROOF_SECONDS) continue;
    try {
      await revokeCredential(deps, serial, { reason: 'cessationOfOperation' });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.code !== 'credential/already-revoked') refused.push(error);
    }
  }
  if (refused.length > 0) throw refused[0];
}
