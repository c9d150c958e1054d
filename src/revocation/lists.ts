import type { AuthorityId } from '../authority/authority.ts';
import type { Certificate } from '../authority/certificate.ts';
import { isDevelopment } from '../authority/policy.ts';

/**
 * The status lists of an installation by their ids in the trust list: one for seals and one for each authority that
 * issues to people. An id is never used for another purpose.
 */
export const STATUS_LISTS = {
  seals: 1,
  credenciales: 2,
  oficios: 3,
} as const;

export type StatusListName = keyof typeof STATUS_LISTS;

const DAY_SECONDS = 86_400;

/** With some months of warning, a list a year: whoever keeps the root key out of reach fetches it once a year. */
export const OFFLINE_ROOT_LIST_DAYS = 366;

/** Whether the key of this root lies on no machine that serves: outside development it never does. */
export function isOffline(id: AuthorityId, issuer: Pick<Certificate, 'extensions'>): boolean {
  return id === 'raiz' && !isDevelopment(issuer);
}

/**
 * From a list of this authority to the next. The root's says who may issue at all and changes by ceremony; the others change
 * with people.
 */
export function crlLifeSeconds(id: AuthorityId, issuer: Pick<Certificate, 'extensions'>): number {
  if (id !== 'raiz') return DAY_SECONDS;
  return (isOffline(id, issuer) ? OFFLINE_ROOT_LIST_DAYS : 9) * DAY_SECONDS;
}

/** Where a list is published: its `sub`. */
export function statusListAddress(origin: string, name: StatusListName): string {
  return `${origin}/status/${STATUS_LISTS[name]}`;
}

export function statusListName(id: number): StatusListName | undefined {
  return (['seals', 'credenciales', 'oficios'] as const).find((name) => STATUS_LISTS[name] === id);
}
