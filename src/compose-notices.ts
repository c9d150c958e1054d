import type { OfficeDoor } from './access/door.ts';
import type { Invited } from './access/invitation.ts';
import type { Founder, PersonId } from './access/person.ts';
import type { AccessStore } from './access/store.ts';
import type { FileSecrets } from './adapters/file-secrets.ts';
import { sqlNotices, type SqlNoticesDeps } from './adapters/sql/notices.ts';
import { Outage, Refusal } from './core/refusal.ts';
import type { Primitives } from './core/primitives.ts';
import type { Clock } from './core/time.ts';
import { setAddress } from './notice/address.ts';
import type { NoticeCode, NoticeOutageCode } from './notice/code.ts';
import { deliverDue, type DeliverDeps } from './notice/deliver.ts';
import type { Mailer } from './notice/mailer.ts';
import { noticeId, type Notice, type NoticeAbout } from './notice/notice.ts';
import type { NoticeOffice } from './notice/office.ts';
import { noticesEs } from './texts/notices.es.ts';

export interface NoticeParts extends Omit<SqlNoticesDeps, 'secret'> {
  /** Absent: nobody is told anything, and nothing is kept to be told. */
  readonly mailer?: Mailer;
  openSecrets(): Pick<FileSecrets, 'findOrMake'>;
  readonly people: Pick<AccessStore, 'findPerson'>;
  readonly founders: readonly Founder[];
  readonly institution: string;
  readonly origin: string;
  readonly clock: Clock;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/** Who is told what by mail; and the door of the office, which tells whoever is invited. */
export function composeNotices(
  parts: NoticeParts,
  door: OfficeDoor,
): { readonly notices: NoticeOffice; readonly door: OfficeDoor } {
  const { mailer, people, founders, institution, origin, clock, primitives } = parts;
  const secret = (): Promise<Uint8Array> => parts.openSecrets().findOrMake('notices', SECRET_BYTES);
  const store = sqlNotices({ ...parts, secret });
  const frame = { institution, origin };
  const isOn = mailer !== undefined;
  const nameOf = async (person: PersonId): Promise<string | undefined> =>
    (await people.findPerson(person))?.name ?? founders.find((one) => one.person === person)?.name;

  const stillTrue = async (about: NoticeAbout): Promise<NoticeAbout | undefined> => {
    if (about.kind !== 'invitation') return about;
    const open = await door.openInvitations();
    return open.some(({ id, browser }) => id === about.invitation && browser === undefined) ? about : undefined;
  };
  const delivering: Omit<DeliverDeps, 'mailer'> = {
    ...{ store, clock, frame, primitives, nameOf, stillTrue, texts: noticesEs },
  };

  const tellInvited = async ({ token, invitation }: Invited): Promise<void> => {
    const { id, person, name, address, expiresAt: until } = invitation;
    const to = person === undefined ? address && { address } : { person };
    if (!to || ('person' in to && (await store.findAddress(to.person)) === undefined)) return;
    const about = { kind: 'invitation', invitation: id, token, name, until } as const;
    const notice: Notice = {
      ...{ id: noticeId(['invitation', id], primitives), to, about },
      ...{ madeAt: clock(), expiresAt: until },
    };
    await store.add([notice]);
  };

  return {
    notices: {
      isOn,
      addressOf: (person) => store.findAddress(person),
      setAddress: (person, address, by) => setAddress({ store, isOn, clock, primitives }, person, address, by),
      list: () => store.list(MOST_LISTED),
      async test(to) {
        if (!mailer) throw new Refusal<NoticeCode>('notice/no-server', 'COTEJO_SMTP_URL is not set');
        const messageId = `${noticeId(['test', String(clock()), to], primitives)}@${new URL(origin).hostname}`;
        const mail = { messageId, to, fromName: institution, ...noticesEs({ kind: 'test' }, frame) };
        const said = await mailer.send(mail);
        if (said.outcome === 'sent') return;
        const { outcome, reason, reply } = said;
        const facts = { reason, ...(reply !== undefined && { reply }) };
        if (outcome === 'refused') throw new Refusal<NoticeCode>('notice/refused', `refused: ${reason}`, facts);
        throw new Outage<NoticeOutageCode>('notice/not-delivered', `not delivered: ${reason}`, facts);
      },
      deliver: async () => (mailer ? deliverDue({ ...delivering, mailer }) : { sent: 0, failed: [] }),
      close: () => mailer?.close(),
    },
    door: {
      ...door,
      async invite(by, request) {
        const invited = await door.invite(by, request);
        // Sent again with the form, it is the same one: a stop before this is mended by it.
        if (mailer) await tellInvited(invited);
        return invited;
      },
      async makePending(secret, answer) {
        const { address } = await door.invitedAt(secret);
        const made = await door.makePending(secret, answer);
        const { person } = made.enrolment;
        // Nobody gets the notices of somebody who is known by inviting them anew.
        if (address && (await store.findAddress(person)) === undefined) await store.setAddress(person, address, []);
        return made;
      },
    },
  };
}

const SECRET_BYTES = 32;
const MOST_LISTED = 500;
