import { mandateAt, parseOfficialId, type OfficialId } from '../directory/official.ts';
import { revokeCredential, type ChangeStatusDeps } from './change-status.ts';
import type { Credential } from './credential.ts';

const PAGE = 500;

/**
 * Revokes what belongs to somebody who has left (`affiliationChanged`), so that lists and pages say the same: at once for
 * `only`, or for everybody whose last day has come since. What was only prepared is revoked too: its certificate may exist.
 * @returns what was revoked
 */
export async function revokeEnded(deps: ChangeStatusDeps, only?: OfficialId): Promise<readonly Credential[]> {
  const done: Credential[] = [];
  const at = deps.clock();
  for (const state of ['issued', 'suspended', 'prepared'] as const) {
    let after: string | undefined;
    for (;;) {
      const page = await deps.store.list({
        state,
        limit: PAGE,
        ...(only !== undefined && { officialId: only }),
        ...(after !== undefined && { after }),
      });
      for (const { serial, officialId } of page) {
        const id = parseOfficialId(officialId);
        const official = id && (await deps.directory.findOfficial(id));
        if (!official || mandateAt(official.record, at) !== 'ended') continue;
        done.push(await revokeCredential(deps, serial, { reason: 'affiliationChanged' }));
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.serial;
    }
  }
  return done;
}
