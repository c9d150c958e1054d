import type { PersonId } from '../access/person.ts';
import type { Primitives } from '../core/primitives.ts';
import { unixSeconds, type Clock } from '../core/time.ts';
import type { MailAddress } from '../directory/contact.ts';
import { noticeId, type AddressChangedBy, type Notice } from './notice.ts';
import type { NoticeStore } from './store.ts';

export interface AddressDeps {
  readonly store: NoticeStore;
  /** Whether anything is sent. */
  readonly isOn: boolean;
  readonly clock: Clock;
  readonly primitives: Pick<Primitives, 'digest'>;
}

const TOLD_WITHIN_SECONDS = 7 * 86_400;

/**
 * Where notices reach somebody from now on. Whoever takes over a session would change it first, so that its owner hears of nothing: the
 * address before is told, in the same transaction.
 */
export async function setAddress(
  { store, isOn, clock, primitives }: AddressDeps,
  person: PersonId,
  address: MailAddress | undefined,
  by: AddressChangedBy,
): Promise<void> {
  const before = await store.findAddress(person);
  if (before === address) return;
  const at = clock();
  const told: readonly Notice[] =
    before === undefined || !isOn
      ? []
      : [
          {
            id: noticeId(['address', person, before, address ?? '', String(at)], primitives),
            to: { address: before },
            about: { kind: 'address', by, at },
            madeAt: at,
            expiresAt: unixSeconds(at + TOLD_WITHIN_SECONDS),
          },
        ];
  await store.setAddress(person, address, told);
}
