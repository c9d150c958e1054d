import { Refusal } from '../core/refusal.ts';
import { dayInMexicoCity, parseDay, type Clock } from '../core/time.ts';
import { findInOffice } from './change.ts';
import type { DirectoryCode } from './code.ts';
import { END_REASONS, type EndReason, type Official, type OfficialId } from './official.ts';
import { officialLeaf, type ActBy, type DirectoryDeps } from './register.ts';
import type { DirectoryWrite } from './store.ts';

export interface EndRequest {
  readonly id: OfficialId;
  /**
   * `YYYY-MM-DD`: the first day out of office. Where absent, the coming day that is recorded already, else today, or the
   * first day of who has not begun. May lie ahead or, when HR learns late, behind.
   */
  readonly on?: string;
  readonly reason: string;
  readonly by: ActBy;
}

function isReason(text: string): text is EndReason {
  return END_REASONS.some((reason) => reason === text);
}

/**
 * Ends an official's time in the post: one leaf, for good once the day has come (who comes back is registered anew,
 * superseding this record); until then the day and the reason may be said again. When the day has come already, the
 * pixels of the photo go with the same act.
 * @throws Refusal 'directory/official-unknown', 'directory/official-ended', 'directory/end-reason-unknown',
 *   'directory/day-malformed', 'directory/ended-before-start'; 'directory/unchanged' for an end that was said so already
 */
export async function endOfficial(
  deps: DirectoryDeps & { readonly clock: Clock },
  request: EndRequest,
): Promise<Official> {
  const { store, ledger, clock } = deps;
  const { reason } = request;
  if (!isReason(reason)) {
    throw new Refusal<DirectoryCode>('directory/end-reason-unknown', `expected one of ${END_REASONS.join(', ')}`);
  }
  const today = dayInMexicoCity(clock());
  const said = request.on === undefined ? undefined : parseDay(request.on);
  if (request.on !== undefined && said === undefined) {
    throw new Refusal<DirectoryCode>('directory/day-malformed', 'the end is not a day', { field: 'on' });
  }
  const { record: before, version } = await findInOffice(store, request.id, today);
  // Who corrects the reason alone must not bring the day forward: credentials that go with it do not come back.
  const on = said ?? before.ended?.on ?? (before.validFrom > today ? before.validFrom : today);
  if (on < before.validFrom) {
    const facts = { on, validFrom: before.validFrom };
    throw new Refusal<DirectoryCode>('directory/ended-before-start', `ends ${on}, started ${before.validFrom}`, facts);
  }
  if (before.ended?.on === on && before.ended.reason === reason) {
    const facts = { official: before.id, on };
    throw new Refusal<DirectoryCode>('directory/unchanged', `${before.id} ends on ${on} already`, facts);
  }
  const after: Official = { ...before, acts: before.acts + 1, ended: { on, reason } };
  const writes: DirectoryWrite[] = [{ put: 'official', key: before.id, record: after, ifVersion: version }];
  const photo = on <= today ? await store.findPhoto(before.id) : undefined;
  if (photo?.record.jpeg) writes.push({ put: 'photo', key: before.id, record: {}, ifVersion: photo.version });
  await ledger.commit({ leaf: officialLeaf(deps, 'official/ended', after, request.by), writes });
  return after;
}
