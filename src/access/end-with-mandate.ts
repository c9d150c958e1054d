import { isRefusal } from '../core/refusal.ts';
import type { OfficialId } from '../directory/official.ts';
import { endAccess, type AccessDeps } from './enrol.ts';
import type { AccessEndReason } from './record.ts';

export interface EndWithMandateDeps extends AccessDeps {
  /** Who has left by now, as the log tells it: no row hides anybody. */
  endedOfficials(): Promise<ReadonlySet<string>>;
}

/**
 * Ends the access of everybody who has left their post, or of `only`: their sessions end with it. Whoever goes on in another post is
 * enrolled for that one.
 * @throws Refusal of the first that could not be, once all others are
 */
export async function endAccessOfEnded(
  deps: EndWithMandateDeps,
  { only, reason = 'left' }: { readonly only?: OfficialId; readonly reason?: AccessEndReason } = {},
): Promise<void> {
  const gone = await deps.endedOfficials();
  const refused: unknown[] = [];
  for (const { id, official, endedLeaf } of await deps.store.listPeople()) {
    if (endedLeaf !== undefined || official === undefined || !gone.has(official)) continue;
    if (only !== undefined && official !== only) continue;
    try {
      await endAccess(deps, id, { scope: 'person', reason });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.code !== 'access/person-ended') refused.push(error);
    }
  }
  if (refused.length > 0) throw refused[0];
}
