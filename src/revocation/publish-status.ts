import type { Primitives } from '../core/primitives.ts';
import type { Signer } from '../core/signer.ts';
import { unixSeconds, type Clock } from '../core/time.ts';
import { statusListAddress, type StatusListName } from './lists.ts';
import { makeStatusList, MAX_STATUSES } from './status-list.ts';
import type { RevocationStore } from './store.ts';

export interface PublishStatusDeps {
  readonly store: RevocationStore;
  /** A status key of the charter. */
  readonly signer: Signer;
  readonly origin: string;
  readonly clock: Clock;
  readonly primitives: Primitives;
}

/** How long a copy is fresh, and how long an offline verifier may go by it at all. */
export const STATUS_TTL_SECONDS: number = 15 * 60;
const STATUS_LIFE_SECONDS = 24 * 3600;

/**
 * The status list as it stands now, signed. It is a template over what the register says and is no act of its own: a
 * list that hides a revocation is refuted by the leaf.
 */
export async function publishStatusList(deps: PublishStatusDeps, name: StatusListName): Promise<Uint8Array> {
  const issuedAt = deps.clock();
  return makeStatusList(deps, {
    uri: statusListAddress(deps.origin, name),
    issuedAt,
    expiresAt: unixSeconds(issuedAt + STATUS_LIFE_SECONDS),
    ttlSeconds: STATUS_TTL_SECONDS,
    size: MAX_STATUSES,
    entries: await deps.store.statusEntries(name),
  });
}
