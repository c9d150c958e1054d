import type { PersonId } from '../access/person.ts';
import type { ApprovalId } from '../approval/approval.ts';
import type { Brand } from '../core/brand.ts';
import { toHex, utf8 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { CalendarDay, UnixSeconds } from '../core/time.ts';
import type { MailAddress } from '../directory/contact.ts';
import type { OfficialId } from '../directory/official.ts';

/** 32 hexadecimal digits that follow from what it tells and to whom: told twice, it is one notice. */
export type NoticeId = Brand<string, 'NoticeId'>;

export function noticeId(parts: readonly string[], primitives: Pick<Primitives, 'digest'>): NoticeId {
  const digest = primitives.digest('SHA-256', utf8(JSON.stringify(['cotejo-notice-v1', ...parts])));
  return toHex(digest.subarray(0, 16)) as NoticeId;
}

/** Whom it is for: somebody who works here, at the address that they have when it is sent; or an address that nobody has yet, or any more. */
export type NoticeTo = { readonly person: PersonId } | { readonly address: MailAddress };

/** What it tells, by kind. */
export type NoticeAbout =
  | {
      readonly kind: 'invitation';
      readonly invitation: string;
      /** Secret: whoever has it and the code that is given in person takes the place of whom it invites. */
      readonly token: string;
      readonly name: string;
      readonly until: UnixSeconds;
    }
  /** Requests that they may authorise. */
  | { readonly kind: 'requests'; readonly requests: readonly AskedOfThem[] }
  /** What they authorised, and what was done about them. */
  | { readonly kind: 'acts'; readonly acts: readonly ActTold[] }
  | { readonly kind: 'expiries'; readonly ends: readonly Expiry[] }
  /** Somebody logged in with their passkey where they were not seen before. */
  | { readonly kind: 'login'; readonly browser: string; readonly network: string; readonly at: UnixSeconds }
  /** Their address was changed: told to the one that they had. */
  | { readonly kind: 'address'; readonly by: AddressChangedBy; readonly at: UnixSeconds };

export interface AskedOfThem {
  readonly approval: ApprovalId;
  /** The name with which its records begin. */
  readonly action: string;
  readonly until: UnixSeconds;
}

export interface ActTold {
  readonly leaf: number;
  readonly action: string;
  readonly at?: UnixSeconds;
  readonly folio?: string;
  /** They authorised it; else it is about them. */
  readonly isOwn: boolean;
}

/** What ends soon: a credential, by its serial number, or a distinctive. */
export interface Expiry {
  readonly what: 'credential' | 'distinctive';
  readonly number: string;
  readonly official: OfficialId;
  /** The last day. */
  readonly until: CalendarDay;
  /** Of whoever is told; else it is human resources that is. */
  readonly isOwn: boolean;
}

export type NoticeKind = NoticeAbout['kind'];
export type AddressChangedBy = 'person' | 'operator';

export interface Notice {
  readonly id: NoticeId;
  readonly to: NoticeTo;
  readonly about: NoticeAbout;
  readonly madeAt: UnixSeconds;
  /** From then on it is of no use, and nobody has to remember that it was told. */
  readonly expiresAt: UnixSeconds;
}

/** One that waits to be sent. */
export interface WaitingNotice extends Notice {
  readonly tries: number;
}

/** What is told of one to operators: nothing of what it says, or of whom it is for. */
export interface NoticeLine extends Pick<Notice, 'id' | 'madeAt' | 'expiresAt'> {
  readonly kind: NoticeKind;
  readonly state: 'waiting' | 'failed';
  readonly tries: number;
  readonly nextAt?: UnixSeconds;
  readonly reason?: string;
}
