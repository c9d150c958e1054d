import type { PersonId } from '../access/person.ts';
import type { UnixSeconds } from '../core/time.ts';
import type { MailAddress } from '../directory/contact.ts';
import type { Notice, NoticeId, NoticeKind, NoticeLine, WaitingNotice } from './notice.ts';

/** What one notice tells of together, each under an id of its own. */
export interface ToldThing {
  readonly id: NoticeId;
  readonly kind: NoticeKind;
  readonly expiresAt: UnixSeconds;
}

export interface NotedBeside {
  readonly told?: readonly ToldThing[];
  /** The leaf from which on acts are to be told. */
  readonly mark?: number;
}

/**
 * Notices that wait to be sent, and the addresses of people. No act is in it: rows have no leaf, and give nobody a right. What a notice
 * says and whom it is for lies encrypted, and is erased once it was sent; its id stays until it expires, so that it is told once.
 * Each call is atomic and durable when it resolves. All throw the outages of the database.
 */
export interface NoticeStore {
  /** Keeps those whose id is not there, with what is noted beside them, or nothing of it. */
  add(notices: readonly Notice[], beside?: NotedBeside): Promise<void>;
  /** Which of these are there: waiting, sent, or told with others. */
  known(ids: readonly NoticeId[]): Promise<ReadonlySet<NoticeId>>;
  /** Up to which leaf acts were told. */
  mark(): Promise<number | undefined>;
  /** Those whose time has come, the ones that waited longest first; at most `most`. One that nobody can read is ended. */
  due(at: UnixSeconds, most: number): Promise<readonly WaitingNotice[]>;
  /** Not sent: tried again at `nextAt`. */
  delay(id: NoticeId, nextAt: UnixSeconds, reason: string): Promise<void>;
  /** Sent, or never to be sent: what it said is erased. */
  end(id: NoticeId, state: 'sent' | 'moot' | 'failed', reason?: string): Promise<void>;
  /** What waits and what failed, the newest first. */
  list(most: number): Promise<readonly NoticeLine[]>;

  /** Who has one. */
  listAddressed(): Promise<readonly PersonId[]>;
  findAddress(person: PersonId): Promise<MailAddress | undefined>;
  /** In the place of the one that they had; `undefined` takes it away. The notices are kept with it, or neither is. */
  setAddress(person: PersonId, address: MailAddress | undefined, notices: readonly Notice[]): Promise<void>;
}
