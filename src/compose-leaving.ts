import { endAccessOfEnded, type EndWithMandateDeps } from './access/end-with-mandate.ts';
import type { EndedRevocations } from './credential/revoke-ended.ts';
import type { EndReason, Official } from './directory/official.ts';

/** What ends with whoever leaves: credentials, and the access to the office with its sessions. */
export interface Leaving {
  /** Of one who was just ended. @throws Refusal of the first that could not be, once all others are */
  of(official: Official): Promise<void>;
  /** Of everybody who has left. @throws Refusal likewise */
  everybody(): Promise<void>;
}

const ACCESS_REASON = { dismissed: 'dismissed', mistake: 'mistake' } as const satisfies Partial<
  Record<EndReason, string>
>;

export function composeLeaving(access: EndWithMandateDeps, credentials: EndedRevocations): Leaving {
  return {
    async of({ id, ended }) {
      const reason =
        ended?.reason === 'dismissed' || ended?.reason === 'mistake' ? ACCESS_REASON[ended.reason] : 'left';
      await each(
        () => credentials.of(id),
        () => endAccessOfEnded(access, { only: id, reason }),
      );
    },
    everybody: () =>
      each(
        () => credentials.everybody(),
        () => endAccessOfEnded(access),
      ),
  };
}

/** What keeps one from its end keeps no other. */
async function each(...works: readonly (() => Promise<void>)[]): Promise<void> {
  const failed: unknown[] = [];
  for (const work of works) await work().catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}
