import type { AuthorityId } from '../authority/authority.ts';

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

/** The root's list says who may issue at all and changes by ceremony; the others change with people. */
export const CRL_LIFE_SECONDS: Readonly<Record<AuthorityId, number>> = {
  raiz: 9 * 86_400,
  credenciales: 86_400,
  oficios: 86_400,
};

/** Where a list is published: its `sub`. */
export function statusListAddress(origin: string, name: StatusListName): string {
  return `${origin}/status/${STATUS_LISTS[name]}`;
}

export function statusListName(id: number): StatusListName | undefined {
  return (['seals', 'credenciales', 'oficios'] as const).find((name) => STATUS_LISTS[name] === id);
}
