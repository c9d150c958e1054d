import { isRefusal } from '../core/refusal.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { takingTurnsBy } from '../core/turns.ts';
import { revokeCredential, type RevokeDeps } from './revoke.ts';
import type { SerialNumber } from './credential.ts';
import { getRecorded } from './store.ts';

/** How long after it was prepared a credential may wait for its card to be active: a station that was cut off may come back. */
const MAKING_SECONDS = 15 * 60;

export interface RevokeUnprovenDeps extends RevokeDeps {
  /** What is on a card that is not active, or did not prove it: by the log, whatever rows say. */
  readonly onCards: {
    held(): Promise<readonly { readonly serial: SerialNumber; readonly since: UnixSeconds }[]>;
    isHeld(serial: SerialNumber): Promise<boolean>;
  };
  /** As of the office of cards: nothing is revoked while it is judged whether its card may count. */
  readonly inTurn: ReturnType<typeof takingTurnsBy>;
}

/**
 * Revokes what was issued, or only prepared, for a card that was not active in time (`cessationOfOperation`), proven or not: the
 * station may never come back, and no certificate stays that is on no card in use.
 * @throws Refusal of the first that could not be, once all others are
 */
export async function revokeUnproven(deps: RevokeUnprovenDeps): Promise<void> {
  const refused: unknown[] = [];
  for (const { serial, since } of await deps.onCards.held()) {
    // Also what a clock that was ahead prepared: it would wait for that day.
    if (Math.abs(deps.clock() - since) < MAKING_SECONDS) continue;
    try {
      const card = (await getRecorded(deps.store, serial)).record.card;
      await deps.inTurn(card ?? '', async () => {
        if (!(await deps.onCards.isHeld(serial))) return;
        await revokeCredential(deps, serial, { reason: 'cessationOfOperation' });
      });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.code !== 'credential/already-revoked') refused.push(error);
    }
  }
  if (refused.length > 0) throw refused[0];
}
