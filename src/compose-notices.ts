import type { OfficeDoor } from './access/door.ts';
import type { Invited } from './access/invitation.ts';
import type { Founder, PersonId } from './access/person.ts';
import type { AccessStore } from './access/store.ts';
import type { FileSecrets } from './adapters/file-secrets.ts';
import { sqlNotices, type SqlNoticesDeps } from './adapters/sql/notices.ts';
import type { ToldActs } from './access/told-act.ts';
import type { ApprovalStore } from './approval/store.ts';
import { isRefusal, Outage, Refusal } from './core/refusal.ts';
import type { Primitives } from './core/primitives.ts';
import { dayInMexicoCity, startOfDay, unixSeconds, type Clock } from './core/time.ts';
import type { CredentialStore } from './credential/store.ts';
import { distinctiveAt } from './directory/distinctive/distinctive.ts';
import type { DistinctiveOffice } from './directory/distinctive/office.ts';
import type { OfficialId } from './directory/official.ts';
import type { DirectoryStore } from './directory/store.ts';
import { setAddress } from './notice/address.ts';
import type { NoticeCode, NoticeOutageCode } from './notice/code.ts';
import { collector } from './notice/collect.ts';
import { deliverDue, type DeliverDeps } from './notice/deliver.ts';
import type { Ending } from './notice/expiries.ts';
import type { Mailer } from './notice/mailer.ts';
import { noticeId, type AskedOfThem, type Notice, type NoticeAbout } from './notice/notice.ts';
import type { NoticeOffice } from './notice/office.ts';
import { noticesEs } from './texts/notices.es.ts';

export interface NoticeParts extends Omit<SqlNoticesDeps, 'secret'> {
  /** Absent: nobody is told anything, and nothing is kept to be told. */
  readonly mailer?: Mailer;
  readonly dev: boolean;
  openSecrets(development: boolean): Pick<FileSecrets, 'findOrMake'>;
  readonly people: AccessStore;
  readonly founders: readonly Founder[];
  readonly door: OfficeDoor;
  nextIndex(): Promise<number>;
  readonly toldActs: ToldActs;
  readonly approvals: { readonly approvals: ApprovalStore };
  readonly credentials: Pick<CredentialStore, 'list'>;
  readonly distinctives: Pick<DistinctiveOffice, 'list'>;
  readonly directory: Pick<DirectoryStore, 'findOfficial'>;
  readonly institution: string;
  readonly origin: string;
  readonly clock: Clock;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/** Who is told what by mail; and the door of the office, which tells whoever is invited. */
export function composeNotices(parts: NoticeParts): { readonly notices: NoticeOffice; readonly door: OfficeDoor } {
  const { mailer, door, people, founders, institution, origin, clock, primitives } = parts;
  const secret = (): Promise<Uint8Array> => parts.openSecrets(parts.dev).findOrMake('notices', SECRET_BYTES);
  const store = sqlNotices({ ...parts, secret });
  const frame = { institution, origin };
  const isOn = mailer !== undefined;
  const nameOf = async (person: PersonId): Promise<string | undefined> =>
    (await people.findPerson(person))?.name ?? founders.find((one) => one.person === person)?.name;

  const stillTrue = async (about: NoticeAbout): Promise<NoticeAbout | undefined> => {
    if (about.kind === 'invitation') {
      const open = await door.openInvitations();
      return open.some(({ id, browser }) => id === about.invitation && browser === undefined) ? about : undefined;
    }
    if (about.kind !== 'requests') return about;
    const requests: AskedOfThem[] = [];
    for (const one of about.requests) {
      const found = await approvals.find(one.approval);
      if (found?.record.state === 'open' && clock() < one.until) requests.push(one);
    }
    return requests.length > 0 ? { ...about, requests } : undefined;
  };
  const { approvals } = parts.approvals;
  const collect = collector({ ...parts, store, approvals, endingWithin: (days) => endingWithin(parts, days) });
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
      collect: async () => (mailer ? collect() : undefined),
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
      async logIn(asked, answer, from) {
        const login = await door.logIn(asked, answer, from);
        const { person } = login;
        if (!mailer || (await store.findAddress(person)) === undefined) return login;
        const at = clock();
        // Told once while it is remembered: its id is all that is kept of a browser that was seen.
        const id = noticeId(['login', person, from.browser, from.network], primitives);
        const about = { kind: 'login', at, browser: from.browser, network: from.network } as const;
        await store.add([{ id, to: { person }, about, madeAt: at, expiresAt: unixSeconds(at + SEEN_SECONDS) }]);
        return login;
      },
      async makePending(secret, answer) {
        const { address } = await door.invitedAt(secret);
        const made = await door.makePending(secret, answer);
        const { person } = made.enrolment;
        // Nobody gets the notices of somebody who is known, or of a founder, by inviting them under their name.
        const isKnown =
          founders.some((one) => one.person === person) || (await people.findPerson(person)) !== undefined;
        if (address && !isKnown && (await store.findAddress(person)) === undefined) {
          await store.setAddress(person, address, []);
        }
        return made;
      },
    },
  };
}

/** A browser in which somebody did not log in for so long is as one that was never seen. */
const SEEN_SECONDS: number = 90 * 86_400;
const SECRET_BYTES = 32;
const MOST_LISTED = 500;
const PAGE = 1000;
const DAY_SECONDS = 86_400;

/** Credentials and distinctives in force that end so soon; of one kind of somebody's the one that lasts longest. */
async function endingWithin(
  { credentials, distinctives, directory, clock }: NoticeParts,
  days: number,
): Promise<readonly Ending[]> {
  const now = clock();
  const longest = new Map<string, Ending & { readonly ends: number }>();
  const note = (key: string, ends: number, ending: Ending): void => {
    if (ends >= now && ends > (longest.get(key)?.ends ?? 0)) longest.set(key, { ...ending, ends });
  };
  for (let after: string | undefined; ;) {
    const page = await credentials.list({ state: 'issued', limit: PAGE, ...(after !== undefined && { after }) });
    for (const { serial: number, kind, officialId, notAfter } of page) {
      const official = officialId as OfficialId;
      const until = dayInMexicoCity(notAfter);
      note(`${official} ${kind}`, notAfter, { what: 'credential', number, official, until });
    }
    after = page.at(-1)?.serial;
    if (page.length < PAGE) break;
  }
  for (const one of await distinctives.list()) {
    const { number, officialId: official, until } = one;
    if (distinctiveAt(one, now) !== 'current') continue;
    note(`${official} distinctive`, startOfDay(until) + DAY_SECONDS, { what: 'distinctive', number, official, until });
  }
  const found: Ending[] = [];
  for (const { ends, ...ending } of longest.values()) {
    if (ends > now + (days + 1) * DAY_SECONDS) continue;
    // Of a row that somebody edited the unit is not believed: those are told who answer for all units.
    const official = await directory.findOfficial(ending.official).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
    });
    found.push({ ...ending, ...(official && { unit: official.record.unit }) });
  }
  return found;
}
