import type { PersonId } from '../access/person.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { MailAddress } from '../directory/contact.ts';
import type { Notice, NoticeId, NoticeLine, WaitingNotice } from './notice.ts';

/**
 * Notices that wait to be sent, and the addresses of people. No act is in it: rows have no leaf, and give nobody a right. What a notice
 * says and whom it is for lies encrypted, and is erased once it was sent; its id stays until it expires, so that it is told once.
 * Each call is atomic and durable when it resolves. All throw the outages of the database.
 */
export interface NoticeStore {
  /** Keeps those whose id is not there. */
  add(notices: readonly Notice[]): Promise<void>;
  /** Those whose time has come, the ones that waited longest first; at most `most`. One that nobody can read is ended. */
  due(at: UnixSeconds, most: number): Promise<readonly WaitingNotice[]>;
  /** Not sent: tried again at `nextAt`. */
  delay(id: NoticeId, nextAt: UnixSeconds, reason: string): Promise<void>;
  /** Sent, or never to be sent: what it said is erased. */
  end(id: NoticeId, state: 'sent' | 'moot' | 'failed', reason?: string): Promise<void>;
  /** What waits and what failed, the newest first. */
  list(most: number): Promise<readonly NoticeLine[]>;

  findAddress(person: PersonId): Promise<MailAddress | undefined>;
  /** In the place of the one that they had; `undefined` takes it away. The notices are kept with it, or neither is. */
  setAddress(person: PersonId, address: MailAddress | undefined, notices: readonly Notice[]): Promise<void>;
}
