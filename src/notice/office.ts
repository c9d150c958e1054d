import type { PersonId } from '../access/person.ts';
import type { MailAddress } from '../directory/contact.ts';
import type { DeliveryReport } from './deliver.ts';
import type { AddressChangedBy, NoticeLine } from './notice.ts';

/** What people who work here are told by mail, and at which address. */
export interface NoticeOffice {
  /** Whether a setting says through which server: without it nothing is kept to be sent. */
  readonly isOn: boolean;
  addressOf(person: PersonId): Promise<MailAddress | undefined>;
  /** The address that they had before is told. */
  setAddress(person: PersonId, address: MailAddress | undefined, by: AddressChangedBy): Promise<void>;
  /** What waits and what failed, the newest first. */
  list(): Promise<readonly NoticeLine[]>;
  /**
   * Sends a message at once, that the setting is right.
   * @throws Refusal `notice/no-server`, `notice/refused`; Outage `notice/not-delivered`
   */
  test(to: MailAddress): Promise<void>;
  /** Finds what is to be told, where it was not looked for lately. Stopped in between, the next one goes on. */
  collect(): Promise<void>;
  /** Sends what is due. */
  deliver(): Promise<DeliveryReport>;
  close(): void;
}
